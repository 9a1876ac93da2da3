# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.emulator import recorded
from support.play import Run, play

HOSTS = """\
stack:
  children:
    kms: {hosts: {encryption: }}
    network: {hosts: {main: }}
    dns: {hosts: {example.org: }}
    registry: {hosts: {web: }}
    database: {hosts: {postgres: }}
    alb: {hosts: {public: }}
    ecs: {hosts: {web: }}
"""
STACK = """\
stack_name: shop
stack_environment: development
stack_region: us-east-1
stack_account: "111122223333"
stack_flows:
  - {from: internet, to: public, ports: [80, 443]}
  - {from: public, to: web, ports: [3000]}
  - {from: web, to: postgres, ports: [5432]}
"""
NETWORK = """\
network_cidr: 10.0.0.0/16
network_subnets:
  public: [10.0.0.0/24, 10.0.16.0/24]
  isolated: [10.0.2.0/28, 10.0.18.0/28]
"""
DATABASE = """\
database_instance_class: db.t4g.micro
database_storage: 20
"""
ALB = """\
alb_targets:
  - {name: web, port: 3000}
"""
ECS = """\
ecs_cpu: 256
ecs_memory: 512
ecs_image_tag: "1"
ecs_load_balancer: public
ecs_environment:
  DATABASE_HOST: "{{ found.postgres.address }}"
"""
FILES = {
    "hosts.yml": HOSTS,
    "group_vars/stack.yml": STACK,
    "group_vars/network.yml": NETWORK,
    "group_vars/database.yml": DATABASE,
    "group_vars/alb.yml": ALB,
    "group_vars/ecs.yml": ECS,
}
# What the guard asks: whose credentials these are. The module asks for the account's alias too.
QUESTIONS = {"sts:GetCallerIdentity", "iam:ListAccountAliases"}


@pytest.fixture
def validate(endpoint: str, aws_environment: dict[str, str], tmp_path: Path) -> Callable[..., Run]:
    """Write an inventory, the good one with some files replaced, and validate it in the sandbox."""

    def run(*arguments: str, playbook: str = "playbooks/validate.yml", **files: str) -> Run:
        for name, text in {**FILES, **{name.replace("__", "/") + ".yml": text for name, text in files.items()}}.items():
            (tmp_path / "shop" / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "shop" / name).write_text(text)
        inventories = ("-i", f"{tmp_path}/shop", "-i", "inventories/sandbox")
        return play(playbook, *inventories, *arguments, endpoint=endpoint, directory=tmp_path)

    return run


def told(run: Run, directory: Path) -> list[str]:
    """The problems as a user reads them, with the inventory's directory left out."""
    assert run.code != 0, run.output
    (message,) = {event["msg"] for event in run.events if event["status"] == "failed"}
    lines = message.splitlines()
    assert all(line in run.output for line in lines), run.output
    return [line.replace(f"{directory}/shop/", "") for line in lines]


@pytest.mark.parametrize("arguments", [(), ("--check",), ("--limit", "web"), ("--limit", "network:dns")])
def test_a_good_inventory_passes(validate, arguments):
    run = validate(*arguments)
    assert run.code == 0, run.output
    assert not run.changed


BAD: dict[str, Any] = {
    "hosts": HOSTS
    + """\
    databse: {hosts: {orders: }}
    storage: {hosts: {Logs: {database_engine: postgres}}}
""",
    "group_vars__stack": """\
stack_name: shop
stack_environment: development
stack_profile: productoin
stack_region: us-east-1
stack_account: "111122223333"
stack_flows:
  - {from: internet, to: public, ports: [80, 443]}
  - {from: public, to: webb, ports: [3000]}
  - {from: web, to: postgres, ports: [5432, 65536], protocl: tcp}
databse_storage: 20
""",
    "group_vars__network": """\
network_cidr: 10.0.0.0/16
network_subnets:
  public: [10.0.0.0/24, 10.0.0.128/25]
  isolated: [10.1.0.0/28]
""",
    "group_vars__database": """\
# Two settings, one of them misspelt
database_storag: 20
database_storage: 200
database_max_storage: "{{ most_storage }}"
database_log_exports: [postgresql, upgrad]
""",
    "group_vars__ecs": """\
ecs_cpu: 256
ecs_memory: 4096
ecs_min_tasks: 3
ecs_max_tasks: 2
ecs_load_balancer: publik
ecs_environment:
  DATABASE_HOST: "{{ found.postgres.address }}"
""",
}


