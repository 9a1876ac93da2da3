# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The tables of IAM policies, held against the Service Authorization Reference."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils.iam_actions import PREFIXES, actions
from ansible_collections.groundwork.cloud.plugins.plugin_utils.iam_scopes import (
    MAKES,
    NEEDS,
    NEEDS_NOTHING,
    SCOPES,
    WHOLE,
    WITH_VALUE,
    matches,
)
from support.authorization import formats, listed, only_looks, operations, tagged_when_made, types

ALL: dict[str, set[str]] = defaultdict(set)
for _service in PREFIXES:
    for _operation in operations(_service):
        for _action in filter(listed, actions(_service, _operation)):
            ALL[_action.partition(":")[0]].add(_action)
# Amazon EC2 tells a thing's tags in a request that takes it as well: these make nothing that has the stack's tags.
MAKE_NOTHING = {"ec2:AuthorizeSecurityGroupEgress", "ec2:AuthorizeSecurityGroupIngress", "ec2:CreateTags", "ec2:DeleteTags"}
SCOPED = sorted(SCOPES.keys() | WHOLE.keys())


def name(action: str) -> str:
    return action.partition(":")[2]


@pytest.mark.parametrize(
    ("text", "patterns", "whether"),
    [
        ("GetRole", "Get* List*", True),
        ("CreateRole", "Get* List*", False),
        ("CreateRole", "* -Get*", True),
        ("GetRole", "* -Get*", False),
        ("GetRole", "", False),
    ],
)
def test_patterns(text, patterns, whether):
    assert matches(text, patterns) is whether


@pytest.mark.parametrize("prefix", SCOPED)
def test_what_takes_no_resource_is_allowed_on_everything(prefix: str):
    alone = {action for action in ALL[prefix] if not types(action)}
    on_everything = {scope.sid for scope in SCOPES.get(prefix, ()) if scope.arns == "*"}
    left = {
        action
        for action in alone
        if not matches(name(action), WHOLE.get(prefix, ""))
        and not any(matches(name(action), scope.actions) for scope in SCOPES[prefix] if scope.sid in on_everything)
    }
    assert left == set()


@pytest.mark.parametrize("prefix", SCOPED)
def test_what_changes_a_resource_is_not_allowed_on_everything(prefix: str):
    too_much = {
        action
        for action in ALL[prefix]
        if matches(name(action), WHOLE.get(prefix, "")) and types(action) and not only_looks(action)
    }
    assert too_much == set()


@pytest.mark.parametrize("prefix", SCOPED)
def test_every_action_has_a_scope(prefix: str):
    patterns = [WHOLE.get(prefix, ""), *(scope.actions for scope in SCOPES.get(prefix, ()))]
    assert [action for action in ALL[prefix] if not any(matches(name(action), pattern) for pattern in patterns)] == []


def test_all_that_amazon_ec2_makes_with_tags_is_known():
    made = {action for action in ALL["ec2"] if tagged_when_made(action)} - MAKE_NOTHING
    assert {action for action in made if not matches(name(action), MAKES)} == set()


@pytest.mark.parametrize("action", sorted(NEEDS))
def test_what_an_action_needs_is_in_the_reference(action: str):
    needed = [need.partition("=") for need in NEEDS[action].split()]
    assert listed(action)
    assert [need for need, _equals, _value in needed if not listed(need)] == []
    assert [need for need, _equals, value in needed if value and need not in WITH_VALUE] == []
    assert len(needed) == len(set(needed))


def test_what_needs_nothing_is_in_the_reference():
    assert [action for action in NEEDS_NOTHING if not listed(action)] == []


@pytest.mark.parametrize(
    ("prefix", "arn"),
    sorted(
        {(prefix, arn) for prefix, scopes in SCOPES.items() for scope in scopes for arn in scope.arns.split() if arn != "*"}
        | {(action.partition(":")[0], arn) for action, scope in WITH_VALUE.items() for arn in scope.arns.split()}
    ),
)
def test_an_arn_is_of_a_type_of_its_service(prefix: str, arn: str):
    """Up to the word for the type, where it has one."""
    begins = re.match(r"\w[\w-]*:[^:]*:[^:]*:[\w-]*", arn)
    assert begins
    filled = [kind.replace("${Region}", "{region}").replace("${Account}", "{account}") for kind in formats(prefix)]
    assert [kind for kind in filled if kind.removeprefix("arn:${Partition}:").startswith(begins[0])] != []


def test_a_scope_has_one_name():
    """Those of one name are one statement, so they are the same but for their actions."""
    scopes = [scope for several in SCOPES.values() for scope in several] + list(WITH_VALUE.values())
    named: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for scope in scopes:
        named[scope.sid].add((scope.arns, scope.when))
        assert re.fullmatch(r"[A-Za-z0-9]+", scope.sid)  # all that IAM takes in a Sid
    assert {sid: forms for sid, forms in named.items() if len(forms) > 1} == {}
