//! What `apply` needs to make and change things, and what checkpoints need.

use headset_kinds::appstream::{
    FleetSpec, ImageBuilderSpec, StackSpec, UsageReportSpec, UserSpec as PoolUserSpec,
};
use headset_kinds::autoscaling::FleetScalingSpec;
use headset_kinds::connect::{ApprovedOriginSpec, HoursOfOperationSpec, InstanceSpec, QueueSpec, UserSpec};
use headset_kinds::iam::{RoleSpec, SamlProviderSpec};
use headset_kinds::identity_center::AssignmentSpec;
use headset_kinds::regions::Identity;

use super::asked::StatePlace;
use super::document::Statement;
use super::network;
use super::reads;
use super::scope::Scope;

/// Everything that an apply changes.
pub(super) fn all(scope: &Scope<'_>) -> Vec<Statement> {
    let mut statements = desktops(scope);
    statements.extend(scaling(scope));
    statements.extend(network::all(scope));
    statements.extend(contact_center(scope));
    statements.extend(pages(scope));
    if scope.makes_edges() {
        statements.extend(edges(scope));
    }
    statements.extend(sign_in(scope));
    statements.extend(reads::secrets(scope));
    statements.extend(scope.state().into_iter().flat_map(|place| state(scope, place)));
    statements
}

/// What a checkpoint takes besides looking: a URL to the builder that a person works on, and answers that are kept.
pub(super) fn checkpoint(scope: &Scope<'_>) -> Vec<Statement> {
    let mut statements = Vec::new();
    if scope.makes(ImageBuilderSpec::KIND) {
        statements.push(
            scope.tagged(
                Statement::allow("OpenBuilder", ["appstream:CreateImageBuilderStreamingURL"])
                    .on([scope.appstream("image-builder/*")]),
            ),
        );
    }
    statements.extend(scope.state().into_iter().flat_map(|place| state(scope, place)));
    statements
}

/// Writing the environment's state to a bucket: state, lease, answers and records come and go. What other environments have
/// there is out of reach: who writes their answers chooses what their identity provider is.
pub(super) fn state(scope: &Scope<'_>, place: &StatePlace) -> Vec<Statement> {
    let mut statements = vec![
        Statement::allow("WriteStates", ["s3:DeleteObject", "s3:PutObject"]).on([scope.own_states(place)]),
    ];
    statements.extend(reads::key(scope, place, "EncryptStates", ["kms:GenerateDataKey"]));
    statements
}

