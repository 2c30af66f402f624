//! Finds what carries Headset's tags, for when state is lost: one file for each service.
//!
//! A survey looks for what is named; this looks at everything that there is, reads its tags, and keeps what names an
//! environment. What cannot carry tags is found as part of what can, and only where everything that it hangs on was.
//!
//! The result names each thing that cannot be read beside what was found: one unreadable thing hides no other.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use headset_core::AwsError;
use serde_json::Value;

use super::Address;

/// The IAM actions that looking takes, beside those with which each kind reads and searches its things.
pub const ACTIONS: &[&str] = &["iam:ListRoles", "s3:ListAllMyBuckets"];

/// How a thing is found where no state knows of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trace {
    /// By its own tags.
    Tags,
    /// With the thing that it is in or hangs on: it is found there, or goes when that goes.
    Within,
    /// It need not be found: it belongs to the whole account, and Headset never deletes it.
    Kept,
    /// By nothing: only state or a blueprint names it.
    Nothing {
        /// What such things are, in the plural.
        what: &'static str,
        /// Where a person finds them, in a sentence without a full stop.
        look: &'static str,
    },
}

/// Of which roles the tags are read. ListRoles shows none, so that each takes a call of its own, and an account may have
/// hundreds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Roles {
    /// Those that trust a SAML provider, as Headset makes them: enough where state or a blueprint names the rest.
    Federated,
    /// All but AWS's own: anybody may have changed whom a role trusts, and where no state knows it, nothing else names it.
    All,
}

/// A part of a cloud that can be searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'a> {
    /// Amazon Connect in a region.
    Connect(&'a str),
    /// AppStream in a region.
    AppStream(&'a str),
    /// The buckets in these regions; `None`: all of the account.
    Buckets(Option<&'a BTreeSet<String>>),
    /// CloudFront, which has no regions.
    CloudFront,
    /// IAM: the account's providers and policies, and these of its roles.
    Iam(Roles),
}

/// One thing whose tags name an environment.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// An address for it. Its key is its name in AWS: what the blueprint called it is lost with the state.
    pub address: Address,
    /// Its physical id, as its kind knows it.
    pub id: String,
    /// The region that it is in; `None` for what is the account's.
    pub region: Option<String>,
    /// As much of its spec as it takes to look it up again.
    pub spec: Value,
    /// Its own tags, or those of what it hangs on.
    pub tags: BTreeMap<String, String>,
    /// What it has to go before.
    pub after: Vec<Address>,
}

/// What could not be read.
#[derive(Clone, Debug)]
pub struct Unread {
    /// What, such as `the fleets` or `the tags of acme-pages`.
    pub what: String,
    /// The one thing that it is about, if it is no list.
    pub thing: Option<Address>,
    /// The region; `None` for what is the account's.
    pub region: Option<String>,
    /// Why.
    pub error: AwsError,
    /// Whether it is not as Headset makes such things, so that without its tags only its name can hint at Headset.
    pub is_unlike_ours: bool,
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.region {
            Some(region) => write!(f, "{} in {region}: {}", self.what, self.error),
            None => write!(f, "{}: {}", self.what, self.error),
        }
    }
}

/// Everything that was found, and what could not be searched.
#[derive(Clone, Debug, Default)]
pub struct Discovery {
    /// What carries tags that name an environment.
    pub found: Vec<Found>,
    /// What could not be read.
    pub unread: Vec<Unread>,
}

impl Discovery {
    /// Adds what another search found.
    pub fn add(&mut self, other: Discovery) {
        self.found.extend(other.found);
        self.unread.extend(other.unread);
    }

    /// The items of a list, or none and the reason.
    pub fn list<T>(&mut self, what: &str, region: Option<&str>, answer: Result<Vec<T>, AwsError>) -> Vec<T> {
        answer.unwrap_or_else(|error| {
            self.miss(what.to_owned(), None, region, error);
            Vec::new()
        })
    }

    /// Notes what could not be read, and why.
    pub fn miss(&mut self, what: String, thing: Option<Address>, region: Option<&str>, error: AwsError) {
        self.unread.push(Unread {
            what,
            thing,
            region: region.map(str::to_owned),
            error,
            is_unlike_ours: false,
        });
    }

    /// Tells that the tags of one thing could not be read.
    pub fn miss_tags(&mut self, thing: Address, region: Option<&str>, error: AwsError) {
        self.miss(
            format!("the tags of {} `{}`", thing.kind, thing.key),
            Some(thing),
            region,
            error,
        );
    }
}
