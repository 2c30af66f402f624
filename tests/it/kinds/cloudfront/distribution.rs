//! Distributions: the case, what others change, what of theirs stays, and how one goes.

use headset_aws::Aws;
use headset_client::services::cloud_front::{
    CacheBehavior, DistributionConfig, FoundDistribution, GetDistribution, ListDistributions, TagResource,
    UntagResource, UpdateDistribution,
};
use headset_core::tag;
use serde_json::{Value, json};

use super::access_control::control;
use super::headers_policy::policy;
use crate::invariants::conformance::{
    Bench, Case, ExternalChange, Things, address, after, design, other_tags, tags, things, with,
};
use crate::support::on_virtual_time;

const CERTIFICATE: &str =
    "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012";

fn id(of: &str) -> Value {
    after(&format!("cloudfront.headers_policy/{of}"), "id")
}

pub(crate) fn case() -> Case {
    let spec = json!({
        "name": "acme-ccp-eu-west-2", "bucket_host": "acme-ccp-123456789012-eu-west-2.s3.eu-west-2.amazonaws.com",
        "access_control": after("cloudfront.access_control/ccp", "id"), "headers_policy": id("panel"),
        "path_policies": { "/audio-only.html": id("audio") }, "domain": null, "certificate": null,
        "minimum_tls": "TLSv1", "price_class": "PriceClass_All", "viewer_protocol": "redirect-to-https",
        "cache_policy": "658327ea-f89d-4fab-a63d-7e88639e58f6", "compress": true, "http_version": "http2and3",
        "ipv6": true, "enabled": true, "tags": tags(),
    });
    Case {
        before: vec![
            control(),
            policy("panel", "microphone=()"),
            policy("audio", "microphone=(self)"),
        ],
        subject: (address("cloudfront.distribution/ccp"), spec),
        changes: vec![
            ("bucket_host", json!("acme-other.s3.eu-west-2.amazonaws.com")),
            ("headers_policy", id("audio")),
            ("path_policies", json!({})),
            ("price_class", json!("PriceClass_100")),
            ("viewer_protocol", json!("https-only")),
            ("cache_policy", json!("4135ea2d-6df8-44a3-9df3-4b5a84be39ad")),
            ("compress", json!(false)),
            ("http_version", json!("http2")),
            ("ipv6", json!(false)),
            ("enabled", json!(false)),
            ("tags", other_tags()),
        ],
        unchanged: vec![
            ("access_control", "follows from the one that there is"),
            ("domain", "goes with its certificate: see the test of both"),
            ("certificate", "goes with its domain: see the test of both"),
            ("minimum_tls", "goes with its certificate: see the test of both"),
        ],
    }
}

/// The distribution before a field of it is changed from outside.
pub(crate) fn base(field: &str, _way: usize) -> Things {
    match field {
        "domain" | "certificate" | "minimum_tls" => with(things("cloudfront.distribution"), &own_domain()),
        _ => things("cloudfront.distribution"),
    }
}

