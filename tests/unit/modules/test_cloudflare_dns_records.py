# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils.dns import Mark, Slot
from ansible_collections.groundwork.cloud.plugins.module_utils.plan import Plan
from ansible_collections.groundwork.cloud.plugins.modules.cloudflare_dns_records import batches, wanted

A = {"name": "www.example.org", "type": "A", "content": "192.0.2.1"}


@pytest.mark.parametrize(
    ("by", "standing", "declared", "want"),
    [
        ("comment", None, A, A),
        ("comment", {"tags": ["b:1"]}, A, A),
        ("comment", {"tags": ["b:1"]}, {**A, "tags": ["a:1"]}, {**A, "tags": ["a:1", "b:1"]}),
        ("tag", None, A, {**A, "tags": ["owner:shop"]}),
        ("tag", {"tags": ["b:1"]}, A, {**A, "tags": ["b:1", "owner:shop"]}),
        ("comment", {"tags": []}, None, None),
    ],
)
def test_tags_that_are_there_stay(by, standing, declared, want):
    assert wanted(Slot(standing, declared), Mark("shop", by)) == want


def test_a_plan_is_one_request():
    todo = Plan(create={"new": A}, update={"old": ({"content": "192.0.2.2"}, A)}, delete={"gone": A})
    assert batches(todo, {"old": "1", "gone": "2"}) == [
        {"deletes": [{"id": "2"}], "patches": [{"id": "1", **A}], "posts": [{"ttl": 1, **A}]}
    ]


def test_more_than_a_batch_takes_are_several_in_the_order_of_a_batch():
    todo = Plan(create={str(number): A for number in range(150)}, delete={f"-{number}": A for number in range(120)})
    made = batches(todo, {name: name for name in todo.delete})
    assert [{verb: len(changes) for verb, changes in batch.items()} for batch in made] == [
        {"deletes": 120, "posts": 80},
        {"posts": 70},
    ]


def test_an_empty_plan_is_no_request():
    assert batches(Plan(), {}) == []
