//! Environments without their blueprints or without their state: opens the way to the cloud in which they are searched.

use std::sync::Arc;

use super::Global;
use super::access::{Access, open_aws_or};
use super::environment::{Environment, scope, shared_states};
use super::exit::Failure;
use headset_engine::discover::{self, Fetched, Ground, Orphan, Orphans, Query};
use headset_engine::session;
use headset_kinds::regions::{Identity, Regions};

/// The region whose services are asked about the account as a whole, where none is configured: a search goes through
/// all of them.
const ANY: &str = "us-east-1";

/// What was found, and the way to it.
pub(super) struct Search {
    pub(super) access: Access,
    pub(super) orphans: Orphans,
}

/// Searches the states that are here and, by tags, the regions in question. `blueprint`: the environment of the query, if it
/// has one.
pub(super) async fn find(
    global: &Global,
    query: &Query<'_>,
    blueprint: Option<&Environment>,
) -> Result<Search, Failure> {
    let kept = discover::kept(&global.state_dir, query.wanted)?;
    let access = match blueprint {
        Some(environment) => environment.access(),
        None => {
            let asked = query.regions.first().map(String::as_str);
            let region = asked.or(kept.region(query.wanted));
            open_aws_or(global, region, Some(ANY), Identity::Same, Regions::all_in).await?
        }
    };
    let caller = session::caller(&access.aws).await?;
    let shared = match blueprint {
        Some(environment) => environment.shared.clone(),
        None => shared_states(global, &access.aws, None)?,
    };
    let kept = match &shared {
        None => kept,
        Some(shared) => {
            // A glance at many new environments reads their store once.
            let fetched = match query.is_glance {
                true => global.fetched.clone(),
                false => Fetched::default(),
            };
            discover::kept_in(shared, &global.state_dir, query.wanted, &fetched).await?
        }
    };
    let ground = Ground {
        shared,
        cloud: Arc::new(access.aws.clone()),
        caller,
        root: global.state_dir.clone(),
        scope: scope(access.simulation.as_ref(), access.endpoint.as_deref()),
    };
    let orphans = discover::find(query, kept, &ground).await;
    Ok(Search { access, orphans })
}

/// Opens an environment that was found, in its own regions.
pub(super) async fn open(global: &Global, access: &Access, orphan: Orphan) -> Environment {
    let places = orphan.places.clone();
    let access = Access {
        aws: access.aws.with_regions(places.regions, places.identity),
        ..access.clone()
    };
    let session = orphan.open(Arc::new(access.aws.clone()));
    Environment::of_session(global, session, access).await
}