PROBLEMS = [
    "<CLI option '-e'>: stack: stack_account is 999999999999, and the credentials are of 123456789012 "
    "(arn:aws:sts::123456789012:user/moto); use credentials of 999999999999, or correct the setting",
    "Logs: the component can't be named so; use lower-case letters, digits, hyphens and dots: logs",
    "group_vars/database.yml:2: postgres: database_storag is not a setting of database; did you mean database_storage?",
    "group_vars/database.yml:4: postgres: database_max_storage needs most_storage, which is not defined; did "
    "you mean databse_storage?",
    "group_vars/database.yml:5: postgres: database_log_exports[1] must be postgresql or upgrade, not 'upgrad'; "
    "did you mean upgrade?",
    "group_vars/ecs.yml:1: web: ecs_cpu and ecs_memory do not go together: Fargate has no task of 256 CPU "
    "units with 4096 MiB of memory; use 512, 1024 or 2048 MiB, or 512, 1024 or 2048 CPU units with 4096 MiB",
    "group_vars/ecs.yml:3: web: ecs_min_tasks is 3, more than ecs_max_tasks, which is 2; lower it, or raise ecs_max_tasks",
    "group_vars/ecs.yml:5: web: ecs_load_balancer names publik, which is no alb component; did you mean public?",
    "group_vars/network.yml:3: main: network_subnets.public[1] is 10.0.0.128/25, which overlaps 10.0.0.0/24 of "
    "public; choose a free range",
    "group_vars/network.yml:4: main: network_subnets.isolated has 1 address ranges for 2 zones (us-east-1a and "
    "us-east-1b); give each zone one, or none at all",
    "group_vars/network.yml:4: main: network_subnets.isolated[0] is 10.1.0.0/28, outside network_cidr, which "
    "is 10.0.0.0/16; choose a range in it",
    "group_vars/stack.yml:10: stack: databse_storage is not a setting; did you mean database_storage?",
    "group_vars/stack.yml:3: stack: stack_profile is productoin, which is no profile; did you mean production?",
    "group_vars/stack.yml:8: stack: stack_flows[1].to names webb, which is no component; did you mean web?",
    "group_vars/stack.yml:9: stack: stack_flows[2].ports[1] is '65536'; use a number from 1 to 65535, or two "
    "of them, as in 8000-8010",
    "group_vars/stack.yml:9: stack: stack_flows[2].protocl is not an option of stack_flows; did you mean protocol?",
    "hosts.yml:11: Logs: database_engine is a setting of database, and Logs is storage; set it on a component "
    "of database, or put Logs in the group database too",
    "orders: databse is not a tier; did you mean database?",
    "postgres: database_instance_class is required where database_engine is postgres; set it in group_vars/database.yml",
    "web: ecs_image needs ecs_image_tag, which has no default; set it in group_vars/ecs.yml",
]


def test_everything_wrong_is_told_at_once_and_nothing_was_asked(validate, endpoint, tmp_path):
    with recorded(endpoint) as asked:
        run = validate("-e", "stack_account=999999999999", **BAD)
    first, *problems = told(run, tmp_path)
    assert first == f"{len(problems)} problems to mend first; nothing has been changed."
    assert not run.changed
    assert set(asked) == QUESTIONS
    assert sorted(problems) == PROBLEMS


