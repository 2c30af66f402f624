//! What every command needs to look.

use headset_core::{Secret, arn};
use headset_kinds::appstream::{FleetSpec, ImageBuilderSpec};
use headset_kinds::ec2::VpcEndpointSpec;
use headset_kinds::iam::{PolicySpec, RoleSpec};
use headset_kinds::identity_center::ApplicationSpec;
use headset_kinds::names;
use headset_kinds::regions::Identity;
use headset_kinds::s3::StateBucketSpec;

use super::asked::StatePlace;
use super::document::Statement;
use super::scope::Scope;

/// Lists, which AWS gives whole or not at all.
const LISTS: [&str; 23] = [
    "application-autoscaling:DescribeScalableTargets",
    "application-autoscaling:DescribeScalingPolicies",
    "application-autoscaling:DescribeScheduledActions",
    "appstream:DescribeFleets",
    "appstream:DescribeImageBuilders",
    "appstream:DescribeImages",
    "appstream:DescribeStacks",
    "appstream:DescribeUsageReportSubscriptions",
    "appstream:DescribeUserStackAssociations",
    "appstream:DescribeUsers",
    "appstream:ListTagsForResource",
    "cloudfront:ListDistributions",
    // The event history, of which no part can be named.
    "cloudtrail:LookupEvents",
    "connect:ListInstances",
    // The reference names no instance among what this action is about.
    "connect:ListTagsForResource",
    "ds:DescribeDirectories",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeVpcEndpoints",
    "iam:ListOpenIDConnectProviders",
    "iam:ListPolicies",
    "iam:ListRoles",
    "iam:ListSAMLProviders",
    // The index of tags, of which no part can be named.
    "tag:GetResources",
];

/// What stands in an instance.
const INSTANCE: [&str; 19] = [
    "connect:DescribeHoursOfOperation",
    "connect:DescribeInstance",
    "connect:DescribeInstanceAttribute",
    "connect:DescribeQueue",
    "connect:DescribeUser",
    "connect:ListApprovedOrigins",
    "connect:ListHoursOfOperationOverrides",
    "connect:ListHoursOfOperations",
    "connect:ListInstanceAttributes",
    "connect:ListQueues",
    "connect:ListRoutingProfiles",
    "connect:ListSecurityProfiles",
    "connect:ListUserProficiencies",
    "connect:ListUsers",
    "connect:SearchHoursOfOperations",
    "connect:SearchQueues",
    "connect:SearchUsers",
    "connect:DescribeRoutingProfile",
    "connect:SearchRoutingProfiles",
];

/// What a bucket is like.
const BUCKET: [&str; 8] = [
    "s3:GetBucketCORS",
    "s3:GetBucketOwnershipControls",
    "s3:GetBucketPolicy",
    "s3:GetBucketPublicAccessBlock",
    "s3:GetBucketTagging",
    "s3:GetBucketWebsite",
    "s3:GetEncryptionConfiguration",
    "s3:ListBucket",
];

/// What `verify` does beyond looking: it asks for the address of a session, and opens none.
pub(super) fn verify(scope: &Scope<'_>) -> Vec<Statement> {
    let address = ["appstream:CreateStreamingURL"];
    let of = |sid, arns: Vec<String>| (!arns.is_empty()).then(|| Statement::allow(sid, address).on(arns));
    let own = of("SessionAddress", scope.streamed()).map(|own| scope.tagged(own));
    let mut statements: Vec<Statement> = own
        .into_iter()
        .chain(of("LinkedSessionAddress", scope.linked_desktops()))
        .collect();
    if scope.splits_panel() {
        statements
            .push(Statement::allow("AuthenticationProfiles", AUTHENTICATION_PROFILES).on(scope.instances()));
    }
    // `--user`: what keeps a person from calls and desktops. `--call`: whether there is such a call.
    statements.push(
        Statement::allow(
            "Agents",
            [
                "connect:DescribeContact",
                "connect:ListRoutingProfileQueues",
                "connect:ListSecurityProfilePermissions",
            ],
        )
        .on(scope.instances()),
    );
    // The roles' boundaries, and what others have attached to them: no list says beforehand what that is.
    if scope.makes(RoleSpec::KIND) {
        let own = scope.iam("policy/*");
        let of_aws = scope.arn_of("iam", "", "aws", "policy/*");
        let all = scope.boundaries().into_iter().chain([own, of_aws]);
        statements.push(Statement::allow("RolePolicies", ["iam:GetPolicy", "iam:GetPolicyVersion"]).on(all));
    }
    statements
}

/// What tells whether inactive agents are logged out.
const AUTHENTICATION_PROFILES: [&str; 2] = [
    "connect:DescribeAuthenticationProfile",
    "connect:ListAuthenticationProfiles",
];

