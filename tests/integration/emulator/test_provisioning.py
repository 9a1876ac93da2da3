# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What takes AWS its time, at a hundredth of it: seconds, in which the state in between is seen."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from emulator.provisioning import TIMES
from support.emulator import provisioned, slow_down

SCALE = 100


@pytest.fixture
def aws(aws: Any, endpoint: str) -> Iterator[Any]:
    slow_down(endpoint, scale=SCALE)
    yield aws
    slow_down(endpoint)


def refusal(call: Callable[..., Any], **arguments: Any) -> str:
    with pytest.raises(ClientError) as raised:
        call(**arguments)
    return str(raised.value.response["Error"]["Code"])


def states(look: Callable[[], Any], last: Any) -> list[Any]:
    """Every state that is seen until the last one comes."""
    seen: list[Any] = []
    give_up = time.monotonic() + 15
    while last not in seen:
        assert time.monotonic() < give_up, seen
        state = look()
        seen += [state] if state not in seen else []
        time.sleep(0.02)
    return seen


def instance(rds: Any, name: str = "db") -> dict[str, Any]:
    found = rds.describe_db_instances()["DBInstances"]
    return next((one for one in found if one["DBInstanceIdentifier"] == name), {"DBInstanceStatus": "gone"})


def create_database(rds: Any) -> dict[str, Any]:
    settings = {"Engine": "postgres", "DBInstanceClass": "db.t4g.micro", "AllocatedStorage": 20}
    who = {"MasterUsername": "app", "MasterUserPassword": "password"}
    return rds.create_db_instance(DBInstanceIdentifier="db", **settings, **who)["DBInstance"]


def test_a_database_takes_nothing_while_it_is_created_changed_or_deleted(aws):
    rds, busy = aws("rds"), {"DBInstanceIdentifier": "db"}
    # Before the clock runs, for what the emulator loads at the first call takes it a second.
    assert refusal(rds.modify_db_instance, **busy, BackupRetentionPeriod=3) == "DBInstanceNotFound"
    created = create_database(rds)
    assert (created["DBInstanceStatus"], "Endpoint" in created) == ("creating", False)
    assert refusal(rds.modify_db_instance, **busy, BackupRetentionPeriod=3) == "InvalidDBInstanceState"
    assert refusal(rds.create_db_snapshot, **busy, DBSnapshotIdentifier="s") == "InvalidDBInstanceState"
    assert states(lambda: instance(rds)["DBInstanceStatus"], "available") == ["creating", "available"]
    assert instance(rds)["Endpoint"]["Address"]
    assert rds.modify_db_instance(**busy, DeletionProtection=True)["DBInstance"]["DBInstanceStatus"] == "available"
    rds.modify_db_instance(**busy, DeletionProtection=False)
    assert rds.modify_db_instance(**busy, BackupRetentionPeriod=3)["DBInstance"]["DBInstanceStatus"] == "modifying"
    assert "Endpoint" in instance(rds)
    assert states(lambda: instance(rds)["DBInstanceStatus"], "available") == ["modifying", "available"]
    assert rds.delete_db_instance(**busy, SkipFinalSnapshot=True)["DBInstance"]["DBInstanceStatus"] == "deleting"
    assert refusal(rds.delete_db_instance, **busy, SkipFinalSnapshot=True) == "InvalidDBInstanceState"
    assert states(lambda: instance(rds)["DBInstanceStatus"], "gone") == ["deleting", "gone"]


def test_a_replica_takes_its_own_time_and_wants_a_source_that_is_there(aws):
    rds = aws("rds")
    create_database(rds)
    replica = {"DBInstanceIdentifier": "replica", "SourceDBInstanceIdentifier": "db"}
    assert refusal(rds.create_db_instance_read_replica, **replica) == "InvalidDBInstanceState"
    states(lambda: instance(rds)["DBInstanceStatus"], "available")
    assert rds.create_db_instance_read_replica(**replica)["DBInstance"]["DBInstanceStatus"] == "creating"
    assert instance(rds)["DBInstanceStatus"] == "available"
    assert states(lambda: instance(rds, "replica")["DBInstanceStatus"], "available") == ["creating", "available"]


