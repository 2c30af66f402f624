//! Where a condition on the environment's tag cannot stand, and why.

/// What policies allow without asking for the environment's tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Untagged {
    /// The `Sid` of the statement; a letter may follow where it was split.
    pub sid: &'static str,
    /// What holds it instead.
    pub instead: &'static str,
    /// Why there is no condition on the tag.
    pub why: &'static str,
    /// Who says so.
    pub source: &'static str,
}

const fn row(sid: &'static str, instead: &'static str, why: &'static str, source: &'static str) -> Untagged {
    Untagged {
        sid,
        instead,
        why,
        source,
    }
}

const APPSTREAM: &str = "Service Authorization Reference, Amazon AppStream 2.0";
const CONNECT: &str = "Service Authorization Reference, Amazon Connect";
const S3: &str = "Amazon S3 user guide, \"Using tags with S3 general purpose buckets\"";
const CLOUDFRONT: &str = "Service Authorization Reference, Amazon CloudFront";
const EC2: &str = "Service Authorization Reference, Amazon EC2";
const IDENTITY: &str = "Service Authorization Reference, AWS IAM Identity Center";

/// Every statement that changes or deletes something and does not ask for the tag.
pub const UNTAGGED: &[Untagged] = &[
    row(
        "StartFromImages",
        "the names of the images that the blueprint starts from",
        "AWS's images and those of other accounts carry no tag of the environment",
        APPSTREAM,
    ),
    row(
        "LinkedDesktops",
        "the ARNs of what the blueprint links to",
        "what is linked to is another's and carries no such tag",
        APPSTREAM,
    ),
    row(
        "LinkedSessionAddress",
        "the ARNs of what the blueprint links to",
        "what is linked to is another's and carries no such tag",
        APPSTREAM,
    ),
    row(
        "UnlinkDesktops",
        "the ARNs of what the blueprint links to",
        "what is linked to is another's and carries no such tag",
        APPSTREAM,
    ),
    row(
        "SecurityGroupsInVpcs",
        "the tag of the group itself, which another statement asks for",
        "the VPC is the platform team's and carries no such tag",
        EC2,
    ),
    row(
        "EndpointsInVpcs",
        "the tag of the endpoint itself, which another statement asks for",
        "VPC, subnets and groups may be the platform team's and carry no such tag",
        EC2,
    ),
    row(
        "EndpointsInNetworks",
        "the tag of the endpoint itself, which another statement asks for",
        "subnets and groups may be the platform team's and carry no such tag",
        EC2,
    ),
    row(
        "PrivateNames",
        "the ARNs of hosted zones",
        "the zone with a service's names is AWS's own and carries no such tag",
        EC2,
    ),
    row(
        "CopyImages",
        "the ARN of the source image",
        "the source may be another environment's",
        APPSTREAM,
    ),
    row(
        "MachineRoles",
        "the ARNs of the roles that the blueprint names, and iam:PassedToService",
        "tags of roles are not to be relied on when they are passed",
        "IAM user guide, \"Grant a user permissions to pass a role to an AWS service\"",
    ),
    row(
        "UserPool",
        "nothing",
        "users of the pool are no resources: they have neither ARN nor tags",
        APPSTREAM,
    ),
    row(
        "EndSessions",
        "nothing",
        "users of the pool and sessions are no resources: they have neither ARN nor tags",
        APPSTREAM,
    ),
    row(
        "UsageReports",
        "nothing",
        "the subscription is the account's and no resource",
        APPSTREAM,
    ),
    row(
        "Scale",
        "application-autoscaling:service-namespace, and no other environment's tag",
        "a target gets its tags with the call that makes it",
        "Service Authorization Reference, Application Auto Scaling",
    ),
    row(
        "ScalingAlarms",
        "the names that Application Auto Scaling gives to alarms of the environment's fleets",
        "Application Auto Scaling makes them, without tags",
        "Application Auto Scaling user guide, \"How target tracking scaling works\"",
    ),
    row(
        "DeleteAlarms",
        "the names that Application Auto Scaling gives to alarms of the environment's fleets",
        "Application Auto Scaling makes them, without tags",
        "Application Auto Scaling user guide, \"How target tracking scaling works\"",
    ),
    row(
        "ScalingRole",
        "iam:AWSServiceName",
        "AWS makes the role, with a trust and permissions of its own",
        "IAM user guide, \"Service-linked role permissions\"",
    ),
    row(
        "InstanceRole",
        "iam:AWSServiceName",
        "AWS makes the role, with a trust and permissions of its own",
        "IAM user guide, \"Service-linked role permissions\"",
    ),
    row(
        "InstanceRolePolicies",
        "the path of Amazon Connect's own roles, which IAM lets only Amazon Connect change",
        "Amazon Connect makes the role, without tags",
        CONNECT,
    ),
    row(
        "InstanceRolePolicy",
        "the path of Amazon Connect's own roles, and iam:PolicyARN",
        "Amazon Connect makes the role, without tags",
        CONNECT,
    ),
    row(
        "DeleteInstanceRole",
        "the path of Amazon Connect's own roles",
        "Amazon Connect makes the role, without tags",
        CONNECT,
    ),
    row(
        "InstanceDirectories",
        "nothing",
        "there is no directory yet",
        "Service Authorization Reference, AWS Directory Service",
    ),
    row(
        "InstanceDirectory",
        "account and region",
        "Amazon Connect makes the directory, without tags",
        CONNECT,
    ),
    row(
        "DeleteDirectories",
        "account and region",
        "Amazon Connect makes the directory, without tags",
        CONNECT,
    ),
    row(
        "FlowLogs",
        "the names that Amazon Connect gives to groups of logs",
        "Amazon Connect makes the group",
        CONNECT,
    ),
    row(
        "ApproveOrigins",
        "the instance's id, where the blueprint gives it",
        "the instance is another environment's",
        CONNECT,
    ),
    row(
        "DisapproveOrigins",
        "the instance's id, where the blueprint gives it",
        "the instance is another environment's",
        CONNECT,
    ),
    row(
        "UseInInstances",
        "the instance's id, where the blueprint gives it",
        "profiles, hours and flows that users and queues refer to may be made in Amazon Connect's console",
        CONNECT,
    ),
    row(
        "ChangeBuckets",
        "the bucket's name, and s3:ResourceAccount",
        "S3 reads tags of buckets in policies only where it was switched on for the bucket",
        S3,
    ),
    row(
        "PutObjects",
        "the names of bucket and objects, and s3:ResourceAccount",
        "S3 reads tags of buckets in policies only where it was switched on for the bucket",
        S3,
    ),
    row(
        "DeleteBuckets",
        "the bucket's name, and s3:ResourceAccount",
        "S3 reads tags of buckets in policies only where it was switched on for the bucket",
        S3,
    ),
    row(
        "DeleteObjects",
        "the bucket's name, and s3:ResourceAccount",
        "S3 reads tags of buckets in policies only where it was switched on for the bucket",
        S3,
    ),
    row(
        "MakeDistributions",
        "the account",
        "CloudFront reads no tags of a distribution that is being made",
        CLOUDFRONT,
    ),
    row(
        "MakeEdgePolicies",
        "nothing",
        "there is nothing yet, and what these calls make carries no tags",
        CLOUDFRONT,
    ),
    row(
        "ChangeAccessControls",
        "the account",
        "an origin access control carries no tags, and its id is not known before it is there",
        CLOUDFRONT,
    ),
    row(
        "ChangeHeadersPolicies",
        "the account",
        "a response headers policy carries no tags, and its id is not known before it is there",
        CLOUDFRONT,
    ),
    row(
        "DeleteAccessControls",
        "the account; CloudFront keeps what a distribution uses",
        "an origin access control carries no tags, and its id is not known before it is there",
        CLOUDFRONT,
    ),
    row(
        "DeleteHeadersPolicies",
        "the account; CloudFront keeps what a distribution uses",
        "a response headers policy carries no tags, and its id is not known before it is there",
        CLOUDFRONT,
    ),
    row(
        "WriteStates",
        "the store's bucket and prefix, and the environment's name",
        "states are objects without tags",
        S3,
    ),
    row(
        "EncryptStates",
        "the key, and kms:ViaService",
        "the key is not Headset's",
        "Service Authorization Reference, AWS Key Management Service",
    ),
    row(
        "Assign",
        "nothing: the account of applications is not known",
        "a person makes the application, without tags",
        IDENTITY,
    ),
    row(
        "Unassign",
        "nothing: the account of applications is not known",
        "a person makes the application, without tags",
        IDENTITY,
    ),
];
