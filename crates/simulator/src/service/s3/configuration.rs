//! The subresources of a bucket that are put, read and removed as one document.

use serde_json::{Value, json};

use super::{Bucket, bucket, fault};
use crate::service::{Answer, Call, Fault};
use crate::world::World;

/// SSE-S3, which every bucket has since January 2023 and cannot be without.
pub(super) fn default_encryption() -> Value {
    json!({ "ServerSideEncryptionConfiguration": { "Rules": [{
        "ApplyServerSideEncryptionByDefault": { "SSEAlgorithm": "AES256" },
        "BucketKeyEnabled": false,
    }]}})
}

/// The code of reading a subresource that is not set. S3 is not of one mind about them.
fn unset(name: &str) -> Fault {
    let code = match name {
        "BucketOwnershipControls" => "OwnershipControlsNotFoundError",
        "PublicAccessBlock" => "NoSuchPublicAccessBlockConfiguration",
        "BucketTagging" => "NoSuchTagSet",
        "BucketCors" => "NoSuchCORSConfiguration",
        "BucketWebsite" => "NoSuchWebsiteConfiguration",
        "BucketLifecycleConfiguration" => "NoSuchLifecycleConfiguration",
        "BucketReplication" => "ReplicationConfigurationNotFoundError",
        "ObjectLockConfiguration" => "ObjectLockConfigurationNotFoundError",
        _ => "ServerSideEncryptionConfigurationNotFoundError",
    };
    fault(code, 404, "The bucket has no such configuration")
}

/// The same, with the bucket's name, as S3 says it of most.
fn unset_of(bucket: &Bucket, name: &str) -> Fault {
    let mut unset = unset(name);
    unset.members = json!({ "BucketName": bucket.name });
    unset
}

/// What is read, put or deleted by an operation: its name without the verb.
fn subresource(call: &Call) -> &str {
    let operation = call.operation.as_str();
    let mut verbs = ["Get", "Put", "Delete"].iter();
    let name = verbs.find_map(|verb| operation.strip_prefix(verb));
    name.unwrap_or(operation)
}

/// Puts one whole subresource in place of what was there.
pub(super) fn put(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let id = world.uuid();
    let name = subresource(call);
    let stored = bucket(world, call).and_then(|_| read(call, name, &id))?;
    let configuration = &mut bucket(world, call)?.configuration;
    // No tags at all are no set of tags.
    if stored["TagSet"].as_array().is_some_and(Vec::is_empty) {
        configuration.remove(name);
    } else {
        configuration.insert(name.to_owned(), stored);
    }
    Ok(match name {
        "BucketTagging" => Answer::of(json!({})).with_status(204),
        _ => Answer::empty(),
    })
}

/// Takes one subresource away.
pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let name = match subresource(call) {
        "BucketLifecycle" => "BucketLifecycleConfiguration",
        name => name,
    };
    bucket(world, call)?.configuration.remove(name);
    Ok(Answer::empty())
}

/// DeleteBucketEncryption: what is left is the encryption that every bucket has.
pub(super) fn delete_encryption(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let configuration = &mut bucket(world, call)?.configuration;
    configuration.insert("BucketEncryption".to_owned(), default_encryption());
    Ok(Answer::empty())
}

/// PutBucketVersioning: on or suspended, never off again.
pub(super) fn put_versioning(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let given = &call.input["VersioningConfiguration"];
    let bucket = bucket(world, call)?;
    if given["MFADelete"].as_str() == Some("Enabled") {
        return Err(Fault::not_implemented("s3", "MFA delete"));
    }
    let status = given["Status"].as_str();
    let Some(status @ ("Enabled" | "Suspended")) = status else {
        let message = "The Versioning element must be specified";
        return Err(fault("IllegalVersioningConfigurationException", 400, message));
    };
    bucket.versioning = Some(status.to_owned());
    Ok(Answer::empty())
}

/// GetBucketVersioning.
pub(super) fn get_versioning(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    Ok(Answer::of(match &bucket(world, call)?.versioning {
        Some(status) => json!({ "Status": status }),
        None => json!({}),
    }))
}

/// Switching ACLs off is refused while one grants something to others (user guide, disabling ACLs: "reset the bucket
/// ACL to the default private ACL" first).
pub(super) fn put_ownership(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let stored = read(call, "BucketOwnershipControls", "")?;
    let bucket = bucket(world, call)?;
    let enforces = stored["OwnershipControls"]["Rules"][0]["ObjectOwnership"] == "BucketOwnerEnforced";
    if enforces && super::acl::grants_others(bucket) {
        return Err(super::acl::contradicts_ownership());
    }
    bucket
        .configuration
        .insert("BucketOwnershipControls".to_owned(), stored);
    Ok(Answer::empty())
}

