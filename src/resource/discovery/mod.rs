//! Finds what carries Headset's tags, for when state is lost: one file for each service.
//!
//! A survey looks for what is named; this looks at everything that there is, reads its tags, and keeps what names an
//! environment. What cannot carry tags is found as part of what can, and only where everything that it hangs on was.

mod appstream;
mod connect;
mod iam;
mod s3;

use std::collections::BTreeMap;

use serde_json::Value;

use super::address::Address;
use super::tag;
use crate::aws::{Aws, AwsError};

/// One thing that proves to be some environment's.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// An address for it. Its key is its name in AWS: what the blueprint called it is lost with the state.
    pub address: Address,
    /// Its physical id, as its kind knows it.
    pub id: String,
    /// As much of its spec as it takes to look it up again.
    pub spec: Value,
    /// Its own tags, or those of what it hangs on.
    pub tags: BTreeMap<String, String>,
    /// What it has to go before.
    pub after: Vec<Address>,
}

/// Everything that was found, and which parts of AWS could not be searched.
#[derive(Clone, Debug, Default)]
pub struct Discovery {
    /// What carries a lineage.
    pub found: Vec<Found>,
    /// What could not be listed: the service, and why.
    pub unread: Vec<(&'static str, AwsError)>,
}

impl Discovery {
    fn add(&mut self, service: &'static str, answer: Result<Vec<Found>, AwsError>) {
        match answer {
            Ok(found) => self.found.extend(found),
            Err(error) => self.unread.push((service, error)),
        }
    }
}

/// Searches what belongs to the account as a whole, whatever the region.
pub async fn in_account(aws: &Aws) -> Discovery {
    let mut discovery = Discovery::default();
    discovery.add("iam", iam::discover(aws).await);
    discovery
}

/// Searches this way's regions.
pub async fn in_region(aws: &Aws) -> Discovery {
    let (connect, s3, appstream) = futures_util::future::join3(
        connect::discover(aws),
        s3::discover(aws),
        appstream::discover(aws),
    )
    .await;
    let mut discovery = Discovery::default();
    discovery.add("connect", connect);
    discovery.add("s3", s3);
    discovery.add("appstream", appstream);
    discovery
}

/// Whether tags name an environment and its lineage.
fn is_marked(tags: &BTreeMap<String, String>) -> bool {
    tags.contains_key(tag::LINEAGE) && tags.contains_key(tag::ENVIRONMENT)
}
