# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A plan of what can't be known yet: ids and endpoints of what the same plan makes."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.groundwork.cloud.plugins.plugin_utils.unknown import UNKNOWN, is_unknown
from support.emulator import recorded
from support.tasks import TaskRun, run_tasks, written

TAGS = {"groundwork:stack": "shop", "groundwork:environment": "test", "groundwork:component": "main", "Name": "shop-test-main"}
NETWORK = {"name": "shop-test-main", "cidr": "10.0.0.0/16", "tags": TAGS}


@pytest.fixture
def plan(aws_environment, endpoint, tmp_path) -> Any:
    """Plan tasks on an empty account, as given by module and options, or whole; nothing is written meanwhile."""

    def run(*tasks: Any, **facts: Any) -> TaskRun:
        whole = [task if isinstance(task, dict) else {task[0]: task[1]} for task in tasks]
        with recorded(endpoint) as asked:
            done = run_tasks(whole, "--check", endpoint=endpoint, directory=tmp_path, facts=facts)
        assert len(done.results) == len(tasks), done.output
        assert written(asked) == []
        return done

    return run


def outcome(result: dict[str, Any]) -> str:
    told = [name for name in ("failed", "skipped", "changed") if result.get(name)]
    return told[0] if told else "ok"


def test_a_chain_of_upstream_modules_is_planned_on_an_empty_account(plan):
    done = plan(
        ("amazon.aws.ec2_vpc_net", {"name": "shop", "cidr_block": "10.0.0.0/16"}),
        ("amazon.aws.ec2_vpc_igw", {"vpc_id": "{{ result_0.vpc.id }}"}),
        ("amazon.aws.ec2_vpc_subnet", {"vpc_id": "{{ result_0.vpc.id }}", "cidr": "10.0.0.0/24", "az": "us-east-1a"}),
        ("amazon.aws.ec2_vpc_subnet", {"vpc_id": "{{ result_0.vpc.id }}", "cidr": "10.0.1.0/24", "az": "us-east-1b"}),
        (
            "amazon.aws.ec2_vpc_route_table",
            {
                "vpc_id": "{{ result_0.vpc.id }}",
                "subnets": "{{ subnets }}",
                "routes": [{"dest": "0.0.0.0/0", "gateway_id": "{{ result_1.gateway_id }}"}],
                "tags": {"Name": "shop"},
            },
        ),
        (
            "amazon.aws.ec2_security_group",
            {
                "name": "shop",
                "description": "shop",
                "vpc_id": "{{ result_0.vpc.id }}",
                "rules": [{"proto": "tcp", "ports": [443], "cidr_ip": "0.0.0.0/0"}],
            },
        ),
        (
            "community.aws.elb_target_group",
            {"name": "shop", "protocol": "http", "port": 80, "vpc_id": "{{ result_0.vpc.id }}", "state": "present"},
        ),
        (
            "amazon.aws.elb_application_lb",
            {
                "name": "shop",
                "subnets": "{{ subnets }}",
                "security_groups": ["{{ result_5.group_id }}"],
                "listeners": [
                    {
                        "Protocol": "HTTP",
                        "Port": 80,
                        "DefaultActions": [{"Type": "forward", "TargetGroupArn": "{{ result_6.target_group_arn }}"}],
                    }
                ],
                "state": "present",
            },
        ),
        ("amazon.aws.rds_subnet_group", {"name": "shop", "description": "shop", "subnets": "{{ subnets }}", "state": "present"}),
        (
            "amazon.aws.rds_instance",
            {
                "id": "shop",
                "engine": "postgres",
                "db_instance_class": "db.t4g.micro",
                "allocated_storage": 20,
                "username": "app",
                "password": "of-the-database",
                "db_subnet_group_name": "shop",
                "vpc_security_group_ids": ["{{ result_5.group_id }}"],
            },
        ),
        ("amazon.aws.route53_zone", {"zone": "example.org", "vpc_id": "{{ result_0.vpc.id }}", "vpc_region": "us-east-1"}),
        (
            "groundwork.cloud.route53_records",
            {
                "hosted_zone": "{{ result_10.zone_id }}",
                "records": [{"name": "db.example.org", "type": "CNAME", "values": ["{{ result_9.endpoint.address }}"]}],
            },
        ),
        {
            "ansible.builtin.debug": {
                "msg": "http://{{ result_7.dns_name }} {{ result_9.endpoint.address }}:{{ result_9.endpoint.port }}"
            }
        },
        subnets=["{{ result_2.subnet.id }}", "{{ result_3.subnet.id }}"],
    )
    *made, message = done.results
    assert [outcome(result) for result in made] == ["changed"] * 12, done.output
    assert message["msg"] == f"http://{UNKNOWN} {UNKNOWN}:{UNKNOWN}"


def test_what_waits_for_something_unknown_is_planned_with_its_options(plan):
    options = {"name": "web", "vpc_id": "{{ result_0.vpc.id }}", "protocol": "HTTP", "port": 80}
    target_group = plan(("groundwork.cloud.vpc", NETWORK), ("groundwork.cloud.elb_target_group", options)).results[1]
    assert target_group["diff"] == {"before": {}, "after": {**options, "vpc_id": UNKNOWN}}
    assert target_group["target_group"]["arn"] == UNKNOWN


