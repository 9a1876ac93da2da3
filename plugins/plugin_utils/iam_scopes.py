# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What of an AWS service belongs to a stack, and what a call needs besides its own name: the tables of IAM policies.

The tables follow the Service Authorization Reference, page "Actions, resources, and condition keys" of each service: which
actions take no resource, which types of resources have names in their ARNs, which are told apart by their tags alone.
C(tests/unit/plugin_utils/test_iam_scopes.py) holds them against that reference.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True)
class Scope:
    """A statement to be: what its actions are kept to.

    C(arns) are without the C(arn:{partition}:) that all begin with. In braces stands what the stack says, and a kind of
    P(groundwork.cloud.resource_name#filter) for how the names of that kind begin.

    C(when) are the conditions of the statement: V(tagged) with the stack's tags, V(made) with these tags in the request,
    V(claimed) with these in the request for what has none yet, V(bounded) with the boundary of roles, V(zones) with the names of
    records, V(granted) for what AWS encrypts, V(via) with the services of C(WITH_VALUE), V(region), V(regions). Any other word is
    a condition key for the values.
    """

    sid: str
    arns: str
    actions: str = "*"
    when: str = ""


def matches(name: str, patterns: str) -> bool:
    """Whether a name is of the patterns, of which those that begin with a hyphen take names out."""
    listed = patterns.split()
    left_out = any(fnmatchcase(name, pattern[1:]) for pattern in listed if pattern.startswith("-"))
    return not left_out and any(fnmatchcase(name, pattern) for pattern in listed)


NEEDS_NOTHING = frozenset({"sts:GetCallerIdentity"})  # AWS STS API reference: no permissions are required

# Services whose resources lie in no region; a condition on the region would ask for that of the service's one endpoint.
GLOBAL = frozenset({"iam", "route53", "s3"})