/// Reads one subresource as it was put.
pub(super) fn get(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let name = subresource(call);
    let bucket = bucket(world, call)?;
    let stored = bucket.configuration.get(name).cloned();
    Ok(Answer::of(match name {
        // What a bucket answers on which they were never set.
        "BucketLogging" | "BucketAccelerateConfiguration" | "BucketNotificationConfiguration" => {
            stored.unwrap_or(json!({}))
        }
        "BucketRequestPayment" => stored.unwrap_or(json!({ "Payer": "BucketOwner" })),
        _ => stored.ok_or_else(|| unset_of(bucket, name))?,
    }))
}

fn malformed(message: &str) -> Fault {
    fault("MalformedXML", 400, message)
}

/// The document of a `Put...`, checked, in the form in which it is read back.
fn read(call: &Call, name: &str, id: &str) -> Result<Value, Fault> {
    let input = &call.input;
    Ok(match name {
        "BucketOwnershipControls" => {
            let controls = &input["OwnershipControls"];
            // The model allows a list of rules; S3 takes exactly one.
            if controls["Rules"].as_array().is_none_or(|rules| rules.len() != 1) {
                return Err(malformed("exactly one ownership rule"));
            }
            json!({ "OwnershipControls": controls })
        }
        "PublicAccessBlock" => {
            let given = &input["PublicAccessBlockConfiguration"];
            let flag = |name: &str| given[name].as_bool().unwrap_or(false);
            json!({ "PublicAccessBlockConfiguration": {
                "BlockPublicAcls": flag("BlockPublicAcls"),
                "IgnorePublicAcls": flag("IgnorePublicAcls"),
                "BlockPublicPolicy": flag("BlockPublicPolicy"),
                "RestrictPublicBuckets": flag("RestrictPublicBuckets"),
            }})
        }
        "BucketEncryption" => {
            let mut configuration = input["ServerSideEncryptionConfiguration"].clone();
            let rules = configuration["Rules"]
                .as_array_mut()
                .filter(|rules| rules.len() == 1);
            let Some(rule) = rules.and_then(|rules| rules.first_mut()) else {
                return Err(malformed("exactly one encryption rule"));
            };
            let default = &rule["ApplyServerSideEncryptionByDefault"];
            if default["SSEAlgorithm"] == "AES256" && default["KMSMasterKeyID"].is_string() {
                let message =
                    "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms";
                return Err(fault("InvalidArgument", 400, message));
            }
            if rule["BucketKeyEnabled"].is_null() {
                rule["BucketKeyEnabled"] = false.into();
            }
            json!({ "ServerSideEncryptionConfiguration": configuration })
        }
        "BucketTagging" => super::tagging::bucket_tags(&input["Tagging"]["TagSet"])?,
        "BucketCors" => {
            let rules = &input["CORSConfiguration"]["CORSRules"];
            if rules
                .as_array()
                .is_none_or(|rules| rules.is_empty() || rules.len() > 100)
            {
                return Err(malformed("1 to 100 CORS rules"));
            }
            for rule in rules.as_array().into_iter().flatten() {
                check_cors(rule)?;
            }
            // "The document is limited to 64 KB in size" (PutBucketCors); the JSON is about as long as the XML.
            if rules.to_string().len() > 64 * 1024 {
                return Err(malformed("a CORS document of more than 64 KB"));
            }
            json!({ "CORSRules": rules })
        }
        "BucketWebsite" => {
            let website = &input["WebsiteConfiguration"];
            let redirects = website["RedirectAllRequestsTo"].is_object();
            let suffix = website["IndexDocument"]["Suffix"].as_str();
            if redirects
                && ["IndexDocument", "ErrorDocument", "RoutingRules"]
                    .iter()
                    .any(|m| !website[*m].is_null())
            {
                return Err(malformed("RedirectAllRequestsTo excludes everything else"));
            }
            let rules = website["RoutingRules"]
                .as_array()
                .map(Vec::as_slice)
                .unwrap_or_default();
            if rules.len() > 50 {
                let message = "The number of routing rules must not exceed the allowed limit of 50 rules";
                return Err(fault("InvalidRequest", 400, message));
            }
            let twice = |rule: &Value| {
                !rule["Redirect"]["ReplaceKeyWith"].is_null()
                    && !rule["Redirect"]["ReplaceKeyPrefixWith"].is_null()
            };
            if rules.iter().any(twice) {
                let message = "You can only define ReplaceKeyPrefix or ReplaceKey but not both.";
                return Err(fault("InvalidRequest", 400, message));
            }
            if !redirects && suffix.is_none_or(|suffix| suffix.is_empty() || suffix.contains('/')) {
                return Err(fault(
                    "InvalidArgument",
                    400,
                    "The IndexDocument Suffix is not well formed",
                ));
            }
            website.clone()
        }
        "BucketLifecycleConfiguration" => {
            let mut rules = input["LifecycleConfiguration"]["Rules"].clone();
            let Some(list) = rules
                .as_array_mut()
                .filter(|list| !list.is_empty() && list.len() <= 1000)
            else {
                return Err(malformed("1 to 1000 lifecycle rules"));
            };
            for (number, rule) in list.iter_mut().enumerate() {
                check_lifecycle(rule)?;
                if rule["ID"].as_str().is_none_or(str::is_empty) {
                    rule["ID"] = format!("{id}-{number}").into();
                }
            }
            let mut ids: Vec<&str> = list.iter().filter_map(|rule| rule["ID"].as_str()).collect();
            ids.sort_unstable();
            if ids.windows(2).any(|pair| pair[0] == pair[1]) {
                let message = "Rule ID must be unique. Found same ID for more than one rule";
                return Err(fault("InvalidArgument", 400, message));
            }
            let size = call
                .text("TransitionDefaultMinimumObjectSize")
                .unwrap_or("all_storage_classes_128K");
            json!({ "Rules": rules, "TransitionDefaultMinimumObjectSize": size })
        }
        "BucketRequestPayment" => input["RequestPaymentConfiguration"].clone(),
        "BucketAccelerateConfiguration" => {
            // The accelerated endpoint has the bucket in its host name, below one certificate.
            if call.text("Bucket").is_some_and(|name| name.contains('.')) {
                let message =
                    "S3 Transfer Acceleration is not supported for buckets with periods (.) in their names";
                return Err(fault("InvalidRequest", 400, message));
            }
            input["AccelerateConfiguration"].clone()
        }
        _ => return Err(Fault::not_implemented("s3", &call.operation)),
    })
}

