//! The simulator itself: one world, one clock, one log of calls. How it answers a request is in `exchange`.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde::Serialize;
use serde_json::{Value, json};

use super::clock::{Moment, SimClock};
use super::fault::external_change::ExternalChange;
use super::fault::{self, Plan};
use super::in_flight::InFlight;
pub use super::latency::Latency;
use super::lock::lock;
use super::other_client::{MadeCall, OtherClient};
use super::reply::Progress;
use super::service::tick;
use super::throttle::Throttle;
use super::wire::{Protocol, table};
use super::world::{Settings, World};

/// How a simulator starts.
#[derive(Clone, Debug)]
pub struct SimOptions {
    /// How the simulated cloud is set up.
    pub settings: Settings,
    /// The simulated time at the start.
    pub origin: Moment,
    /// Simulated seconds per second of tokio's clock.
    pub speed: f64,
    /// How long calls take, on the clients' clock.
    pub latency: Latency,
    /// Whether AWS's rates are enforced.
    pub throttle: bool,
    /// Feeds request ids and latencies.
    pub seed: u64,
    /// A simulated person reads worksheets and acts on them (`/_sim/operator`).
    pub operator: bool,
    /// What requests to the control plane have to give over loopback (`x-headset-sim-token`); `None`: it is open.
    pub token: Option<String>,
}

impl Default for SimOptions {
    fn default() -> SimOptions {
        SimOptions {
            settings: Settings::default(),
            origin: Moment(1_767_225_600_000),
            speed: 1.0,
            latency: Latency::None,
            throttle: false,
            seed: 0,
            operator: true,
            token: None,
        }
    }
}

/// One line of the call log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CallRecord {
    /// The order of arrival, from 1.
    pub sequence: u64,
    /// botocore's name of the service; empty where no service was found.
    pub service: String,
    /// The operation; what was asked for where there is none.
    pub operation: String,
    /// The HTTP status of the answer.
    pub status: u16,
    /// The error code, if it was an error.
    pub code: Option<String>,
    /// The simulated time.
    pub at: Moment,
    /// The region of the credential scope.
    pub region: String,
    /// The connection was lost: before the service saw the call, or after it carried it out.
    pub dropped: Option<&'static str>,
    /// What a caller with policies needed for it: actions, each with its resource.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub needed: Vec<(String, String)>,
    /// `another client` if a fault rule made the call, not the client under test.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<&'static str>,
}

/// A simulated AWS. Share it by its `Arc`.
#[derive(Debug)]
pub struct Simulator {
    pub(super) options: SimOptions,
    pub(super) clock: SimClock,
    pub(super) world: Mutex<World>,
    pub(super) faults: Mutex<Plan>,
    pub(super) throttle: Mutex<Throttle>,
    pub(super) other_client: Mutex<OtherClient>,
    pub(super) changes: InFlight,
    pub(super) log: Mutex<Vec<CallRecord>>,
    pub(super) sequence: AtomicU64,
    pub(super) requests: AtomicU64,
}

impl Simulator {
    /// A new simulated cloud. Call it inside a tokio runtime: its clock is tokio's.
    pub fn new(options: SimOptions) -> Arc<Simulator> {
        let world = World::new(options.settings.clone(), options.origin);
        Arc::new(Simulator {
            clock: SimClock::new(options.origin, options.speed),
            world: Mutex::new(world),
            faults: Mutex::new(Plan::new(options.seed)),
            throttle: Mutex::new(Throttle::new(options.throttle)),
            other_client: Mutex::default(),
            changes: InFlight::default(),
            log: Mutex::default(),
            sequence: AtomicU64::new(0),
            requests: AtomicU64::new(0),
            options,
        })
    }

    /// The simulated time.
    pub fn now(&self) -> Moment {
        self.clock.now()
    }

    /// Lets simulated time jump ahead.
    pub fn skip(&self, span: Duration) {
        self.clock.skip(span);
    }

    /// Whether a simulated person is there to read worksheets.
    pub fn operator(&self) -> bool {
        self.options.operator
    }

    /// Forgets all faults, and picks those of rules with `percent` by another seed from now on.
    pub fn reseed(&self, seed: u64) {
        self.clear_faults();
        *lock(&self.faults) = Plan::new(seed);
    }

    /// Sets a fault.
    pub fn inject(&self, rule: fault::Rule) {
        let now = self.now();
        let resource_fault = lock(&self.faults).add(rule, now);
        if let Some(resource_fault) = resource_fault {
            lock(&self.world).resource_faults.apply(resource_fault, now);
        }
    }

    /// Forgets all faults. What is stuck goes on, and external changes stop.
    pub fn clear_faults(&self) {
        lock(&self.faults).clear();
        lock(&self.other_client).clear();
        lock(&self.world).resource_faults.clear();
    }

    /// Reads the world, or changes it without a call. What is due by now happens first.
    pub fn with_world<T>(&self, act: impl FnOnce(&mut World, Moment) -> T) -> T {
        self.make_due_external_changes();
        let now = self.now();
        let mut world = lock(&self.world);
        tick(&mut world, now);
        act(&mut world, now)
    }

    /// A number that grows with every request: as long as it stays, so does the world but for what time does to it.
    pub fn revision(&self) -> u64 {
        self.requests.load(Ordering::Acquire)
    }

