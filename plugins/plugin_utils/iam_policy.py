# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The IAM policies that a run needs, from the record of its calls."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..module_utils import naming
from ..module_utils.iam_actions import actions, known
from .iam_scopes import GLOBAL, MAKES, NEEDS, NEEDS_NOTHING, SCOPES, WHOLE, WITH_VALUE, Scope, matches
from .reads import is_read

# IAM and AWS STS quotas, "Maximum length of a customer managed policy": white space does not count.
LIMIT = 6144

# By how a region's name begins: its partition, the region of the partition's global services, the domain of its services.
_PARTITIONS = {
    "cn-": ("aws-cn", "cn-northwest-1", "amazonaws.com.cn"),
    "us-gov-": ("aws-us-gov", "us-gov-west-1", "amazonaws.com"),
    "": ("aws", "us-east-1", "amazonaws.com"),
}
_LOOKS = "Describe* Get* List*"


@dataclass(frozen=True)
class Stack:
    """Whose policies they are."""

    name: str
    environment: str
    region: str
    account: str
    path: str
    boundary: str = ""
    zones: Sequence[str] = ()


@dataclass
class _Statement:
    scope: Scope
    actions: set[str] = field(default_factory=set)
    values: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class _Need:
    """A permission, with the value that it is needed with, and whether it only reads."""

    action: str
    reads: bool
    value: str = ""


def policies(record: Iterable[Mapping[str, Any]], stack: Stack, limit: int = LIMIT) -> dict[str, Any]:
    """The documents by name, C(plan) and C(apply) and so many more as each needs, and what is doubtful about them."""
    calls = sorted({(str(entry["service"]), str(entry["operation"])) for entry in record if entry["service"] != "cloudflare"})
    reads = [call for call in calls if is_read(*call)]
    return {
        "documents": {
            f"{role}-{number}" if number > 1 else role: document
            for role, made in (("plan", reads), ("apply", calls))
            for number, document in enumerate(_documents(made, stack, limit), 1)
        },
        "warnings": [line for service, operation in calls for line in _doubts(service, operation)],
    }


def size(document: Mapping[str, Any]) -> int:
    """The length of a policy as IAM counts it."""
    return len(json.dumps(document, separators=(",", ":")))


def _doubts(service: str, operation: str) -> list[str]:
    for action in actions(service, operation):
        if action not in NEEDS_NOTHING and not _has_scope(action):
            return [f"{service} {operation} is left out: how {action} is kept to the stack is not known; add it by hand"]
        if not known(service, operation):
            return [f"{service} {operation} is taken to need {action}, which the Service Authorization Reference does not list"]
    return []


def _documents(calls: Iterable[tuple[str, str]], stack: Stack, limit: int) -> list[dict[str, Any]]:
    statements: dict[str, _Statement] = {}
    for need in sorted({need for call in calls for need in _needs(*call)}, key=lambda need: (need.action, need.value)):
        for scope in _scopes(need):
            statement = statements.setdefault(scope.sid, _Statement(scope))
            statement.actions.add(need.action)
            if need.value:
                statement.values.add(need.value)
    return _packed([_rendered(statements[sid], stack) for sid in sorted(statements)], limit)


def _needs(service: str, operation: str) -> Iterable[_Need]:
    reads = is_read(service, operation)
    for action in actions(service, operation):
        if action in NEEDS_NOTHING or not _has_scope(action):
            continue
        yield _Need(action, reads)
        if service == "ec2" and matches(operation, MAKES):
            yield _Need("ec2:CreateTags", False, operation)
        for besides in NEEDS.get(action, "").split():
            needed, _equals, value = besides.partition("=")
            yield _Need(needed, reads or matches(needed.partition(":")[2], _LOOKS), value)


def _has_scope(action: str) -> bool:
    return action.partition(":")[0] in SCOPES.keys() | WHOLE.keys()


def _scopes(need: _Need) -> Iterable[Scope]:
    if need.value:
        return [WITH_VALUE[need.action]]
    prefix, _colon, name = need.action.partition(":")
    if matches(name, WHOLE.get(prefix, "")):
        where, when = ("Account", "") if prefix in GLOBAL else ("Tags", "regions") if prefix == "tag" else ("Region", "region")
        return [Scope(f"{'LookAround' if need.reads else 'ChangeIn'}{where}", "*", when=when)]
    return [scope for scope in SCOPES[prefix] if matches(name, scope.actions)]


