# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils.stack_readers import OF_TIER, READERS
from ansible_collections.groundwork.cloud.plugins.module_utils.stack_reading import LAGS
from support.emulator import slow_down

STACK = {"stack": "shop", "environment": "production"}
COMPONENTS = ["main", "public", "web", "postgres", "redis", "watch", "app.example.org", "files", "orders"]
ASSUME = json.dumps({"Version": "2012-10-17", "Statement": []})
STARTS = json.dumps({"Statement": [{"Principal": {"Service": "scheduler.amazonaws.com"}}]})


def tags(component: str, part: str = "", environment: str = "production") -> dict[str, str]:
    plain = component.replace(".", "-")
    name = "-".join(word for word in ("shop", environment, plain, part) if word)
    return {
        "groundwork:stack": "shop",
        "groundwork:environment": environment,
        "groundwork:component": component,
        "Name": name,
    }


def listed(*tagged: str, key: str = "Key", value: str = "Value", environment: str = "production") -> list[dict[str, str]]:
    return [{key: name, value: text} for name, text in tags(*tagged, environment=environment).items()]


def lower(*tagged: str, environment: str = "production") -> list[dict[str, str]]:
    return listed(*tagged, key="key", value="value", environment=environment)


def specified(kind: str, *tagged: str, environment: str = "production") -> dict[str, Any]:
    return {"TagSpecifications": [{"ResourceType": kind, "Tags": listed(*tagged, environment=environment)}]}


