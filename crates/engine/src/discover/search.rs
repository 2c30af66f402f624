//! Looks for what carries Headset's tags, in the regions where it may be, and says where it has looked.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use headset_kinds::discovery::{Discovery, Found, Part, Roles, Unread};
use headset_kinds::regions::{self, Has, Regions};
use headset_kinds::{Cloud, Service, registry};

use crate::session::Session;

/// Where to look.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// Regions in which Connect is looked at.
    pub connect: BTreeSet<String>,
    /// Regions in which AppStream is looked at.
    pub appstream: BTreeSet<String>,
    /// Regions whose buckets are looked at. `None`: every bucket of the account.
    pub buckets: Option<BTreeSet<String>>,
    /// Regions that are looked at only because AWS has the services there: the account need not have enabled them.
    pub presumed: BTreeSet<String>,
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
    pub(super) fn of(session: &Session, is_known: bool) -> Scope {
        let mut scope = match session.says_regions || is_known {
            true => Scope::nowhere(),
            false => Scope::everywhere(&session.context.partition),
        };
        let places = session.cloud.regions();
        scope.add_places(places);
        // Wherever it has something, the service has to be, even if the lists do not have it.
        let has = |service: Service| {
            let mut kinds = session.design.resources.keys().map(|address| address.kind);
            kinds.any(|kind| registry::kind(kind).service() == Some(service))
        };
        if has(Service::Connect) {
            scope.connect.insert(places.connect.clone());
        }
        if has(Service::AppStream) {
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
        self.add_places(&Regions::all_in(region));
    }
}

/// What a search found, and where it looked.
#[derive(Debug)]
pub struct Searched {
    /// What carries tags that name an environment.
    pub found: Vec<Found>,
    /// What could not be read: as long as there is any, nothing is known to be gone.
    pub unread: Vec<Unread>,
    /// Where it looked.
    pub scope: Scope,
    /// Regions that turned out not to be enabled for these credentials.
    pub not_enabled: BTreeSet<String>,
}

/// Looks everywhere in the scope, in all regions at the same time.
pub(super) async fn search(cloud: &dyn Cloud, scope: Scope, roles: Roles) -> Searched {
    let connect = scope.connect.iter().map(|region| Part::Connect(region));
    let appstream = scope.appstream.iter().map(|region| Part::AppStream(region));
    let everywhere = [
        Part::CloudFront,
        Part::Buckets(scope.buckets.as_ref()),
        Part::Iam(roles),
    ];
    let parts = connect.chain(appstream).chain(everywhere);
    let mut all = Discovery::default();
    for found in join_all(parts.map(|part| cloud.discover(part))).await {
        all.add(found);
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
