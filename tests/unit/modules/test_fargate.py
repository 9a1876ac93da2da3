# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils.fargate import check_size


@pytest.mark.parametrize(
    ("cpu", "memory"), [(256, 512), (256, 2048), (512, 4096), (1024, 3072), (4096, 30720), (8192, 61440), (16384, 122880)]
)
def test_sizes_that_run(cpu, memory):
    assert check_size(cpu, memory) is None


@pytest.mark.parametrize(
    ("cpu", "memory", "cure"),
    [
        (300, 512, "Fargate has no task of 300 CPU units; use one of 256, 512, 1024, 2048, 4096, 8192 or 16384"),
        (256, 3072, "use 512, 1024 or 2048 MiB, or 512 or 1024 CPU units with 3072 MiB"),
        (512, 1500, "use 1024 to 4096 MiB in steps of 1024"),
        (8192, 17408, "use 16384 to 61440 MiB in steps of 4096"),
        (16384, 1024, "use 32768 to 122880 MiB in steps of 8192, or 256 or 512 CPU units with 1024 MiB"),
    ],
)
def test_sizes_that_do_not(cpu, memory, cure):
    said = check_size(cpu, memory)
    assert said is not None
    assert cure in said
