//! S3: one namespace of buckets for all accounts and regions, their configuration, and their objects.

mod access;
mod account;
mod acl;
mod acl_operations;
mod bucket;
mod calls;
mod checksum;
mod completion;
mod condition;
mod configuration;
mod context;
mod copy;
pub(crate) mod cors;
mod deletion;
mod listing;
mod multipart;
mod object;
mod payload;
mod policy;
mod tag_operations;
mod tagging;
fn absent(name: &str) -> Fault {
    let mut absent = fault("NoSuchBucket", 404, "The specified bucket does not exist");
    absent.members = json!({ "BucketName": name });
    absent
}

#[cfg(test)]
mod tests;
mod version;
mod version_id;
mod vocabulary;

pub(crate) use account::S3Control;
pub(crate) use calls::S3;
use serde_json::json;

use serde_json::{Map, Value};

use super::{Call, Fault};
use crate::clock::Moment;
use crate::world::{Settings, World};

pub(crate) use crate::world::s3::{Bucket, Store};
pub(crate) use multipart::Upload;
pub(crate) use object::Version;
pub(crate) use payload::Payload;

/// What a public access block can block: its four flags.
const FLAGS: [&str; 4] = [
    "BlockPublicAcls",
    "IgnorePublicAcls",
    "BlockPublicPolicy",
    "RestrictPublicBuckets",
];

impl Bucket {
    /// The newest version of a key, delete markers included.
    fn latest(&self, key: &str) -> Option<&Version> {
        self.objects.get(key).and_then(|versions| versions.last())
    }

    /// Whether one of the four flags of the public access block is on: here, or for the whole account.
    fn blocks(&self, flag: &str) -> bool {
        let own = self
            .configuration
            .get("PublicAccessBlock")
            .and_then(|block| block["PublicAccessBlockConfiguration"][flag].as_bool());
        own.unwrap_or(false) || self.of_account.get(flag).copied().unwrap_or(false)
    }

    /// `ObjectOwnership`, where ownership controls are set.
    fn ownership(&self) -> Option<&str> {
        self.configuration.get("BucketOwnershipControls")?["OwnershipControls"]["Rules"][0]["ObjectOwnership"]
            .as_str()
    }
}

impl Store {
    /// What AWS has there from the beginning.
    pub fn initial(settings: &Settings, _now: Moment) -> Store {
        let mut store = Store::default();
        if settings.blocks_public_access {
            let all = FLAGS.map(|flag| (flag.to_owned(), true));
            store.blocks.insert(settings.account.clone(), all.into());
        }
        store
    }
}

/// An error with S3's code and status. S3's model declares few of its errors, so the status goes along.
fn fault(code: &str, status: u16, message: impl Into<String>) -> Fault {
    Fault::new(code, message).with_status(status)
}

fn denied() -> Fault {
    fault("AccessDenied", 403, "Access Denied")
}

fn member<'a>(call: &'a Call, name: &str) -> Result<&'a str, Fault> {
    call.text(name)
        .ok_or_else(|| fault("InvalidRequest", 400, format!("{name} is missing")))
}

/// The bucket that the call names, which the front of [`S3::call`] has looked up already.
fn bucket<'a>(world: &'a mut World, call: &Call) -> Result<&'a mut Bucket, Fault> {
    let name = member(call, "Bucket")?;
    world.s3.buckets.get_mut(name).ok_or_else(|| absent(name))
}

/// The canonical user id that stands for an account in ACLs and owners.
fn canonical(account: &str) -> String {
    use sha2::{Digest, Sha256};
    hex::encode(Sha256::digest(account.as_bytes()))
}

/// Timestamps of S3 have whole seconds.
fn stamp(moment: Moment) -> Value {
    ((moment.0 / 1000) as f64).into()
}

fn object_of(members: impl IntoIterator<Item = (&'static str, Value)>) -> Map<String, Value> {
    members
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect()
}
