# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.groundwork.cloud.plugins.plugin_utils.diagram import diagram
from ansible_collections.groundwork.cloud.plugins.plugin_utils.diagram_tiers import KINDS
from ansible_collections.groundwork.cloud.plugins.plugin_utils.specification import UNKNOWN
from ansible_collections.groundwork.cloud.plugins.plugin_utils.validation import Component

STACK = {"stack_name": "shop", "stack_environment": "production", "stack_region": "us-east-1"}
ZONES = ["us-east-1a", "us-east-1b"]
SUBNETS = {
    "isolated": ["10.0.2.0/28", "10.0.18.0/28"],
    "public": ["10.0.0.0/24", "10.0.16.0/24"],
    "private": ["10.0.1.0/24", "10.0.17.0/24"],
}


def component(name: str, *tiers: str, **settings: Any) -> Component:
    """It stands in the network C(main), as far as it stands in one."""
    return Component(name, tiers, {**STACK, **{f"{tier}_network": "main" for tier in tiers}, **settings})


def network(*flows: tuple[str, str, str], **settings: Any) -> Component:
    listed = [{"from": start, "to": end, "ports": ports.split(), "protocol": "tcp"} for start, end, ports in flows]
    whole = {"network_cidr": "10.0.0.0/16", "network_subnets": SUBNETS, "network_zones": ZONES, "network_nat_gateways": "none"}
    return component("main", "network", **{**whole, "network_flows": listed, **settings})


def drawn(*components: Component, found: Any = None) -> list[str]:
    """The lines of the flowchart, without their indent."""
    return [line.strip() for line in diagram(components, found).splitlines()]


def node(tier: str, found: Any = None, **settings: Any) -> str:
    """The lines of the label of a component C(one)."""
    lines = [line for line in drawn(component("one", tier, **settings), found=found) if line.startswith(f"{tier}_one")]
    return lines[0].split('"')[1].removeprefix("one").removeprefix("<br/>").replace("<br/>", "; ")


def arrows(*components: Component) -> list[str]:
    return [line for line in drawn(*components) if " -" in line]


PROVISIONED = {"dynamodb_billing_mode": "PROVISIONED"}
LABELS: list[tuple[str, dict[str, Any], str]] = [
    ("alb", {}, "load balancer"),
    ("alb", {"alb_scheme": "internal"}, "internal load balancer"),
    ("asg", {"asg_instance_type": "t4g.small", "asg_min_size": 2, "asg_max_size": 6}, "scaling group; t4g.small, 2-6 machines"),
    ("asg", {"asg_min_size": 1, "asg_max_size": 1}, "scaling group; 1 machine"),
    ("cache", {"cache_engine": "redis", "cache_engine_version": "7.1", "cache_nodes": 1}, "Redis 7.1; 1 node"),
    (
        "cache",
        {"cache_engine": "valkey", "cache_node_type": "cache.t4g.micro", "cache_nodes": 2},
        "Valkey; cache.t4g.micro, 2 nodes",
    ),
    ("cache", {"cache_cluster_mode": True, "cache_shards": 3, "cache_replicas_per_shard": 2}, "3 shards, 2 replicas each"),
    ("cache", {"cache_cluster_mode": True, "cache_shards": 3, "cache_replicas_per_shard": 0}, "3 shards"),
    ("certificate", {}, "ACM certificate"),
    ("cloudflare", {}, "zone"),
    ("cloudflare", {"cloudflare_rules": {"http_ratelimit": [], "http_custom": []}}, "zone; rules: http#95;custom, rate limits"),
    ("cloudwatch", {}, "CloudWatch alarms, dashboard"),
    (
        "database",
        {
            "database_engine": "postgres",
            "database_engine_version": "16",
            "database_instance_class": "db.t4g.small",
            "database_multi_az": True,
            "database_storage": 100,
            "database_max_storage": 500,
            "database_read_replicas": 2,
        },
        "PostgreSQL 16; db.t4g.small, Multi-AZ, 100-500 GB; 2 read replicas",
    ),
    ("database", {"database_engine": "postgres", "database_storage": 20, "database_max_storage": 20}, "PostgreSQL; 20 GB"),
    (
        "database",
        {
            "database_engine": "aurora-postgresql",
            "database_instance_class": "db.serverless",
            "database_storage": 20,
            "database_min_capacity": 0.5,
            "database_max_capacity": 16.0,
        },
        "Aurora PostgreSQL; 0.5-16 ACU",
    ),
    (
        "database",
        {"database_engine": "aurora-postgresql", "database_instance_class": "db.r8g.large"},
        "Aurora PostgreSQL; db.r8g.large",
    ),
    ("database", {"database_engine": "mysql", "database_instance_class": UNKNOWN}, "mysql"),
    ("dns", {}, "Route 53 zone"),
    ("dynamodb", {"dynamodb_billing_mode": "PAY_PER_REQUEST"}, "DynamoDB table"),
    ("dynamodb", PROVISIONED, "DynamoDB table"),
    (
        "dynamodb",
        {**PROVISIONED, "dynamodb_min_read_capacity": 5, "dynamodb_max_read_capacity": 9, "dynamodb_min_write_capacity": 5},
        "DynamoDB table; 5-9 reads, 5 writes, a second",
    ),
    (
        "ecs",
        {"ecs_cpu": 512, "ecs_memory": 1024, "ecs_min_tasks": 2, "ecs_max_tasks": 10},
        "Fargate service; 0.5 vCPU / 1 GB; 2-10 tasks",
    ),
    ("ecs", {"ecs_cpu": UNKNOWN, "ecs_memory": 512, "ecs_min_tasks": UNKNOWN}, "Fargate service; 0.5 GB"),
    ("iam", {}, "IAM roles"),
    ("kms", {}, "KMS key"),
    ("pages", {}, "Pages site"),
    ("registry", {}, "ECR repository"),
    ("schedule", {"schedule_expression": "rate(5 minutes)", "schedule_cpu": 256}, "scheduled task; rate(5 minutes); 0.25 vCPU"),
    ("secrets", {}, "Secrets Manager"),
    ("storage", {}, "S3 bucket"),
]


