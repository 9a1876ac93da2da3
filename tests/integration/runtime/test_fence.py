# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Check mode neither writes nor lies: every module that a role uses, and those upstream whose own check mode is wrong."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.groundwork.cloud.plugins.plugin_utils.calls import WRONG_IN_CHECK_MODE
from support import roles
from support.cloudflare import Cloudflare, writes
from support.emulator import recorded
from support.play import PROJECT
from support.tasks import run_tasks, written

CASES: dict[str, dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("fence.yml").read_text())
ALARM = {
    "name": "fence",
    "namespace": "AWS/ECS",
    "metric": "CPUUtilization",
    "statistic": "Average",
    "period": 60,
    "evaluation_periods": 3,
    "comparison": "GreaterThanThreshold",
    "threshold": 80,
}


def document(**statement: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Sid": "fence", "Effect": "Allow", **statement}]}


TRUST = document(Principal={"Service": ["ec2.amazonaws.com", "scheduler.amazonaws.com"]}, Action="sts:AssumeRole")


@pytest.fixture
def facts(aws: Any, cloudflare: Cloudflare, tmp_path: Path) -> dict[str, Any]:
    """What the modules need to be there, made with boto3 and by plain calls: C(fence.yml) has it in braces."""
    ec2, ecs, iam = aws("ec2"), aws("ecs"), aws("iam")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.9.{number}.0/24", AvailabilityZone=zone)["Subnet"]["SubnetId"]
        for number, zone in enumerate(("us-east-1a", "us-east-1b"))
    ]
    internet = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=internet, VpcId=vpc)
    group = ec2.create_security_group(GroupName="given", Description="given", VpcId=vpc)["GroupId"]
    target = {"Name": "given", "Protocol": "HTTP", "Port": 80, "VpcId": vpc, "TargetType": "ip"}
    role = iam.create_role(RoleName="given", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    ecs.create_cluster(clusterName="fence")
    container = {"name": "web", "image": "nginx", "memory": 128}
    settings = {"networkMode": "awsvpc", "requiresCompatibilities": ["FARGATE"], "cpu": "256", "memory": "512"}
    ecs.register_task_definition(family="fence", containerDefinitions=[container], **settings)
    for service in ("ours", "upstream"):
        ecs.create_service(cluster="fence", serviceName=service, taskDefinition="fence", desiredCount=1)
    aws("route53").create_hosted_zone(Name="example.org", CallerReference="1")
    begun = aws("servicediscovery").create_private_dns_namespace(Name="given.internal", Vpc=vpc)["OperationId"]
    aws("s3").create_bucket(Bucket="given")
    aws("secretsmanager").create_secret(Name="given", SecretString="given")
    ec2.create_launch_template(
        LaunchTemplateName="fence", LaunchTemplateData={"ImageId": "ami-12c6146b", "InstanceType": "t3.micro"}
    )
    aws("dynamodb").create_table(
        TableName="fence",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("main.py", "def handler(event, context): pass")
    code = {"ZipFile": packed.getvalue()}
    aws("lambda").create_function(FunctionName="fence", Runtime="python3.13", Role=role, Handler="main.handler", Code=code)
    cloudflare.create_zone("example.org")
    cloudflare.post(f"/accounts/{cloudflare.account}/pages/projects", {"name": "given", "production_branch": "main"})
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").write_text("fence")
    return {
        "site": str(site),
        "vpc": vpc,
        "subnets": subnets,
        "group": group,
        "target_group": aws("elbv2").create_target_group(**target)["TargetGroups"][0]["TargetGroupArn"],
        "namespace": aws("servicediscovery").get_operation(OperationId=begun)["Operation"]["Targets"]["NAMESPACE"],
        "allocation": ec2.allocate_address(Domain="vpc")["AllocationId"],
        "role": "given",
        "bucket": "given",
        "trust": TRUST,
        "may": document(Action="s3:ListAllMyBuckets", Resource="*"),
        "policy": document(Principal="*", Action="ecr:BatchGetImage"),
        "alarm": ALARM,
    }


def made(aws: Any) -> dict[str, str]:
    """Ids that are known only once a module has made what has them."""
    ec2 = aws("ec2")
    nats = [nat["NatGatewayId"] for nat in ec2.describe_nat_gateways()["NatGateways"]]
    named = [{"Name": "tag:Name", "Values": ["fence"]}]
    addresses = [address["PublicIp"] for address in ec2.describe_addresses(Filters=named)["Addresses"]]
    return {name: ids[0] for name, ids in (("nat", nats), ("eip", addresses)) if ids}


def test_every_module_of_a_role_and_every_liar_has_a_case():
    assert {name for name, _options in roles.modules()} | set(WRONG_IN_CHECK_MODE) <= set(CASES)


def task(module: str, state: str) -> dict[str, Any]:
    """The task that brings a module to a state: present, change or absent."""
    case = CASES[module]
    options = {"state": "absent", **case.get("absent", case["present"])} if state == "absent" else case["present"]
    more = case.get("change", {}) if state == "change" else {}
    stateless = any(case.get(kind) for kind in ("reads", "runs", "stays"))
    return {"name": f"{module}: {state}", module: {**({} if stateless else {"state": "present"}), **options, **more}}


def test_a_plan_writes_nothing_and_says_what_an_apply_would_change(aws, endpoint, cloudflare, facts, tmp_path):
    """Of what is absent, what stands, what shall change, what shall go, and what is gone again."""
    things = [module for module, case in CASES.items() if not case.get("reads") and not case.get("runs")]
    passing = [module for module in things if not CASES[module].get("stays")]
    changeable = [module for module in things if "change" in CASES[module]]
    reads = [module for module, case in CASES.items() if case.get("reads")]
    runs = [module for module, case in CASES.items() if case.get("runs")]

    def run(*wanted: tuple[list[str], str, bool], check: bool = True) -> None:
        """Modules, the state that each is brought to, and whether that is a change."""
        tasks = [task(module, state) for modules, state, _change in wanted for module in modules]
        expected = {f"{module}: {state}": change for modules, state, change in wanted for module in modules}
        with recorded(endpoint) as asked, cloudflare.recorded() as requests:
            done = run_tasks(tasks, *["--check"] * check, endpoint=endpoint, directory=tmp_path, facts=facts | made(aws))
        said = {event["task"]: (event["status"], event["changed"], event["msg"]) for event in done.events}
        assert set(said) == set(expected), done.output[-2000:]
        wrong = [f"{name}: {said[name]}" for name in said if said[name][:2] != ("ok", expected[name])]
        assert not wrong, "\n".join(wrong)
        if check:
            assert (written(asked), writes(requests)) == ([], [])

    run((things, "present", True), (runs, "present", True), (reads, "present", False))
    run((things, "present", True), check=False)
    run((things, "present", False), (changeable, "change", True), (runs, "change", True), (passing, "absent", True))
    run((passing, "absent", True), check=False)
    again = [module for module in passing if CASES[module].get("goes_again")]
    run(([module for module in passing if module not in again], "absent", False), (again, "absent", True))


# What a module does to get its write through.

HEAD = """
import threading, time
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule
DOCUMENTATION = RETURN = ""
def write():
    client.create_bucket(Bucket="written")
"""
MAIN = """
module = AnsibleAWSModule(argument_spec={{}}, supports_check_mode={honest})
client = module.client("s3")
{trick}
client.list_buckets()
module.exit_json(changed=False, msg="it got through")
"""
TRICKS = {
    "directly": "write()",
    "in_a_thread": "thread = threading.Thread(target=write); thread.start(); thread.join()",
    "in_a_daemon": "threading.Thread(target=write, daemon=True).start(); time.sleep(5)",
    "catching_all": "try: write()\nexcept BaseException: pass",
    "finally": "try: write()\nfinally: module.exit_json(changed=False)",
    "again_and_again": "for _ in range(9):\n    try: write(); break\n    except BaseException: pass",
    "by_waiter": "client.get_waiter('bucket_not_exists').wait(Bucket='written'); write()",
    "by_resource": "module.resource('s3').create_bucket(Bucket='written')",
    "by_upload": "import io; client.upload_fileobj(io.BytesIO(b'x'), 'given', 'written')",
}


def test_nothing_that_a_module_does_gets_a_write_through(aws, endpoint, tmp_path):
    aws("s3").create_bucket(Bucket="given")
    folder = tmp_path / "collections/ansible_collections/community/aws/plugins/modules"
    folder.mkdir(parents=True)
    names = [(trick, honest) for trick in TRICKS for honest in (True, False)]
    for trick, honest in names:
        (folder / f"{trick}_{honest}.py".lower()).write_text(HEAD + MAIN.format(honest=honest, trick=TRICKS[trick]))
    tasks = [{f"community.aws.{trick}_{honest}".lower(): {}} for trick, honest in names]
    places = f"{tmp_path}/collections:{PROJECT}/.collections"
    with recorded(endpoint) as asked:
        done = run_tasks(tasks, "--check", endpoint=endpoint, directory=tmp_path, ANSIBLE_COLLECTIONS_PATH=places)
    assert written(asked) == []
    assert [bucket["Name"] for bucket in aws("s3").list_buckets()["Buckets"]] == ["given"]
    for (trick, honest), result in zip(names, done.results, strict=True):
        assert (result["failed"], result["changed"]) == (False, True), (trick, honest, result)
        (wanted,) = result["diff"]["after"]
        assert wanted == ("s3:PutObject" if trick == "by_upload" else "s3:CreateBucket")


# What is secret.

SECRET = "Tr0ub4dor-and-3"
DATABASE = {"engine": "postgres", "db_instance_class": "db.t4g.micro", "allocated_storage": 20, "username": "app"}


def test_a_plan_shows_no_secret(aws_environment, endpoint, tmp_path):
    """Neither what was stopped nor what waits for what is not known yet."""
    tasks = [
        {"amazon.aws.kms_key": {"alias": "fence"}},
        {"amazon.aws.rds_instance": {"id": "fence", "password": SECRET, **DATABASE}},
        {"amazon.aws.rds_instance": {"id": "fence", "password": SECRET, "kms_key_id": "{{ result_0.key_arn }}", **DATABASE}},
        {"community.aws.secretsmanager_secret": {"name": "fence", "secret": SECRET}},
        {
            "community.aws.secretsmanager_secret": {
                "name": "a",
                "json_secret": {"a": SECRET},
                "kms_key_id": "{{ result_0.key_arn }}",
            }
        },
        {"groundwork.cloud.secret": {"name": "fence", "value": SECRET}},
        {"groundwork.cloud.secret": {"name": "fence", "value": SECRET, "kms_key": "{{ result_0.key_arn }}"}},
        {"community.aws.ssm_parameter": {"name": "fence", "string_type": "SecureString", "value": SECRET}},
        {"community.aws.ssm_parameter": {"name": "{{ result_0.key_id }}", "string_type": "SecureString", "value": SECRET}},
        {
            "groundwork.cloud.cloudflare_pages_project": {
                "name": "fence",
                "api_token": SECRET,
                "production": {"variables": {"KEY": "{{ result_0.key_id }}"}, "secrets": {"PAYMENTS": SECRET}},
            }
        },
    ]
    done = run_tasks(tasks, "--check", "--diff", "-vvv", endpoint=endpoint, directory=tmp_path)
    assert [(result["failed"], result["changed"]) for result in done.results] == [(False, True)] * len(tasks), done.output
    traces = [done.output, json.dumps(done.results), (tmp_path / "ansible.log").read_text()]
    assert [trace for trace in traces if SECRET in trace] == []


def test_a_plan_may_take_another_role(aws_environment, endpoint, tmp_path):
    options = {"role_arn": "arn:aws:iam::123456789012:role/planner", "role_session_name": "plan"}
    (taken,) = run_tasks([{"amazon.aws.sts_assume_role": options}], "--check", endpoint=endpoint, directory=tmp_path).results
    assert (taken["failed"], taken["changed"]) == (False, False)
    assert taken["sts_creds"]["access_key"]
