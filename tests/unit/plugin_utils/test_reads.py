# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import importlib
import re
from functools import cache
from pathlib import Path

import pytest
from ansible_collections.groundwork.cloud.plugins.plugin_utils.reads import READS, is_read
from botocore.loaders import Loader

# An operation that begins so sounds like a read, and is in READS or in NOT_READS.
SOUNDS_LIKE_A_READ = re.compile(
    r"(AdminGet|AdminList|BatchCheck|BatchDescribe|BatchGet|Check(?!point)|Compare|Decode|Describe|Detect|Discover|Download|"
    r"Estimate|Evaluate|Export|Filter|Generate|Get|Head|Introspect|Is|List|Lookup|Poll|Preview|Query|Receive|Retrieve|Scan|"
    r"Search|Select|Simulate|Test|TransactGet|Validate|Verify|View)(?![a-z])"
)
# One that begins so is in READS by no means other than DESPITE_THEIR_NAMES.
SOUNDS_LIKE_A_WRITE = re.compile(
    r"(Abort|Accept|Activate|Add|Allocate|Apply|Assign|Associate|Assume|Attach|Authorize|Cancel|Change|Complete|Confirm|Copy|Create|"
    r"Deactivate|Decrypt|Delete|Deregister|Detach|Disable|Disassociate|Enable|Encrypt|Execute|Export|Import|Invoke|Modify|Move|"
    r"Promote|Provision|Publish|Purchase|Purge|Put|Reboot|Register|Reject|Release|Remove|Renew|Replace|Request|Reset|Restore|"
    r"Resume|Revoke|Rotate|Run|Schedule|Send|Set|Sign|Start|Stop|Submit|Subscribe|Suspend|Tag|Terminate|Transfer|Unassign|"
    r"Unsubscribe|Untag|Update|Upload|Withdraw|Write)(?![a-z])"
)
# These are reads although they don't sound so.
DESPITE_THEIR_NAMES = {
    "apigatewayv2": {"ExportApi"},  # the document is the answer
    "backup": {"ExportBackupPlanTemplate"},
    "ec2": {
        "ExportClientVpnClientCertificateRevocationList",  # the file is the answer
        "ExportClientVpnClientConfiguration",
        "ExportVerifiedAccessInstanceClientConfiguration",
    },
    "kms": {"Decrypt"},
    "s3": {"CreateSession"},  # without these three, botocore has nothing to sign with
    "signin": {"CreateOAuth2Token"},
    "sso-oidc": {"CreateToken"},
    "sts": {"AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"},
}
# These sound like reads and are none, by the reason.
NOT_READS = {
    "starts a job that is kept and found again": """
        cloudformation:DetectStackDrift cloudformation:DetectStackResourceDrift cloudformation:DetectStackSetDrift
        iam:GenerateCredentialReport iam:GenerateOrganizationsAccessReport iam:GenerateServiceLastAccessedDetails
        inspector:GetAssessmentReport
    """,
    "has a language model write what is asked for": """
        accessanalyzer:GenerateFindingRecommendation cloudtrail:GenerateQuery iam:GetHumanReadableSummary
    """,
    "writes what it gets to a bucket or makes an image of it": """
        dms:ExportMetadataModelAssessment dynamodb:ExportTableToPointInTime ec2:ExportImage ec2:ExportTransitGatewayRoutes
        ec2:GetFlowLogsIntegrationTemplate elasticache:ExportServerlessCacheSnapshot lightsail:ExportSnapshot
    """,
    "makes the thing that it hands out": """
        apigateway:GenerateClientCertificate apigatewayv2:PreviewPortal lightsail:DownloadDefaultKeyPair
        lightsail:GetInstanceAccessDetails redshift:GetClusterCredentials redshift:GetClusterCredentialsWithIAM
        ssm:GetDeployablePatchSnapshotForInstance
    """,
    "marks a certificate as exported, by which it is renewed from then on": "acm:ExportCertificate",
    "counts as a pull, by which lifecycle rules go, and fills a pull through cache": """
        ecr:BatchGetImage ecr:GetDownloadUrlForLayer
    """,
    "takes a message or a task away from those who work on them": """
        codepipeline:PollForJobs codepipeline:PollForThirdPartyJobs datapipeline:PollForTask
        kinesis:ReceiveDeadLetterQueueRecords kinesis:ReceiveQueueRecords sqs:ReceiveMessage stepfunctions:GetActivityTask
    """,
    "is for agents and workers, who report by asking": """
        datapipeline:EvaluateExpression ecs:DiscoverPollEndpoint xray:GetSamplingTargets
    """,
    "runs code, or goes and tries a connection": """
        apigateway:TestInvokeAuthorizer apigateway:TestInvokeMethod cloudformation:TestType cloudfront:TestConnectionFunction
        cloudfront:TestFunction codecommit:TestRepositoryTriggers dms:TestConnection ecr:ValidatePullThroughCacheRule
        elasticache:TestMigration glue:TestConnection ssm:ValidateCloudConnector stepfunctions:TestState
    """,
    "fails a node over": "elasticache:TestFailover",
    "sends a message, to a person": "cognito-idp:GetUserAttributeVerificationCode lightsail:TestAlarm",
    "answers a challenge, after which somebody or something is verified": """
        account:VerifyPhoneNumber cognito-idp:VerifySoftwareToken cognito-idp:VerifyUserAttribute sns:VerifySMSSandboxPhoneNumber
    """,
    "adds the identity that is to be verified": """
        ses:VerifyDomainDkim ses:VerifyDomainIdentity ses:VerifyEmailAddress ses:VerifyEmailIdentity
    """,
    "uses a token up or issues one that can be revoked": """
        cognito-idp:GetClientToken cognito-idp:GetDerivedToken cognito-idp:GetTokensFromRefreshToken
        redshift:GetIdentityCenterAuthToken sts:GetDelegatedAccessToken
    """,
    "makes key material, or the means to bring some in, for what is to be written": """
        kms:GenerateDataKey kms:GenerateDataKeyPair kms:GenerateDataKeyPairWithoutPlaintext
        kms:GenerateDataKeyWithoutPlaintext kms:GenerateMac kms:GenerateRandom kms:GetParametersForImport
    """,
    "brings something back from the archive": "storagegateway:RetrieveTapeArchive storagegateway:RetrieveTapeRecoveryPoint",
    "hands out what takes a domain away": "route53domains:RetrieveDomainAuthCode",
    "hands out a way in, too new to judge, and no plan needs it": """
        acm:GetAcmeExternalAccountBindingCredentials glue:GetDashboardUrl glue:GetSessionEndpoint
        signin:GetConsoleAuthorizationConfiguration signin:GetResourcePolicy signin:IntrospectOAuth2TokenWithIAM
        signin:ListResourcePermissionStatements ssm:GetAccessToken wafv2:GenerateMobileSdkReleaseUrl
    """,
}
NOT_READS_BY_SERVICE: dict[str, set[str]] = {}
for names in NOT_READS.values():
    for its_service, its_name in (name.split(":") for name in names.split()):
        NOT_READS_BY_SERVICE.setdefault(its_service, set()).add(its_name)

