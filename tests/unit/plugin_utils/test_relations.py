# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.groundwork.cloud.plugins.plugin_utils import relations
from ansible_collections.groundwork.cloud.plugins.plugin_utils.specification import UNKNOWN
from ansible_collections.groundwork.cloud.plugins.plugin_utils.validation import Component

TARGETS = [{"name": "web"}, {"name": "api"}]


def sentences(problems) -> list[str]:
    return [str(problem) for problem in problems]


def component(*tiers: str, **settings: Any) -> Component:
    return Component("web", tiers, settings)


@pytest.mark.parametrize(
    ("flows", "wrong"),
    [
        ([{"from": "public", "to": "web"}], []),
        ([{"from": "web", "to": "internet"}], []),
        ([{"from": UNKNOWN, "to": "internet"}], []),
        ([UNKNOWN], []),
        (UNKNOWN, []),
        (
            [{"from": "public", "to": "api"}],
            [
                "web: ecs_network names main, whose flows do not name web, so that nothing could reach it; "
                "add a flow from or to it to stack_flows"
            ],
        ),
    ],
)
def test_flows_name_everything_that_has_network_interfaces(flows, wrong):
    network = Component("main", ("network",), {"network_flows": flows})
    others = [component("ecs", ecs_network=name) for name in ("main", "nowhere", UNKNOWN)]
    unguarded = component("storage", storage_network="main")
    assert sentences(relations.check_guarded([network, *others, unguarded])) == wrong


TO_WEB = {"from": "internet", "to": "web"}
TO_DATABASE = {"from": "web", "to": "postgres"}


def network(name: str, *flows: Any, **settings: Any) -> Component:
    return Component(name, ("network",), {"network_flows": list(flows), **settings})


def both(first: str, second: str, names: str) -> list[str]:
    said = f"network_flows of {first} and {second} both name {names}, which would have a security group in each"
    return [f"{name}: {said}; set network_flows of each network to its own flows" for name in (first, second)]


@pytest.mark.parametrize(
    ("networks", "wrong"),
    [
        ([network("main", TO_WEB, TO_DATABASE)], []),
        ([network("main", TO_WEB), network("data", {"from": "internet", "to": "postgres"})], []),
        (
            [network("main", TO_WEB), network("data", {"from": "vpc", "to": "10.0.0.0/8"}, {"from": "cloudflare", "to": "vpc"})],
            [],
        ),
        ([network("main", TO_WEB), network("data", {"from": "10.0.0.0/8", "to": "web"})], both("main", "data", "web")),
        ([network("main", TO_WEB, TO_DATABASE), network("data", TO_DATABASE)], both("main", "data", "web and postgres")),
        (
            [network(name, TO_WEB) for name in ("a", "b", "c")],
            [*both("a", "b", "web"), *both("a", "c", "web"), *both("b", "c", "web")],
        ),
        ([network("main", TO_WEB), network("data", TO_WEB, network_state="absent")], []),
        ([network("main", TO_WEB, UNKNOWN), network("data", UNKNOWN, {"from": UNKNOWN, "to": UNKNOWN})], []),
        ([network("main", TO_WEB), Component("data", ("network",), {"network_flows": UNKNOWN})], []),
        # Elsewhere it is told that there is no such component.
        ([network("main", {"from": "nobody"}), network("data", {"from": "nobody"})], []),
    ],
)
def test_a_component_is_of_one_network(networks, wrong):
    others = [component("ecs"), Component("postgres", ("database",))]
    assert sentences(relations.check_network_flows([*networks, *others])) == wrong


@pytest.mark.parametrize(
    ("targets", "wrong"),
    [
        (TARGETS, []),
        (UNKNOWN, []),
        ([UNKNOWN], []),
        ([{"name": UNKNOWN}], []),
        ([{"name": "api"}], ["web: ecs_load_balancer names public, whose alb_targets do not list web; add it there"]),
    ],
)
def test_load_balancers_know_their_services(targets, wrong):
    front = Component("public", ("alb",), {"alb_targets": targets})
    others = [component("ecs", ecs_load_balancer=name) for name in ("public", "nowhere", UNKNOWN)]
    assert sentences(relations.check_targets([front, *others])) == wrong