def test_what_is_not_made_waits_for_nothing(plan):
    vpc = "{{ result_0.vpc.id }}"
    _vpc, *others = plan(
        ("groundwork.cloud.vpc", NETWORK),
        ("amazon.aws.ec2_eni_info", {"filters": {"vpc-id": vpc}}),
        ("amazon.aws.ec2_vpc_igw", {"vpc_id": vpc, "state": "absent"}),
        ("groundwork.cloud.elb_target_group", {"name": "{{ result_0.vpc.id }}", "state": "absent"}),
    ).results
    assert [outcome(result) for result in others] == ["ok"] * 3
    assert is_unknown(others[0]["network_interfaces"])


def test_what_stands_is_compared_although_one_item_is_not_known_yet(plan, aws):
    ec2 = aws("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    named = [{"ResourceType": "route-table", "Tags": [{"Key": "Name", "Value": "standing"}]}]
    ec2.create_route_table(VpcId=vpc, TagSpecifications=named)
    subnets = {"vpc_id": vpc, "subnets": [{"name": "new", "cidr": "10.0.0.0/24"}]}
    tables = [{"name": "standing"}, {"name": "new", "subnets": ["{{ result_0.subnets.new.id }}"]}]
    made, routed = plan(
        ("groundwork.cloud.subnets", subnets), ("groundwork.cloud.route_tables", {"vpc_id": vpc, "tables": tables})
    ).results
    assert made["subnets"]["new"]["id"] == UNKNOWN
    assert (routed["changed"], set(routed["diff"]["after"])) == (True, {"new"})


BUCKET = ("groundwork.cloud.s3_bucket", {"name": "shop-test-main", "tags": TAGS})


def rule(bucket: str) -> tuple[str, dict[str, Any]]:
    return "community.aws.s3_lifecycle", {"name": bucket, "rule_id": "expiry", "expiration_days": 30}


def test_a_child_is_planned_when_this_plan_makes_its_parent(plan):
    role = ("groundwork.cloud.iam_role", {"name": "shop-test-main", "trust_policy": {"Statement": []}, "tags": TAGS})
    policy = (
        "amazon.aws.iam_policy",
        {"iam_type": "role", "iam_name": "shop-test-main", "policy_name": "a", "policy_json": "{}"},
    )
    children = (rule("shop-test-main"), policy)
    done = plan(*children, BUCKET, rule("other"), role, *children)
    *orphans, bucket, another, role_, mine, my_policy = map(outcome, done.results)
    assert (orphans, another) == (["failed", "failed"], "failed"), "nobody makes its parent"
    assert (bucket, role_, mine, my_policy) == ("changed",) * 4


PICTURE = {"groundwork.cloud.stack_info": {"stack": "shop", "environment": "test"}}


def test_the_next_wave_finds_what_this_one_would_make(plan):
    subnet = {"name": "public", "cidr": "10.0.0.0/24", "tags": TAGS | {"Name": "shop-test-main-public-us-east-1a"}}
    done = plan(
        ("groundwork.cloud.vpc", NETWORK),
        ("groundwork.cloud.subnets", {"vpc_id": "{{ result_0.vpc.id }}", "subnets": [subnet]}),
        PICTURE,
        {"groundwork.cloud.stack_info": {"stack": "shop", "environment": "production"}},
    )
    found = done.results[2]["found"]["main"]
    assert {"id": UNKNOWN, "cidr_block": "10.0.0.0/16", "status": "planned"}.items() <= found["vpc"].items()
    assert set(found["subnet"]) == {"public-us-east-1a"}
    assert done.results[3]["found"] == {}, "a plan is of one stack"


def test_what_stands_is_found_as_it_stands(plan, aws):
    tags = [{"ResourceType": "vpc", "Tags": [{"Key": key, "Value": value} for key, value in TAGS.items()]}]
    vpc = aws("ec2").create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=tags)["Vpc"]["VpcId"]
    changes = {"dns_support": True, "dns_hostnames": True}
    changed, picture = plan(("groundwork.cloud.vpc", {**NETWORK, **changes}), PICTURE).results
    assert (outcome(changed), changed["vpc"]["id"]) == ("changed", vpc)
    assert picture["found"]["main"]["vpc"]["id"] == vpc


CONDITIONS = {
    # A value that is not known is no id that stands, and nothing else that is known.
    "result_0.vpc.id == 'vpc-1'": "skipped",
    "result_0.vpc.id != 'vpc-1'": "changed",
    # What is to be a condition by itself has to be known.
    "result_0.vpc.dns_support": "failed",
    "result_0.vpc.dns_support is groundwork.cloud.unknown or result_0.vpc.dns_support": "changed",
    "result_0.vpc.dns_support is not groundwork.cloud.unknown and result_0.vpc.dns_support": "skipped",
    "result_0 is groundwork.cloud.unknown": "changed",
    "result_0.changed is groundwork.cloud.unknown": "skipped",
}


def test_a_condition_may_ask_what_is_known(plan):
    asked = [{"groundwork.cloud.cloudwatch_log_group": {"name": "a"}, "when": condition} for condition in CONDITIONS]
    _vpc, *answers = plan(("groundwork.cloud.vpc", NETWORK), *asked).results
    assert dict(zip(CONDITIONS, map(outcome, answers), strict=True)) == CONDITIONS