@pytest.mark.parametrize(("tier", "settings", "label"), LABELS)
def test_a_component_is_drawn_with_what_it_is_and_how_large(tier: str, settings: dict[str, Any], label: str):
    assert node(tier, **settings) == label


def test_every_tier_has_a_label_here():
    assert {tier for tier, _settings, _label in LABELS} == KINDS.keys() - {"network"}


def test_a_key_says_what_it_encrypts():
    others = [
        component("logs", "storage", storage_key="one"),
        component("web", "ecs", ecs_key="one"),
        component("db", "database"),
    ]
    lines = drawn(component("one", "kms"), *others, component("files", "storage", storage_key="one"))
    assert 'kms_one["one<br/>KMS key<br/>encrypts ecs, storage"]' in lines


WHOLE = """\
flowchart TB
  accTitle: shop production
  place_internet(["Internet"])
  place_outside(["Internet"])
  subgraph dns["Route 53"]
    dns_example_org["example.org<br/>Route 53 zone"]
  end
  subgraph network_main["VPC main 10.0.0.0/16"]
    subgraph public_main["public subnets"]
      ranges_public_main["10.0.0.0/24 us-east-1a<br/>10.0.16.0/24 us-east-1b"]
      nat_main["2 NAT gateways"]
      alb_public["public<br/>load balancer"]
    end
    subgraph private_main["private subnets"]
      ranges_private_main["10.0.1.0/24 us-east-1a<br/>10.0.17.0/24 us-east-1b"]
      ecs_web["web<br/>Fargate service"]
    end
    subgraph isolated_main["isolated subnets"]
      ranges_isolated_main["10.0.2.0/28 us-east-1a<br/>10.0.18.0/28 us-east-1b"]
      database_db[("db")]
    end
  end
  subgraph services["AWS us-east-1"]
    registry_web["web<br/>ECR repository"]
    kms_key["key<br/>KMS key"]
    iam_roles["roles<br/>IAM roles"]
    registry_web ~~~ iam_roles
  end
  place_internet -->|"80, 443"| alb_public
  alb_public -->|"3000"| ecs_web
  ecs_web -->|"5432"| database_db
  ecs_web -->|"443"| nat_main
  nat_main --> place_outside
  dns_example_org -.->|"app.example.org"| alb_public
  ecs_web -.->|"image"| registry_web
  classDef plain fill:none,stroke:none
  class ranges_public_main,ranges_private_main,ranges_isolated_main plain
"""