NO_DOMAIN = "web: ecs_discovery needs a domain in main; set network_private_domain there, or leave it out"


@pytest.mark.parametrize(
    ("discovery", "domain", "wrong"),
    [
        (True, "shop.internal", []),
        (True, UNKNOWN, []),
        (False, "", []),
        (UNKNOWN, "", []),
        (True, "", [NO_DOMAIN]),
    ],
)
def test_what_is_found_by_name_is_in_a_network_with_names(discovery, domain, wrong):
    network = Component("main", ("network",), {"network_private_domain": domain})
    others = [component("ecs", ecs_network=name, ecs_discovery=discovery) for name in ("main", "nowhere", UNKNOWN)]
    assert sentences(relations.check_discovery([network, *others])) == wrong


@pytest.mark.parametrize(
    ("settings", "wrong"),
    [
        ({"storage_load_balancer_logs": True}, []),
        ({"storage_load_balancer_logs": UNKNOWN}, []),
        ({}, []),
        (
            {"storage_load_balancer_logs": False},
            ["web: alb_access_logs names logs, which takes no logs; set storage_load_balancer_logs: true there"],
        ),
    ],
)
def test_load_balancers_log_to_buckets_that_take_logs(settings, wrong):
    balancers = [component("alb", alb_access_logs="logs"), component("alb", alb_access_logs=""), component("alb")]
    assert sentences(relations.check_access_logs([*balancers, Component("logs", ("storage",), settings)])) == wrong


@pytest.mark.parametrize(
    ("replica", "mine", "others", "wrong"),
    [
        (None, False, False, 0),
        ({}, False, False, 0),
        ({"component": "copies"}, True, True, 0),
        ({"component": "copies"}, False, True, 1),
        ({"component": "copies"}, False, False, 2),
        ({"bucket": "elsewhere"}, True, False, 0),
        ({"bucket": "elsewhere"}, False, True, 1),
    ],
)
def test_what_is_copied_keeps_versions_at_both_ends(replica, mine, others, wrong):
    uploads = Component("uploads", ("storage",), {"storage_replica": replica, "storage_versioning": mine})
    copies = Component("copies", ("storage",), {"storage_versioning": others})
    problems = relations.check_replicas([uploads, copies])
    assert len(problems) == wrong
    assert all("set storage_versioning: true there" in problem.message for problem in problems)


def test_copies_go_somewhere():
    uploads = Component("uploads", ("storage",), {"storage_replica": {"prefix": "a/"}, "storage_versioning": True})
    assert [problem.message for problem in relations.check_replicas([uploads])] == [
        "names nothing that takes the copies; name a component, or a bucket"
    ]


@pytest.mark.parametrize(
    ("tier", "target", "said"),
    [
        ("asg", {"name": "web", "type": "instance"}, []),
        ("asg", {"name": "web"}, ["set type: instance there"]),
        ("ecs", {"name": "web"}, []),
        ("ecs", {"name": "web", "type": "instance"}, ["set type: ip there"]),
    ],
)
def test_machines_are_targets_as_instances_and_tasks_by_address(tier, target, said):
    web = Component("web", (tier,), {f"{tier}_load_balancer": "public"})
    front = Component("public", ("alb",), {"alb_targets": [target]})
    problems = relations.check_targets([web, front])
    assert [problem.message.rpartition("; ")[2] for problem in problems] == said


@pytest.mark.parametrize(
    ("access", "said"),
    [
        (None, []),
        ({"uploads": "read", "orders": "write"}, []),
        ({"uploads": "all"}, ["is all; say read or write"]),
        ({"upload": "read"}, ["is no storage or dynamodb component; did you mean uploads?"]),
        ({"web": "read"}, ["is no storage or dynamodb component; name one of uploads and orders"]),
    ],
)
def test_machines_reach_what_holds_data(access, said):
    stores = [Component("uploads", ("storage",), {}), Component("orders", ("dynamodb",), {})]
    problems = relations.check_data([Component("web", ("asg",), {"asg_data": access}), *stores])
    assert [problem.message for problem in problems] == said