fn desktops(scope: &Scope<'_>) -> Vec<Statement> {
    let made: Vec<&str> = [
        (FleetSpec::KIND, "appstream:CreateFleet"),
        (StackSpec::KIND, "appstream:CreateStack"),
        (ImageBuilderSpec::KIND, "appstream:CreateImageBuilder"),
    ]
    .into_iter()
    .filter(|(kind, _)| scope.makes(*kind))
    .map(|(_, action)| action)
    .collect();
    let mut statements = Vec::new();
    let images = [
        "appstream:CreateFleet",
        "appstream:CreateImageBuilder",
        "appstream:UpdateFleet",
        "appstream:UpdateImageBuilder",
    ];
    if !made.is_empty() {
        statements.extend([
            scope.tagging(
                Statement::allow(
                    "MakeDesktops",
                    made.iter().copied().chain(["appstream:TagResource"]),
                )
                .on(scope.machines()),
            ),
            // What a person captured has the tags that the worksheet gave.
            scope.tagging(Statement::allow("TagImages", ["appstream:TagResource"]).on(scope.images())),
            scope.tagging(
                Statement::allow("UpdateImages", ["appstream:CreateUpdatedImage"]).on(scope.images()),
            ),
            Statement::allow("StartFromImages", images)
                .on(scope.images())
                .on(scope.foreign_images()),
            scope.tagged(
                Statement::allow(
                    "ChangeDesktops",
                    [
                        "appstream:AssociateApplicationToEntitlement",
                        "appstream:AssociateFleet",
                        "appstream:BatchAssociateUserStack",
                        "appstream:CreateEntitlement",
                        "appstream:CreateImageBuilderStreamingURL",
                        "appstream:CreateThemeForStack",
                        "appstream:DeleteImagePermissions",
                        "appstream:DisassociateApplicationFromEntitlement",
                        "appstream:StartFleet",
                        "appstream:StartImageBuilder",
                        "appstream:StopFleet",
                        "appstream:StopImageBuilder",
                        "appstream:TagResource",
                        "appstream:UntagResource",
                        "appstream:UpdateEntitlement",
                        "appstream:UpdateFleet",
                        "appstream:UpdateImageBuilder",
                        "appstream:UpdateImagePermissions",
                        "appstream:UpdateStack",
                        "appstream:UpdateThemeForStack",
                    ],
                )
                .on(scope.any_desktop()),
            ),
        ]);
    }
    statements.extend([
        Statement::allow(
            "LinkedDesktops",
            ["appstream:AssociateFleet", "appstream:BatchAssociateUserStack"],
        )
        .on(scope.linked_desktops()),
        Statement::allow("CopyImages", ["appstream:CopyImage"]).on(scope.copied_images()),
        scope.tagging(
            Statement::allow("ImportImages", ["appstream:CreateImportedImage"]).on(scope.imported_images()),
        ),
        Statement::allow("ThemeObjects", ["s3:GetObject"]).on(scope.theme_objects()),
        Statement::allow("MachineRoles", ["iam:PassRole"])
            .on(scope.passed_roles())
            .when("StringEquals", "iam:PassedToService", ["appstream.amazonaws.com"]),
    ]);
    if scope.makes(PoolUserSpec::KIND) {
        statements.push(
            Statement::allow(
                "UserPool",
                [
                    "appstream:CreateUser",
                    "appstream:DisableUser",
                    "appstream:EnableUser",
                ],
            )
            .on_everything(),
        );
    }
    if scope.makes(UsageReportSpec::KIND) {
        statements.push(
            Statement::allow("UsageReports", ["appstream:CreateUsageReportSubscription"]).on_everything(),
        );
    }
    statements
}

/// The service that Application Auto Scaling's own role for fleets belongs to.
const SCALING: &str = "appstream.application-autoscaling.amazonaws.com";

fn scaling(scope: &Scope<'_>) -> Vec<Statement> {
    if !scope.makes(FleetScalingSpec::KIND) {
        return Vec::new();
    }
    let region = scope.appstream_region();
    let targets = || [scope.arn("application-autoscaling", region, "scalable-target/*")];
    vec![
        scope.not_anothers(
            Statement::allow(
                "Scale",
                [
                    "application-autoscaling:DeleteScalingPolicy",
                    "application-autoscaling:DeleteScheduledAction",
                    "application-autoscaling:PutScalingPolicy",
                    "application-autoscaling:PutScheduledAction",
                    "application-autoscaling:RegisterScalableTarget",
                ],
            )
            .on(targets())
            .when(
                "StringEquals",
                "application-autoscaling:service-namespace",
                ["appstream"],
            ),
        ),
        scope.tagging(Statement::allow("TagTargets", ["application-autoscaling:TagResource"]).on(targets())),
        scope.tagged(
            Statement::allow(
                "ChangeTargets",
                [
                    "application-autoscaling:TagResource",
                    "application-autoscaling:UntagResource",
                ],
            )
            .on(targets()),
        ),
        // A policy that tracks a target keeps its alarms with the caller's permissions.
        Statement::allow(
            "ScalingAlarms",
            [
                "cloudwatch:DeleteAlarms",
                "cloudwatch:DescribeAlarms",
                "cloudwatch:PutMetricAlarm",
            ],
        )
        .on(scope.alarms()),
        Statement::allow("ScalingRole", ["iam:CreateServiceLinkedRole"])
            .on([scope.iam(&format!("role/aws-service-role/{SCALING}/*"))])
            .when("StringEquals", "iam:AWSServiceName", [SCALING]),
    ]
}

