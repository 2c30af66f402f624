//! Looks for what carries Headset's tags, in the regions where it may be, and says where it has looked.

use std::collections::BTreeSet;

use futures_util::future::{join_all, join4};
use serde_json::{Value, json};

use super::environment::Environment;
use headset_aws::Aws;
use headset_aws::kinds::discovery;
use headset_kinds::discovery::{Discovery, Found, Roles, Unread};
use headset_kinds::regions::{self, Has, Identity, Regions};

/// More regions than this are counted, not listed.
const LISTED: usize = 4;

/// Where to look.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Scope {
    connect: BTreeSet<String>,
    appstream: BTreeSet<String>,
    /// `None`: every bucket of the account.
    buckets: Option<BTreeSet<String>>,
    /// Regions that are looked at only because AWS has the services there: the account need not have enabled them.
    presumed: BTreeSet<String>,
}

impl Scope {
    /// Nowhere yet, apart from what belongs to the account as a whole.
    pub(super) fn nowhere() -> Scope {
        Scope {
            buckets: Some(BTreeSet::new()),
            ..Scope::default()
        }
    }

    /// Every region of a partition in which AWS has the services.
    pub(super) fn everywhere(partition: &str) -> Scope {
        let here = |what: Has| -> BTreeSet<String> {
            let known = regions::with(what).into_iter();
            known
                .filter(|region| regions::is_in_partition(region, partition))
                .map(str::to_owned)
                .collect()
        };
        let (connect, appstream) = (here(Has::Connect), here(Has::AppStream));
        Scope {
            presumed: connect.union(&appstream).cloned().collect(),
            connect,
            appstream,
            buckets: None,
        }
    }

    /// Where a blueprint puts its services; everywhere, if it leaves that to each run and no state knows where it was.
    pub(super) fn of(environment: &Environment, is_known: bool) -> Scope {
        let mut scope = match environment.says_regions || is_known {
            true => Scope::nowhere(),
            false => Scope::everywhere(&environment.setting.partition),
        };
        let places = environment.aws.regions();
        scope.add_places(places);
        // Wherever it has something, the service has to be, whatever the lists say.
        let has = |service: &str| {
            let mut kinds = environment.design.resources.keys();
            kinds.any(|address| address.kind.starts_with(service))
        };
        if has("connect.") {
            scope.connect.insert(places.connect.clone());
        }
        if has("appstream.") {
            scope.appstream.insert(places.appstream.clone());
        }
        scope
    }

    /// Also where these services are.
    pub(super) fn add_places(&mut self, places: &Regions) {
        let lacks =
            |region: &str, what: Has, other: Has| regions::has(region, other) && !regions::has(region, what);
        if !lacks(&places.connect, Has::Connect, Has::AppStream) {
            self.connect.insert(places.connect.clone());
        }
        if !lacks(&places.appstream, Has::AppStream, Has::Connect) {
            self.appstream.insert(places.appstream.clone());
        }
        if let Some(buckets) = &mut self.buckets {
            buckets.insert(places.s3.clone());
        }
        for region in [&places.connect, &places.appstream] {
            self.presumed.remove(region);
        }
    }

    /// Also this region, for every service that may be there.
    pub(super) fn add_region(&mut self, region: &str) {
        self.add_places(&everything_in(region));
    }
}

/// All services in one region.
pub(super) fn everything_in(region: &str) -> Regions {
    Regions {
        connect: region.to_owned(),
        appstream: region.to_owned(),
        s3: region.to_owned(),
        identity_center: region.to_owned(),
    }
}

/// What a search found, and where it looked.
#[derive(Debug)]
pub(super) struct Searched {
    /// What carries tags that name an environment.
    pub(super) found: Vec<Found>,
    /// What could not be read: as long as there is any, nothing is known to be gone.
    pub(super) unread: Vec<Unread>,
    scope: Scope,
    not_enabled: BTreeSet<String>,
}