def test_a_stack_is_drawn_by_its_network():
    flows = [("internet", "public", "80 443"), ("public", "web", "3000"), ("web", "db", "5432"), ("web", "internet", "443")]
    records = [{"name": "app.example.org", "alias": "public"}, {"name": "example.org", "type": "TXT"}]
    stack = [
        component("db", "database", database_subnet_tier="isolated"),
        component("web", "ecs", "registry", ecs_subnet_tier="private", ecs_registry="web", ecs_image=UNKNOWN),
        network(*flows, network_nat_gateways="one_per_zone"),
        component("example.org", "dns", dns_records=records),
        component("public", "alb", alb_subnet_tier="public", alb_targets=[{"name": "web", "port": 3000}], alb_default="web"),
        component("gone", "storage", storage_state="absent"),
        component("roles", "iam"),
        component("key", "kms"),
    ]
    assert diagram(stack) == WHOLE
    assert diagram(stack[::-1]).splitlines()[1:] == [*WHOLE.splitlines()[1:]]


@pytest.mark.parametrize(
    ("gateways", "subnets", "said"),
    [
        ("single", SUBNETS, ['nat_main["1 NAT gateway"]']),
        ("none", SUBNETS, []),
        (UNKNOWN, SUBNETS, []),
        ("single", {"public": ["10.0.0.0/24"], "private": []}, []),
        ("single", {"private": ["10.0.0.0/24"]}, []),
        ("single", UNKNOWN, []),
    ],
)
def test_nat_gateways_stand_in_public_subnets(gateways: str, subnets: Any, said: list[str]):
    lines = drawn(network(network_nat_gateways=gateways, network_subnets=subnets))
    assert [line for line in lines if line.startswith("nat_")] == said


def test_what_is_known_of_no_subnets_stands_beside_them():
    lines = drawn(network(), component("one", "ecs", ecs_subnet_tier="edge"), component("two", "ecs", ecs_network=UNKNOWN))
    services = lines.index('subgraph services["AWS us-east-1"]')
    assert lines[services + 1 : services + 4] == [
        'ecs_one["one<br/>Fargate service"]',
        'ecs_two["two<br/>Fargate service"]',
        "end",
    ]


WEB, DB = component("web", "ecs"), component("db", "database")


@pytest.mark.parametrize(
    ("flow", "arrow"),
    [
        ({"from": "web", "to": "db", "ports": ["5432", "8000-8010"]}, ['ecs_web -->|"5432, 8000-8010"| database_db']),
        ({"from": "web", "to": "db", "ports": ["53"], "protocol": "udp"}, ['ecs_web -->|"udp 53"| database_db']),
        ({"from": "web", "to": "db", "protocol": "all"}, ['ecs_web -->|"all"| database_db']),
        ({"from": "vpc", "to": "db", "ports": ["1"]}, ['place_vpc -->|"1"| database_db']),
        ({"from": "10.9.0.0/16", "to": "db", "ports": ["1"]}, ['place_10_9_0_0_16 -->|"1"| database_db']),
        (
            {"from": "cloudflare", "to": "web", "ports": ["1"]},
            ["place_internet --> place_cloudflare", 'place_cloudflare -->|"1"| ecs_web'],
        ),
        ({"from": "web", "to": "internet", "ports": ["443"]}, ['ecs_web -->|"443"| place_outside']),
        ({"from": "web", "to": "nothing", "ports": ["1"]}, []),
        ({"from": "web", "to": UNKNOWN}, []),
    ],
)
def test_a_flow_is_an_arrow(flow: dict[str, Any], arrow: list[str]):
    assert arrows(network(network_flows=[flow, flow]), network(), WEB, DB) == arrow


