# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""How each type of resource is read: one row a type."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from . import stack_steps as steps
from .naming import ENVIRONMENT_TAG, LIMITS, STACK_TAG, kept
from .picture import Scope, Shape, at, place_of
from .stack_steps import Item, Step, tags_by


def nothing(scope: Scope) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Reader:
    """How one type is listed, narrowed to names of the stack, and given its tags and details."""

    shape: Shape
    service: str
    operation: str
    keys: Sequence[str]
    item: Callable[[Any], Item] = dict
    """Makes a mapping of what the list has, which is a bare ARN in some."""
    arguments: Callable[[Scope], dict[str, Any]] = nothing
    limit: int = 0
    """The length at which the naming scheme shortens names of this type; 0 lists by something else than the name."""
    tagged: Step | None = None
    """Adds the tags that the list did not bring."""
    listed: str = ""
    """The field with its ARN in the Tagging API, or what follows C(covers) in that; empty to ask C(tagged) of all."""
    detailed: Step | None = None
    """Adds what the list did not say, to resources of this stack only."""
    parent: str = ""
    """The type whose resources are asked one by one, each with the arguments of C(of_parent)."""
    of_parent: Callable[[Mapping[str, Any]], dict[str, Any]] = dict
    covers: str = ""
    """How its ARNs begin, without partition, region and account: C(kms:key/)."""

    def place(self, item: Mapping[str, Any]) -> str:
        """Its ARN in the Tagging API's list, as C(covers) begins."""
        value = str(item[self.listed])
        return place_of(value) if value.startswith("arn:") else self.covers + value

    def named(self, item: Mapping[str, Any], scope: Scope) -> bool:
        return not self.limit or name_prefix(scope, self.limit) in str(at(item, self.shape.name) or "")


def name_prefix(scope: Scope, limit: int) -> str:
    """What every name of the stack certainly starts with when names are shortened to C(limit)."""
    return scope.prefix if len(scope.prefix) <= limit - 9 else kept(scope.prefix, limit)


def stack_filters(scope: Scope) -> list[dict[str, Any]]:
    """The tags of the stack, for a service that selects by them."""
    tags = {STACK_TAG: scope.stack, ENVIRONMENT_TAG: scope.environment}
    return [{"Name": f"tag:{tag}", "Values": [value]} for tag, value in tags.items()]


def ec2(
    type_: str,
    operation: str,
    key: str,
    id_: str,
    kind: str,
    status: Any = "",
    ready: str = "available",
    filters: str = "Filters",
    detailed: Step | None = None,
    **more: Any,
) -> Reader:
    """Amazon EC2 selects by tags itself, and answers with them."""
    shape = Shape(
        type_, id_, "", f"arn:{{partition}}:ec2:{{region}}:{{account}}:{kind}/{{id}}", status, frozenset(ready.split()), **more
    )

    def tagged(scope: Scope) -> dict[str, Any]:
        return {filters: stack_filters(scope)}

    return Reader(shape, "ec2", operation, [key], arguments=tagged, detailed=detailed, covers=f"ec2:{kind}/")


def shape(type_: str, id_: str, name: str, arn: str, status: Any = "", ready: str = "", **more: Any) -> Shape:
    return Shape(type_, id_, name, arn, status, frozenset(ready.split()), **more)


def secret_filters(scope: Scope) -> dict[str, Any]:
    filters = [{"Key": "tag-key", "Values": [STACK_TAG]}, {"Key": "tag-value", "Values": [scope.stack]}]
    return {"Filters": filters, "IncludePlannedDeletion": True, "MaxResults": 100}


def all_key_types(scope: Scope) -> dict[str, Any]:
    """Without this, ListCertificates lists RSA keys of up to 2048 bits only."""
    sizes = ["RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1", "EC_secp521r1"]
    return {"Includes": {"keyTypes": sizes}}


def reached_as_an_instance(cluster: Mapping[str, Any]) -> dict[str, Any]:
    """A DBCluster with endpoints in the form that a DBInstance has them, which others read."""
    ends = {end: {"Address": cluster.get(end), "Port": cluster.get("Port")} for end in ("Endpoint", "ReaderEndpoint")}
    return {**cluster, **ends}


