# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Instances are containers: at their addresses, with their user data and their credentials, for as long as they run."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import boto3
from machines.keeper import LABEL, claim
from support import emulator, machines
from support.machines import Machines, get, until

PROFILE = "keeper-test"
ASK = """
token=$(curl -sf -X PUT -H "X-aws-ec2-metadata-token-ttl-seconds: 60" http://169.254.169.254/latest/api/token)
curl -sf -H "X-aws-ec2-metadata-token: $token" http://169.254.169.254/latest/{path}
"""


def containers(instance: str) -> str:
    words = ["podman", "ps", "--all", "--quiet", "--filter", f"name={instance}"]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()


def test_an_instance_is_a_machine_while_it_runs(kept: Machines):
    iam = kept.client("iam")
    iam.create_role(RoleName=PROFILE, AssumeRolePolicyDocument="{}")
    iam.create_instance_profile(InstanceProfileName=PROFILE)
    iam.add_role_to_instance_profile(InstanceProfileName=PROFILE, RoleName=PROFILE)
    data = "#!/bin/sh\necho once >> /var/lib/user-data-ran\n"
    instance, other = kept.launch("10.81.0.0/16", 2, UserData=data, IamInstanceProfile={"Name": PROFILE})
    address = instance["PrivateIpAddress"]

    assert kept.ask(address, "hostname") == f"ip-{address.replace('.', '-')}"
    until(lambda: kept.ask(address, "cat /var/lib/user-data-ran || true") == "once", "user data ran once")
    assert kept.ask(address, ASK.format(path="meta-data/instance-id")) == instance["InstanceId"]
    credentials = json.loads(kept.ask(address, ASK.format(path=f"meta-data/iam/security-credentials/{PROFILE}")))
    keys = {"aws_access_key_id": credentials["AccessKeyId"], "aws_secret_access_key": credentials["SecretAccessKey"]}
    sts = boto3.client("sts", endpoint_url=kept.url, region_name="us-east-1", aws_session_token=credentials["Token"], **keys)
    assert f":assumed-role/{PROFILE}/" in sts.get_caller_identity()["Arn"]

    iam.create_role(RoleName=f"{PROFILE}-2", AssumeRolePolicyDocument="{}")
    iam.remove_role_from_instance_profile(InstanceProfileName=PROFILE, RoleName=PROFILE)
    assert kept.ask(address, f"({ASK.format(path='meta-data/iam/security-credentials/')}) || true") == ""
    iam.add_role_to_instance_profile(InstanceProfileName=PROFILE, RoleName=f"{PROFILE}-2")
    assert kept.ask(address, ASK.format(path="meta-data/iam/security-credentials/")) == f"{PROFILE}-2"

    unsessioned = "curl -s -o /dev/null -w '%{http_code}' http://169.254.169.254/latest/meta-data/instance-id"
    assert kept.ask(address, unsessioned) == "401"
    assert kept.ask(address, f"curl -s -o /dev/null -w '%{{http_code}}' {kept.url}/moto-api/") == "200"
    assert kept.ask(address, f"bash -c 'head -c 4 < /dev/tcp/{other['PrivateIpAddress']}/22'") == "SSH-"

    kept.client("ec2").terminate_instances(InstanceIds=[instance["InstanceId"]])
    until(lambda: not containers(instance["InstanceId"]), "the container of a terminated instance is gone", 30)
    assert containers(other["InstanceId"])


def answers(kept: Machines, region: str, text: str) -> dict[str, str]:
    """A load balancer that answers by itself, in a VPC of 10.102.0.0/16; what the host knows of it then."""
    ec2, elb = kept.client("ec2", region), kept.client("elbv2", region)
    vpc = ec2.create_vpc(CidrBlock="10.102.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.102.0.0/24")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName="all", Description="all", VpcId=vpc)["GroupId"]
    ec2.authorize_security_group_ingress(GroupId=group, IpProtocol="tcp", FromPort=80, ToPort=80, CidrIp="0.0.0.0/0")
    made = elb.create_load_balancer(Name="front", Subnets=[subnet], SecurityGroups=[group])["LoadBalancers"][0]
    action = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200", "MessageBody": text}}
    elb.create_listener(LoadBalancerArn=made["LoadBalancerArn"], Protocol="HTTP", Port=80, DefaultActions=[action])
    until(lambda: made["DNSName"].lower() in kept.known(), "it has an address", 30)
    return kept.known()


def links() -> str:
    return subprocess.run(["ip", "address"], capture_output=True, text=True, check=True).stdout


def test_every_region_is_followed_and_an_emptied_account_leaves_nothing(free_port: Callable[[], int], tmp_path: Path):
    with emulator.running(tmp_path / "emulator.log") as url, machines.running(url, tmp_path) as kept:
        for region, text in (("eu-west-1", "first"), ("sa-east-1", "second")):
            (address,) = answers(kept, region, text).values()
            assert get(f"http://{address}/") == (200, text)
            assert "inet 10.102." in links()
            emulator.reset(url)
            until(lambda: kept.known() == {}, "no load balancer is left", 30)
            assert "inet 10.102." not in links()
    assert "inet 10.102." not in links()


def networks() -> set[str]:
    words = ["podman", "network", "ls", "--filter", f"label={LABEL}", "--format", "{{.Name}}"]
    return set(subprocess.run(words, capture_output=True, text=True, check=True).stdout.split())


def test_what_a_killed_keeper_left_is_in_nobodys_way(free_port: Callable[[], int], tmp_path: Path):
    ports = {"left": free_port(), "kept": free_port()}
    for name, subnet in (("left", "10.83.0.0/16"), ("kept", "10.84.0.0/16")):
        words = ["podman", "network", "create", "--label", f"{LABEL}={ports[name]}", "--subnet", subnet, name]
        subprocess.run(words, check=True, capture_output=True)
    lock = claim(ports["kept"])
    assert lock
    assert not claim(ports["kept"])
    with lock, machines.running(f"http://127.0.0.1:{free_port()}", tmp_path):
        until(lambda: "left" not in networks(), "the network without a keeper is gone", 30)
        assert "kept" in networks()
    with machines.running(f"http://127.0.0.1:{free_port()}", tmp_path):
        until(lambda: "kept" not in networks(), "the other one is gone, too", 30)
