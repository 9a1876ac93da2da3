# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Make, with boto3 alone, what a role finds in a stack: C(python -m support.prerequisites STACK ENVIRONMENT key network)."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import boto3

ZONES = ("us-east-1a", "us-east-1b")


class Prerequisites:
    """Everything carries the tags of the stack, as if its own role had made it."""

    def __init__(self, stack: str, environment: str) -> None:
        self.stack, self.environment = stack, environment

    def tags(self, component: str, part: str = "") -> dict[str, str]:
        name = "-".join(word for word in (self.stack, self.environment, component, part) if word).replace(".", "-")
        return {
            "groundwork:stack": self.stack,
            "groundwork:environment": self.environment,
            "groundwork:component": component,
            "Name": name,
        }

    def tag_list(self, component: str, part: str = "", key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
        return [{key: name, value: text} for name, text in self.tags(component, part).items()]

    def key(self, component: str = "encryption") -> None:
        kms = boto3.client("kms")
        key = kms.create_key(Tags=self.tag_list(component, key="TagKey", value="TagValue"))["KeyMetadata"]["KeyId"]
        kms.create_alias(AliasName=f"alias/{self.tags(component)['Name']}", TargetKeyId=key)

    def network(self, component: str = "main") -> None:
        """A VPC with public, private and isolated subnets in two zones."""
        ec2 = boto3.client("ec2")

        def tagged(kind: str, part: str = "") -> list[dict[str, Any]]:
            return [{"ResourceType": kind, "Tags": self.tag_list(component, part)}]

        vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16", TagSpecifications=tagged("vpc"))["Vpc"]["VpcId"]
        gateway = ec2.create_internet_gateway(TagSpecifications=tagged("internet-gateway"))["InternetGateway"][
            "InternetGatewayId"
        ]
        ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
        for number, (tier, zone) in enumerate((tier, zone) for tier in ("public", "private", "isolated") for zone in ZONES):
            tags = tagged("subnet", f"{tier}-{zone}")
            ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.9.{number}.0/24", AvailabilityZone=zone, TagSpecifications=tags)

    def security_group(self, component: str) -> None:
        """The group that a flow would have made for a component of the network."""
        ec2 = boto3.client("ec2")
        vpc = ec2.describe_vpcs(Filters=[{"Name": f"tag:{key}", "Values": [value]} for key, value in self.tags("main").items()])
        tags = [{"ResourceType": "security-group", "Tags": self.tag_list(component)}]
        name = self.tags(component)["Name"]
        ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc["Vpcs"][0]["VpcId"], TagSpecifications=tags)

    def role(self, component: str) -> None:
        """Roles as an earlier run left them, each with a policy: earlier and machine of the tier iam, and task of another."""
        iam = boto3.client("iam")
        path = f"/groundwork/{self.stack}/{self.environment}/"
        statement = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
        trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        for part, place in (("earlier", path), ("machine", path), ("task", f"{path}ecs/")):
            name = self.tags(component, part)["Name"]
            tags = self.tag_list(component, part)
            iam.create_role(RoleName=name, Path=place, AssumeRolePolicyDocument=trust, Tags=tags)
            statement = {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}
            document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
            iam.put_role_policy(RoleName=name, PolicyName="permissions", PolicyDocument=document)

    def boundary(self, name: str) -> None:
        """A managed policy of the account."""
        statement = {"Effect": "Allow", "Action": "*", "Resource": "*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        boto3.client("iam").create_policy(PolicyName=name, PolicyDocument=document)

    def load_balancer(self, component: str = "public") -> None:
        """An application load balancer in the public subnets of the network."""
        groups = [{"Name": "tag:Name", "Values": [self.tags("main", f"public-{zone}")["Name"] for zone in ZONES]}]
        subnets = [subnet["SubnetId"] for subnet in boto3.client("ec2").describe_subnets(Filters=groups)["Subnets"]]
        name = self.tags(component)["Name"]
        boto3.client("elbv2").create_load_balancer(Name=name, Subnets=subnets, Tags=self.tag_list(component))

    def foreign_zone(self, name: str) -> None:
        """A zone that the stack did not make."""
        boto3.client("route53").create_hosted_zone(Name=name, CallerReference=f"{self.environment} {name}")

    def zone(self, component: str = "example.org") -> None:
        route53 = boto3.client("route53")
        zone = route53.create_hosted_zone(Name=component, CallerReference=self.tags(component)["Name"])["HostedZone"]["Id"]
        tags = self.tag_list(component)
        route53.change_tags_for_resource(ResourceType="hostedzone", ResourceId=zone.removeprefix("/hostedzone/"), AddTags=tags)


def main() -> None:
    stack, environment, *needs = sys.argv[1:]
    prerequisites = Prerequisites(stack, environment)
    for need in needs:
        kind, _colon, component = need.partition(":")
        make: Callable[..., None] = getattr(prerequisites, kind)
        make(*[component] if component else [])


if __name__ == "__main__":
    main()
