//! All assumptions, and which of them may be behind a failure.

use super::model::{Evidence, Signal};
use super::{
    appstream, autoscaling, cloudfront, connect, desk, ec2, everywhere, iam, identity_center, idp, s3,
    session, sign_in,
};
use headset_core::field::FieldId;
use headset_core::{AwsError, KindId};

/// The lists, each with what it is about.
pub(super) const SECTIONS: &[(&str, &[Evidence])] = &[
    ("All services", everywhere::ALL),
    ("Amazon AppStream 2.0", appstream::ALL),
    ("Application Auto Scaling", autoscaling::ALL),
    ("Amazon CloudFront", cloudfront::ALL),
    ("Amazon EC2", ec2::ALL),
    ("Amazon Connect", connect::ALL),
    ("IAM", iam::ALL),
    ("IAM Identity Center", identity_center::ALL),
    ("Hosts of a sign-in", sign_in::ALL),
    ("Other identity providers", idp::ALL),
    ("Amazon S3", s3::ALL),
    ("The network of agents' desks", desk::ALL),
    ("Images and the programs in them", session::ALL),
];

/// All assumptions.
pub fn all() -> impl Iterator<Item = &'static Evidence> {
    SECTIONS.iter().flat_map(|(_, list)| *list)
}

/// The assumption with this id.
pub fn find(id: &str) -> Option<&'static Evidence> {
    all().find(|one| one.id == id)
}

/// The assumptions that may be behind a failed call. Credentials that are over say nothing about what AWS does.
pub fn behind_call(error: &AwsError) -> Vec<&'static Evidence> {
    if error.is_of_expired_credentials() {
        return Vec::new();
    }
    with(|signal| match signal {
        Signal::Call {
            service,
            operations,
            classes,
        } => {
            *service == error.service
                && operations.contains(&error.operation.as_str())
                && classes.contains(&error.class)
        }
        Signal::AnyCall(classes) => classes.contains(&error.class),
        _ => false,
    })
}

/// The assumptions that may be behind fields of a kind that do not become as wanted.
pub fn behind_fields(kind: KindId, fields: &[String]) -> Vec<&'static Evidence> {
    with(|signal| match signal {
        Signal::Fields(ids) => ids
            .iter()
            .any(|id| id.kind == kind && fields.iter().any(|name| id == name)),
        _ => false,
    })
}

/// The assumptions that may be behind a wait for something of a kind, where the wait ends in errors that AWS reports.
pub fn behind_wait(kind: KindId) -> Vec<&'static Evidence> {
    with(|signal| matches!(signal, Signal::Errors(of) if *of == kind))
}

/// The assumptions that may be behind a wait that takes too long.
pub fn behind_long_wait() -> Vec<&'static Evidence> {
    with(|signal| *signal == Signal::LongWait)
}

/// The assumptions that may be behind a resource that does not appear.
pub fn behind_absence() -> Vec<&'static Evidence> {
    with(|signal| *signal == Signal::Absence)
}

/// The assumptions that may be behind a plan that refuses a resource because of these fields.
pub fn behind_incompatibility(fields: &[FieldId]) -> Vec<&'static Evidence> {
    with(|signal| match signal {
        Signal::Incompatibility(ids) => ids.iter().any(|id| fields.contains(id)),
        _ => false,
    })
}

fn with(fits: impl Fn(&Signal) -> bool) -> Vec<&'static Evidence> {
    all().filter(|one| one.signals.iter().any(&fits)).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::appstream::{FleetSpec, StackSpec};
    use crate::connect::InstanceSpec;
    use headset_core::Class;

    fn ids(found: &[&Evidence]) -> Vec<&'static str> {
        found.iter().map(|one| one.id).collect()
    }

    fn error(service: &str, operation: &str, class: Class) -> AwsError {
        AwsError::new(service, operation, class, "no")
    }

    #[test]
    fn each_assumption_has_an_id_of_its_own_and_at_least_one_signal() {
        let ids: BTreeSet<&str> = all().map(|one| one.id).collect();
        assert_eq!(ids.len(), all().count());
        for one in all() {
            assert!(!one.signals.is_empty(), "{}", one.id);
            assert_eq!(find(one.id), Some(one));
        }
    }

    /// Each part goes into one sentence: see [`Evidence`].
    #[test]
    fn what_is_believed_and_what_to_do_are_parts_of_a_sentence() {
        for one in all() {
            for text in [one.belief, one.source, one.fallback] {
                assert!(!text.is_empty() && text == text.trim(), "{}: {text}", one.id);
                assert!(!text.ends_with(['.', ';', ',']), "{}: {text}", one.id);
                assert!(!text.contains("  "), "{}: {text}", one.id);
            }
        }
    }

    #[test]
    fn a_call_finds_the_assumptions_about_its_service_operation_and_class() {
        let denied = error("s3", "PutBucketPolicy", Class::Denied);
        assert_eq!(ids(&behind_call(&denied)), ["s3.block-lifts-late"]);
        for other in [
            error("s3", "PutBucketPolicy", Class::Quota),
            error("s3", "PutObject", Class::Denied),
            error("s3control", "PutBucketPolicy", Class::Denied),
        ] {
            assert_eq!(ids(&behind_call(&other)), [""; 0], "{other}");
        }
        let throttled = error("sts", "AssumeRole", Class::Throttled);
        assert_eq!(ids(&behind_call(&throttled)), ["pace.unpublished"]);
        let expired = AwsError {
            code: Some("ExpiredToken".to_owned()),
            ..denied
        };
        assert_eq!(ids(&behind_call(&expired)), [""; 0]);
    }

    #[test]
    fn fields_waits_and_absences_find_theirs() {
        let behind = |kind: KindId, fields: &[&str]| {
            let fields: Vec<String> = fields.iter().map(|name| (*name).to_owned()).collect();
            ids(&behind_fields(kind, &fields))
        };
        assert_eq!(
            behind(StackSpec::KIND, &["tags", "user_settings"]),
            ["appstream.user-settings-whole"]
        );
        assert_eq!(behind(StackSpec::KIND, &["tags"]), [""; 0]);
        assert_eq!(behind(FleetSpec::KIND, &["user_settings"]), [""; 0]);
        assert_eq!(
            ids(&behind_wait(FleetSpec::KIND)),
            ["appstream.fleet-errors-transient"]
        );
        assert_eq!(ids(&behind_wait(InstanceSpec::KIND)), [""; 0]);
        assert_eq!(ids(&behind_long_wait()), ["waits.long-enough"]);
        assert_eq!(ids(&behind_absence()), ["reads.visible-soon"]);
        let fields = [FleetSpec::IMAGE, FleetSpec::INSTANCE_TYPE];
        assert_eq!(
            ids(&behind_incompatibility(&fields)),
            ["appstream.captured-families"]
        );
        // An image that has failed, or that no builder can start from, is not a matter of families.
        assert_eq!(ids(&behind_incompatibility(&[FleetSpec::IMAGE])), [""; 0]);
    }
}
