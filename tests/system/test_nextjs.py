# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The nextjs system end to end, each environment in an emulator of its own: what a user does, in the order of doing it."""

from __future__ import annotations

import json
from typing import Any, ClassVar

import pytest
from support import fidelity

pytestmark = pytest.mark.system


def by_name(items: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """EC2 resources by their Name tag."""
    return {tag["Value"]: item for item in items for tag in item.get("Tags", []) if tag["Key"] == "Name"}


class Nextjs:
    """What holds for both environments; the class attributes are what they differ in."""

    inventory: ClassVar[str]
    prefix: ClassVar[str]
    nat_gateways: ClassVar[int]
    database: ClassVar[dict[str, Any]]
    cache_node: ClassVar[str]
    task: ClassVar[tuple[str, str]]
    tasks: ClassVar[tuple[int, int]]
    log_days: ClassVar[int]
    protected: ClassVar[bool]
    domain: ClassVar[str]

    def test_apply_makes_what_was_planned_and_leaks_no_secret(self, stack):
        plan, run = stack.plan(), stack.apply("-vvv")
        assert run.code == 0, run.output[-3000:]
        told = fidelity.Fidelity()
        told.compare("the empty account", plan, run)
        assert told.misses == []
        assert told.right > 30
        secrets = stack.aws("secretsmanager")
        values = [
            secrets.get_secret_value(SecretId=entry["ARN"])["SecretString"] for entry in secrets.list_secrets()["SecretList"]
        ]
        assert len(values) == 3, "the master user, the auth token and the session key"
        written = run.output + (stack.directory / "ansible.log").read_text() + json.dumps(run.events)
        for value in values:
            for word in json.loads(value).values() if value.startswith("{") else [value]:
                assert len(str(word)) < 12 or str(word) not in written, "a secret was printed"

    def test_network(self, stack):
        ec2 = stack.aws("ec2")
        subnets = by_name(ec2.describe_subnets(Filters=[{"Name": "tag:groundwork:stack", "Values": ["nextjs"]}])["Subnets"])
        assert {name.removeprefix(f"{self.prefix}-main-"): subnet["CidrBlock"] for name, subnet in subnets.items()} == {
            "public-us-east-1a": "10.0.0.0/24",
            "public-us-east-1b": "10.0.16.0/24",
            "private-us-east-1a": "10.0.1.0/24",
            "private-us-east-1b": "10.0.17.0/24",
            "isolated-us-east-1a": "10.0.2.0/28",
            "isolated-us-east-1b": "10.0.18.0/28",
        }
        nats = [nat for nat in ec2.describe_nat_gateways()["NatGateways"] if nat["State"] == "available"]
        assert len(nats) == self.nat_gateways
        assert {nat["SubnetId"] for nat in nats} <= {s["SubnetId"] for name, s in subnets.items() if "-public-" in name}
        for name, subnet in subnets.items():
            tables = ec2.describe_route_tables(Filters=[{"Name": "association.subnet-id", "Values": [subnet["SubnetId"]]}])
            ways_out = [route for route in tables["RouteTables"][0]["Routes"] if route.get("DestinationCidrBlock") == "0.0.0.0/0"]
            if "-public-" in name:
                assert ways_out[0]["GatewayId"].startswith("igw-")
            elif "-private-" in name:
                assert ways_out[0]["NatGatewayId"] in {nat["NatGatewayId"] for nat in nats}
            else:
                assert ways_out == [], f"{name} has a way out"

    def test_isolated_subnets_are_closed_by_their_network_acl(self, stack):
        acls = by_name(stack.aws("ec2").describe_network_acls()["NetworkAcls"])
        entries = acls[f"{self.prefix}-main-isolated"]["Entries"]
        allowed = {(entry["Egress"], entry["CidrBlock"]) for entry in entries if entry["RuleAction"] == "allow"}
        assert allowed == {(False, "10.0.0.0/16"), (True, "10.0.0.0/16")}

    def test_only_declared_flows_are_open(self, stack):
        groups = stack.aws("ec2").describe_security_groups(Filters=[{"Name": "tag:groundwork:stack", "Values": ["nextjs"]}])
        names = {group["GroupId"]: group["GroupName"].removeprefix(f"{self.prefix}-") for group in groups["SecurityGroups"]}
        opened = set()
        for group in groups["SecurityGroups"]:
            for direction, key in (("from", "IpPermissions"), ("to", "IpPermissionsEgress")):
                for rule in group[key]:
                    peers = [names[pair["GroupId"]] for pair in rule["UserIdGroupPairs"]] + [
                        r["CidrIp"] for r in rule["IpRanges"]
                    ]
                    opened |= {(names[group["GroupId"]], direction, peer, rule["FromPort"], rule["ToPort"]) for peer in peers}
        assert opened == {
            ("public", "from", "0.0.0.0/0", 80, 80),
            ("public", "from", "0.0.0.0/0", 443, 443),
            ("public", "to", "web", 3000, 3000),
            ("web", "from", "public", 3000, 3000),
            ("web", "to", "postgres", 5432, 5432),
            ("web", "to", "redis", 6379, 6379),
            ("web", "to", "0.0.0.0/0", 443, 443),
            ("postgres", "from", "web", 5432, 5432),
            ("redis", "from", "web", 6379, 6379),
        }

    def test_database(self, stack):
        found = stack.aws("rds").describe_db_instances()["DBInstances"][0]
        assert {key: found[key] for key in self.database} == self.database
        assert found["StorageEncrypted"] is True
        assert found["PubliclyAccessible"] is False
        assert found["DeletionProtection"] is self.protected
        assert "postgresql" in found["EnabledCloudwatchLogsExports"]
        assert found["MasterUserSecret"]["SecretStatus"] == "active"
        isolated = {s["SubnetIdentifier"] for s in found["DBSubnetGroup"]["Subnets"]}
        subnets = by_name(stack.aws("ec2").describe_subnets(SubnetIds=sorted(isolated))["Subnets"])
        assert all("-isolated-" in name for name in subnets)

    def test_cache(self, stack):
        group = stack.aws("elasticache").describe_replication_groups()["ReplicationGroups"][0]
        assert group["CacheNodeType"] == self.cache_node
        assert group["TransitEncryptionEnabled"] is True
        assert group["AtRestEncryptionEnabled"] is True
        assert group["AuthTokenEnabled"] is True

    def test_load_balancer(self, stack):
        elb = stack.aws("elbv2")
        balancer = elb.describe_load_balancers()["LoadBalancers"][0]
        attributes = {
            entry["Key"]: entry["Value"]
            for entry in elb.describe_load_balancer_attributes(LoadBalancerArn=balancer["LoadBalancerArn"])["Attributes"]
        }
        assert attributes["access_logs.s3.enabled"] == "true"
        assert attributes["routing.http2.enabled"] == "true"
        assert attributes["deletion_protection.enabled"] == str(self.protected).lower()
        listeners = {li["Port"]: li for li in elb.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]}
        assert listeners[80]["DefaultActions"][0]["RedirectConfig"]["Protocol"] == "HTTPS"
        assert listeners[443]["SslPolicy"] == "ELBSecurityPolicy-TLS13-1-2-2021-06"
        certificate = stack.aws("acm").describe_certificate(CertificateArn=listeners[443]["Certificates"][0]["CertificateArn"])
        assert certificate["Certificate"]["Status"] == "ISSUED"
        assert certificate["Certificate"]["DomainName"] == self.domain

    def test_alias_records_lead_to_the_load_balancer(self, stack):
        route53 = stack.aws("route53")
        zone = route53.list_hosted_zones()["HostedZones"][0]["Id"]
        balancer = stack.aws("elbv2").describe_load_balancers()["LoadBalancers"][0]
        aliases = {
            record["Type"]: record["AliasTarget"]["DNSName"]
            for record in route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
            if record["Name"] == f"{self.domain}." and "AliasTarget" in record
        }
        assert set(aliases) == {"A", "AAAA"}
        assert {name.rstrip(".") for name in aliases.values()} == {balancer["DNSName"]}

    def test_service(self, stack):
        ecs = stack.aws("ecs")
        cluster = ecs.list_clusters()["clusterArns"][0]
        service = ecs.describe_services(cluster=cluster, services=ecs.list_services(cluster=cluster)["serviceArns"])["services"][
            0
        ]
        breaker = service["deploymentConfiguration"]["deploymentCircuitBreaker"]
        assert (breaker["enable"], breaker["rollback"]) == (True, True)
        assert service["networkConfiguration"]["awsvpcConfiguration"]["assignPublicIp"] == "DISABLED"
        definition = ecs.describe_task_definition(taskDefinition=service["taskDefinition"])["taskDefinition"]
        assert (definition["cpu"], definition["memory"]) == self.task
        container = definition["containerDefinitions"][0]
        assert {entry["name"] for entry in container["secrets"]} == {
            "DATABASE_USER",
            "DATABASE_PASSWORD",
            "REDIS_AUTH_TOKEN",
            "SESSION_SECRET",
        }
        target = stack.aws("application-autoscaling").describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"][0]
        assert (target["MinCapacity"], target["MaxCapacity"]) == self.tasks
        insights = ecs.describe_clusters(clusters=[cluster], include=["SETTINGS"])["clusters"][0]["settings"]
        assert {"name": "containerInsights", "value": "enabled"} in insights

    def test_logs_end_and_alarms_notify(self, stack):
        groups = stack.aws("logs").describe_log_groups()["logGroups"]
        assert {group["retentionInDays"] for group in groups} == {self.log_days}
        alarms = stack.aws("cloudwatch").describe_alarms()["MetricAlarms"]
        watched = {alarm["Namespace"] for alarm in alarms if alarm.get("Namespace")}
        assert {"AWS/ECS", "AWS/RDS", "AWS/ElastiCache", "AWS/ApplicationELB"} <= watched
        topic = stack.aws("sns").list_topics()["Topics"][0]["TopicArn"]
        assert all(topic in alarm["AlarmActions"] for alarm in alarms if "watch" in alarm["AlarmName"])
        assert stack.aws("cloudwatch").list_dashboards()["DashboardEntries"]

    def test_everything_taggable_carries_the_tags(self, stack):
        left = stack.aws("resourcegroupstaggingapi").get_paginator("get_resources")
        tagged = left.paginate(TagFilters=[{"Key": "groundwork:stack", "Values": ["nextjs"]}]).build_full_result()
        assert len(tagged["ResourceTagMappingList"]) > 30

    def test_a_second_apply_changes_nothing(self, stack):
        run = stack.apply()
        assert run.code == 0, run.output[-3000:]
        assert run.changed == set()

    def test_a_changed_setting_is_planned_and_changes_alone(self, stack):
        setting = ("-e", '{"database_backup_retention_days": 14}')
        wanted = {("postgres", "Instance")}
        plan = stack.plan(*setting)
        assert (plan.code, plan.changed) == (0, wanted), "a plan of all the rest predicts nothing"
        assert stack.aws("rds").describe_db_instances()["DBInstances"][0]["BackupRetentionPeriod"] != 14, "the plan wrote"
        assert stack.apply(*setting, "--limit", "postgres").changed == wanted
        assert stack.aws("rds").describe_db_instances()["DBInstances"][0]["BackupRetentionPeriod"] == 14

    def test_one_component_alone(self, stack):
        cloudwatch = stack.aws("cloudwatch")
        name = next(alarm["AlarmName"] for alarm in cloudwatch.describe_alarms()["MetricAlarms"] if "watch" in alarm["AlarmName"])
        cloudwatch.delete_alarms(AlarmNames=[name])
        run = stack.apply("--limit", "watch")
        assert run.code == 0, run.output[-3000:]
        assert run.ran == {"watch"}
        assert {component for component, task in run.changed} == {"watch"}
        assert cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"]

    def test_teardown_is_refused_until_it_is_confirmed(self, stack):
        unconfirmed = stack.teardown()
        assert unconfirmed.code != 0
        assert f"-e confirm={self.prefix}" in unconfirmed.failures[0]
        unnamed = stack.teardown("-e", f"confirm={self.prefix}")
        assert unnamed.code != 0
        assert "postgres hold data" in unnamed.failures[0]
        assert unconfirmed.changed | unnamed.changed == set()

    def test_teardown_removes_all_of_it(self, stack):
        run = stack.teardown("-e", f"confirm={self.prefix}", "-e", '{"destroy_data": ["postgres", "logs"]}')
        assert run.code == 0, run.output[-3000:]
        assert not stack.aws("ec2").describe_vpcs(Filters=[{"Name": "tag:groundwork:stack", "Values": ["nextjs"]}])["Vpcs"]
        assert not stack.aws("rds").describe_db_instances()["DBInstances"]
        snapshots = stack.aws("rds").describe_db_snapshots(SnapshotType="manual")["DBSnapshots"]
        assert len(snapshots) == 1, "the final snapshot"
        assert not stack.aws("elasticache").describe_replication_groups()["ReplicationGroups"]
        assert not stack.aws("elbv2").describe_load_balancers()["LoadBalancers"]
        clusters = stack.aws("ecs").list_clusters()["clusterArns"]  # AWS lists a deleted one, INACTIVE, for a while
        shown = stack.aws("ecs").describe_clusters(clusters=clusters)["clusters"]
        assert {cluster["status"] for cluster in shown} <= {"INACTIVE"}
        assert not stack.aws("logs").describe_log_groups()["logGroups"]
        assert not stack.aws("cloudwatch").describe_alarms()["MetricAlarms"]
        assert not stack.aws("s3").list_buckets()["Buckets"]
        assert not stack.aws("iam").list_roles(PathPrefix="/groundwork/")["Roles"]
        assert not stack.aws("route53").list_hosted_zones()["HostedZones"]


@pytest.mark.nightly
class TestDevelopment(Nextjs):
    inventory = "inventories/nextjs/development"
    prefix = "nextjs-development"
    nat_gateways = 1
    database: ClassVar[dict[str, Any]] = {
        "DBInstanceClass": "db.t4g.micro",
        "MultiAZ": False,
        "AllocatedStorage": 20,
        "MaxAllocatedStorage": 100,
        "BackupRetentionPeriod": 1,
    }
    cache_node = "cache.t4g.micro"
    task = ("512", "1024")
    tasks = (1, 2)
    log_days = 7
    protected = False
    domain = "app.dev.example.org"


class TestProduction(Nextjs):
    inventory = "inventories/nextjs/production"
    prefix = "nextjs-production"
    nat_gateways = 2
    database: ClassVar[dict[str, Any]] = {
        "DBInstanceClass": "db.t4g.small",
        "MultiAZ": True,
        "AllocatedStorage": 100,
        "MaxAllocatedStorage": 500,
        "BackupRetentionPeriod": 7,
    }
    cache_node = "cache.t4g.small"
    task = ("1024", "2048")
    tasks = (2, 10)
    log_days = 30
    protected = True
    domain = "app.example.org"