# Actions that are allowed on everything, by prefix: they take no resource, or list what there is.
WHOLE: Mapping[str, str] = {
    "acm": """
        CreateAcmeEndpoint GetAccountConfiguration ListAcmeEndpoints ListCertificates PutAccountConfiguration SearchCertificates
    """,
    "application-autoscaling": "Describe* GetPredictiveScalingForecast",
    "autoscaling": "Describe* GetPredictiveScalingForecast PutAccountSetting",
    "cloudwatch": """
        CreateResourceMetricsConfiguration DeleteAnomalyDetector DeleteResourceMetricsConfiguration DescribeAlarms
        DescribeAlarmsForMetric DescribeAnomalyDetectors DescribeInsightRules GetMetricStatistics GetMetricWidgetImage
        GetOTelEnrichment GetResourceMetricsConfiguration ListDashboards ListManagedInsightRules ListMetricStreams ListMetrics
        PutAnomalyDetector PutManagedInsightRules StartOTelEnrichment StopOTelEnrichment UpdateOTelEnrichment
        UpdateResourceMetricsConfiguration
    """,
    "dynamodb": """
        DescribeEndpoints DescribeLimits DescribeReservedCapacity DescribeReservedCapacityOfferings GetAbacStatus InjectError
        ListBackups ListContributorInsights ListGlobalTables ListStreams ListTables
    """,
    "ec2": """
        Describe* AdvertiseByoipCidr AssociateIpamByoasn AssociateTrunkInterface BundleInstance CancelBundleTask
        CancelConversionTask CancelReservedInstancesListing ConfirmProductInstance CreateDefaultSubnet CreateDefaultVpc
        CreateReservedInstancesListing CreateSpotDatafeedSubscription DeleteSpotDatafeedSubscription DeleteSubnetCidrReservation
        DeprovisionByoipCidr DeregisterInstanceEventNotificationAttributes DisableAllowedImagesSettings
        DisableAwsNetworkPerformanceMetricSubscription DisableCapacityManager DisableEbsEncryptionByDefault
        DisableImageBlockPublicAccess DisableIpamOrganizationAdminAccount DisableSerialConsoleAccess
        DisableSnapshotBlockPublicAccess DisassociateIpamByoasn DisassociateTrunkInterface EnableAllowedImagesSettings
        EnableAwsNetworkPerformanceMetricSubscription EnableCapacityManager EnableEbsEncryptionByDefault
        EnableImageBlockPublicAccess EnableIpamOrganizationAdminAccount EnableReachabilityAnalyzerOrganizationSharing
        EnableSerialConsoleAccess EnableSnapshotBlockPublicAccess ExportTransitGatewayRoutes GetAllowedImagesSettings
        GetAwsNetworkPerformanceData GetCapacityManager* GetDefaultCreditSpecification GetEbs* GetEnabledIpamPolicy
        GetHostReservationPurchasePreview GetImageBlockPublicAccessState GetInstanceMetadataDefaults
        GetInstanceTypesFromInstanceRequirements GetManagedResourceVisibility GetSerialConsoleAccessStatus
        GetSnapshotBlockPublicAccessState GetSpotPlacementScores GetSubnetCidrReservations GetTransitGatewayAttachmentPropagations
        GetTransitGatewayPrefixListReferences GetTransitGatewayRouteTable* GetVpnConnectionDeviceTypes List*InRecycleBin
        ModifyAccountVpcEncryptionControl ModifyAvailabilityZoneGroup ModifyDefaultCreditSpecification ModifyEbsDefaultKmsKeyId
        ModifyIdFormat ModifyIdentityIdFormat ModifyInstanceMetadataDefaults ModifyManagedResourceVisibility
        ModifyVpcBlockPublicAccessOptions MoveAddressToVpc ProvisionByoipCidr PurchaseReservedInstancesOffering
        PurchaseScheduledInstances RegisterInstanceEventNotificationAttributes ReplaceImageCriteriaInAllowedImagesSettings
        ResetEbsDefaultKmsKeyId RestoreAddressToClassic RunScheduledInstances StartDeclarativePoliciesReport
        UpdateCapacityManagerMonitoredTagKeys UpdateCapacityManagerOrganizationsAccess WithdrawByoipCidr
    """,
    "ecr": """
        CreatePullThroughCacheRule CreateRepositoryCreationTemplate DeletePullThroughCacheRule DeleteRegistryPolicy
        DeleteRepositoryCreationTemplate DeleteSigningConfiguration DeregisterPullTimeUpdateExclusion
        DescribePullThroughCacheRules DescribeRegistry DescribeReplicationBackfillResults DescribeRepositories
        DescribeRepositoryCreationTemplates GetAccountSetting GetAuthorizationToken GetRegistryPolicy
        GetRegistryScanningConfiguration GetSigningConfiguration ListPullTimeUpdateExclusions ListReplicationBackfills
        PutAccountSetting PutRegistryPolicy PutRegistryScanningConfiguration PutReplicationConfiguration PutSigningConfiguration
        RegisterPullTimeUpdateExclusion StartReplicationBackfill StopReplicationBackfill UpdatePullThroughCacheRule
        UpdateRepositoryCreationTemplate ValidatePullThroughCacheRule
    """,
    "ecs": """
        DeleteAccountSetting DeregisterTaskDefinition DescribeTaskDefinition DiscoverPollEndpoint ListAccountSettings ListClusters
        ListDaemonTaskDefinitions ListDaemons ListServices ListServicesByNamespace ListTaskDefinitionFamilies ListTaskDefinitions
        ListTasks PutAccountSetting PutAccountSettingDefault
    """,
    "elasticache": "Describe*",
    "elasticloadbalancing": "Describe*",
    "events": """
        ListApiDestinations ListArchives ListConnections ListEndpoints ListEventBuses ListEventSources ListPartnerEventSources
        ListReplays ListRuleNamesByTarget ListRules PutPartnerEvents PutPermission RemovePermission TestEventPattern
    """,
    "iam": """
        CreateAccountAlias DeleteAccountAlias DeleteAccountPasswordPolicy DisableOrganizationsRootCredentialsManagement
        DisableOrganizationsRootSessions DisableOutboundWebIdentityFederation EnableOrganizationsRootCredentialsManagement
        EnableOrganizationsRootSessions EnableOutboundWebIdentityFederation GenerateCredentialReport
        GetAccountAuthorizationDetails GetAccountPasswordPolicy GetAccountProperties GetAccountSummary
        GetContextKeysForCustomPolicy GetCredentialReport GetOrganizationsAccessReport GetOutboundWebIdentityFederationInfo
        GetServiceLastAccessedDetails* ListAccountAliases ListDelegationRequests ListGroups ListInstanceProfiles
        ListOpenIDConnectProviders ListOrganizationsFeatures ListPolicies ListRoles ListSAMLProviders ListServerCertificates
        ListUsers ListVirtualMFADevices PutAccountProperties SetSecurityTokenServicePreferences SimulateCustomPolicy
        UpdateAccountPasswordPolicy
    """,
    "kms": """
        ConnectCustomKeyStore CreateCustomKeyStore DeleteCustomKeyStore DescribeCustomKeyStores DisconnectCustomKeyStore
        GenerateRandom ListAliases ListKeys ListRetirableGrants UpdateCustomKeyStore
    """,
    "logs": """
        AssociateSourceToS3TableIntegration CancelExportTask CancelImportTask CreateImportTask DeleteAccountPolicy
        DeleteIndexPolicy DeleteIntegration DeleteQueryDefinition DeleteResourcePolicy DescribeAccountPolicies
        DescribeConfigurationTemplates DescribeDeliver* DescribeDestinations DescribeExportTasks DescribeFieldIndexes
        DescribeImportTask* DescribeIndexPolicies DescribeLogGroups DescribeLookupTables DescribeQueries DescribeQueryDefinitions
        DescribeResourcePolicies DisassociateSourceFromS3TableIntegration GetIntegration GetLogFields GetStorageTierPolicy
        ListAggregateLogGroupSummaries ListIntegrations ListLogGroups* ListScheduledQueries ListSourcesForS3TableIntegration
        ListSyslogConfigurations PutAccountPolicy PutIndexPolicy PutIntegration PutQueryDefinition PutResourcePolicy
        PutStorageTierPolicy StopQuery TestMetricFilter TestTransformer
    """,
    "rds": "Describe* CancelExportTask CreateDBProxy ModifyCertificates ModifyDBRecommendation",
    "route53": """
        CreateCidrCollection CreateHealthCheck CreateHostedZone CreateReusableDelegationSet CreateTrafficPolicy GetAccountLimit
        GetCheckerIpRanges GetGeoLocation GetHealthCheckCount GetHostedZoneCount GetTrafficPolicyInstanceCount ListCidrCollections
        ListGeoLocations ListHealthChecks ListHostedZones* ListReusableDelegationSets ListTrafficPolicies
        ListTrafficPolicyInstances TestDNSAnswer
    """,
    "s3": "ListAllMyBuckets",
    "scheduler": "ListScheduleGroups ListSchedules",
    "secretsmanager": "BatchGetSecretValue GetRandomPassword ListSecrets",
    "servicediscovery": "GetOperation ListNamespaces ListOperations ListServices ListTagsForResource UntagResource",
    "sns": """
        CheckIfPhoneNumberIsOptedOut CreatePlatformApplication CreatePlatformEndpoint CreateSMSSandboxPhoneNumber DeleteEndpoint
        DeletePlatformApplication DeleteSMSSandboxPhoneNumber GetEndpointAttributes GetPlatformApplicationAttributes
        GetSMSAttributes GetSMSSandboxAccountStatus ListEndpointsByPlatformApplication ListOriginationNumbers
        ListPhoneNumbersOptedOut ListPlatformApplications ListSMSSandboxPhoneNumbers ListSubscriptions ListTopics OptInPhoneNumber
        SetEndpointAttributes SetPlatformApplicationAttributes SetSMSAttributes VerifySMSSandboxPhoneNumber
    """,
    "sqs": "ListQueues",
    "tag": "*",
}

