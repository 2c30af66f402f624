//! The things that fault rules can name: how each is found, changed and taken away by way of AWS's own operations, and
//! in which states it can get stuck.

/// One sort of thing.
#[derive(Debug)]
pub(super) struct ResourceType {
    /// How a rule names it: the service and, after a dot, what it is.
    pub(super) name: &'static str,
    /// The operation that lists them, and what it takes besides the owner's members.
    pub(super) list: (&'static str, &'static [(&'static str, &'static str)]),
    /// Where in the answer the list is, and where in an item its name.
    pub(super) items: (&'static str, &'static str),
    /// The thing that it is in, and the members by which its own operations take that.
    pub(super) within: Option<(&'static str, &'static [(&'static str, MemberSource)])>,
    /// The members that mean it in a call, each with where an item has it, or with a fixed value. A call gets those
    /// that its input knows.
    pub(super) key: &'static [(&'static str, MemberSource)],
    /// The operations that change it: the first whose input has all of a rule's members is taken.
    pub(super) changes: &'static [&'static str],
    /// What has to let go of it before it can be deleted.
    pub(super) holders: &'static [Holder],
    /// The operations that take it away, in order. Only the last one has to succeed.
    pub(super) removal: &'static [&'static str],
    /// States that it can get stuck in; the first is meant where a rule says nothing.
    pub(super) states: &'static [&'static str],
    /// The shape of the codes that it shows while it is stuck.
    pub(super) stuck_codes: Option<&'static str>,
    /// Whether its creation can fail, and the shape of the codes that it shows then.
    pub(super) failure_codes: Option<Option<&'static str>>,
}

