# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a list leaves out is asked for here: tags one by one or in batches, descriptions of what was only named, states.

Tags of many types come from the Tagging API's list of the whole stack, one call for a hundred resources. That list lags
by minutes, so it decides nothing alone: whether a resource stands its own service has said, and the tags of one that the
list does not have yet are asked of the service.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .naming import COMPONENT_TAG, ENVIRONMENT_TAG, NAME_TAG, STACK_TAG, full_name
from .picture import at, tags_in
from .stack_calls import Calls, ReadError, gone

Item = dict[str, Any]
Step = Callable[[Calls, list[Item]], list[Item]]


def tags_by(service: str, operation: str, argument: str, field: str, key: str = "Tags") -> Step:
    """One call a resource: C(argument) takes the C(field) of it, the tags are under C(key) of the answer."""

    def step(calls: Calls, items: list[Item]) -> list[Item]:
        def ask(item: Item) -> Item:
            return item | {"Tags": at(calls.call(service, operation, **{argument: item[field]}), key) or []}

        return calls.each(ask, items)

    return step


def tags_in_batches(field: str, alone: Step) -> Step:
    """The Tagging API's answer for a hundred ARNs a call, and C(alone) for those that it does not know yet."""

    def step(calls: Calls, items: list[Item]) -> list[Item]:
        def ask(arns: list[str]) -> list[Item]:
            return calls.pages("resourcegroupstaggingapi", "get_resources", ["ResourceTagMappingList"], ResourceARNList=arns)

        known = {row["ResourceARN"]: row["Tags"] for row in calls.batches(ask, [item[field] for item in items], 100)}
        new = [item for item in items if item[field] not in known]
        return [item | {"Tags": known[item[field]]} for item in items if item[field] in known] + (
            alone(calls, new) if new else []
        )

    return step


def tags_of_load_balancing(field: str) -> Step:
    """DescribeTags takes twenty ARNs a call."""

    def step(calls: Calls, items: list[Item]) -> list[Item]:
        def ask(arns: list[str]) -> list[Item]:
            return list(calls.call("elbv2", "describe_tags", ResourceArns=arns)["TagDescriptions"])

        tags = {row["ResourceArn"]: row["Tags"] for row in calls.batches(ask, [item[field] for item in items], 20)}
        return [item | {"Tags": tags.get(item[field], [])} for item in items]

    return step


def tags_of_zones(calls: Calls, items: list[Item]) -> list[Item]:
    """ListTagsForResources takes ten zones a call."""

    def ask(zones: list[str]) -> list[Item]:
        answer = calls.call("route53", "list_tags_for_resources", ResourceType="hostedzone", ResourceIds=zones)
        return list(answer["ResourceTagSets"])

    public = [item | {"ZoneId": item["Id"].rpartition("/")[2]} for item in items if not at(item, "Config.PrivateZone")]
    tags = {row["ResourceId"]: row["Tags"] for row in calls.batches(ask, [item["ZoneId"] for item in public], 10)}
    return [item | {"Tags": tags.get(item["ZoneId"], [])} for item in public]


def described_clusters(calls: Calls, items: list[Item]) -> list[Item]:
    def ask(arns: list[str]) -> list[Item]:
        include = ["TAGS", "SETTINGS", "CONFIGURATIONS"]
        return list(calls.call("ecs", "describe_clusters", clusters=arns, include=include)["clusters"])

    return calls.batches(ask, [item["clusterArn"] for item in items], 100)


def described_services(calls: Calls, items: list[Item]) -> list[Item]:
    """DescribeServices takes ten services of one cluster a call."""
    services: list[Item] = []
    for cluster in sorted({item["of"]["clusterArn"] for item in items}):

        def ask(arns: list[str], cluster: str = cluster) -> list[Item]:
            answer = calls.call("ecs", "describe_services", cluster=cluster, services=arns, include=["TAGS"])
            return list(answer["services"])

        services += calls.batches(ask, [item["serviceArn"] for item in items if item["of"]["clusterArn"] == cluster], 10)
    return services


def described_task_definitions(calls: Calls, items: list[Item]) -> list[Item]:
    """A family stands for its latest active revision."""

    def ask(item: Item) -> Item:
        answer = calls.call("ecs", "describe_task_definition", taskDefinition=item["family"], include=["TAGS"])
        return {**answer["taskDefinition"], "tags": answer.get("tags", [])}

    return calls.each(ask, items)


def described_keys(calls: Calls, items: list[Item]) -> list[Item]:
    def ask(item: Item) -> Item:
        metadata: Item = calls.call("kms", "describe_key", KeyId=item["TargetKeyId"])["KeyMetadata"]
        return metadata | item

    return calls.each(ask, items)


def scaled_part_of_table(target: Mapping[str, Any]) -> Item:
    """A table or an index of it is scaled for reads and for writes: C(shop-production-orders-by-day-read)."""
    _table, name, *index = target["ResourceId"].split("/")
    way = "read" if "Read" in target["ScalableDimension"] else "write"
    return {**target, "Name": full_name([name, *index[1:], way])}