    /// Every call so far, in the order of arrival.
    pub fn call_log(&self) -> Vec<CallRecord> {
        let mut log = lock(&self.log).clone();
        log.sort_by_key(|record| record.sequence);
        log
    }

    /// The whole world, object bodies included, with its time.
    pub fn snapshot(&self) -> Value {
        let now = self.now();
        let world = lock(&self.world);
        json!({
            "version": 1,
            "now": now,
            "world": serde_json::to_value(&*world).expect("a world is made of JSON's types"),
        })
    }

    /// Replaces the world by a snapshot's. The clock moves on to the snapshot's time, never back.
    ///
    /// # Errors
    /// If the value is no snapshot of this version.
    pub fn restore(&self, snapshot: &Value) -> Result<(), String> {
        if snapshot["version"] != 1 {
            return Err("this is no snapshot of version 1".to_owned());
        }
        let then: Moment =
            serde_json::from_value(snapshot["now"].clone()).map_err(|error| error.to_string())?;
        if then > Moment::LAST {
            return Err("its time lies after the year 9998".to_owned());
        }
        let mut world: World =
            serde_json::from_value(snapshot["world"].clone()).map_err(|error| error.to_string())?;
        world.iam.upgrade();
        let mut held = lock(&self.world);
        // Faults are not of the world; those in force stay.
        world.resource_faults = std::mem::take(&mut held.resource_faults);
        let now = self.now();
        self.clock
            .skip(Duration::from_millis(then.0.saturating_sub(now.0)));
        *held = world;
        Ok(())
    }

    /// Starts over: a new world with the same settings, no faults, an empty log. Time goes on.
    pub fn reset(&self) {
        let now = self.now();
        *lock(&self.world) = World::new(self.options.settings.clone(), now);
        self.clear_faults();
        lock(&self.throttle).refill();
        lock(&self.log).clear();
        self.sequence.store(0, Ordering::Relaxed);
    }

    /// What is known of a call before it is looked at.
    pub(super) fn begin(&self) -> Progress {
        let sequence = self.sequence.fetch_add(1, Ordering::Relaxed) + 1;
        Progress {
            sequence,
            request_id: request_id(self.options.seed, sequence),
            service: "",
            operation: String::new(),
            region: "us-east-1".to_owned(),
            protocol: Protocol::RestXml,
            head: false,
            needed: Vec::new(),
            date: 0,
        }
    }

    pub(super) fn record(
        &self,
        progress: &Progress,
        status: u16,
        code: Option<String>,
        dropped: Option<&'static str>,
    ) {
        lock(&self.log).push(CallRecord {
            sequence: progress.sequence,
            service: progress.service.to_owned(),
            operation: progress.operation.clone(),
            status,
            code,
            at: self.now(),
            region: progress.region.clone(),
            dropped,
            needed: progress.needed.clone(),
            by: None,
        });
    }

    /// Makes the external changes that are due by now, each at its own time.
    pub(super) fn make_due_external_changes(&self) {
        let now = self.now();
        let due = lock(&self.faults).due(now);
        // Every call comes by here: without external changes it costs nothing.
        if due.is_empty() && !lock(&self.other_client).has_more() {
            return;
        }
        let made = {
            let mut world = lock(&self.world);
            let mut other_client = lock(&self.other_client);
            let mut made = Vec::new();
            for (at, change) in due {
                tick(&mut world, at);
                made.extend(
                    other_client
                        .act(&mut world, &change, at)
                        .into_iter()
                        .map(|made| (at, made)),
                );
            }
            tick(&mut world, now);
            made.extend(
                other_client
                    .finish(&mut world, now)
                    .into_iter()
                    .map(|made| (now, made)),
            );
            made
        };
        self.record_external_changes(made);
    }

    /// Makes these external changes now.
    pub(super) fn make_external_changes(&self, changes: &[ExternalChange]) {
        let now = self.now();
        let mut made = Vec::new();
        for change in changes {
            let mut world = lock(&self.world);
            tick(&mut world, now);
            let done = lock(&self.other_client).act(&mut world, change, now);
            made.extend(done.into_iter().map(|made| (now, made)));
        }
        self.record_external_changes(made);
    }

    fn record_external_changes(&self, made: Vec<(Moment, MadeCall)>) {
        for (at, made) in made {
            let sequence = self.sequence.fetch_add(1, Ordering::Relaxed) + 1;
            lock(&self.log).push(CallRecord {
                sequence,
                service: made.service.to_owned(),
                operation: made.operation.to_owned(),
                status: made.status,
                code: made.code,
                at,
                region: made.region,
                dropped: None,
                needed: Vec::new(),
                by: Some("another client"),
            });
        }
    }
}

/// Random bytes of a call's own.
pub(super) fn digest(seed: u64, sequence: u64) -> [u8; 32] {
    use sha2::{Digest, Sha256};
    let mut hash = Sha256::new();
    hash.update(seed.to_le_bytes());
    hash.update(sequence.to_le_bytes());
    hash.finalize().into()
}

fn request_id(seed: u64, sequence: u64) -> String {
    let text = hex::encode(digest(seed, sequence));
    format!(
        "{}-{}-4{}-8{}-{}",
        &text[..8],
        &text[8..12],
        &text[13..16],
        &text[17..20],
        &text[20..32]
    )
}

/// The version of the models whose constraints the simulator enforces.
pub(super) fn models_version() -> &'static str {
    &table::table("sts").expect("a table").botocore
}
