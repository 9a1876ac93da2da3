# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.groundwork.cloud.plugins.plugin_utils.specification import (
    UNKNOWN,
    check_names,
    check_options,
    check_owners,
    check_value,
    owner_of,
)

PORTS = {
    "type": "list",
    "elements": "dict",
    "options": {
        "port": {"type": "int", "required": True},
        "protocol": {"choices": ["tcp", "udp"], "default": "tcp", "aliases": ["proto"]},
        "range": {},
        "limits": {"type": "dict", "options": {"rate": {"type": "int"}}},
    },
    "mutually_exclusive": [["protocol", "range"]],
}


def sentences(problems) -> list[str]:
    return [f"{problem.setting} {problem.message}" for problem in problems]


@pytest.mark.parametrize(
    ("spec", "value", "checked"),
    [
        ({}, "x", "x"),
        ({"type": "int"}, "4", 4),
        ({"type": "bool"}, "yes", True),
        ({"type": "bool"}, False, False),
        ({"type": "int"}, 4, 4),
        ({"type": "path"}, "/etc", "/etc"),
        ({}, 4, "4"),
        ({"type": "list", "elements": "str"}, [443, "8000-8010"], ["443", "8000-8010"]),
        ({"type": "list", "elements": "str", "choices": ["a", "b"]}, ["a"], ["a"]),
        ({"type": "dict"}, {"a": UNKNOWN}, {"a": UNKNOWN}),
        ({"type": "int"}, UNKNOWN, UNKNOWN),
        ({"type": "list", "elements": "int"}, [UNKNOWN, "5"], [UNKNOWN, 5]),
        ({"type": "raw"}, {"a": [1]}, {"a": [1]}),
        ({"choices": ["on", "no"]}, "no", "no"),
        ({"choices": ["on", "no"]}, False, "no"),
        (PORTS, [{"port": "1"}], [{"port": 1, "protocol": "tcp"}]),
        (PORTS, [{"port": "1", "proto": "udp"}], [{"port": 1, "protocol": "udp"}]),
        (
            PORTS,
            [{"port": UNKNOWN, "limits": {"rate": UNKNOWN}}],
            [{"port": UNKNOWN, "limits": {"rate": UNKNOWN}, "protocol": "tcp"}],
        ),
        (PORTS, [UNKNOWN], [UNKNOWN]),
    ],
)
def test_a_right_value_takes_the_type_of_its_option(spec, value, checked):
    assert check_value("web", ("x",), spec, value) == (checked, [])


@pytest.mark.parametrize(
    ("spec", "value", "wrong"),
    [
        ({}, ["a"], ["x must be a string, not a list"]),
        ({"type": "path"}, {"a": 1}, ["x must be a string, not a mapping"]),
        ({"type": "int"}, "much", ["x must be of type int, not 'much'"]),
        ({"type": "int", "no_log": True}, "hunter2", ["x must be of type int"]),
        ({"type": "int"}, {"a": 1}, ["x must be of type int, not {'a': 1}"]),
        ({"type": "dict"}, 5, ["x must be of type dict, not 5"]),
        ({"choices": ["single", "none"]}, "singel", ["x must be single or none, not 'singel'; did you mean single?"]),
        ({"choices": ["single", "none"], "no_log": True}, "zz", ["x must be single or none"]),
        (
            {"type": "list", "elements": "int"},
            ["1", "b", "c"],
            ["x[1] must be of type int, not 'b'", "x[2] must be of type int, not 'c'"],
        ),
        ({"type": "list", "elements": "str", "choices": ["a", "bb"]}, ["a", "zz"], ["x[1] must be a or bb, not 'zz'"]),
        (
            PORTS,
            [{"porrt": 1}, {"port": 1, "limits": {"rate": "fast", "zzz": 1}}],
            [
                "x[0].porrt is not an option of x; did you mean port?",
                "x[0].port is required; set it",
                "x[1].limits.zzz is not an option of x; use rate",
                "x[1].limits.rate must be of type int, not 'fast'",
            ],
        ),
        (
            PORTS,
            [{"port": 1, "range": "1-2", "proto": "tcp"}],
            ["x[0] does not go together: parameters are mutually exclusive: protocol|range"],
        ),
    ],
)
def test_every_wrong_value_is_told(spec, value, wrong):
    assert sentences(check_value("web", ("x",), spec, value)[1]) == wrong


def test_rules_hold_for_what_is_declared_and_not_for_defaults():
    assert check_value("web", ("x",), PORTS, [{"port": 1, "range": "1-2"}])[1] == []


@pytest.mark.parametrize(
    ("values", "checked", "wrong"),
    [
        ({"ecs_image": "a:1"}, {"ecs_image": "a:1", "ecs_cpu": 256}, []),
        ({"image": "a:1", "ecs_other": 1}, {"ecs_image": "a:1", "ecs_cpu": 256}, []),
        ({"ecs_image": None}, {"ecs_cpu": 256}, ["ecs_image is required; set it in group_vars/ecs.yml"]),
        (
            {"ecs_cpu": "x"},
            {"ecs_cpu": UNKNOWN},
            ["ecs_image is required; set it in group_vars/ecs.yml", "ecs_cpu must be of type int, not 'x'"],
        ),
    ],
)
def test_settings_of_a_tier(values: dict[str, Any], checked, wrong):
    options = {"ecs_image": {"required": True, "aliases": ["image"]}, "ecs_cpu": {"type": "int", "default": 256}, "ecs_x": {}}
    result, problems = check_options("web", options, values, home="group_vars/ecs.yml")
    assert result == checked
    assert sentences(problems) == wrong


KNOWN = {
    "database": ["database_engine", "database_storage"],
    "api": ["api_name"],
    "api_key": ["api_key_name"],
    "ecs": ["ecs_cpu", "ecs_memory"],
    "stack": ["stack_name", "stack_region"],
}


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("database_engine", None),
        ("api_key_name", None),
        ("my_own", None),
        ("app_name", None),
        ("ecs", None),
        ("database", None),
        ("inventory_hostname", None),
        ("database_storag", "is not a setting of database; did you mean database_storage?"),
        ("stack_nam", "is not a setting of the stack; did you mean stack_name?"),
        ("api_zzz", "is not a setting of api; names that begin with api_ are settings, so rename a variable of your own"),
        ("api_key", "is not a setting of api; did you mean api_name?"),
        ("databse_engine", "is not a setting; did you mean database_engine?"),
        ("esc_cpu", "is not a setting; did you mean ecs_cpu?"),
        ("apikey_name", None),
        ("apy_key_name", "is not a setting; did you mean api_key_name?"),
        ("databse_of_films_and_actors", None),
    ],
)
def test_a_misspelt_setting_is_refused(name, wrong):
    assert [problem.message for problem in check_names("web", [name], KNOWN)] == ([wrong] if wrong else [])


@pytest.mark.parametrize(("name", "owner"), [("api_key_name", "api_key"), ("api_name", "api"), ("apis", None)])
def test_owner_of(name, owner):
    assert owner_of(name, KNOWN) == owner


def test_a_setting_of_another_tier_is_refused_on_the_component_itself():
    names = ["ecs_cpu", "stack_name", "database_engine", "database_zzz", "mine"]
    assert sentences(check_owners("web", ["ecs"], names, KNOWN)) == [
        "database_engine is a setting of database, and web is ecs; "
        "set it on a component of database, or put web in the group database too"
    ]