def by_prefix(argument: str, kind: str, **more: Any) -> Callable[[Scope], dict[str, Any]]:
    return lambda scope: {argument: name_prefix(scope, LIMITS[kind]), **more}


RDS_TAGS = ("rds", "list_tags_for_resource", "ResourceName")
CACHE_TAGS = ("elasticache", "list_tags_for_resource", "ResourceName")
MANY: dict[str, Any] = {"many": True}
NAT_GONE: dict[str, Any] = {
    "gone": {"deleted": "AWS shows a deleted NAT gateway for about an hour"},
    "going": frozenset(["deleting"]),
}
ENDPOINT_GONE: dict[str, Any] = {
    "gone": {"deleted": "AWS shows a deleted endpoint for a while"},
    "going": frozenset(["deleting"]),
}
LIST_GONE: dict[str, Any] = {
    "gone": {"delete-complete": "AWS shows a deleted prefix list for a while"},
    "going": frozenset(["delete-in-progress"]),
}
KEY_GONE: dict[str, Any] = {"gone": {"PendingDeletion": "AWS keeps a key until its deletion window has passed"}}
SECRET_GONE: dict[str, Any] = {"gone": {"deleted": "AWS keeps a secret until its recovery window has passed"}}
INACTIVE: dict[str, Any] = {
    "gone": {"INACTIVE": "Amazon ECS shows it for a while after its deletion", "DELETE_IN_PROGRESS": "it is being deleted"}
}
SNAPSHOT = ("DBSnapshotIdentifier", "DBSnapshotIdentifier", "DBSnapshotArn")
CLUSTER_SNAPSHOT = ("DBClusterSnapshotIdentifier", "DBClusterSnapshotIdentifier", "DBClusterSnapshotArn")
KEEPS_DATA = "it keeps the data of a database that is gone"
LISTS_READY = "create-complete modify-complete restore-complete"
MAP_TAGS = tags_by("servicediscovery", "list_tags_for_resource", "ResourceARN", "Arn")
LOG_TAGS = tags_by("logs", "list_tags_for_resource", "resourceArn", "logGroupArn", "tags")
ALARM_TAGS = tags_by("cloudwatch", "list_tags_for_resource", "ResourceARN", "AlarmArn")