# What gives a thing of Amazon EC2 its tags when it makes it, so that the tags can be asked for.
MAKES = """
    AcceptAddressTransfer Allocate* AssociateIpamResourceDiscovery Copy* Create* ExportImage Import* PurchaseCapacityBlock
    RegisterImage Request* RunInstances StartNetworkInsights* -CreateNetworkAclEntry -CreateRoute -CreateTags
"""

_OF_CLOUD_MAP = "servicediscovery:{region}:{account}:namespace/* servicediscovery:{region}:{account}:service/*"
_OF_IAM = "iam::{account}:role{path}* iam::{account}:instance-profile{path}* iam::{account}:policy{path}*"
# What could give a role more than the one who gives it has, were it not for a boundary.
_RIGHTS = " AttachRolePolicy CreateRole PutRolePermissionsBoundary PutRolePolicy"

# All other actions, by prefix: an action is allowed what every scope of its own allows. Names tell what is the stack's; where
# AWS makes the names up, tags do.
SCOPES: Mapping[str, tuple[Scope, ...]] = {
    "acm": (
        Scope("NewCertificates", "*", "RequestCertificate", "made"),
        Scope("Certificates", "acm:{region}:{account}:certificate/*", "* -RequestCertificate", "tagged"),
        Scope("TagsOfNewCertificates", "acm:{region}:{account}:certificate/*", "AddTagsToCertificate", "claimed"),
    ),
    "application-autoscaling": (
        Scope("ScalingTargets", "application-autoscaling:{region}:{account}:scalable-target/*", "*", "tagged"),
        Scope(
            "NewScalingTargets",
            "application-autoscaling:{region}:{account}:scalable-target/*",
            "RegisterScalableTarget TagResource",
            "claimed",
        ),
    ),
    "autoscaling": (
        Scope(
            "ScalingGroups",
            """
            autoscaling:{region}:{account}:autoScalingGroup:*:autoScalingGroupName/{scaling_group}*
            autoscaling:{region}:{account}:launchConfiguration:*:launchConfigurationName/{scaling_group}*
            """,
        ),
    ),
    "cloudwatch": (
        Scope(
            "AlarmsAndDashboards",
            # The second are those of target tracking; the third is without a name, for the attempt by which Application Auto
            # Scaling learns whether its caller may.
            """
            cloudwatch:{region}:{account}:alarm:{alarm}* cloudwatch:{region}:{account}:alarm:TargetTracking-service/{cluster}*
            cloudwatch:{region}:{account}:alarm:TargetTracking-table/{table}*
            cloudwatch:{region}:{account}:alarm: cloudwatch::{account}:dashboard/{dashboard}*
            """,
        ),
    ),
    "dynamodb": (Scope("Tables", "dynamodb:{region}:{account}:table/{table}* dynamodb::{account}:global-table/{table}*", "*"),),
    "ec2": (
        Scope("Network", "ec2:{region}:{account}:*", when="tagged"),
        Scope("NewInNetwork", "ec2:{region}:{account}:*", MAKES, "made"),
        # None of these carries the tags of the stack: the image, the interfaces that the launch makes, the user's key pair.
        Scope(
            "WhatMachinesAreOf",
            "ec2:{region}::image/* ec2:{region}:{account}:network-interface/* ec2:{region}:{account}:key-pair/*",
            "RunInstances",
        ),
        # A subnet that leaves our network ACL goes back to that of its VPC, which has no tags; the subnet has.
        Scope("NetworkAclsOfSubnets", "ec2:{region}:{account}:network-acl/*", "ReplaceNetworkAclAssociation"),
        # A rule has no tags of its own; that of its group decides: Amazon EC2 user guide, "Security groups" of the examples.
        Scope("RulesOfSecurityGroups", "ec2:{region}:{account}:security-group-rule/*", "ModifySecurityGroupRules"),
    ),
    "ecr": (Scope("Repositories", "ecr:{region}:{account}:repository/{repository}*"),),
    "ecs": (
        Scope(
            "Containers",
            """
            ecs:{region}:{account}:cluster/{cluster}* ecs:{region}:{account}:service/{cluster}*
            ecs:{region}:{account}:service-deployment/{cluster}* ecs:{region}:{account}:service-revision/{cluster}*
            ecs:{region}:{account}:task/{cluster}* ecs:{region}:{account}:task-definition/{task_definition}*
            """,
        ),
    ),
    "elasticache": (
        Scope(
            "Caches",
            """
            elasticache:{region}:{account}:replicationgroup:{replication_group}*
            elasticache:{region}:{account}:cluster:{replication_group}*
            elasticache:{region}:{account}:snapshot:{replication_group}*
            elasticache:{region}:{account}:subnetgroup:{cache_group}* elasticache:{region}:{account}:parametergroup:{cache_group}*
            """,
        ),
    ),
    "elasticloadbalancing": (
        Scope(
            "LoadBalancers",
            """
            elasticloadbalancing:{region}:{account}:loadbalancer/app/{load_balancer}*
            elasticloadbalancing:{region}:{account}:listener/app/{load_balancer}*
            elasticloadbalancing:{region}:{account}:listener-rule/app/{load_balancer}*
            elasticloadbalancing:{region}:{account}:targetgroup/{target_group}*
            """,
        ),
    ),
    "events": (Scope("RulesOfEvents", "events:{region}:{account}:rule/{rule}*"),),
    "iam": (
        # A role that is not there yet is asked for by its name alone, and so is its instance profile: they have no path.
        Scope(
            "RolesToLookAt",
            f"{_OF_IAM} iam::{{account}}:role/{{role}}* iam::{{account}}:instance-profile/{{role}}*",
            "Get* List*",
        ),
        Scope("Roles", _OF_IAM, f"* -Get* -List* {_RIGHTS.replace(' ', ' -')}"),
        Scope("RightsOfRoles", _OF_IAM, _RIGHTS, "bounded"),
    ),
    "kms": (
        Scope("NewKeys", "*", "CreateKey", "made"),
        Scope("TagsOfNewKeys", "kms:{region}:{account}:key/*", "TagResource", "claimed"),
        Scope("Keys", "kms:{region}:{account}:key/*", "* -CreateKey", "tagged"),
        Scope("AliasesOfKeys", "kms:{region}:{account}:alias/{key_alias}*", "*Alias"),
    ),
    "logs": (
        Scope(
            "LogGroups",
            """
            logs:{region}:{account}:log-group:{log_group}* logs:{region}:{account}:log-group:/aws/rds/instance/{database}*
            logs:{region}:{account}:log-group:/aws/rds/cluster/{database}*
            logs:{region}:{account}:log-group:/aws/ecs/containerinsights/{cluster}*
            """,
        ),
    ),
    "rds": (
        Scope(
            "Databases",
            # The option group of an engine's version is a resource of every instance that names none, as its parameter group is.
            """
            rds:{region}:{account}:db:{database}* rds:{region}:{account}:snapshot:{database}*
            rds:{region}:{account}:cluster:{database}* rds:{region}:{account}:cluster-snapshot:{database}*
            rds:{region}:{account}:subgrp:{database_group}* rds:{region}:{account}:pg:{database_group}*
            rds:{region}:{account}:cluster-pg:{database_group}*
            rds:{region}:{account}:og:default:* rds:{region}:{account}:pg:default.*
            """,
        ),
    ),
    "route53": (
        Scope("RecordsOfZones", "route53:::hostedzone/*", "ChangeResourceRecordSets", "zones"),
        # Neither names nor tags of a zone can be asked for.
        Scope("Zones", "route53:::hostedzone/* route53:::change/*", "* -ChangeResourceRecordSets"),
    ),
    "s3": (Scope("Buckets", "s3:::{bucket}* s3:::{bucket}*/*"),),
    "scheduler": (
        # The name of the group stands before that of the schedule.
        Scope(
            "Schedules",
            "scheduler:{region}:{account}:schedule-group/{schedule}* scheduler:{region}:{account}:schedule/{schedule}*",
        ),
    ),
    "secretsmanager": (Scope("Secrets", "secretsmanager:{region}:{account}:secret:{secret}*"),),
    "servicediscovery": (
        Scope("NewNamespaces", "*", "CreateHttpNamespace CreatePrivateDnsNamespace CreatePublicDnsNamespace TagResource", "made"),
        Scope("NewServicesInNamespaces", _OF_CLOUD_MAP, "CreateService", "made"),
        Scope("Namespaces", _OF_CLOUD_MAP, "* -Create*Namespace -CreateService -TagResource", "tagged"),
    ),
    "sns": (Scope("Topics", "sns:{region}:{account}:{topic}*"),),
    "sqs": (Scope("Queues", "sqs:{region}:{account}:{queue}*"),),
}