def tagged_tables(calls: Calls, items: list[Item]) -> list[Item]:
    """Amazon DynamoDB lists names, and wants an ARN for tags."""

    def ask(item: Item) -> Item:
        table = _table(calls, item["TableName"])
        return table | {"Tags": calls.pages("dynamodb", "list_tags_of_resource", ["Tags"], ResourceArn=table["TableArn"])}

    return calls.each(ask, items)


def described_tables(calls: Calls, items: list[Item]) -> list[Item]:
    """Those whose tags came from elsewhere are not described yet."""

    def ask(item: Item) -> Item:
        if "TableArn" in item:
            return item
        return _table(calls, item["TableName"]) | item

    return calls.each(ask, items)


def _table(calls: Calls, name: str) -> Item:
    """What AWS leaves out of a table without indexes is there, so that a plan which adds one finds it."""
    table: Item = calls.call("dynamodb", "describe_table", TableName=name)["Table"]
    return {"GlobalSecondaryIndexes": []} | table


def listed_ranges(calls: Calls, items: list[Item]) -> list[Item]:
    """The address ranges of prefix lists."""

    def ask(item: Item) -> Item:
        entries = calls.pages("ec2", "get_managed_prefix_list_entries", ["Entries"], PrefixListId=item["PrefixListId"])
        return item | {"Cidrs": sorted(entry["Cidr"] for entry in entries)}

    return calls.each(ask, items)


def described_certificates(calls: Calls, items: list[Item]) -> list[Item]:
    def ask(item: Item) -> Item:
        certificate: Item = calls.call("acm", "describe_certificate", CertificateArn=item["CertificateArn"])["Certificate"]
        return certificate | {"Tags": item["Tags"]}

    return calls.each(ask, items)


def names_in_namespace(calls: Calls, items: list[Item]) -> list[Item]:
    """A service of AWS Cloud Map answers to its name in the domain of its namespace."""
    return [
        {key: value for key, value in item.items() if key != "of"}
        | {"NamespaceId": item["of"]["Id"], "DnsName": f"{item['Name']}.{item['of']['Name']}"}
        for item in items
    ]


def described_schedules(calls: Calls, items: list[Item]) -> list[Item]:
    """Groups with the schedule of their name; one that is alone is what an interrupted run left."""

    def ask(item: Item) -> Item:
        try:
            schedule: Item = calls.call("scheduler", "get_schedule", GroupName=item["Name"], Name=item["Name"])
        except ReadError as error:
            if not gone(error):
                raise
            return item
        return {**schedule, **item, "State": schedule["State"] if item["State"] == "ACTIVE" else item["State"]}

    return calls.each(ask, items)


def listeners_of(calls: Calls, items: list[Item]) -> list[Item]:
    """A listener is of its load balancer's component, and its port is the part: a load balancer has one a port."""
    listeners = []
    for item in items:
        tags = tags_in(item["of"])
        owner = full_name([tags[STACK_TAG], tags[ENVIRONMENT_TAG], tags.get(COMPONENT_TAG, "")])
        listener = {key: value for key, value in item.items() if key != "of"}
        listeners.append(listener | {"Tags": tags | {NAME_TAG: f"{owner}-{item['Port']}"}})
    return listeners


def attachment(item: Mapping[str, Any]) -> str:
    return str(item["Attachments"][0]["State"]) if item.get("Attachments") else "detached"


def association(item: Mapping[str, Any]) -> str:
    return "associated" if item.get("AssociationId") else "allocated"


def deletion(item: Mapping[str, Any]) -> str:
    return "deleted" if item.get("DeletedDate") else "available"


def schedule(item: Mapping[str, Any]) -> str:
    """A group without its schedule is not ready."""
    return str(item["State"]) if "ScheduleExpression" in item or item["State"] != "ACTIVE" else "EMPTY"


def rollout(item: Mapping[str, Any]) -> str:
    """An active service is COMPLETED when its tasks run as many as desired and its last deployment has ended well."""
    if item["status"] != "ACTIVE":
        return str(item["status"])
    states = [deployment.get("rolloutState") for deployment in item.get("deployments", []) if deployment["status"] == "PRIMARY"]
    state = str(next(iter(states), None) or "COMPLETED")
    return "IN_PROGRESS" if state == "COMPLETED" and item["runningCount"] != item["desiredCount"] else state


def instances_of_group(item: Mapping[str, Any]) -> str:
    """A scaling group is steady when as many instances as are desired are in service."""
    if item.get("Status"):
        return str(item["Status"])
    serving = [
        one for one in item.get("Instances", []) if (one["LifecycleState"], one["HealthStatus"]) == ("InService", "Healthy")
    ]
    return "steady" if len(serving) >= item["DesiredCapacity"] else "PENDING"
