//! One object of a bucket: a page, a script.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures_util::future::join_all;
use headset_client::services::cloud_front::{CreateInvalidation, InvalidationBatch};
use headset_core::{AwsError, Class};
use headset_kinds::extra::{Extra, Holder, List};
pub use headset_kinds::s3::object::*;
use headset_kinds::s3::page::permissions;
use headset_kinds::verify::{Check, Checked};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::bucket::{objects, origin};
use super::settings::policy;
use crate::Aws;
use crate::error::{chain, gone};
use crate::kinds::cloudfront::distribution;
use crate::kinds::field::Diff;
use crate::kinds::kind::{Condition, Live, Lookup, Observation};
use crate::kinds::output;
use crate::kinds::remote::{Remote, Work};

/// How many objects are looked at together.
const AT_ONCE: usize = 16;

/// What a path may hold unescaped, besides letters and digits.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

#[async_trait]
impl Remote for Object {
    async fn survey(&self, aws: &Aws, lookups: &[Lookup]) -> Vec<Observation> {
        let mut observations = Vec::with_capacity(lookups.len());
        for some in lookups.chunks(AT_ONCE) {
            let looks = some.iter().map(|lookup| async move {
                let bucket = ObjectSpec::BUCKET.text(&lookup.spec);
                let asked = bucket.zip(ObjectSpec::KEY.text(&lookup.spec));
                let of_id = lookup.id.as_deref().and_then(|id| id.split_once('/'));
                let Some((bucket, key)) = of_id.or(asked) else {
                    return Observation::Unknown(AwsError::unnamed());
                };
                match observe(aws, bucket, key, &lookup.spec).await {
                    Ok(live) => Observation::Present(live),
                    Err(error) if error.is_not_found() => Observation::Absent,
                    Err(error) => Observation::Unknown(error),
                }
            });
            observations.extend(join_all(looks).await);
        }
        observations
    }

    async fn extras(&self, aws: &Aws, _list: &List, holder: Holder<'_>) -> Result<Vec<Extra>, AwsError> {
        let bucket = holder.live.id.as_str();
        let keys = objects(aws, bucket).await?;
        let ids = keys.iter().map(|key| (format!("{bucket}/{key}"), key));
        let unknown = ids.filter(|(id, _)| !holder.known.contains(id));
        Ok(unknown.map(|(id, key)| Extra::new(id, key)).collect())
    }

    async fn create(&self, work: &Work<'_>, spec: &ObjectSpec) -> Result<String, AwsError> {
        let bucket = spec.bucket.resolved()?;
        put(work.aws, &bucket, spec).await?;
        Ok(format!("{bucket}/{}", spec.key))
    }

    async fn update(&self, work: &Work<'_>, spec: &ObjectSpec, _: &Live, _: &Diff) -> Result<(), AwsError> {
        // Headers cannot be changed without writing the object again.
        let bucket = spec.bucket.resolved()?;
        put(work.aws, &bucket, spec).await?;
        let Some(distribution) = &spec.distribution else {
            return Ok(());
        };
        // What is cut off here is done again by the next run: see `Kind::unfinished`.
        let paths = vec![format!("/{}", utf8_percent_encode(&spec.key, PATH))];
        let request = CreateInvalidation {
            distribution_id: distribution.resolved()?,
            invalidation_batch: InvalidationBatch {
                paths: paths.into(),
                caller_reference: work.token.clone(),
            },
        };
        gone(work.aws.ask(request).await)
    }