LOADER = Loader()


@cache
def operations(service):
    """The operations of a service by name, as the installed botocore has them, each with its HTTP method."""
    model = LOADER.load_service_model(service, "service-2")
    return {name: operation["http"]["method"] for name, operation in model["operations"].items()}


@pytest.mark.parametrize(
    ("service", "operation", "expected"),
    [
        # plain
        ("ec2", "DescribeVpcs", True),
        ("ec2", "CreateVpc", False),
        ("s3", "HeadObject", True),
        ("s3", "GetObject", True),
        ("s3", "PutObject", False),
        ("organizations", "DescribeOrganization", True),
        # reads by other names
        ("cloudformation", "EstimateTemplateCost", True),
        ("cloudformation", "ValidateTemplate", True),
        ("cloudtrail", "LookupEvents", True),
        ("codebuild", "BatchGetProjects", True),
        ("dynamodb", "BatchGetItem", True),
        ("dynamodb", "Query", True),
        ("dynamodb", "Scan", True),
        ("dynamodb", "TransactGetItems", True),
        ("ec2", "SearchTransitGatewayRoutes", True),
        ("iam", "SimulatePrincipalPolicy", True),
        ("kms", "Decrypt", True),
        ("kms", "Verify", True),
        ("logs", "FilterLogEvents", True),
        ("logs", "TestMetricFilter", True),
        ("rds", "DownloadDBLogFilePortion", True),
        ("route53", "TestDNSAnswer", True),
        ("s3", "SelectObjectContent", True),
        ("sts", "AssumeRole", True),
        ("sts", "AssumeRoleWithWebIdentity", True),
        ("wafv2", "CheckCapacity", True),
        # tokens and secrets: to hand them out changes nothing
        ("ec2", "GetConsoleScreenshot", True),
        ("ec2", "GetPasswordData", True),
        ("ecr", "GetAuthorizationToken", True),
        ("s3", "CreateSession", True),
        ("secretsmanager", "GetRandomPassword", True),
        ("secretsmanager", "GetSecretValue", True),
        ("signin", "CreateOAuth2Token", True),
        ("sso", "GetRoleCredentials", True),
        ("sso-oidc", "CreateToken", True),
        ("sts", "GetFederationToken", True),
        ("sts", "GetSessionToken", True),
        # writes by the name of a read
        ("apigateway", "TestInvokeMethod", False),
        ("cloudformation", "DetectStackDrift", False),
        ("cognito-idp", "GetUserAttributeVerificationCode", False),
        ("dynamodb", "BatchExecuteStatement", False),
        ("dynamodb", "ExecuteStatement", False),
        ("ec2", "GetFlowLogsIntegrationTemplate", False),
        ("elasticache", "TestFailover", False),
        ("iam", "GenerateCredentialReport", False),
        ("iam", "GenerateServiceLastAccessedDetails", False),
        ("kms", "GenerateDataKey", False),
        ("lambda", "Invoke", False),
        ("lambda", "CheckpointDurableExecution", False),
        ("logs", "StartQuery", False),
        ("resourcegroupstaggingapi", "StartReportCreation", False),
        ("sqs", "ReceiveMessage", False),
        ("ssm", "StartSession", False),
        ("sts", "AssumeRoot", False),
        ("xray", "GetSamplingTargets", False),
        # nobody looked at these
        ("ec2", "DescribeWhatIsNew", False),
        ("ec2", "describe_vpcs", False),
        ("newservice", "ListThings", False),
        ("elbv2", "DescribeVpcs", False),
        ("", "", False),
    ],
)
def test_a_read_is_known_by_service_and_name(service, operation, expected):
    assert is_read(service, operation) is expected


