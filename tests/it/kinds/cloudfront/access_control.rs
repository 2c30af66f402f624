//! Origin access controls.

use headset_aws::Aws;
use headset_client::services::cloud_front::{
    GetOriginAccessControl, ListOriginAccessControls, UpdateOriginAccessControl,
};
use headset_core::Address;
use serde_json::{Value, json};

use crate::invariants::conformance::{Case, ExternalChange, address};

pub(crate) fn control() -> (Address, Value) {
    let spec = json!({
        "name": "acme-ccp-eu-west-2", "description": "The pages of acme", "signing": "always", "protocol": "sigv4",
        "origin_type": "s3",
    });
    (address("cloudfront.access_control/ccp"), spec)
}

pub(crate) fn case() -> Case {
    Case {
        before: vec![],
        subject: control(),
        changes: vec![
            ("description", json!("The pages")),
            ("signing", json!("no-override")),
        ],
        unchanged: vec![
            ("protocol", "the simulator's buckets know this one alone"),
            ("origin_type", "only this value is offered"),
        ],
    }
}

pub(crate) async fn change(aws: &Aws, field: &str, way: usize) -> ExternalChange {
    if way > 0 {
        return ExternalChange::Enough;
    }
    let listed = aws.ask(ListOriginAccessControls::default()).await.unwrap();
    let id = listed.origin_access_control_list.into_items().remove(0).id;
    let now = aws.ask(GetOriginAccessControl { id: id.clone() }).await.unwrap();
    let mut config = now.found.origin_access_control_config;
    match field {
        "name" => config.name = "theirs".to_owned(),
        "description" => config.description = Some("theirs".to_owned()),
        "signing" => config.signing_behavior = "never".to_owned(),
        "protocol" => config.signing_protocol = "sigv4a".to_owned(),
        "origin_type" => config.origin_access_control_origin_type = "mediastore".to_owned(),
        other => panic!("cloudfront.access_control: nothing here changes from outside `{other}`"),
    }
    let request = UpdateOriginAccessControl {
        id,
        if_match: now.etag,
        origin_access_control_config: config,
    };
    aws.ask(request).await.unwrap();
    ExternalChange::Changed
}
