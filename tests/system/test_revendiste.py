# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The revendiste system end to end: no NAT, an origin that Cloudflare alone reaches, two services, Aurora, scheduled tasks."""

from __future__ import annotations

import json
from typing import Any, ClassVar

import pytest
from support import fidelity
from support.cloudflare import writes

pytestmark = pytest.mark.system

ZONE = "revendiste.com"
PREFIX = "revendiste-production"
TASKS = {"sync-payments": "rate(5 minutes)", "notify-upload": "rate(1 hour)"}
TASKS |= {"check-payout": "rate(1 hour)", "process-notifications": "rate(5 minutes)"}
STACK = [{"Name": "tag:groundwork:stack", "Values": ["revendiste"]}]
RULES = [
    {"priority": 5, "target": "backend", "hosts": [ZONE], "paths": ["/webhooks/*"]},
    {"priority": 10, "target": "backend", "hosts": [ZONE, f"www.{ZONE}"], "paths": ["/api/*"]},
    {"priority": 20, "target": "frontend", "hosts": [ZONE, f"www.{ZONE}"]},
]


def asked(rule: dict[str, Any], field: str) -> list[str]:
    """What a rule asks of hosts or paths."""
    return [value for one in rule["Conditions"] for value in one.get(field, {}).get("Values", [])]