def test_requests_through_cloudflare():
    edge = component(
        "example.org", "cloudflare", cloudflare_records=[{"name": "app.example.org", "alias": "public"}, {"alias": "old"}]
    )
    sites = [component("landing", "pages", pages_domain="www.example.org", pages_zone="example.org"), component("plain", "pages")]
    front = component("public", "alb")
    assert arrows(network(("cloudflare", "public", "443")), edge, *sites, front) == [
        'cloudflare_example_org -->|"443<br/>app.example.org"| alb_public',
        "place_internet --> cloudflare_example_org",
        'cloudflare_example_org -->|"www.example.org"| pages_landing',
        "place_internet --> pages_plain",
    ]


def test_requests_go_where_rules_say():
    targets = [{"name": "api"}, {"name": "web"}, {"name": "nothing"}]
    rules = [
        {"target": "api", "paths": ["/api/*"], "hosts": None},
        {"target": "api", "hosts": ["a.org", "b.org"], "paths": ["/v1/*", "/v2/*"]},
    ]
    front = component("public", "alb", alb_targets=targets, alb_rules=rules, alb_default="web")
    assert arrows(network(("public", "api", "3001")), front, WEB, component("api", "ecs")) == [
        'alb_public -->|"3001<br/>/api/#42;<br/>a.org, b.org /v1/#42;, /v2/#42;"| ecs_api',
        'alb_public -.->|"all else"| ecs_web',
    ]


def test_what_a_component_uses():
    secrets = [{"component": "db"}, {"component": "web"}, {"component": UNKNOWN}, {"component": "nothing"}, {"component": "web"}]
    stack = [
        component("public", "alb", alb_certificate="a.org", alb_access_logs="logs", alb_origin_lock="web"),
        component("web", "ecs", "registry", "secrets", ecs_registry="web", ecs_secrets=[*secrets, {"component": "db"}]),
        component("other", "ecs", ecs_registry="web", ecs_image="nginx:1"),
        component("machines", "asg", asg_data={"logs": "write", "notes": "read", "nothing": "read"}),
        component("logs", "storage", storage_replica={"component": "copies"}),
        *(component(name, tier) for name, tier in (("a.org", "certificate"), ("copies", "storage"), ("notes", "dynamodb"))),
        DB,
    ]
    assert arrows(*stack) == [
        'alb_public -.->|"TLS"| certificate_a_org',
        'alb_public -.->|"access logs"| storage_logs',
        'alb_public -.->|"origin lock"| secrets_web',
        'ecs_web -.->|"image"| registry_web',
        'ecs_web -.->|"secrets"| credentials_db',
        'ecs_web -.->|"secrets"| secrets_web',
        'asg_machines -.->|"writes"| storage_logs',
        'asg_machines -.->|"reads"| dynamodb_notes',
        'storage_logs -.->|"copies"| storage_copies',
    ]
    assert drawn(*stack).count('credentials_db["db<br/>Secrets Manager"]') == 1


def test_scheduled_tasks_are_together():
    placed = {"schedule_subnet_tier": "private", "schedule_registry": "web"}
    jobs = [component(name, "schedule", **placed, schedule_secrets=[{"component": name}]) for name in ("daily", "hourly")]
    flows = [(start, "db", "5432") for start in ("daily", "hourly", "web")] + [("daily", "web", "80")]
    lines = drawn(network(*flows), *jobs, WEB, DB, component("hourly", "secrets"), component("web", "registry"))
    first = lines.index('subgraph schedules_private_main["scheduled tasks"]')
    assert lines[first + 1 : first + 4] == [
        'schedule_daily["daily<br/>scheduled task"]',
        'schedule_hourly["hourly<br/>scheduled task"]',
        "end",
    ]
    assert [line for line in lines if " -" in line] == [
        'schedules_private_main & ecs_web -->|"5432"| database_db',
        'schedule_daily -->|"80"| ecs_web',
        'schedules_private_main -.->|"image"| registry_web',
        'schedule_hourly -.->|"secrets"| secrets_hourly',
    ]


# As it stands.