def test_a_cluster_takes_members_and_changes_when_it_is_there_and_goes_after_its_members(aws):
    rds, name = aws("rds"), {"DBClusterIdentifier": "c"}

    def status() -> str:
        found = rds.describe_db_clusters()["DBClusters"]
        return found[0]["Status"] if found else "gone"

    assert refusal(rds.modify_db_cluster, **name, BackupRetentionPeriod=3) == "DBClusterNotFoundFault"
    engine, who = {"Engine": "aurora-postgresql"}, {"MasterUsername": "app", "MasterUserPassword": "password"}
    capacity = {"ServerlessV2ScalingConfiguration": {"MinCapacity": 0.5, "MaxCapacity": 1}}
    assert rds.create_db_cluster(**name, **engine, **who, **capacity)["DBCluster"]["Status"] == "creating"
    member = {"DBInstanceIdentifier": "db", "DBInstanceClass": "db.serverless", **engine, **name}
    assert refusal(rds.create_db_instance, **member) == "InvalidDBClusterStateFault"
    assert states(status, "available") == ["creating", "available"]
    assert rds.create_db_instance(**member)["DBInstance"]["DBInstanceStatus"] == "creating"
    rds.modify_db_cluster(**name, BackupRetentionPeriod=3)
    assert refusal(rds.create_db_cluster_snapshot, **name, DBClusterSnapshotIdentifier="s") == "InvalidDBClusterStateFault"
    assert states(status, "available") == ["modifying", "available"]
    assert refusal(rds.delete_db_cluster, **name, SkipFinalSnapshot=True) == "InvalidDBClusterStateFault"
    rds.delete_db_instance(DBInstanceIdentifier="db", SkipFinalSnapshot=True)
    assert rds.delete_db_cluster(**name, SkipFinalSnapshot=True)["DBCluster"]["Status"] == "deleting"
    assert states(status, "gone") == ["deleting", "gone"]
    assert instance(rds)["DBInstanceStatus"] == "gone"


def test_a_cache_has_no_endpoint_and_takes_no_change_while_it_is_created(aws):
    cache = aws("elasticache")
    key = {"ReplicationGroupId": "cache"}

    def group() -> dict[str, Any]:
        found = cache.describe_replication_groups()["ReplicationGroups"]
        return found[0] if found else {"Status": "gone"}

    created = cache.create_replication_group(
        **key, ReplicationGroupDescription="c", Engine="redis", CacheNodeType="cache.t4g.micro"
    )
    assert (created["ReplicationGroup"]["Status"], group().get("NodeGroups", [])) == ("creating", [])
    member = cache.describe_cache_clusters(CacheClusterId=group()["MemberClusters"][0])["CacheClusters"][0]
    assert member["CacheClusterStatus"] == "creating"
    assert refusal(cache.modify_replication_group, **key, SnapshotRetentionLimit=3) == "InvalidReplicationGroupState"
    assert refusal(cache.delete_replication_group, **key) == "InvalidReplicationGroupState"
    assert states(lambda: group()["Status"], "available") == ["creating", "available"]
    assert group()["NodeGroups"][0]["PrimaryEndpoint"]["Address"]
    cache.modify_replication_group(**key, SnapshotRetentionLimit=3)
    assert states(lambda: group()["Status"], "available") == ["modifying", "available"]
    cache.delete_replication_group(**key)
    assert states(lambda: group()["Status"], "gone") == ["deleting", "gone"]


def test_a_table_takes_one_change_at_a_time_and_an_index_is_filled(aws, endpoint):
    slow_down(endpoint, scale=SCALE / 2)  # a table takes seconds, too short a time to look at
    # botocore would ask again where a limit is exceeded.
    dynamodb, name = (
        boto3.client("dynamodb", "us-east-1", config=Config(retries={"total_max_attempts": 1})),
        {"TableName": "orders"},
    )

    def table() -> dict[str, Any]:
        try:
            return dynamodb.describe_table(**name)["Table"]
        except dynamodb.exceptions.ResourceNotFoundException:
            return {"TableStatus": "GONE"}

    def key(attribute: str) -> dict[str, Any]:
        return {"KeySchema": [{"AttributeName": attribute, "KeyType": "HASH"}]}

    types = {"AttributeDefinitions": [{"AttributeName": one, "AttributeType": "S"} for one in ("id", "day")]}
    made = dynamodb.create_table(
        **name, **key("id"), AttributeDefinitions=types["AttributeDefinitions"][:1], BillingMode="PAY_PER_REQUEST"
    )
    assert made["TableDescription"]["TableStatus"] == "CREATING"
    assert refusal(dynamodb.update_table, **name, DeletionProtectionEnabled=True) == "ResourceInUseException"
    assert refusal(dynamodb.delete_table, **name) == "ResourceInUseException"
    assert states(lambda: table()["TableStatus"], "ACTIVE") == ["CREATING", "ACTIVE"]
    index = {"IndexName": "by-day", **key("day"), "Projection": {"ProjectionType": "ALL"}}
    dynamodb.update_table(**name, **types, GlobalSecondaryIndexUpdates=[{"Create": index}])
    assert table()["GlobalSecondaryIndexes"][0]["Backfilling"] is True
    assert states(lambda: table()["TableStatus"], "ACTIVE") == ["UPDATING", "ACTIVE"]
    other = {"GlobalSecondaryIndexUpdates": [{"Create": {**index, "IndexName": "other"}}]}
    assert refusal(dynamodb.update_table, **name, **types, **other) == "LimitExceededException"
    assert states(lambda: table()["GlobalSecondaryIndexes"][0]["IndexStatus"], "ACTIVE") == ["CREATING", "ACTIVE"]
    dynamodb.update_table(**name, GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "by-day"}}])
    assert table()["GlobalSecondaryIndexes"][0]["IndexStatus"] == "DELETING"
    assert states(lambda: len(table().get("GlobalSecondaryIndexes", [])), 0) == [1, 0]
    assert dynamodb.delete_table(**name)["TableDescription"]["TableStatus"] == "DELETING"
    assert states(lambda: table()["TableStatus"], "GONE") == ["DELETING", "GONE"]


