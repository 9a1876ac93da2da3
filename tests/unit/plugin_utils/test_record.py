# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.groundwork.cloud.plugins.plugin_utils import record
from ansible_collections.groundwork.cloud.plugins.plugin_utils.calls import Call

READ = Call("ec2", "DescribeVpcs", seconds=0.25)
SLOW = Call("ec2", "DescribeVpcs", seconds=1.5, retries=2, throttles=1)
REFUSED = Call("ec2", "DescribeVpcs", seconds=0.1, error="UnauthorizedOperation")
ZONES = Call("cloudflare", "GET /zones", seconds=0.5, retries=1)
STOPPED = Call("ec2", "CreateVpc", stopped=True)


def test_a_run_that_asked_nothing_has_no_record(tmp_path):
    assert record.taken(str(tmp_path)) == []


def test_calls_are_summed_up_by_component_module_and_operation(tmp_path):
    directory = str(tmp_path)
    record.add(directory, "main", "amazon.aws.ec2_vpc_net", [READ, SLOW, STOPPED])
    record.add(directory, "main", "amazon.aws.ec2_vpc_net", [REFUSED, REFUSED])
    record.add(directory, "edge", "amazon.aws.ec2_vpc_net", [READ])
    of_main = {"component": "main", "module": "amazon.aws.ec2_vpc_net", "service": "ec2"}
    none = {"stopped": 0, "errors": {}, "seconds": 0, "retries": 0, "throttles": 0}
    assert record.summed(record.taken(directory)) == [
        {**of_main, "component": "edge", "operation": "DescribeVpcs", "count": 1, **none, "seconds": 0.25},
        {**of_main, "operation": "CreateVpc", "count": 1, **none, "stopped": 1},
        {
            **of_main,
            "operation": "DescribeVpcs",
            "count": 4,
            "stopped": 0,
            "errors": {"UnauthorizedOperation": 2},
            "seconds": 1.95,
            "retries": 2,
            "throttles": 1,
        },
    ]


@pytest.mark.parametrize(
    ("calls", "line"),
    [
        ([READ], "1 to AWS in 0.2 s"),
        ([READ, SLOW], "2 to AWS in 1.8 s, 2 tried again, 1 slowed down"),
        ([READ, STOPPED], "1 to AWS in 0.2 s, 1 writes stopped"),
        ([READ, SLOW, ZONES], "2 to AWS in 1.8 s and 1 to Cloudflare in 0.5 s, 3 tried again, 1 slowed down"),
        ([ZONES], "1 to Cloudflare in 0.5 s, 1 tried again"),
    ],
)
def test_the_line_tells_what_is_out_of_the_ordinary(tmp_path, calls, line):
    record.add(str(tmp_path), "main", "amazon.aws.ec2_vpc_net", calls)
    assert record.told(record.summed(record.taken(str(tmp_path)))) == line
