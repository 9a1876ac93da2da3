# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The reading of a whole stack: all rows at once, and the proof that nothing is left of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from .aws import AwsError
from .naming import COMPONENT_TAG, ENVIRONMENT_TAG, NAME_TAG, STACK_TAG
from .picture import Resource, Scope, Shape, at, place_of, tags_in
from .stack_calls import Calls, ReadError
from .stack_readers import READERS, Reader
from .stack_steps import Item

# The region in which the Tagging API lists what has no region, by partition.
GLOBAL_REGIONS = {"aws": "us-east-1", "aws-cn": "cn-northwest-1", "aws-us-gov": "us-gov-west-1"}
TAGGING = "resourcegroupstaggingapi"
GLOBAL_TAGGING = f"{TAGGING} global"


class PictureError(AwsError):
    """The live stack could not be read, with every read that failed."""


def read(calls: Calls, scope: Scope, readers: Sequence[Reader]) -> list[tuple[Shape, Item]]:
    """All rows at once; a row with a parent waits for it. Every failed read is told, not only the first.

    A thread a row only orders its calls; how many are under way is limited by C(calls).
    """
    rows: dict[str, Future[list[Item]]] = {}
    with ThreadPoolExecutor(len(readers) + 1, thread_name_prefix="row") as threads:
        listing = threads.submit(_listed, calls, scope)
        for reader in readers:
            rows[reader.shape.type] = threads.submit(_read, calls, scope, reader, rows.get(reader.parent), listing)
    errors = [error for row in rows.values() if isinstance(error := row.exception(), ReadError)]
    if errors:
        raise PictureError(f"read the live stack {scope.stack} {scope.environment}", told(errors))
    return [(reader.shape, item) for reader in readers for item in rows[reader.shape.type].result()]


def told(errors: Sequence[ReadError]) -> str:
    """What AWS said, each once, with the actions that it answered so."""
    actions: dict[str, set[str]] = {}
    for error in errors:
        actions.setdefault(error.said, set()).add(error.action)
    return "; ".join(f"{', '.join(sorted(asked))}: {said}" for said, asked in actions.items())


def _listed(calls: Calls, scope: Scope) -> dict[str, Any]:
    """The tags of all that the Tagging API lists of the stack, by place."""
    return {place_of(row["ResourceARN"]): row["Tags"] for row in _tagged(calls, scope, [TAGGING])}


def _read(
    calls: Calls, scope: Scope, reader: Reader, parent: Future[list[Item]] | None, listing: Future[dict[str, Any]]
) -> list[Item]:
    if parent is None:
        items = calls.pages(reader.service, reader.operation, reader.keys, **reader.arguments(scope))
        items = [reader.item(item) for item in items]
    else:

        def ask(owner: Item) -> list[Item]:
            listed = calls.pages(reader.service, reader.operation, reader.keys, **reader.of_parent(owner))
            return [reader.item(item) | {"of": owner} for item in listed]

        items = [item for answer in calls.each(ask, parent.result()) for item in answer]

    def borrowed(item: Item) -> bool:
        return bool(scope.borrows(reader.shape.type, str(at(item, reader.shape.name) or "")))

    items = [item for item in items if reader.named(item, scope)]
    if reader.tagged and items:
        known = listing.result() if reader.listed else {}
        tags = [known.get(reader.place(item)) if known else None for item in items]
        others = [item for item, told in zip(items, tags, strict=True) if told is None]
        listed = [item | {"Tags": told} for item, told in zip(items, tags, strict=True) if told is not None]
        items = listed + (reader.tagged(calls, others) if others else [])
    mine = [item for item in items if reader.shape.untagged or scope.owns(tags_in(item)) or borrowed(item)]
    return reader.detailed(calls, mine) if reader.detailed and mine else mine


def looked_at(calls: Calls, scope: Scope, readers: Sequence[Reader] = READERS) -> tuple[list[tuple[Shape, Item]], Scope]:
    """All that was read, and the scope with its account: from the answers, or asked when there are some and none says."""
    described = read(calls, scope, readers)
    owners = (str(item["OwnerId"]) for _kind, item in described if item.get("OwnerId"))
    arns = (value.split(":")[4] for _kind, item in described for value in item.values() if str(value).startswith("arn:"))
    account = next(owners, "") or next(filter(None, arns), "")
    if described and not account:
        account = str(calls.call("sts", "get_caller_identity")["Account"])
    return described, replace(scope, account=account)