# Actions that are needed with a value, as action=value of NEEDS, and what they are kept to.
WITH_VALUE: Mapping[str, Scope] = {
    "ec2:CreateTags": Scope("TagsOfWhatIsMade", "ec2:{region}:{account}:*", when="ec2:CreateAction"),
    "iam:CreateServiceLinkedRole": Scope(
        "FirstUseOfServices", "iam::{account}:role/aws-service-role/{value}/*", when="iam:AWSServiceName"
    ),
    "iam:PassRole": Scope("RolesForServices", "iam::{account}:role{path}*", when="iam:PassedToService"),
    "kms:CreateGrant": Scope("GrantsForServices", "kms:{region}:{account}:key/*", when="tagged granted"),
    "kms:Decrypt": Scope("KeysThroughServices", "kms:{region}:{account}:key/*", when="tagged via"),
    "kms:DescribeKey": Scope("KeysThroughServices", "kms:{region}:{account}:key/*", when="tagged via"),
    "kms:GenerateDataKey": Scope("KeysThroughServices", "kms:{region}:{account}:key/*", when="tagged via"),
    "kms:RetireGrant": Scope("KeysThroughServices", "kms:{region}:{account}:key/*", when="tagged via"),
    "secretsmanager:CreateSecret": Scope("PasswordsOfDatabases", "secretsmanager:{region}:{account}:secret:{value}!*"),
    "secretsmanager:RotateSecret": Scope("PasswordsOfDatabases", "secretsmanager:{region}:{account}:secret:{value}!*"),
    "secretsmanager:TagResource": Scope("PasswordsOfDatabases", "secretsmanager:{region}:{account}:secret:{value}!*"),
}

