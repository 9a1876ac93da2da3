# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest

FROM_WEB = {"from_port": 5432, "to_port": 5432, "group": "web", "description": "web to db"}
TO_DB = {**FROM_WEB, "group": "db"}
BOTH = [{"name": "web", "egress": [TO_DB], "tags": {"a": "1"}}, {"name": "db", "ingress": [FROM_WEB]}]


@pytest.fixture
def vpc(aws):
    return aws("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]


@pytest.fixture
def groups(aws, vpc):
    def read():
        filters = [{"Name": "vpc-id", "Values": [vpc]}]
        found = aws("ec2").describe_security_groups(Filters=filters)["SecurityGroups"]
        return {group["GroupName"]: group for group in found if group["GroupName"] != "default"}

    return read


def test_lifecycle(lifecycle, groups, vpc):
    lifecycle(
        "security_groups",
        present={"vpc_id": vpc, "groups": BOTH, "purge_rules": True},
        change={"groups": [BOTH[0], {"name": "db", "ingress": []}]},
        exists=lambda: set(groups()) == {"web", "db"},
        changed=lambda: groups()["db"]["IpPermissions"] == [],
        absent={"vpc_id": vpc, "groups": [{"name": "web"}, {"name": "db"}]},
    )


def test_groups_refer_to_each_other_and_let_nothing_else_out(run_module, groups, vpc):
    result = run_module("security_groups", vpc_id=vpc, groups=BOTH)
    web, db = groups()["web"], groups()["db"]
    assert result["groups"]["web"]["id"] == web["GroupId"]
    assert [rule["UserIdGroupPairs"][0]["GroupId"] for rule in web["IpPermissionsEgress"]] == [db["GroupId"]]
    assert [rule["UserIdGroupPairs"][0]["GroupId"] for rule in db["IpPermissions"]] == [web["GroupId"]]
    assert db["IpPermissionsEgress"] == []


def test_rules_made_elsewhere_stay_unless_purged(aws, run_module, groups, vpc):
    run_module("security_groups", vpc_id=vpc, groups=BOTH)
    aws("ec2").authorize_security_group_ingress(
        GroupId=groups()["db"]["GroupId"], IpProtocol="tcp", FromPort=22, ToPort=22, CidrIp="10.0.0.0/8"
    )
    assert run_module("security_groups", vpc_id=vpc, groups=BOTH)["changed"] is False
    assert run_module("security_groups", vpc_id=vpc, groups=BOTH, purge_rules=True)["changed"] is True
    assert [rule["FromPort"] for rule in groups()["db"]["IpPermissions"]] == [5432]


def test_a_description_changes_in_place(run_module, groups, vpc):
    run_module("security_groups", vpc_id=vpc, groups=BOTH)
    renamed = [BOTH[0], {"name": "db", "ingress": [{**FROM_WEB, "description": "queries"}]}]
    assert run_module("security_groups", vpc_id=vpc, groups=renamed)["changed"] is True
    assert groups()["db"]["IpPermissions"][0]["UserIdGroupPairs"][0]["Description"] == "queries"
    assert run_module("security_groups", vpc_id=vpc, groups=renamed)["changed"] is False


def test_a_group_in_use_is_told(aws, run_module, vpc):
    group = run_module("security_groups", vpc_id=vpc, groups=[{"name": "web"}])["groups"]["web"]["id"]
    subnet = aws("ec2").create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    aws("ec2").create_network_interface(SubnetId=subnet, Groups=[group])
    refused = run_module("security_groups", vpc_id=vpc, groups=[{"name": "web"}], state="absent", wait_timeout=1)
    assert refused["failed"] is True
    assert refused["msg"].startswith("wait for security group web to be released")
