# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.groundwork.cloud.plugins.modules.prefix_list import (
    ARGUMENTS,
    MOST,
    PrefixListError,
    described,
    room,
    steps,
    told,
    wanted,
)

PARAMS = {**dict.fromkeys(ARGUMENTS), "name": "offices", "state": "present", "purge_tags": False}
STANDING = {"prefix_list": {"address_family": "IPv4", "max_entries": 10}, "entries": {"192.0.2.0/24": ""}}
ENTRY = {"cidr": "192.0.2.7/24", "description": "here"}


@pytest.mark.parametrize(
    ("options", "current", "expected"),
    [
        ({"state": "absent"}, STANDING, {"prefix_list": None}),
        ({}, STANDING, {"prefix_list": {"address_family": "IPv4", "max_entries": 10}}),
        ({"address_family": "IPv6"}, {}, {"prefix_list": {"address_family": "IPv6", "max_entries": 10}, "entries": {}}),
        (
            {"entries": [ENTRY], "max_entries": 1, "tags": {"Name": "offices"}},
            STANDING,
            {
                "prefix_list": {"address_family": "IPv4", "max_entries": 1},
                "entries": {"192.0.2.0/24": "here"},
                "tags": {"Name": "offices"},
            },
        ),
    ],
)
def test_wanted(options, current, expected):
    assert wanted({**PARAMS, **options}, current) == expected


@pytest.mark.parametrize(
    ("options", "current", "said"),
    [
        ({}, {}, "it is not there yet; declare its address_family"),
        ({"address_family": "IPv6"}, STANDING, "it has IPv4 addresses, and AWS can't change that; choose another name"),
        ({"entries": [ENTRY], "max_entries": 0}, STANDING, "it has room for 0 of 1 entries; raise max_entries"),
    ],
)
def test_what_can_t_be_is_refused(options, current, said):
    with pytest.raises(PrefixListError, match=f"plan prefix list offices: {said}"):
        wanted({**PARAMS, **options}, current)


@pytest.mark.parametrize(
    ("count", "standing", "size"), [(0, 0, 10), (7, 0, 10), (15, 0, 20), (20, 0, 30), (20, 20, 20), (21, 20, 30), (3, 20, 20)]
)
def test_a_list_has_room_to_grow(count, standing, size):
    assert room(count, standing) == size


def test_described():
    answer = {"PrefixListId": "pl-1", "PrefixListName": "offices", "AddressFamily": "IPv4", "MaxEntries": 10, "Version": 1}
    assert described(answer) == {"id": "pl-1", "name": "offices", "address_family": "IPv4", "max_entries": 10}


@pytest.mark.parametrize(
    ("have", "want", "expected"),
    [
        ({"a": ""}, {"a": ""}, []),
        ({"a": ""}, {"b": "B"}, [{"AddEntries": [{"Cidr": "b", "Description": "B"}], "RemoveEntries": [{"Cidr": "a"}]}]),
        ({"a": "", "b": ""}, {"a": ""}, [{"RemoveEntries": [{"Cidr": "b"}]}]),
        (
            {"a": "old", "c": ""},
            {"a": "new"},
            [
                {"RemoveEntries": [{"Cidr": "a"}]},
                {"AddEntries": [{"Cidr": "a", "Description": "new"}], "RemoveEntries": [{"Cidr": "c"}]},
            ],
        ),
    ],
)
def test_steps(have, want, expected):
    assert list(steps(have, want)) == expected


def test_no_step_is_too_long():
    many = {str(number): "" for number in range(MOST + 1)}
    sizes = [{key: len(part) for key, part in step.items()} for step in steps(many, {f"n{key}": "" for key in many})]
    assert sizes == [{"AddEntries": MOST, "RemoveEntries": MOST}, {"AddEntries": 1, "RemoveEntries": 1}]
    assert [len(step["RemoveEntries"]) for step in steps(many, dict.fromkeys(many, "x")) if "AddEntries" not in step] == [MOST, 1]


@pytest.mark.parametrize(
    ("answer", "said"),
    [({}, "gone"), ({"State": "modify-complete"}, "modify-complete"), ({"State": "s", "StateMessage": "why"}, "s: why")],
)
def test_told(answer, said):
    assert told(answer) == said