/// Where a member of a call comes from.
#[derive(Clone, Copy, Debug)]
pub(super) enum MemberSource {
    /// From the item in the list; empty: the item itself.
    Item(&'static str),
    /// Always this.
    Fixed(&'static str),
}

/// What holds a thing: listed by one operation, let go by another.
#[derive(Debug)]
pub(super) struct Holder {
    pub(super) list: &'static str,
    /// The member by which the listing takes the thing, and where in the thing's item that is.
    pub(super) of: (&'static str, &'static str),
    pub(super) items: &'static str,
    pub(super) release: &'static str,
    /// The further members of letting go, and where in an item of the listing each is.
    pub(super) takes: &'static [(&'static str, &'static str)],
}

use MemberSource::{Fixed, Item};

/// Nothing of its own: for the rows below.
const PLAIN: ResourceType = ResourceType {
    name: "",
    list: ("", &[]),
    items: ("", ""),
    within: None,
    key: &[],
    changes: &[],
    holders: &[],
    removal: &[],
    states: &[],
    stuck_codes: None,
    failure_codes: None,
};

/// All of them.
pub(super) const RESOURCE_TYPES: &[ResourceType] = &[
    ResourceType {
        name: "appstream.fleet",
        list: ("DescribeFleets", &[]),
        items: ("/Fleets", "/Name"),
        key: &[("Name", Item("/Name"))],
        changes: &["UpdateFleet"],
        holders: &[Holder {
            list: "ListAssociatedStacks",
            of: ("FleetName", "/Name"),
            items: "/Names",
            release: "DisassociateFleet",
            takes: &[("StackName", "")],
        }],
        removal: &["StopFleet", "DeleteFleet"],
        states: &["STARTING", "STOPPING"],
        stuck_codes: Some("FleetErrorCode"),
        ..PLAIN
    },
    ResourceType {
        name: "appstream.stack",
        list: ("DescribeStacks", &[]),
        items: ("/Stacks", "/Name"),
        key: &[("Name", Item("/Name"))],
        changes: &["UpdateStack"],
        holders: &[Holder {
            list: "ListAssociatedFleets",
            of: ("StackName", "/Name"),
            items: "/Names",
            release: "DisassociateFleet",
            takes: &[("FleetName", "")],
        }],
        removal: &["DeleteStack"],
        ..PLAIN
    },
    ResourceType {
        name: "appstream.fleet-association",
        list: ("ListAssociatedStacks", &[]),
        items: ("/Names", ""),
        within: Some(("appstream.fleet", &[("FleetName", Item("/Name"))])),
        key: &[("StackName", Item(""))],
        removal: &["DisassociateFleet"],
        ..PLAIN
    },
    ResourceType {
        name: "appstream.image-builder",
        list: ("DescribeImageBuilders", &[]),
        items: ("/ImageBuilders", "/Name"),
        key: &[("Name", Item("/Name"))],
        changes: &["UpdateImageBuilder"],
        removal: &["StopImageBuilder", "DeleteImageBuilder"],
        states: &[
            "PENDING",
            "UPDATING_AGENT",
            "SNAPSHOTTING",
            "STOPPING",
            "DELETING",
        ],
        stuck_codes: Some("FleetErrorCode"),
        failure_codes: Some(Some("FleetErrorCode")),
        ..PLAIN
    },
    ResourceType {
        name: "appstream.image",
        list: ("DescribeImages", &[("Type", "PRIVATE")]),
        items: ("/Images", "/Name"),
        key: &[("Name", Item("/Name"))],
        removal: &["DeleteImage"],
        states: &["PENDING", "COPYING", "DELETING"],
        failure_codes: Some(Some("ImageStateChangeReasonCode")),
        ..PLAIN
    },
    ResourceType {
        name: "appstream.user",
        list: ("DescribeUsers", &[("AuthenticationType", "USERPOOL")]),
        items: ("/Users", "/UserName"),
        key: &[
            ("UserName", Item("/UserName")),
            ("AuthenticationType", Fixed("USERPOOL")),
        ],
        removal: &["DeleteUser"],
        ..PLAIN
    },
    ResourceType {
        name: "application-autoscaling.target",
        list: ("DescribeScalableTargets", &[("ServiceNamespace", "appstream")]),
        items: ("/ScalableTargets", "/ResourceId"),
        key: &[
            ("ServiceNamespace", Fixed("appstream")),
            ("ResourceId", Item("/ResourceId")),
            ("ScalableDimension", Item("/ScalableDimension")),
        ],
        changes: &["RegisterScalableTarget"],
        removal: &["DeregisterScalableTarget"],
        ..PLAIN
    },
    ResourceType {
        name: "application-autoscaling.policy",
        list: ("DescribeScalingPolicies", &[("ServiceNamespace", "appstream")]),
        items: ("/ScalingPolicies", "/PolicyName"),
        key: &[
            ("ServiceNamespace", Fixed("appstream")),
            ("ResourceId", Item("/ResourceId")),
            ("ScalableDimension", Item("/ScalableDimension")),
            ("PolicyName", Item("/PolicyName")),
        ],
        changes: &["PutScalingPolicy"],
        removal: &["DeleteScalingPolicy"],
        ..PLAIN
    },
    ResourceType {
        name: "connect.instance",
        list: ("ListInstances", &[]),
        items: ("/InstanceSummaryList", "/InstanceAlias"),
        key: &[("InstanceId", Item("/Id"))],
        changes: &["UpdateInstanceAttribute"],
        removal: &["DeleteInstance"],
        states: &["CREATION_IN_PROGRESS"],
        failure_codes: Some(None),
        ..PLAIN
    },
    ResourceType {
        name: "connect.approved-origin",
        list: ("ListApprovedOrigins", &[]),
        items: ("/Origins", ""),
        within: Some(("connect.instance", &[("InstanceId", Item("/Id"))])),
        key: &[("Origin", Item(""))],
        removal: &["DisassociateApprovedOrigin"],
        ..PLAIN
    },
    ResourceType {
        name: "connect.hours-of-operation",
        list: ("ListHoursOfOperations", &[]),
        items: ("/HoursOfOperationSummaryList", "/Name"),
        within: Some(("connect.instance", &[("InstanceId", Item("/Id"))])),
        key: &[("HoursOfOperationId", Item("/Id"))],
        changes: &["UpdateHoursOfOperation"],
        removal: &["DeleteHoursOfOperation"],
        ..PLAIN
    },
    ResourceType {
        name: "connect.queue",
        list: ("ListQueues", &[]),
        items: ("/QueueSummaryList", "/Name"),
        within: Some(("connect.instance", &[("InstanceId", Item("/Id"))])),
        key: &[("QueueId", Item("/Id"))],
        changes: &[
            "UpdateQueueName",
            "UpdateQueueHoursOfOperation",
            "UpdateQueueMaxContacts",
            "UpdateQueueOutboundCallerConfig",
            "UpdateQueueStatus",
        ],
        removal: &["DeleteQueue"],
        ..PLAIN
    },
    ResourceType {
        name: "connect.user",
        list: ("ListUsers", &[]),
        items: ("/UserSummaryList", "/Username"),
        within: Some(("connect.instance", &[("InstanceId", Item("/Id"))])),
        key: &[("UserId", Item("/Id"))],
        changes: &[
            "UpdateUserIdentityInfo",
            "UpdateUserPhoneConfig",
            "UpdateUserRoutingProfile",
            "UpdateUserSecurityProfiles",
        ],
        removal: &["DeleteUser"],
        ..PLAIN
    },
    ResourceType {
        name: "ec2.security-group",
        list: ("DescribeSecurityGroups", &[]),
        items: ("/SecurityGroups", "/GroupName"),
        key: &[("GroupId", Item("/GroupId"))],
        changes: &[
            "AuthorizeSecurityGroupEgress",
            "RevokeSecurityGroupEgress",
            "AuthorizeSecurityGroupIngress",
        ],
        removal: &["DeleteSecurityGroup"],
        ..PLAIN
    },
    ResourceType {
        name: "iam.role",
        list: ("ListRoles", &[]),
        items: ("/Roles", "/RoleName"),
        key: &[("RoleName", Item("/RoleName"))],
        changes: &["UpdateRole", "UpdateAssumeRolePolicy", "PutRolePolicy", "TagRole"],
        holders: &[
            Holder {
                list: "ListAttachedRolePolicies",
                of: ("RoleName", "/RoleName"),
                items: "/AttachedPolicies",
                release: "DetachRolePolicy",
                takes: &[("PolicyArn", "/PolicyArn")],
            },
            Holder {
                list: "ListRolePolicies",
                of: ("RoleName", "/RoleName"),
                items: "/PolicyNames",
                release: "DeleteRolePolicy",
                takes: &[("PolicyName", "")],
            },
        ],
        removal: &["DeleteRole"],
        ..PLAIN
    },
    ResourceType {
        name: "iam.saml-provider",
        list: ("ListSAMLProviders", &[]),
        items: ("/SAMLProviderList", "/Arn"),
        key: &[("SAMLProviderArn", Item("/Arn"))],
        changes: &["UpdateSAMLProvider"],
        removal: &["DeleteSAMLProvider"],
        ..PLAIN
    },
    ResourceType {
        name: "s3.bucket",
        list: ("ListBuckets", &[]),
        items: ("/Buckets", "/Name"),
        key: &[("Bucket", Item("/Name"))],
        changes: &[
            "PutBucketPolicy",
            "PutPublicAccessBlock",
            "PutBucketTagging",
            "PutBucketVersioning",
            "PutBucketCors",
            "PutBucketOwnershipControls",
            "PutBucketEncryption",
        ],
        holders: &[
            Holder {
                list: "ListObjectVersions",
                of: ("Bucket", "/Name"),
                items: "/Versions",
                release: "DeleteObject",
                takes: &[("Key", "/Key"), ("VersionId", "/VersionId")],
            },
            Holder {
                list: "ListObjectVersions",
                of: ("Bucket", "/Name"),
                items: "/DeleteMarkers",
                release: "DeleteObject",
                takes: &[("Key", "/Key"), ("VersionId", "/VersionId")],
            },
        ],
        removal: &["DeleteBucket"],
        ..PLAIN
    },
    ResourceType {
        name: "s3.object",
        list: ("ListObjectsV2", &[]),
        items: ("/Contents", "/Key"),
        within: Some(("s3.bucket", &[("Bucket", Item("/Name"))])),
        key: &[("Key", Item("/Key"))],
        removal: &["DeleteObject"],
        ..PLAIN
    },
    ResourceType {
        name: "sso-admin.instance",
        list: ("ListInstances", &[]),
        items: ("/Instances", "/InstanceArn"),
        key: &[("InstanceArn", Item("/InstanceArn"))],
        ..PLAIN
    },
    ResourceType {
        name: "sso-admin.application",
        list: ("ListApplications", &[]),
        items: ("/Applications", "/Name"),
        within: Some(("sso-admin.instance", &[("InstanceArn", Item("/InstanceArn"))])),
        key: &[("ApplicationArn", Item("/ApplicationArn"))],
        changes: &["UpdateApplication"],
        removal: &["DeleteApplication"],
        ..PLAIN
    },
];

impl ResourceType {
    /// The thing of this name.
    pub(super) fn named(name: &str) -> Option<&'static ResourceType> {
        RESOURCE_TYPES
            .iter()
            .find(|resource_type| resource_type.name == name)
    }

    /// botocore's name of its service.
    pub(super) fn service(&self) -> &'static str {
        self.name
            .split_once('.')
            .map_or(self.name, |(service, _)| service)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service;
    use crate::wire::table;

    /// Whether the simulator has the operation, and its input those members.
    fn check(resource_type: &ResourceType, operation: &str, members: &[&str]) {
        let service = service::all()
            .iter()
            .find(|service| service.name() == resource_type.service())
            .expect("a service");
        assert!(
            service.operations().contains(&operation),
            "{}: {operation}",
            resource_type.name
        );
        let table = table::table(resource_type.service()).expect("a table");
        let input = table.operations[operation].input.as_deref();
        for member in members {
            let shape = table.shape(input.expect("an input"));
            assert!(
                shape.members.contains_key(*member),
                "{}: {operation} takes no {member}",
                resource_type.name
            );
        }
    }

    #[test]
    fn every_row_names_operations_and_members_that_exist() {
        for resource_type in RESOURCE_TYPES {
            let mut listing: Vec<&str> = resource_type.list.1.iter().map(|(name, _)| *name).collect();
            if let Some((owner, members)) = resource_type.within {
                assert!(ResourceType::named(owner).is_some(), "{owner}");
                listing.extend(members.iter().map(|(name, _)| *name));
            }
            check(resource_type, resource_type.list.0, &listing);
            let own: Vec<&str> = resource_type.key.iter().map(|(name, _)| *name).collect();
            for operation in resource_type.changes.iter().chain(resource_type.removal) {
                check(resource_type, operation, &own);
            }
            for holder in resource_type.holders {
                check(resource_type, holder.list, &[holder.of.0]);
                let takes: Vec<&str> = holder.takes.iter().map(|(name, _)| *name).collect();
                check(resource_type, holder.release, &takes);
                check(resource_type, holder.release, &[holder.of.0]);
            }
            let table = table::table(resource_type.service()).expect("a table");
            for shape in [resource_type.stuck_codes, resource_type.failure_codes.flatten()]
                .into_iter()
                .flatten()
            {
                assert!(table.shapes[shape].values.is_some(), "{shape} lists no codes");
            }
        }
    }
}
