# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a plan would create, known to the rest of the plan: the tasks of one wave make it, and those of the next find it.

A run in check mode keeps it in Ansible's own temporary directory, which goes when the run ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from ansible_collections.groundwork.cloud.plugins.module_utils.naming import (
    COMPONENT_TAG,
    ENVIRONMENT_TAG,
    NAME_TAG,
    STACK_TAG,
    part_of,
)
from ansible_collections.groundwork.cloud.plugins.module_utils.picture import WHOLE, snake
from ansible_collections.groundwork.cloud.plugins.module_utils.stack_readers import READERS, Reader

from . import run_files
from .unknown import STATUS, UNKNOWN, filled, is_unknown

# What each module makes, by the type that the live picture calls it.
TYPES = {
    "amazon.aws.ec2_vpc_nacl": "network_acl",
    "amazon.aws.rds_subnet_group": "db_subnet_group",
    "amazon.aws.route53_zone": "hosted_zone",
    "community.aws.sqs_queue": "queue",
    "groundwork.cloud.acm_certificate": "certificate",
    "groundwork.cloud.application_scaling": "scalable_target",
    "groundwork.cloud.autoscaling_group": "scaling_group",
    "groundwork.cloud.cloud_map_namespace": "namespace",
    "groundwork.cloud.cloud_map_service": "discovery",
    "groundwork.cloud.cloudwatch_alarms": "alarm",
    "groundwork.cloud.cloudwatch_log_group": "log_group",
    "groundwork.cloud.db_cluster": "db_cluster",
    "groundwork.cloud.db_instance": "db_instance",
    "groundwork.cloud.db_parameter_group": "db_parameter_group",
    "groundwork.cloud.dynamodb_table": "table",
    "groundwork.cloud.ecr_repository": "repository",
    "groundwork.cloud.ecs_cluster": "cluster",
    "groundwork.cloud.ecs_service": "service",
    "groundwork.cloud.ecs_task_definition": "task_definition",
    "groundwork.cloud.elasticache_parameter_group": "cache_parameter_group",
    "groundwork.cloud.elasticache_replication_group": "replication_group",
    "groundwork.cloud.elasticache_subnet_group": "cache_subnet_group",
    "groundwork.cloud.elb_load_balancer": "load_balancer",
    "groundwork.cloud.elb_target_group": "target_group",
    "groundwork.cloud.event_rule": "event_rule",
    "groundwork.cloud.flow_log": "flow_log",
    "groundwork.cloud.iam_role": "role",
    "groundwork.cloud.kms_key": "key",
    "groundwork.cloud.launch_template": "launch_template",
    "groundwork.cloud.nat_gateways": "nat_gateway",
    "groundwork.cloud.prefix_list": "managed_prefix_list",
    "groundwork.cloud.route_tables": "route_table",
    "groundwork.cloud.s3_bucket": "bucket",
    "groundwork.cloud.scheduler_schedule": "schedule",
    "groundwork.cloud.secret": "secret",
    "groundwork.cloud.security_groups": "security_group",
    "groundwork.cloud.sns_topic": "topic",
    "groundwork.cloud.subnets": "subnet",
    "groundwork.cloud.vpc": "vpc",
    "groundwork.cloud.vpc_endpoint": "vpc_endpoint",
}
# What is another type by an option.
_BY_OPTION = {
    "groundwork.cloud.application_scaling": ("service_namespace", {"dynamodb": "table_scaling"}),
    "groundwork.cloud.db_parameter_group": ("kind", {"cluster": "db_cluster_parameter_group"}),
}
# What the options of a module tell of the resource in other words than AWS describes it.
_TELLS: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "vpc": lambda options: {"cidr_block": options.get("cidr")},
    "load_balancer": lambda options: {"type": "application"},
    "cluster": lambda options: {**_insights(options), "arn": f"{UNKNOWN}/{options.get('name')}"},
    "service": lambda options: {"cluster_arn": f"{UNKNOWN}/{options.get('cluster')}"},
    "discovery": lambda options: {"namespace_id": options.get("namespace")},
    "db_cluster": lambda options: {
        "endpoint": {"address": UNKNOWN, "port": options.get("port") or UNKNOWN},
        "reader_endpoint": {"address": UNKNOWN, "port": options.get("port") or UNKNOWN},
    },
    "db_instance": lambda options: {
        "db_instance_class": options.get("instance_class"),
        "db_cluster_identifier": options.get("cluster"),
    },
    "scalable_target": lambda options: {"id": options.get("resource_id")},
    "scaling_group": lambda options: {"enabled_metrics": _collected(options)},
    "table": lambda options: {
        "deletion_protection_enabled": options.get("deletion_protection"),
        "provisioned_throughput": _throughput(options),
        "global_secondary_indexes": _indexes(options),
    },
    "table_scaling": lambda options: {"id": options.get("resource_id")},
    "replication_group": lambda options: {"member_clusters": _members(options)},
    "repository": lambda options: {"uri": UNKNOWN},
    "schedule": lambda options: {
        "schedule_expression": options.get("schedule_expression"),
        "state": None if options.get("enabled") is None else "ENABLED" if options["enabled"] else "DISABLED",
    },
}
# The option of a module that makes several at once.
SEVERAL = {
    "groundwork.cloud.cloudwatch_alarms": "alarms",
    "groundwork.cloud.nat_gateways": "gateways",
    "groundwork.cloud.route_tables": "tables",
    "groundwork.cloud.security_groups": "groups",
    "groundwork.cloud.subnets": "subnets",
}
# The same of those that find what stands without what is not known yet of one item, and so can compare all the others.
_COMPARING = {
    "groundwork.cloud.cloudflare_dns_records": "records",
    "groundwork.cloud.nat_gateways": SEVERAL["groundwork.cloud.nat_gateways"],
    "groundwork.cloud.route_tables": SEVERAL["groundwork.cloud.route_tables"],
    "groundwork.cloud.security_groups": SEVERAL["groundwork.cloud.security_groups"],
}
# What has a name that others address it by, but is no resource of AWS, and so in no picture.
_ELSEWHERE = ("groundwork.cloud.cloudflare_zone", "groundwork.cloud.cloudflare_pages_project")
# The options that name a resource, the most telling first: a certificate has a name of its own beside that of its domain.
_NAMES = ("zone", "domain_name", "name", "family")
# What a change leaves as it is.
_KEPT = ("arn", "id", "name")
# Error codes of AWS that say that something is not there.
_NOT_THERE = ("notfound", "nosuch", "notexist", "nonexist")
_FILE = "groundwork_planned.jsonl"