LIVE: list[tuple[str, dict[str, Any], str]] = [
    ("alb", {"load_balancer": {"scheme": "internal"}}, "internal load balancer"),
    (
        "asg",
        {"scaling_group": {"min_size": 1, "max_size": 2, "instances": [{"instance_type": "t4g.micro"}, {}]}},
        "scaling group; t4g.micro, 1-2 machines; 2 running",
    ),
    ("asg", {"scaling_group": {"min_size": 1, "max_size": 2}}, "scaling group; t4g.small, 1-2 machines; 0 running"),
    (
        "cache",
        {
            "replication_group": {
                "cache_node_type": "cache.t4g.small",
                "engine": "valkey",
                "cluster_enabled": True,
                "node_groups": [{"node_group_members": [{}, {}]}],
            }
        },
        "Valkey 7.1; cache.t4g.small, 1 shard, 1 replica each",
    ),
    ("cache", {"replication_group": {"member_clusters": ["one", "two"]}}, "Redis 7.1; 2 nodes"),
    (
        "database",
        {
            "db_instance": {
                "main": {"engine": "postgres", "engine_version": "16.4", "db_instance_class": "db.m5", "allocated_storage": 30},
                "replica-1": {},
            }
        },
        "PostgreSQL 16.4; db.m5, 30 GB; 1 read replica",
    ),
    ("database", {"db_instance": {"replica-1": {}}}, "PostgreSQL"),
    (
        "database",
        {
            "db_cluster": {
                "engine": "aurora-postgresql",
                "serverless_v2_scaling_configuration": {"min_capacity": 1.0, "max_capacity": 8.0},
            },
            "db_instance": {"main": {"db_instance_class": "db.serverless"}},
        },
        "Aurora PostgreSQL; 1-8 ACU",
    ),
    ("dynamodb", {"table": {"billing_mode_summary": {"billing_mode": "PAY_PER_REQUEST"}}}, "DynamoDB table"),
    (
        "dynamodb",
        {"table": {"provisioned_throughput": {"read_capacity_units": 7, "write_capacity_units": 6}}},
        "DynamoDB table; 7 reads, 6 writes, a second",
    ),
    ("dynamodb", {"table": {"name": "one"}}, "DynamoDB table"),
    (
        "ecs",
        {
            "service": {"running_count": 3, "desired_count": 3},
            "task_definition": {"cpu": "256", "memory": "512"},
            "scalable_target": {"min_capacity": 3, "max_capacity": 4},
        },
        "Fargate service; 0.25 vCPU / 0.5 GB; 3-4 tasks, 3 running",
    ),
    ("ecs", {"service": {"running_count": 0, "desired_count": 1}}, "Fargate service; 1 task, 0 running"),
    ("ecs", {"cluster": {"name": "one"}}, "Fargate service; 9 tasks; does not stand"),
    (
        "schedule",
        {"schedule": {"schedule_expression": "rate(1 hour)"}, "task_definition": {"cpu": "256"}},
        "scheduled task; rate(1 hour); 0.25 vCPU",
    ),
    ("storage", {}, "S3 bucket; does not stand"),
    ("pages", {}, "Pages site"),
]
DECLARED = {
    "asg_instance_type": "t4g.small",
    "cache_engine": "redis",
    "cache_engine_version": "7.1",
    "database_engine": "postgres",
    "ecs_min_tasks": 9,
}


@pytest.mark.parametrize(("tier", "types", "label"), LIVE)
def test_what_stands_is_drawn_as_it_stands(tier: str, types: dict[str, Any], label: str):
    assert node(tier, found={"one": types}, **DECLARED) == label