    async fn try_out(
        &self,
        aws: &Aws,
        check: &'static Check,
        want: &ObjectSpec,
        live: &Live,
    ) -> Option<Checked> {
        if want.private {
            return None;
        }
        let url = live.outputs.get(output::URL)?;
        if check.id == HEADERS.id {
            want.distribution.as_ref()?;
            return Some(headers(aws, url, want).await);
        }
        Some(match served(aws, url, want).await {
            Ok(None) => check.passed(url),
            // Whether agents get it cannot be seen from an address that the blueprint does not name.
            Ok(Some(Served::Denied)) if is_for_some(aws, live).await => check.unknown(url, not_from_here()),
            Ok(Some(wrong)) => {
                let why = wrong.to_string();
                let help = match &want.origin {
                    None => {
                        "publish it again with `headset apply`; if that changes nothing, look at the bucket's policy and at \
                         the account's Block Public Access"
                    }
                    Some(_) => {
                        "publish it again with `headset apply`; if that changes nothing, look at the bucket's policy, and \
                         where DNS leads the name of the pages"
                    }
                };
                check.failed(url, why, help)
            }
            Err(error) => check.unknown(url, error),
        })
    }

    async fn delete(&self, work: &Work<'_>, live: &Live) -> Result<(), AwsError> {
        // A bucket's name has no slash; a key may have some.
        let Some((bucket, key)) = live.id.split_once('/') else {
            return Err(AwsError::not_an_id(&live.id, "an object"));
        };
        let request = work.aws.s3().delete_object().bucket(bucket).key(key);
        gone(
            work.aws
                .call("s3", "DeleteObject", || request.clone().send())
                .await,
        )
    }
}

/// What a browser gets instead of a file.
enum Served {
    /// Nothing: it may not read it.
    Denied,
    /// Another answer.
    Status(u16),
    /// The file with another type than this one.
    Type(String, String),
    /// Another content.
    Content,
}

impl fmt::Display for Served {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Served::Denied => f.write_str("it is answered with HTTP status 403"),
            Served::Status(status) => write!(f, "it is answered with HTTP status {status}"),
            Served::Type(served, wanted) => write!(f, "its type is {served}, and has to be {wanted}"),
            Served::Content => f.write_str("its content is another one"),
        }
    }
}

/// What a browser would not get as it is wanted; `None`: nothing.
async fn served(aws: &Aws, url: &str, want: &ObjectSpec) -> Result<Option<Served>, AwsError> {
    let body = want.body.resolved()?;
    let answer = aws.get_served(url, None).await?;
    match answer.status {
        200 => {}
        403 => return Ok(Some(Served::Denied)),
        status => return Ok(Some(Served::Status(status))),
    }
    let served = answer.headers.get("content-type").map_or("none", String::as_str);
    if served != want.content_type {
        return Ok(Some(Served::Type(served.to_owned(), want.content_type.clone())));
    }
    let wanted = match &want.asset {
        Some(digest) => digest.clone(),
        None => hex::encode(Sha256::digest(&body)),
    };
    let there = hex::encode(Sha256::digest(&answer.body));
    Ok((there != wanted).then_some(Served::Content))
}

/// Which headers a browser has to get with a page, and what each has to hold.
const PROTECTING: [(&str, &str); 4] = [
    ("content-security-policy", "frame-ancestors 'none'"),
    ("referrer-policy", "strict-origin-when-cross-origin"),
    ("strict-transport-security", "max-age="),
    ("x-content-type-options", "nosniff"),
];

/// The header that says which of its devices a browser lets a page use.
const DEVICES: &str = "permissions-policy";

/// Whether a page comes with the headers that protect it, and with the microphone if its agents are heard.
async fn headers(aws: &Aws, url: &str, want: &ObjectSpec) -> Checked {
    let answer = match aws.get_served(url, None).await {
        Ok(answer) => answer,
        Err(error) => return HEADERS.unknown(url, error),
    };
    let lacks = |(name, part): &(&str, &str)| {
        !answer
            .headers
            .get(*name)
            .is_some_and(|value| value.contains(part))
    };
    let devices = want.body.known().and_then(|page| permissions(&page));
    let other_devices = devices.is_some_and(|devices| answer.headers.get(DEVICES) != Some(&devices));
    let lacking: Vec<&str> = PROTECTING
        .iter()
        .filter(|one| lacks(one))
        .map(|(name, _)| *name)
        .chain(other_devices.then_some(DEVICES))
        .collect();
    match lacking.is_empty() {
        true => HEADERS.passed(url),
        false => HEADERS.failed(
            url,
            format!(
                "these headers are missing, or say something else: {}",
                lacking.join(", ")
            ),
            "give the distribution its policies with `headset apply`",
        ),
    }
}

