//! Response headers policies: the headers that distributions add to what they serve.

use serde_json::{Value, json};

use super::kept::{self, Names};
use super::{check_version, config, invalid, own};
use crate::service::{Answer, Call, Fault};
use crate::world::World;

const NAMES: Names = Names {
    thing: "ResponseHeadersPolicy",
    config: "ResponseHeadersPolicyConfig",
    absent: "NoSuchResponseHeadersPolicy",
    of: |account| &mut account.headers_policies,
};

/// The headers that have a setting of their own, which custom headers may not be.
const SECURITY: &[&str] = &[
    "content-security-policy",
    "referrer-policy",
    "strict-transport-security",
    "x-content-type-options",
    "x-frame-options",
    "x-xss-protection",
];

/// Assumption: cloudfront.csp-length.
const LONGEST_CSP: usize = 1783;

fn check(world: &mut World, call: &Call, except: Option<&str>) -> Result<(), Fault> {
    let policy = &call.input[NAMES.config];
    let name = policy["Name"].as_str().unwrap_or_default();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
    if name.is_empty() || name.len() > 128 || !name.chars().all(is_plain) {
        return Err(invalid(
            "Name has to have 1 to 128 letters, digits, hyphens and underscores",
        ));
    }
    if policy["Comment"]
        .as_str()
        .is_some_and(|text| text.chars().count() > 128)
    {
        return Err(invalid("Comment has to have at most 128 characters"));
    }
    config::consistent(policy)?;
    let custom = items(&policy["CustomHeadersConfig"]);
    if custom.len() > 10 {
        return Err(Fault::new(
            "TooManyCustomHeadersInResponseHeadersPolicy",
            "The number of custom headers in the response headers policy exceeds the maximum.",
        ));
    }
    for header in custom {
        let name = header["Header"].as_str().unwrap_or_default().to_ascii_lowercase();
        if name.is_empty() || SECURITY.contains(&name.as_str()) {
            return Err(invalid(format!(
                "The custom header {name} has a setting of its own, or no name"
            )));
        }
    }
    let csp = policy["SecurityHeadersConfig"]["ContentSecurityPolicy"]["ContentSecurityPolicy"].as_str();
    if csp.is_some_and(|csp| csp.len() > LONGEST_CSP) {
        return Err(Fault::new(
            "TooLongCSPInResponseHeadersPolicy",
            "The length of the Content-Security-Policy header value in the response headers policy exceeds the maximum.",
        ));
    }
    let others = own(world, call).headers_policies.iter();
    let mut others = others.filter(|(id, _)| Some(id.as_str()) != except);
    match others.any(|(_, other)| other.config["Name"] == name) {
        true => Err(Fault::new(
            "ResponseHeadersPolicyAlreadyExists",
            "A response headers policy with this name already exists.",
        )),
        false => Ok(()),
    }
}

fn items(list: &Value) -> &[Value] {
    list["Items"].as_array().map_or(&[], Vec::as_slice)
}

pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    check(world, call, None)?;
    let most = world.quota("cloudfront.response-headers-policies", 20);
    if own(world, call).headers_policies.len() as u64 >= most {
        return Err(Fault::new(
            "TooManyResponseHeadersPolicies",
            "You have reached the maximum number of response headers policies for this account.",
        ));
    }
    Ok(kept::create(&NAMES, world, call))
}

pub(super) fn get(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    kept::get(&NAMES, world, call)
}

pub(super) fn get_config(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    kept::get_config(&NAMES, world, call)
}

pub(super) fn update(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    check(world, call, call.text("Id"))?;
    kept::update(&NAMES, world, call)
}

pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let id = call.text("Id").unwrap_or_default();
    let account = own(world, call);
    let found = account
        .headers_policies
        .get(id)
        .ok_or_else(|| kept::absent(&NAMES))?;
    check_version(call, &found.etag)?;
    let uses = |one: &Value| config::behaviors(one).any(|behavior| behavior["ResponseHeadersPolicyId"] == id);
    if account.distributions.values().any(|one| uses(&one.config)) {
        return Err(Fault::new(
            "ResponseHeadersPolicyInUse",
            "Cannot delete the response headers policy because it is attached to one or more cache behaviors.",
        ));
    }
    account.headers_policies.remove(id);
    Ok(Answer::empty())
}

/// Those of AWS itself are left out: none is used here.
pub(super) fn list(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let account = own(world, call);
    let all: Vec<(String, Value)> = match call.text("Type") {
        Some("managed") => Vec::new(),
        _ => account
            .headers_policies
            .iter()
            .map(|(id, found)| {
                let item =
                    json!({ "Type": "custom", "ResponseHeadersPolicy": kept::shown(&NAMES, id, found) });
                (id.clone(), item)
            })
            .collect(),
    };
    let mut list = kept::page(call, all)?;
    if let Some(list) = list.as_object_mut() {
        list.remove("Marker");
        list.remove("IsTruncated");
    }
    Ok(Answer::of(json!({ "ResponseHeadersPolicyList": list })))
}
