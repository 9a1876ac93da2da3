# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.groundwork.cloud.plugins.filter.sysctl_changes import FilterModule


@pytest.mark.parametrize(
    ("wanted", "live", "changes", "left"),
    [
        ({"kernel.sysrq": 0}, ["/proc/sys/kernel/sysrq:438"], ["kernel.sysrq=0"], []),
        ({"kernel.sysrq": 0}, ["/proc/sys/kernel/sysrq:0"], [], []),
        ({"kernel.sysrq": "0"}, ["/proc/sys/kernel/sysrq:0"], [], []),
        ({"kernel.sysrq": 0}, [], [], ["kernel.sysrq"]),
        ({"net.ipv4.ip_local_port_range": "1024 65000"}, ["/proc/sys/net/ipv4/ip_local_port_range:1024\t65000"], [], []),
        (
            {"kernel.core_pattern": "|/bin/false", "kernel.sysrq": 0},
            ["/proc/sys/kernel/core_pattern:/tmp/core:%p"],
            ["kernel.core_pattern=|/bin/false"],
            ["kernel.sysrq"],
        ),
        ({}, [], [], []),
    ],
)
def test_what_a_kernel_is_told(wanted, live, changes, left):
    assert FilterModule().filters()["sysctl_changes"](wanted, live) == {"set": changes, "left": left}