/// The service of Amazon Connect.
const CONNECT: &str = "connect.amazonaws.com";

fn contact_center(scope: &Scope<'_>) -> Vec<Statement> {
    let mut statements = Vec::new();
    let makes_instance = scope.makes(InstanceSpec::KIND);
    if makes_instance {
        statements.extend(instance(scope));
    }
    if scope.makes(ApprovedOriginSpec::KIND) {
        let approve = Statement::allow("ApproveOrigins", ["connect:AssociateApprovedOrigin"]);
        statements.push(match makes_instance {
            true => scope.tagged(approve.on(scope.instances())),
            false => approve.on(scope.linked_instances()),
        });
    }
    let (users, queues) = (scope.makes(UserSpec::KIND), scope.makes(QueueSpec::KIND));
    let within = |rest: &str| {
        scope.connect(&format!(
            "instance/{}/{rest}",
            scope.linked_instance().as_deref().unwrap_or("*")
        ))
    };
    let mut made = Statement::allow("MakeInInstances", []);
    let mut changed = Statement::allow(
        "ChangeInInstances",
        ["connect:TagResource", "connect:UntagResource"],
    );
    let mut used = Statement::allow("UseInInstances", []);
    let add = |statement: &mut Statement, actions: &[&str], resources: &[String]| {
        statement
            .action
            .extend(actions.iter().map(|action| (*action).to_owned()));
        statement.resource.extend(resources.iter().cloned());
    };
    if users {
        let own = [within("agent/*")];
        let others = [within("routing-profile/*"), within("security-profile/*")];
        add(&mut made, &["connect:CreateUser", "connect:TagResource"], &own);
        let profiles = [
            "connect:UpdateUserRoutingProfile",
            "connect:UpdateUserSecurityProfiles",
        ];
        add(
            &mut changed,
            &["connect:UpdateUserIdentityInfo", "connect:UpdateUserPhoneConfig"],
            &own,
        );
        add(&mut changed, &profiles, &own);
        add(&mut used, &["connect:CreateUser"], &others);
        add(&mut used, &profiles, &others);
    }
    if scope.makes(HoursOfOperationSpec::KIND) {
        let own = [within("operating-hours/*")];
        let make = ["connect:CreateHoursOfOperation", "connect:TagResource"];
        add(&mut made, &make, &own);
        let changes = [
            "connect:CreateHoursOfOperationOverride",
            "connect:DeleteHoursOfOperationOverride",
            "connect:UpdateHoursOfOperation",
            "connect:UpdateHoursOfOperationOverride",
        ];
        add(&mut changed, &changes, &own);
    }
    if queues {
        let own = [within("queue/*")];
        let others = [
            within("operating-hours/*"),
            within("contact-flow/*"),
            scope.connect("phone-number/*"),
        ];
        add(&mut made, &["connect:CreateQueue", "connect:TagResource"], &own);
        let links = [
            "connect:UpdateQueueHoursOfOperation",
            "connect:UpdateQueueOutboundCallerConfig",
        ];
        let alone = [
            "connect:UpdateQueueMaxContacts",
            "connect:UpdateQueueName",
            "connect:UpdateQueueStatus",
        ];
        add(&mut changed, &alone, &own);
        add(&mut changed, &links, &own);
        add(&mut used, &["connect:CreateQueue"], &others);
        add(&mut used, &links, &others);
    }
    statements.extend([scope.tagging(made), scope.tagged(changed), used]);
    statements
}