# The proof that nothing is left.

LAGS = "the Tagging API still lists it, the service does not"
STATES: dict[str, Callable[[Calls, str], str]] = {
    "kms:key/": lambda calls, arn: str(calls.call("kms", "describe_key", KeyId=arn)["KeyMetadata"]["KeyState"]),
    "ecs:cluster/": lambda calls, arn: _status(calls.call("ecs", "describe_clusters", clusters=[arn])["clusters"]),
    "ecs:service/": lambda calls, arn: _status(
        calls.call("ecs", "describe_services", cluster=arn.split("/")[1], services=[arn])["services"]
    ),
    "ecs:task-definition/": lambda calls, arn: _status(
        [calls.call("ecs", "describe_task_definition", taskDefinition=arn)["taskDefinition"]]
    ),
    "ec2:instance/": lambda calls, arn: _running_machine(
        calls.pages("ec2", "describe_instances", ["Reservations"], Filters=[_by_id("instance-id", arn)])
    ),
    "ec2:volume/": lambda calls, arn: next(
        (str(one["State"]) for one in calls.pages("ec2", "describe_volumes", ["Volumes"], Filters=[_by_id("volume-id", arn)])), ""
    ),
    "ecs:task/": lambda calls, arn: _running(
        calls.call("ecs", "describe_tasks", cluster=arn.split("/")[1], tasks=[arn])["tasks"],
    ),
}
"""How a service is asked for the state of an ARN, where it goes on showing what is deleted; empty when it is not there."""
TAGS: dict[str, Callable[[Calls, str], Any]] = {
    "elasticloadbalancing:": lambda calls, arn: next(
        iter(calls.call("elbv2", "describe_tags", ResourceArns=[arn])["TagDescriptions"]), {}
    ),
    "ecr:": lambda calls, arn: calls.call("ecr", "list_tags_for_resource", resourceArn=arn),
    "acm:": lambda calls, arn: calls.call("acm", "list_tags_for_certificate", CertificateArn=arn),
    "s3:": lambda calls, arn: {"Tags": calls.call("s3", "get_bucket_tagging", Bucket=arn.rpartition(":")[2])["TagSet"]},
    "sns:": lambda calls, arn: calls.call("sns", "list_tags_for_resource", ResourceArn=arn),
    "sqs:": lambda calls, arn: calls.call("sqs", "list_queue_tags", QueueUrl=_queue(calls, arn)),
    "events:rule/": lambda calls, arn: calls.call("events", "list_tags_for_resource", ResourceARN=arn),
    "scheduler:schedule-group/": lambda calls, arn: calls.call("scheduler", "list_tags_for_resource", ResourceArn=arn),
    "rds:": lambda calls, arn: calls.call("rds", "list_tags_for_resource", ResourceName=arn),
    "elasticache:": lambda calls, arn: calls.call("elasticache", "list_tags_for_resource", ResourceName=arn),
    "logs:log-group:": lambda calls, arn: calls.call("logs", "list_tags_for_resource", resourceArn=arn),
    "dynamodb:": lambda calls, arn: calls.call("dynamodb", "list_tags_of_resource", ResourceArn=arn),
    "cloudwatch:alarm:": lambda calls, arn: calls.call("cloudwatch", "list_tags_for_resource", ResourceARN=arn),
}
"""How a service is asked for the tags of an ARN, where a row finds its type by name; it stands while these name the stack."""