/// Whether the bucket's policy lets some addresses in only.
async fn is_for_some(aws: &Aws, live: &Live) -> bool {
    let bucket = live.id.split_once('/').map_or("", |(bucket, _)| bucket);
    match policy(aws, bucket).await {
        Ok(policy) => policy.is_some_and(|policy| policy.contains("aws:SourceIp")),
        Err(_) => false,
    }
}

fn not_from_here() -> AwsError {
    AwsError::own(
        Class::Denied,
        "the bucket's policy lets only the addresses of `ccp.from` read it, and this machine has none of them: verify \
         from the agents' network and from a desktop",
    )
}

async fn put(aws: &Aws, bucket: &str, spec: &ObjectSpec) -> Result<(), AwsError> {
    let body = match &spec.asset {
        Some(digest) => aws.assets().get(digest)?,
        None => Bytes::from(spec.body.resolved()?.into_bytes()),
    };
    let checksum = STANDARD.encode(Sha256::digest(&body));
    aws.call("s3", "PutObject", || {
        aws.s3()
            .put_object()
            .bucket(bucket)
            .key(&spec.key)
            .content_type(&spec.content_type)
            .cache_control(&spec.cache_control)
            .set_content_encoding(spec.content_encoding.clone())
            .set_content_disposition(spec.content_disposition.clone())
            .set_metadata((!spec.metadata.is_empty()).then(|| spec.metadata.clone().into_iter().collect()))
            .checksum_sha256(&checksum)
            .body(ByteStream::from(body.clone()))
            .send()
    })
    .await
    .map(drop)
}

/// So long after it was written an object may still be on its way to the edges.
const SPREADING: Duration = Duration::from_secs(15 * 60);

/// Whether edges are still to forget what was there before. Only for what was written a moment ago it is asked for.
async fn is_spreading(aws: &Aws, written: Option<i64>, distribution: Option<&str>) -> Result<bool, AwsError> {
    let (Some(written), Some(id)) = (written, distribution) else {
        return Ok(false);
    };
    let age = aws.clock().now().as_second().saturating_sub(written);
    if age.unsigned_abs() > SPREADING.as_secs() {
        return Ok(false);
    }
    let found = distribution::get(aws, id).await?;
    Ok(found.is_some_and(|one| one.found.in_progress_invalidation_batches > 0))
}

/// The URL of an object, if it is known what serves it.
fn url(aws: &Aws, bucket: &str, key: &str, spec: &Value) -> Option<String> {
    let own = origin(bucket, &aws.regions().s3);
    let origin = match ObjectSpec::ORIGIN.of(spec) {
        None | Some(Value::Null) => own,
        Some(origin) => origin.as_str()?.to_owned(),
    };
    Some(format!("{origin}/{}", utf8_percent_encode(key, PATH)))
}