fn instance(scope: &Scope<'_>) -> Vec<Statement> {
    let role = scope.iam(&format!("role/aws-service-role/{CONNECT}/*"));
    let directories = scope.arn("ds", scope.region(), "directory/*");
    let mut statements = vec![
        scope.tagging(Statement::allow("MakeInstance", ["connect:CreateInstance"]).on_everything()),
        scope.not_anothers(
            scope.tagging(Statement::allow("TagInstance", ["connect:TagResource"]).on(scope.instances())),
        ),
        scope.tagged(
            Statement::allow(
                "ChangeInstance",
                [
                    "connect:TagResource",
                    "connect:UntagResource",
                    "connect:UpdateInstanceAttribute",
                ],
            )
            .on(scope.instances()),
        ),
        // What Amazon Connect does with the caller's permissions when it makes an instance.
        Statement::allow(
            "InstanceDirectories",
            ["ds:CheckAlias", "ds:CreateIdentityPoolDirectory"],
        )
        .on_everything(),
        Statement::allow(
            "InstanceDirectory",
            [
                "ds:AuthorizeApplication",
                "ds:CreateAlias",
                "ds:UnauthorizeApplication",
            ],
        )
        .on([directories]),
        Statement::allow("InstanceRole", ["iam:CreateServiceLinkedRole"])
            .on([role.clone()])
            .when("StringEquals", "iam:AWSServiceName", [CONNECT]),
        Statement::allow("InstanceRolePolicies", ["iam:PutRolePolicy"]).on([role.clone()]),
        Statement::allow("InstanceRolePolicy", ["iam:AttachRolePolicy"])
            .on([role])
            .when(
                "ArnEquals",
                "iam:PolicyARN",
                [scope.arn_of(
                    "iam",
                    "",
                    "aws",
                    "policy/aws-service-role/AmazonConnectServiceLinkedRolePolicy",
                )],
            ),
    ];
    if scope.keeps_flow_logs() {
        let group = scope.arn("logs", scope.region(), "log-group:/aws/connect/*");
        statements.push(Statement::allow("FlowLogs", ["logs:CreateLogGroup"]).on([group]));
    }
    statements
}

fn pages(scope: &Scope<'_>) -> Vec<Statement> {
    let buckets = Statement::allow(
        "ChangeBuckets",
        [
            "s3:CreateBucket",
            "s3:DeleteBucketPolicy",
            "s3:DeleteBucketWebsite",
            "s3:PutBucketAcl",
            "s3:PutBucketCORS",
            "s3:PutBucketOwnershipControls",
            "s3:PutBucketPolicy",
            "s3:PutBucketPublicAccessBlock",
            "s3:PutBucketTagging",
            "s3:PutEncryptionConfiguration",
            "s3:TagResource",
        ],
    );
    let objects = Statement::allow("PutObjects", ["s3:PutObject"]);
    vec![
        scope.in_account(buckets.on(scope.buckets())),
        scope.in_account(objects.on(scope.objects())),
    ]
}

/// What serves the pages from a bucket that nothing else may read.
fn edges(scope: &Scope<'_>) -> Vec<Statement> {
    let distributions = [scope.cloudfront("distribution/*")];
    vec![
        Statement::allow("MakeDistributions", ["cloudfront:CreateDistribution"]).on(distributions.clone()),
        scope.tagging(scope.not_anothers(
            Statement::allow("TagDistributions", ["cloudfront:TagResource"]).on(distributions.clone()),
        )),
        scope.tagged(
            Statement::allow(
                "ChangeDistributions",
                [
                    "cloudfront:CreateInvalidation",
                    "cloudfront:TagResource",
                    "cloudfront:UntagResource",
                    "cloudfront:UpdateDistribution",
                ],
            )
            .on(distributions),
        ),
        Statement::allow(
            "MakeEdgePolicies",
            [
                "cloudfront:CreateOriginAccessControl",
                "cloudfront:CreateResponseHeadersPolicy",
            ],
        )
        .on_everything(),
        Statement::allow("ChangeAccessControls", ["cloudfront:UpdateOriginAccessControl"])
            .on([scope.cloudfront("origin-access-control/*")]),
        Statement::allow(
            "ChangeHeadersPolicies",
            ["cloudfront:UpdateResponseHeadersPolicy"],
        )
        .on([scope.cloudfront("response-headers-policy/*")]),
    ]
}

