//! What a bucket's CORS configuration answers to browsers: preflights, and the headers of answers to other origins.

use serde_json::{Value, json};

use super::{Bucket, fault};
use crate::service::Fault;
use crate::world::World;

/// A request of a page of another origin, or the preflight of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CorsRequest {
    /// The bucket that it goes to.
    pub bucket: String,
    /// Whether it names an object in it.
    pub object: bool,
    /// The header `Origin`.
    pub origin: Option<String>,
    /// The method; of a preflight, that of the request to come.
    pub method: Option<String>,
    /// The header `Access-Control-Request-Headers`.
    pub headers: Option<String>,
}

/// Headers by name.
type Headers = Vec<(String, String)>;

/// Whether a pattern with at most one asterisk covers a text.
fn covers(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((before, behind)) => {
            text.len() >= before.len() + behind.len() && text.starts_with(before) && text.ends_with(behind)
        }
    }
}

fn texts<'a>(rule: &'a Value, member: &str) -> impl Iterator<Item = &'a str> {
    rule[member]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
}

/// The names in a list of headers, in lower case.
fn names(list: &str) -> Vec<String> {
    let names = list.split(',').map(|name| name.trim().to_lowercase());
    names.filter(|name| !name.is_empty()).collect()
}

/// What the first rule that covers the request adds to its answer.
fn allowed(bucket: &Bucket, cors_request: &CorsRequest) -> Option<Headers> {
    let (origin, method) = (cors_request.origin.as_deref()?, cors_request.method.as_deref()?);
    let requested = cors_request.headers.as_deref().map(names).unwrap_or_default();
    let rules = bucket.configuration.get("BucketCors")?["CORSRules"].as_array()?;
    let (rule, pattern) = rules.iter().find_map(|rule| {
        let pattern = texts(rule, "AllowedOrigins").find(|pattern| covers(pattern, origin))?;
        let takes = |header: &String| {
            texts(rule, "AllowedHeaders").any(|pattern| covers(&pattern.to_lowercase(), header))
        };
        let fits = texts(rule, "AllowedMethods").any(|one| one == method) && requested.iter().all(takes);
        fits.then_some((rule, pattern))
    })?;
    let mut out = Headers::new();
    let mut add = |name: &str, value: String| out.push((name.to_owned(), value));
    if pattern == "*" {
        add("access-control-allow-origin", "*".to_owned());
    } else {
        add("access-control-allow-origin", origin.to_owned());
        add("access-control-allow-credentials", "true".to_owned());
    }
    let methods: Vec<&str> = texts(rule, "AllowedMethods").collect();
    add("access-control-allow-methods", methods.join(", "));
    if !requested.is_empty() {
        add("access-control-allow-headers", requested.join(", "));
    }
    let exposed: Vec<&str> = texts(rule, "ExposeHeaders").collect();
    if !exposed.is_empty() {
        add("access-control-expose-headers", exposed.join(", "));
    }
    if let Some(seconds) = rule["MaxAgeSeconds"].as_u64() {
        add("access-control-max-age", seconds.to_string());
    }
    add(
        "vary",
        "Origin, Access-Control-Request-Headers, Access-Control-Request-Method".to_owned(),
    );
    Some(out)
}

/// The headers that the answer to a request gets. None where no rule covers it: the browser keeps it from the page then.
pub(crate) fn headers(world: &World, cors_request: &CorsRequest) -> Headers {
    let bucket = world.s3.buckets.get(&cors_request.bucket);
    bucket
        .and_then(|bucket| allowed(bucket, cors_request))
        .unwrap_or_default()
}

/// The answer to a preflight, which carries no signature and which no policy forbids.
///
/// # Errors
/// 400 for one that asks nothing, 403 for what no rule covers.
pub(crate) fn preflight(world: &World, cors_request: &CorsRequest) -> Result<Headers, Fault> {
    if cors_request.origin.is_none() {
        let message = "Insufficient information. Origin request header needed.";
        return Err(fault("BadRequest", 400, message));
    }
    let forbidden = |message: &str, of: &str| {
        let mut forbidden = fault("AccessForbidden", 403, format!("CORSResponse: {message}"));
        let method = cors_request.method.as_deref().unwrap_or("OPTIONS");
        forbidden.members = json!({ "Method": method, "ResourceType": of });
        Err(forbidden)
    };
    let Some(bucket) = world.s3.buckets.get(&cors_request.bucket) else {
        return forbidden("Bucket not found", "BUCKET");
    };
    if !bucket.configuration.contains_key("BucketCors") {
        return forbidden("CORS is not enabled for this bucket.", "BUCKET");
    }
    if cors_request.method.is_none() {
        let message = "Invalid Access-Control-Request-Method: null";
        return Err(fault("BadRequest", 400, message));
    }
    match allowed(bucket, cors_request) {
        Some(headers) => Ok(headers),
        None => {
            let message = "This CORS request is not allowed. This is usually because the evalution of Origin, request \
                           method / Access-Control-Request-Method or Access-Control-Request-Headers are not \
                           whitelisted by the resource's CORS spec.";
            forbidden(message, if cors_request.object { "OBJECT" } else { "BUCKET" })
        }
    }
}