_RDS_KEY = "kms:CreateGrant=rds kms:DescribeKey=rds kms:Decrypt=rds kms:GenerateDataKey=rds"
# Amazon RDS user guide, "Password management with Amazon RDS and AWS Secrets Manager": permissions required.
_RDS_MASTER_USER = (
    "secretsmanager:CreateSecret=rds secretsmanager:TagResource=rds kms:CreateGrant=secretsmanager kms:Decrypt=secretsmanager "
    "kms:DescribeKey=secretsmanager kms:GenerateDataKey=secretsmanager"
)
_RDS_DATABASE = f"rds:AddTagsToResource {_RDS_KEY} {_RDS_MASTER_USER} iam:CreateServiceLinkedRole=rds.amazonaws.com"
_RDS_INSTANCE = f"{_RDS_DATABASE} iam:PassRole=monitoring.rds.amazonaws.com"
_ELASTICACHE_KEY = (
    "kms:CreateGrant=elasticache kms:DescribeKey=elasticache kms:Decrypt=elasticache kms:GenerateDataKey=elasticache"
)
# AWS Secrets Manager user guide, "Secret encryption and decryption in AWS Secrets Manager": permissions for the KMS key.
_VALUE_KEY = "kms:Decrypt=secretsmanager kms:GenerateDataKey=secretsmanager"
# Amazon CloudWatch Logs user guide, "Encrypt log data in CloudWatch Logs using AWS Key Management Service": kms:ViaService.
_LOGS_KEY = "kms:Decrypt=logs kms:DescribeKey=logs kms:GenerateDataKey=logs"
# Elastic Load Balancing user guide, "Elastic Load Balancing API permissions".
_ELB_NETWORK = "ec2:DescribeInternetGateways ec2:DescribeVpcs"
# Application Auto Scaling user guide, "Permissions validation for Application Auto Scaling API calls on target resources", and
# Amazon ECS developer guide, "IAM permissions required for Amazon ECS service auto scaling". A call does not tell what it scales.
_SCALING = "dynamodb:DescribeTable dynamodb:UpdateTable ecs:DescribeServices ecs:UpdateService cloudwatch:DescribeAlarms"
_SCALING_ALARMS = f"{_SCALING} cloudwatch:PutMetricAlarm cloudwatch:DeleteAlarms"
# Amazon DynamoDB developer guide, "Authorizing use of your customer managed key": by the service, on the caller's behalf.
_DYNAMODB_KEY = "kms:CreateGrant=dynamodb kms:Decrypt=dynamodb kms:DescribeKey=dynamodb kms:GenerateDataKey=dynamodb"
_ECS_ROLES = "iam:PassRole=ecs-tasks.amazonaws.com"