@pytest.mark.parametrize("service", READS)
def test_reads_are_operations_of_the_service(service):
    assert READS[service] - set(operations(service)) == set()


@pytest.mark.parametrize("service", READS)
def test_no_read_is_sent_as_a_write(service):
    assert {name for name in READS[service] if operations(service)[name] not in {"GET", "HEAD", "POST"}} == set()


@pytest.mark.parametrize("service", READS)
def test_no_read_sounds_like_a_write(service):
    assert {name for name in READS[service] if SOUNDS_LIKE_A_WRITE.match(name)} == DESPITE_THEIR_NAMES.get(service, set())


@pytest.mark.parametrize("service", READS)
def test_what_sounds_like_a_read_was_looked_at(service):
    """A newer botocore that brings such an operation fails here until it stands in READS or in NOT_READS."""
    not_reads = NOT_READS_BY_SERVICE.get(service, set())
    sounding = {name for name in operations(service) if SOUNDS_LIKE_A_READ.match(name)}
    assert sounding - READS[service] == not_reads
    assert READS[service] - sounding - DESPITE_THEIR_NAMES.get(service, set()) == set()


def test_what_is_argued_over_is_of_a_known_service():
    assert {*NOT_READS_BY_SERVICE, *DESPITE_THEIR_NAMES} - set(READS) == set()


def test_every_service_that_the_modules_use_was_looked_at():
    """What is missing here would make every run of its module in check mode look like a change."""
    used = set()
    for collection in ("amazon.aws", "community.aws", "groundwork.cloud"):
        root = Path(importlib.import_module(f"ansible_collections.{collection}").__path__[0])
        for path in root.glob("plugins/mod*/**/*.py"):
            used |= set(re.findall(r"""\bclient\(\s*["']([a-z0-9-]+)["']""", path.read_text()))
    assert used - set(READS) == set()
