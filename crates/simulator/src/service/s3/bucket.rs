//! Buckets themselves.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::{Bucket, canonical, denied, fault, member, stamp};
use crate::service::{Answer, Call, Fault};
use crate::world::World;

/// How long a deleted bucket's name may be held back, by quirk.
///
/// Quirk `s3.deleted-name-is-held`. Reports say up to an hour (aws-cli issue 2593); mostly there is no delay.
const HELD: Duration = Duration::from_secs(60);

/// The answer while something else is done to the same bucket.
pub(super) fn conflict() -> Fault {
    let message = "A conflicting conditional operation is currently in progress against this resource. Please try again.";
    fault("OperationAborted", 409, message)
}

/// S3's rules for the names of general purpose buckets.
fn valid_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let four_numbers = name.split('.').count() == 4 && name.split('.').all(|part| part.parse::<u8>().is_ok());
    (3..=63).contains(&name.len())
        && name.chars().all(|c| plain(c) || c == '-' || c == '.')
        && name.starts_with(plain)
        && name.ends_with(plain)
        && !name.contains("..")
        && !four_numbers
        && !["xn--", "sthree-", "amzn-s3-demo-"]
            .iter()
            .any(|prefix| name.starts_with(prefix))
        && !["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"]
            .iter()
            .any(|suffix| name.ends_with(suffix))
}

/// Names that end in `-an` belong to the account-regional namespace, and only with the caller's own account
/// and region before the ending (CreateBucket's documentation of `BucketNamespace`).
fn check_name(call: &Call, name: &str) -> Result<(), Fault> {
    let invalid = || {
        fault(
            "InvalidBucketName",
            400,
            format!("The specified bucket is not valid: {name}"),
        )
    };
    if !valid_name(name) {
        return Err(invalid());
    }
    let own = format!("-{}-{}-an", call.caller.account, call.region);
    match call.text("BucketNamespace") {
        Some("account-regional") if !name.ends_with(&own) => Err(invalid()),
        Some("account-regional") => Ok(()),
        _ if name.ends_with("-an") => Err(invalid()),
        _ => Ok(()),
    }
}

/// The region that the call asks for, checked against the region it was sent to.
fn region_of(call: &Call) -> Result<String, Fault> {
    let constraint = call.input["CreateBucketConfiguration"]["LocationConstraint"].as_str();
    let unspecified = |what: &str| {
        let message = format!(
            "The {what} location constraint is incompatible for the region this request was sent to."
        );
        fault("IllegalLocationConstraintException", 400, message)
    };
    match (call.region.as_str(), constraint) {
        // The enum has no us-east-1: that region is the one without a constraint.
        (_, Some("us-east-1")) => Err(fault(
            "InvalidLocationConstraint",
            400,
            "The specified location-constraint is not valid",
        )),
        ("us-east-1", None) => Ok("us-east-1".to_owned()),
        ("us-east-1", Some(other)) => Ok(if other == "EU" { "eu-west-1" } else { other }.to_owned()),
        (_, None) => Err(unspecified("unspecified")),
        ("eu-west-1", Some("EU")) => Ok("eu-west-1".to_owned()),
        (region, Some(other)) if region == other => Ok(region.to_owned()),
        (_, Some(other)) => Err(unspecified(other)),
    }
}

pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    if call.caller.access_key.is_none() {
        return Err(denied());
    }
    let name = member(call, "Bucket")?.to_owned();
    check_name(call, &name)?;
    let region = region_of(call)?;
    if let Some(existing) = world.s3.buckets.get(&name) {
        if existing.account != call.caller.account {
            return Err(fault(
                "BucketAlreadyExists",
                409,
                "The requested bucket name is not available.",
            ));
        }
        // Only in us-east-1 is making one's own bucket again no error, unless it comes with tags; its ACL is reset.
        let at_home = [existing.region.as_str(), call.region.as_str(), region.as_str()];
        if at_home.iter().all(|it| *it == "us-east-1") && !has_tags(call) {
            if let Some(bucket) = world.s3.buckets.get_mut(&name) {
                bucket.configuration.remove("BucketAcl");
            }
            return Ok(Answer::of(
                json!({ "Location": format!("/{name}"), "BucketArn": arn(&name) }),
            ));
        }
        let message = "Your previous request to create the named bucket succeeded and you already own it.";
        let mut owned = fault("BucketAlreadyOwnedByYou", 409, message);
        owned.members = json!({ "BucketName": name });
        return Err(owned);
    }
    let held = world
        .s3
        .released
        .get(&name)
        .is_some_and(|deleted| call.now < deleted.after(HELD));
    if held && world.quirk("s3.deleted-name-is-held") {
        return Err(conflict());
    }
    let most = world.quota("s3.buckets", 10_000);
    if world
        .s3
        .buckets
        .values()
        .filter(|bucket| bucket.account == call.caller.account)
        .count() as u64
        >= most
    {
        return Err(fault(
            "TooManyBuckets",
            400,
            "You have attempted to create more buckets than allowed",
        ));
    }
    if call
        .input
        .get("ObjectLockEnabledForBucket")
        .and_then(Value::as_bool)
        == Some(true)
    {
        return Err(Fault::not_implemented("s3", "object lock"));
    }
    let ownership = call.text("ObjectOwnership").unwrap_or("BucketOwnerEnforced");
    let mut bucket = Bucket {
        name: name.clone(),
        account: call.caller.account.clone(),
        region: region.clone(),
        created: call.now,
        configuration: BTreeMap::new(),
        policy: None,
        principals: BTreeMap::new(),
        versioning: None,
        objects: BTreeMap::new(),
        uploads: BTreeMap::new(),
        completed: BTreeMap::new(),
        of_account: world
            .s3
            .blocks
            .get(&call.caller.account)
            .cloned()
            .unwrap_or_default(),
    };
    // What every new bucket has since April 2023.
    bucket.configuration.insert(
        "PublicAccessBlock".to_owned(),
        json!({ "PublicAccessBlockConfiguration": {
            "BlockPublicAcls": true,
            "IgnorePublicAcls": true,
            "BlockPublicPolicy": true,
            "RestrictPublicBuckets": true,
        }}),
    );
    bucket.configuration.insert(
        "BucketOwnershipControls".to_owned(),
        json!({ "OwnershipControls": { "Rules": [{ "ObjectOwnership": ownership }] } }),
    );
    bucket.configuration.insert(
        "BucketEncryption".to_owned(),
        super::configuration::default_encryption(),
    );
    if let Some(acl) = super::acl::of_new_bucket(&bucket, call)? {
        bucket.configuration.insert("BucketAcl".to_owned(), acl);
    }
    if has_tags(call) {
        let tags = super::tagging::bucket_tags(&call.input["CreateBucketConfiguration"]["Tags"])?;
        bucket.configuration.insert("BucketTagging".to_owned(), tags);
    }
    world.s3.released.remove(&name);
    world.s3.buckets.insert(name.clone(), bucket);
    let location = match region.as_str() {
        "us-east-1" => format!("/{name}"),
        _ => format!("http://{name}.s3.amazonaws.com/"),
    };
    Ok(Answer::of(
        json!({ "Location": location, "BucketArn": arn(&name) }),
    ))
}

fn has_tags(call: &Call) -> bool {
    let tags = call.input["CreateBucketConfiguration"]["Tags"].as_array();
    tags.is_some_and(|tags| !tags.is_empty())
}

fn arn(name: &str) -> String {
    format!("arn:aws:s3:::{name}")
}

pub(super) fn head(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let bucket = super::bucket(world, call)?;
    Ok(Answer::of(
        json!({ "BucketRegion": bucket.region, "BucketArn": arn(&bucket.name), "AccessPointAlias": false }),
    ))
}

pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    // Versions and delete markers count. That uploads under way hold a bucket is documented of directory buckets only;
    // people have deleted others in spite of them (ceph pull request 15630), and have been refused (cloud-custodian
    // issue 545): the quirk `s3.uploads-hold-bucket`.
    let uploads_hold = world.quirk("s3.uploads-hold-bucket");
    let bucket = super::bucket(world, call)?;
    if !bucket.objects.is_empty() || (uploads_hold && !bucket.uploads.is_empty()) {
        return Err(fault(
            "BucketNotEmpty",
            409,
            "The bucket you tried to delete is not empty",
        ));
    }
    let name = bucket.name.clone();
    world.s3.buckets.remove(&name);
    world.s3.released.insert(name, call.now);
    Ok(Answer::empty())
}

/// `null` stands for us-east-1, as in S3's answers.
pub(super) fn location(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let bucket = super::bucket(world, call)?;
    Ok(match bucket.region.as_str() {
        "us-east-1" => Answer::empty(),
        region => Answer::of(json!({ "LocationConstraint": region })),
    })
}

pub(super) fn list(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    if call.caller.access_key.is_none() {
        return Err(denied());
    }
    let prefix = call.text("Prefix").unwrap_or_default();
    let after = call
        .text("ContinuationToken")
        .map(super::listing::decode_token)
        .transpose()?
        .unwrap_or_default();
    let most = call
        .input
        .get("MaxBuckets")
        .and_then(Value::as_u64)
        .unwrap_or(10_000) as usize;
    let region = call.text("BucketRegion");
    let mut found = world.s3.buckets.values().filter(|bucket| {
        bucket.account == call.caller.account
            && bucket.name.starts_with(prefix)
            && bucket.name > after
            && region.is_none_or(|region| bucket.region == region)
    });
    let page: Vec<&Bucket> = found.by_ref().take(most).collect();
    let more = found.next().is_some();
    let buckets: Vec<Value> = page
        .iter()
        .map(|bucket| {
            json!({
                "Name": bucket.name,
                "CreationDate": stamp(bucket.created),
                "BucketRegion": bucket.region,
                "BucketArn": arn(&bucket.name),
            })
        })
        .collect();
    let mut output = json!({ "Buckets": buckets, "Owner": { "ID": canonical(&call.caller.account) } });
    if let Some(last) = page.last().filter(|_| more) {
        output["ContinuationToken"] = super::listing::token(&last.name).into();
    }
    if !prefix.is_empty() {
        output["Prefix"] = prefix.into();
    }
    Ok(Answer::of(output))
}
