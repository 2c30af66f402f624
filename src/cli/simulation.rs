//! The embedded simulator as a command sees it: kept in a file between commands.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use fs_err as fs;

use super::exit::Failure;
use super::global::{Global, LatencyArg, Switch};
use super::one_at_a_time;
use super::terminal;
use headset_blueprint::model::{At, Blueprint};
use headset_core::Clock;
use headset_engine::apply::CheckpointResponder;
use headset_kinds::Checkpoint;
use headset_kinds::regions::Regions;
use headset_simulator::console;
use headset_simulator::fault;
use headset_simulator::operator;
use headset_simulator::world::{Settings, World};
use headset_simulator::{Latency, Moment, SimOptions, Simulator};

/// How long the simulated person takes for a worksheet.
const ATTENTION: std::time::Duration = std::time::Duration::from_secs(120);

/// A simulator in process.
#[derive(Clone, Debug)]
pub(super) struct Simulation {
    simulator: Arc<Simulator>,
    file: PathBuf,
    clock: Clock,
    passing: f64,
    operator: bool,
    /// Whether what happens is kept for the next command.
    is_kept: bool,
}

/// The most that is read of a simulated cloud, in bytes.
pub(super) const CLOUD: u64 = 2 << 30;

impl Simulation {
    /// The simulated cloud as the last command left it, or a new one.
    pub(super) fn open(global: &Global) -> Result<Simulation, Failure> {
        let directory = global.state_dir.join("sim");
        let is_kept = match global.only_looks {
            true => one_at_a_time::try_take(&directory)?,
            false => {
                one_at_a_time::take(&directory, global.lock_timeout)?;
                true
            }
        };
        let file = directory.join("world.json");
        let speed = global.speed.unwrap_or(1.0);
        let saved: Option<serde_json::Value> = match terminal::read_text(&file, CLOUD) {
            Ok(text) => Some(serde_json::from_str(&text).map_err(|error| {
                Failure::damaged(&file, error).help("remove the file to start with an empty simulated cloud")
            })?),
            Err(error) if error.is_missing() => None,
            Err(error) => {
                return Err(Failure::damaged(&file, error)
                    .help("remove the file to start with an empty simulated cloud"));
            }
        };
        // Simulated time goes on from where it stopped, and is never behind the wall.
        let origin = Moment(u64::try_from(jiff::Timestamp::now().as_millisecond()).unwrap_or_default());
        let settings = Settings {
            quirks: global.quirks,
            ..Settings::default()
        };
        let simulator = Simulator::new(SimOptions {
            settings,
            origin,
            speed,
            ..behaviour(global)
        });
        inject(&simulator, global)?;
        if let Some(saved) = &saved {
            simulator.restore(saved).map_err(|error| {
                Failure::damaged(&file, error).help("remove the file to start with an empty simulated cloud")
            })?;
        }
        let started = i64::try_from(simulator.now().0).ok();
        let started = started
            .and_then(|started| jiff::Timestamp::from_millisecond(started).ok())
            .unwrap_or_default();
        let clock = Clock::simulated(started, speed);
        let operator = global.operator == Switch::On;
        Ok(Simulation {
            simulator,
            file,
            clock,
            passing: global.speed.unwrap_or(0.0),
            operator,
            is_kept,
        })
    }

    /// The HTTP client that ends in the simulator.
    pub(super) fn http_client(&self) -> aws_smithy_runtime_api::client::http::SharedHttpClient {
        self.simulator.http_client()
    }

    /// The simulated time.
    pub(super) fn clock(&self) -> Clock {
        self.clock.clone()
    }

    /// How many simulated seconds pass in a second of the wall; 0 where time only jumps from event to event.
    pub(super) fn passing(&self) -> f64 {
        self.passing
    }

    /// Lets the simulated directory hold the groups and users that a blueprint names, so that its sign-in can be
    /// rehearsed.
    pub(super) fn populate(&self, blueprint: &Blueprint, regions: &Regions) -> Result<(), Failure> {
        populate(&self.simulator, blueprint)?;
        network(&self.simulator, blueprint, &regions.appstream)
    }

    /// Keeps the simulated cloud for the next command.
    pub(super) fn save(&self) -> Result<(), Failure> {
        if self.is_kept {
            write(&self.simulator, &self.file)?;
        }
        Ok(())
    }
}