READERS: tuple[Reader, ...] = (
    ec2("vpc", "describe_vpcs", "Vpcs", "VpcId", "vpc", "State"),
    ec2("subnet", "describe_subnets", "Subnets", "SubnetId", "subnet", "State", **MANY),
    ec2(
        "internet_gateway",
        "describe_internet_gateways",
        "InternetGateways",
        "InternetGatewayId",
        "internet-gateway",
        steps.attachment,
    ),
    ec2(
        "nat_gateway",
        "describe_nat_gateways",
        "NatGateways",
        "NatGatewayId",
        "natgateway",
        "State",
        filters="Filter",
        **MANY,
        **NAT_GONE,
    ),
    ec2(
        "elastic_ip",
        "describe_addresses",
        "Addresses",
        "AllocationId",
        "elastic-ip",
        steps.association,
        "associated allocated",
        **MANY,
    ),
    ec2("route_table", "describe_route_tables", "RouteTables", "RouteTableId", "route-table", **MANY),
    ec2("network_acl", "describe_network_acls", "NetworkAcls", "NetworkAclId", "network-acl", **MANY),
    ec2(
        "vpc_endpoint",
        "describe_vpc_endpoints",
        "VpcEndpoints",
        "VpcEndpointId",
        "vpc-endpoint",
        "State",
        **MANY,
        **ENDPOINT_GONE,
    ),
    ec2(
        "flow_log",
        "describe_flow_logs",
        "FlowLogs",
        "FlowLogId",
        "vpc-flow-log",
        "FlowLogStatus",
        "ACTIVE",
        filters="Filter",
        **MANY,
    ),
    ec2("security_group", "describe_security_groups", "SecurityGroups", "GroupId", "security-group"),
    ec2(
        "managed_prefix_list",
        "describe_managed_prefix_lists",
        "PrefixLists",
        "PrefixListId",
        "prefix-list",
        "State",
        LISTS_READY,
        detailed=steps.listed_ranges,
        **MANY,
        **LIST_GONE,
    ),
    ec2("launch_template", "describe_launch_templates", "LaunchTemplates", "LaunchTemplateId", "launch-template"),
    Reader(
        shape(
            "scaling_group",
            "AutoScalingGroupName",
            "AutoScalingGroupName",
            "AutoScalingGroupARN",
            steps.instances_of_group,
            "steady",
            going=frozenset(["Delete in progress"]),
        ),
        *("autoscaling", "describe_auto_scaling_groups", ["AutoScalingGroups"]),
        arguments=lambda scope: {"Filters": stack_filters(scope)},
        covers="autoscaling:autoScalingGroup:",
    ),
    Reader(
        shape("key", "KeyId", "AliasName", "Arn", "KeyState", "Enabled", **KEY_GONE),
        *("kms", "list_aliases", ["Aliases"]),
        limit=LIMITS["key_alias"],
        tagged=tags_by("kms", "list_resource_tags", "KeyId", "TargetKeyId"),
        listed="TargetKeyId",
        detailed=steps.described_keys,
        covers="kms:key/",
    ),
    Reader(
        shape("repository", "repositoryName", "repositoryName", "repositoryArn"),
        *("ecr", "describe_repositories", ["repositories"]),
        item=lambda repository: repository | {"uri": repository["repositoryUri"]},
        limit=LIMITS["repository"],
        tagged=tags_by("ecr", "list_tags_for_resource", "resourceArn", "repositoryArn", "tags"),
        listed="repositoryArn",
        covers="ecr:repository/",
    ),
    Reader(
        shape("secret", "ARN", "Name", "ARN", steps.deletion, "available", **MANY, **SECRET_GONE),
        *("secretsmanager", "list_secrets", ["SecretList"]),
        arguments=secret_filters,
        covers="secretsmanager:secret:",
    ),
    Reader(
        shape("hosted_zone", "Id", "Name", "arn:{partition}:route53:::hostedzone/{id}"),
        *("route53", "list_hosted_zones", ["HostedZones"]),
        tagged=steps.tags_of_zones,
        covers="route53:hostedzone/",
    ),
    Reader(
        shape("certificate", "CertificateArn", "DomainName", "CertificateArn", "Status", "ISSUED"),
        *("acm", "list_certificates", ["CertificateSummaryList"]),
        arguments=all_key_types,
        tagged=tags_by("acm", "list_tags_for_certificate", "CertificateArn", "CertificateArn"),
        listed="CertificateArn",
        detailed=steps.described_certificates,
        covers="acm:certificate/",
    ),
    Reader(
        shape("bucket", "Name", "Name", "arn:{partition}:s3:::{id}"),
        *("s3", "list_buckets", ["Buckets"]),
        arguments=lambda scope: {"Prefix": name_prefix(scope, LIMITS["bucket"]), "BucketRegion": scope.region},
        limit=LIMITS["bucket"],
        tagged=tags_by("s3", "get_bucket_tagging", "Bucket", "Name", "TagSet"),
        listed="Name",
        covers="s3:",
    ),
    Reader(
        shape("namespace", "Id", "Name", "Arn"),
        *("servicediscovery", "list_namespaces", ["Namespaces"]),
        # Others share theirs, whose tags are not ours to read.
        arguments=lambda scope: {"Filters": [{"Name": "RESOURCE_OWNER", "Values": ["SELF"], "Condition": "EQ"}]},
        tagged=steps.tags_in_batches("Arn", MAP_TAGS),
        listed="Arn",
        covers="servicediscovery:namespace/",
    ),
    Reader(
        shape("discovery", "Id", "Name", "Arn"),
        *("servicediscovery", "list_services", ["Services"]),
        parent="namespace",
        of_parent=lambda namespace: {"Filters": [{"Name": "NAMESPACE_ID", "Values": [namespace["Id"]], "Condition": "EQ"}]},
        tagged=MAP_TAGS,
        listed="Arn",
        detailed=steps.names_in_namespace,
        covers="servicediscovery:service/",
    ),
    Reader(
        shape("table", "TableName", "TableName", "TableArn", "TableStatus", "ACTIVE", going=frozenset(["DELETING"])),
        *("dynamodb", "list_tables", ["TableNames"]),
        item=lambda name: {"TableName": name},
        limit=LIMITS["table"],
        tagged=steps.tagged_tables,
        listed="TableName",
        detailed=steps.described_tables,
        covers="dynamodb:table/",
    ),
    Reader(
        shape("table_scaling", "ResourceId", "Name", "ScalableTargetARN", **MANY, untagged=True),
        *("application-autoscaling", "describe_scalable_targets", ["ScalableTargets"]),
        item=steps.scaled_part_of_table,
        arguments=lambda scope: {"ServiceNamespace": "dynamodb"},
        limit=LIMITS["table"],
        covers="application-autoscaling:scalable-target/",
    ),
    Reader(
        shape("topic", "TopicArn", "Name", "TopicArn"),
        *("sns", "list_topics", ["Topics"]),
        item=lambda topic: topic | {"Name": topic["TopicArn"].rpartition(":")[2]},
        limit=LIMITS["topic"],
        tagged=tags_by("sns", "list_tags_for_resource", "ResourceArn", "TopicArn"),
        listed="TopicArn",
        covers="sns:",
    ),
    Reader(
        shape("queue", "QueueName", "QueueName", "arn:{partition}:sqs:{region}:{account}:{id}", **MANY),
        *("sqs", "list_queues", ["QueueUrls"]),
        item=lambda url: {"QueueUrl": url, "QueueName": url.rpartition("/")[2]},
        arguments=by_prefix("QueueNamePrefix", "queue", MaxResults=1000),
        limit=LIMITS["queue"],
        tagged=tags_by("sqs", "list_queue_tags", "QueueUrl", "QueueUrl"),
        listed="QueueName",
        covers="sqs:",
    ),
    Reader(
        shape("event_rule", "Name", "Name", "Arn", **MANY),
        *("events", "list_rules", ["Rules"]),
        arguments=by_prefix("NamePrefix", "rule"),
        limit=LIMITS["rule"],
        tagged=tags_by("events", "list_tags_for_resource", "ResourceARN", "Arn"),
        listed="Arn",
        covers="events:rule/",
    ),
    Reader(
        # A schedule has no tags; it is alone in a group of its name, which has them.
        shape("schedule", "Name", "Name", "Arn", steps.schedule, "ENABLED DISABLED", going=frozenset(["DELETING"])),
        *("scheduler", "list_schedule_groups", ["ScheduleGroups"]),
        arguments=by_prefix("NamePrefix", "schedule"),
        limit=LIMITS["schedule"],
        tagged=tags_by("scheduler", "list_tags_for_resource", "ResourceArn", "Arn"),
        listed="Arn",
        detailed=steps.described_schedules,
        covers="scheduler:schedule-group/",
    ),
    Reader(
        shape("role", "RoleName", "RoleName", "Arn", **MANY),
        *("iam", "list_roles", ["Roles"]),
        arguments=lambda scope: {"PathPrefix": f"/groundwork/{scope.stack}/{scope.environment}/"},
        tagged=tags_by("iam", "list_role_tags", "RoleName", "RoleName"),
        covers="iam:role/",
    ),
    Reader(
        shape("load_balancer", "LoadBalancerArn", "LoadBalancerName", "LoadBalancerArn", "State.Code", "active"),
        *("elbv2", "describe_load_balancers", ["LoadBalancers"]),
        limit=LIMITS["load_balancer"],
        tagged=steps.tags_of_load_balancing("LoadBalancerArn"),
        listed="LoadBalancerArn",
        covers="elasticloadbalancing:loadbalancer/",
    ),
    Reader(
        shape("listener", "ListenerArn", "", "ListenerArn", **MANY),
        *("elbv2", "describe_listeners", ["Listeners"]),
        parent="load_balancer",
        of_parent=lambda balancer: {"LoadBalancerArn": balancer["LoadBalancerArn"]},
        tagged=steps.listeners_of,
        covers="elasticloadbalancing:listener/",
    ),
    Reader(
        shape("target_group", "TargetGroupArn", "TargetGroupName", "TargetGroupArn", **MANY),
        *("elbv2", "describe_target_groups", ["TargetGroups"]),
        limit=LIMITS["target_group"],
        tagged=steps.tags_of_load_balancing("TargetGroupArn"),
        listed="TargetGroupArn",
        covers="elasticloadbalancing:targetgroup/",
    ),
    Reader(
        shape("cluster", "clusterName", "clusterName", "clusterArn", "status", "ACTIVE", **INACTIVE),
        *("ecs", "list_clusters", ["clusterArns"]),
        item=lambda arn: {"clusterArn": arn, "clusterName": arn.rpartition("/")[2]},
        limit=LIMITS["cluster"],
        tagged=steps.described_clusters,
        covers="ecs:cluster/",
    ),
    Reader(
        shape("service", "serviceName", "serviceName", "serviceArn", steps.rollout, "COMPLETED", **INACTIVE),
        *("ecs", "list_services", ["serviceArns"]),
        item=lambda arn: {"serviceArn": arn},
        parent="cluster",
        of_parent=lambda cluster: {"cluster": cluster["clusterArn"]},
        tagged=steps.described_services,
        covers="ecs:service/",
    ),
    Reader(
        shape("task_definition", "taskDefinitionArn", "family", "taskDefinitionArn", "status", "ACTIVE", **INACTIVE),
        *("ecs", "list_task_definition_families", ["families"]),
        item=lambda family: {"family": family},
        arguments=by_prefix("familyPrefix", "task_definition", status="ACTIVE"),
        tagged=steps.described_task_definitions,
        covers="ecs:task-definition/",
    ),
    Reader(
        shape("scalable_target", "ResourceId", "ServiceName", "ScalableTargetARN", untagged=True),
        *("application-autoscaling", "describe_scalable_targets", ["ScalableTargets"]),
        item=lambda target: target | {"ServiceName": target["ResourceId"].rpartition("/")[2]},
        arguments=lambda scope: {"ServiceNamespace": "ecs"},
        limit=LIMITS["service"],
        covers="application-autoscaling:scalable-target/",
    ),
    Reader(
        shape(
            "db_instance",
            "DBInstanceIdentifier",
            "DBInstanceIdentifier",
            "DBInstanceArn",
            "DBInstanceStatus",
            "available",
            **MANY,
        ),
        *("rds", "describe_db_instances", ["DBInstances"]),
        covers="rds:db:",
    ),
    Reader(
        shape("db_cluster", "DBClusterIdentifier", "DBClusterIdentifier", "DBClusterArn", "Status", "available"),
        *("rds", "describe_db_clusters", ["DBClusters"]),
        item=reached_as_an_instance,
        covers="rds:cluster:",
    ),
    Reader(
        shape("db_subnet_group", "DBSubnetGroupName", "DBSubnetGroupName", "DBSubnetGroupArn", "SubnetGroupStatus", "Complete"),
        *("rds", "describe_db_subnet_groups", ["DBSubnetGroups"]),
        limit=LIMITS["database_group"],
        tagged=tags_by(*RDS_TAGS, "DBSubnetGroupArn", "TagList"),
        listed="DBSubnetGroupArn",
        covers="rds:subgrp:",
    ),
    Reader(
        shape("db_parameter_group", "DBParameterGroupName", "DBParameterGroupName", "DBParameterGroupArn", **MANY),
        *("rds", "describe_db_parameter_groups", ["DBParameterGroups"]),
        limit=LIMITS["database_group"],
        tagged=tags_by(*RDS_TAGS, "DBParameterGroupArn", "TagList"),
        listed="DBParameterGroupArn",
        covers="rds:pg:",
    ),
    Reader(
        shape(
            "db_cluster_parameter_group",
            "DBClusterParameterGroupName",
            "DBClusterParameterGroupName",
            "DBClusterParameterGroupArn",
            **MANY,
        ),
        *("rds", "describe_db_cluster_parameter_groups", ["DBClusterParameterGroups"]),
        limit=LIMITS["database_group"],
        tagged=tags_by(*RDS_TAGS, "DBClusterParameterGroupArn", "TagList"),
        listed="DBClusterParameterGroupArn",
        covers="rds:cluster-pg:",
    ),
    Reader(
        shape("db_snapshot", *SNAPSHOT, "Status", "available", outlives=KEEPS_DATA, **MANY),
        *("rds", "describe_db_snapshots", ["DBSnapshots"]),
        arguments=lambda scope: {"SnapshotType": "manual"},
        covers="rds:snapshot:",
    ),
    Reader(
        shape("db_cluster_snapshot", *CLUSTER_SNAPSHOT, "Status", "available", outlives=KEEPS_DATA, **MANY),
        *("rds", "describe_db_cluster_snapshots", ["DBClusterSnapshots"]),
        arguments=lambda scope: {"SnapshotType": "manual"},
        covers="rds:cluster-snapshot:",
    ),
    Reader(
        shape("replication_group", "ReplicationGroupId", "ReplicationGroupId", "ARN", "Status", "available"),
        *("elasticache", "describe_replication_groups", ["ReplicationGroups"]),
        limit=LIMITS["replication_group"],
        tagged=tags_by(*CACHE_TAGS, "ARN", "TagList"),
        listed="ARN",
        covers="elasticache:replicationgroup:",
    ),
    Reader(
        shape("cache_subnet_group", "CacheSubnetGroupName", "CacheSubnetGroupName", "ARN"),
        *("elasticache", "describe_cache_subnet_groups", ["CacheSubnetGroups"]),
        limit=LIMITS["cache_group"],
        tagged=tags_by(*CACHE_TAGS, "ARN", "TagList"),
        listed="ARN",
        covers="elasticache:subnetgroup:",
    ),
    Reader(
        shape("cache_parameter_group", "CacheParameterGroupName", "CacheParameterGroupName", "ARN", **MANY),
        *("elasticache", "describe_cache_parameter_groups", ["CacheParameterGroups"]),
        limit=LIMITS["cache_group"],
        tagged=tags_by(*CACHE_TAGS, "ARN", "TagList"),
        listed="ARN",
        covers="elasticache:parametergroup:",
    ),
    Reader(
        # The name pattern is a substring: it also finds what a service names itself, as /aws/rds/instance/shop-production-db.
        shape("log_group", "logGroupName", "logGroupName", "logGroupArn", **MANY),
        *("logs", "describe_log_groups", ["logGroups"]),
        arguments=by_prefix("logGroupNamePattern", "log_group", limit=50),
        limit=LIMITS["log_group"],
        tagged=steps.tags_in_batches("logGroupArn", LOG_TAGS),
        listed="logGroupArn",
        covers="logs:log-group:",
    ),
    Reader(
        shape("alarm", "AlarmName", "AlarmName", "AlarmArn", **MANY),
        *("cloudwatch", "describe_alarms", ["MetricAlarms", "CompositeAlarms"]),
        arguments=by_prefix("AlarmNamePrefix", "alarm", AlarmTypes=["MetricAlarm", "CompositeAlarm"], MaxRecords=100),
        limit=LIMITS["alarm"],
        tagged=steps.tags_in_batches("AlarmArn", ALARM_TAGS),
        listed="AlarmArn",
        covers="cloudwatch:alarm:",
    ),
    Reader(
        shape("dashboard", "DashboardName", "DashboardName", "DashboardArn", **MANY, untagged=True),
        *("cloudwatch", "list_dashboards", ["DashboardEntries"]),
        arguments=by_prefix("DashboardNamePrefix", "dashboard"),
        limit=LIMITS["dashboard"],
        covers="cloudwatch:dashboard/",
    ),
)

# Services that one tier alone uses.
OF_TIER: Mapping[str, str] = {
    "autoscaling": "asg",
    "dynamodb": "dynamodb",
    "elasticache": "cache",
    "events": "schedule",
    "rds": "database",
    "scheduler": "schedule",
    "sqs": "schedule",
}


def readers(tiers: Collection[str] = ()) -> list[Reader]:
    """How a stack of these tiers is read; of all there are when none are named."""
    return [reader for reader in READERS if not tiers or OF_TIER.get(reader.service, "") in ("", *tiers)]