class TestProduction:
    inventory: ClassVar[str] = "inventories/revendiste/production"
    region: ClassVar[str] = "sa-east-1"

    def test_a_plan_writes_nothing_and_apply_makes_what_it_said(self, stack):
        with stack.cloudflare.recorded() as requests:
            plan = stack.plan()
        assert writes(requests) == []
        assert stack.aws("ec2").describe_vpcs(Filters=STACK)["Vpcs"] == []
        run = stack.apply()
        assert run.code == 0, run.output[-3000:]
        told = fidelity.Fidelity()
        told.compare("the empty account", plan, run)
        assert told.misses == []
        assert told.right > 60

    def test_nothing_needs_a_nat_gateway(self, stack):
        ec2 = stack.aws("ec2")
        assert ec2.describe_nat_gateways(Filter=STACK)["NatGateways"] == []
        assert ec2.describe_addresses(Filters=STACK)["Addresses"] == []
        subnets = {one["SubnetId"]: one["CidrBlock"] for one in ec2.describe_subnets(Filters=STACK)["Subnets"]}
        services = stack.aws("ecs").describe_services(
            cluster=f"{PREFIX}-backend", services=[f"{PREFIX}-backend", f"{PREFIX}-frontend"]
        )["services"]
        for service in services:
            network = service["networkConfiguration"]["awsvpcConfiguration"]
            assert network["assignPublicIp"] == "ENABLED"
            assert {subnets[one] for one in network["subnets"]} == {"10.0.0.0/20", "10.0.16.0/20"}
        (isolated,) = [
            table
            for table in ec2.describe_route_tables(Filters=STACK)["RouteTables"]
            if subnets.get(table["Associations"][0].get("SubnetId", ""), "").startswith("10.0.3")
        ]
        assert {route.get("GatewayId") for route in isolated["Routes"]} == {"local"}

    def test_only_declared_flows_are_open(self, stack):
        groups = stack.aws("ec2").describe_security_groups(Filters=STACK)["SecurityGroups"]
        names = {group["GroupId"]: group["GroupName"].removeprefix(f"{PREFIX}-") for group in groups}
        opened = {
            (names[pair["GroupId"]], names[group["GroupId"]], rule["FromPort"])
            for group in groups
            for rule in group["IpPermissions"]
            for pair in rule["UserIdGroupPairs"]
        }
        calls = {("public", "backend", 3001), ("public", "frontend", 3000), ("frontend", "backend", 3001)}
        assert opened == calls | {(caller, "postgres", 5432) for caller in ("backend", *TASKS)}
        rules = [(names[group["GroupId"]], rule) for group in groups for rule in group["IpPermissions"]]
        assert [name for name, rule in rules if rule["IpRanges"] or rule["Ipv6Ranges"]] == []
        lists = [one for one in stack.aws("ec2").describe_managed_prefix_lists()["PrefixLists"] if one["OwnerId"] != "AWS"]
        listed = {(name, rule["FromPort"], entry["PrefixListId"]) for name, rule in rules for entry in rule["PrefixListIds"]}
        assert listed == {("public", port, one["PrefixListId"]) for one in lists for port in (80, 443)}

    def listeners(self, stack: Any) -> dict[int, list[dict[str, Any]]]:
        """The rules of the load balancer by port, the default last."""
        elb = stack.aws("elbv2")
        (balancer,) = elb.describe_load_balancers(Names=[f"{PREFIX}-public"])["LoadBalancers"]
        return {
            one["Port"]: elb.describe_rules(ListenerArn=one["ListenerArn"])["Rules"]
            for one in elb.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
        }

    def test_hosts_and_paths_lead_to_the_services(self, stack):
        listeners = self.listeners(stack)
        targets = {one["TargetGroupArn"]: one for one in stack.aws("elbv2").describe_target_groups()["TargetGroups"]}
        paths = {arn: target["HealthCheckPath"] for arn, target in targets.items()}
        led = [
            (
                asked(rule, "HostHeaderConfig"),
                asked(rule, "PathPatternConfig"),
                paths.get(rule["Actions"][0].get("TargetGroupArn")),
            )
            for rule in listeners[443]
        ]
        hosts = [ZONE, f"www.{ZONE}"]
        assert led == [(hosts, ["/api/*"], "/api/health"), (hosts, [], "/health"), ([], [], None), ([], [], None)]
        unknown, without_the_lock = listeners[443][2:]
        assert unknown["Actions"][0]["FixedResponseConfig"]["StatusCode"] == "404"
        assert without_the_lock["Actions"][0]["FixedResponseConfig"]["StatusCode"] == "403"
        assert all(asked(rule, "HttpHeaderConfig") for rule in listeners[443][:3])
        assert [rule["Actions"][0]["Type"] for rule in listeners[80]] == ["redirect"]

    def test_services_have_their_own_sizes_and_scale(self, stack):
        ecs, scaling = stack.aws("ecs"), stack.aws("application-autoscaling")
        for name, size in {"backend": ("512", "1024", 3001), "frontend": ("256", "512", 3000)}.items():
            task = ecs.describe_task_definition(taskDefinition=f"{PREFIX}-{name}")["taskDefinition"]
            assert (task["cpu"], task["memory"], task["containerDefinitions"][0]["portMappings"][0]["containerPort"]) == size
            resource = [f"service/{PREFIX}-backend/{PREFIX}-{name}"]
            (target,) = scaling.describe_scalable_targets(ServiceNamespace="ecs", ResourceIds=resource)["ScalableTargets"]
            assert (target["MinCapacity"], target["MaxCapacity"]) == (1, 10)
            alarms = stack.aws("cloudwatch").describe_alarms(AlarmNamePrefix=f"{PREFIX}-{name}-out")["MetricAlarms"]
            assert {alarm["MetricName"]: alarm["Threshold"] for alarm in alarms} == {
                "CPUUtilization": 70,
                "MemoryUtilization": 80,
            }
        logs = stack.aws("logs").describe_log_groups()["logGroups"]
        assert {group["retentionInDays"] for group in logs} == {7}

    def test_services_call_each_other_by_name(self, stack):
        (namespace,) = stack.aws("servicediscovery").list_namespaces()["Namespaces"]
        assert (namespace["Name"], namespace["Type"]) == ("revendiste.internal", "DNS_PRIVATE")
        (service,) = stack.aws("servicediscovery").list_services()["Services"]
        task = stack.aws("ecs").describe_task_definition(taskDefinition=f"{PREFIX}-frontend")["taskDefinition"]
        (url,) = [one["value"] for one in task["containerDefinitions"][0]["environment"] if one["name"] == "API_URL"]
        assert url == f"http://{service['Name']}.{namespace['Name']}:3001"

    def test_the_database_scales_and_is_closed(self, stack):
        rds = stack.aws("rds")
        (cluster,) = rds.describe_db_clusters()["DBClusters"]
        assert (cluster["Engine"], cluster["EngineVersion"].split(".")[0]) == ("aurora-postgresql", "15")
        assert cluster["ServerlessV2ScalingConfiguration"] == {"MinCapacity": 0.5, "MaxCapacity": 16}
        assert (cluster["StorageEncrypted"], cluster["DeletionProtection"], cluster["BackupRetentionPeriod"]) == (True, True, 7)
        assert ":secret:" in cluster["MasterUserSecret"]["SecretArn"]
        members = rds.describe_db_instances()["DBInstances"]
        assert [(one["DBInstanceClass"], one["PubliclyAccessible"]) for one in members] == [("db.serverless", False)] * 2
        assert sorted(one["IsClusterWriter"] for one in cluster["DBClusterMembers"]) == [False, True]

    def test_tasks_run_on_schedule_each_with_its_own_role_and_log(self, stack):
        scheduler, iam = stack.aws("scheduler"), stack.aws("iam")
        schedules = {
            one["Name"]: scheduler.get_schedule(Name=one["Name"], GroupName=one["GroupName"])
            for one in scheduler.list_schedules()["Schedules"]
        }
        assert {name.removeprefix(f"{PREFIX}-"): one["ScheduleExpression"] for name, one in schedules.items()} == TASKS
        groups = {group["logGroupName"] for group in stack.aws("logs").describe_log_groups()["logGroups"]}
        roles = set()
        for one in schedules.values():
            target = one["Target"]
            task = stack.aws("ecs").describe_task_definition(taskDefinition=target["EcsParameters"]["TaskDefinitionArn"])
            (container,) = task["taskDefinition"]["containerDefinitions"]
            assert container["command"][:2] == ["node", "jobs.js"]
            assert container["logConfiguration"]["options"]["awslogs-group"] in groups
            roles.add(task["taskDefinition"]["taskRoleArn"])
            assert target["DeadLetterConfig"]["Arn"].startswith(f"arn:aws:sqs:{self.region}:")
            assert target["RetryPolicy"]["MaximumRetryAttempts"] > 0
        assert roles <= {role["Arn"] for role in iam.list_roles(PathPrefix="/groundwork/revendiste/")["Roles"]}
        assert len(roles) == len(TASKS)

    def test_a_run_that_fails_or_is_missing_alarms(self, stack):
        alarms = stack.aws("cloudwatch").describe_alarms()["MetricAlarms"]
        for task in TASKS:
            of_task = [alarm for alarm in alarms if alarm["AlarmName"].startswith(f"{PREFIX}-watch-{task}")]
            assert all(alarm["AlarmActions"] for alarm in of_task)
            missing = [alarm for alarm in of_task if alarm.get("TreatMissingData") == "breaching"]
            assert (len(of_task), len(missing)) == (3, 1), [alarm["AlarmName"] for alarm in of_task]

    def test_the_edge(self, stack):
        (zone,) = stack.cloudflare.get("/zones")
        records = {one["name"]: one for one in stack.cloudflare.get(f"/zones/{zone['id']}/dns_records")}
        (balancer,) = stack.aws("elbv2").describe_load_balancers()["LoadBalancers"]
        for name in (ZONE, f"www.{ZONE}"):
            assert (records[name]["content"], records[name]["proxied"]) == (balancer["DNSName"], True)
        settings = {one["id"]: one["value"] for one in stack.cloudflare.get(f"/zones/{zone['id']}/settings")}
        assert (settings["ssl"], settings["always_use_https"]) == ("strict", "on")

    def test_a_second_apply_and_a_second_plan_change_nothing(self, stack):
        for run in (stack.apply(), stack.plan()):
            assert run.code == 0, run.output[-3000:]
            assert run.changed == set()

    def test_a_rule_is_added_beside_the_others(self, stack):
        before = {rule["RuleArn"] for rule in self.listeners(stack)[443]}
        rules = ("-e", json.dumps({"alb_rules": RULES}), "--limit", "public")
        plan, run = stack.plan(*rules), stack.apply(*rules)
        assert (plan.changed, run.changed) == ({("public", "Load balancer")},) * 2, run.output[-2000:]
        after = {rule["RuleArn"]: rule["Priority"] for rule in self.listeners(stack)[443]}
        assert before < after.keys()
        assert [priority for arn, priority in after.items() if arn not in before] == ["5"]
        assert stack.apply("--limit", "public").changed == {("public", "Load balancer")}
        assert {rule["RuleArn"] for rule in self.listeners(stack)[443]} == before

    def test_new_ranges_of_cloudflare_are_planned_and_taken(self, stack):
        published = stack.cloudflare.get("/ips")
        stack.cloudflare.control("POST", "ips", {"ipv4_cidrs": [*published["ipv4_cidrs"], "192.0.2.0/24"]})
        wanted = {("main", "Prefix list")}
        plan, run = stack.plan("--limit", "main"), stack.apply("--limit", "main")
        assert (plan.changed, run.changed) == (wanted, wanted), run.output[-2000:]
        assert "192.0.2.0/24" in plan.output
        stack.cloudflare.control("POST", "ips", {"ipv4_cidrs": published["ipv4_cidrs"][:3]})
        refused = stack.apply("--limit", "main")
        assert refused.code != 0
        assert refused.changed == set()
        stack.cloudflare.control("POST", "ips", {"ipv4_cidrs": published["ipv4_cidrs"]})
        assert stack.apply("--limit", "main").changed == wanted

    def test_a_task_is_run_now(self, stack):
        run = stack.play("playbooks/run.yml", "-e", "task=sync-payments", "-e", '{"command": ["sh", "-c", "echo 7 paid"]}')
        assert run.code == 0, run.output[-2000:]
        assert "7 paid" in run.output
        failed = stack.play(
            "playbooks/run.yml", "-e", "task=sync-payments", "-e", '{"command": ["sh", "-c", "echo no bank; exit 3"]}'
        )
        assert failed.code != 0
        assert "exit code 3" in failed.failures[0]
        assert "no bank" in failed.failures[0]
        unknown = stack.play("playbooks/run.yml", "-e", "task=sync-payment")
        assert "name one of" in unknown.failures[0]

    def test_teardown_is_refused_until_it_is_confirmed(self, stack):
        unnamed = stack.teardown("-e", f"confirm={PREFIX}")
        assert unnamed.code != 0
        assert "postgres hold data" in unnamed.failures[0]
        assert unnamed.changed == set()

    def test_teardown_removes_all_of_it(self, stack):
        run = stack.teardown("-e", f"confirm={PREFIX}", "-e", f'{{"destroy_data": ["postgres", "logs", "{ZONE}"]}}')
        assert run.code == 0, run.output[-3000:]
        assert not stack.aws("ec2").describe_vpcs(Filters=STACK)["Vpcs"]
        assert not stack.aws("rds").describe_db_clusters()["DBClusters"]
        assert not stack.aws("scheduler").list_schedules()["Schedules"]
        assert not stack.aws("sqs").list_queues().get("QueueUrls")
        assert not stack.aws("events").list_rules()["Rules"]
        assert not stack.aws("servicediscovery").list_namespaces()["Namespaces"]
        assert not stack.aws("elbv2").describe_load_balancers()["LoadBalancers"]
        assert not stack.aws("iam").list_roles(PathPrefix="/groundwork/")["Roles"]
        assert not stack.aws("s3").list_buckets()["Buckets"]
        assert not stack.cloudflare.get("/zones")
