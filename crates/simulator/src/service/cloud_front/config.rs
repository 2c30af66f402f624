//! The configuration of a distribution: what CloudFront refuses, and what it fills in.

use serde_json::{Map, Value, json};

use super::invalid;
use crate::service::Fault;
use crate::world::World;

/// The cache policies that AWS gives to all (its page on managed cache policies).
const CACHE_POLICIES: &[&str] = &[
    "658327ea-f89d-4fab-a63d-7e88639e58f6",
    "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
    "83da9c7e-98b4-4e11-a168-04f0df8e2c65",
    "b2884449-e4de-46a7-ac36-70bc7f1ddd6d",
    "08627262-05a9-4f76-9ded-b50ca2e3a84f",
];

/// All cache behaviors of a configuration, the default one last.
pub(super) fn behaviors(config: &Value) -> impl Iterator<Item = &Value> {
    let named = config["CacheBehaviors"]["Items"].as_array().into_iter().flatten();
    named.chain([&config["DefaultCacheBehavior"]])
}

/// The names that a distribution answers to, beside its own.
pub(super) fn aliases(config: &Value) -> impl Iterator<Item = &str> {
    let items = config["Aliases"]["Items"].as_array().into_iter().flatten();
    items.filter_map(Value::as_str)
}

/// Refuses lists that have another length than they say.
///
/// # Errors
/// `InconsistentQuantities`.
pub(super) fn consistent(value: &Value) -> Result<(), Fault> {
    match value {
        Value::Object(members) => {
            if let Some(quantity) = members.get("Quantity") {
                let items = members.get("Items").and_then(Value::as_array).map_or(0, Vec::len);
                if quantity.as_u64() != Some(items as u64) {
                    let message = "The value of Quantity and the size of Items don't match.";
                    return Err(Fault::new("InconsistentQuantities", message));
                }
            }
            members.values().try_for_each(consistent)
        }
        Value::Array(items) => items.iter().try_for_each(consistent),
        _ => Ok(()),
    }
}

/// Refuses what CloudFront does not take. `id` is the distribution's, if it is there already.
pub(super) fn check(world: &World, account: &str, id: Option<&str>, config: &Value) -> Result<(), Fault> {
    consistent(config)?;
    if config["Comment"].as_str().unwrap_or_default().chars().count() > 128 {
        return Err(invalid("The comment has to have at most 128 characters."));
    }
    let own = world.cloud_front.accounts.get(account);
    let origins: Vec<&Value> = config["Origins"]["Items"]
        .as_array()
        .into_iter()
        .flatten()
        .collect();
    for origin in &origins {
        check_origin(origin)?;
        let control = origin["OriginAccessControlId"].as_str().unwrap_or_default();
        let is_known = own.is_some_and(|own| own.access_controls.contains_key(control));
        if !control.is_empty() && !is_known {
            let message = "The origin access control is not valid.";
            return Err(Fault::new("InvalidOriginAccessControl", message));
        }
    }
    for behavior in behaviors(config) {
        if !origins
            .iter()
            .any(|origin| origin["Id"] == behavior["TargetOriginId"])
        {
            let message = "One or more of your origins or origin groups do not exist.";
            return Err(Fault::new("NoSuchOrigin", message).with_status(404));
        }
        match behavior["CachePolicyId"].as_str() {
            Some(policy) if CACHE_POLICIES.contains(&policy) => {}
            Some(_) => {
                return Err(Fault::new(
                    "NoSuchCachePolicy",
                    "The cache policy does not exist.",
                ));
            }
            None if behavior["ForwardedValues"].is_object() => {}
            None => return Err(invalid("The parameter ForwardedValues is required.")),
        }
        let headers = behavior["ResponseHeadersPolicyId"].as_str().unwrap_or_default();
        let is_known = own.is_some_and(|own| own.headers_policies.contains_key(headers));
        if !headers.is_empty() && !is_known {
            let message = "The response headers policy does not exist.";
            return Err(Fault::new("NoSuchResponseHeadersPolicy", message));
        }
    }
    check_certificate(world, config)?;
    let taken = world
        .cloud_front
        .accounts
        .values()
        .flat_map(|own| &own.distributions);
    let mut taken = taken.filter(|(other, _)| Some(other.as_str()) != id);
    if taken.any(|(_, other)| aliases(&other.config).any(|taken| aliases(config).any(|name| name == taken))) {
        let message =
            "One or more of the CNAMEs you provided are already associated with a different resource.";
        return Err(Fault::new("CNAMEAlreadyExists", message));
    }
    Ok(())
}

fn check_origin(origin: &Value) -> Result<(), Fault> {
    let kinds = ["S3OriginConfig", "CustomOriginConfig", "VpcOriginConfig"];
    if kinds.iter().filter(|kind| origin[**kind].is_object()).count() != 1 {
        let message = "The specified origin server does not exist or is not valid.";
        return Err(Fault::new("InvalidOrigin", message));
    }
    let control = origin["OriginAccessControlId"].as_str().unwrap_or_default();
    let identity = origin["S3OriginConfig"]["OriginAccessIdentity"]
        .as_str()
        .unwrap_or_default();
    if !control.is_empty() && !identity.is_empty() {
        let message = "An origin cannot contain both an origin access control and an origin access identity.";
        return Err(Fault::new("IllegalOriginAccessConfiguration", message));
    }
    Ok(())
}

