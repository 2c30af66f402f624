//! Instances of Amazon Connect.

use aws_sdk_connect::types::InstanceAttributeType;
use headset_aws::Aws;
use headset_core::Address;
use headset_kinds::connect::ConnectInstance;
use serde_json::{Value, json};

use super::{change_tags, only_instance};
use crate::invariants::conformance::{Case, ExternalChange, address, other_tags, tags};
use crate::kinds::direct::{instance as spec_of_instance, more_tags, under_all_seeds};

pub(crate) fn instance() -> (Address, Value) {
    let spec = json!({
        "alias": "acme-support", "identity": "SAML", "inbound": true, "outbound": true,
        "attributes": { "CONTACTFLOW_LOGS": "true" }, "tags": tags(),
    });
    (address("connect.instance/main"), spec)
}

pub(crate) fn case() -> Case {
    Case {
        before: vec![],
        subject: instance(),
        changes: vec![
            ("inbound", json!(false)),
            ("outbound", json!(false)),
            (
                "attributes",
                json!({ "CONTACTFLOW_LOGS": "false", "CONTACT_LENS": "false" }),
            ),
            ("tags", other_tags()),
        ],
        unchanged: vec![],
    }
}

pub(crate) async fn change(aws: &Aws, field: &str, way: usize) -> ExternalChange {
    match (field, way) {
        ("alias" | "identity", _) => ExternalChange::Fixed("Connect has no call that changes it"),
        ("tags", way) => change_tags(aws, &only_instance(aws).await.1, way).await,
        (_, 1..) => ExternalChange::Enough,
        (field, _) => {
            set(
                aws,
                match field {
                    "inbound" => InstanceAttributeType::InboundCalls,
                    "outbound" => InstanceAttributeType::OutboundCalls,
                    "attributes" => InstanceAttributeType::ContactflowLogs,
                    other => panic!("connect.instance: nothing here changes from outside `{other}`"),
                },
            )
            .await;
            ExternalChange::Changed
        }
    }
}

async fn set(aws: &Aws, attribute: InstanceAttributeType) {
    let (id, _) = only_instance(aws).await;
    let request = aws.connect().update_instance_attribute().instance_id(id);
    request
        .attribute_type(attribute)
        .value("false")
        .send()
        .await
        .unwrap();
}

#[test]
fn an_instance_lives_and_dies() {
    under_all_seeds(async |bench| {
        let (address, mut spec) = spec_of_instance();
        let live = bench.make(&ConnectInstance, &address, &spec).await;
        assert!(
            live.outputs["url"].starts_with("https://"),
            "{}",
            live.outputs["url"]
        );
        let changes = [
            ("inbound", json!(false)),
            ("outbound", json!(false)),
            (
                "attributes",
                json!({"CONTACTFLOW_LOGS": "false", "MULTI_PARTY_CONFERENCE": "true"}),
            ),
            ("tags", more_tags()),
        ];
        bench
            .change(&ConnectInstance, &address, &mut spec, &changes)
            .await;
        // An existing instance is looked up by alias or by id, and by nothing else.
        for existing in [
            json!({"alias": "acme-support"}),
            json!({"id": live.id}),
            json!({"id": live.outputs["arn"]}),
        ] {
            assert_eq!(
                bench
                    .settled(&ConnectInstance, &address, &existing, None)
                    .await
                    .id,
                live.id
            );
        }
        bench.remove(&ConnectInstance, &address, &spec, &live).await;
    });
}
