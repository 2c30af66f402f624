//! Which of the things that nobody has proved may stand behind a failure, so that whoever meets it is told.

use super::assumptions::{ASSUMPTIONS, Assumption};
use super::error::{AwsError, Class};

/// Where a wrong belief would show.
#[derive(Clone, Copy, Debug)]
enum Place {
    /// As a call that fails.
    Call(&'static str, &'static [&'static str], &'static [Class]),
    /// As a field that does not become as wanted.
    Field(&'static str, &'static [&'static str]),
    /// As any call that is throttled for so long that it fails.
    Throttled,
    /// As a wait for something of this kind that ends in errors.
    Wait(&'static str),
    /// In what a person sees: no call of Headset's can tell.
    Eyes,
}

use Class::{
    AlreadyThere, Conflict, Denied, InUse, Invalid, NotFound, NotYetVisible, Other, Quota, WrongState,
};

/// The places of every assumption; a test holds the two lists together.
const PLACES: &[(&str, Place)] = &[
    ("pace.unpublished", Place::Throttled),
    ("regions.refused-until-enabled", Place::Eyes),
    // The messages of these two name them.
    ("answers.request-id", Place::Eyes),
    ("answers.empty-lists", Place::Eyes),
    ("entra-role-arns", Place::Eyes),
    (
        "appstream.in-use-lingers",
        Place::Call(
            "appstream",
            &["DeleteFleet", "DeleteImage", "DeleteImageBuilder", "DeleteStack"],
            &[InUse],
        ),
    ),
    (
        "appstream.describe-names",
        Place::Call(
            "appstream",
            &[
                "DescribeFleets",
                "DescribeImageBuilders",
                "DescribeImages",
                "DescribeStacks",
            ],
            &[Invalid, Other, Quota],
        ),
    ),
    (
        "appstream.empty-text-clears",
        Place::Field("appstream.fleet", &["display_name", "description"]),
    ),
    (
        "appstream.empty-text-clears",
        Place::Field("appstream.image_builder", &["display_name", "description"]),
    ),
    (
        "appstream.empty-text-clears",
        Place::Field("appstream.stack", &["display_name", "description"]),
    ),
    (
        "appstream.idle-timeout-rounded",
        Place::Field("appstream.fleet", &["disconnect", "idle", "session"]),
    ),
    (
        "appstream-minutes",
        Place::Field("appstream.fleet", &["disconnect", "idle", "session"]),
    ),
    (
        "appstream.vpc-config-whole",
        Place::Field("appstream.fleet", &["subnets", "security_groups"]),
    ),
    (
        "appstream.user-settings-whole",
        Place::Field("appstream.stack", &["user_settings"]),
    ),
    (
        "appstream.streaming-default-tcp",
        Place::Field("appstream.stack", &["streaming"]),
    ),
    (
        "appstream.user-visible-soon",
        Place::Call("appstream", &["BatchAssociateUserStack"], &[NotFound]),
    ),
    (
        "autoscaling.role-visible-soon",
        Place::Call(
            "application-autoscaling",
            &["RegisterScalableTarget", "PutScalingPolicy", "PutScheduledAction"],
            &[Denied, Invalid, NotFound, Other],
        ),
    ),
    (
        "autoscaling.sessions-counted",
        Place::Field("autoscaling.fleet", &["min", "max"]),
    ),
    (
        "appstream.second-fleet",
        Place::Call(
            "appstream",
            &["AssociateFleet"],
            &[AlreadyThere, Conflict, InUse, Invalid, Other, Quota, WrongState],
        ),
    ),
    (
        "appstream.associate-again",
        Place::Call(
            "appstream",
            &["AssociateFleet"],
            &[AlreadyThere, Conflict, Other, WrongState],
        ),
    ),
    (
        "appstream.stalled-builder-deletable",
        Place::Call(
            "appstream",
            &["DeleteImageBuilder"],
            &[Conflict, Other, WrongState],
        ),
    ),
    ("appstream.fleet-errors-transient", Place::Wait("appstream.fleet")),
    (
        "s3.block-lifts-late",
        Place::Call("s3", &["PutBucketPolicy"], &[Denied]),
    ),
    (
        "iam.principal-visible-soon",
        Place::Call("iam", &["CreateRole", "UpdateAssumeRolePolicy"], &[NotYetVisible]),
    ),
    (
        "iam.saml-ec-keys",
        Place::Call("iam", &["CreateSAMLProvider", "UpdateSAMLProvider"], &[Invalid]),
    ),
    (
        "iam.saml-valid-until",
        Place::Call("iam", &["CreateSAMLProvider", "UpdateSAMLProvider"], &[Invalid]),
    ),
    (
        "connect.alias-conflict",
        Place::Call(
            "connect",
            &["CreateInstance"],
            &[AlreadyThere, Conflict, Invalid, Other, WrongState],
        ),
    ),
    (
        "connect.numbers-go-along",
        Place::Call(
            "connect",
            &["DeleteInstance"],
            &[InUse, Invalid, Other, WrongState],
        ),
    ),
    (
        "connect.origin-spelling",
        Place::Field("connect.approved_origin", &["origin"]),
    ),
    (
        "sso.assignment-on-saml",
        Place::Call(
            "sso-admin",
            &["CreateApplicationAssignment"],
            &[Invalid, WrongState, Other],
        ),
    ),
    ("appstream.unanswered-setting-closed", Place::Eyes),
    ("appstream.unset-redirection-closed", Place::Eyes),
    (
        "appstream.url-patterns-with-protocol",
        Place::Call("appstream", &["CreateStack", "UpdateStack"], &[Invalid, Other]),
    ),
    ("sso.application-told", Place::Eyes),
    ("gov-sign-in", Place::Eyes),
    ("desktop-relay-host", Place::Eyes),
    ("desktop-euc-sso-path", Place::Eyes),
    ("okta-constants", Place::Eyes),
    ("connect-host", Place::Eyes),
    ("idc-user-name", Place::Eyes),
    ("idc-link-name", Place::Eyes),
    ("idc-link-token", Place::Eyes),
    ("edge-path", Place::Eyes),
    ("firefox-path", Place::Eyes),
    ("base-image-families", Place::Eyes),
];

/// What nobody has proved and may stand behind a failed call, in a sentence for people.
pub fn behind_call(error: &AwsError) -> Option<String> {
    sentence(|place| match place {
        Place::Call(service, operations, classes) => {
            *service == error.service
                && operations.contains(&error.operation.as_str())
                && classes.contains(&error.class)
        }
        Place::Throttled => error.class == Class::Throttled,
        Place::Field(..) | Place::Wait(_) | Place::Eyes => false,
    })
}

/// The same for fields of a kind that do not become as wanted.
pub fn behind_fields(kind: &str, fields: &[&str]) -> Option<String> {
    sentence(|place| match place {
        Place::Field(of, names) => *of == kind && names.iter().any(|name| fields.contains(name)),
        _ => false,
    })
}

/// The same for a wait that ends in errors.
pub fn behind_wait(kind: &str) -> Option<String> {
    sentence(|place| matches!(place, Place::Wait(of) if *of == kind))
}

fn sentence(fits: impl Fn(&Place) -> bool) -> Option<String> {
    let told: Vec<String> = ASSUMPTIONS
        .iter()
        .filter(|point| PLACES.iter().any(|(id, place)| *id == point.id && fits(place)))
        .map(
            |Assumption {
                 id, belief, fallback, ..
             }| {
                format!("assumption {id} may be wrong, which says that {belief}; in that case: {fallback}")
            },
        )
        .collect();
    (!told.is_empty()).then(|| told.join("; "))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_assumption_has_a_place_where_it_would_show() {
        let listed: BTreeSet<&str> = ASSUMPTIONS.iter().map(|point| point.id).collect();
        let placed: BTreeSet<&str> = PLACES.iter().map(|(id, _)| *id).collect();
        assert_eq!(listed, placed);
    }

    #[test]
    fn a_failure_near_an_assumption_names_it_and_another_one_does_not() {
        let refused = |operation, class| AwsError::new("s3", operation, class, "no");
        let told = behind_call(&refused("PutBucketPolicy", Class::Denied)).unwrap();
        assert!(told.contains("s3.block-lifts-late"), "{told}");
        assert_eq!(behind_call(&refused("PutBucketPolicy", Class::Quota)), None);
        assert_eq!(behind_call(&refused("PutObject", Class::Denied)), None);
        let told = behind_fields("appstream.stack", &["user_settings"]).unwrap();
        assert!(told.contains("appstream.user-settings-whole"), "{told}");
        assert_eq!(behind_fields("appstream.stack", &["tags"]), None);
        assert!(behind_wait("appstream.fleet").is_some());
        assert_eq!(behind_wait("connect.instance"), None);
    }
}