def test_without_any_store_a_group_is_missing():
    (problem,) = relations.check_data([Component("web", ("asg",), {"asg_data": {"uploads": "read"}})])
    assert problem.message.endswith("put one in those groups")


def locked(**settings):
    alb = Component("public", ("alb",), {"alb_origin_lock": "origin", "alb_certificate": "app", **settings.get("alb", {})})
    edge = {"cloudflare_origin_lock": "origin", "cloudflare_records": [{"name": "app", "alias": "public"}, {"name": "mail"}]}
    keeper = Component("origin", ("secrets",), {"secrets_entries": [{"name": "lock"}], **settings.get("keeper", {})})
    return [alb, Component("zone", ("cloudflare",), {**edge, **settings.get("edge", {})}), keeper]


@pytest.mark.parametrize(
    ("settings", "wrong"),
    [
        ({}, []),
        ({"keeper": {"secrets_entries": [UNKNOWN]}, "alb": {"alb_certificate": UNKNOWN}}, []),
        ({"keeper": {"secrets_entries": UNKNOWN}, "edge": {"cloudflare_records": UNKNOWN}}, []),
        ({"alb": {"alb_origin_lock": UNKNOWN}}, []),
        ({"alb": {"stack_flows": [UNKNOWN, {"from": "cloudflare", "to": "public"}, {"from": "internet", "to": "web"}]}}, []),
        (
            {"alb": {"stack_flows": [{"from": "internet", "to": "public"}]}},
            ["public: alb_origin_lock locks what stack_flows open to the internet; say {from: cloudflare, to: public} there"],
        ),
        ({"edge": {"cloudflare_records": [UNKNOWN, {"name": "x", "alias": UNKNOWN}, {"name": "y", "alias": "nothing"}]}}, []),
        (
            {"keeper": {"secrets_entries": [{"name": "session"}]}},
            ["public: alb_origin_lock names origin, whose secrets_entries have no lock; add {name: lock} there"],
        ),
        (
            {"alb": {"alb_certificate": ""}},
            ["public: alb_origin_lock would be sent in clear, because alb_certificate is empty; name a certificate, or no lock"],
        ),
        (
            {"edge": {"cloudflare_records": [{"name": "app", "alias": "public", "proxied": False}]}},
            [
                "zone: cloudflare_origin_lock is sent by Cloudflare, and a record with an alias says proxied: false; "
                "leave that out"
            ],
        ),
        (
            {"edge": {"cloudflare_origin_lock": ""}},
            ["zone: cloudflare_origin_lock is empty, and alb_origin_lock of public is origin; say the same at both"],
        ),
        (
            {"alb": {"alb_origin_lock": ""}},
            ["zone: cloudflare_origin_lock is origin, and alb_origin_lock of public is empty; say the same at both"],
        ),
        (
            {"edge": {"cloudflare_records": []}},
            [
                "zone: cloudflare_origin_lock names origin, and no record has an alias; "
                "name none, or lead a record to a load balancer"
            ],
        ),
    ],
)
def test_a_locked_load_balancer_can_be_opened(settings, wrong):
    assert sentences(relations.check_origin_locks(locked(**settings))) == wrong


KEY, GONE_KEY = Component("key", ("kms",), {"kms_state": "present"}), Component("key", ("kms",), {"kms_state": "absent"})
NOTES = Component("notes", ("dynamodb",), {"dynamodb_key": "key", "stack_key": "key", "dynamodb_state": "present"})
GONE_NOTES = Component("notes", ("dynamodb",), {**NOTES.settings, "dynamodb_state": "absent"})
NOT_THERE = "which is declared absent; name another, or remove"


def gone(name: str, *tiers: str, **settings: Any) -> Component:
    return Component(name, tiers, {**settings, **{f"{tier}_state": "absent" for tier in tiers}})


