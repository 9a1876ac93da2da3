# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils.rds import DatabaseError
from ansible_collections.groundwork.cloud.plugins.modules.db_parameter_group import batches, described, refuse, text, wanted

OPTIONS: dict[str, Any] = {
    "name": "shop",
    "family": "postgres16",
    "description": None,
    "parameters": None,
    "state": "present",
    "tags": None,
    "purge_tags": False,
}
STANDS = {"parameter_group": {"name": "shop", "family": "postgres16"}}


@pytest.mark.parametrize(("value", "expected"), [(True, "1"), (False, "0"), (25, "25"), ("ddl", "ddl")])
def test_text(value, expected):
    assert text(value) == expected


@pytest.mark.parametrize(
    ("given", "parts"),
    [
        ({}, {"parameter_group": {"name": "shop", "family": "postgres16"}}),
        (
            {"parameters": {"work_mem": 60}, "tags": {"a": 1}},
            {"parameter_group": {"name": "shop", "family": "postgres16"}, "parameters": {"work_mem": "60"}, "tags": {"a": "1"}},
        ),
        ({"state": "absent"}, {"parameter_group": None}),
    ],
)
def test_wanted(given, parts):
    assert wanted({**OPTIONS, **given}, {}) == parts


@pytest.mark.parametrize("word", ["DBParameterGroup", "DBClusterParameterGroup"])
def test_described(word):
    group = {f"{word}Name": "shop", f"{word}Arn": "arn", "DBParameterGroupFamily": "postgres16"}
    assert described(group) == {"name": "shop", "arn": "arn", "family": "postgres16", "description": ""}


def test_the_family_is_needed_once_and_stays():
    assert wanted({**OPTIONS, "family": None}, STANDS) == {"parameter_group": {"name": "shop"}}
    with pytest.raises(DatabaseError, match="a new group needs a family"):
        wanted({**OPTIONS, "family": None}, {})
    with pytest.raises(DatabaseError, match="its family is postgres16 and can't be changed to postgres17; take another name"):
        wanted({**OPTIONS, "family": "postgres17"}, STANDS)


def test_unknown_parameters_are_refused_with_the_nearest():
    known = {"work_mem": {}, "rds.extensions": {"IsModifiable": False}}
    refuse("shop", ["work_mem"], known)
    with pytest.raises(DatabaseError, match="did you mean work_mem"):
        refuse("shop", ["work-mem"], known)
    with pytest.raises(DatabaseError, match="its family has no such parameter; leave it out"):
        refuse("shop", ["zzz"], known)
    with pytest.raises(DatabaseError, match="Amazon RDS does not let it be changed"):
        refuse("shop", ["rds.extensions"], known)


def test_batches_apply_what_is_dynamic_at_once():
    known = {"work_mem": {"ApplyType": "dynamic"}, "max_connections": {"ApplyType": "static"}}
    listed = next(batches({"work_mem": "1", "max_connections": "2"}, known))
    assert [parameter["ApplyMethod"] for parameter in listed] == ["immediate", "pending-reboot"]
    many = {str(number): "1" for number in range(45)}
    assert [len(batch) for batch in batches(many, {name: {} for name in many})] == [20, 20, 5]
