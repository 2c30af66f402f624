//! The ways to AWS, or to the simulator in its place.

use std::sync::Arc;

use tokio::sync::Mutex;

use super::Global;
use super::exit::Failure;
use super::region;
use super::simulation::Simulation;
use super::terminal;
use crate::report::Timings;
use headset_aws::{Aws, AwsOptions, Credentials, Recorder, Wire};
use headset_blueprint::model::{AssumeRole, AwsSection};
use headset_core::Clock;
use headset_kinds::regions::{Identity, Regions};

/// A way to AWS, or to the simulator in its place.
#[derive(Clone, Debug)]
pub(super) struct Access {
    pub(super) aws: Aws,
    pub(super) simulation: Option<Simulation>,
    pub(super) endpoint: Option<String>,
}

impl Access {
    /// Ends a command: says if its recording ended early, and keeps the simulated cloud, if there is one.
    pub(super) fn close(&self) -> Result<(), Failure> {
        if let Some(why) = self.aws.wire().record_failure() {
            terminal::warn(&format!("the recording ended early: {why}"));
        }
        match &self.simulation {
            Some(simulation) => simulation.save(),
            None => Ok(()),
        }
    }
}

/// Which way a blueprint asks for.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Asked<'a> {
    /// The region of all services; `None`: the configured one.
    pub(super) region: Option<&'a str>,
    /// The role with which everything is done; `None`: the user's own credentials.
    pub(super) role: Option<&'a AssumeRole>,
}

