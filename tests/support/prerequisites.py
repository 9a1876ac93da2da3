# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Make, with boto3 alone, what a role finds in a stack: C(python -m support.prerequisites STACK ENVIRONMENT key network)."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import boto3

from .certificates import issued_certificate

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

    def namespace(self, component: str = "main") -> None:
        """The private domain of the network."""
        ours = [{"Name": f"tag:{key}", "Values": [value]} for key, value in self.tags(component).items()]
        vpc = boto3.client("ec2").describe_vpcs(Filters=ours)["Vpcs"][0]["VpcId"]
        tags = self.tag_list(component)
        boto3.client("servicediscovery").create_private_dns_namespace(Name="shop.internal", Vpc=vpc, Tags=tags)

    def security_group(self, component: str) -> None:
        """The group that a flow would have made for a component of the network."""
        ec2 = boto3.client("ec2")
        vpc = ec2.describe_vpcs(Filters=[{"Name": f"tag:{key}", "Values": [value]} for key, value in self.tags("main").items()])
        tags = [{"ResourceType": "security-group", "Tags": self.tag_list(component)}]
        name = self.tags(component)["Name"]
        ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc["Vpcs"][0]["VpcId"], TagSpecifications=tags)

    def snapshot(self, component: str) -> None:
        """A snapshot of a database that is gone, without tags of the stack: it was there before it."""
        rds = boto3.client("rds")
        name = self.tags(component)["Name"]
        key = boto3.client("kms").describe_key(KeyId=f"alias/{self.tags('encryption')['Name']}")["KeyMetadata"]["Arn"]
        former = {"DBInstanceIdentifier": f"{name}-former"}
        rds.create_db_instance(
            **former,
            Engine="postgres",
            EngineVersion="15",
            DBInstanceClass="db.t4g.micro",
            AllocatedStorage=20,
            DBName="shop",
            MasterUsername="owner",
            MasterUserPassword="of-the-former-database",
            StorageEncrypted=True,
            KmsKeyId=key,
        )
        rds.create_db_snapshot(**former, DBSnapshotIdentifier=f"{name}-before")
        rds.delete_db_instance(**former, SkipFinalSnapshot=True)

    def certificate(self, component: str = "app.example.org") -> None:
        """A certificate that is issued: no listener takes another."""
        arn = issued_certificate(boto3.client, component)
        boto3.client("acm").add_tags_to_certificate(CertificateArn=arn, Tags=self.tag_list(component))

    def bucket(self, component: str = "logs") -> None:
        """A bucket that takes the access logs of load balancers."""
        name = self.tags(component)["Name"]
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket=name)
        s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": self.tag_list(component)})
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
            "Action": "s3:PutObject",
            "Resource": f"arn:aws:s3:::{name}/*",
        }
        s3.put_bucket_policy(Bucket=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))

    def table(self, component: str = "orders", billing: str = "PAY_PER_REQUEST") -> None:
        capacity = (
            {"ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}} if billing == "PROVISIONED" else {}
        )
        boto3.client("dynamodb").create_table(
            TableName=self.tags(component)["Name"],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode=billing,
            Tags=self.tag_list(component),
            **capacity,
        )

    def scaling_group(self, component: str = "api") -> None:
        """A machine in a private subnet of the network, by a launch template, with the metrics of its group."""
        ec2, autoscaling, name = boto3.client("ec2"), boto3.client("autoscaling"), self.tags(component)["Name"]
        data = {"ImageId": "ami-0a1b2c3d4e5f60718", "InstanceType": "t4g.micro"}
        tags = [{"ResourceType": "launch-template", "Tags": self.tag_list(component)}]
        ec2.create_launch_template(LaunchTemplateName=name, LaunchTemplateData=data, TagSpecifications=tags)
        mine = [{"Name": "tag:groundwork:environment", "Values": [self.environment]}]
        subnets = ec2.describe_subnets(Filters=[*mine, {"Name": "tag:Name", "Values": ["*-private-*"]}])["Subnets"]
        autoscaling.create_auto_scaling_group(
            AutoScalingGroupName=name,
            LaunchTemplate={"LaunchTemplateName": name, "Version": "1"},
            MinSize=1,
            MaxSize=2,
            VPCZoneIdentifier=",".join(subnet["SubnetId"] for subnet in subnets),
            Tags=[{**tag, "PropagateAtLaunch": True} for tag in self.tag_list(component)],
        )
        autoscaling.enable_metrics_collection(AutoScalingGroupName=name, Granularity="1Minute")

    def load_balancer(self, component: str = "public", target: str = "web", kind: str = "ip") -> None:
        """An application load balancer in front of one target group."""
        elb, ec2 = boto3.client("elbv2"), boto3.client("ec2")
        start = self.tags(component)["Name"][:23]  # what the naming scheme keeps of a name that is longer than 32 characters
        mine = [{"Name": "tag:groundwork:environment", "Values": [self.environment]}]
        subnets = [*mine, {"Name": "tag:Name", "Values": ["*-public-*"]}]
        found = ec2.describe_subnets(Filters=subnets)["Subnets"]
        ids, tags = [subnet["SubnetId"] for subnet in found], self.tag_list(component)
        balancer = elb.create_load_balancer(Name=f"{start}-{component}", Subnets=ids, Tags=tags)["LoadBalancers"][0][
            "LoadBalancerArn"
        ]
        group = {"Protocol": "HTTP", "Port": 3000, "VpcId": found[0]["VpcId"], "TargetType": kind}
        tags = self.tag_list(component, target)
        created = elb.create_target_group(Name=f"{start}-{target}", Tags=tags, **group)["TargetGroups"][0]
        forward = {"Type": "forward", "TargetGroupArn": created["TargetGroupArn"]}
        elb.create_listener(LoadBalancerArn=balancer, Protocol="HTTP", Port=80, DefaultActions=[forward])

    def service(self, component: str = "web") -> None:
        """A service in a cluster with Container Insights, and its log group."""
        ecs, name = boto3.client("ecs"), self.tags(component)["Name"]
        tags = self.tag_list(component, key="key", value="value")
        ecs.create_cluster(clusterName=name, settings=[{"name": "containerInsights", "value": "enabled"}], tags=tags)
        container = {"name": component, "image": "nginx", "memory": 128}
        ecs.register_task_definition(family=name, containerDefinitions=[container], tags=tags)
        ecs.create_service(cluster=name, serviceName=name, taskDefinition=name, desiredCount=1, tags=tags)
        boto3.client("logs").create_log_group(logGroupName=name, tags=self.tags(component))

    def cluster(self, component: str = "web") -> None:
        tags = self.tag_list(component, key="key", value="value")
        boto3.client("ecs").create_cluster(clusterName=self.tags(component)["Name"], tags=tags)

    def repository(self, component: str = "web") -> None:
        boto3.client("ecr").create_repository(repositoryName=self.tags(component)["Name"], tags=self.tag_list(component))

    def secret(self, component: str = "web", part: str = "session") -> None:
        secrets = boto3.client("secretsmanager")
        name = self.tags(component, part)["Name"]
        secrets.create_secret(Name=name, SecretString="not a secret", Tags=self.tag_list(component, part))

    def database(self, component: str = "postgres") -> None:
        credentials = {"MasterUsername": "app", "ManageMasterUserPassword": True}
        boto3.client("rds").create_db_instance(
            DBInstanceIdentifier=self.tags(component)["Name"],
            DBInstanceClass="db.t4g.micro",
            Engine="postgres",
            AllocatedStorage=20,
            Tags=self.tag_list(component),
            **credentials,
        )

    def cache(self, component: str = "redis") -> None:
        """A replication group of two members."""
        boto3.client("elasticache").create_replication_group(
            ReplicationGroupId=self.tags(component)["Name"],
            ReplicationGroupDescription=component,
            Engine="redis",
            CacheNodeType="cache.t4g.micro",
            NumCacheClusters=2,
            AutomaticFailoverEnabled=True,
            Tags=self.tag_list(component),
        )

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
        make(*component.split(",") if component else [])


if __name__ == "__main__":
    main()