/// Looks everywhere in the scope, in all regions at the same time.
pub(super) async fn search(aws: &Aws, scope: Scope, roles: Roles) -> Searched {
    let in_region = |region: &String| aws.elsewhere(everything_in(region), Identity::Same);
    let connect = join_all(scope.connect.iter().map(|region| {
        let there = in_region(region);
        async move { discovery::connect(&there).await }
    }));
    let appstream = join_all(scope.appstream.iter().map(|region| {
        let there = in_region(region);
        async move { discovery::appstream(&there).await }
    }));
    let (account, buckets, connect, appstream) = join4(
        discovery::iam(aws, roles),
        discovery::buckets(aws, scope.buckets.as_ref()),
        connect,
        appstream,
    )
    .await;
    let mut all = Discovery::default();
    for discovery in connect.into_iter().chain(appstream).chain([buckets, account]) {
        all.add(discovery);
    }
    let mut not_enabled = BTreeSet::new();
    let is_closed = |unread: &Unread| {
        let region = unread.region.as_ref()?;
        let closed = scope.presumed.contains(region) && regions::is_not_enabled(region, &unread.error);
        closed.then(|| region.clone())
    };
    let mut unread = Vec::new();
    for one in all.unread {
        match is_closed(&one) {
            Some(region) => {
                not_enabled.insert(region);
            }
            None => unread.push(one),
        }
    }
    Searched {
        found: all.found,
        unread,
        scope,
        not_enabled,
    }
}

impl Searched {
    /// Where it looked, for people.
    pub(super) fn words(&self) -> String {
        let open = |regions: &BTreeSet<String>| -> Vec<String> {
            regions.difference(&self.not_enabled).cloned().collect()
        };
        let places = |service: &str, regions: &BTreeSet<String>| {
            let open = open(regions);
            match open.len() {
                0 => None,
                1..=LISTED => Some(format!("{service} in {}", open.join(" and "))),
                count => Some(format!("{service} in {count} regions")),
            }
        };
        let buckets = match &self.scope.buckets {
            None => Some("all buckets".to_owned()),
            Some(regions) => places("buckets", regions),
        };
        let mut parts: Vec<String> = [
            places("Amazon Connect", &self.scope.connect),
            places("AppStream", &self.scope.appstream),
            buckets,
            Some("IAM".to_owned()),
        ]
        .into_iter()
        .flatten()
        .collect();
        if !self.scope.presumed.is_empty() {
            parts.push(format!(
                "the regions are those of AWS's lists of {}",
                regions::AS_OF
            ));
        }
        if !self.not_enabled.is_empty() {
            let closed: Vec<&str> = self.not_enabled.iter().map(String::as_str).collect();
            parts.push(format!(
                "not enabled for these credentials: {}",
                closed.join(", ")
            ));
        }
        parts.join("; ")
    }

    /// The same for programs.
    pub(super) fn json(&self) -> Value {
        let unread: Vec<String> = self.unread.iter().map(ToString::to_string).collect();
        json!({
            "connect": self.scope.connect,
            "appstream": self.scope.appstream,
            "buckets": self.scope.buckets,
            "not_enabled": self.not_enabled,
            "unread": unread,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(regions: &BTreeSet<String>) -> Vec<&str> {
        regions.iter().map(String::as_str).collect()
    }

    #[test]
    fn a_service_is_looked_for_where_it_can_be() {
        let mut scope = Scope::nowhere();
        // Connect is not there, AppStream is; the other way round; a region that no list has.
        for region in ["eu-west-1", "af-south-1", "xx-new-1"] {
            scope.add_region(region);
        }
        assert_eq!(of(&scope.connect), ["af-south-1", "xx-new-1"]);
        assert_eq!(of(&scope.appstream), ["eu-west-1", "xx-new-1"]);
        assert_eq!(scope.buckets.as_ref().map(BTreeSet::len), Some(3));
    }

    #[test]
    fn everywhere_is_one_partition_and_what_is_named_is_no_longer_presumed() {
        let mut scope = Scope::everywhere("aws");
        assert_eq!((scope.connect.len(), scope.appstream.len()), (10, 21));
        assert!(scope.buckets.is_none());
        assert!(scope.presumed.contains("eu-south-2"));
        scope.add_region("eu-south-2");
        assert!(!scope.presumed.contains("eu-south-2"));
        let gov = Scope::everywhere("aws-us-gov");
        assert_eq!(of(&gov.connect), ["us-gov-west-1"]);
    }
}