def left(calls: Calls, scope: Scope, resources: Iterable[Resource]) -> dict[str, list[Item]]:
    """What is left of the stack (C(leftovers)), what is meant to outlive it (C(kept)), what AWS only goes on showing (C(fading)).

    The last two have the reason. The Tagging API knows types that no row reads, and names that the scheme did not make; but
    it lists what was deleted for a while, so its word alone is proof of nothing where the owning service can be asked.
    """
    told: dict[str, list[Item]] = {"leftovers": [], "kept": [], "fading": []}

    def tell(row: Item, outlives: str, fading: str) -> None:
        why = {"why": fading or outlives} if fading or outlives else {}
        told["fading" if fading else "kept" if outlives else "leftovers"].append(row | why)

    for resource in resources:
        tell(resource.summary(), resource.shape.outlives, resource.fading)
    known = {_identity(row["arn"]) for rows in told.values() for row in rows}
    services = [TAGGING] if scope.region == GLOBAL_REGIONS.get(scope.partition, scope.region) else [TAGGING, GLOBAL_TAGGING]
    tagged = {
        row["ResourceARN"]: tags_in(row) for row in _tagged(calls, scope, services) if _identity(row["ResourceARN"]) not in known
    }
    states = dict(calls.each(lambda arn: (arn, _state(calls, scope, arn)), tagged))
    for arn, tags in tagged.items():
        reader, state = _reader(arn), states.get(arn, "")
        why = reader.shape.gone.get(state, "") if reader and state else LAGS if not state else ""
        tell(_summary(arn, tags, reader, state), reader.shape.outlives if reader else "", why)
    return told


def _tagged(calls: Calls, scope: Scope, services: Sequence[str]) -> list[Item]:
    filters = [{"Key": STACK_TAG, "Values": [scope.stack]}, {"Key": ENVIRONMENT_TAG, "Values": [scope.environment]}]

    def ask(service: str) -> list[Item]:
        return calls.pages(service, "get_resources", ["ResourceTagMappingList"], TagFilters=filters, ResourcesPerPage=100)

    return [row for rows in calls.each(ask, services) for row in rows]


def _state(calls: Calls, scope: Scope, arn: str) -> str:
    """The state of an ARN that no row has read: from its service, or C(tagged) when only the Tagging API can tell."""
    place = place_of(arn)
    if arn.split(":")[3] not in ("", scope.region):
        return "tagged"
    if ask := _starting(STATES, place):
        return ask(calls, arn)
    if ask_tags := _starting(TAGS, place):
        return "available" if scope.owns(tags_in(ask_tags(calls, arn))) else ""
    # What a row selects by tags alone, in a complete and consistent answer, is not there when the answer lacks it.
    return "" if _reader(arn) else "tagged"


def _starting[T](table: Mapping[str, T], place: str) -> T | None:
    return next((value for start, value in table.items() if place.startswith(start)), None)


def _reader(arn: str) -> Reader | None:
    return next((reader for reader in READERS if place_of(arn).startswith(reader.covers)), None)


def _identity(arn: str) -> str:
    """What tells resources apart: ids of Amazon EC2 are unique, and not every answer has the account for the ARN."""
    return arn.rpartition("/")[2] if arn.split(":")[2] == "ec2" else arn


def _summary(arn: str, tags: Mapping[str, str], reader: Reader | None, state: str) -> Item:
    place = place_of(arn)
    type_ = reader.shape.type if reader else place.rpartition("/")[0] if "/" in place else ":".join(place.split(":")[:2])
    identity = arn.rpartition("/")[2].rpartition(":")[2]
    mine = {"component": tags.get(COMPONENT_TAG, ""), "type": type_, "part": "", "id": identity, "arn": arn}
    return mine | {"name": tags.get(NAME_TAG, ""), "ready": False, "status": state or "deleted"}


def _queue(calls: Calls, arn: str) -> str:
    return str(calls.call("sqs", "get_queue_url", QueueName=arn.rpartition(":")[2])["QueueUrl"])


def _status(items: Sequence[Mapping[str, Any]]) -> str:
    return str(items[0]["status"]) if items else ""


def _by_id(name: str, arn: str) -> Item:
    return {"Name": name, "Values": [arn.rpartition("/")[2]]}


def _running_machine(reservations: Sequence[Mapping[str, Any]]) -> str:
    """The state of an instance; one that has ended is only shown, for about an hour."""
    states = [str(machine["State"]["Name"]) for one in reservations for machine in one["Instances"]]
    return next((state for state in states if state not in ("shutting-down", "terminated")), "")


def _running(tasks: Sequence[Mapping[str, Any]]) -> str:
    """The state of a task; a stopped one is only shown, for about an hour."""
    return next((str(task["lastStatus"]) for task in tasks if task["lastStatus"] != "STOPPED"), "")
