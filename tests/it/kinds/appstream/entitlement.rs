//! Entitlements of stacks.

use aws_sdk_appstream::types::{AppVisibility, EntitlementAttribute};
use headset_aws::Aws;
use headset_core::KindId;
use serde_json::{Value, json};

use super::stack::stack;
use crate::invariants::conformance::{Case, ExternalChange, address, after};

const STACK: &str = "acme-agents";

fn asked(name: &str, value: &str) -> Value {
    json!({ "name": name, "value": value })
}

pub(crate) fn case() -> Case {
    Case {
        before: vec![stack()],
        subject: (
            address("appstream.entitlement/agents:sales"),
            json!({
                "stack": after("appstream.stack/agents", "name"), "name": "sales",
                "description": "What sales sees",
                "attributes": [asked("department", "sales"), asked("groups", "leads")], "applications": ["crm", "mail"],
            }),
        ),
        changes: vec![
            ("description", json!("Another")),
            ("description", Value::Null),
            ("attributes", json!([asked("department", "support")])),
            (
                "attributes",
                json!([asked("groups", "leads"), asked("department", "support")]),
            ),
            ("applications", json!(["mail", "wiki"])),
            ("applications", Value::Null),
            ("applications", json!(["crm"])),
        ],
        unchanged: vec![],
    }
}

fn attribute(name: &str, value: &str) -> EntitlementAttribute {
    EntitlementAttribute::builder().name(name).value(value).build()
}

/// Makes another entitlement of the stack, as others do.
pub(crate) async fn put(aws: &Aws, _: KindId) -> String {
    let request = aws
        .appstream()
        .create_entitlement()
        .stack_name(STACK)
        .name("theirs");
    let request = request.app_visibility(AppVisibility::All);
    request
        .attributes(attribute("title", "Guest"))
        .send()
        .await
        .unwrap();
    format!("{STACK}/theirs")
}

pub(crate) async fn change(aws: &Aws, field: &str, way: usize) -> ExternalChange {
    if matches!(field, "stack" | "name") {
        return ExternalChange::Fixed("AppStream has no call that moves or renames an entitlement");
    }
    let appstream = aws.appstream();
    if way == 0 && field == "applications" {
        let request = appstream
            .associate_application_to_entitlement()
            .stack_name(STACK)
            .entitlement_name("sales")
            .application_identifier("theirs");
        request.send().await.unwrap();
        return ExternalChange::Changed;
    }
    let update = appstream.update_entitlement().stack_name(STACK).name("sales");
    let update = match (field, way) {
        // Others make it one to all applications.
        ("applications", 1) => update.app_visibility(AppVisibility::All),
        (_, 1..) => return ExternalChange::Enough,
        ("description", _) => update.description("Theirs"),
        ("attributes", _) => update.attributes(attribute("department", "theirs")),
        (other, _) => panic!("appstream.entitlement: nothing here changes from outside `{other}`"),
    };
    update.send().await.unwrap();
    ExternalChange::Changed
}