/// What `verify` looks at in IAM Identity Center beyond what a plan does: who is in the groups that are assigned, and whether
/// an assignment is needed.
pub(super) fn members(scope: &Scope<'_>) -> Vec<Statement> {
    let statement = Statement::allow("Members", ["identitystore:ListGroupMemberships"]).on([
        scope.arn_of("identitystore", "", "*", "identitystore/*"),
        scope.arn_of("identitystore", "", "", "group/*"),
        scope.arn_of("identitystore", "", "", "membership/*"),
    ]);
    let required = Statement::allow("Assignment", ["sso:GetApplicationAssignmentConfiguration"])
        .on([scope.arn_of("sso", "", "*", "application/*")]);
    match scope.makes(ApplicationSpec::KIND) {
        true => vec![statement, required],
        false => Vec::new(),
    }
}

/// What a bucket with states is like.
const STATE_BUCKET: [&str; 9] = [
    "s3:GetBucketOwnershipControls",
    "s3:GetBucketPolicy",
    "s3:GetBucketPublicAccessBlock",
    "s3:GetBucketTagging",
    "s3:GetBucketVersioning",
    "s3:GetEncryptionConfiguration",
    "s3:GetLifecycleConfiguration",
    "s3:ListBucket",
    "s3:ListBucketVersions",
];

/// Everything that a plan looks at.
pub(super) fn all(scope: &Scope<'_>) -> Vec<Statement> {
    let mut statements = vec![
        Statement::allow(
            "Lists",
            LISTS
                .into_iter()
                .chain(["s3:GetAccountPublicAccessBlock", "s3:ListAllMyBuckets"]),
        )
        .on_everything(),
        Statement::allow(
            "Desktops",
            [
                "appstream:DescribeEntitlements",
                "appstream:DescribeImagePermissions",
                "appstream:DescribeSessions",
                "appstream:DescribeThemeForStack",
                "appstream:ListAssociatedFleets",
                "appstream:ListAssociatedStacks",
                "appstream:ListEntitledApplications",
            ],
        )
        .on(scope.machines())
        .on(scope.images())
        .on(scope.linked_desktops()),
        Statement::allow("Instances", INSTANCE).on(scope.instances()),
        Statement::allow("PhoneNumbers", ["connect:ListPhoneNumbersV2"])
            .on([scope.connect("phone-number/*")]),
        Statement::allow(
            "Roles",
            [
                "iam:GetRole",
                "iam:GetRolePolicy",
                "iam:ListAttachedRolePolicies",
                "iam:ListRolePolicies",
            ],
        )
        .on(scope.role_patterns())
        // Of a role that is not there, IAM does not know the path.
        .on(scope.service_roles().into_iter().flat_map(|(path, name)| {
            [
                scope.iam(&format!("role{path}{name}")),
                scope.iam(&format!("role/{name}")),
            ]
        })),
        // What carries the environment's tag, wherever state is lost.
        Statement::allow(
            "SearchByTags",
            [
                "iam:GetOpenIDConnectProvider",
                "iam:GetSAMLProvider",
                "iam:ListOpenIDConnectProviderTags",
                "iam:ListPolicyTags",
                "iam:ListRoleTags",
                "iam:ListSAMLProviderTags",
            ],
        )
        .on(["oidc-provider/*", "role/*", "saml-provider/*"].map(|all| scope.iam(all)))
        .on([scope.iam(&format!("policy/{}*", names::POLICIES))]),
        scope.in_account(
            Statement::allow("SearchBuckets", ["s3:GetBucketTagging"]).on([scope.arn_of("s3", "", "", "*")]),
        ),
        scope.in_account(Statement::allow("Buckets", BUCKET).on(scope.buckets())),
        scope.in_account(
            Statement::allow("Objects", ["s3:GetObject"])
                .on(scope.buckets().iter().map(|bucket| format!("{bucket}/*"))),
        ),
    ];
    if scope.makes(PolicySpec::KIND) {
        statements.push(
            Statement::allow(
                "Policies",
                [
                    "iam:GetPolicy",
                    "iam:GetPolicyVersion",
                    "iam:ListEntitiesForPolicy",
                ],
            )
            .on(scope.policies()),
        );
    }
    // What not every blueprint asks for: state may still have it of one that did.
    statements.extend([
        Statement::allow(
            "EdgeLists",
            [
                "cloudfront:ListOriginAccessControls",
                "cloudfront:ListResponseHeadersPolicies",
            ],
        )
        .on_everything(),
        Statement::allow(
            "Distributions",
            ["cloudfront:GetDistribution", "cloudfront:ListTagsForResource"],
        )
        .on([scope.cloudfront("distribution/*")]),
        Statement::allow("AccessControls", ["cloudfront:GetOriginAccessControl"])
            .on([scope.cloudfront("origin-access-control/*")]),
        Statement::allow("HeadersPolicies", ["cloudfront:GetResponseHeadersPolicy"])
            .on([scope.cloudfront("response-headers-policy/*")]),
    ]);
    if scope.names_prefix_lists() {
        statements.push(Statement::allow("PrefixLists", ["ec2:DescribeManagedPrefixLists"]).on_everything());
    }
    if [FleetSpec::KIND, ImageBuilderSpec::KIND, VpcEndpointSpec::KIND]
        .into_iter()
        .any(|kind| scope.makes(kind))
    {
        statements.extend([
            Statement::allow(
                "Networks",
                [
                    "ec2:DescribeRouteTables",
                    "ec2:DescribeSubnets",
                    "ec2:DescribeVpcs",
                ],
            )
            .on_everything(),
            Statement::allow("NetworkAttributes", ["ec2:DescribeVpcAttribute"]).on([scope.arn(
                "ec2",
                scope.appstream_region(),
                "vpc/*",
            )]),
        ]);
    }
    if scope.makes(StateBucketSpec::KIND) {
        statements
            .push(scope.in_account(Statement::allow("StateBuckets", STATE_BUCKET).on(scope.state_buckets())));
    }
    let targets = scope.arn(
        "application-autoscaling",
        scope.appstream_region(),
        "scalable-target/*",
    );
    statements
        .push(Statement::allow("Targets", ["application-autoscaling:ListTagsForResource"]).on([targets]));
    if let Identity::Role(role) = scope.identity() {
        statements.push(Statement::allow("IdentityCenterElsewhere", ["sts:AssumeRole"]).on([role.clone()]));
    }
    statements.extend(scope.state().into_iter().flat_map(|place| state(scope, place)));
    statements
}