fn sign_in(scope: &Scope<'_>) -> Vec<Statement> {
    let mut statements = Vec::new();
    if scope.makes(SamlProviderSpec::KIND) {
        statements.extend([
            scope.tagging(
                Statement::allow("MakeProviders", ["iam:CreateSAMLProvider", "iam:TagSAMLProvider"])
                    .on(scope.providers()),
            ),
            scope.tagged(
                Statement::allow(
                    "ChangeProviders",
                    [
                        "iam:TagSAMLProvider",
                        "iam:UntagSAMLProvider",
                        "iam:UpdateSAMLProvider",
                    ],
                )
                .on(scope.providers()),
            ),
        ]);
    }
    if scope.makes(RoleSpec::KIND) {
        statements.extend(roles(scope));
    }
    statements
}

/// Roles: only those of the environment, and none without its boundary.
fn roles(scope: &Scope<'_>) -> Vec<Statement> {
    let key = "iam:PermissionsBoundary";
    let bounded = |statement: Statement| statement.when("StringEquals", key, scope.boundaries());
    let attached = scope.attached();
    let attach = (!attached.is_empty()).then(|| {
        let attach = Statement::allow("AttachRolePolicies", ["iam:AttachRolePolicy"]).on(scope.roles());
        bounded(scope.tagged(attach)).when("ArnEquals", "iam:PolicyARN", attached)
    });
    let mut statements = vec![
        bounded(scope.tagging(Statement::allow("MakeRoles", ["iam:CreateRole"]).on(scope.roles()))),
        scope.tagging(scope.not_anothers(Statement::allow("TagRoles", ["iam:TagRole"]).on(scope.roles()))),
        bounded(
            scope.tagged(
                Statement::allow(
                    "ChangeRoles",
                    [
                        "iam:DeleteRolePolicy",
                        "iam:DetachRolePolicy",
                        "iam:PutRolePermissionsBoundary",
                        "iam:PutRolePolicy",
                        "iam:UpdateAssumeRolePolicy",
                        "iam:UpdateRole",
                    ],
                )
                .on(scope.roles()),
            ),
        ),
        scope.tagged(Statement::allow("ChangeRoleTags", ["iam:TagRole", "iam:UntagRole"]).on(scope.roles())),
        // Also with other policies beside it: no role of theirs comes to be without the boundary, none loses it, and the boundary
        // itself stays what it is.
        Statement::deny(
            "KeepBoundary",
            [
                "iam:DeleteRolePermissionsBoundary",
                "iam:DeleteUserPermissionsBoundary",
            ],
        )
        .on_everything(),
        Statement::deny(
            "NoOtherBoundary",
            ["iam:CreateRole", "iam:PutRolePermissionsBoundary"],
        )
        .on_everything()
        .when("StringNotEquals", key, scope.boundaries()),
        Statement::deny(
            "NoOtherPolicy",
            [
                "iam:CreatePolicyVersion",
                "iam:DeletePolicy",
                "iam:DeletePolicyVersion",
                "iam:SetDefaultPolicyVersion",
            ],
        )
        .on(scope.own_boundaries()),
    ];
    statements.extend(attach);
    statements
}

/// What is changed in IAM Identity Center, by whom reaches it.
pub(super) fn identity_center(scope: &Scope<'_>) -> Vec<Statement> {
    let changes = scope.makes(AssignmentSpec::KIND) && *scope.identity() != Identity::ByHand;
    let assign = Statement::allow("Assign", ["sso:CreateApplicationAssignment"]).on([scope.arn_of(
        "sso",
        "",
        "*",
        "application/*",
    )]);
    changes.then_some(assign).into_iter().collect()
}
