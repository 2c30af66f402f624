//! The certificates that a recording's distributions show: no call to Certificate Manager is ever made.

use std::collections::BTreeMap;

use serde_json::Value;

use super::log::Recorded;

/// Deeper than the configuration stands in any request.
const DEEPEST: usize = 4;

/// The certificates that CloudFront took, by ARN, with the names that each covers at least.
pub(super) fn certificates(calls: &[Recorded]) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let taken = calls
        .iter()
        .filter(|call| call.service == "cloudfront" && call.succeeded());
    for config in taken.filter_map(|call| config_in(&call.request, 0)) {
        let Some(arn) = config["ViewerCertificate"]["ACMCertificateArn"].as_str() else {
            continue;
        };
        let covered = found.entry(arn.to_owned()).or_default();
        // A list of one is recorded as its only entry, as XML has it.
        let names = match &config["Aliases"]["Items"]["CNAME"] {
            Value::Array(names) => names.as_slice(),
            name => std::slice::from_ref(name),
        };
        for name in names.iter().filter_map(Value::as_str) {
            if !covered.iter().any(|known| known == name) {
                covered.push(name.to_owned());
            }
        }
    }
    found
}

/// The configuration of a distribution in the request that makes or changes one.
fn config_in(request: &Value, depth: usize) -> Option<&Value> {
    if request["ViewerCertificate"].is_object() {
        return Some(request);
    }
    let members = request.as_object().filter(|_| depth < DEEPEST)?;
    members.values().find_map(|inner| config_in(inner, depth + 1))
}
