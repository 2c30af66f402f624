//! What the account needs once for all users of AppStream in it: service roles and usage reports.

use std::collections::BTreeSet;

use crate::draft::DesignDraft;
use headset_blueprint::model::{AppstreamSection, Capacity, Source};
use headset_core::Arn;
use headset_core::diagnostic::Diagnostic;
use headset_kinds::Address;
use headset_kinds::appstream::UsageReportSpec;
use headset_kinds::iam::ServiceRoleSpec;
use headset_kinds::output;

/// The role under which AppStream makes network interfaces and buckets. The console makes it on first use; with the
/// API alone, fleets stay STARTING with the error IAM_SERVICE_ROLE_IS_MISSING.
const SERVICE_ACCESS: &str = "AmazonAppStreamServiceAccess";
/// The service-linked role under which Application Auto Scaling changes fleets.
const SCALING: &str = "AWSServiceRoleForApplicationAutoScaling_AppStreamFleet";
/// The service that the second one is linked to.
const SCALING_SERVICE: &str = "appstream.application-autoscaling.amazonaws.com";

/// The role that builders and fleets come after, if Headset sees to it.
pub(super) fn service_access(section: &AppstreamSection) -> Vec<Address> {
    role(section, SERVICE_ACCESS)
}

/// The role that a fleet's scaling comes after, if Headset sees to it.
pub(super) fn scaling(section: &AppstreamSection) -> Vec<Address> {
    role(section, SCALING)
}

fn role(section: &AppstreamSection, name: &str) -> Vec<Address> {
    let address = || Address::new(ServiceRoleSpec::KIND, name);
    section.service_roles.then(address).into_iter().collect()
}

pub(super) fn declare(draft: &mut DesignDraft<'_>, section: &AppstreamSection) {
    if section.service_roles {
        service_roles(draft, section);
    }
    match &section.usage_reports {
        Some(on) if on.value => {
            let spec = UsageReportSpec {
                region: draft.context.appstream_region.clone(),
            };
            let address = draft.ensured("main", &spec, &on.place);
            draft.after(&address, service_access(section));
            draft.output(
                "usage_report_bucket",
                headset_kinds::Text::after(&address, output::BUCKET),
            );
        }
        Some(off) => draft.complain(
            Diagnostic::warning(
                "usage-reports-stay",
                "usage reports are the whole account's: Headset switches them on and never off",
            )
            .at(off.place.clone())
            .help("leave `usage_reports` out, and switch them off in AppStream's console if they are on"),
        ),
        None => {}
    }
}

fn service_roles(draft: &mut DesignDraft<'_>, section: &AppstreamSection) {
    let ours = section.images.values().any(is_ours)
        || section.fleets.values().any(is_ours)
        || section.stacks.values().any(is_ours)
        || section.usage_reports.as_ref().is_some_and(|on| on.value);
    if ours {
        let policy = Arn {
            partition: &draft.context.partition,
            service: "iam",
            region: "",
            account: "aws",
            resource: &format!("policy/service-role/{SERVICE_ACCESS}"),
        }
        .to_string();
        let spec = ServiceRoleSpec {
            name: SERVICE_ACCESS.to_owned(),
            // AppStream looks for it here and nowhere else.
            path: "/service-role/".to_owned(),
            service: "appstream.amazonaws.com".to_owned(),
            account: draft.context.account.clone(),
            policies: [policy].into(),
            linked: false,
        };
        draft.ensured(SERVICE_ACCESS, &spec, &section.place);
    }
    let scales = section.fleets.values().any(|fleet| match fleet {
        Source::Ours(fleet) => matches!(fleet.capacity, Capacity::Scaled(_)),
        Source::Existing(_) => false,
    });
    if scales {
        let spec = ServiceRoleSpec {
            name: SCALING.to_owned(),
            path: format!("/aws-service-role/{SCALING_SERVICE}/"),
            service: SCALING_SERVICE.to_owned(),
            account: draft.context.account.clone(),
            policies: BTreeSet::new(),
            linked: true,
        };
        draft.ensured(SCALING, &spec, &section.place);
    }
}

fn is_ours<T>(source: &Source<T>) -> bool {
    matches!(source, Source::Ours(_))
}