@dataclass(frozen=True)
class Planned:
    """One resource that would be created or changed, or what would be removed.

    C(resource) is how the picture will have it, as far as that is known; C(declared) is what of it its options say. What is
    removed has one of C(removed) as its name or id.
    """

    stack: str
    environment: str
    component: str
    type: str
    part: str
    name: str
    resource: Mapping[str, Any]
    declared: Mapping[str, Any]
    removed: list[str] = field(default_factory=list)


def planned(module: str, options: Mapping[str, Any], result: Mapping[str, Any]) -> list[Planned]:
    """The resources that a module with these options would create; none for a module that makes nothing of its own."""
    if module in _ELSEWHERE:
        return [Planned("", "", "", "", "", str(options["name"]), {}, {})]
    type_ = _type(module, options)
    reader = next((reader for reader in READERS if reader.shape.type == type_), None)
    if not reader:
        return []
    if several := options.get(SEVERAL.get(module, "")):
        made = [_planned(reader, {**options, **item}, {}) for item in several]
    else:
        made = [_planned(reader, options, _told(result))]
    return [one for one in made if one]


def removal(module: str, options: Mapping[str, Any]) -> list[Planned]:
    """What a module with these options would remove, of whatever component; none for what is in no picture."""
    type_ = _type(module, options)
    return [Planned("", "", "", type_, "", "", {}, {}, list(_words(options)))] if type_ else []


def _type(module: str, options: Mapping[str, Any]) -> str:
    option, others = _BY_OPTION.get(module, ("", {}))
    return others.get(str(options.get(option)), TYPES.get(module, ""))