/// What is looked at in IAM Identity Center, by whom reaches it.
pub(super) fn identity_center(scope: &Scope<'_>) -> Vec<Statement> {
    vec![
        Statement::allow("Applications", ["sso:ListApplications", "sso:ListInstances"]).on_everything(),
        Statement::allow(
            "Application",
            ["sso:DescribeApplication", "sso:ListApplicationAssignments"],
        )
        .on([scope.arn_of("sso", "", "*", "application/*")]),
        Statement::allow(
            "Directory",
            [
                "identitystore:DescribeGroup",
                "identitystore:DescribeUser",
                "identitystore:GetGroupId",
                "identitystore:GetUserId",
            ],
        )
        .on([
            scope.arn_of("identitystore", "", "*", "identitystore/*"),
            scope.arn_of("identitystore", "", "", "group/*"),
            scope.arn_of("identitystore", "", "", "user/*"),
        ]),
    ]
}

/// Reading the environment's state from a bucket. Which others have one there can be listed, but not read.
fn state(scope: &Scope<'_>, place: &StatePlace) -> Vec<Statement> {
    let bucket = scope.arn_of("s3", "", "", &place.bucket);
    let mut statements = vec![
        Statement::allow("ListStates", ["s3:ListBucket"])
            .on([bucket])
            // A read of an object that is not there yet asks for this permission, too, and names no prefix: else S3 answers
            // that access is denied, and not that the object is missing.
            .when("StringLikeIfExists", "s3:prefix", [format!("{}*", place.prefix)]),
        Statement::allow("ReadStates", ["s3:GetObject"]).on([scope.own_states(place)]),
    ];
    statements.extend(key(scope, place, "DecryptStates", ["kms:Decrypt"]));
    statements
}

/// The use of the key that encrypts states, by S3 alone.
pub(super) fn key<const N: usize>(
    scope: &Scope<'_>,
    place: &StatePlace,
    sid: &str,
    actions: [&str; N],
) -> Option<Statement> {
    let key = place.kms_key.as_deref()?;
    let through = format!("s3.{}.{}", place.region, scope.suffix());
    let statement = Statement::allow(sid, actions).when("StringEquals", "kms:ViaService", [through]);
    Some(match (arn::is_meant(key), key.strip_prefix("alias/")) {
        (true, _) => statement.on([key.to_owned()]),
        (false, None) => statement.on([scope.arn("kms", &place.region, &format!("key/{key}"))]),
        // A policy cannot name a key by its alias, but can ask for keys that have it.
        (false, Some(_)) => statement.on([scope.arn("kms", &place.region, "key/*")]).when(
            "ForAnyValue:StringEquals",
            "kms:ResourceAliases",
            [key],
        ),
    })
}

/// Reading the secrets and parameters that the blueprint names, and no others.
pub(super) fn secrets(scope: &Scope<'_>) -> Vec<Statement> {
    let (mut secrets, mut parameters) = (Vec::new(), Vec::new());
    for secret in scope.secrets() {
        match secret {
            // Secrets Manager adds six characters to the name.
            Secret::SecretsManager(name) if !arn::is_meant(&name) => {
                secrets.push(scope.arn("secretsmanager", scope.region(), &format!("secret:{name}-??????")));
            }
            Secret::SecretsManager(arn) => secrets.push(arn),
            Secret::Parameter(name) if !arn::is_meant(&name) => {
                let name = name.trim_start_matches('/');
                parameters.push(scope.arn("ssm", scope.region(), &format!("parameter/{name}")));
            }
            Secret::Parameter(arn) => parameters.push(arn),
            Secret::Env(_) | Secret::File(_) | Secret::Existing => {}
        }
    }
    vec![
        Statement::allow("Secrets", ["secretsmanager:GetSecretValue"]).on(secrets),
        Statement::allow("Parameters", ["ssm:GetParameter"]).on(parameters),
    ]
}