/// Where access logs go: to a bucket of the same owner in the same region (user guide, server access logging). No
/// place at all switches logging off. That the log service may write there is not checked: S3 takes it, and drops logs.
pub(super) fn put_logging(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let enabled = call.input["BucketLoggingStatus"]["LoggingEnabled"].clone();
    let invalid = |message: &str| fault("InvalidTargetBucketForLogging", 400, message);
    if let Some(target) = enabled["TargetBucket"].as_str() {
        let source = bucket(world, call)?;
        let (account, region) = (source.account.clone(), source.region.clone());
        let target = world.s3.buckets.get(target);
        let target = target.ok_or_else(|| invalid("The target bucket for logging does not exist"))?;
        if target.account != account {
            return Err(invalid(
                "The owner for the bucket to be logged and the target bucket must be the same",
            ));
        }
        if target.region != region {
            return Err(fault(
                "CrossLocationLoggingProhibitted",
                403,
                "Cross S3 location logging not allowed.",
            ));
        }
        if target.ownership() == Some("BucketOwnerEnforced") && enabled["TargetGrants"].is_array() {
            return Err(invalid("Target grants are not allowed where ACLs are disabled"));
        }
    }
    let configuration = &mut bucket(world, call)?.configuration;
    if enabled.is_object() {
        configuration.insert("BucketLogging".to_owned(), json!({ "LoggingEnabled": enabled }));
    } else {
        configuration.remove("BucketLogging");
    }
    Ok(Answer::empty())
}

fn check_cors(rule: &Value) -> Result<(), Fault> {
    let invalid = |message: &str| fault("InvalidRequest", 400, message);
    let list = |name: &str| rule[name].as_array().map(Vec::as_slice).unwrap_or_default();
    if list("AllowedMethods").is_empty() || list("AllowedOrigins").is_empty() {
        return Err(malformed("a CORS rule needs AllowedMethods and AllowedOrigins"));
    }
    let methods = ["GET", "PUT", "POST", "DELETE", "HEAD"];
    if list("AllowedMethods")
        .iter()
        .any(|m| !m.as_str().is_some_and(|m| methods.contains(&m)))
    {
        return Err(invalid("Found unsupported HTTP method in CORS config"));
    }
    let many = |value: &Value| value.as_str().is_some_and(|text| text.matches('*').count() > 1);
    if list("AllowedOrigins")
        .iter()
        .chain(list("AllowedHeaders"))
        .any(many)
    {
        return Err(invalid(
            "AllowedOrigin and AllowedHeader can not have more than one wildcard",
        ));
    }
    if list("ExposeHeaders")
        .iter()
        .any(|header| header.as_str().is_some_and(|text| text.contains('*')))
    {
        return Err(invalid("ExposeHeader contains wildcard"));
    }
    Ok(())
}

