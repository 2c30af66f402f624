//! The AWS managed policies that exist in every account, as far as this simulator knows them.

/// Paths and names below `arn:aws:iam::aws:policy`, from the AWS managed policy reference. Not all of AWS's
/// (over a thousand), but those that a contact center's operators meet.
pub(super) const NAMES: &[&str] = &[
    "/AdministratorAccess",
    "/AmazonAppStreamFullAccess",
    "/AmazonAppStreamReadOnlyAccess",
    "/AmazonConnectReadOnlyAccess",
    "/AmazonConnect_FullAccess",
    "/AmazonEC2ReadOnlyAccess",
    "/AmazonS3FullAccess",
    "/AmazonS3ReadOnlyAccess",
    "/AmazonSSMManagedInstanceCore",
    "/CloudWatchAgentServerPolicy",
    "/CloudWatchFullAccess",
    "/CloudWatchReadOnlyAccess",
    "/IAMFullAccess",
    "/IAMReadOnlyAccess",
    "/PowerUserAccess",
    "/ReadOnlyAccess",
    "/SecurityAudit",
    "/job-function/ViewOnlyAccess",
    "/service-role/AmazonAppStreamPCAAccess",
    "/service-role/AmazonAppStreamServiceAccess",
    "/service-role/ApplicationAutoScalingForAmazonAppStreamAccess",
    "/aws-service-role/AWSApplicationAutoscalingAppStreamFleetPolicy",
    "/aws-service-role/AWSSSOServiceRolePolicy",
    "/aws-service-role/AmazonConnectServiceLinkedRolePolicy",
];

/// The prefix of their ARNs.
pub(super) const PREFIX: &str = "arn:aws:iam::aws:policy";

/// Whether this ARN is one of AWS's managed policies.
pub(super) fn known(arn: &str) -> bool {
    arn.strip_prefix(PREFIX).is_some_and(|name| NAMES.contains(&name))
}

/// Whether it can be attached: policies of service-linked roles cannot.
pub(super) fn attachable(arn: &str) -> bool {
    known(arn) && !arn.contains(":policy/aws-service-role/")
}

/// What a policy says, where this simulator knows it: the text of its default version in the AWS managed policy
/// reference, as far as sources repeat it.
pub(super) fn document(arn: &str) -> Option<&'static str> {
    Some(match arn.strip_prefix(PREFIX)? {
        "/AdministratorAccess" => {
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#
        }
        "/PowerUserAccess" => {
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","NotAction":["iam:*","organizations:*","account:*"],"Resource":"*"},{"Effect":"Allow","Action":["account:GetAccountInformation","account:GetPrimaryEmail","account:ListRegions","iam:CreateServiceLinkedRole","iam:DeleteServiceLinkedRole","iam:ListRoles","organizations:DescribeEffectivePolicy","organizations:DescribeOrganization"],"Resource":"*"}]}"#
        }
        "/AmazonS3FullAccess" => {
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:*","s3-object-lambda:*"],"Resource":"*"}]}"#
        }
        "/AmazonS3ReadOnlyAccess" => {
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:Get*","s3:List*","s3:Describe*","s3-object-lambda:Get*","s3-object-lambda:List*"],"Resource":"*"}]}"#
        }
        _ => return None,
    })
}