/// Names of one's own need a certificate that covers each of them.
fn check_certificate(world: &World, config: &Value) -> Result<(), Fault> {
    let wrong = |why: &str| Err(Fault::new("InvalidViewerCertificate", why));
    let viewer = &config["ViewerCertificate"];
    let mut names = aliases(config).peekable();
    let Some(arn) = viewer["ACMCertificateArn"].as_str() else {
        return match names.peek() {
            None => Ok(()),
            Some(_) => wrong(
                "To add an alternate domain name (CNAME) to a CloudFront distribution, you must attach a trusted certificate \
                 that validates your authorization to use the domain name.",
            ),
        };
    };
    if viewer["SSLSupportMethod"].as_str().is_none() {
        return wrong("SSLSupportMethod is required with a certificate of Certificate Manager.");
    }
    let Some(covered) = world.cloud_front.certificates.get(arn) else {
        return wrong(
            "The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't valid, or doesn't include a valid certificate chain.",
        );
    };
    match names.all(|name| covered.iter().any(|pattern| covers(pattern, name))) {
        true => Ok(()),
        false => wrong(
            "The certificate that is attached to your distribution doesn't cover the alternate domain name (CNAME) that you're trying to add.",
        ),
    }
}

/// An asterisk stands for one label.
fn covers(pattern: &str, name: &str) -> bool {
    match pattern.strip_prefix("*.") {
        None => pattern.eq_ignore_ascii_case(name),
        Some(parent) => name
            .split_once('.')
            .is_some_and(|(label, rest)| !label.is_empty() && rest.eq_ignore_ascii_case(parent)),
    }
}

/// Members that are filled in, where they are missing.
fn fill(into: &mut Value, defaults: Value) {
    let (Some(members), Value::Object(defaults)) = (into.as_object_mut(), defaults) else {
        return;
    };
    for (name, value) in defaults {
        let member = members.entry(name).or_insert(Value::Null);
        if member.is_null() {
            *member = value;
        }
    }
}

fn none() -> Value {
    json!({ "Quantity": 0 })
}

/// The configuration as CloudFront keeps it: whole.
pub(super) fn completed(mut config: Value) -> Value {
    fill(
        &mut config,
        json!({
            "Aliases": none(), "DefaultRootObject": "", "OriginGroups": none(), "CacheBehaviors": none(),
            "CustomErrorResponses": none(), "PriceClass": "PriceClass_All", "WebACLId": "", "HttpVersion": "http2",
            "IsIPV6Enabled": false, "ContinuousDeploymentPolicyId": "", "Staging": false,
            "Logging": { "Enabled": false, "IncludeCookies": false, "Bucket": "", "Prefix": "" },
            "ViewerCertificate": {},
            "Restrictions": { "GeoRestriction": { "RestrictionType": "none", "Quantity": 0 } },
        }),
    );
    let viewer = &mut config["ViewerCertificate"];
    match viewer["ACMCertificateArn"].as_str().map(str::to_owned) {
        Some(arn) => fill(
            viewer,
            json!({ "CloudFrontDefaultCertificate": false, "MinimumProtocolVersion": "TLSv1.2_2021",
                    "Certificate": arn, "CertificateSource": "acm" }),
        ),
        // "CloudFront automatically sets the security policy to TLSv1 regardless of the value that you set here."
        None => {
            *viewer = json!({ "CloudFrontDefaultCertificate": true, "SSLSupportMethod": "vip",
                              "MinimumProtocolVersion": "TLSv1", "CertificateSource": "cloudfront" });
        }
    }
    for origin in config["Origins"]["Items"].as_array_mut().into_iter().flatten() {
        fill(
            origin,
            json!({ "OriginPath": "", "CustomHeaders": none(), "ConnectionAttempts": 3, "ConnectionTimeout": 10,
                    "OriginShield": { "Enabled": false }, "OriginAccessControlId": "" }),
        );
    }
    let behavior = |behavior: &mut Value| {
        fill(
            behavior,
            json!({
                "TrustedSigners": { "Enabled": false, "Quantity": 0 },
                "TrustedKeyGroups": { "Enabled": false, "Quantity": 0 },
                "AllowedMethods": { "Quantity": 2, "Items": ["HEAD", "GET"] },
                "SmoothStreaming": false, "Compress": false, "LambdaFunctionAssociations": none(),
                "FunctionAssociations": none(), "FieldLevelEncryptionId": "",
            }),
        );
        fill(
            &mut behavior["AllowedMethods"],
            json!({ "CachedMethods": { "Quantity": 2, "Items": ["HEAD", "GET"] } }),
        );
    };
    behavior(&mut config["DefaultCacheBehavior"]);
    for one in config["CacheBehaviors"]["Items"]
        .as_array_mut()
        .into_iter()
        .flatten()
    {
        behavior(one);
    }
    config
}

/// What a list of distributions says of one.
pub(super) fn summary(config: &Value) -> Map<String, Value> {
    let left_out = [
        "CallerReference",
        "DefaultRootObject",
        "Logging",
        "ContinuousDeploymentPolicyId",
    ];
    let members = config.as_object().cloned().unwrap_or_default();
    members
        .into_iter()
        .filter(|(name, _)| !left_out.contains(&name.as_str()))
        .collect()
}
