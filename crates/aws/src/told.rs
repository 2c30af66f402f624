//! What AWS always sends in its answers, operation by operation.

/// What has to be in a successful answer to this operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// The service.
    pub service: &'static str,
    /// The operation.
    pub operation: &'static str,
    /// Its members, each as a path: `a.b` is `b` in `a`, and `a[].b` is `b` in every element of `a`.
    pub members: &'static [&'static str],
}

/// Whether an operation only reads.
pub(super) fn is_read(service: &str, operation: &str) -> bool {
    let mut rows = TOLD.iter();
    rows.any(|told| (told.service, told.operation) == (service, operation))
}

const fn told(service: &'static str, operation: &'static str, members: &'static [&'static str]) -> Told {
    Told {
        service,
        operation,
        members,
    }
}

/// What AWS always sends, for every operation that reads. A list is demanded although it may be empty: an answer
/// without it says nothing about what is there.
///
/// Assumption: `answers.empty-lists`. AWS's models call few members of answers required. What clients of AWS rely on
/// decides here: they read these lists without asking whether they came. The flattened lists of S3 (`Version`, `Upload`)
/// are left out where they are empty, so that `IsTruncated` is demanded beside them. Tags that come with a description
/// are not demanded, since IAM and Connect may leave them out where there are none: they are asked for by themselves.
pub const TOLD: &[Told] = &[
    told(
        "appstream",
        "DescribeEntitlements",
        &[
            "Entitlements[].Name",
            "Entitlements[].StackName",
            "Entitlements[].AppVisibility",
            "Entitlements[].Attributes",
        ],
    ),
    told("appstream", "DescribeFleets", &["Fleets[].Name", "Fleets[].Arn"]),
    told(
        "appstream",
        "DescribeImageBuilders",
        &["ImageBuilders[].Name", "ImageBuilders[].Arn"],
    ),
    told(
        "appstream",
        "DescribeImagePermissions",
        &["SharedImagePermissionsList[].sharedAccountId"],
    ),
    told("appstream", "DescribeImages", &["Images[].Name", "Images[].Arn"]),
    told("appstream", "DescribeSessions", &["Sessions[].Id"]),
    told("appstream", "DescribeStacks", &["Stacks[].Name", "Stacks[].Arn"]),
    told("appstream", "DescribeThemeForStack", &["Theme"]),
    told(
        "appstream",
        "DescribeUsageReportSubscriptions",
        &["UsageReportSubscriptions"],
    ),
    told(
        "appstream",
        "DescribeUserStackAssociations",
        &["UserStackAssociations[].UserName"],
    ),
    told("appstream", "DescribeUsers", &["Users[].UserName"]),
    told("appstream", "ListAssociatedFleets", &["Names"]),
    told("appstream", "ListAssociatedStacks", &["Names"]),
    told(
        "appstream",
        "ListEntitledApplications",
        &["EntitledApplications[].ApplicationIdentifier"],
    ),
    told("appstream", "ListTagsForResource", &["Tags"]),
    told("appstream", "CreateImageBuilderStreamingURL", &["StreamingURL"]),
    told(
        "application-autoscaling",
        "DescribeScalableTargets",
        &["ScalableTargets[].ResourceId"],
    ),
    told(
        "application-autoscaling",
        "DescribeScalingPolicies",
        &["ScalingPolicies[].ResourceId"],
    ),
    told(
        "application-autoscaling",
        "DescribeScheduledActions",
        &["ScheduledActions[].ResourceId"],
    ),
    told("application-autoscaling", "ListTagsForResource", &["Tags"]),
    told("cloudfront", "CreateDistributionWithTags", &["Id", "ARN"]),
    told("cloudfront", "CreateOriginAccessControl", &["Id"]),
    told("cloudfront", "CreateResponseHeadersPolicy", &["Id"]),
    told(
        "cloudfront",
        "GetDistribution",
        &["Id", "ARN", "Status", "DomainName", "DistributionConfig.Origins"],
    ),
    told(
        "cloudfront",
        "GetOriginAccessControl",
        &["Id", "OriginAccessControlConfig.Name"],
    ),
    told(
        "cloudfront",
        "GetResponseHeadersPolicy",
        &["Id", "ResponseHeadersPolicyConfig.Name"],
    ),
    // The lists leave their items out where there are none.
    told("cloudfront", "ListDistributions", &["Quantity", "IsTruncated"]),
    told(
        "cloudfront",
        "ListOriginAccessControls",
        &["Quantity", "IsTruncated"],
    ),
    told("cloudfront", "ListResponseHeadersPolicies", &["Quantity"]),
    told("cloudfront", "ListTagsForResource", &["Items"]),
    told("connect", "CreateHoursOfOperation", &["HoursOfOperationId"]),
    told(
        "connect",
        "CreateHoursOfOperationOverride",
        &["HoursOfOperationOverrideId"],
    ),
    told("connect", "CreateInstance", &["Id"]),
    told("connect", "CreateQueue", &["QueueId"]),
    told("connect", "CreateUser", &["UserId"]),
    told(
        "connect",
        "DescribeAuthenticationProfile",
        &["AuthenticationProfile.Id"],
    ),
    told("connect", "DescribeContact", &["Contact.Id"]),
    told(
        "connect",
        "DescribeHoursOfOperation",
        &[
            "HoursOfOperation.HoursOfOperationId",
            "HoursOfOperation.HoursOfOperationArn",
            "HoursOfOperation.Config",
        ],
    ),
    told("connect", "DescribeInstance", &["Instance.Id", "Instance.Arn"]),
    told("connect", "DescribeQueue", &["Queue.QueueId", "Queue.QueueArn"]),
    told(
        "connect",
        "DescribeRoutingProfile",
        &["RoutingProfile.RoutingProfileId"],
    ),
    told("connect", "DescribeUser", &["User.Id", "User.Arn"]),
    told("connect", "GetFederationToken", &["UserId"]),
    told("connect", "ListApprovedOrigins", &["Origins"]),
    told(
        "connect",
        "ListAuthenticationProfiles",
        &["AuthenticationProfileSummaryList[].Id"],
    ),
    told(
        "connect",
        "ListHoursOfOperationOverrides",
        &["HoursOfOperationOverrideList"],
    ),
    told(
        "connect",
        "ListHoursOfOperations",
        &[
            "HoursOfOperationSummaryList[].Id",
            "HoursOfOperationSummaryList[].Name",
        ],
    ),
    told("connect", "DescribeInstanceAttribute", &["Attribute"]),
    told("connect", "ListInstanceAttributes", &["Attributes"]),
    told("connect", "ListInstanceStorageConfigs", &[]),
    told("connect", "ListInstances", &["InstanceSummaryList[].Id"]),
    told("connect", "ListPhoneNumbersV2", &["ListPhoneNumbersSummaryList"]),
    told(
        "connect",
        "ListQueues",
        &["QueueSummaryList[].Id", "QueueSummaryList[].Name"],
    ),
    told(
        "connect",
        "ListRoutingProfileQueues",
        &["RoutingProfileQueueConfigSummaryList[].QueueId"],
    ),
    told(
        "connect",
        "ListRoutingProfiles",
        &["RoutingProfileSummaryList[].Id"],
    ),
    told("connect", "ListSecurityProfilePermissions", &["Permissions"]),
    told(
        "connect",
        "ListSecurityProfiles",
        &["SecurityProfileSummaryList[].Id"],
    ),
    told("connect", "ListTagsForResource", &["tags"]),
    told(
        "connect",
        "ListUsers",
        &["UserSummaryList[].Id", "UserSummaryList[].Username"],
    ),
    told(
        "connect",
        "SearchHoursOfOperations",
        &[
            "HoursOfOperations[].HoursOfOperationId",
            "HoursOfOperations[].HoursOfOperationArn",
            "HoursOfOperations[].Name",
            "HoursOfOperations[].Config",
        ],
    ),
    told(
        "connect",
        "SearchQueues",
        &["Queues[].QueueId", "Queues[].QueueArn", "Queues[].Name"],
    ),
    told("connect", "SearchRoutingProfiles", &["RoutingProfiles[].Name"]),
    told(
        "connect",
        "SearchUsers",
        &["Users[].Id", "Users[].Arn", "Users[].Username"],
    ),
    told("iam", "CreateSAMLProvider", &["SAMLProviderArn"]),
    told(
        "iam",
        "CreateOpenIDConnectProvider",
        &["OpenIDConnectProviderArn"],
    ),
    told("iam", "CreatePolicy", &["Policy.Arn"]),
    told("iam", "GetOpenIDConnectProvider", &["Url"]),
    told("iam", "GetPolicy", &["Policy.Arn", "Policy.DefaultVersionId"]),
    told("iam", "GetPolicyVersion", &["PolicyVersion.Document"]),
    told("iam", "GetRole", &["Role.RoleName", "Role.Arn"]),
    told("iam", "GetRolePolicy", &["PolicyDocument"]),
    told("iam", "GetSAMLProvider", &["SAMLMetadataDocument"]),
    told("iam", "ListAttachedRolePolicies", &["AttachedPolicies"]),
    told(
        "iam",
        "ListEntitiesForPolicy",
        &["PolicyGroups", "PolicyRoles", "PolicyUsers"],
    ),
    told(
        "iam",
        "ListOpenIDConnectProviders",
        &["OpenIDConnectProviderList"],
    ),
    told("iam", "ListOpenIDConnectProviderTags", &["Tags"]),
    told("iam", "ListPolicies", &["Policies"]),
    told("iam", "ListPolicyTags", &["Tags"]),
    told("iam", "ListPolicyVersions", &["Versions"]),
    told("iam", "ListRolePolicies", &["PolicyNames"]),
    told("iam", "ListRoles", &["Roles"]),
    told("iam", "ListRoleTags", &["Tags"]),
    told("iam", "ListSAMLProviderTags", &["Tags"]),
    told("iam", "ListSAMLProviders", &["SAMLProviderList"]),
    told("identitystore", "DescribeGroup", &["GroupId", "DisplayName"]),
    told("identitystore", "DescribeUser", &["UserId", "UserName"]),
    told("identitystore", "GetGroupId", &["GroupId"]),
    told("identitystore", "GetUserId", &["UserId"]),
    told(
        "identitystore",
        "ListGroupMemberships",
        &["GroupMemberships[].MembershipId"],
    ),
    told(
        "resourcegroupstaggingapi",
        "GetResources",
        &["ResourceTagMappingList"],
    ),
    told("s3", "GetBucketCors", &["CORSRule"]),
    told("s3", "GetBucketEncryption", &["Rule"]),
    told("s3", "GetBucketLifecycleConfiguration", &["Rule"]),
    told("s3", "GetBucketOwnershipControls", &["Rule"]),
    // A document of the bucket's owner, in no form that S3 would answer for.
    told("s3", "GetBucketPolicy", &[]),
    told("s3", "GetBucketTagging", &["TagSet"]),
    // Of a bucket that was never versioned, S3 says nothing.
    told("s3", "GetBucketVersioning", &[]),
    // Which of its members there are depends on what was configured.
    told("s3", "GetBucketWebsite", &[]),
    // The content of an object may be anything, also nothing.
    told("s3", "GetObject", &[]),
    // Of its four switches S3 may leave out those that are off.
    told("s3", "GetPublicAccessBlock", &[]),
    // Answers to HEAD have no body.
    told("s3control", "GetPublicAccessBlock", &[]),
    told("s3", "HeadBucket", &[]),
    told("s3", "HeadObject", &[]),
    told("s3", "ListBuckets", &["Buckets"]),
    told("s3", "ListMultipartUploads", &["IsTruncated"]),
    told("s3", "ListObjectVersions", &["IsTruncated"]),
    told("s3", "ListObjectsV2", &["IsTruncated"]),
    told("cloudtrail", "LookupEvents", &["Events"]),
    told("ec2", "DescribeManagedPrefixLists", &["prefixListSet"]),
    told("ec2", "DescribeRouteTables", &["routeTableSet"]),
    told("ec2", "DescribeSecurityGroups", &["securityGroupInfo"]),
    told("ec2", "DescribeSubnets", &["subnetSet"]),
    told("ec2", "DescribeVpcAttribute", &["vpcId"]),
    told("ec2", "DescribeVpcEndpoints", &["vpcEndpointSet"]),
    told("ec2", "DescribeVpcs", &["vpcSet"]),
    told("secretsmanager", "GetSecretValue", &["ARN"]),
    told("ssm", "GetParameter", &["Parameter.Value"]),
    told("sso-admin", "DescribeApplication", &["ApplicationArn"]),
    told(
        "sso-admin",
        "GetApplicationAssignmentConfiguration",
        &["AssignmentRequired"],
    ),
    told(
        "sso-admin",
        "ListApplicationAssignments",
        &["ApplicationAssignments[].PrincipalId"],
    ),
    told(
        "sso-admin",
        "ListApplications",
        &["Applications[].ApplicationArn", "Applications[].Name"],
    ),
    told(
        "sso-admin",
        "ListInstances",
        &["Instances[].InstanceArn", "Instances[].IdentityStoreId"],
    ),
    told(
        "sts",
        "AssumeRole",
        &["Credentials.AccessKeyId", "Credentials.SessionToken"],
    ),
    told("sts", "GetCallerIdentity", &["Account", "Arn"]),
];