def build(aws: Any, env: str) -> dict[str, str]:
    """One small stack, one of nearly every type, as an apply would leave it."""

    def full(component: str, part: str = "") -> str:
        return tags(component, part, env)["Name"]

    ec2 = aws("ec2")

    def spec(kind: str, *tagged: str) -> dict[str, Any]:
        return specified(kind, *tagged, environment=env)

    def flat(*tagged: str) -> list[dict[str, str]]:
        return listed(*tagged, environment=env)

    ids: dict[str, str] = {}
    vpc = ids["vpc"] = ec2.create_vpc(CidrBlock="10.0.0.0/16", **spec("vpc", "main"))["Vpc"]["VpcId"]
    subnets = []
    for index, zone in enumerate(("us-east-1a", "us-east-1b")):
        arguments = {"VpcId": vpc, "AvailabilityZone": zone, "CidrBlock": f"10.0.{index}.0/24"}
        subnets.append(ec2.create_subnet(**arguments, **spec("subnet", "main", f"public-{zone}"))["Subnet"]["SubnetId"])
    gateway = ec2.create_internet_gateway(**spec("internet-gateway", "main"))["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    address = ec2.allocate_address(Domain="vpc", **spec("elastic-ip", "main", "nat-us-east-1a"))["AllocationId"]
    nat = {"SubnetId": subnets[0], "AllocationId": address}
    ids["nat"] = ec2.create_nat_gateway(**nat, **spec("natgateway", "main", "us-east-1a"))["NatGateway"]["NatGatewayId"]
    nat["AllocationId"] = ec2.allocate_address(Domain="vpc")["AllocationId"]
    old = ec2.create_nat_gateway(**nat, **spec("natgateway", "main", "us-east-1a"))["NatGateway"]["NatGatewayId"]
    ec2.delete_nat_gateway(NatGatewayId=old)
    cloud_map, records = aws("servicediscovery"), {"DnsRecords": [{"Type": "A", "TTL": 10}]}
    begun = cloud_map.create_private_dns_namespace(Name="shop.internal", Vpc=vpc, Tags=flat("main"))["OperationId"]
    namespace = cloud_map.get_operation(OperationId=begun)["Operation"]["Targets"]["NAMESPACE"]
    cloud_map.create_service(Name="web", NamespaceId=namespace, DnsConfig=records, Tags=flat("web"))
    ids["namespace"] = namespace
    ec2.create_route_table(VpcId=vpc, **spec("route-table", "main", "public"))
    ec2.create_network_acl(VpcId=vpc, **spec("network-acl", "main", "isolated"))
    service = {"VpcId": vpc, "ServiceName": "com.amazonaws.us-east-1.s3"}
    ec2.create_vpc_endpoint(**service, **spec("vpc-endpoint", "main", "s3"))
    group = {"GroupName": full("web"), "Description": "web", "VpcId": vpc}
    security_group = ec2.create_security_group(**group, **spec("security-group", "web"))["GroupId"]
    prefixes = {"PrefixListName": full("public"), "MaxEntries": 5, "AddressFamily": "IPv4"}
    ec2.create_managed_prefix_list(**prefixes, **spec("prefix-list", "public", "cloudflare"))

    kms = aws("kms")
    key = kms.create_key(Tags=listed("main", key="TagKey", value="TagValue", environment=env))["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName=f"alias/{full('main')}", TargetKeyId=key)
    ids["key"] = key
    aws("ecr").create_repository(repositoryName=full("web"), tags=flat("web"))
    secret = aws("secretsmanager").create_secret(Name=full("web", "session"), SecretString="x", Tags=flat("web", "session"))
    ids["secret"] = secret["ARN"]
    zone = aws("route53").create_hosted_zone(Name="example.org", CallerReference=env)["HostedZone"]["Id"]
    aws("route53").change_tags_for_resource(
        ResourceType="hostedzone", ResourceId=zone.rpartition("/")[2], AddTags=flat("app.example.org")
    )
    aws("acm").request_certificate(DomainName="app.example.org", ValidationMethod="DNS", Tags=flat("app.example.org"))
    aws("s3").create_bucket(Bucket=full("files"))
    aws("s3").put_bucket_tagging(Bucket=full("files"), Tagging={"TagSet": flat("files")})
    machine = {"ImageId": "ami-0a1b2c3d4e5f60718", "InstanceType": "t4g.micro"}
    ec2.create_launch_template(LaunchTemplateName=full("web"), LaunchTemplateData=machine, **spec("launch-template", "web"))
    aws("autoscaling").create_auto_scaling_group(
        AutoScalingGroupName=full("web"),
        LaunchTemplate={"LaunchTemplateName": full("web"), "Version": "1"},
        MinSize=1,
        MaxSize=1,
        VPCZoneIdentifier=subnets[0],
        Tags=[{**tag, "PropagateAtLaunch": True} for tag in flat("web")],
    )
    dynamodb, key = aws("dynamodb"), [{"AttributeName": "id", "KeyType": "HASH"}]
    dynamodb.create_table(
        TableName=full("orders"),
        KeySchema=key,
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
        Tags=flat("orders"),
    )
    aws("application-autoscaling").register_scalable_target(
        ServiceNamespace="dynamodb",
        ResourceId=f"table/{full('orders')}",
        ScalableDimension="dynamodb:table:ReadCapacityUnits",
        MinCapacity=1,
        MaxCapacity=2,
    )
    topic = aws("sns").create_topic(Name=full("watch"), Tags=flat("watch"))["TopicArn"]
    role = {"Path": f"/groundwork/shop/{env}/", "AssumeRolePolicyDocument": ASSUME}
    aws("iam").create_role(RoleName=full("web", "task"), Tags=flat("web", "task"), **role)

    scheduler = aws("scheduler")
    starter = aws("iam").create_role(RoleName=f"scheduler-{env}", AssumeRolePolicyDocument=STARTS)["Role"]["Arn"]
    aws("sqs").create_queue(QueueName=full("sync", "runs"), tags=tags("sync", "runs", env))
    aws("events").put_rule(Name=full("sync", "failed"), EventPattern='{"source": ["aws.ecs"]}', Tags=flat("sync", "failed"))
    scheduler.create_schedule_group(Name=full("sync"), Tags=flat("sync"))
    scheduler.create_schedule(
        Name=full("sync"),
        GroupName=full("sync"),
        ScheduleExpression="rate(5 minutes)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": f"arn:aws:ecs:us-east-1:123456789012:cluster/{full('web')}", "RoleArn": starter},
    )
    scheduler.create_schedule_group(Name=full("half"), Tags=flat("half"))

    elb = aws("elbv2")
    balancer = elb.create_load_balancer(Name=full("public"), Subnets=subnets, Tags=flat("public"))["LoadBalancers"][0]
    target = {"Protocol": "HTTP", "Port": 3000, "VpcId": vpc, "TargetType": "ip"}
    target_group = elb.create_target_group(Name=full("web"), Tags=flat("web"), **target)["TargetGroups"][0]["TargetGroupArn"]
    forward = [{"Type": "forward", "TargetGroupArn": target_group}]
    elb.create_listener(LoadBalancerArn=balancer["LoadBalancerArn"], Protocol="HTTP", Port=80, DefaultActions=forward)

    ecs = aws("ecs")
    ids["cluster"] = ecs.create_cluster(clusterName=full("web"), tags=lower("web", environment=env))["cluster"]["clusterArn"]
    container = {"name": "app", "image": "app", "memory": 512}
    for _ in range(2):
        ecs.register_task_definition(family=full("web"), containerDefinitions=[container], tags=lower("web", environment=env))
    ecs.create_service(
        cluster=full("web"),
        serviceName=full("web"),
        taskDefinition=full("web"),
        desiredCount=1,
        launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": {"subnets": subnets, "securityGroups": [security_group]}},
        tags=lower("web", environment=env),
    )
    aws("application-autoscaling").register_scalable_target(
        ServiceNamespace="ecs",
        ResourceId=f"service/{full('web')}/{full('web')}",
        ScalableDimension="ecs:service:DesiredCount",
        MinCapacity=1,
        MaxCapacity=2,
    )

    rds = aws("rds")
    described = {"DBSubnetGroupDescription": "isolated", "SubnetIds": subnets}
    rds.create_db_subnet_group(DBSubnetGroupName=full("postgres"), Tags=flat("postgres"), **described)
    group = {"DBParameterGroupFamily": "postgres17", "Description": "postgres"}
    rds.create_db_parameter_group(DBParameterGroupName=full("postgres"), Tags=flat("postgres"), **group)
    rds.create_db_instance(
        DBInstanceIdentifier=full("postgres"),
        DBInstanceClass="db.t4g.micro",
        Engine="postgres",
        AllocatedStorage=20,
        MasterUsername="postgres",
        ManageMasterUserPassword=True,
        DBSubnetGroupName=full("postgres"),
        Tags=flat("postgres"),
    )
    snapshot = {"DBInstanceIdentifier": full("postgres"), "Tags": flat("postgres", "before-upgrade")}
    rds.create_db_snapshot(DBSnapshotIdentifier=full("postgres", "before-upgrade"), **snapshot)
    cache = aws("elasticache")
    described = {"CacheSubnetGroupDescription": "isolated", "SubnetIds": subnets}
    cache.create_cache_subnet_group(CacheSubnetGroupName=full("redis"), Tags=flat("redis"), **described)
    group = {"ReplicationGroupDescription": "redis", "Engine": "redis", "CacheNodeType": "cache.t4g.micro"}
    cache.create_replication_group(ReplicationGroupId=full("redis"), NumCacheClusters=1, Tags=flat("redis"), **group)

    aws("logs").create_log_group(logGroupName=full("web"), tags=tags("web", "", env))
    alarm = {"MetricName": "CPU", "Namespace": "AWS/ECS", "Statistic": "Average", "Period": 60, "EvaluationPeriods": 1}
    alarm |= {"Threshold": 80, "ComparisonOperator": "GreaterThanThreshold", "AlarmActions": [topic]}
    aws("cloudwatch").put_metric_alarm(AlarmName=full("watch", "web-cpu"), Tags=flat("watch", "web-cpu"), **alarm)
    aws("cloudwatch").put_dashboard(DashboardName=full("watch"), DashboardBody="{}")
    return ids


def types(result: dict[str, Any]) -> Counter[str]:
    return Counter(resource["type"] for resource in result["resources"])


ONE_STACK = {
    "vpc": 1, "subnet": 2, "internet_gateway": 1, "nat_gateway": 1, "elastic_ip": 1, "route_table": 1, "network_acl": 1,
    "vpc_endpoint": 1, "security_group": 1, "managed_prefix_list": 1, "key": 1, "repository": 1, "secret": 1, "hosted_zone": 1,
    "certificate": 1, "bucket": 1, "topic": 1, "role": 1, "load_balancer": 1, "listener": 1, "target_group": 1, "cluster": 1,
    "service": 1, "task_definition": 1, "scalable_target": 1, "db_instance": 1, "db_subnet_group": 1, "db_parameter_group": 1,
    "db_snapshot": 1, "replication_group": 1, "cache_subnet_group": 1, "log_group": 1, "alarm": 1, "dashboard": 1,
    "table": 1, "table_scaling": 1, "launch_template": 1, "scaling_group": 1, "queue": 1, "event_rule": 1, "schedule": 2,
    "namespace": 1, "discovery": 1,
}  # fmt: skip


@pytest.mark.parametrize("check", [False, True])
def test_an_empty_account_needs_one_call_a_type_and_one_for_tags(run_module, check):
    result = run_module("stack_info", check=check, **STACK)
    assert result["changed"] is False
    assert (result["found"], result["resources"], result["endpoints"]) == ({}, [], {})
    assert result["calls"] == 45 + 1
    other = run_module("stack_info", check=check, tiers=["network", "ecs"], **STACK)
    skipped = [reader for reader in READERS if reader.service in OF_TIER and not reader.parent]
    assert result["calls"] - other["calls"] == len(skipped) > 10


def test_a_stack_is_found_and_another_environment_is_not(aws, run_module):
    ids = build(aws, "production")
    build(aws, "production-eu")
    aws("logs").create_log_group(logGroupName="shop-production-untagged")
    result = run_module("stack_info", components=COMPONENTS, **STACK)
    assert not result.get("failed"), result
    assert types(result) == ONE_STACK
    assert {resource["name"].startswith("shop-production-eu") for resource in result["resources"]} == {False}
    found = result["found"]
    assert found["main"]["vpc"]["id"] == ids["vpc"]
    assert found["main"]["vpc"]["arn"] == f"arn:aws:ec2:us-east-1:123456789012:vpc/{ids['vpc']}"
    assert set(found["main"]["subnet"]) == {"public-us-east-1a", "public-us-east-1b"}
    assert found["main"]["nat_gateway"]["us-east-1a"]["id"] == ids["nat"]
    assert found["main"]["key"]["id"] == ids["key"]
    assert found["main"]["namespace"]["name"] == "shop.internal"
    discovery = found["web"]["discovery"]
    assert (discovery["dns_name"], discovery["namespace_id"]) == ("web.shop.internal", ids["namespace"])
    assert found["public"]["listener"]["80"]["protocol"] == "HTTP"
    assert found["web"]["task_definition"]["revision"] == 2
    assert found["web"]["scalable_target"]["max_capacity"] == 2
    assert found["web"]["role"]["task"]["path"] == "/groundwork/shop/production/"
    assert found["postgres"]["db_instance"]["main"]["master_user_secret"]["secret_arn"].startswith("arn:aws:secretsmanager")
    assert found["postgres"]["db_snapshot"]["before-upgrade"]["ready"] is True
    assert (found["web"]["scaling_group"]["ready"], found["web"]["scaling_group"]["max_size"]) == (True, 1)
    assert found["web"]["launch_template"]["name"] == "shop-production-web"
    assert (found["orders"]["table"]["ready"], found["orders"]["table"]["item_count"]) == (True, 0)
    assert found["orders"]["table_scaling"]["read"]["max_capacity"] == 2
    assert (found["sync"]["schedule"]["status"], found["sync"]["schedule"]["schedule_expression"]) == (
        "ENABLED",
        "rate(5 minutes)",
    )
    assert found["sync"]["schedule"]["arn"] == "arn:aws:scheduler:us-east-1:123456789012:schedule-group/shop-production-sync"
    assert (found["half"]["schedule"]["ready"], found["half"]["schedule"]["status"]) == (False, "EMPTY")
    assert found["sync"]["queue"]["runs"]["arn"] == "arn:aws:sqs:us-east-1:123456789012:shop-production-sync-runs"
    assert found["sync"]["event_rule"]["failed"]["state"] == "ENABLED"
    assert found["app.example.org"]["hosted_zone"]["name"] == "example.org"
    assert found["watch"]["dashboard"]["main"]["name"] == "shop-production-watch"
    assert found["watch"]["alarm"]["web-cpu"]["threshold"] == 80
    assert set(result["endpoints"]) == {"public", "postgres", "redis", "web"}
    assert "tags" not in found["main"]["vpc"]
    assert result["calls"] <= 85, result["calls"]


def test_a_cluster_is_reached_as_an_instance_is_and_its_last_snapshot_stays(aws, run_module):
    rds, name, family = aws("rds"), "shop-production-aurora", "aurora-postgresql16"
    group = {"DBParameterGroupFamily": family, "Description": "shop", "Tags": listed("aurora", family)}
    rds.create_db_cluster_parameter_group(DBClusterParameterGroupName=f"{name}-{family}", **group)
    engine = {"DBClusterIdentifier": name, "Engine": "aurora-postgresql"}
    capacity = {"MinCapacity": 1, "MaxCapacity": 2}
    managed = {"MasterUsername": "app", "ManageMasterUserPassword": True, "CopyTagsToSnapshot": True, "Tags": listed("aurora")}
    made = rds.create_db_cluster(**engine, **managed, ServerlessV2ScalingConfiguration=capacity)["DBCluster"]
    member = {"DBInstanceIdentifier": f"{name}-member-1", "DBInstanceClass": "db.serverless"}
    rds.create_db_instance(**engine, **member, Tags=listed("aurora", "member-1"))
    result = run_module("stack_info", leftovers=True, components=["aurora"], **STACK)
    found = result["found"]["aurora"]
    assert found["db_cluster"]["endpoint"] == {"address": made["Endpoint"], "port": 5432}
    assert found["db_cluster"]["reader_endpoint"]["address"] == made["ReaderEndpoint"]
    assert found["db_cluster"]["master_user_secret"]["secret_arn"] == made["MasterUserSecret"]["SecretArn"]
    assert (found["db_cluster"]["ready"], found["db_instance"]["member-1"]["db_cluster_identifier"]) == (True, name)
    assert set(found["db_cluster_parameter_group"]) == {family}
    assert result["endpoints"] == {"aurora": [f"{made['Endpoint']}:5432"]}
    kinds = {"db_cluster", "db_instance", "db_cluster_parameter_group"}
    assert {one["type"] for one in result["leftovers"]} == kinds
    rds.delete_db_instance(DBInstanceIdentifier=f"{name}-member-1", SkipFinalSnapshot=True)
    rds.delete_db_cluster(DBClusterIdentifier=name, FinalDBSnapshotIdentifier=f"{name}-final")
    rds.delete_db_cluster_parameter_group(DBClusterParameterGroupName=f"{name}-{family}")
    after = run_module("stack_info", leftovers=True, components=["aurora"], **STACK)
    assert after["leftovers"] == []
    assert [(one["type"], one["id"]) for one in after["kept"]] == [("db_cluster_snapshot", f"{name}-final")]


def load_balancer(aws: Any, component: str) -> None:
    ec2, elb = aws("ec2"), aws("elbv2")
    subnets = [subnet["SubnetId"] for subnet in ec2.describe_subnets()["Subnets"][:2]]
    elb.create_load_balancer(Name=tags(component)["Name"], Subnets=subnets, Tags=listed(component))


def states(picture: dict[str, Any]) -> dict[str, str]:
    return {one["component"]: one["status"] for one in picture["resources"]}


def test_components_are_waited_for_while_something_of_them_is_made(aws, run_module, endpoint):
    try:
        slow_down(endpoint, scale=1)
        load_balancer(aws, "public")
        coming = {"public": "provisioning"}
        assert states(run_module("stack_info", **STACK, wait_for=["web"])) == coming
        assert states(run_module("stack_info", check=True, **STACK, wait_for=["public"])) == coming
        assert states(run_module("stack_info", **STACK, wait_for=["public"], wait_timeout=0)) == coming
        slow_down(endpoint, scale=100)
        load_balancer(aws, "web")
        assert states(run_module("stack_info", **STACK, wait_for=["web"], wait_timeout=30)) == {**coming, "web": "active"}
    finally:
        slow_down(endpoint)


def test_leftovers_name_what_stands_and_what_only_fades(aws, run_module):
    assert (nothing := run_module("stack_info", leftovers=True, **STACK))["leftovers"] == [], nothing
    ids = build(aws, "production")
    queue = aws("sqs").create_queue(QueueName="by-hand", tags=tags("web", "jobs"))["QueueUrl"]
    aws("kms").delete_alias(AliasName="alias/shop-production-main")
    aws("kms").schedule_key_deletion(KeyId=ids["key"])
    aws("secretsmanager").delete_secret(SecretId=ids["secret"])
    result = run_module("stack_info", leftovers=True, components=COMPONENTS, **STACK)
    assert not result.get("failed"), result
    left = {(row["type"], row["name"]) for row in result["leftovers"]}
    assert queue.endswith("by-hand")
    assert ("queue", "shop-production-web-jobs") in left, left
    assert ("vpc", "shop-production-main") in left
    assert "db_snapshot" not in {type_ for type_, _ in left}
    assert [(row["name"], row["why"]) for row in result["kept"]] == [
        ("shop-production-postgres-before-upgrade", "it keeps the data of a database that is gone")
    ]
    fading = {row["type"]: row["why"] for row in result["fading"]}
    assert {"key", "secret", "nat_gateway"} <= set(fading), fading
    assert not {"key", "secret", "nat_gateway"} & {row["type"] for row in result["leftovers"]} - {"nat_gateway"}
    assert "secret" not in result["found"]["web"]
    assert "key" not in result["found"]["main"]


def test_every_denied_read_is_named_at_once(aws_environment, run_module, monkeypatch):
    from botocore.client import BaseClient
    from botocore.exceptions import ClientError

    denied = {"DescribeVpcs": "UnauthorizedOperation", "ListBuckets": "AccessDenied", "DescribeLoadBalancers": "AccessDenied"}
    answer = BaseClient._make_api_call

    def ask(client: Any, operation: str, arguments: dict[str, Any]) -> Any:
        if code := denied.get(operation):
            raise ClientError({"Error": {"Code": code, "Message": "You may not"}}, operation)
        return answer(client, operation, arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", ask)
    result = run_module("stack_info", **STACK)
    assert result["failed"] is True
    assert result["msg"].startswith("read the live stack shop production: ")
    for action in ("ec2:DescribeVpcs", "s3:ListAllMyBuckets", "elasticloadbalancing:DescribeLoadBalancers"):
        assert result["msg"].count(action) == 1, result["msg"]


def test_five_hundred_resources_are_complete_and_need_few_calls(aws, run_module):
    ec2, elb = aws("ec2"), aws("elbv2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16", **specified("vpc", "main"))["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(
            VpcId=vpc,
            CidrBlock=f"10.0.{index}.0/24",
            AvailabilityZone=f"us-east-1{'ab'[index % 2]}",
            **specified("subnet", "main", f"s{index}"),
        )["Subnet"]["SubnetId"]
        for index in range(40)
    ]
    alarm = {"MetricName": "CPU", "Namespace": "AWS/ECS", "Statistic": "Average", "Period": 60, "EvaluationPeriods": 1}
    alarm |= {"Threshold": 80, "ComparisonOperator": "GreaterThanThreshold"}
    logs, cloudwatch, secrets = aws("logs"), aws("cloudwatch"), aws("secretsmanager")
    for index in range(150):
        logs.create_log_group(logGroupName=f"shop-production-web-{index}", tags=tags("web", str(index)))
    for index in range(100):
        name = f"shop-production-watch-{index}"
        cloudwatch.put_metric_alarm(AlarmName=name, Tags=listed("watch", str(index)), **alarm)
    for index in range(60):
        secrets.create_secret(Name=f"shop-production-web-{index}", SecretString="x", Tags=listed("web", str(index)))
    for index in range(50):
        group = {"GroupName": f"shop-production-c{index}", "Description": "web", "VpcId": vpc}
        ec2.create_security_group(**group, **specified("security-group", f"c{index}"))
    for index in range(40):
        elb.create_load_balancer(Name=f"shop-production-c{index}", Subnets=subnets[:2], Tags=listed(f"c{index}"))
        target = {"Protocol": "HTTP", "Port": 3000, "VpcId": vpc}
        elb.create_target_group(Name=f"shop-production-t{index}", Tags=listed("web", f"t{index}"), **target)
    result = run_module("stack_info", **STACK)
    assert not result.get("failed"), result
    many = {"vpc": 1, "subnet": 40, "log_group": 150, "alarm": 100, "secret": 60}
    assert types(result) == many | {"security_group": 50, "load_balancer": 40, "target_group": 40}
    assert len(result["found"]["web"]["log_group"]) == 150
    # 45 lists; two more pages of log groups; the tags of all, by hundreds; the listeners of 40.
    assert result["calls"] == 45 + 2 + 5 + 40


def test_the_owning_service_has_the_last_word_on_what_the_tagging_api_lists(aws, run_module, monkeypatch):
    from botocore.client import BaseClient

    cluster = aws("ecs").create_cluster(clusterName="shop-production-web", tags=lower("web"))["cluster"]["clusterArn"]
    aws("ecs").delete_cluster(cluster=cluster)
    aws("sns").create_topic(Name="by-hand", Tags=listed("watch"))
    aws("ecs").create_cluster(clusterName="by-hand")
    place = "us-east-1:123456789012"
    listed_arns = {
        f"arn:aws:ec2:{place}:vpc/vpc-gone": ("vpc", LAGS),
        f"arn:aws:elasticloadbalancing:{place}:loadbalancer/app/gone/50dc6c495c0c9188": ("load_balancer", LAGS),
        f"arn:aws:logs:{place}:log-group:gone": ("log_group", LAGS),
        "arn:aws:s3:::gone": ("bucket", LAGS),
        f"arn:aws:kms:{place}:key/1234abcd-12ab-34cd-56ef-1234567890ab": ("key", LAGS),
        f"arn:aws:ecs:{place}:task/by-hand/0123456789abcdef0123456789abcdef": ("ecs:task/by-hand", LAGS),
        f"arn:aws:rds:{place}:snapshot:gone": ("db_snapshot", LAGS),
        cluster: ("cluster", "Amazon ECS shows it for a while after its deletion"),
        f"arn:aws:sns:{place}:by-hand": ("topic", ""),
        f"arn:aws:dynamodb:{place}:table/gone": ("table", LAGS),
        f"arn:aws:sqs:{place}:gone": ("queue", LAGS),
        f"arn:aws:events:{place}:rule/gone": ("event_rule", LAGS),
        f"arn:aws:scheduler:{place}:schedule-group/gone": ("schedule", LAGS),
        f"arn:aws:cognito-idp:{place}:userpool/jobs": ("cognito-idp:userpool", ""),
        "arn:aws:acm:eu-west-1:123456789012:certificate/elsewhere": ("certificate", ""),
    }
    answer = BaseClient._make_api_call

    def ask(client: Any, operation: str, arguments: dict[str, Any]) -> Any:
        if operation == "GetResources":
            return {"ResourceTagMappingList": [{"ResourceARN": arn, "Tags": listed("web")} for arn in listed_arns]}
        return answer(client, operation, arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", ask)
    result = run_module("stack_info", leftovers=True, **STACK)
    assert not result.get("failed"), result
    told = {row["arn"]: (row["type"], row.get("why", "")) for row in [*result["leftovers"], *result["fading"]]}
    assert told == listed_arns
    assert {row["arn"] for row in result["leftovers"]} == {arn for arn, (_, why) in listed_arns.items() if not why}


def test_a_zone_that_somebody_else_made_is_found_and_is_no_leftover(aws, run_module):
    made = aws("route53").create_hosted_zone(Name="company.org", CallerReference="1")["HostedZone"]["Id"].rpartition("/")[2]
    options = {"existing_zones": {"company": "Company.org.", "other": "other.org"}, "leftovers": True, **STACK}
    result = run_module("stack_info", **options)
    assert result["found"]["company"]["hosted_zone"]["id"] == made
    assert "other" not in result["found"]
    assert (result["resources"], result["leftovers"]) == ([], [])
    aws("route53").create_hosted_zone(Name="company.org", CallerReference="2")
    said = run_module("stack_info", **options)["msg"]
    assert said.startswith("look for hosted zone company.org: there are several public ones, ")
    assert made in said
