//! Shared stores: where they are, and what they ask of the service that keeps their objects.

use std::fmt::Debug;

use async_trait::async_trait;
use headset_core::AwsError;
use jiff::SignedDuration;

/// One object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// Its content.
    pub body: Vec<u8>,
    /// What names this very content: another write gives another one. S3's ETag.
    pub tag: String,
}

/// When an object may be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum When {
    /// If there is none of this key.
    Absent,
    /// If it is still the one with this tag.
    Unchanged(String),
    /// In any case.
    Always,
}

impl When {
    /// If the object is still as it was: with this tag, or not there.
    pub fn on(tag: Option<String>) -> When {
        tag.map_or(When::Absent, When::Unchanged)
    }

    /// Whether the condition holds where the object has this tag, or is not there.
    pub fn holds(&self, tag: Option<&str>) -> bool {
        match self {
            When::Always => true,
            When::Absent => tag.is_none(),
            When::Unchanged(known) => tag == Some(known),
        }
    }
}

/// How a write ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Written {
    /// It was done; the object has this tag now.
    Done(String),
    /// It was not: the condition does not hold.
    Refused,
}

/// A service that keeps objects by key, with conditional writes. S3 is one, and so are many that speak its protocol.
#[async_trait]
pub trait Objects: Send + Sync + Debug {
    /// Where the objects are, for people, such as `s3://acme-state`: a key follows after a slash.
    fn place(&self) -> String;

    /// The address of what is below this path, as `--state` takes it: with what the store was named with.
    fn address(&self, path: &str) -> String;

    /// How far the clock of the service is ahead of this machine's, as its answers until now say it: less than nothing where
    /// this machine's is ahead.
    fn ahead(&self) -> SignedDuration;

    /// The object of this key, if there is one.
    async fn get(&self, key: &str) -> Result<Option<Object>, AwsError>;

    /// Writes an object.
    async fn put(&self, key: &str, body: Vec<u8>, when: &When) -> Result<Written, AwsError>;

    /// Removes an object. One that is not there is no error.
    async fn delete(&self, key: &str) -> Result<(), AwsError>;

    /// The keys that begin with this.
    async fn list(&self, prefix: &str) -> Result<Vec<String>, AwsError>;
}

/// The account that buckets have to belong to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum BucketOwner {
    /// The one that calls.
    #[default]
    Caller,
    /// This one.
    Account(String),
    /// Any: what speaks S3's protocol without AWS's accounts.
    Any,
}

/// Where shared state is: `s3://BUCKET/PREFIX?region=REGION&kms_key=KEY&owner=ACCOUNT`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The bucket.
    pub bucket: String,
    /// What all keys begin with: empty, or ends in `/`.
    pub prefix: String,
    /// The bucket's region, if it is another one than that of the environment.
    pub region: Option<String>,
    /// The KMS key that encrypts what is written, if one is named.
    pub kms_key: Option<String>,
    /// The account that the bucket has to belong to.
    pub owner: BucketOwner,
}

impl Place {
    /// Reads an address.
    ///
    /// # Errors
    /// What is wrong with it, in a sentence without a full stop.
    pub fn parse(address: &str) -> Result<Place, String> {
        let form = "it has the form s3://BUCKET/PREFIX, with ?region=REGION, ?kms_key=KEY and ?owner=ACCOUNT as you need them";
        let Some(rest) = address.strip_prefix("s3://") else {
            return Err(form.to_owned());
        };
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (bucket, prefix) = path.split_once('/').unwrap_or((path, ""));
        let is_bucket = (3..=63).contains(&bucket.len())
            && bucket
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte));
        if !is_bucket {
            return Err(format!("`{bucket}` is no name of a bucket; {form}"));
        }
        let prefix = prefix.trim_matches('/');
        if prefix.split('/').any(|part| part == "." || part == "..") || prefix.contains("//") {
            return Err(format!("`{prefix}` is no prefix of keys; {form}"));
        }
        let mut place = Place {
            bucket: bucket.to_owned(),
            prefix: match prefix {
                "" => String::new(),
                prefix => format!("{prefix}/"),
            },
            region: None,
            kms_key: None,
            owner: BucketOwner::Caller,
        };
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            match pair.split_once('=') {
                Some(("region", region)) if !region.is_empty() => place.region = Some(region.to_owned()),
                Some(("kms_key", key)) if !key.is_empty() => place.kms_key = Some(key.to_owned()),
                Some(("owner", "any")) => place.owner = BucketOwner::Any,
                Some(("owner", owner)) if is_account(owner) => {
                    place.owner = BucketOwner::Account(owner.to_owned());
                }
                _ => return Err(format!("`{pair}` says nothing about it; {form}")),
            }
        }
        Ok(place)
    }

    /// The address of what is below this path in the same bucket.
    pub fn address(&self, path: &str) -> String {
        let owner = match &self.owner {
            BucketOwner::Caller => None,
            BucketOwner::Account(account) => Some(account.as_str()),
            BucketOwner::Any => Some("any"),
        };
        let parameters = [
            ("region", self.region.as_deref()),
            ("kms_key", self.kms_key.as_deref()),
            ("owner", owner),
        ];
        let given = parameters
            .iter()
            .filter_map(|(name, value)| Some(format!("{name}={}", (*value)?)));
        let query = given.collect::<Vec<_>>().join("&");
        let path = format!("s3://{}/{path}", self.bucket);
        let path = path.trim_end_matches('/');
        match query.as_str() {
            "" => path.to_owned(),
            query => format!("{path}?{query}"),
        }
    }
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}