def _rendered(statement: _Statement, stack: Stack) -> dict[str, Any]:
    partition, _home, _domain = _partition(stack)
    prefix = f"{naming.stack_prefix(stack.name, stack.environment)}-"
    begins = {kind: naming.kept(prefix, limit) for kind, limit in naming.LIMITS.items()}
    begins |= {"account": stack.account, "region": stack.region, "path": stack.path}
    arns = {
        "*" if arn == "*" else f"arn:{partition}:{arn.format_map(begins | {'value': value})}"
        for arn in statement.scope.arns.split()
        for value in statement.values or {""}
    }
    condition = _condition(statement, stack)
    return {
        "Sid": statement.scope.sid,
        "Effect": "Allow",
        "Action": _one_or_all(statement.actions),
        "Resource": _one_or_all(arns),
        **({"Condition": condition} if condition else {}),
    }


def _condition(statement: _Statement, stack: Stack) -> dict[str, Any]:
    _name, home, domain = _partition(stack)
    tags = naming.stack_tags(stack.name, stack.environment)
    asked_for = {f"aws:RequestTag/{tag}": value for tag, value in tags.items()}
    words: dict[str, dict[str, dict[str, Any]]] = {
        "tagged": {"StringEquals": {f"aws:ResourceTag/{tag}": value for tag, value in tags.items()}},
        "made": {"StringEquals": asked_for},
        "claimed": {"StringEquals": asked_for, "Null": {f"aws:ResourceTag/{naming.STACK_TAG}": "true"}},
        "bounded": {"StringEquals": {"iam:PermissionsBoundary": stack.boundary}} if stack.boundary else {},
        "zones": _names_of(stack.zones) if stack.zones else {},
        "granted": {"Bool": {"kms:GrantIsForAWSResource": "true"}},
        "via": {
            "StringEquals": {"kms:ViaService": _one_or_all(f"{value}.{stack.region}.{domain}" for value in statement.values)}
        },
        "region": {"StringEquals": {"aws:RequestedRegion": stack.region}},
        # What has no region is listed by the Tagging API of the partition's home region.
        "regions": {"StringEquals": {"aws:RequestedRegion": _one_or_all({stack.region, home})}},
    }
    condition: dict[str, dict[str, Any]] = {}
    for word in statement.scope.when.split():
        for operator, keys in words.get(word, {"StringEquals": {word: _one_or_all(statement.values)}}).items():
            condition[operator] = condition.get(operator, {}) | keys
    return condition


def _names_of(zones: Sequence[str]) -> dict[str, Any]:
    names = [name for zone in zones for name in (zone, f"*.{zone}")]
    return {"ForAllValues:StringLike": {"route53:ChangeResourceRecordSetsNormalizedRecordNames": names}}


def _packed(statements: Sequence[Mapping[str, Any]], limit: int) -> list[dict[str, Any]]:
    """The statements in as few documents as their order allows; one that is too long for any is parted."""
    documents: list[dict[str, Any]] = []
    for statement in statements:
        for part in _parted(statement, limit):
            together = _document([*documents[-1]["Statement"], part]) if documents else _document([part])
            if documents and size(together) <= limit:
                documents[-1] = together
            else:
                documents.append(_document([part]))
    return documents


def _parted(statement: Mapping[str, Any], limit: int) -> list[Mapping[str, Any]]:
    """The statement, or halves of its actions until each fits; C(ValueError) when a single action does not."""
    if size(_document([statement])) <= limit:
        return [statement]
    listed = [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]
    if len(listed) == 1:
        raise ValueError(f"the statement {statement['Sid']} with one action is longer than {limit} characters")
    middle = len(listed) // 2
    return [
        part
        for number, half in enumerate((listed[:middle], listed[middle:]), 1)
        for part in _parted({**statement, "Sid": f"{statement['Sid']}{number}", "Action": _one_or_all(half)}, limit)
    ]


def _document(statements: list[Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": statements}


def _one_or_all(values: Iterable[str]) -> str | list[str]:
    listed = sorted(values)
    return listed[0] if len(listed) == 1 else listed


def _partition(stack: Stack) -> tuple[str, str, str]:
    return next(told for start, told in _PARTITIONS.items() if stack.region.startswith(start))