# What an action needs besides itself, by action: dependent actions of the Service Authorization Reference, tags that are given
# in the call that makes a thing, roles that are passed, roles of services that their first use makes, the stack's key.
NEEDS: Mapping[str, str] = {
    "acm:RequestCertificate": "acm:AddTagsToCertificate",
    "application-autoscaling:DeleteScalingPolicy": _SCALING_ALARMS,
    "application-autoscaling:DeregisterScalableTarget": _SCALING_ALARMS,
    "application-autoscaling:PutScalingPolicy": _SCALING_ALARMS,
    "application-autoscaling:RegisterScalableTarget": (
        f"application-autoscaling:TagResource {_SCALING} iam:CreateServiceLinkedRole=ecs.application-autoscaling.amazonaws.com "
        "iam:CreateServiceLinkedRole=dynamodb.application-autoscaling.amazonaws.com"
    ),
    # Amazon EC2 Auto Scaling user guide, "Control Amazon EC2 launch template usage in Auto Scaling groups".
    "autoscaling:CreateAutoScalingGroup": (
        "autoscaling:CreateOrUpdateTags ec2:RunInstances ec2:CreateTags=RunInstances iam:PassRole=ec2.amazonaws.com "
        "iam:CreateServiceLinkedRole=autoscaling.amazonaws.com elasticloadbalancing:DescribeTargetGroups"
    ),
    "autoscaling:UpdateAutoScalingGroup": "ec2:RunInstances ec2:CreateTags=RunInstances iam:PassRole=ec2.amazonaws.com",
    "cloudwatch:PutCompositeAlarm": "cloudwatch:TagResource",
    "cloudwatch:PutDashboard": "cloudwatch:TagResource",
    "cloudwatch:PutMetricAlarm": "cloudwatch:TagResource",
    "dynamodb:CreateTable": f"dynamodb:TagResource {_DYNAMODB_KEY}",
    "dynamodb:UpdateTable": _DYNAMODB_KEY,
    # To a log group alone; a delivery to Amazon S3 or Amazon Data Firehose would need logs:CreateLogDelivery.
    "ec2:CreateFlowLogs": "iam:PassRole=vpc-flow-logs.amazonaws.com",
    # Amazon ECR user guide, "Encryption at rest": required IAM policies.
    "ecr:CreateRepository": "ecr:TagResource kms:CreateGrant=ecr kms:DescribeKey=ecr kms:RetireGrant=ecr",
    "ecr:DeleteRepository": "kms:RetireGrant=ecr",
    "ecs:CreateCluster": "ecs:TagResource iam:CreateServiceLinkedRole=ecs.amazonaws.com",
    "ecs:CreateService": f"ecs:TagResource iam:CreateServiceLinkedRole=ecs.amazonaws.com {_ECS_ROLES}",
    "ecs:RegisterTaskDefinition": f"ecs:TagResource {_ECS_ROLES}",
    "ecs:RunTask": f"ecs:TagResource {_ECS_ROLES}",
    "ecs:StartTask": f"ecs:TagResource {_ECS_ROLES}",
    "ecs:UpdateService": _ECS_ROLES,
    "elasticache:CreateCacheCluster": (
        f"elasticache:AddTagsToResource {_ELASTICACHE_KEY} iam:CreateServiceLinkedRole=elasticache.amazonaws.com"
    ),
    "elasticache:CreateCacheParameterGroup": "elasticache:AddTagsToResource",
    "elasticache:CreateCacheSubnetGroup": (
        "elasticache:AddTagsToResource ec2:DescribeSubnets ec2:DescribeVpcs iam:CreateServiceLinkedRole=elasticache.amazonaws.com"
    ),
    # Its network interfaces are made by the service-linked role: managed policy ElastiCacheServiceRolePolicy.
    "elasticache:CreateReplicationGroup": (
        f"elasticache:AddTagsToResource ec2:DescribeSubnets ec2:DescribeVpcs {_ELASTICACHE_KEY} "
        "iam:CreateServiceLinkedRole=elasticache.amazonaws.com"
    ),
    "elasticache:CreateSnapshot": "elasticache:AddTagsToResource",
    "elasticloadbalancing:CreateListener": "elasticloadbalancing:AddTags",
    "elasticloadbalancing:CreateLoadBalancer": (
        f"elasticloadbalancing:AddTags {_ELB_NETWORK} ec2:DescribeAccountAttributes ec2:DescribeAddresses "
        "ec2:DescribeSecurityGroups ec2:DescribeSubnets iam:CreateServiceLinkedRole=elasticloadbalancing.amazonaws.com"
    ),
    "elasticloadbalancing:CreateRule": "elasticloadbalancing:AddTags",
    "elasticloadbalancing:CreateTargetGroup": f"elasticloadbalancing:AddTags {_ELB_NETWORK}",
    "elasticloadbalancing:RegisterTargets": f"{_ELB_NETWORK} ec2:DescribeInstances ec2:DescribeSubnets",
    "elasticloadbalancing:SetIpAddressType": "ec2:DescribeSubnets",
    "elasticloadbalancing:SetSubnets": "ec2:DescribeSubnets",
    "events:PutRule": "events:TagResource",
    "iam:AddRoleToInstanceProfile": "iam:PassRole=ec2.amazonaws.com",
    "iam:CreateInstanceProfile": "iam:TagInstanceProfile",
    "iam:CreatePolicy": "iam:TagPolicy",
    "iam:CreateRole": "iam:TagRole",
    "kms:CreateKey": "kms:TagResource",
    "logs:AssociateKmsKey": _LOGS_KEY,
    "logs:CreateLogGroup": f"logs:TagResource {_LOGS_KEY}",
    "rds:CopyDBSnapshot": f"rds:AddTagsToResource {_RDS_KEY}",
    "rds:CreateDBCluster": _RDS_DATABASE,
    "rds:CreateDBClusterParameterGroup": "rds:AddTagsToResource",
    "rds:CreateDBClusterSnapshot": "rds:AddTagsToResource",
    "rds:CreateDBInstance": _RDS_INSTANCE,
    "rds:CreateDBInstanceReadReplica": _RDS_INSTANCE,
    "rds:CreateDBParameterGroup": "rds:AddTagsToResource",
    "rds:CreateDBSnapshot": "rds:AddTagsToResource",
    "rds:CreateDBSubnetGroup": "rds:AddTagsToResource iam:CreateServiceLinkedRole=rds.amazonaws.com",
    "rds:DeleteDBCluster": "rds:AddTagsToResource rds:CreateDBClusterSnapshot",
    "rds:DeleteDBInstance": "rds:AddTagsToResource rds:CreateDBSnapshot",
    "rds:ModifyDBCluster": f"{_RDS_KEY} {_RDS_MASTER_USER} secretsmanager:RotateSecret=rds",
    "rds:ModifyDBInstance": (
        f"{_RDS_KEY} {_RDS_MASTER_USER} secretsmanager:RotateSecret=rds iam:PassRole=monitoring.rds.amazonaws.com"
    ),
    "rds:RestoreDBClusterFromSnapshot": _RDS_DATABASE,
    "rds:RestoreDBClusterToPointInTime": _RDS_DATABASE,
    "rds:RestoreDBInstanceFromDBSnapshot": _RDS_INSTANCE,
    "rds:RestoreDBInstanceToPointInTime": _RDS_INSTANCE,
    "route53:AssociateVPCWithHostedZone": "ec2:DescribeVpcs",
    "route53:CreateHostedZone": "ec2:DescribeVpcs",
    "route53:DisassociateVPCFromHostedZone": "ec2:DescribeVpcs",
    # Amazon S3 API reference, CreateBucket: permissions for the headers of the call.
    "s3:CreateBucket": "s3:PutBucketOwnershipControls",
    "s3:GetObject": "kms:Decrypt=s3",
    "s3:PutObject": "kms:Decrypt=s3 kms:GenerateDataKey=s3",
    "s3:PutReplicationConfiguration": "iam:PassRole=s3.amazonaws.com",  # the same, PutBucketReplication
    "scheduler:CreateSchedule": "iam:PassRole=scheduler.amazonaws.com",
    "scheduler:CreateScheduleGroup": "scheduler:TagResource",
    "scheduler:UpdateSchedule": "iam:PassRole=scheduler.amazonaws.com",
    "secretsmanager:CreateSecret": f"secretsmanager:TagResource {_VALUE_KEY}",
    "secretsmanager:GetSecretValue": "kms:Decrypt=secretsmanager",
    "secretsmanager:PutSecretValue": _VALUE_KEY,
    "secretsmanager:UpdateSecret": _VALUE_KEY,
    # AWS Cloud Map developer guide, "API permissions reference", and the managed policy AWSCloudMapFullAccess for the deletion.
    "servicediscovery:CreatePrivateDnsNamespace": (
        "servicediscovery:TagResource route53:CreateHostedZone route53:GetHostedZone route53:ListHostedZonesByName "
        "ec2:DescribeVpcs ec2:DescribeRegions"
    ),
    "servicediscovery:CreateService": "servicediscovery:TagResource",
    "servicediscovery:DeleteNamespace": "route53:DeleteHostedZone",
    "sns:CreateTopic": "sns:TagResource",
}