/// A lifecycle's dates are days.
fn check_midnight(date: &Value) -> Result<(), Fault> {
    match date.as_f64().filter(|seconds| seconds % 86_400.0 != 0.0) {
        None => Ok(()),
        Some(_) => {
            let mut invalid = fault("InvalidArgument", 400, "'Date' must be at midnight GMT");
            invalid.members = json!({ "ArgumentName": "Date" });
            Err(invalid)
        }
    }
}

fn check_lifecycle(rule: &Value) -> Result<(), Fault> {
    let actions = [
        "Expiration",
        "Transitions",
        "NoncurrentVersionExpiration",
        "NoncurrentVersionTransitions",
        "AbortIncompleteMultipartUpload",
    ];
    if actions.iter().all(|action| rule[*action].is_null()) {
        return Err(fault(
            "InvalidRequest",
            400,
            "At least one action needs to be specified in a rule",
        ));
    }
    if !rule["Prefix"].is_null() && !rule["Filter"].is_null() {
        return Err(malformed("Prefix and Filter exclude each other"));
    }
    if rule["Prefix"].is_null() && rule["Filter"].is_null() {
        return Err(malformed("a rule needs a Filter"));
    }
    let invalid = |message: &str| fault("InvalidArgument", 400, message);
    if rule["ID"].as_str().is_some_and(|id| id.chars().count() > 255) {
        return Err(invalid("ID length should not exceed allowed limit of 255"));
    }
    // "A Filter must have exactly one of Prefix, Tag, ObjectSizeGreaterThan, ObjectSizeLessThan, or And".
    if rule["Filter"].as_object().is_some_and(|filter| filter.len() > 1) {
        return Err(malformed("a Filter has one member"));
    }
    let positive = |value: &Value| value.is_null() || value.as_i64().is_some_and(|days| days > 0);
    let expiration = &rule["Expiration"];
    check_midnight(&expiration["Date"])?;
    let noncurrent = &rule["NoncurrentVersionExpiration"];
    if noncurrent.as_object().is_some_and(serde_json::Map::is_empty) {
        return Err(malformed("a NoncurrentVersionExpiration says when"));
    }
    let mut tags: Vec<&str> = rule["Filter"]["And"]["Tags"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|tag| tag["Key"].as_str())
        .collect();
    tags.sort_unstable();
    if tags.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(fault(
            "InvalidRequest",
            400,
            "Duplicate Tag Keys are not allowed.",
        ));
    }
    if !positive(&expiration["Days"]) {
        return Err(invalid("'Days' for Expiration action must be a positive integer"));
    }
    let ends = ["Days", "Date", "ExpiredObjectDeleteMarker"];
    if expiration.is_object() && ends.iter().filter(|end| !expiration[**end].is_null()).count() != 1 {
        return Err(malformed(
            "an Expiration has one of Days, Date and ExpiredObjectDeleteMarker",
        ));
    }
    if !positive(&rule["NoncurrentVersionExpiration"]["NoncurrentDays"]) {
        return Err(invalid(
            "'NoncurrentDays' for NoncurrentVersionExpiration action must be a positive integer",
        ));
    }
    if !positive(&rule["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"]) {
        return Err(invalid(
            "'DaysAfterInitiation' for AbortIncompleteMultipartUpload action must be a positive integer",
        ));
    }
    for transition in rule["Transitions"].as_array().into_iter().flatten() {
        let days = transition["Days"].as_i64();
        check_midnight(&transition["Date"])?;
        if transition["Days"].is_null() == transition["Date"].is_null()
            || transition["StorageClass"].is_null()
        {
            return Err(malformed(
                "a Transition has a StorageClass and one of Days and Date",
            ));
        }
        let infrequent = matches!(
            transition["StorageClass"].as_str(),
            Some("STANDARD_IA" | "ONEZONE_IA")
        );
        if days.is_some_and(|days| days < 0 || (infrequent && days < 30)) {
            return Err(invalid(
                "'Days' in Transition action must be greater than or equal to 30 for storageClass 'STANDARD_IA'",
            ));
        }
        if let (Some(days), Some(end)) = (days, expiration["Days"].as_i64())
            && end <= days
        {
            return Err(invalid(
                "'Days' in the Expiration action must be greater than 'Days' in the Transition action",
            ));
        }
    }
    Ok(())
}
