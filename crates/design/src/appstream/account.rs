//! What the account needs once, whoever uses AppStream in it: service roles and usage reports.

use serde_json::json;

use crate::drawing::Drawing;
use headset_blueprint::model::{AppstreamSection, Capacity, Source};
use headset_core::diagnostic::Diagnostic;
use headset_kinds::Address;

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
    let address = || Address::new("iam.service_role", name);
    section.service_roles.then(address).into_iter().collect()
}

pub(super) fn draw(drawing: &mut Drawing<'_>, section: &AppstreamSection) {
    if section.service_roles {
        service_roles(drawing, section);
    }
    match &section.usage_reports {
        Some(on) if on.value => {
            let address = Address::new("appstream.usage_report", "main");
            let spec = json!({ "region": drawing.setting.appstream_region });
            drawing.ensured(address.clone(), spec, &on.place);
            drawing.after(&address, service_access(section));
            drawing.output(
                "usage_report_bucket",
                headset_kinds::Text::after(&address, "bucket"),
            );
        }
        Some(off) => drawing.complain(
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

fn service_roles(drawing: &mut Drawing<'_>, section: &AppstreamSection) {
    let ours = section.images.values().any(is_ours)
        || section.fleets.values().any(is_ours)
        || section.stacks.values().any(is_ours)
        || section.usage_reports.as_ref().is_some_and(|on| on.value);
    if ours {
        let policy = format!(
            "arn:{}:iam::aws:policy/service-role/{SERVICE_ACCESS}",
            drawing.setting.partition
        );
        drawing.ensured(
            Address::new("iam.service_role", SERVICE_ACCESS),
            json!({
                "name": SERVICE_ACCESS,
                // AppStream looks for it here and nowhere else.
                "path": "/service-role/",
                "service": "appstream.amazonaws.com",
                "policies": [policy],
                "linked": false,
            }),
            &section.place,
        );
    }
    let scales = section.fleets.values().any(|fleet| match fleet {
        Source::Ours(fleet) => matches!(fleet.capacity, Capacity::Scaled(_)),
        Source::Existing(_) => false,
    });
    if scales {
        drawing.ensured(
            Address::new("iam.service_role", SCALING),
            json!({
                "name": SCALING,
                "path": format!("/aws-service-role/{SCALING_SERVICE}/"),
                "service": SCALING_SERVICE,
                "linked": true,
            }),
            &section.place,
        );
    }
}

fn is_ours<T>(source: &Source<T>) -> bool {
    matches!(source, Source::Ours(_))
}