def needed(module: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """What a module has to know of its options to read what stands."""
    spared = _COMPARING.get(module, "")
    return {name: value for name, value in options.items() if name != spared}


def _planned(reader: Reader, options: Mapping[str, Any], told: Mapping[str, Any]) -> Planned | None:
    shape, described = reader.shape, _described(reader)
    tags = {str(key): str(value) for key, value in (options.get("tags") or {}).items()}
    if not {STACK_TAG, ENVIRONMENT_TAG, COMPONENT_TAG} <= set(tags):
        return None
    names = _NAMES if shape.name else ()  # what AWS gives no name is called by its tag
    name = str(next((options[key] for key in names if options.get(key)), tags.get(NAME_TAG, "")))
    plain = {key: value for key, value in options.items() if key in described and key != "state" and isinstance(value, str | int)}
    tells = _TELLS[shape.type](options) if shape.type in _TELLS else {}
    resource = {
        **filled(told, described),
        **plain,
        "id": name if shape.id == shape.name else UNKNOWN,
        "arn": UNKNOWN,
        "name": name,
        "ready": False,
        "status": "planned",
        **tells,
    }
    declared = {key: value for key, value in {**plain, **tells}.items() if value is not None and not is_unknown(value)}
    return Planned(
        tags[STACK_TAG], tags[ENVIRONMENT_TAG], tags[COMPONENT_TAG], shape.type, part_of(tags), name, resource, declared
    )


def _told(result: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a result says of its resource: under one name for all in most modules, at the top in others."""
    answer = {key: value for key, value in result.items() if key not in STATUS}
    only = next(iter(answer.values())) if len(answer) == 1 else None
    return only if isinstance(only, Mapping) else answer


def _insights(options: Mapping[str, Any]) -> dict[str, Any]:
    value = options.get("container_insights")
    return {"settings": [{"name": "containerInsights", "value": value}]} if value else {}


def _members(options: Mapping[str, Any]) -> list[str]:
    """The names of the nodes of a replication group: C(redis-001), and with shards C(redis-0001-001)."""
    if shards := int(options.get("shards") or 0):
        nodes = int(options.get("replicas_per_shard") or 0) + 1
        return [f"{options['name']}-{shard + 1:04}-{node + 1:03}" for shard in range(shards) for node in range(nodes)]
    return [f"{options['name']}-{node + 1:03}" for node in range(int(options.get("nodes") or 1))]


def _collected(options: Mapping[str, Any]) -> list[dict[str, str]] | None:
    """Of the metrics of a scaling group those that alarms need."""
    metrics = ("GroupMinSize", "GroupInServiceInstances") if options.get("metrics") else ()
    return None if options.get("metrics") is None else [{"metric": metric} for metric in metrics]


def _throughput(options: Mapping[str, Any]) -> dict[str, Any] | None:
    """A table on demand has 0."""
    if not (mode := options.get("billing_mode")):
        return None
    ways = ("read_capacity", "write_capacity")
    return {f"{way}_units": (options.get(way) or UNKNOWN) if mode == "PROVISIONED" else 0 for way in ways}


def _indexes(options: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    indexes = options.get("global_indexes")
    return None if indexes is None else [{"index_name": index["name"]} for index in indexes]


def over(found: Mapping[str, Mapping[str, Any]], plan: Iterable[Planned]) -> dict[str, dict[str, Any]]:
    """The live picture as the plan would leave it: with what it creates and changes, without what it removes."""
    picture = {component: dict(types) for component, types in found.items()}
    many = {reader.shape.type for reader in READERS if reader.shape.many}
    for new in plan:
        if new.removed:
            picture = {component: _left(types, new, many=new.type in many) for component, types in picture.items()}
            continue
        types = picture.setdefault(new.component, {})
        if new.type in many:
            parts, part = dict(types.get(new.type, {})), new.part or WHOLE
            types[new.type] = {**parts, part: _after(parts.get(part), new)}
        else:
            types[new.type] = _after(types.get(new.type), new)
    return picture


def _left(types: Mapping[str, Any], gone: Planned, *, many: bool) -> dict[str, Any]:
    """What a component has without what is removed."""
    standing = types.get(gone.type, {})
    parts = standing if many else {WHOLE: standing}
    kept = {part: one for part, one in parts.items() if one and not {one.get("name"), one.get("id")} & set(gone.removed)}
    rest = {type_: one for type_, one in types.items() if type_ != gone.type}
    return {**rest, gone.type: kept if many else standing} if kept else rest


def _after(standing: Mapping[str, Any] | None, new: Planned) -> dict[str, Any]:
    if standing is None:
        return dict(new.resource)
    return {**standing, **{key: value for key, value in new.declared.items() if key in standing and key not in _KEPT}}


def _described(reader: Reader) -> dict[str, Any]:
    """What AWS describes of this type, all of it unknown, from the service model of botocore."""
    from botocore.session import get_session

    model = get_session().get_service_model(reader.service)
    operation = next(name for name in model.operation_names if name.lower() == reader.operation.replace("_", ""))
    shape = model.operation_model(operation).output_shape.members[reader.keys[0]].member
    described: dict[str, Any] = snake(_unknown(shape, 0)) if shape.type_name == "structure" else {}
    return described


def _unknown(shape: Any, depth: int) -> Any:
    if shape.type_name == "structure" and depth < 4:
        return {name: _unknown(member, depth + 1) for name, member in shape.members.items()}
    if shape.type_name == "list":
        return [_unknown(shape.member, depth + 1)]
    return {} if shape.type_name == "map" else UNKNOWN


def is_missing_parent(result: Mapping[str, Any], options: Mapping[str, Any], plan: Iterable[Planned]) -> bool:
    """Whether a module failed for want of what this very plan creates: AWS does not know it, and an option names it."""
    error = result.get("error")
    code = str(result.get("error_code") or (error.get("code") if isinstance(error, Mapping) else "") or "")
    if not any(word in code.replace(".", "").lower() for word in _NOT_THERE):
        return False
    names = {new.name for new in plan if new.name}
    return any(value in names for value in _words(options))


def _words(value: Any) -> Iterable[str]:
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return [word for inner in value for word in _words(inner)]
    return [value] if isinstance(value, str) else []


def remember(directory: str, plan: Iterable[Planned]) -> None:
    """Add to what the run plans."""
    run_files.add(directory, _FILE, [asdict(new) for new in plan])


def recall(directory: str) -> list[Planned]:
    """All that the run plans so far."""
    return [Planned(**entry) for entry in run_files.entries(directory, _FILE)]