def test_missing_credentials_are_one_of_the_problems(validate, endpoint, tmp_path):
    nowhere = {"AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "AWS_EC2_METADATA_DISABLED": "true"}
    nobody = {"stack_aws": {"AWS_ENDPOINT_URL": endpoint, "AWS_REGION": "us-east-1", **nowhere}}
    with recorded(endpoint) as asked:
        run = validate("-e", json.dumps(nobody), group_vars__ecs=ECS.replace("512", "4096"))
    assert asked == []
    size, credentials = told(run, tmp_path)[1:]
    assert size.startswith("group_vars/ecs.yml:1: web: ecs_cpu and ecs_memory do not go together: ")
    assert credentials == (
        "inventories/sandbox/group_vars/stack.yml:2: stack: stack_account can't be compared with that of the credentials: "
        "Failed to retrieve caller identity: Unable to locate credentials; "
        "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
    )


def test_without_a_region_nobody_is_asked(validate, endpoint, tmp_path):
    with recorded(endpoint) as asked:
        run = validate(group_vars__stack=STACK.replace("stack_region: us-east-1\n", ""))
    assert asked == []
    assert told(run, tmp_path) == [
        "1 problem to mend first; nothing has been changed.",
        "stack: stack_region is required; set it in group_vars/stack.yml",
    ]


def test_a_limit_leaves_the_problems_of_others_for_later(validate, tmp_path):
    assert validate("--limit", "web", group_vars__database="").code == 0
    assert told(validate("--limit", "postgres", group_vars__database=""), tmp_path)[1:] == [
        "postgres: database_instance_class is required where database_engine is postgres; set it in group_vars/database.yml"
    ]


def absent(*tiers: str) -> tuple[str, str]:
    return "-e", json.dumps({f"{tier}_state": "absent" for tier in tiers})


@pytest.mark.parametrize(
    ("arguments", "problems"),
    [
        (
            absent("kms"),
            [
                "postgres: database_key names encryption, which is declared absent; name another, or remove postgres first",
                "web: ecs_key names encryption, which is declared absent; name another, or remove web first",
                "web: registry_key names encryption, which is declared absent; name another, or remove web first",
            ],
        ),
        (
            (*absent("alb", "ecs", "network"), "--limit", "main"),
            [
                "<CLI option '-e'>: main: network_state is absent, and database_network of postgres names main; "
                "name another there, or remove postgres first"
            ],
        ),
        (
            (*absent("alb", "database", "ecs", "network"), "--limit", "main:postgres"),
            [
                "postgres: database_network names main, which is declared absent too and would go before postgres, but can "
                "only go after it; remove postgres first, with --limit postgres, and take it out of the inventory",
            ],
        ),
    ],
)
def test_what_others_use_is_not_taken_away(validate, tmp_path, arguments, problems):
    assert sorted(told(validate(*arguments), tmp_path)[1:]) == problems


def test_a_teardown_takes_everything_in_an_order_of_its_own(validate, tmp_path):
    said = told(validate(*absent("database", "network"), playbook="playbooks/teardown_guard.yml"), tmp_path)
    assert [line.partition(". To confirm")[0] for line in said] == ["A teardown removes shop in development whole"]


@pytest.mark.parametrize(
    "arguments", [absent("dns", "ecs"), (*absent("database", "ecs", "kms", "registry"), "--limit", "!postgres")]
)
def test_what_nobody_uses_may_go(validate, arguments):
    run = validate(*arguments)
    assert run.code == 0, run.output


def test_who_can_not_do_without_a_key_or_a_network_is_told(validate, tmp_path):
    hosts = "".join(line for line in HOSTS.splitlines(keepends=True) if not line.strip().startswith(("kms:", "network:")))
    assert sorted(told(validate(hosts=hosts), tmp_path)[1:]) == [
        "postgres: database_key is empty; put a component in the group kms, or name one",
        "postgres: database_network is empty; put a component in the group network, or name one",
        "public: alb_network is empty; put a component in the group network, or name one",
        "web: ecs_network is empty; put a component in the group network, or name one",
    ]


def test_two_networks_do_not_share_their_flows(validate, tmp_path):
    hosts = HOSTS.replace("{main: }", "{main: , data: {network_cidr: 10.1.0.0/16, network_subnets: {}}}")
    said = "network_flows of main and data both name web, postgres and public, which would have a security group in each"
    assert told(validate(hosts=hosts), tmp_path)[1:] == [
        f"main, data: {said}; set network_flows of each network to its own flows",
    ]
    own = "network_cidr: 10.1.0.0/16\nnetwork_subnets: {}\nnetwork_flows: []\n"
    assert validate(hosts=HOSTS.replace("{main: }", "{main: , data: }"), host_vars__data=own).code == 0