/// Writes a simulated cloud to a file, so that a crash leaves the old one or the new one.
pub(super) fn write(simulator: &Simulator, file: &Path) -> std::io::Result<()> {
    if let Some(directory) = file.parent() {
        fs::create_dir_all(directory)?;
    }
    let beside = file.with_extension("new");
    fs::write(&beside, simulator.snapshot().to_string())?;
    fs::rename(&beside, file)
}

/// The same for any simulator. Each name comes once: what a user of the simulator renames or deletes stays so.
pub(super) fn populate(simulator: &Simulator, blueprint: &Blueprint) -> Result<(), Failure> {
    let Some(section) = &blueprint.sign_in else {
        return Ok(());
    };
    let names =
        |names: &[At<String>]| -> Vec<String> { names.iter().map(|name| name.value.clone()).collect() };
    let mut users = names(&section.idp.users);
    users.extend(
        blueprint
            .connect
            .iter()
            .flat_map(|connect| connect.users.keys().cloned()),
    );
    let input = serde_json::json!({ "groups": names(&section.idp.groups), "users": users });
    simulator
        .with_world(|world, now| console::act(world, "directory/populate", &input, now))
        .map(drop)
        .map_err(|fault| Failure::new(format!("the simulated directory: {}", fault.message)))
}

/// Lets the platform team of a simulated cloud have made the network that a blueprint names.
pub(super) fn network(simulator: &Simulator, blueprint: &Blueprint, region: &str) -> Result<(), Failure> {
    let Some(section) = &blueprint.appstream else {
        return Ok(());
    };
    let of_endpoints = serde_json::json!({
        "subnets": section.endpoint_subnets().map(|subnet| subnet.value.as_str()).collect::<Vec<_>>(),
        "vpc": section.network.vpc.as_ref().map(|vpc| vpc.value.as_str()), "public": false,
    });
    let networks: Vec<serde_json::Value> = section
        .networks()
        .map(|network| {
            let subnets: Vec<&str> = network
                .subnets
                .iter()
                .map(|subnet| subnet.value.as_str())
                .collect();
            let vpc = network.vpc.as_ref().map(|vpc| vpc.value.as_str());
            serde_json::json!({ "subnets": subnets, "vpc": vpc, "public": network.has_public_addresses() })
        })
        .chain([of_endpoints])
        .collect();
    let input = serde_json::json!({ "region": region, "networks": networks });
    simulator
        .with_world(|world, now| console::act(world, "network/populate", &input, now))
        .map(drop)
        .map_err(|fault| Failure::new(format!("the simulated network: {}", fault.message)))
}

/// How the simulated AWS behaves that a command talks to, or serves.
pub(super) fn behaviour(global: &Global) -> SimOptions {
    SimOptions {
        latency: match global.latency {
            LatencyArg::None => Latency::None,
            LatencyArg::Aws => Latency::Aws,
        },
        throttle: global.throttle,
        seed: global.quirks,
        operator: global.operator == Switch::On,
        ..SimOptions::default()
    }
}

/// Sets the faults that the user asks for.
pub(super) fn inject(simulator: &Simulator, global: &Global) -> Result<(), Failure> {
    let Some(path) = &global.faults else {
        return Ok(());
    };
    let text = terminal::read_text(path, terminal::FAULTS)?;
    let refused = |mistakes: String| {
        let lines: Vec<String> = mistakes
            .lines()
            .map(|line| format!("{}: {line}", path.display()))
            .collect();
        Failure::new(lines.join("\n")).help("docs/guide/rehearsal.md shows what rules look like")
    };
    // JSON is YAML, too.
    let written = serde_yaml::from_str(&text).map_err(|error| refused(error.to_string()))?;
    let rules = fault::read(&written).map_err(refused)?;
    rules.into_iter().for_each(|rule| simulator.inject(rule));
    Ok(())
}

/// The simulated person: reads the printed worksheet, and nothing else.
#[async_trait]
impl CheckpointResponder for Simulation {
    async fn act(&self, checkpoint: &Checkpoint) -> Option<Result<BTreeMap<String, String>, String>> {
        if !self.operator {
            return None;
        }
        self.clock.sleep(ATTENTION).await;
        let act = |world: &mut World, now| operator::read_and_act(world, &checkpoint.worksheet, None, now);
        Some(self.simulator.with_world(act))
    }
}
