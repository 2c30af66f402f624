//! What `destroy` needs to delete things.

use headset_kinds::connect::ApprovedOriginSpec;

use super::changes;
use super::document::Statement;
use super::scope::Scope;

/// Everything that a destroy deletes.
pub(super) fn all(scope: &Scope<'_>) -> Vec<Statement> {
    let mut statements = vec![
        scope.tagged(
            Statement::allow(
                "DeleteDesktops",
                [
                    "appstream:BatchDisassociateUserStack",
                    "appstream:DeleteEntitlement",
                    "appstream:DeleteFleet",
                    "appstream:DeleteImage",
                    "appstream:DeleteImageBuilder",
                    "appstream:DeleteImagePermissions",
                    "appstream:DeleteStack",
                    "appstream:DeleteThemeForStack",
                    "appstream:DisassociateFleet",
                    "appstream:StopFleet",
                    "appstream:StopImageBuilder",
                ],
            )
            .on(scope.any_desktop()),
        ),
        Statement::allow(
            "UnlinkDesktops",
            [
                "appstream:BatchDisassociateUserStack",
                "appstream:DisassociateFleet",
            ],
        )
        .on(scope.linked_desktops()),
        Statement::allow("EndSessions", ["appstream:DeleteUser", "appstream:ExpireSession"]).on_everything(),
        scope.tagged(
            Statement::allow(
                "DeleteInstances",
                [
                    "connect:DeleteHoursOfOperation",
                    "connect:DeleteInstance",
                    "connect:DeleteQueue",
                    "connect:DeleteUser",
                    "connect:DisassociateApprovedOrigin",
                ],
            )
            .on(scope.instances()),
        ),
        // What Amazon Connect does with the caller's permissions when it deletes an instance.
        Statement::allow(
            "DeleteDirectories",
            ["ds:DeleteDirectory", "ds:UnauthorizeApplication"],
        )
        .on([scope.arn("ds", scope.region(), "directory/*")]),
        Statement::allow("DeleteInstanceRole", ["iam:DeleteServiceLinkedRole"])
            .on([scope.iam("role/aws-service-role/connect.amazonaws.com/*")]),
        scope.tagged(
            Statement::allow(
                "DeleteRoles",
                ["iam:DeleteRole", "iam:DeleteRolePolicy", "iam:DetachRolePolicy"],
            )
            .on(scope.role_patterns()),
        ),
        scope.tagged(Statement::allow("DeleteProviders", ["iam:DeleteSAMLProvider"]).on(scope.providers())),
        scope.in_account(
            Statement::allow(
                "DeleteBuckets",
                [
                    "s3:DeleteBucket",
                    "s3:ListBucketMultipartUploads",
                    "s3:ListBucketVersions",
                ],
            )
            .on(scope.buckets()),
        ),
        scope.in_account(
            Statement::allow(
                "DeleteObjects",
                [
                    "s3:AbortMultipartUpload",
                    "s3:DeleteObject",
                    "s3:DeleteObjectVersion",
                ],
            )
            .on(scope.buckets().iter().map(|bucket| format!("{bucket}/*"))),
        ),
    ];
    if scope.makes(ApprovedOriginSpec::KIND) && scope.links_instance() {
        statements.push(
            Statement::allow("DisapproveOrigins", ["connect:DisassociateApprovedOrigin"])
                .on(scope.linked_instances()),
        );
    }
    statements.extend(left_behind(scope));
    statements.extend(
        scope
            .state()
            .into_iter()
            .flat_map(|place| changes::state(scope, place)),
    );
    statements
}

/// What not every blueprint asks for: state may still have it of one that did.
fn left_behind(scope: &Scope<'_>) -> Vec<Statement> {
    let groups = [scope.arn("ec2", scope.appstream_region(), "security-group/*")];
    let endpoints = [scope.arn("ec2", scope.appstream_region(), "vpc-endpoint/*")];
    let targets = scope.arn(
        "application-autoscaling",
        scope.appstream_region(),
        "scalable-target/*",
    );
    vec![
        scope.tagged(
            Statement::allow(
                "DeleteDistributions",
                ["cloudfront:DeleteDistribution", "cloudfront:UpdateDistribution"],
            )
            .on([scope.cloudfront("distribution/*")]),
        ),
        Statement::allow("DeleteAccessControls", ["cloudfront:DeleteOriginAccessControl"])
            .on([scope.cloudfront("origin-access-control/*")]),
        Statement::allow(
            "DeleteHeadersPolicies",
            ["cloudfront:DeleteResponseHeadersPolicy"],
        )
        .on([scope.cloudfront("response-headers-policy/*")]),
        scope.tagged(Statement::allow("DeleteSecurityGroups", ["ec2:DeleteSecurityGroup"]).on(groups)),
        scope.tagged(Statement::allow("DeleteEndpoints", ["ec2:DeleteVpcEndpoints"]).on(endpoints)),
        scope.tagged(
            Statement::allow(
                "DeleteTargets",
                [
                    "application-autoscaling:DeleteScalingPolicy",
                    "application-autoscaling:DeleteScheduledAction",
                    "application-autoscaling:DeregisterScalableTarget",
                ],
            )
            .on([targets])
            .when(
                "StringEquals",
                "application-autoscaling:service-namespace",
                ["appstream"],
            ),
        ),
        Statement::allow("DeleteAlarms", ["cloudwatch:DeleteAlarms"]).on(scope.alarms()),
    ]
}

/// What is deleted in IAM Identity Center, by whom reaches it.
pub(super) fn identity_center(scope: &Scope<'_>) -> Vec<Statement> {
    vec![
        Statement::allow(
            "Unassign",
            ["sso:DeleteApplication", "sso:DeleteApplicationAssignment"],
        )
        .on([scope.arn_of("sso", "", "*", "application/*")]),
    ]
}
