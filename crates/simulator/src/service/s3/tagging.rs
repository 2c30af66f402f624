//! Tags of buckets and objects.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use super::fault;
use crate::service::Fault;

/// Tags by key.
pub(super) type Tags = BTreeMap<String, String>;

/// Reads a `TagSet`: keys once each, not AWS's own, no more than `most`.
pub(super) fn read(set: &Value, most: usize) -> Result<Tags, Fault> {
    let mut tags = Tags::new();
    for tag in set.as_array().into_iter().flatten() {
        insert(
            &mut tags,
            tag["Key"].as_str().unwrap_or_default(),
            tag["Value"].as_str().unwrap_or_default(),
        )?;
    }
    match tags.len() > most {
        true => Err(fault(
            "BadRequest",
            400,
            format!("Object tags cannot be greater than {most}"),
        )),
        false => Ok(tags),
    }
}

fn insert(tags: &mut Tags, key: &str, value: &str) -> Result<(), Fault> {
    let allowed = |text: &str| {
        text.chars()
            .all(|c| c.is_alphanumeric() || c.is_whitespace() || "+-=._:/@".contains(c))
    };
    let wrong = |message: &str| {
        let mut wrong = fault("InvalidTag", 400, message);
        wrong.members = json!({ "TagKey": key });
        Err(wrong)
    };
    if key.is_empty() || key.chars().count() > 128 || !allowed(key) {
        return wrong("The TagKey you have provided is invalid");
    }
    if value.chars().count() > 256 || !allowed(value) {
        let mut wrong = fault("InvalidTag", 400, "The TagValue you have provided is invalid");
        wrong.members = json!({ "TagKey": key, "TagValue": value });
        return Err(wrong);
    }
    if key.to_lowercase().starts_with("aws:") {
        return wrong("System tags cannot be added/updated by requester");
    }
    match tags.insert(key.to_owned(), value.to_owned()) {
        Some(_) => wrong("Cannot provide multiple Tags with the same key"),
        None => Ok(()),
    }
}

/// The tags of a bucket, as GetBucketTagging answers them. At most fifty.
pub(super) fn bucket_tags(set: &Value) -> Result<Value, Fault> {
    Ok(json!({ "TagSet": list(&read(set, 50)?) }))
}

pub(super) fn list(tags: &Tags) -> Vec<Value> {
    tags.iter()
        .map(|(key, value)| json!({ "Key": key, "Value": value }))
        .collect()
}

/// The header `x-amz-tagging`: tags as URL query parameters.
pub(super) fn from_header(header: Option<&str>) -> Result<Tags, Fault> {
    let mut tags = Tags::new();
    let malformed = || {
        let message = "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters \
                       without tag name duplicates.";
        let mut malformed = fault("InvalidArgument", 400, message);
        malformed.members = json!({ "ArgumentName": "x-amz-tagging", "ArgumentValue": header });
        malformed
    };
    let decode = |text: &str| {
        percent_decode_str(&text.replace('+', " "))
            .decode_utf8()
            .map(|text| text.into_owned())
            .map_err(|_| malformed())
    };
    for pair in header
        .unwrap_or_default()
        .split('&')
        .filter(|pair| !pair.is_empty())
    {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let key = decode(key)?;
        if value.contains('=') || tags.contains_key(&key) {
            return Err(malformed());
        }
        insert(&mut tags, &key, &decode(value)?)?;
    }
    match tags.len() > 10 {
        true => Err(fault("BadRequest", 400, "Object tags cannot be greater than 10")),
        false => Ok(tags),
    }
}