async fn observe(aws: &Aws, bucket: &str, key: &str, spec: &Value) -> Result<Live, AwsError> {
    let request = aws
        .s3()
        .head_object()
        .bucket(bucket)
        .key(key)
        .checksum_mode(types::ChecksumMode::Enabled);
    let head = aws.call("s3", "HeadObject", || request.clone().send()).await?;
    let sha256 = match head.checksum_sha256().and_then(hex_of) {
        Some(sha256) => sha256,
        // It was uploaded in another way: the content has to be compared.
        None => content_digest(aws, bucket, key).await?,
    };
    let written = head.last_modified().map(aws_smithy_types::DateTime::secs);
    let spreads = is_spreading(aws, written, ObjectSpec::DISTRIBUTION.text(spec)).await?;
    let text = |text: Option<&str>| text.map(str::to_owned);
    let metadata = head.metadata().cloned().unwrap_or_default();
    let observed = ObjectLive {
        bucket: Some(bucket.to_owned()),
        key: Some(key.to_owned()),
        content_type: text(head.content_type()),
        cache_control: text(head.cache_control()),
        content_encoding: text(head.content_encoding()),
        content_disposition: text(head.content_disposition()),
        metadata: Some(metadata.into_iter().collect()),
        sha256: Some(sha256.clone()),
    };
    let mut live = Live::of(format!("{bucket}/{key}"), "present", observed)
        .output(output::KEY, key)
        .output(output::SHA256, sha256);
    if let Some(url) = url(aws, bucket, key, spec) {
        live = live.output(output::URL, url);
    }
    if spreads {
        live.condition = Condition::Moving {
            state: "spreading".to_owned(),
            detail: "until no edge has what was there before".to_owned(),
            error: None,
        };
    }
    Ok(live)
}

/// A checksum in S3's base64 as hexadecimal. One of several parts (`...-3`) is no checksum of the content.
fn hex_of(checksum: &str) -> Option<String> {
    let bytes = STANDARD.decode(checksum).ok()?;
    (bytes.len() == 32).then(|| hex::encode(bytes))
}

async fn content_digest(aws: &Aws, bucket: &str, key: &str) -> Result<String, AwsError> {
    let request = aws.s3().get_object().bucket(bucket).key(key);
    let answer = aws.call("s3", "GetObject", || request.clone().send()).await?;
    let bytes = answer.body.collect().await.map_err(|error| {
        AwsError::new("s3", "GetObject", headset_core::Class::Transient, chain(&error)).beneath(&error)
    })?;
    Ok(hex::encode(Sha256::digest(bytes.into_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::kind::Kind;
    use crate::kinds::text::{self, Text};
    use serde_json::json;

    fn live(body: &str) -> Live {
        let observed = ObjectLive {
            sha256: Some(hex::encode(Sha256::digest(body))),
            ..ObjectLive::default()
        };
        Live::of("b/k", "present", observed)
    }

    #[test]
    fn the_body_is_compared_by_digest_and_never_shown() {
        let page = "<!doctype html>secret";
        assert!(Object.diff(&json!({"body": page}), &live(page)).is_empty());
        let diff = Object.diff(&json!({"body": page}), &live("old"));
        assert_eq!(diff.len(), 1);
        assert_eq!(diff[0].field, "sha256");
        assert!(!serde_json::to_string(&diff).expect("JSON").contains("secret"));
    }

    #[test]
    fn an_asset_is_compared_by_its_digest() {
        let digest = hex::encode(Sha256::digest("library"));
        let want = json!({"body": "", "asset": digest});
        assert!(Object.diff(&want, &live("library")).is_empty());
        let diff = Object.diff(&want, &live("another"));
        assert_eq!((diff.len(), &diff[0].want), (1, &json!(digest)));
    }

    #[test]
    fn an_unknown_body_differs_and_says_what_it_waits_for() {
        let address = "identity_center.application/x".parse().expect("an address");
        let body = Text::join([Text::from("secret "), Text::after(&address, "start_url")]);
        let diff = Object.diff(&json!({"body": body}), &live("old"));
        assert_eq!(diff.len(), 1);
        assert!(text::is_unknown(&diff[0].want));
        assert!(!serde_json::to_string(&diff).expect("JSON").contains("secret"));
    }

    #[test]
    fn a_checksum_of_parts_is_none() {
        let whole = STANDARD.encode(Sha256::digest("x"));
        assert_eq!(hex_of(&whole), Some(hex::encode(Sha256::digest("x"))));
        assert_eq!(hex_of(&format!("{whole}-2")), None);
    }
}