@pytest.mark.parametrize(
    ("components", "wrong"),
    [
        ([KEY, NOTES], []),
        ([Component("key", ("kms",), {"kms_state": UNKNOWN}), NOTES], []),
        ([NOTES], []),
        ([GONE_KEY, NOTES], [f"notes: dynamodb_key names key, {NOT_THERE} notes first"]),
        ([GONE_KEY, GONE_NOTES], []),
        ([GONE_KEY, Component("notes", ("dynamodb",), {"dynamodb_key": "", "stack_key": "key"})], []),
        ([GONE_KEY, Component("notes", ("dynamodb",), {"dynamodb_key": UNKNOWN})], []),
        # What only gives the others their default uses nothing.
        ([GONE_KEY, Component("web", ("pages",), {"stack_key": "key"})], []),
        # A component is of several tiers, of which only one is named.
        (
            [Component("web", ("ecs", "registry"), {"ecs_registry": "web", "registry_state": "absent"})],
            [f"web: ecs_registry names web, {NOT_THERE} web first"],
        ),
        ([gone("images", "registry"), component("ecs", ecs_registry="images", ecs_image="nginx")], []),
        (
            [
                Component("db", ("database", "cache"), {"cache_state": "absent"}),
                component("ecs", ecs_secrets=[{"component": "db"}]),
            ],
            [],
        ),
        (
            [gone("db", "database"), component("ecs", ecs_secrets=[{"component": "db"}])],
            [f"web: ecs_secrets[0].component names db, {NOT_THERE} web first"],
        ),
        # A load balancer has the target group of what it sends to, whoever is in that, and a cluster stays.
        ([gone("api", "ecs"), Component("public", ("alb",), {"alb_targets": [{"name": "api"}]})], []),
        ([gone("api", "ecs"), component("ecs", ecs_cluster="api"), component("schedule", schedule_cluster="api")], []),
        (
            [gone("files", "storage"), component("asg", asg_data={"files": "read", "others": "read"})],
            [f"web: asg_data.files names files, {NOT_THERE} web first"],
        ),
        ([gone("files", "storage"), component("asg", asg_data=UNKNOWN)], []),
    ],
)
def test_what_is_used_is_not_declared_absent(components, wrong):
    everyone = [one.name for one in components]
    assert sentences(relations.check_absent(components, everyone)) == wrong


@pytest.mark.parametrize(
    ("chosen", "wrong"),
    [
        (["key", "notes"], "notes: dynamodb_key names key, which is declared absent; name another, or remove notes first"),
        (["notes"], "notes: dynamodb_key names key, which is declared absent; name another, or remove notes first"),
        (["key"], "key: kms_state is absent, and dynamodb_key of notes names key; name another there, or remove notes first"),
    ],
)
def test_it_is_told_whichever_of_the_two_is_chosen(chosen, wrong):
    assert sentences(relations.check_absent([GONE_KEY, NOTES], chosen)) == [wrong]


@pytest.mark.parametrize(
    ("used", "user", "refused"),
    [
        (gone("main", "network"), gone("web", "database", database_network="main"), True),
        (gone("key", "kms"), gone("web", "database", database_key="key"), True),
        (gone("app", "certificate"), gone("web", "alb", alb_certificate="app"), True),
        (gone("example.org", "dns"), gone("web", "certificate", certificate_zone="example.org"), True),
        # AWS lets these go while they are used, or nothing of theirs is.
        (gone("key", "kms"), gone("web", "cache", cache_key="key"), False),
        (gone("main", "network"), gone("web", "schedule", schedule_network="main"), False),
        (gone("example.org", "cloudflare"), gone("web", "certificate", certificate_zone="example.org"), False),
        # No limit could choose one without the other.
        (None, gone("web", "dns", "certificate", certificate_zone="web"), False),
    ],
)
def test_what_goes_together_can_go_in_the_order_of_a_run(used, user, refused):
    components = [used, user] if used else [user]
    both = [one.name for one in components]
    [(setting, name)] = [(setting, name) for setting, name in user.settings.items() if not setting.endswith("_state")]
    said = (
        f"web: {setting} names {name}, which is declared absent too and would go before web, but can only go after it; "
        "remove web first, with --limit web, and take it out of the inventory"
    )
    assert sentences(relations.check_absent(components, both)) == [said] * refused
    for one in both if refused else ():
        assert relations.check_absent(components, [one]) == [], "the cure"
