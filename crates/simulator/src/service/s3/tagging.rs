//! Tags of buckets and objects.

use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use super::fault;
use crate::service::Fault;
use crate::service::tags::{self, Broken, Rules};
pub(super) use crate::service::tags::{Tags, list};

/// Keys once each, not AWS's own.
const RULES: Rules = Rules {
    once: true,
    ..Rules::USUAL
};

/// Reads a `TagSet`: no more tags than `most`.
pub(super) fn read(set: &Value, most: usize) -> Result<Tags, Fault> {
    checked(&tags::pairs(set), most)
}

/// Tags of which S3 has checked keys and values.
fn checked(given: &[(&str, &str)], most: usize) -> Result<Tags, Fault> {
    let mut tags = Tags::new();
    for (key, value) in given {
        check(key, value)?;
    }
    let rules = Rules { most, ..RULES };
    let added = rules.add_pairs(&mut tags, given.iter().copied());
    added.map_err(|broken| match broken {
        Broken::Reserved(key) => invalid(&key, "System tags cannot be added/updated by requester"),
        Broken::Twice(key) => invalid(&key, "Cannot provide multiple Tags with the same key"),
        Broken::Count => {
            let message = format!("Object tags cannot be greater than {most}");
            fault("BadRequest", 400, message)
        }
    })?;
    Ok(tags)
}

fn invalid(key: &str, message: &str) -> Fault {
    let mut invalid = fault("InvalidTag", 400, message);
    invalid.members = json!({ "TagKey": key });
    invalid
}

fn check(key: &str, value: &str) -> Result<(), Fault> {
    let allowed = |text: &str| {
        text.chars()
            .all(|c| c.is_alphanumeric() || c.is_whitespace() || "+-=._:/@".contains(c))
    };
    if key.is_empty() || key.chars().count() > 128 || !allowed(key) {
        return Err(invalid(key, "The TagKey you have provided is invalid"));
    }
    if value.chars().count() > 256 || !allowed(value) {
        let mut wrong = invalid(key, "The TagValue you have provided is invalid");
        wrong.members["TagValue"] = value.into();
        return Err(wrong);
    }
    Ok(())
}

/// The tags of a bucket, as GetBucketTagging answers them. At most fifty.
pub(super) fn bucket_tags(set: &Value) -> Result<Value, Fault> {
    Ok(json!({ "TagSet": list(&read(set, 50)?) }))
}

/// The header `x-amz-tagging`: tags as URL query parameters.
pub(super) fn from_header(header: Option<&str>) -> Result<Tags, Fault> {
    let mut given: Vec<(String, String)> = Vec::new();
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
        if value.contains('=') || given.iter().any(|(known, _)| *known == key) {
            return Err(malformed());
        }
        given.push((key, decode(value)?));
    }
    let given = given.iter().map(|(key, value)| (key.as_str(), value.as_str()));
    checked(&given.collect::<Vec<_>>(), 10)
}