fn own_domain() -> [(&'static str, Value); 3] {
    [
        ("domain", json!("desk.example.com")),
        ("certificate", json!(CERTIFICATE)),
        ("minimum_tls", json!("TLSv1.2_2021")),
    ]
}

async fn found(aws: &Aws) -> FoundDistribution {
    let listed = aws.ask(ListDistributions::default()).await.unwrap();
    let id = listed.distribution_list.into_items().remove(0).id;
    aws.ask(GetDistribution { id }).await.unwrap()
}

async fn put(aws: &Aws, now: FoundDistribution, config: DistributionConfig) {
    let request = UpdateDistribution {
        id: now.found.id,
        if_match: now.etag,
        distribution_config: config,
    };
    aws.ask(request).await.unwrap();
}

pub(crate) async fn change(aws: &Aws, field: &str, way: usize) -> ExternalChange {
    if way > 0 && field != "tags" {
        return ExternalChange::Enough;
    }
    let now = found(aws).await;
    let resource = now.found.arn.clone();
    let mut config = now.found.distribution_config.clone();
    let mut origins = std::mem::take(&mut config.origins).into_items();
    match (field, way) {
        ("tags", 0) => {
            let tags = vec![headset_client::services::cloud_front::Tag {
                key: "team".to_owned(),
                value: Some("theirs".to_owned()),
            }];
            let request = TagResource {
                resource,
                tags: tags.into(),
            };
            aws.ask(request).await.unwrap();
            return ExternalChange::Changed;
        }
        ("tags", 1) => {
            let request = UntagResource {
                resource,
                tag_keys: vec![tag::LINEAGE.to_owned()].into(),
            };
            aws.ask(request).await.unwrap();
            return ExternalChange::Changed;
        }
        ("tags", _) => return ExternalChange::Enough,
        ("name", _) => config.comment = "theirs".to_owned(),
        ("bucket_host", _) => origins[0].domain_name = "theirs.s3.eu-west-2.amazonaws.com".to_owned(),
        ("access_control", _) => origins[0].origin_access_control_id = Some(String::new()),
        ("headers_policy", _) => config.default_cache_behavior.response_headers_policy_id = None,
        ("path_policies", _) => config.cache_behaviors = None,
        ("domain", _) => config.aliases = Some(vec!["theirs.example.com".to_owned()].into()),
        ("certificate", _) => {
            return ExternalChange::Fixed("with a name of one's own there has to be its certificate");
        }
        ("minimum_tls", _) => {
            let viewer = config.viewer_certificate.as_mut().unwrap();
            viewer.minimum_protocol_version = Some("TLSv1".to_owned());
        }
        ("price_class", _) => config.price_class = Some("PriceClass_200".to_owned()),
        ("viewer_protocol", _) => {
            config.default_cache_behavior.viewer_protocol_policy = "allow-all".to_owned();
        }
        ("cache_policy", _) => {
            config.default_cache_behavior.cache_policy_id =
                Some("4135ea2d-6df8-44a3-9df3-4b5a84be39ad".to_owned());
        }
        ("compress", _) => config.default_cache_behavior.compress = Some(false),
        ("http_version", _) => config.http_version = Some("http1.1".to_owned()),
        ("ipv6", _) => config.is_ipv6_enabled = Some(false),
        ("enabled", _) => config.enabled = false,
        (other, _) => panic!("cloudfront.distribution: nothing here changes from outside `{other}`"),
    }
    config.origins = origins.into();
    put(aws, now, config).await;
    ExternalChange::Changed
}

/// A name of one's own comes and goes with its certificate, and the pages' origin with it.
#[test]
fn a_domain_comes_and_goes_with_its_certificate() {
    on_virtual_time(async {
        let bench = Bench::new().await;
        let plain = things("cloudfront.distribution");
        let named = with(plain.clone(), &own_domain());
        for (things, origin) in [
            (&named, Some("https://desk.example.com")),
            (&plain, None),
            (&named, Some("https://desk.example.com")),
        ] {
            bench.make(&design(things), "the distribution").await;
            let there = found(&bench.aws).await.found;
            let state = bench.sandbox.state();
            let (address, _) = things.last().unwrap();
            let known = &state.resources[address].outputs;
            let own = format!("https://{}", there.domain_name);
            assert_eq!(known["origin"], origin.unwrap_or(&own));
            assert_eq!(known["host"], there.domain_name);
        }
    });
}

/// What no key of the blueprint says stays as others have set it: a behavior of theirs for our path, a setting of the whole.
#[test]
fn what_the_blueprint_has_no_word_for_stays() {
    on_virtual_time(async {
        let bench = Bench::new().await;
        let wanted = things("cloudfront.distribution");
        bench.make(&design(&wanted), "creation").await;
        let now = found(&bench.aws).await;
        let config = DistributionConfig {
            web_acl_id: serde_json::from_value(json!("theirs")).ok(),
            enabled: false,
            ..now.found.distribution_config.clone()
        };
        let kept = config.web_acl_id.clone();
        put(&bench.aws, now, config).await;
        bench.make(&design(&wanted), "what is corrected").await;
        let there = found(&bench.aws).await.found.distribution_config;
        assert!(there.enabled);
        assert_eq!(there.web_acl_id, kept);
        let named: Vec<CacheBehavior> = there.cache_behaviors.unwrap().into_items();
        assert_eq!(named.len(), 1);
    });
}

/// CloudFront deletes only what all edges know to be disabled: that takes three calls and some minutes.
#[test]
fn a_distribution_is_disabled_before_it_goes() {
    on_virtual_time(async {
        let bench = Bench::new().await;
        let wanted = things("cloudfront.distribution");
        bench.make(&design(&wanted), "creation").await;
        let before = bench.sandbox.simulator.call_log().len();
        bench.make(&design(&[]), "deletion").await;
        let calls = bench.sandbox.simulator.call_log().split_off(before);
        let mut changing: Vec<&str> = calls
            .iter()
            .map(|call| call.operation.as_str())
            .filter(|operation| operation.starts_with("Update") || operation.starts_with("Delete"))
            .collect();
        // What it used goes at the same time.
        changing[2..].sort_unstable();
        assert_eq!(
            changing,
            [
                "UpdateDistribution",
                "DeleteDistribution",
                "DeleteOriginAccessControl",
                "DeleteResponseHeadersPolicy",
                "DeleteResponseHeadersPolicy",
            ]
        );
        let listed = bench.aws.ask(ListDistributions::default()).await.unwrap();
        assert!(listed.distribution_list.into_items().is_empty());
    });
}
