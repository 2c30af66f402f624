//! Approved origins of an instance.

use headset_aws::Aws;
use headset_core::KindId;
use headset_kinds::Observation;
use headset_kinds::connect::{ApprovedOrigin, ConnectInstance};
use serde_json::json;

use super::instance::instance;
use super::only_instance;
use crate::invariants::conformance::{Case, ExternalChange, address, after};
use crate::kinds::direct::{instance as spec_of_instance, under_all_seeds};

pub(crate) fn case() -> Case {
    Case {
        before: vec![instance()],
        subject: (
            address("connect.approved_origin/https://pages.example.com"),
            json!({ "instance_id": after("connect.instance/main", "id"), "origin": "https://pages.example.com" }),
        ),
        changes: vec![],
        unchanged: vec![],
    }
}

/// Approves another origin, as others do.
pub(crate) async fn put(aws: &Aws, _: KindId) -> String {
    let (instance, _) = only_instance(aws).await;
    let request = aws.connect().associate_approved_origin().instance_id(&instance);
    request.origin("https://theirs.example.com").send().await.unwrap();
    format!("{instance} https://theirs.example.com")
}

pub(crate) async fn change(_aws: &Aws, field: &str, _way: usize) -> ExternalChange {
    match field {
        "instance_id" | "origin" => ExternalChange::Fixed(
            "an approved origin is nothing but these: another one is another origin, and this one is gone",
        ),
        other => panic!("connect.approved_origin: nothing here changes from outside `{other}`"),
    }
}

#[test]
fn an_origin_lives_and_dies() {
    under_all_seeds(async |bench| {
        let (address, instance_spec) = spec_of_instance();
        let instance = bench.make(&ConnectInstance, &address, &instance_spec).await;
        let origin = headset_core::address!("connect.approved_origin", "https://desk.example.com");
        let origin_spec = json!({"instance_id": instance.id, "origin": "https://desk.example.com"});
        let live = bench.make(&ApprovedOrigin, &origin, &origin_spec).await;
        bench.remove(&ApprovedOrigin, &origin, &origin_spec, &live).await;

        // Without the instance nothing of it exists.
        bench
            .remove(&ConnectInstance, &address, &instance_spec, &instance)
            .await;
        assert!(matches!(
            bench
                .observation(&ApprovedOrigin, &origin, &origin_spec, None)
                .await,
            Observation::Absent
        ));
    });
}