def group(identity: str, ingress: list[dict[str, Any]], egress: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    return {"id": identity, "ip_permissions": ingress, "ip_permissions_egress": egress}


def rule(first: int, last: int = 0, protocol: str = "tcp", **peers: Any) -> dict[str, Any]:
    return {"ip_protocol": protocol, "from_port": first, "to_port": last or first, **peers}


EVERYWHERE = {"ip_ranges": [{"cidr_ip": "0.0.0.0/0"}], "ipv6_ranges": [{"cidr_ipv6": "::/0"}]}
FOUND: dict[str, dict[str, Any]] = {
    "main": {
        "vpc": {"cidr_block": "10.1.0.0/16"},
        "nat_gateway": {"us-east-1a": {}},
        "subnet": {
            "private-us-east-1b": {"id": "subnet-2", "cidr_block": "10.1.3.0/24", "availability_zone": "us-east-1b"},
            "private-us-east-1a": {"id": "subnet-1", "cidr_block": "10.1.2.0/24", "availability_zone": "us-east-1a"},
            "public-us-east-1a": {"id": "subnet-3", "cidr_block": "10.1.1.0/24", "availability_zone": "us-east-1a"},
        },
        "managed_prefix_list": {"cloudflare-ipv4": {"id": "pl-1"}},
    },
    "public": {
        "load_balancer": {"availability_zones": [{"subnet_id": "subnet-3"}]},
        "security_group": group(
            "sg-1",
            [rule(443, prefix_list_ids=[{"prefix_list_id": "pl-1"}]), rule(443, **EVERYWHERE), rule(80, **EVERYWHERE)],
            [rule(3000, user_id_group_pairs=[{"group_id": "sg-2"}])],
        ),
    },
    "machines": {
        "scaling_group": {"vpc_zone_identifier": "subnet-1,subnet-2", "min_size": 1, "max_size": 1},
        "role": {"main": {}},
        "bucket": {"name": "machines"},
        "security_group": group(
            "sg-2",
            [rule(8000, 8010, user_id_group_pairs=[{"group_id": "sg-1"}, {"group_id": "sg-of-others"}])],
            [rule(0, 0, "-1", ip_ranges=[{"cidr_ip": "10.1.0.0/16"}]), rule(443, **EVERYWHERE)],
        ),
    },
    "old": {"db_snapshot": {"final": {}}, "log_group": {"main": {}}},
    "web": {"repository": {"uri": "1"}, "secret": {"main": {}}},
    "keeper": {"secret": {"main": {}}},
}
STANDING = """\
flowchart TB
  accTitle: shop production as it stands
  place_vpc(["anything in the VPC"])
  place_outside(["Internet"])
  place_internet(["Internet"])
  subgraph cloudflare["Cloudflare"]
    place_cloudflare(["Cloudflare"])
  end
  subgraph network_main["VPC main 10.1.0.0/16"]
    subgraph public_main["public subnets"]
      ranges_public_main["10.1.1.0/24 us-east-1a"]
      nat_main["1 NAT gateway"]
      alb_public["public<br/>load balancer"]
    end
    subgraph private_main["private subnets"]
      ranges_private_main["10.1.2.0/24 us-east-1a<br/>10.1.3.0/24 us-east-1b"]
      asg_machines["machines<br/>scaling group<br/>1 machine<br/>0 running<br/>is not declared"]
    end
  end
  subgraph services["AWS us-east-1"]
    ecs_web["web<br/>Fargate service<br/>does not stand"]
    registry_web["web<br/>ECR repository<br/>is not declared"]
    secrets_keeper["keeper<br/>Secrets Manager<br/>is not declared"]
    storage_machines[("machines<br/>S3 bucket<br/>is not declared")]
    rest_old["old<br/>db#95;snapshot, log#95;group<br/>is not declared"]
    ecs_web ~~~ secrets_keeper ~~~ rest_old
    registry_web ~~~ storage_machines
  end
  alb_public -->|"8000-8010"| asg_machines
  asg_machines -->|"all"| place_vpc
  asg_machines -->|"443"| nat_main
  nat_main --> place_outside
  place_internet --> place_cloudflare
  place_cloudflare -->|"443"| alb_public
  place_internet -->|"80, 443"| alb_public
  classDef plain fill:none,stroke:none
  class ranges_public_main,ranges_private_main plain
  classDef undeclared stroke:#c60,stroke-width:3px
  class asg_machines,registry_web,secrets_keeper,storage_machines,rest_old undeclared
  classDef missing stroke:#c00,stroke-dasharray:6 4
  class ecs_web missing
"""


def test_a_stack_as_it_stands():
    stack = [network(("web", "internet", "1")), component("public", "alb", alb_subnet_tier="isolated"), WEB]
    assert diagram(stack, FOUND) == STANDING


def test_of_an_empty_account_all_is_missing():
    lines = drawn(network(), WEB, component("a.org", "cloudflare"), found={})
    styled = ["classDef missing stroke:#c00,stroke-dasharray:6 4", "class network_main,ecs_web missing"]
    assert [line for line in lines if "missing" in line] == styled
