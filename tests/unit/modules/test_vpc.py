# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils.aws import AwsError
from ansible_collections.groundwork.cloud.plugins.modules.vpc import wanted

STANDS = {"id": "vpc-1", "cidr": "10.0.0.0/16", "dns_support": True, "dns_hostnames": False, "tags": {"Name": "shop"}}
NAMED = {"tags": {"Name": "shop"}}


def params(state="present", **given):
    nothing = dict.fromkeys(("cidr", "dns_support", "dns_hostnames", "internet_gateway", "tags"))
    return {"state": state, "name": "shop", **nothing, **given}


@pytest.mark.parametrize(
    ("options", "current", "expected"),
    [
        (params("absent"), {}, {"internet_gateway": None, "vpc": None}),
        (params(cidr="10.0.0.9/16"), {}, {"vpc": {"cidr": "10.0.0.0/16", **NAMED}}),
        (params(), {"vpc": STANDS}, {"vpc": NAMED}),
        (params(internet_gateway=True), {"vpc": STANDS}, {"vpc": NAMED, "internet_gateway": NAMED}),
        (params(internet_gateway=False), {"vpc": STANDS}, {"vpc": NAMED, "internet_gateway": None}),
        (
            params(dns_hostnames=True, tags={"cost": 7, "Name": "other"}),
            {"vpc": STANDS},
            {"vpc": {"dns_hostnames": True, "tags": {"Name": "shop", "cost": "7"}}},
        ),
    ],
)
def test_wanted(options, current, expected):
    assert wanted(options, current) == expected


@pytest.mark.parametrize(
    ("options", "current", "said"),
    [
        (params(), {}, "plan VPC shop: it has no address range; give it a cidr"),
        (params(cidr="10.1.0.0/16"), {"vpc": STANDS}, r"AWS can't change that to 10\.1\.0\.0/16; declare 10\.0\.0\.0/16"),
    ],
)
def test_what_can_t_be_is_refused_with_its_cure(options, current, said):
    with pytest.raises(AwsError, match=said):
        wanted(options, current)