def test_a_nat_gateway_is_pending_and_keeps_its_address_until_it_is_deleted(aws):
    ec2 = aws("ec2")
    place = ec2.describe_subnets()["Subnets"][0]
    subnet, way_out = place["SubnetId"], ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=way_out, VpcId=place["VpcId"])
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    made = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address)["NatGateway"]
    assert made["State"] == "pending"

    def state() -> str:
        return str(ec2.describe_nat_gateways(NatGatewayIds=[made["NatGatewayId"]])["NatGateways"][0]["State"])

    assert states(state, "available") == ["pending", "available"]
    ec2.delete_nat_gateway(NatGatewayId=made["NatGatewayId"])
    assert "AssociationId" in ec2.describe_addresses(AllocationIds=[address])["Addresses"][0]
    assert states(state, "deleted") == ["deleting", "deleted"]
    assert "AssociationId" not in ec2.describe_addresses(AllocationIds=[address])["Addresses"][0]


def test_a_load_balancer_takes_listeners_while_it_is_provisioned(aws):
    elb, ec2 = aws("elbv2"), aws("ec2")
    subnets = [subnet["SubnetId"] for subnet in ec2.describe_subnets()["Subnets"][:2]]
    made = elb.create_load_balancer(Name="lb", Subnets=subnets)["LoadBalancers"][0]
    assert made["State"]["Code"] == "provisioning"
    answer = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}}
    elb.create_listener(LoadBalancerArn=made["LoadBalancerArn"], Protocol="HTTP", Port=80, DefaultActions=[answer])
    seen = states(lambda: elb.describe_load_balancers()["LoadBalancers"][0]["State"]["Code"], "active")
    assert seen == ["provisioning", "active"]


def test_a_certificate_takes_its_time_from_when_its_record_stands(aws):
    acm, route53 = aws("acm"), aws("route53")
    zone = route53.create_hosted_zone(Name="example.org", CallerReference="1")["HostedZone"]["Id"]
    arn = acm.request_certificate(DomainName="example.org", ValidationMethod="DNS")["CertificateArn"]

    def certificate() -> dict[str, Any]:
        return dict(acm.describe_certificate(CertificateArn=arn)["Certificate"])

    record = certificate()["DomainValidationOptions"][0]["ResourceRecord"]
    time.sleep(TIMES["certificate issue"] / SCALE)
    assert certificate()["Status"] == "PENDING_VALIDATION"
    change = {"Name": record["Name"], "Type": "CNAME", "TTL": 60, "ResourceRecords": [{"Value": record["Value"]}]}
    batch = {"Changes": [{"Action": "UPSERT", "ResourceRecordSet": change}]}
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch=batch)
    assert states(lambda: certificate()["Status"], "ISSUED") == ["PENDING_VALIDATION", "ISSUED"]


def test_a_deployment_is_in_progress(aws):
    ecs = aws("ecs")
    ecs.create_cluster(clusterName="c")
    container = {"name": "web", "image": "nginx", "memory": 128}
    definition = ecs.register_task_definition(family="web", containerDefinitions=[container])["taskDefinition"]
    ecs.create_service(cluster="c", serviceName="web", taskDefinition=definition["taskDefinitionArn"], desiredCount=2)

    def rollout() -> tuple[str, int]:
        service = ecs.describe_services(cluster="c", services=["web"])["services"][0]
        return service["deployments"][0]["rolloutState"], service["runningCount"]

    assert states(rollout, ("COMPLETED", 2)) == [("IN_PROGRESS", 0), ("COMPLETED", 2)]


def test_what_began_is_told_with_its_times_until_the_account_is_emptied(aws, endpoint):
    assert provisioned(endpoint) == []
    began = time.time()
    create_database(aws("rds"))
    [change] = provisioned(endpoint)
    assert (change["kind"], change["resource"], change["status"]) == ("db_instance create", "db", "creating")
    assert change["ends"] - change["began"] == pytest.approx(TIMES["db_instance create"] / SCALE)
    assert began <= change["began"] <= time.time()


def test_each_call_waits_for_its_own_delay(aws, endpoint):
    slow_down(endpoint, call_ms=300)
    sts = aws("sts")
    sts.get_caller_identity()
    began = time.monotonic()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: sts.get_caller_identity(), range(8)))
    assert 0.3 <= time.monotonic() - began < 8 * 0.3


def test_it_is_off_until_it_is_asked_for_and_a_bad_scale_is_refused(aws, endpoint):
    slow_down(endpoint)
    assert create_database(aws("rds"))["DBInstanceStatus"] == "available"
    assert provisioned(endpoint) == []
    bad = urllib.request.Request(f"{endpoint}/_groundwork/faults", json.dumps({"provisioning_scale": -1}).encode())
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(bad)
    assert "a scale of -1 is none" in refused.value.read().decode()
