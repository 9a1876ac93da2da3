# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Which calls of the AWS API only read.

A list, each name of which was looked at, because names lie in both directions: C(ec2:GetFlowLogsIntegrationTemplate) writes a
template to a bucket, C(lightsail:DownloadDefaultKeyPair) makes a key pair, C(kms:Decrypt) changes nothing. What the list does
not know, be it an operation or a whole service, is a write. C(tests/unit/plugin_utils/test_reads.py) compares it with botocore:
an operation of these services that sounds like a read is either here or there, with the reason why it is none.
"""

from __future__ import annotations

from collections.abc import Mapping

# Each of these passes for a reason that its name does not tell.
_ARGUED = (
    # They hand out an identity or a token for a while, and what stands in the account stays as it is.
    ("ecr", "GetAuthorizationToken"),
    ("ecr-public", "GetAuthorizationToken"),
    ("s3control", "GetDataAccess"),
    ("sso", "GetRoleCredentials"),
    ("sts", "AssumeRole"),
    ("sts", "AssumeRoleWithSAML"),
    ("sts", "AssumeRoleWithWebIdentity"),
    ("sts", "GetFederationToken"),
    ("sts", "GetSessionToken"),
    ("sts", "GetWebIdentityToken"),
    # botocore calls these itself before it can sign anything: a directory bucket, a profile of IAM Identity Center, aws login.
    ("s3", "CreateSession"),
    ("signin", "CreateOAuth2Token"),
    ("sso-oidc", "CreateToken"),
    # It keeps nothing. What encrypts, signs or makes keys is a write, for its answer is to be stored.
    ("kms", "Decrypt"),
    # A predefined alias that never had a key gets its AWS managed key by this; that is free, once, and what every use of it does.
    ("kms", "DescribeKey"),
    # A number out of nothing, stored nowhere.
    ("secretsmanager", "GetRandomPassword"),
    # They note when the secret was last read, as reading it always does.
    ("secretsmanager", "BatchGetSecretValue"),
    ("secretsmanager", "GetSecretValue"),
    # It wakes the display of the instance if asked to, and the instance is what it was.
    ("ec2", "GetConsoleScreenshot"),
    # The resource type answers, by its own handler for reads.
    ("cloudcontrol", "GetResource"),
    ("cloudcontrol", "ListResources"),
)

# By service as botocore calls it.
_REVIEWED = {
    "accessanalyzer": """
        CheckAccessNotGranted CheckNoNewAccess CheckNoPublicAccess GetAccessPreview GetAnalyzedResource GetAnalyzer GetArchiveRule
        GetFinding GetFindingRecommendation GetFindingV2 GetFindingsStatistics GetGeneratedPolicy ListAccessPreviewFindings
        ListAccessPreviews ListAnalyzedResources ListAnalyzers ListArchiveRules ListFindings ListFindingsV2 ListPolicyGenerations
        ListTagsForResource ValidatePolicy
    """,
    "account": """
        GetAccountInformation GetAlternateContact GetContactInformation GetGovCloudAccountInformation GetPrimaryEmail
        GetPrimaryEmailUpdateStatus GetRegionOptStatus ListRegions
    """,
    "acm": """
        DescribeAcmeAccount DescribeAcmeDomainValidation DescribeAcmeEndpoint DescribeAcmeExternalAccountBinding
        DescribeCertificate GetAccountConfiguration GetCertificate ListAcmeAccounts ListAcmeDomainValidations ListAcmeEndpoints
        ListAcmeExternalAccountBindings ListCertificateDomainValidations ListCertificates ListTagsForCertificate
        ListTagsForResource SearchCertificates
    """,
    "acm-pca": """
        DescribeCertificateAuthority DescribeCertificateAuthorityAuditReport GetCertificate GetCertificateAuthorityCertificate
        GetCertificateAuthorityCsr GetPolicy ListCertificateAuthorities ListPermissions ListTags
    """,
    "apigateway": """
        GetAccount GetApiKey GetApiKeys GetAuthorizer GetAuthorizers GetBasePathMapping GetBasePathMappings GetClientCertificate
        GetClientCertificates GetDeployment GetDeployments GetDocumentationPart GetDocumentationParts GetDocumentationVersion
        GetDocumentationVersions GetDomainName GetDomainNameAccessAssociations GetDomainNames GetExport GetGatewayResponse
        GetGatewayResponses GetIntegration GetIntegrationResponse GetMethod GetMethodResponse GetModel GetModelTemplate GetModels
        GetRequestValidator GetRequestValidators GetResource GetResources GetRestApi GetRestApis GetSdk GetSdkType GetSdkTypes
        GetStage GetStages GetTags GetUsage GetUsagePlan GetUsagePlanKey GetUsagePlanKeys GetUsagePlans GetVpcLink GetVpcLinks
    """,
    "apigatewayv2": """
        ExportApi GetApi GetApiMapping GetApiMappings GetApis GetAuthorizer GetAuthorizers GetDeployment GetDeployments
        GetDomainName GetDomainNames GetIntegration GetIntegrationResponse GetIntegrationResponses GetIntegrations GetModel
        GetModelTemplate GetModels GetPortal GetPortalProduct GetPortalProductSharingPolicy GetProductPage
        GetProductRestEndpointPage GetRoute GetRouteResponse GetRouteResponses GetRoutes GetRoutingRule GetStage GetStages GetTags
        GetVpcLink GetVpcLinks ListPortalProducts ListPortals ListProductPages ListProductRestEndpointPages ListRoutingRules
    """,
    "application-autoscaling": """
        DescribeScalableTargets DescribeScalingActivities DescribeScalingPolicies DescribeScheduledActions
        GetPredictiveScalingForecast ListTagsForResource
    """,
    "autoscaling": """
        DescribeAccountLimits DescribeAccountSettings DescribeAdjustmentTypes DescribeAutoScalingGroups
        DescribeAutoScalingInstances DescribeAutoScalingNotificationTypes DescribeInstanceRefreshes DescribeLaunchConfigurations
        DescribeLifecycleHookTypes DescribeLifecycleHooks DescribeLoadBalancerTargetGroups DescribeLoadBalancers
        DescribeMetricCollectionTypes DescribeNotificationConfigurations DescribePolicies DescribeScalingActivities
        DescribeScalingProcessTypes DescribeScheduledActions DescribeTags DescribeTerminationPolicyTypes DescribeTrafficSources
        DescribeWarmPool GetPredictiveScalingForecast
    """,
    "backup": """
        DescribeBackupAccessPoint DescribeBackupJob DescribeBackupVault DescribeCopyJob DescribeFramework DescribeGlobalSettings
        DescribeProtectedResource DescribeRecoveryPoint DescribeRegionSettings DescribeReportJob DescribeReportPlan
        DescribeRestoreJob DescribeScanJob ExportBackupPlanTemplate GetBackupPlan GetBackupPlanFromJSON GetBackupPlanFromTemplate
        GetBackupSelection GetBackupVaultAccessPolicy GetBackupVaultNotifications GetLegalHold GetPITRMalwareScanResults
        GetRecoveryPointIndexDetails GetRecoveryPointRestoreMetadata GetRestoreJobMetadata GetRestoreTestingInferredMetadata
        GetRestoreTestingPlan GetRestoreTestingSelection GetSupportedResourceTypes GetTieringConfiguration ListBackupAccessPoints
        ListBackupAccessPointsByRecoveryPoint ListBackupAccessPointsByResource ListBackupJobSummaries ListBackupJobs
        ListBackupPlanTemplates ListBackupPlanVersions ListBackupPlans ListBackupSelections ListBackupVaults ListCopyJobSummaries
        ListCopyJobs ListFrameworks ListIndexedRecoveryPoints ListLegalHolds ListProtectedResources
        ListProtectedResourcesByBackupVault ListRecoveryPointsByBackupVault ListRecoveryPointsByLegalHold
        ListRecoveryPointsByResource ListReportJobs ListReportPlans ListRestoreAccessBackupVaults ListRestoreJobSummaries
        ListRestoreJobs ListRestoreJobsByProtectedResource ListRestoreTestingPlans ListRestoreTestingSelections
        ListScanJobSummaries ListScanJobs ListTags ListTieringConfigurations
    """,
    "batch": """
        DescribeComputeEnvironments DescribeConsumableResource DescribeJobDefinitions DescribeJobQueues DescribeJobs
        DescribeQuotaShare DescribeSchedulingPolicies DescribeServiceEnvironments DescribeServiceJob GetJobQueueSnapshot
        ListConsumableResources ListJobs ListJobsByConsumableResource ListQuotaShares ListSchedulingPolicies ListServiceJobs
        ListTagsForResource
    """,
    "budgets": """
        DescribeBudget DescribeBudgetAction DescribeBudgetActionHistories DescribeBudgetActionsForAccount
        DescribeBudgetActionsForBudget DescribeBudgetNotificationsForAccount DescribeBudgetPerformanceHistory DescribeBudgets
        DescribeNotificationsForBudget DescribeSubscribersForNotification ListTagsForResource
    """,
    "ce": """
        DescribeCostCategoryDefinition GetAnomalies GetAnomalyMonitors GetAnomalySubscriptions GetApproximateUsageRecords
        GetCommitmentPurchaseAnalysis GetCostAndUsage GetCostAndUsageComparisons GetCostAndUsageWithResources GetCostCategories
        GetCostComparisonDrivers GetCostForecast GetDimensionValues GetReservationCoverage GetReservationPurchaseRecommendation
        GetReservationUtilization GetRightsizingRecommendation GetSavingsPlanPurchaseRecommendationDetails GetSavingsPlansCoverage
        GetSavingsPlansPurchaseRecommendation GetSavingsPlansUtilization GetSavingsPlansUtilizationDetails GetTags
        GetUsageForecast ListCommitmentPurchaseAnalyses ListCostAllocationTagBackfillHistory ListCostAllocationTags
        ListCostCategoryDefinitions ListCostCategoryResourceAssociations ListSavingsPlansPurchaseRecommendationGeneration
        ListTagsForResource
    """,
    "cloudcontrol": """
        GetResourceRequestStatus ListResourceRequests
    """,
    "cloudformation": """
        BatchDescribeTypeConfigurations DescribeAccountLimits DescribeChangeSet DescribeChangeSetHooks DescribeEvents
        DescribeGeneratedTemplate DescribeOrganizationsAccess DescribePublisher DescribeResourceScan
        DescribeStackDriftDetectionStatus DescribeStackEvents DescribeStackInstance DescribeStackRefactor DescribeStackResource
        DescribeStackResourceDrifts DescribeStackResources DescribeStackSet DescribeStackSetOperation DescribeStacks DescribeType
        DescribeTypeRegistration EstimateTemplateCost GetGeneratedTemplate GetHookResult GetStackPolicy GetTemplate
        GetTemplateSummary ListChangeSets ListExports ListGeneratedTemplates ListHookResults ListImports
        ListResourceScanRelatedResources ListResourceScanResources ListResourceScans ListStackInstanceResourceDrifts
        ListStackInstances ListStackRefactorActions ListStackRefactors ListStackResources ListStackSetAutoDeploymentTargets
        ListStackSetOperationResults ListStackSetOperations ListStackSets ListStacks ListTypeRegistrations ListTypeVersions
        ListTypes ValidateTemplate
    """,
    "cloudfront": """
        DescribeConnectionFunction DescribeFunction DescribeKeyValueStore GetAnycastIpList GetCachePolicy GetCachePolicyConfig
        GetCloudFrontOriginAccessIdentity GetCloudFrontOriginAccessIdentityConfig GetConnectionFunction GetConnectionGroup
        GetConnectionGroupByRoutingEndpoint GetContinuousDeploymentPolicy GetContinuousDeploymentPolicyConfig GetDistribution
        GetDistributionConfig GetDistributionTenant GetDistributionTenantByDomain GetFieldLevelEncryption
        GetFieldLevelEncryptionConfig GetFieldLevelEncryptionProfile GetFieldLevelEncryptionProfileConfig GetFunction
        GetInvalidation GetInvalidationForDistributionTenant GetKeyGroup GetKeyGroupConfig GetManagedCertificateDetails
        GetMonitoringSubscription GetOriginAccessControl GetOriginAccessControlConfig GetOriginRequestPolicy
        GetOriginRequestPolicyConfig GetPublicKey GetPublicKeyConfig GetRealtimeLogConfig GetResourcePolicy
        GetResponseHeadersPolicy GetResponseHeadersPolicyConfig GetStreamingDistribution GetStreamingDistributionConfig
        GetTrustStore GetVpcOrigin ListAnycastIpLists ListCachePolicies ListCloudFrontOriginAccessIdentities
        ListConflictingAliases ListConnectionFunctions ListConnectionGroups ListContinuousDeploymentPolicies
        ListDistributionTenants ListDistributionTenantsByCustomization ListDistributions ListDistributionsByAnycastIpListId
        ListDistributionsByCachePolicyId ListDistributionsByConnectionFunction ListDistributionsByConnectionMode
        ListDistributionsByKeyGroup ListDistributionsByOriginRequestPolicyId ListDistributionsByOwnedResource
        ListDistributionsByRealtimeLogConfig ListDistributionsByResponseHeadersPolicyId ListDistributionsByTrustStore
        ListDistributionsByVpcOriginId ListDistributionsByWebACLId ListDomainConflicts ListFieldLevelEncryptionConfigs
        ListFieldLevelEncryptionProfiles ListFunctions ListInvalidations ListInvalidationsForDistributionTenant ListKeyGroups
        ListKeyValueStores ListOriginAccessControls ListOriginRequestPolicies ListPublicKeys ListRealtimeLogConfigs
        ListResponseHeadersPolicies ListStreamingDistributions ListTagsForResource ListTrustStores ListVpcOrigins
        VerifyDnsConfiguration
    """,
    "cloudtrail": """
        DescribeQuery DescribeTrails GetChannel GetDashboard GetEventConfiguration GetEventDataStore GetEventSelectors GetImport
        GetInsightSelectors GetQueryResults GetResourcePolicy GetTrail GetTrailStatus ListChannels ListDashboards
        ListEventDataStores ListImportFailures ListImports ListInsightsData ListInsightsMetricData ListPublicKeys ListQueries
        ListTags ListTrails LookupEvents SearchSampleQueries
    """,
    "cloudwatch": """
        DescribeAlarmContributors DescribeAlarmHistory DescribeAlarms DescribeAlarmsForMetric DescribeAnomalyDetectors
        DescribeInsightRules GetAlarmMuteRule GetDashboard GetDataset GetInsightRuleReport GetMetricData
        GetMetricDataQueryDefinition GetMetricStatistics GetMetricStream GetMetricWidgetImage GetOTelEnrichment
        GetResourceMetricsConfiguration ListAlarmMuteRules ListDashboards ListManagedInsightRules ListMetricDataQueryDefinitions
        ListMetricStreams ListMetrics ListTagsForResource
    """,
    "codebuild": """
        BatchGetBuildBatches BatchGetBuilds BatchGetCommandExecutions BatchGetFleets BatchGetProjects BatchGetReportGroups
        BatchGetReports BatchGetSandboxes DescribeCodeCoverages DescribeTestCases GetReportGroupTrend GetResourcePolicy
        ListBuildBatches ListBuildBatchesForProject ListBuilds ListBuildsForProject ListCommandExecutionsForSandbox
        ListCuratedEnvironmentImages ListFleets ListProjects ListReportGroups ListReports ListReportsForReportGroup ListSandboxes
        ListSandboxesForProject ListSharedProjects ListSharedReportGroups ListSourceCredentials
    """,
    "codecommit": """
        BatchDescribeMergeConflicts BatchGetCommits BatchGetRepositories DescribeMergeConflicts DescribePullRequestEvents
        EvaluatePullRequestApprovalRules GetApprovalRuleTemplate GetBlob GetBlobDifferences GetBranch GetComment
        GetCommentReactions GetCommentsForComparedCommit GetCommentsForPullRequest GetCommit GetDifferences GetFile GetFolder
        GetMergeCommit GetMergeConflicts GetMergeOptions GetPullRequest GetPullRequestApprovalStates GetPullRequestOverrideState
        GetRepository GetRepositoryTriggers ListApprovalRuleTemplates ListAssociatedApprovalRuleTemplatesForRepository
        ListBranches ListFileCommitHistory ListPullRequests ListRepositories ListRepositoriesForApprovalRuleTemplate
        ListTagsForResource
    """,
    "codeconnections": """
        GetConnection GetHost GetRepositoryLink GetRepositorySyncStatus GetResourceSyncStatus GetSyncBlockerSummary
        GetSyncConfiguration ListConnections ListHosts ListRepositoryLinks ListRepositorySyncDefinitions ListSyncConfigurations
        ListTagsForResource
    """,
    "codedeploy": """
        BatchGetApplicationRevisions BatchGetApplications BatchGetDeploymentGroups BatchGetDeploymentInstances
        BatchGetDeploymentTargets BatchGetDeployments BatchGetOnPremisesInstances GetApplication GetApplicationRevision
        GetDeployment GetDeploymentConfig GetDeploymentGroup GetDeploymentInstance GetDeploymentTarget GetOnPremisesInstance
        ListApplicationRevisions ListApplications ListDeploymentConfigs ListDeploymentGroups ListDeploymentInstances
        ListDeploymentTargets ListDeployments ListGitHubAccountTokenNames ListOnPremisesInstances ListTagsForResource
    """,
    "codepipeline": """
        GetActionType GetJobDetails GetPipeline GetPipelineExecution GetPipelineState GetThirdPartyJobDetails ListActionExecutions
        ListActionTypes ListDeployActionExecutionTargets ListPipelineExecutions ListPipelines ListRuleExecutions ListRuleTypes
        ListTagsForResource ListWebhooks
    """,
    "codestar-connections": """
        GetConnection GetHost GetRepositoryLink GetRepositorySyncStatus GetResourceSyncStatus GetSyncBlockerSummary
        GetSyncConfiguration ListConnections ListHosts ListRepositoryLinks ListRepositorySyncDefinitions ListSyncConfigurations
        ListTagsForResource
    """,
    "cognito-idp": """
        AdminGetDevice AdminGetUser AdminGetUserAuthFactors AdminListDevices AdminListGroupsForUser AdminListUserAuthEvents
        AdminListUserSessions DescribeIdentityProvider DescribeManagedLoginBranding DescribeManagedLoginBrandingByClient
        DescribeResourceServer DescribeRiskConfiguration DescribeTerms DescribeTermsByClient DescribeUserImportJob
        DescribeUserPool DescribeUserPoolClient DescribeUserPoolDomain GetCSVHeader GetDevice GetGroup
        GetIdentityProviderByIdentifier GetLogDeliveryConfiguration GetProvisionedLimit GetSigningCertificate GetUICustomization
        GetUser GetUserAuthFactors GetUserPoolClientSessionConfiguration GetUserPoolMfaConfig GetUserPoolSessionConfiguration
        ListDevices ListGroups ListIdentityProviders ListResourceServers ListTagsForResource ListTerms ListUserImportJobs
        ListUserPoolClientSecrets ListUserPoolClients ListUserPoolReplicas ListUserPools ListUserSessions ListUsers
        ListUsersInGroup ListWebAuthnCredentials
    """,
    "config": """
        BatchGetAggregateResourceConfig BatchGetResourceConfig DescribeAggregateComplianceByConfigRules
        DescribeAggregateComplianceByConformancePacks DescribeAggregationAuthorizations DescribeComplianceByConfigRule
        DescribeComplianceByResource DescribeConfigRuleEvaluationStatus DescribeConfigRules
        DescribeConfigurationAggregatorSourcesStatus DescribeConfigurationAggregators DescribeConfigurationRecorderStatus
        DescribeConfigurationRecorders DescribeConformancePackCompliance DescribeConformancePackStatus DescribeConformancePacks
        DescribeDeliveryChannelStatus DescribeDeliveryChannels DescribeOrganizationConfigRuleStatuses
        DescribeOrganizationConfigRules DescribeOrganizationConformancePackStatuses DescribeOrganizationConformancePacks
        DescribePendingAggregationRequests DescribeRemediationConfigurations DescribeRemediationExceptions
        DescribeRemediationExecutionStatus DescribeRetentionConfigurations GetAggregateComplianceDetailsByConfigRule
        GetAggregateConfigRuleComplianceSummary GetAggregateConformancePackComplianceSummary GetAggregateDiscoveredResourceCounts
        GetAggregateResourceConfig GetComplianceDetailsByConfigRule GetComplianceDetailsByResource
        GetComplianceSummaryByConfigRule GetComplianceSummaryByResourceType GetConformancePackComplianceDetails
        GetConformancePackComplianceSummary GetConnector GetCustomRulePolicy GetDiscoveredResourceCounts
        GetOrganizationConfigRuleDetailedStatus GetOrganizationConformancePackDetailedStatus GetOrganizationCustomRulePolicy
        GetResourceConfigHistory GetResourceEvaluationSummary GetStoredQuery ListAggregateDiscoveredResources
        ListConfigurationRecorders ListConformancePackComplianceScores ListConnectors ListDiscoveredResources
        ListResourceEvaluations ListStoredQueries ListTagsForResource SelectAggregateResourceConfig SelectResourceConfig
    """,
    "datapipeline": """
        DescribeObjects DescribePipelines GetPipelineDefinition ListPipelines QueryObjects ValidatePipelineDefinition
    """,
    "directconnect": """
        DescribeConnectionLoa DescribeConnections DescribeConnectionsOnInterconnect DescribeCustomerMetadata
        DescribeDirectConnectGatewayAssociationProposals DescribeDirectConnectGatewayAssociations
        DescribeDirectConnectGatewayAttachments DescribeDirectConnectGateways DescribeHostedConnections DescribeInterconnectLoa
        DescribeInterconnects DescribeLags DescribeLoa DescribeLocations DescribeRouterConfiguration DescribeTags
        DescribeVirtualGateways DescribeVirtualInterfaces GetResiliencyGroup ListResiliencyGroupAssociations ListResiliencyGroups
        ListVirtualInterfaceRoutes ListVirtualInterfaceTestHistory
    """,
    "dms": """
        DescribeAccountAttributes DescribeApplicableIndividualAssessments DescribeCertificates DescribeConnections
        DescribeConversionConfiguration DescribeDataMigrations DescribeDataProviders DescribeEndpointSettings
        DescribeEndpointTypes DescribeEndpoints DescribeEngineVersions DescribeEventCategories DescribeEventSubscriptions
        DescribeEvents DescribeExtensionPackAssociations DescribeFleetAdvisorCollectors DescribeFleetAdvisorDatabases
        DescribeFleetAdvisorLsaAnalysis DescribeFleetAdvisorSchemaObjectSummary DescribeFleetAdvisorSchemas
        DescribeInstanceProfiles DescribeMetadataModel DescribeMetadataModelAssessments DescribeMetadataModelChildren
        DescribeMetadataModelConversions DescribeMetadataModelCreations DescribeMetadataModelExportsAsScript
        DescribeMetadataModelExportsToTarget DescribeMetadataModelImports DescribeMigrationProjects
        DescribeOrderableReplicationInstances DescribePendingMaintenanceActions DescribeRecommendationLimitations
        DescribeRecommendations DescribeRefreshSchemasStatus DescribeReplicationConfigs DescribeReplicationInstanceTaskLogs
        DescribeReplicationInstances DescribeReplicationSubnetGroups DescribeReplicationTableStatistics
        DescribeReplicationTaskAssessmentResults DescribeReplicationTaskAssessmentRuns
        DescribeReplicationTaskIndividualAssessments DescribeReplicationTasks DescribeReplications DescribeSchemas
        DescribeTableStatistics GetTargetSelectionRules ListTagsForResource
    """,
    "dynamodb": """
        BatchGetItem DescribeBackup DescribeBulkOperation DescribeContinuousBackups DescribeContributorInsights DescribeEndpoints
        DescribeExport DescribeGlobalTable DescribeGlobalTableSettings DescribeImport DescribeKinesisStreamingDestination
        DescribeLimits DescribeTable DescribeTableReplicaAutoScaling DescribeTimeToLive GetItem GetResourcePolicy ListBackups
        ListBulkOperations ListContributorInsights ListExports ListGlobalTables ListImports ListTables ListTagsOfResource Query
        Scan SearchVectors TransactGetItems
    """,
    "ec2": """
        DescribeAccountAttributes DescribeAccountVpcEncryptionControl DescribeAddressTransfers DescribeAddresses
        DescribeAddressesAttribute DescribeAggregateIdFormat DescribeApplicationStatus DescribeApplicationStatusCheckAssociations
        DescribeApplicationStatusChecks DescribeAvailabilityZones DescribeAwsNetworkPerformanceMetricSubscriptions
        DescribeBundleTasks DescribeByoipCidrs DescribeCapacityBlockExtensionHistory DescribeCapacityBlockExtensionOfferings
        DescribeCapacityBlockOfferings DescribeCapacityBlockStatus DescribeCapacityBlocks DescribeCapacityManagerDataExports
        DescribeCapacityReservationBillingRequests DescribeCapacityReservationCancellationQuotes
        DescribeCapacityReservationDateChangeQuotes DescribeCapacityReservationFleets DescribeCapacityReservationTopology
        DescribeCapacityReservations DescribeCarrierGateways DescribeClassicLinkInstances DescribeClientVpnAuthorizationRules
        DescribeClientVpnConnections DescribeClientVpnEndpoints DescribeClientVpnRoutes DescribeClientVpnTargetNetworks
        DescribeCoipPools DescribeConversionTasks DescribeCustomerGateways DescribeDeclarativePoliciesReports DescribeDhcpOptions
        DescribeEgressOnlyInternetGateways DescribeElasticGpus DescribeExportImageTasks DescribeExportTasks
        DescribeFastLaunchImages DescribeFastSnapshotRestores DescribeFleetHistory DescribeFleetInstances DescribeFleets
        DescribeFlowLogs DescribeFpgaImageAttribute DescribeFpgaImages DescribeHostReservationOfferings DescribeHostReservations
        DescribeHosts DescribeIamInstanceProfileAssociations DescribeIdFormat DescribeIdentityIdFormat DescribeImageAttribute
        DescribeImageReferences DescribeImageUsageReportEntries DescribeImageUsageReports DescribeImages DescribeImportImageTasks
        DescribeImportSnapshotTasks DescribeInstanceAttribute DescribeInstanceConnectEndpoints
        DescribeInstanceCreditSpecifications DescribeInstanceEventNotificationAttributes DescribeInstanceEventWindows
        DescribeInstanceImageMetadata DescribeInstanceSqlHaHistoryStates DescribeInstanceSqlHaStates DescribeInstanceStatus
        DescribeInstanceTopology DescribeInstanceTypeOfferings DescribeInstanceTypes DescribeInstances DescribeInternetGateways
        DescribeIpamByoasn DescribeIpamExternalResourceVerificationTokens DescribeIpamInternetRegistryAssociations
        DescribeIpamPolicies DescribeIpamPoolAllocations DescribeIpamPools DescribeIpamPrefixListResolverTargets
        DescribeIpamPrefixListResolvers DescribeIpamResourceDiscoveries DescribeIpamResourceDiscoveryAssociations
        DescribeIpamScopes DescribeIpams DescribeIpv6Pools DescribeKeyPairs DescribeLaunchTemplateVersions DescribeLaunchTemplates
        DescribeLocalGatewayRouteTableVirtualInterfaceGroupAssociations DescribeLocalGatewayRouteTableVpcAssociations
        DescribeLocalGatewayRouteTables DescribeLocalGatewayVirtualInterfaceGroups DescribeLocalGatewayVirtualInterfaces
        DescribeLocalGateways DescribeLockedSnapshots DescribeMacHosts DescribeMacModificationTasks DescribeManagedPrefixLists
        DescribeMetricCategories DescribeMovingAddresses DescribeNatGateways DescribeNetworkAcls
        DescribeNetworkInsightsAccessScopeAnalyses DescribeNetworkInsightsAccessScopes DescribeNetworkInsightsAnalyses
        DescribeNetworkInsightsPaths DescribeNetworkInterfaceAttribute DescribeNetworkInterfacePermissions
        DescribeNetworkInterfaces DescribeNetworkingFlexCostAllocationPolicies
        DescribeNetworkingFlexCostAllocationPolicyAssociations DescribeOutpostLags DescribePlacementGroups DescribePrefixLists
        DescribePrincipalIdFormat DescribePublicIpv4Pools DescribeRegions DescribeReplaceRootVolumeTasks DescribeReservedInstances
        DescribeReservedInstancesListings DescribeReservedInstancesModifications DescribeReservedInstancesOfferings
        DescribeRouteServerEndpoints DescribeRouteServerPeers DescribeRouteServers DescribeRouteTables
        DescribeScheduledInstanceAvailability DescribeScheduledInstances DescribeSecondaryInterfaces DescribeSecondaryNetworks
        DescribeSecondarySubnets DescribeSecurityGroupReferences DescribeSecurityGroupRules DescribeSecurityGroupVpcAssociations
        DescribeSecurityGroups DescribeServiceLinkVirtualInterfaces DescribeSnapshotAttribute DescribeSnapshotTierStatus
        DescribeSnapshots DescribeSpotDatafeedSubscription DescribeSpotFleetInstances DescribeSpotFleetRequestHistory
        DescribeSpotFleetRequests DescribeSpotInstanceRequests DescribeSpotPriceHistory DescribeStaleSecurityGroups
        DescribeStoreImageTasks DescribeSubnets DescribeTags DescribeTrafficMirrorFilterRules DescribeTrafficMirrorFilters
        DescribeTrafficMirrorSessions DescribeTrafficMirrorTargets DescribeTransitGatewayAttachments
        DescribeTransitGatewayConnectPeers DescribeTransitGatewayConnects DescribeTransitGatewayMeteringPolicies
        DescribeTransitGatewayMulticastDomains DescribeTransitGatewayNetworkFunctionAttachments
        DescribeTransitGatewayPeeringAttachments DescribeTransitGatewayPolicyTables DescribeTransitGatewayRouteTableAnnouncements
        DescribeTransitGatewayRouteTables DescribeTransitGatewayVpcAttachments DescribeTransitGateways
        DescribeTrunkInterfaceAssociations DescribeVerifiedAccessEndpoints DescribeVerifiedAccessGroups
        DescribeVerifiedAccessInstanceLoggingConfigurations DescribeVerifiedAccessInstances DescribeVerifiedAccessTrustProviders
        DescribeVolumeAttribute DescribeVolumeStatus DescribeVolumes DescribeVolumesModifications DescribeVpcAttribute
        DescribeVpcBlockPublicAccessExclusions DescribeVpcBlockPublicAccessOptions DescribeVpcClassicLink
        DescribeVpcClassicLinkDnsSupport DescribeVpcEncryptionControls DescribeVpcEndpointAssociations
        DescribeVpcEndpointConnectionNotifications DescribeVpcEndpointConnections DescribeVpcEndpointServiceConfigurations
        DescribeVpcEndpointServicePermissions DescribeVpcEndpointServices DescribeVpcEndpoints DescribeVpcPeeringConnections
        DescribeVpcs DescribeVpnConcentrators DescribeVpnConnections DescribeVpnGateways
        ExportClientVpnClientCertificateRevocationList ExportClientVpnClientConfiguration
        ExportVerifiedAccessInstanceClientConfiguration GetActiveVpnTunnelStatus GetAllowedImagesSettings
        GetAssociatedEnclaveCertificateIamRoles GetAssociatedIpv6PoolCidrs GetAwsNetworkPerformanceData
        GetCapacityManagerAttributes GetCapacityManagerMetricData GetCapacityManagerMetricDimensions
        GetCapacityManagerMonitoredTagKeys GetCapacityManagerSupportabilityScores GetCapacityReservationUsage
        GetClientVpnEndpointAuthorizationPolicy GetCoipPoolUsage GetConsoleOutput GetDeclarativePoliciesReportSummary
        GetDefaultCreditSpecification GetEbsDefaultKmsKeyId GetEbsEncryptionByDefault GetEnabledIpamPolicy
        GetGroupsForCapacityReservation GetHostReservationPurchasePreview GetImageAncestry GetImageBlockPublicAccessState
        GetImageFindings GetInstanceMetadataDefaults GetInstanceTpmEkPub GetInstanceTypesFromInstanceRequirements
        GetInstanceUefiData GetIpamAddressHistory GetIpamDiscoveredAccounts GetIpamDiscoveredPublicAddresses
        GetIpamDiscoveredResourceCidrs GetIpamDiscoveredRoutes GetIpamInternetRegistryAssociationAsns
        GetIpamInternetRegistryAssociationCidrs GetIpamPolicyAllocationRules GetIpamPolicyOrganizationTargets
        GetIpamPoolAllocations GetIpamPoolCidrs GetIpamPrefixListResolverRules GetIpamPrefixListResolverVersionEntries
        GetIpamPrefixListResolverVersions GetIpamResourceCidrs GetIpamRouteOriginAuthorizations GetIpamRouteProtectionFindings
        GetIpamRoutingPolicyRegistrationDeltas GetIpamRoutingPolicyRegistrations GetLaunchTemplateData
        GetManagedPrefixListAssociations GetManagedPrefixListEntries GetManagedResourceVisibility
        GetNetworkInsightsAccessScopeAnalysisFindings GetNetworkInsightsAccessScopeContent
        GetNetworkingFlexCostAllocationPolicyVersions GetPasswordData GetReservedInstancesExchangeQuote GetRouteServerAssociations
        GetRouteServerPropagations GetRouteServerRoutingDatabase GetSecurityGroupsForVpc GetSerialConsoleAccessStatus
        GetSnapshotBlockPublicAccessState GetSpotPlacementScores GetSubnetCidrReservations
        GetTransitGatewayAttachmentNatConfiguration GetTransitGatewayAttachmentPropagations GetTransitGatewayMeteringPolicyEntries
        GetTransitGatewayMulticastDomainAssociations GetTransitGatewayPolicyTableAssociations GetTransitGatewayPolicyTableEntries
        GetTransitGatewayPrefixListReferences GetTransitGatewayRouteTableAssociations GetTransitGatewayRouteTablePropagations
        GetVerifiedAccessEndpointPolicy GetVerifiedAccessEndpointTargets GetVerifiedAccessGroupPolicy
        GetVpcResourcesBlockingEncryptionEnforcement GetVpnConnectionDeviceSampleConfiguration GetVpnConnectionDeviceTypes
        GetVpnTunnelReplacementStatus ListImagesInRecycleBin ListSnapshotsInRecycleBin ListVolumesInRecycleBin
        SearchLocalGatewayRoutes SearchTransitGatewayMulticastGroups SearchTransitGatewayRoutes
        ValidateSecurityGroupQuotasForInterface
    """,
    "ecr": """
        BatchCheckLayerAvailability BatchGetRepositoryScanningConfiguration DescribeImageReplicationStatus
        DescribeImageScanFindings DescribeImageSigningStatus DescribeImages DescribePullThroughCacheRules DescribeRegistry
        DescribeReplicationBackfillResults DescribeRepositories DescribeRepositoryCreationTemplates GetAccountSetting
        GetLifecyclePolicy GetLifecyclePolicyPreview GetRegistryPolicy GetRegistryScanningConfiguration GetRepositoryPolicy
        GetSigningConfiguration ListImageReferrers ListImages ListPullTimeUpdateExclusions ListReplicationBackfills
        ListTagsForResource
    """,
    "ecr-public": """
        BatchCheckLayerAvailability DescribeImageTags DescribeImages DescribeRegistries DescribeRepositories
        GetRegistryCatalogData GetRepositoryCatalogData GetRepositoryPolicy ListTagsForResource
    """,
    "ecs": """
        DescribeCapacityProviders DescribeClusters DescribeContainerInstances DescribeDaemon DescribeDaemonDeployments
        DescribeDaemonRevisions DescribeDaemonTaskDefinition DescribeExpressGatewayService DescribeGateway
        DescribeGatewayResources DescribeGatewayRoute DescribeServiceDeployments DescribeServiceRevisions DescribeServices
        DescribeTaskDefinition DescribeTaskSets DescribeTasks GetTaskProtection ListAccountSettings ListAttributes ListClusters
        ListContainerInstances ListDaemonDeployments ListDaemonTaskDefinitions ListDaemons ListGatewayClusterAssociations
        ListGatewayRoutes ListGateways ListServiceDeployments ListServices ListServicesByNamespace ListTagsForResource
        ListTaskDefinitionFamilies ListTaskDefinitions ListTasks
    """,
    "efs": """
        DescribeAccessPoints DescribeAccountPreferences DescribeBackupPolicy DescribeFileSystemPolicy DescribeFileSystems
        DescribeLifecycleConfiguration DescribeMountTargetSecurityGroups DescribeMountTargets DescribeReplicationConfigurations
        DescribeTags ListTagsForResource
    """,
    "eks": """
        DescribeAccessEntry DescribeAddon DescribeAddonConfiguration DescribeAddonVersions DescribeCapability
        DescribeCertificateAuthority DescribeCluster DescribeClusterVersions DescribeEksAnywhereSubscription
        DescribeFargateProfile DescribeIdentityProviderConfig DescribeInsight DescribeInsightsRefresh DescribeNodegroup
        DescribePodIdentityAssociation DescribeUpdate ListAccessEntries ListAccessPolicies ListAddons ListAssociatedAccessPolicies
        ListCapabilities ListCertificateAuthorities ListClusters ListEksAnywhereSubscriptions ListFargateProfiles
        ListIdentityProviderConfigs ListInsights ListNodegroups ListPodIdentityAssociations ListTagsForResource ListUpdates
    """,
    "elasticache": """
        DescribeCacheClusters DescribeCacheEngineVersions DescribeCacheParameterGroups DescribeCacheParameters
        DescribeCacheSecurityGroups DescribeCacheSubnetGroups DescribeEngineDefaultParameters DescribeEvents
        DescribeGlobalReplicationGroups DescribeReplicationGroups DescribeReservedCacheNodes DescribeReservedCacheNodesOfferings
        DescribeServerlessCacheSnapshots DescribeServerlessCaches DescribeServiceUpdates DescribeSnapshots DescribeUpdateActions
        DescribeUserGroups DescribeUsers ListAllowedNodeTypeModifications ListTagsForResource
    """,
    "elasticbeanstalk": """
        CheckDNSAvailability DescribeAccountAttributes DescribeApplicationVersions DescribeApplications
        DescribeConfigurationOptions DescribeConfigurationSettings DescribeEnvironmentHealth
        DescribeEnvironmentManagedActionHistory DescribeEnvironmentManagedActions DescribeEnvironmentResources
        DescribeEnvironments DescribeEvents DescribeInstancesHealth DescribePlatformVersion ListAvailableSolutionStacks
        ListPlatformBranches ListPlatformVersions ListTagsForResource RetrieveEnvironmentInfo ValidateConfigurationSettings
    """,
    "elb": """
        DescribeAccountLimits DescribeInstanceHealth DescribeLoadBalancerAttributes DescribeLoadBalancerPolicies
        DescribeLoadBalancerPolicyTypes DescribeLoadBalancers DescribeTags
    """,
    "elbv2": """
        DescribeAccountLimits DescribeCapacityReservation DescribeListenerAttributes DescribeListenerCertificates
        DescribeListeners DescribeLoadBalancerAttributes DescribeLoadBalancers DescribeRules DescribeSSLPolicies DescribeTags
        DescribeTargetGroupAttributes DescribeTargetGroups DescribeTargetHealth DescribeTrustStoreAssociations
        DescribeTrustStoreRevocations DescribeTrustStores GetResourcePolicy GetTrustStoreCaCertificatesBundle
        GetTrustStoreRevocationContent
    """,
    "events": """
        DescribeApiDestination DescribeArchive DescribeConnection DescribeEndpoint DescribeEventBus DescribeEventSource
        DescribePartnerEventSource DescribeReplay DescribeRule ListApiDestinations ListArchives ListConnections ListEndpoints
        ListEventBuses ListEventSources ListPartnerEventSourceAccounts ListPartnerEventSources ListReplays ListRuleNamesByTarget
        ListRules ListTagsForResource ListTargetsByRule TestEventPattern
    """,
    "glue": """
        BatchGetBlueprints BatchGetCrawlers BatchGetCustomEntityTypes BatchGetDataQualityResult BatchGetDataQualityResultV2
        BatchGetDataQualityRulesetEvaluationRun BatchGetDevEndpoints BatchGetIterableForms BatchGetJobs BatchGetPartition
        BatchGetTableOptimizer BatchGetTriggers BatchGetWorkflows CheckSchemaVersionValidity DescribeConnectionType DescribeEntity
        DescribeInboundIntegrations DescribeIntegrations GetAsset GetAssetType GetBlueprint GetBlueprintRun GetBlueprintRuns
        GetCatalog GetCatalogImportStatus GetCatalogs GetClassifier GetClassifiers GetColumnStatisticsForPartition
        GetColumnStatisticsForTable GetColumnStatisticsTaskRun GetColumnStatisticsTaskRuns GetColumnStatisticsTaskSettings
        GetConnection GetConnections GetCrawler GetCrawlerMetrics GetCrawlers GetCustomEntityType GetDataCatalogEncryptionSettings
        GetDataCatalogExportConfiguration GetDataQualityEvaluationConfig GetDataQualityModel GetDataQualityModelResult
        GetDataQualityResult GetDataQualityResultV2 GetDataQualityRuleRecommendationRun GetDataQualityRuleset
        GetDataQualityRulesetEvaluationRun GetDatabase GetDatabases GetDataflowGraph GetDevEndpoint GetDevEndpoints
        GetEntityRecords GetFormType GetGlossary GetGlossaryTerm GetGlueIdentityCenterConfiguration GetIntegrationResourceProperty
        GetIntegrationTableProperties GetJob GetJobBookmark GetJobRun GetJobRuns GetJobUpgradeAnalysis GetJobs GetMLTaskRun
        GetMLTaskRuns GetMLTransform GetMLTransforms GetMapping GetMaterializedViewRefreshTaskRun GetPartition GetPartitionIndexes
        GetPartitions GetPlan GetRegistry GetResourcePolicies GetResourcePolicy GetSchema GetSchemaByDefinition GetSchemaVersion
        GetSchemaVersionsDiff GetSecurityConfiguration GetSecurityConfigurations GetSession GetStatement GetSystemLogsForJobRun
        GetSystemLogsForSession GetTable GetTableOptimizer GetTableVersion GetTableVersions GetTables GetTags GetTrigger
        GetTriggers GetUnfilteredPartitionMetadata GetUnfilteredPartitionsMetadata GetUnfilteredTableMetadata GetUsageProfile
        GetUserDefinedFunction GetUserDefinedFunctions GetWorkflow GetWorkflowRun GetWorkflowRunProperties GetWorkflowRuns
        ListAssetTypes ListBlueprints ListColumnStatisticsTaskRuns ListConnectionTypes ListCrawlers ListCrawls
        ListCustomEntityTypes ListDataQualityEvaluationConfigs ListDataQualityResults ListDataQualityResultsV2
        ListDataQualityRuleRecommendationRuns ListDataQualityRulesetEvaluationRuns ListDataQualityRulesets
        ListDataQualityStatisticAnnotations ListDataQualityStatistics ListDevEndpoints ListEntities ListFormTypes ListGlossaries
        ListGlossaryTerms ListIntegrationResourceProperties ListIntegrationTableProperties ListIterableForms ListJobs
        ListMLTransforms ListMaterializedViewRefreshTaskRuns ListRegistries ListSchemaVersions ListSchemas ListSessions
        ListStatements ListTableOptimizerRuns ListTriggers ListUsageProfiles ListWorkflows QuerySchemaVersionMetadata SearchAssets
        SearchTables
    """,
    "guardduty": """
        DescribeMalwareScans DescribeOrganizationConfiguration DescribePublishingDestination GetAdministratorAccount
        GetCoverageStatistics GetCustomDetectionRule GetCustomDetectionRuleAssociation GetCustomDetectionRuleOrgConfiguration
        GetDetector GetFilter GetFindings GetFindingsStatistics GetIPSet GetInvestigation GetInvitationsCount
        GetMalwareProtectionPlan GetMalwareScan GetMalwareScanSettings GetMasterAccount GetMemberDetectors GetMembers
        GetOrganizationStatistics GetRemainingFreeTrialDays GetThreatEntitySet GetThreatIntelSet GetTrustedEntitySet
        GetUsageStatistics ListCoverage ListCustomDetectionRuleAssociations ListCustomDetectionRuleOrgConfigurations
        ListCustomDetectionRules ListDetectors ListFilters ListFindings ListIPSets ListInvestigationRecords ListInvestigations
        ListInvitations ListMalwareProtectionPlans ListMalwareScans ListMembers ListOrganizationAdminAccounts
        ListPublishingDestinations ListTagsForResource ListThreatEntitySets ListThreatIntelSets ListTrustedEntitySets
    """,
    "iam": """
        GetAccessKeyLastUsed GetAccountAuthorizationDetails GetAccountPasswordPolicy GetAccountProperties GetAccountSummary
        GetContextKeysForCustomPolicy GetContextKeysForPrincipalPolicy GetCredentialReport GetDelegationRequest GetGroup
        GetGroupPolicy GetInstanceProfile GetLoginProfile GetMFADevice GetOpenIDConnectProvider GetOrganizationsAccessReport
        GetOutboundWebIdentityFederationInfo GetPolicy GetPolicyVersion GetRole GetRolePolicy GetRoleTemplateVersion
        GetSAMLProvider GetSSHPublicKey GetServerCertificate GetServiceLastAccessedDetails
        GetServiceLastAccessedDetailsWithEntities GetServiceLinkedRoleDeletionStatus GetUser GetUserPolicy ListAccessKeys
        ListAccountAliases ListAttachedGroupPolicies ListAttachedRolePolicies ListAttachedUserPolicies ListDelegationRequests
        ListEntitiesForPolicy ListGroupPolicies ListGroups ListGroupsForUser ListInstanceProfileTags ListInstanceProfiles
        ListInstanceProfilesForRole ListMFADeviceTags ListMFADevices ListOpenIDConnectProviderTags ListOpenIDConnectProviders
        ListOrganizationsFeatures ListPolicies ListPoliciesGrantingServiceAccess ListPolicyTags ListPolicyVersions
        ListRolePolicies ListRoleTags ListRoles ListSAMLProviderTags ListSAMLProviders ListSSHPublicKeys ListServerCertificateTags
        ListServerCertificates ListServiceSpecificCredentials ListSigningCertificates ListUserPolicies ListUserTags ListUsers
        ListVirtualMFADevices SimulateCustomPolicy SimulatePrincipalPolicy
    """,
    "inspector": """
        DescribeAssessmentRuns DescribeAssessmentTargets DescribeAssessmentTemplates DescribeCrossAccountAccessRole
        DescribeExclusions DescribeFindings DescribeResourceGroups DescribeRulesPackages GetExclusionsPreview GetTelemetryMetadata
        ListAssessmentRunAgents ListAssessmentRuns ListAssessmentTargets ListAssessmentTemplates ListEventSubscriptions
        ListExclusions ListFindings ListRulesPackages ListTagsForResource PreviewAgents
    """,
    "kafka": """
        DescribeChannel DescribeCluster DescribeClusterOperation DescribeClusterOperationV2 DescribeClusterV2
        DescribeConfiguration DescribeConfigurationRevision DescribeReplicator DescribeTopic DescribeTopicPartitions
        DescribeVpcConnection GetBootstrapBrokers GetClusterPolicy GetCompatibleKafkaVersions ListChannels
        ListClientVpcConnections ListClusterOperations ListClusterOperationsV2 ListClusters ListClustersV2
        ListConfigurationRevisions ListConfigurations ListKafkaVersions ListNodes ListReplicators ListScramSecrets
        ListTagsForResource ListTopics ListVpcConnections
    """,
    "kinesis": """
        DescribeAccountSettings DescribeChannel DescribeLimits DescribeQueue DescribeStream DescribeStreamConsumer
        DescribeStreamSummary GetRecords GetResourcePolicy GetShardIterator ListChannels ListQueues ListShards ListStreamConsumers
        ListStreams ListTagsForResource ListTagsForStream
    """,
    "kms": """
        DescribeCustomKeyStores GetKeyLastUsage GetKeyPolicy GetKeyRotationStatus GetPublicKey ListAliases ListGrants
        ListKeyPolicies ListKeyRotations ListKeys ListResourceTags ListRetirableGrants Verify VerifyMac
    """,
    "lambda": """
        GetAccountSettings GetAlias GetCapacityProvider GetCodeSigningConfig GetDurableExecution GetDurableExecutionHistory
        GetDurableExecutionState GetEventSourceMapping GetFunction GetFunctionCodeSigningConfig GetFunctionConcurrency
        GetFunctionConfiguration GetFunctionEventInvokeConfig GetFunctionRecursionConfig GetFunctionScalingConfig
        GetFunctionUrlConfig GetLayerVersion GetLayerVersionByArn GetLayerVersionPolicy GetPolicy GetProvisionedConcurrencyConfig
        GetResourcePolicy GetRuntimeManagementConfig ListAliases ListCapacityProviders ListCodeSigningConfigs
        ListDurableExecutionsByFunction ListEventSourceMappings ListFunctionEventInvokeConfigs ListFunctionUrlConfigs
        ListFunctionVersionsByCapacityProvider ListFunctions ListFunctionsByCodeSigningConfig ListLayerVersions ListLayers
        ListProvisionedConcurrencyConfigs ListTags ListVersionsByFunction
    """,
    "lightsail": """
        CheckSubdomainAvailability GetActiveNames GetAlarms GetAutoSnapshots GetBlueprints GetBucketAccessKeys GetBucketBundles
        GetBucketMetricData GetBuckets GetBundles GetCertificates GetCloudFormationStackRecords GetContactMethods
        GetContainerAPIMetadata GetContainerImages GetContainerLog GetContainerServiceDeployments GetContainerServiceMetricData
        GetContainerServicePowers GetContainerServices GetCostEstimate GetDisk GetDiskSnapshot GetDiskSnapshots GetDisks
        GetDistributionBundles GetDistributionLatestCacheReset GetDistributionMetricData GetDistributions GetDomain GetDomains
        GetExportSnapshotRecords GetInstance GetInstanceMetricData GetInstancePortStates GetInstanceSnapshot GetInstanceSnapshots
        GetInstanceState GetInstances GetKeyPair GetKeyPairs GetLoadBalancer GetLoadBalancerMetricData
        GetLoadBalancerTlsCertificates GetLoadBalancerTlsPolicies GetLoadBalancers GetOperation GetOperations
        GetOperationsForResource GetProfile GetRegions GetRelationalDatabase GetRelationalDatabaseBlueprints
        GetRelationalDatabaseBundles GetRelationalDatabaseEvents GetRelationalDatabaseLogEvents GetRelationalDatabaseLogStreams
        GetRelationalDatabaseMasterUserPassword GetRelationalDatabaseMetricData GetRelationalDatabaseParameters
        GetRelationalDatabaseSnapshot GetRelationalDatabaseSnapshots GetRelationalDatabases GetSetupHistory GetStaticIp
        GetStaticIps GetSubdomains IsVpcPeered
    """,
    "logs": """
        DescribeAccountPolicies DescribeConfigurationTemplates DescribeDeliveries DescribeDeliveryDestinations
        DescribeDeliverySources DescribeDestinations DescribeExportTasks DescribeFieldIndexes DescribeImportTaskBatches
        DescribeImportTasks DescribeIndexPolicies DescribeLogGroups DescribeLogStreams DescribeLookupTables DescribeMetricFilters
        DescribeQueries DescribeQueryDefinitions DescribeResourcePolicies DescribeSubscriptionFilters FilterLogEvents
        GetDataProtectionPolicy GetDelivery GetDeliveryDestination GetDeliveryDestinationPolicy GetDeliverySource GetIntegration
        GetLogAnomalyDetector GetLogEvents GetLogFields GetLogGroupFields GetLogObject GetLogRecord GetLookupTable GetQueryResults
        GetScheduledQuery GetScheduledQueryHistory GetStorageTierPolicy GetTransformer ListAggregateLogGroupSummaries
        ListAnomalies ListIntegrations ListLogAnomalyDetectors ListLogGroups ListLogGroupsForQuery ListScheduledQueries
        ListSourcesForS3TableIntegration ListSyslogConfigurations ListTagsForResource ListTagsLogGroup TestMetricFilter
        TestTransformer
    """,
    "mq": """
        DescribeBroker DescribeBrokerEngineTypes DescribeBrokerInstanceOptions DescribeConfiguration DescribeConfigurationRevision
        DescribeSharedResources DescribeUser ListBrokers ListConfigurationRevisions ListConfigurations ListTags ListUsers
    """,
    "network-firewall": """
        DescribeContainerAssociation DescribeFirewall DescribeFirewallMetadata DescribeFirewallPolicy DescribeFirewallPolicyV2
        DescribeFlowOperation DescribeLoggingConfiguration DescribeProxy DescribeResourcePolicy DescribeRuleGroup
        DescribeRuleGroupMetadata DescribeRuleGroupSummary DescribeTLSInspectionConfiguration DescribeVpcEndpointAssociation
        GetAnalysisReportResults ListAnalysisReports ListContainerAssociations ListContextStores ListFirewallPolicies
        ListFirewallPoliciesV2 ListFirewalls ListFlowOperationResults ListFlowOperations ListResourcesInContextStore
        ListRuleGroups ListTLSInspectionConfigurations ListTagsForResource ListVpcEndpointAssociations
    """,
    "opensearch": """
        CompareDomainConfiguration DescribeDataSourceAttachment DescribeDomain DescribeDomainAutoTunes
        DescribeDomainChangeProgress DescribeDomainConfig DescribeDomainHealth DescribeDomainNodes DescribeDomainReplication
        DescribeDomains DescribeDryRunProgress DescribeInboundConnections DescribeInsightDetails DescribeInstanceTypeLimits
        DescribeOutboundConnections DescribePackages DescribeReservedInstanceOfferings DescribeReservedInstances
        DescribeVpcEndpoints GetApplication GetCapability GetCompatibleVersions GetDataSource GetDefaultApplicationSetting
        GetDirectQueryDataSource GetDomainMaintenanceStatus GetIndex GetMigration GetPackageVersionHistory GetUpgradeHistory
        GetUpgradeStatus ListApplications ListDataSourceAttachments ListDataSources ListDirectQueryDataSources
        ListDomainMaintenances ListDomainNames ListDomainsForPackage ListInsights ListInstanceTypeDetails ListMigrations
        ListPackagesForDomain ListScheduledActions ListTags ListVersions ListVpcEndpointAccess ListVpcEndpoints
        ListVpcEndpointsForDomain
    """,
    "organizations": """
        DescribeAccount DescribeCreateAccountStatus DescribeEffectivePolicy DescribeHandshake DescribeOrganization
        DescribeOrganizationalUnit DescribePolicy DescribeResourcePolicy DescribeResponsibilityTransfer
        ListAWSServiceAccessForOrganization ListAccounts ListAccountsForParent ListAccountsWithInvalidEffectivePolicy ListChildren
        ListCreateAccountStatus ListDelegatedAdministrators ListDelegatedServicesForAccount ListEffectivePolicyValidationErrors
        ListHandshakesForAccount ListHandshakesForOrganization ListInboundResponsibilityTransfers ListOrganizationalUnitsForParent
        ListOutboundResponsibilityTransfers ListParents ListPolicies ListPoliciesForTarget ListRoots ListTagsForResource
        ListTargetsForPolicy
    """,
    "pipes": """
        DescribePipe ListPipes ListTagsForResource
    """,
    "rds": """
        DescribeAccountAttributes DescribeBlueGreenDeployments DescribeCertificates DescribeDBCapacityReservations
        DescribeDBClusterAutomatedBackups DescribeDBClusterBacktracks DescribeDBClusterEndpoints DescribeDBClusterParameterGroups
        DescribeDBClusterParameters DescribeDBClusterSnapshotAttributes DescribeDBClusterSnapshots DescribeDBClusters
        DescribeDBEngineVersions DescribeDBInstanceAutomatedBackups DescribeDBInstances DescribeDBLogFiles
        DescribeDBMajorEngineVersions DescribeDBParameterGroups DescribeDBParameters DescribeDBProxies DescribeDBProxyEndpoints
        DescribeDBProxyTargetGroups DescribeDBProxyTargets DescribeDBRecommendations DescribeDBSecurityGroups
        DescribeDBShardGroups DescribeDBSnapshotAttributes DescribeDBSnapshotTenantDatabases DescribeDBSnapshots
        DescribeDBSubnetGroups DescribeEngineDefaultClusterParameters DescribeEngineDefaultParameters DescribeEventCategories
        DescribeEventSubscriptions DescribeEvents DescribeExportTasks DescribeGlobalClusters DescribeIntegrations
        DescribeOptionGroupOptions DescribeOptionGroups DescribeOrderableDBInstanceOptions DescribePendingMaintenanceActions
        DescribeReservedDBInstances DescribeReservedDBInstancesOfferings DescribeServerlessV2PlatformVersions
        DescribeSourceRegions DescribeTenantDatabases DescribeValidDBInstanceModifications DownloadDBLogFilePortion
        ListTagsForResource
    """,
    "redshift": """
        DescribeAccountAttributes DescribeAuthenticationProfiles DescribeClusterDbRevisions DescribeClusterParameterGroups
        DescribeClusterParameters DescribeClusterSecurityGroups DescribeClusterSnapshots DescribeClusterSubnetGroups
        DescribeClusterTracks DescribeClusterVersions DescribeClusters DescribeCustomDomainAssociations DescribeDataShares
        DescribeDataSharesForConsumer DescribeDataSharesForProducer DescribeDefaultClusterParameters DescribeEndpointAccess
        DescribeEndpointAuthorization DescribeEventCategories DescribeEventSubscriptions DescribeEvents
        DescribeHsmClientCertificates DescribeHsmConfigurations DescribeInboundIntegrations DescribeIntegrations
        DescribeLoggingStatus DescribeNodeConfigurationOptions DescribeOrderableClusterOptions DescribePartners
        DescribeQev2IdcApplications DescribeRedshiftIdcApplications DescribeReservedNodeExchangeStatus
        DescribeReservedNodeOfferings DescribeReservedNodes DescribeResize DescribeScheduledActions DescribeSnapshotCopyGrants
        DescribeSnapshotSchedules DescribeStorage DescribeTableRestoreStatus DescribeTags DescribeUsageLimits
        GetReservedNodeExchangeConfigurationOptions GetReservedNodeExchangeOfferings GetResourcePolicy ListRecommendations
    """,
    "resourcegroupstaggingapi": """
        DescribeReportCreation GetComplianceSummary GetResources GetTagKeys GetTagValues ListRequiredTags
    """,
    "route53": """
        GetAccountLimit GetChange GetCheckerIpRanges GetDNSSEC GetGeoLocation GetHealthCheck GetHealthCheckCount
        GetHealthCheckLastFailureReason GetHealthCheckStatus GetHostedZone GetHostedZoneCount GetHostedZoneLimit
        GetQueryLoggingConfig GetReusableDelegationSet GetReusableDelegationSetLimit GetTrafficPolicy GetTrafficPolicyInstance
        GetTrafficPolicyInstanceCount ListCidrBlocks ListCidrCollections ListCidrLocations ListGeoLocations ListHealthChecks
        ListHostedZones ListHostedZonesByName ListHostedZonesByVPC ListQueryLoggingConfigs ListResourceRecordSetProtections
        ListResourceRecordSets ListReusableDelegationSets ListTagsForResource ListTagsForResources ListTrafficPolicies
        ListTrafficPolicyInstances ListTrafficPolicyInstancesByHostedZone ListTrafficPolicyInstancesByPolicy
        ListTrafficPolicyVersions ListVPCAssociationAuthorizations TestDNSAnswer
    """,
    "route53domains": """
        CheckDomainAvailability CheckDomainTransferability GetContactReachabilityStatus GetDomainDetail GetDomainPrices
        GetDomainSuggestions GetOperationDetail ListDomains ListOperations ListPrices ListTagsForDomain ViewBilling
    """,
    "route53resolver": """
        GetFirewallConfig GetFirewallDomainList GetFirewallRuleGroup GetFirewallRuleGroupAssociation GetFirewallRuleGroupPolicy
        GetOutpostResolver GetResolverConfig GetResolverDnssecConfig GetResolverEndpoint GetResolverQueryLogConfig
        GetResolverQueryLogConfigAssociation GetResolverQueryLogConfigPolicy GetResolverRule GetResolverRuleAssociation
        GetResolverRulePolicy ListFirewallConfigs ListFirewallDomainLists ListFirewallDomains ListFirewallRuleGroupAssociations
        ListFirewallRuleGroups ListFirewallRuleTypes ListFirewallRules ListOutpostResolvers ListResolverConfigs
        ListResolverDnssecConfigs ListResolverEndpointIpAddresses ListResolverEndpoints ListResolverQueryLogConfigAssociations
        ListResolverQueryLogConfigs ListResolverRuleAssociations ListResolverRules ListTagsForResource
    """,
    "s3": """
        GetBucketAbac GetBucketAccelerateConfiguration GetBucketAcl GetBucketAnalyticsConfiguration GetBucketCors
        GetBucketEncryption GetBucketIntelligentTieringConfiguration GetBucketInventoryConfiguration GetBucketLifecycle
        GetBucketLifecycleConfiguration GetBucketLocation GetBucketLogging GetBucketMetadataConfiguration
        GetBucketMetadataTableConfiguration GetBucketMetricsConfiguration GetBucketNotification GetBucketNotificationConfiguration
        GetBucketOwnershipControls GetBucketPolicy GetBucketPolicyStatus GetBucketReplication GetBucketRequestPayment
        GetBucketTagging GetBucketVersioning GetBucketWebsite GetObject GetObjectAcl GetObjectAnnotation GetObjectAttributes
        GetObjectLegalHold GetObjectLockConfiguration GetObjectRetention GetObjectTagging GetObjectTorrent GetPublicAccessBlock
        HeadBucket HeadObject ListBucketAnalyticsConfigurations ListBucketIntelligentTieringConfigurations
        ListBucketInventoryConfigurations ListBucketMetricsConfigurations ListBuckets ListDirectoryBuckets ListMultipartUploads
        ListObjectAnnotations ListObjectVersions ListObjects ListObjectsV2 ListParts SelectObjectContent
    """,
    "s3control": """
        DescribeJob DescribeMultiRegionAccessPointOperation GetAccessGrant GetAccessGrantsInstance
        GetAccessGrantsInstanceForPrefix GetAccessGrantsInstanceResourcePolicy GetAccessGrantsLocation GetAccessPoint
        GetAccessPointConfigurationForObjectLambda GetAccessPointForObjectLambda GetAccessPointPolicy
        GetAccessPointPolicyForObjectLambda GetAccessPointPolicyStatus GetAccessPointPolicyStatusForObjectLambda
        GetAccessPointScope GetBucket GetBucketLifecycleConfiguration GetBucketPolicy GetBucketReplication GetBucketTagging
        GetBucketVersioning GetJobTagging GetMultiRegionAccessPoint GetMultiRegionAccessPointPolicy
        GetMultiRegionAccessPointPolicyStatus GetMultiRegionAccessPointRoutes GetPublicAccessBlock GetStorageLensConfiguration
        GetStorageLensConfigurationTagging GetStorageLensGroup ListAccessGrants ListAccessGrantsInstances
        ListAccessGrantsLocations ListAccessPoints ListAccessPointsForDirectoryBuckets ListAccessPointsForObjectLambda
        ListCallerAccessGrants ListJobs ListMultiRegionAccessPoints ListRegionalBuckets ListStorageLensConfigurations
        ListStorageLensGroups ListTagsForResource
    """,
    "scheduler": """
        GetSchedule GetScheduleGroup ListScheduleGroups ListSchedules ListTagsForResource
    """,
    "secretsmanager": """
        DescribeSecret GetResourcePolicy ListResourcePolicies ListSecretVersionIds ListSecrets ValidateResourcePolicy
    """,
    "servicediscovery": """
        DiscoverInstances DiscoverInstancesRevision GetInstance GetInstancesHealthStatus GetNamespace GetOperation GetService
        GetServiceAttributes ListInstances ListNamespaces ListOperations ListServices ListTagsForResource
    """,
    "ses": """
        DescribeActiveReceiptRuleSet DescribeConfigurationSet DescribeReceiptRule DescribeReceiptRuleSet GetAccountSendingEnabled
        GetCustomVerificationEmailTemplate GetIdentityDkimAttributes GetIdentityMailFromDomainAttributes
        GetIdentityNotificationAttributes GetIdentityPolicies GetIdentityVerificationAttributes GetSendQuota GetSendStatistics
        GetTemplate ListConfigurationSets ListCustomVerificationEmailTemplates ListIdentities ListIdentityPolicies
        ListReceiptFilters ListReceiptRuleSets ListTemplates ListVerifiedEmailAddresses TestRenderTemplate
    """,
    "sns": """
        CheckIfPhoneNumberIsOptedOut GetDataProtectionPolicy GetEndpointAttributes GetPlatformApplicationAttributes
        GetSMSAttributes GetSMSSandboxAccountStatus GetSubscriptionAttributes GetTopicAttributes
        ListEndpointsByPlatformApplication ListOriginationNumbers ListPhoneNumbersOptedOut ListPlatformApplications
        ListSMSSandboxPhoneNumbers ListSubscriptions ListSubscriptionsByTopic ListTagsForResource ListTopics
    """,
    "sqs": """
        GetQueueAttributes GetQueueUrl ListDeadLetterSourceQueues ListMessageMoveTasks ListQueueTags ListQueues
    """,
    "ssm": """
        DescribeActivations DescribeAssociation DescribeAssociationExecutionTargets DescribeAssociationExecutions
        DescribeAutomationExecutions DescribeAutomationStepExecutions DescribeAvailablePatches DescribeDocument
        DescribeDocumentPermission DescribeEffectiveInstanceAssociations DescribeEffectivePatchesForPatchBaseline
        DescribeInstanceAssociationsStatus DescribeInstanceInformation DescribeInstancePatchStates
        DescribeInstancePatchStatesForPatchGroup DescribeInstancePatches DescribeInstanceProperties DescribeInventoryDeletions
        DescribeMaintenanceWindowExecutionTaskInvocations DescribeMaintenanceWindowExecutionTasks
        DescribeMaintenanceWindowExecutions DescribeMaintenanceWindowSchedule DescribeMaintenanceWindowTargets
        DescribeMaintenanceWindowTasks DescribeMaintenanceWindows DescribeMaintenanceWindowsForTarget DescribeOpsItems
        DescribeParameters DescribePatchBaselines DescribePatchGroupState DescribePatchGroups DescribePatchProperties
        DescribeSessions GetAutomationExecution GetCalendarState GetCloudConnector GetCommandInvocation GetConnectionStatus
        GetDefaultPatchBaseline GetDocument GetExecutionPreview GetInventory GetInventorySchema GetMaintenanceWindow
        GetMaintenanceWindowExecution GetMaintenanceWindowExecutionTask GetMaintenanceWindowExecutionTaskInvocation
        GetMaintenanceWindowTask GetOpsItem GetOpsMetadata GetOpsSummary GetParameter GetParameterHistory GetParameters
        GetParametersByPath GetPatchBaseline GetPatchBaselineForPatchGroup GetResourcePolicies GetServiceSetting
        ListAssociationVersions ListAssociations ListCloudConnectors ListCommandInvocations ListCommands ListComplianceItems
        ListComplianceSummaries ListDocumentMetadataHistory ListDocumentVersions ListDocuments ListInventoryEntries ListNodes
        ListNodesSummary ListOpsItemEvents ListOpsItemRelatedItems ListOpsMetadata ListResourceComplianceSummaries
        ListResourceDataSync ListTagsForResource
    """,
    "sso": """
        ListAccountRoles ListAccounts
    """,
    "stepfunctions": """
        DescribeActivity DescribeExecution DescribeMapRun DescribeStateMachine DescribeStateMachineAlias
        DescribeStateMachineForExecution GetExecutionHistory ListActivities ListExecutions ListMapRuns ListStateMachineAliases
        ListStateMachineVersions ListStateMachines ListTagsForResource ValidateStateMachineDefinition
    """,
    "storagegateway": """
        DescribeAvailabilityMonitorTest DescribeBandwidthRateLimit DescribeBandwidthRateLimitSchedule DescribeCache
        DescribeCacheReport DescribeCachediSCSIVolumes DescribeChapCredentials DescribeFileSystemAssociations
        DescribeGatewayInformation DescribeMaintenanceStartTime DescribeNFSFileShares DescribeSMBFileShares DescribeSMBSettings
        DescribeSnapshotSchedule DescribeStorediSCSIVolumes DescribeTapeArchives DescribeTapeRecoveryPoints DescribeTapes
        DescribeUploadBuffer DescribeVTLDevices DescribeWorkingStorage ListAutomaticTapeCreationPolicies ListCacheReports
        ListFileShares ListFileSystemAssociations ListGateways ListLocalDisks ListTagsForResource ListTapePools ListTapes
        ListVolumeInitiators ListVolumeRecoveryPoints ListVolumes
    """,
    "sts": """
        DecodeAuthorizationMessage GetAccessKeyInfo GetCallerIdentity
    """,
    "wafv2": """
        CheckCapacity DescribeAllManagedProducts DescribeManagedProductsByVendor DescribeManagedRuleGroup GetDecryptedAPIKey
        GetIPSet GetLoggingConfiguration GetManagedRuleSet GetMobileSdkRelease GetPermissionPolicy
        GetRateBasedStatementManagedKeys GetRegexPatternSet GetRevenueStatistics GetRevenueStatisticsSummary
        GetRevenueStatisticsTimeSeries GetRuleGroup GetSampledRequests GetTopPathStatisticsByTraffic GetWebACL
        GetWebACLForResource ListAPIKeys ListAvailableManagedRuleGroupVersions ListAvailableManagedRuleGroups ListIPSets
        ListLoggingConfigurations ListManagedRuleSets ListMobileSdkReleases ListRegexPatternSets ListResourcesForWebACL
        ListRuleGroups ListSettlementRecords ListTagsForResource ListWebACLs
    """,
    "xray": """
        BatchGetTraces GetEncryptionConfig GetGroup GetGroups GetIndexingRules GetInsight GetInsightEvents GetInsightImpactGraph
        GetInsightSummaries GetRetrievedTracesGraph GetSamplingRules GetSamplingStatisticSummaries GetServiceGraph
        GetTimeSeriesServiceStatistics GetTraceGraph GetTraceSegmentDestination GetTraceSummaries ListResourcePolicies
        ListRetrievedTraces ListTagsForResource
    """,
}

READS: Mapping[str, frozenset[str]] = {
    service: frozenset(_REVIEWED.get(service, "").split()) | {name for its, name in _ARGUED if its == service}
    for service in sorted({*_REVIEWED, *(service for service, _name in _ARGUED)})
}


def is_read(service: str, operation: str) -> bool:
    """Whether this operation, for instance C(DescribeVpcs) of C(ec2), is known to change nothing."""
    return operation in READS.get(service, frozenset())