impl<'a> Asked<'a> {
    /// What a blueprint says.
    pub(super) fn by(aws: &'a AwsSection) -> Asked<'a> {
        Asked {
            region: aws.region.as_ref().map(|region| region.value.as_str()),
            role: aws.assume_role.as_ref(),
        }
    }

    /// A region, with the user's own credentials.
    pub(super) fn region(region: Option<&'a str>) -> Asked<'a> {
        Asked { region, role: None }
    }

    /// The same, to be kept.
    fn key(self) -> Key {
        let role = |role: &AssumeRole| {
            let external_id = role.external_id.as_ref().map(|id| id.value.clone());
            (role.arn.value.clone(), external_id)
        };
        (self.region.map(str::to_owned), self.role.map(role))
    }
}

/// A region, and a role with what its trust asks for.
type Key = (Option<String>, Option<(String, Option<String>)>);

/// The ways that the environments of one command work on. Where there are several, those that are in the same regions and
/// work with the same credentials share one, and with it all that is read once for an account.
#[derive(Clone, Debug, Default)]
pub(super) struct Ways(Option<Arc<Mutex<Vec<Way>>>>);

/// One way that is shared.
#[derive(Debug)]
struct Way {
    /// What their blueprints ask for.
    asked: Key,
    /// The region that this came to.
    region: String,
    access: Access,
}

impl Ways {
    /// Those of a command on one environment.
    pub(super) fn alone() -> Ways {
        Ways::default()
    }

    /// Those of a command on so many environments.
    pub(super) fn of(environments: usize) -> Ways {
        Ways((environments > 1).then(Arc::default))
    }

    /// Whether the command is on one environment.
    pub(super) fn is_alone(&self) -> bool {
        self.0.is_none()
    }

    /// The way to AWS for an environment: as [`open_aws`].
    pub(super) async fn open(
        &self,
        global: &Global,
        asked: Asked<'_>,
        identity: Identity,
        regions: impl FnOnce(&str) -> Regions,
    ) -> Result<Access, Failure> {
        let Some(ways) = &self.0 else {
            return open_aws(global, asked, identity, regions).await;
        };
        let key = asked.key();
        let mut ways = ways.lock().await;
        let base = ways.iter().find(|way| way.asked == key);
        let (access, region) = match base {
            Some(base) => {
                let (region, regions) = (base.region.clone(), regions(&base.region));
                let is_same = |way: &&Way| {
                    let aws = &way.access.aws;
                    way.asked == key && *aws.regions() == regions && *aws.identity() == identity
                };
                if let Some(known) = ways.iter().find(is_same) {
                    return Ok(known.access.clone());
                }
                let aws = base.access.aws.with_regions(regions, identity);
                (
                    Access {
                        aws,
                        ..base.access.clone()
                    },
                    region,
                )
            }
            None => {
                let known = ways.first().map(|way| way.access.clone());
                let mut region = String::new();
                let regions = |told: &str| {
                    region = told.to_owned();
                    regions(told)
                };
                (open(global, known, asked, None, identity, regions).await?, region)
            }
        };
        access.aws.share();
        ways.push(Way {
            asked: key,
            region,
            access: access.clone(),
        });
        Ok(access)
    }

    /// Ends a command on several environments: keeps the simulated cloud, and says what took the time if the user wants to
    /// know.
    pub(super) async fn close(&self, global: &Global, json: bool) -> Result<(), Failure> {
        let Some(ways) = &self.0 else { return Ok(()) };
        let ways = ways.lock().await;
        let Some(first) = ways.first() else { return Ok(()) };
        if global.timings {
            // They have one record, and each its own waits.
            let records = first.access.aws.wire().records();
            let delays: Vec<_> = ways.iter().flat_map(|way| way.access.aws.delays()).collect();
            match json {
                true => terminal::document(&Timings::default().json(&records, &delays)),
                false => terminal::warn(Timings::default().text(&records, &delays).trim_end()),
            }
        }
        first.access.close()
    }
}

/// Opens the way to AWS, with its ordinary configuration. `regions` says which service is where, given the region
/// that is asked for or configured.
pub(super) async fn open_aws(
    global: &Global,
    asked: Asked<'_>,
    identity: Identity,
    regions: impl FnOnce(&str) -> Regions,
) -> Result<Access, Failure> {
    open(global, None, asked, None, identity, regions).await
}

/// The same; where no region is asked for or configured, it is the `last` one.
pub(super) async fn open_aws_or(
    global: &Global,
    asked_region: Option<&str>,
    last: Option<&str>,
    identity: Identity,
    regions: impl FnOnce(&str) -> Regions,
) -> Result<Access, Failure> {
    open(global, None, Asked::region(asked_region), last, identity, regions).await
}

/// The same. `known`: a way that this process has already. It has the same simulated cloud, and the same recording.
async fn open(
    global: &Global,
    known: Option<Access>,
    asked: Asked<'_>,
    last: Option<&str>,
    identity: Identity,
    regions: impl FnOnce(&str) -> Regions,
) -> Result<Access, Failure> {
    let asked_region = asked.region;
    let simulation = match &known {
        Some(known) => known.simulation.clone(),
        None => global.sim.then(|| Simulation::open(global)).transpose()?,
    };
    let (client, clock, credentials) = match &simulation {
        Some(simulation) => (
            simulation.http_client(),
            simulation.clock(),
            Credentials::Simulated,
        ),
        None => (
            https_client(),
            Clock::wall(),
            Credentials::Standard {
                profile: global.profile.clone(),
            },
        ),
    };
    let wire = match &known {
        Some(known) => known.aws.wire().clone(),
        None => Wire::new(client, None),
    };
    let mut config = Aws::load_config(&credentials, asked_region, &wire).await;
    if config.region().is_none() && last.is_some() {
        config = Aws::load_config(&credentials, last, &wire).await;
    }
    let Some(region) = config.region().map(ToString::to_string) else {
        return Err(Failure::new("no region is set").help("set `aws.region` in the blueprint, or AWS_REGION"));
    };
    let endpoint = endpoint_of(&config);
    // What stands in for AWS may call its regions as it likes.
    if asked_region.is_none() && endpoint.is_none() {
        region::configured(&region)?;
    }
    let regions = regions(&region);
    if let Some(path) = global.record.as_ref().filter(|_| known.is_none()) {
        let mut places = vec![
            regions.connect.clone(),
            regions.appstream.clone(),
            regions.identity_center.clone(),
        ];
        places.sort();
        places.dedup();
        let recorder = Recorder::open(path, clock.clone(), &places).map_err(|error| {
            Failure::new(format!("the recording cannot begin: {error}"))
                .help("give --record a file that does not exist, or one that it has written")
        })?;
        wire.record(recorder);
    }
    let options = AwsOptions {
        config,
        regions,
        identity,
        wire,
        clock,
        pace: global.pace.clone(),
        seed: global.quirks,
    };
    let aws = Aws::connect_with(options);
    let aws = match asked.role {
        None => aws,
        Some(role) => {
            let external_id = role.external_id.as_ref().map(|id| id.value.as_str());
            aws.acting_as(&role.arn.value, external_id)
        }
    };
    Ok(Access {
        aws,
        simulation,
        endpoint,
    })
}

/// AWS over HTTPS.
fn https_client() -> aws_smithy_runtime_api::client::http::SharedHttpClient {
    use aws_smithy_http_client::tls;
    aws_smithy_http_client::Builder::new()
        .tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring))
        .build_https()
}

/// The endpoint that stands in for AWS, if one is configured.
fn endpoint_of(config: &aws_types::SdkConfig) -> Option<String> {
    config.endpoint_url().map(str::to_owned)
}
