//! Response headers policies: the case, what others change, and what of theirs stays.

use headset_aws::Aws;
use headset_client::services::cloud_front::{
    CustomHeader, FoundResponseHeadersPolicy, GetResponseHeadersPolicy, ListResponseHeadersPolicies,
    ResponseHeadersPolicyConfig, UpdateResponseHeadersPolicy,
};
use headset_core::Address;
use serde_json::{Value, json};

use crate::invariants::conformance::{Bench, Case, ExternalChange, address, design};
use crate::support::on_virtual_time;

pub(crate) fn policy(key: &str, permissions: &str) -> (Address, Value) {
    let spec = json!({
        "name": format!("acme-ccp-eu-west-2-{key}"), "description": "The pages of acme",
        "content_security_policy": "frame-ancestors 'none'", "referrer_policy": "strict-origin-when-cross-origin",
        "transport_security": 31_536_000, "no_sniff": true, "permissions_policy": permissions,
    });
    (address(&format!("cloudfront.headers_policy/{key}")), spec)
}

pub(crate) fn case() -> Case {
    Case {
        before: vec![],
        subject: policy("panel", "microphone=()"),
        changes: vec![
            ("description", json!("The pages")),
            ("content_security_policy", json!("frame-ancestors 'self'")),
            ("referrer_policy", json!("origin")),
            ("transport_security", json!(60)),
            ("no_sniff", json!(false)),
            ("permissions_policy", json!("microphone=(self)")),
        ],
        unchanged: vec![],
    }
}

async fn found(aws: &Aws) -> FoundResponseHeadersPolicy {
    let custom = ListResponseHeadersPolicies {
        r#type: Some("custom".to_owned()),
        marker: None,
    };
    let listed = aws.ask(custom).await.unwrap();
    let first = listed.response_headers_policy_list.into_items().remove(0);
    let id = first.response_headers_policy.id;
    aws.ask(GetResponseHeadersPolicy { id }).await.unwrap()
}

async fn put(aws: &Aws, now: FoundResponseHeadersPolicy, config: ResponseHeadersPolicyConfig) {
    let request = UpdateResponseHeadersPolicy {
        id: now.found.id,
        if_match: now.etag,
        response_headers_policy_config: config,
    };
    aws.ask(request).await.unwrap();
}

pub(crate) async fn change(aws: &Aws, field: &str, way: usize) -> ExternalChange {
    if way > 0 {
        return ExternalChange::Enough;
    }
    let now = found(aws).await;
    let mut config = now.found.response_headers_policy_config.clone();
    let mut security = config.security_headers_config.take().unwrap();
    match field {
        "name" => config.name = "theirs".to_owned(),
        "description" => config.comment = Some("theirs".to_owned()),
        "content_security_policy" => security.content_security_policy = None,
        "referrer_policy" => {
            security.referrer_policy.as_mut().unwrap().referrer_policy = "no-referrer".to_owned();
        }
        "transport_security" => {
            security
                .strict_transport_security
                .as_mut()
                .unwrap()
                .access_control_max_age_sec = 1;
        }
        "no_sniff" => security.content_type_options = None,
        "permissions_policy" => config.custom_headers_config = None,
        other => panic!("cloudfront.headers_policy: nothing here changes from outside `{other}`"),
    }
    config.security_headers_config = Some(security);
    put(aws, now, config).await;
    ExternalChange::Changed
}

/// A header that others have added stays where ours is corrected.
#[test]
fn a_header_of_others_stays() {
    on_virtual_time(async {
        let bench = Bench::new().await;
        let wanted = design(&[policy("panel", "microphone=()")]);
        bench.make(&wanted, "creation").await;
        let now = found(&bench.aws).await;
        let mut config = now.found.response_headers_policy_config.clone();
        let mut custom = config.custom_headers_config.take().unwrap().into_items();
        custom.remove(0);
        custom.push(CustomHeader {
            header: "X-Theirs".to_owned(),
            value: "yes".to_owned(),
            r#override: false,
        });
        config.custom_headers_config = Some(custom.into());
        put(&bench.aws, now, config).await;
        bench.make(&wanted, "what is corrected").await;
        let config = found(&bench.aws).await.found.response_headers_policy_config;
        let custom = config.custom_headers_config.unwrap().into_items();
        let names: Vec<&str> = custom.iter().map(|header| header.header.as_str()).collect();
        assert_eq!(names, ["X-Theirs", "Permissions-Policy"]);
    });
}
