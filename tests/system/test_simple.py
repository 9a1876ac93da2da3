# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The simple system end to end but for the applications on its machines: Cloudflare, load balancers, scaling groups, data."""

from __future__ import annotations

import json
from typing import Any, ClassVar

import pytest
from support import fidelity
from support.cloudflare import ACCOUNT, writes

# Its development, with the applications on its machines, is what tests/machines/test_simple.py stands up each time.
pytestmark = [pytest.mark.system, pytest.mark.nightly]

ZONE = "example.com"


class Simple:
    """What holds for both environments; the class attributes are what they differ in."""

    inventory: ClassVar[str]
    prefix: ClassVar[str]
    instance_type: ClassVar[str]
    sizes: ClassVar[tuple[int, int]]
    protected: ClassVar[bool]
    told: ClassVar[list[str]]

    def zone(self, stack: Any) -> str:
        (zone,) = stack.cloudflare.get("/zones")
        assert zone["name"] == ZONE
        return str(zone["id"])

    def test_a_plan_writes_nothing_and_apply_makes_what_it_said(self, stack):
        with stack.cloudflare.recorded() as requests:
            plan = stack.plan()
        assert writes(requests) == []
        self.told.append(plan.output)
        assert stack.aws("ec2").describe_vpcs(Filters=[{"Name": "tag:groundwork:stack", "Values": ["simple"]}])["Vpcs"] == []
        run = stack.apply("-vvv")
        self.told.append(run.output)
        assert run.code == 0, run.output[-3000:]
        told = fidelity.Fidelity()
        told.compare("the empty account", plan, run)
        assert told.misses == []
        assert told.right > 30

    def test_only_declared_flows_are_open(self, stack):
        groups = stack.aws("ec2").describe_security_groups(Filters=[{"Name": "tag:groundwork:stack", "Values": ["simple"]}])
        names = {group["GroupId"]: group["GroupName"].removeprefix(f"{self.prefix}-") for group in groups["SecurityGroups"]}
        opened = {
            (names[group["GroupId"]], names[pair["GroupId"]], rule["FromPort"])
            for group in groups["SecurityGroups"]
            for rule in group["IpPermissions"]
            for pair in rule["UserIdGroupPairs"]
        }
        assert opened == {("web", "public", 3000), ("internal", "web", 80), ("api", "internal", 3000)}
        rules = [(names[group["GroupId"]], rule) for group in groups["SecurityGroups"] for rule in group["IpPermissions"]]
        assert [name for name, rule in rules if rule["IpRanges"] or rule["Ipv6Ranges"]] == []
        listed = {(name, rule["FromPort"], entry["PrefixListId"]) for name, rule in rules for entry in rule["PrefixListIds"]}
        lists = [one for one in stack.aws("ec2").describe_managed_prefix_lists()["PrefixLists"] if one["OwnerId"] != "AWS"]
        assert listed == {("public", 443, one["PrefixListId"]) for one in lists}
        ranges = {
            entry["Cidr"]
            for one in lists
            for entry in stack.aws("ec2").get_managed_prefix_list_entries(PrefixListId=one["PrefixListId"])["Entries"]
        }
        published = stack.cloudflare.get("/ips")
        assert ranges == {*published["ipv4_cidrs"], *published["ipv6_cidrs"]}

    def lock(self, stack: Any) -> str:
        return str(stack.aws("secretsmanager").get_secret_value(SecretId=f"{self.prefix}-origin-lock")["SecretString"])

    def opened_by(self, stack: Any) -> list[str]:
        """The values that the load balancer takes; all of its rules ask for one of them."""
        elb = stack.aws("elbv2")
        (balancer,) = elb.describe_load_balancers(Names=[f"{self.prefix}-public"])["LoadBalancers"]
        listeners = elb.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
        (listener,) = [one for one in listeners if one["Port"] == 443]
        assert [one["DefaultActions"][0]["Type"] for one in listeners if one != listener] == ["redirect"]
        rules = elb.describe_rules(ListenerArn=listener["ListenerArn"])["Rules"]
        (default,) = [rule for rule in rules if rule["IsDefault"]]
        assert default["Actions"][0]["FixedResponseConfig"]["StatusCode"] == "403"
        conditions = [
            [one["HttpHeaderConfig"] for one in rule["Conditions"] if one["Field"] == "http-header"]
            for rule in rules
            if not rule["IsDefault"]
        ]
        assert [[one["HttpHeaderName"] for one in asked] for asked in conditions] == [["x-origin-lock"]]
        return list(conditions[0][0]["Values"])

    def sent(self, stack: Any) -> tuple[str, str]:
        """To which hosts Cloudflare sends the value, and the value."""
        phase = f"/zones/{self.zone(stack)}/rulesets/phases/http_request_late_transform/entrypoint"
        (rule,) = stack.cloudflare.get(phase)["rules"]
        return rule["expression"], rule["action_parameters"]["headers"]["x-origin-lock"]["value"]

    def test_the_load_balancer_asks_for_what_cloudflare_sends(self, stack):
        assert self.opened_by(stack) == [self.lock(stack)]
        assert self.sent(stack) == (f'http.host in {{"app.{ZONE}"}}', self.lock(stack))

    def test_scaling_groups_run_closed_machines_behind_their_load_balancers(self, stack):
        ec2 = stack.aws("ec2")
        groups = stack.aws("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
        assert {group["AutoScalingGroupName"] for group in groups} == {f"{self.prefix}-web", f"{self.prefix}-api"}
        for group in groups:
            assert (group["MinSize"], group["MaxSize"]) == self.sizes
            assert len(group["TargetGroupARNs"]) == 1
            assert group["HealthCheckType"] == "ELB"
            subnets = ec2.describe_subnets(SubnetIds=group["VPCZoneIdentifier"].split(","))["Subnets"]
            assert {subnet["CidrBlock"] for subnet in subnets} == {"10.0.1.0/24", "10.0.17.0/24"}
            template = {"LaunchTemplateId": group["LaunchTemplate"]["LaunchTemplateId"], "Versions": ["$Latest"]}
            (version,) = ec2.describe_launch_template_versions(**template)["LaunchTemplateVersions"]
            data = version["LaunchTemplateData"]
            assert data["InstanceType"] == self.instance_type
            assert data["MetadataOptions"]["HttpTokens"] == "required"
            assert data["BlockDeviceMappings"][0]["Ebs"]["Encrypted"] is True
            assert data["NetworkInterfaces"][0]["AssociatePublicIpAddress"] is False

    def test_a_group_reaches_what_it_names_and_no_more(self, stack):
        iam = stack.aws("iam")
        policies = {
            role["RoleName"]: json.dumps(iam.get_role_policy(RoleName=role["RoleName"], PolicyName=name)["PolicyDocument"])
            for role in iam.list_roles(PathPrefix="/groundwork/")["Roles"]
            for name in iam.list_role_policies(RoleName=role["RoleName"])["PolicyNames"]
        }
        web, api = policies[f"{self.prefix}-web-machine"], policies[f"{self.prefix}-api-machine"]
        assert f"{self.prefix}-artifacts" in web
        assert '"dynamodb:' not in web
        assert f"{self.prefix}-files" not in web
        assert f"table/{self.prefix}-notes" in api
        assert f"{self.prefix}-files" in api

    def test_the_certificate_was_validated_at_cloudflare(self, stack):
        (certificate,) = stack.aws("acm").list_certificates(CertificateStatuses=["ISSUED"])["CertificateSummaryList"]
        records = stack.cloudflare.get(f"/zones/{self.zone(stack)}/dns_records")
        assert certificate["DomainName"] == f"app.{ZONE}"
        assert [one["proxied"] for one in records if "acm-validations" in one["content"]] == [False]

    def test_the_edge(self, stack):
        zone = self.zone(stack)
        balancers = {one["LoadBalancerName"]: one for one in stack.aws("elbv2").describe_load_balancers()["LoadBalancers"]}
        assert balancers[f"{self.prefix}-internal"]["Scheme"] == "internal"
        records = {one["name"]: one for one in stack.cloudflare.get(f"/zones/{zone}/dns_records")}
        app = records[f"app.{ZONE}"]
        assert (app["content"], app["proxied"]) == (balancers[f"{self.prefix}-public"]["DNSName"], True)
        settings = {one["id"]: one["value"] for one in stack.cloudflare.get(f"/zones/{zone}/settings")}
        assert (settings["ssl"], settings["always_use_https"], settings["min_tls_version"]) == ("strict", "on", "1.2")
        rules = stack.cloudflare.get(f"/zones/{zone}/rulesets/phases/http_request_firewall_custom/entrypoint")["rules"]
        assert [rule["action"] for rule in rules] == ["block"]

    def test_the_landing_page_is_served(self, stack):
        answer = stack.cloudflare.request("GET", "/", host=f"www.{ZONE}")
        assert answer.status == 200
        assert b"Open the app" in answer.body
        assert answer.headers["X-Content-Type-Options"] == "nosniff"

    def test_the_table(self, stack):
        table = stack.aws("dynamodb").describe_table(TableName=f"{self.prefix}-notes")["Table"]
        assert table["DeletionProtectionEnabled"] is self.protected
        assert table["SSEDescription"]["SSEType"] == "KMS"

    def test_a_second_apply_and_a_second_plan_change_nothing(self, stack):
        for run in (stack.apply(), stack.plan()):
            assert run.code == 0, run.output[-3000:]
            assert run.changed == set()

    def test_another_lock_is_taken_before_it_is_sent_and_nobody_reads_it(self, stack):
        former = self.lock(stack)
        stack.aws("secretsmanager").put_secret_value(SecretId=f"{self.prefix}-origin-lock", SecretString="0123456789" * 4)
        wanted = {("public", "Load balancer"), ("example.com", "Headers that are sent to the origin")}
        plan = stack.plan("-vvv")
        assert (plan.code, plan.changed) == (0, wanted), plan.output[-2000:]
        assert '"sha256:' in plan.output, "a plan shows that it is another"
        run = stack.apply("-vvv")
        assert (run.code, run.changed) == (0, wanted), run.output[-2000:]
        assert sorted(self.opened_by(stack)) == sorted([self.lock(stack), former])
        assert self.sent(stack)[1] == self.lock(stack) == "0123456789" * 4
        kept = [file.read_bytes().decode(errors="replace") for file in stack.directory.rglob("*") if file.is_file()]
        for told in (*self.told, plan.output, run.output, *kept):
            assert former not in told
            assert self.lock(stack) not in told

    def test_verification_finds_a_way_past_the_lock(self, stack):
        elb, ec2 = stack.aws("elbv2"), stack.aws("ec2")
        (balancer,) = elb.describe_load_balancers(Names=[f"{self.prefix}-public"])["LoadBalancers"]
        listeners = elb.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
        listener = next(one for one in listeners if one["Port"] == 443)
        groups = elb.describe_target_groups(LoadBalancerArn=balancer["LoadBalancerArn"])["TargetGroups"]
        open_rule = {
            "Conditions": [{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/debug"]}}],
            "Actions": [{"Type": "forward", "TargetGroupArn": groups[0]["TargetGroupArn"]}],
        }
        made = elb.create_rule(ListenerArn=listener["ListenerArn"], Priority=7, **open_rule)["Rules"][0]["RuleArn"]
        world = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
        (group,) = balancer["SecurityGroups"]
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[world])
        done = stack.play("playbooks/verify.yml", "--limit", "public", "-vvv")
        assert done.code != 0
        assert "rule 7 of port 443 does not ask for x-origin-lock, its security group lets 0.0.0.0/0 in" in done.failures[0]
        assert self.lock(stack) not in done.output
        elb.delete_rule(RuleArn=made)
        ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=[world])
        assert stack.play("playbooks/verify.yml").code == 0

    def test_a_changed_setting_is_planned_and_changes_alone(self, stack):
        setting = ("-e", '{"cloudflare_settings": {"min_tls_version": "1.3"}}')
        wanted = {("example.com", "Settings")}
        plan = stack.plan(*setting)
        assert (plan.code, plan.changed) == (0, wanted), plan.output[-2000:]
        assert stack.apply(*setting, "--limit", "example.com").changed == wanted

    def test_a_new_page_is_deployed_once(self, stack, tmp_path):
        (tmp_path / "index.html").write_text("<p>New here.")
        setting = ("-e", json.dumps({"pages_directory": str(tmp_path)}), "--limit", "landing")
        assert stack.apply(*setting).changed == {("landing", "Deployment")}
        assert stack.apply(*setting).changed == set()
        assert b"New here." in stack.cloudflare.request("GET", "/", host=f"www.{ZONE}").body

    def test_teardown_is_refused_until_it_is_confirmed(self, stack):
        unnamed = stack.teardown("-e", f"confirm={self.prefix}")
        assert unnamed.code != 0
        assert "notes hold data" in unnamed.failures[0]
        assert unnamed.changed == set()

    def test_teardown_removes_all_of_it(self, stack):
        run = stack.teardown("-e", f"confirm={self.prefix}", "-e", '{"destroy_data": ["notes", "example.com"]}')
        assert run.code == 0, run.output[-3000:]
        assert not stack.aws("ec2").describe_vpcs(Filters=[{"Name": "tag:groundwork:stack", "Values": ["simple"]}])["Vpcs"]
        assert not stack.aws("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
        assert not stack.aws("elbv2").describe_load_balancers()["LoadBalancers"]
        assert not stack.aws("dynamodb").list_tables()["TableNames"]
        assert not stack.aws("s3").list_buckets()["Buckets"]
        lists = stack.aws("ec2").describe_managed_prefix_lists()["PrefixLists"]
        assert {one["OwnerId"] for one in lists if one["State"] != "delete-complete"} == {"AWS"}
        assert not stack.aws("iam").list_roles(PathPrefix="/groundwork/")["Roles"]
        assert not stack.cloudflare.get("/zones")
        assert not stack.cloudflare.get(f"/accounts/{ACCOUNT}/pages/projects")


class TestDevelopment(Simple):
    inventory = "inventories/simple/development"
    told: ClassVar[list[str]] = []
    prefix = "simple-development"
    instance_type = "t4g.micro"
    sizes = (1, 2)
    protected = False


class TestProduction(Simple):
    inventory = "inventories/simple/production"
    told: ClassVar[list[str]] = []
    prefix = "simple-production"
    instance_type = "t4g.small"
    sizes = (2, 6)
    protected = True
