//! What `apply` needs to make and change security groups and endpoints.

use headset_kinds::ec2::{SecurityGroupSpec, VpcEndpointSpec};

use super::document::Statement;
use super::scope::Scope;

/// All of it.
pub(super) fn all(scope: &Scope<'_>) -> Vec<Statement> {
    let mut statements = groups(scope);
    statements.extend(endpoints(scope));
    statements
}

fn groups(scope: &Scope<'_>) -> Vec<Statement> {
    if !scope.makes(SecurityGroupSpec::KIND) {
        return Vec::new();
    }
    let region = scope.appstream_region();
    let groups = || [scope.arn("ec2", region, "security-group/*")];
    vec![
        scope.tagging(Statement::allow("MakeSecurityGroups", ["ec2:CreateSecurityGroup"]).on(groups())),
        scope.tagging(
            Statement::allow("TagNewSecurityGroups", ["ec2:CreateTags"])
                .on(groups())
                .when("StringEquals", "ec2:CreateAction", ["CreateSecurityGroup"]),
        ),
        Statement::allow("SecurityGroupsInVpcs", ["ec2:CreateSecurityGroup"])
            .on([scope.arn("ec2", region, "vpc/*")]),
        scope.tagged(
            Statement::allow(
                "ChangeSecurityGroups",
                [
                    "ec2:AuthorizeSecurityGroupEgress",
                    "ec2:AuthorizeSecurityGroupIngress",
                    "ec2:CreateTags",
                    // One that is made anew under the same name makes room; it holds nothing.
                    "ec2:DeleteSecurityGroup",
                    "ec2:DeleteTags",
                    "ec2:RevokeSecurityGroupEgress",
                    "ec2:RevokeSecurityGroupIngress",
                ],
            )
            .on(groups()),
        ),
    ]
}

fn endpoints(scope: &Scope<'_>) -> Vec<Statement> {
    if !scope.makes(VpcEndpointSpec::KIND) {
        return Vec::new();
    }
    let region = scope.appstream_region();
    let endpoints = || [scope.arn("ec2", region, "vpc-endpoint/*")];
    let beside = ["security-group/*", "subnet/*"].map(|resource| scope.arn("ec2", region, resource));
    let in_network = beside.iter().cloned().chain([scope.arn("ec2", region, "vpc/*")]);
    let mut statements = vec![
        scope.tagging(Statement::allow("MakeEndpoints", ["ec2:CreateVpcEndpoint"]).on(endpoints())),
        scope.tagging(
            Statement::allow("TagNewEndpoints", ["ec2:CreateTags"])
                .on(endpoints())
                .when("StringEquals", "ec2:CreateAction", ["CreateVpcEndpoint"]),
        ),
        Statement::allow("EndpointsInVpcs", ["ec2:CreateVpcEndpoint"]).on(in_network),
        scope.tagged(
            Statement::allow(
                "ChangeEndpoints",
                [
                    "ec2:CreateTags",
                    // One that is replaced goes.
                    "ec2:DeleteVpcEndpoints",
                    "ec2:DeleteTags",
                    "ec2:ModifyVpcEndpoint",
                ],
            )
            .on(endpoints()),
        ),
        Statement::allow("EndpointsInNetworks", ["ec2:ModifyVpcEndpoint"]).on(beside),
    ];
    if scope.has_private_names() {
        // The hosted zone is AWS's own, and its id is not known before.
        statements.push(
            Statement::allow("PrivateNames", ["route53:AssociateVPCWithHostedZone"]).on([
                scope.arn_of("route53", "", "", "hostedzone/*"),
                scope.arn("ec2", region, "vpc/*"),
            ]),
        );
    }
    statements
}
