//! A whole Headset in one process: a simulated cloud, a state directory, a blueprint, and a clock that jumps.

pub(crate) mod attempt;
pub(crate) mod desk;
pub(crate) mod effort;
pub(crate) mod fixtures;
mod frozen;
pub(crate) mod listed;
mod locking;
pub(crate) mod operations;
pub(crate) mod permitted;
pub(crate) mod program;
mod reading;
pub(crate) mod served;
pub(crate) mod world;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use aws_credential_types::provider::SharedCredentialsProvider;
use headset_aws::{Aws, AwsOptions, CallHook, Credentials, Wire};
use headset_blueprint::model::Blueprint;
use headset_core::diagnostic::Diagnostic;
use headset_core::{Address, Clock, text};
use headset_design::{Design, DesignContext};
use headset_engine::apply::event::Event;
use headset_engine::apply::{ApplyOptions, CheckpointResponder, NoResponder, Outcome, Running};
use headset_engine::assess::Assessment;
use headset_engine::destroy::{Proof, Takedown, Way};
use headset_engine::drift::DriftReport;
use headset_engine::import::Offer;
use headset_engine::plan::guard::Allowed;
use headset_engine::plan::import::Import;
use headset_engine::plan::{Plan, Selection};
use headset_engine::proposal::Proposal;
use headset_engine::session::{Session, Stop};
use headset_engine::state::{LocalStore, State};
use headset_engine::survey::Survey;
use headset_engine::verify::Verification;
use headset_kinds::regions::{Identity, Regions};
use headset_kinds::{Checkpoint, Cloud, registry};
use headset_simulator::operator;
use headset_simulator::world::{Settings, World};
use headset_simulator::{Moment, SimOptions, Simulator};
use tokio_util::sync::CancellationToken;

use self::attempt::Ended;
pub(crate) use self::frozen::{Freezer, Frozen, applied, once};
use self::program::faultless;
pub(crate) use self::reading::read_with;

/// Nothing else can be there of an environment.
pub(crate) const PROVEN: Proof<'static> = Proof {
    is_searched: true,
    gaps: &[],
    blueprint: None,
    import: "",
};

/// 2026-01-01: every test lives in the same simulated year.
const ORIGIN: u64 = 1_767_225_600_000;

/// Runs a test on one thread whose time jumps as soon as everything waits.
pub(crate) fn on_virtual_time<T>(test: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap()
        .block_on(test)
}

/// A directory in memory, where the system has one. Every line of a journal is written through to the disk, which is most of
/// the time that thousands of applies take; that it survives the machine is not what a sandbox is for. `TMPDIR` decides
/// where it is set.
fn in_memory() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    let made = match std::env::var_os("TMPDIR") {
        None if memory.is_dir() => tempfile::tempdir_in(memory).ok(),
        _ => None,
    };
    made.unwrap_or_else(|| tempfile::tempdir().unwrap())
}

/// The text of an example blueprint.
pub(crate) fn example(name: &str) -> (String, String) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("blueprints")
        .join(name);
    (path.display().to_string(), std::fs::read_to_string(path).unwrap())
}

/// The simulated cloud and everything that Headset keeps.
pub(crate) struct Sandbox {
    pub(crate) simulator: Arc<Simulator>,
    directory: tempfile::TempDir,
    blueprint: Blueprint,
    lineage: &'static str,
    /// Whether state is in a bucket of the simulated cloud.
    is_shared: bool,
    told: std::cell::RefCell<String>,
}

impl Sandbox {
    /// A new cloud for a blueprint's text.
    pub(crate) fn new(name: &str, text: &str, settings: Settings) -> Sandbox {
        let options = SimOptions {
            settings,
            ..SimOptions::default()
        };
        Sandbox::with(name, text, options)
    }

    /// A new cloud that behaves so, for a blueprint's text.
    pub(crate) fn with(name: &str, text: &str, options: SimOptions) -> Sandbox {
        let mut options = SimOptions {
            origin: Moment(ORIGIN),
            speed: 1.0,
            ..options
        };
        // Every test holds under every seed of the simulator's quirks.
        if options.settings.quirks == 0 {
            options.settings.quirks = one_seed().unwrap_or_default();
        }
        Sandbox {
            simulator: Simulator::new(options),
            directory: in_memory(),
            blueprint: read(name, text),
            lineage: "6f1d0c1e-1111-4111-8111-111111111111",
            is_shared: false,
            told: std::cell::RefCell::default(),
        }
    }

    /// Everything that applies have reported so far: their events, as JSON.
    pub(crate) fn told(&self) -> String {
        self.told.borrow().clone()
    }

    /// Another environment in the same cloud.
    pub(crate) fn beside(&self, name: &str, text: &str) -> Sandbox {
        Sandbox {
            simulator: self.simulator.clone(),
            directory: in_memory(),
            blueprint: read(name, text),
            lineage: "6f1d0c1e-2222-4222-8222-222222222222",
            is_shared: false,
            told: std::cell::RefCell::default(),
        }
    }

    /// The same environment with another text in its blueprint.
    pub(crate) fn rewrite(&mut self, text: &str) {
        self.blueprint = read("rewritten.yaml", text);
    }

    /// The same, where the text refers to other files beside this one.
    pub(crate) fn rewrite_at(&mut self, file: &str, text: &str) {
        self.blueprint = read(file, text);
    }

    /// The same environment after a change of its blueprint.
    pub(crate) fn reshape(&mut self, change: impl FnOnce(&Blueprint) -> Blueprint) {
        self.blueprint = change(&self.blueprint);
    }

    /// The same environment, its roles within this boundary.
    pub(crate) fn bound(&mut self, boundary: &str) {
        let sign_in = self.blueprint.sign_in.as_mut().expect("it signs in");
        let place = sign_in.place.clone();
        let value = boundary.to_owned();
        sign_in.role.permissions_boundary = Some(headset_blueprint::model::At { value, place });
    }

    /// What it asks for, as it was read.
    pub(crate) fn blueprint(&self) -> &Blueprint {
        &self.blueprint
    }

    pub(crate) fn store(&self) -> LocalStore {
        // As the command line keeps it: a directory for the environment, and in it one for the account and region.
        LocalStore::new(self.directory.path().join("environment").join("place"))
    }

    /// Where state is kept.
    pub(crate) fn state_directory(&self) -> PathBuf {
        self.store().directory().to_owned()
    }

    /// What people answered.
    pub(crate) fn answers(&self) -> headset_engine::state::Answers {
        self.store().answers()
    }

    pub(crate) fn clock(&self) -> Clock {
        let now = i64::try_from(self.simulator.now().0).unwrap();
        Clock::simulated(jiff::Timestamp::from_millisecond(now).unwrap(), 1.0)
    }

    /// The way to the cloud, with a hook at the chokepoint.
    pub(crate) async fn aws(&self, hook: Option<Box<dyn CallHook>>) -> Aws {
        self.aws_over(Wire::new(self.simulator.http_client(), hook)).await
    }

    /// The way to the cloud over any wire.
    pub(crate) async fn aws_over(&self, wire: Wire) -> Aws {
        self.aws_by(wire, None).await
    }

    /// The same with these credentials.
    pub(crate) async fn aws_with(&self, wire: Wire, credentials: SharedCredentialsProvider) -> Aws {
        self.aws_by(wire, Some(credentials)).await
    }

    async fn aws_by(&self, wire: Wire, credentials: Option<SharedCredentialsProvider>) -> Aws {
        let region = |own: &Option<headset_blueprint::model::At<String>>| {
            let general = self.blueprint.aws.region.as_ref();
            own.as_ref()
                .or(general)
                .map_or_else(|| "eu-west-2".to_owned(), |region| region.value.clone())
        };
        let regions = Regions {
            connect: region(&self.blueprint.aws.regions.connect),
            appstream: region(&self.blueprint.aws.regions.appstream),
            s3: region(&self.blueprint.aws.regions.connect),
            identity_center: region(&self.blueprint.aws.identity_center.region),
        };
        let mut config = Aws::load_config(&Credentials::Simulated, Some(&regions.connect), &wire).await;
        if let Some(credentials) = credentials {
            let cache = aws_config::identity::IdentityCache::no_cache();
            let builder = config.into_builder().credentials_provider(credentials);
            config = builder.identity_cache(cache).build();
        }
        let identity_center = &self.blueprint.aws.identity_center;
        let identity = match &identity_center.role {
            _ if identity_center.by_hand => Identity::ByHand,
            Some(role) => Identity::Role(role.value.clone()),
            None => Identity::Same,
        };
        Aws::connect_with(AwsOptions {
            config,
            regions,
            identity,
            wire,
            clock: self.clock(),
            pace: headset_aws::Pace::default(),
            seed: 7,
        })
    }

    /// The state, or a new one.
    pub(crate) fn state(&self) -> State {
        let fresh = || {
            State::new(
                &self.blueprint.name.value,
                "123456789012",
                "eu-west-2",
                self.lineage.to_owned(),
            )
        };
        self.store().read().unwrap().unwrap_or_else(fresh)
    }

    fn context(&self, aws: &Aws, state: &State) -> DesignContext {
        let regions = aws.regions();
        DesignContext {
            account: "123456789012".to_owned(),
            partition: "aws".to_owned(),
            region: regions.connect.clone(),
            appstream_region: regions.appstream.clone(),
            identity_center_region: regions.identity_center.clone(),
            lineage: state.lineage.clone(),
            expires: None,
            given: headset_design::Given::default(),
            library: headset_design::Library::StandIn,
        }
    }

    /// What the blueprint asks for.
    pub(crate) fn design(&self, aws: &Aws, state: &State) -> Design {
        let context = self.context(aws, state);
        let (mut design, findings) = headset_engine::state::designed(&self.blueprint, &context, state);
        assert!(!headset_core::diagnostic::has_errors(&findings), "{findings:?}");
        headset_engine::state::name_by_answers(&mut design, state, &self.store().answers()).unwrap();
        design
    }

    /// The environment as a use case works on it, with a design and a state that need not be its own.
    pub(crate) fn session(&self, aws: &Aws, design: &Design, state: &State) -> Session {
        Session {
            name: self.blueprint.name.value.clone(),
            cloud: Arc::new(aws.clone()),
            context: self.context(aws, state),
            design: design.clone(),
            remarks: Vec::new(),
            store: self.store(),
            state: state.clone(),
            source: None,
            lifetime: None,
            is_placed: true,
            says_regions: true,
            asks: false,
            scope: Selection::default(),
            reading: headset_kinds::Reading::default(),
        }
    }

    /// Looks and plans. A refusal is a plan without steps.
    pub(crate) async fn assess(&self, aws: &Aws, design: &Design, state: &State) -> Assessment {
        let session = self.session(aws, design, state);
        let assessment = match headset_engine::assess::assess(&session, design, state).await {
            Ok(assessment) => assessment,
            Err(Stop::Refused(findings)) => Assessment {
                survey: Survey::default(),
                plan: Plan {
                    environment: session.name,
                    as_of: String::new(),
                    steps: BTreeMap::new(),
                    moved: Vec::new(),
                    deposed: Vec::new(),
                    outputs: BTreeMap::new(),
                    unread: Vec::new(),
                    partial: None,
                    over_limit: Vec::new(),
                },
                findings,
                made: Vec::new(),
            },
            Err(stop) => panic!("{stop:?}"),
        };
        for finding in &assessment.findings {
            faultless(&format!("{finding:?}"));
        }
        faultless(
            &headset::report::plan_json::json(std::slice::from_ref(&assessment.plan), &[], &[]).to_string(),
        );
        assessment
    }

    /// Looks for drift.
    pub(crate) async fn drift(&self, aws: &Aws) -> DriftReport {
        let state = self.state();
        let session = self.session(aws, &self.design(aws, &state), &state);
        headset_engine::drift::drift(&session).await.unwrap().report
    }

    /// The plan as it is now.
    pub(crate) async fn plan(&self) -> Plan {
        let aws = self.aws(None).await;
        let state = self.state();
        let design = self.design(&aws, &state);
        self.assess(&aws, &design, &state).await.plan
    }

    /// Makes all checks.
    pub(crate) async fn verify(&self, aws: &Aws) -> Verification {
        let state = self.state();
        let design = self.design(aws, &state);
        let mut session = self.session(aws, &design, &state);
        session.asks = true;
        headset_engine::verify::verify(&session).await.unwrap()
    }

    /// Finds out why a person does not get in.
    pub(crate) async fn explain(&self, aws: &Aws, who: &str) -> Verification {
        let state = self.state();
        let design = self.design(aws, &state);
        let session = self.session(aws, &design, &state);
        headset_engine::verify::person(&session, who).await.unwrap()
    }

    /// Proves a response, and tries to sign in with it.
    pub(crate) async fn respond(&self, aws: &Aws, response: &str, sign_in: bool) -> Verification {
        let state = self.state();
        let design = self.design(aws, &state);
        let session = self.session(aws, &design, &state);
        headset_engine::verify::response(&session, response, sign_in)
            .await
            .unwrap()
    }

    /// Takes over what is there: all that fits, or these addresses.
    pub(crate) async fn import(&self, only: &[Address]) -> Import {
        let aws = self.aws(None).await;
        let locked = self.lock();
        let design = self.design(&aws, locked.state());
        let session = self.session(&aws, &design, locked.state());
        let offer = Offer::of(&session, locked, only).await.unwrap();
        offer.take_over("a test").await.unwrap()
    }

    /// From now on a new state starts with another lineage, as every new state does.
    pub(crate) fn inherit_nothing(&mut self) {
        self.lineage = "6f1d0c1e-3333-4333-8333-333333333333";
    }

    /// Forgets everything that Headset keeps, people's answers apart.
    pub(crate) fn lose_state(&self) {
        let directory = self.state_directory();
        std::fs::remove_file(directory.join("state.json")).unwrap();
        std::fs::remove_file(directory.join("journal.jsonl")).unwrap();
    }

    /// Applies the blueprint, with a person at hand, and returns how it went.
    pub(crate) async fn apply(&self, hook: Option<Box<dyn CallHook>>) -> Outcome {
        self.run(hook, true).await
    }

    /// Applies the blueprint without a responder for checkpoints.
    pub(crate) async fn apply_alone(&self) -> Outcome {
        self.run(None, false).await
    }

    /// The same, and waits for them for so long.
    pub(crate) async fn apply_waiting(&self, wait: Duration) -> Outcome {
        let aws = self.aws(None).await;
        let design = self.design(&aws, &self.state());
        self.try_design(&aws, &design, false, Some(wait)).await.unwrap()
    }

    /// Answers a checkpoint, as `headset checkpoint answer` does.
    pub(crate) async fn answer(&self, address: &Address, given: &[(&str, &str)]) {
        let aws = self.aws(None).await;
        let design = self.design(&aws, &self.state());
        let kind = registry::kind(address.kind);
        let given = given
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect();
        let want = text::resolve(&design.resources[address].spec, &self.plan().await.outputs);
        let checked = Cloud::check_answers(&aws, kind, &want, &given).await.unwrap();
        self.store().answers().put(address, &checked).unwrap();
    }

    /// Takes everything down.
    pub(crate) async fn destroy(&self, hook: Option<Box<dyn CallHook>>) -> Outcome {
        let aws = self.aws(hook).await;
        self.fetch(&aws).await;
        let locked = self.take(&aws).await;
        let known = locked.state().clone();
        let session = self.session(&aws, &Design::default(), &known);
        match Takedown::of(&session, locked, &known, PROVEN).await.unwrap() {
            Way::Nothing { .. } => Outcome::default(),
            Way::Down(takedown) => {
                let findings = takedown.proposal.findings.clone();
                self.watched(
                    &findings,
                    false,
                    None,
                    &CancellationToken::new(),
                    async |running| {
                        takedown
                            .carry_out(&Allowed::losing_all(true), running)
                            .await
                            .unwrap()
                            .outcome
                    },
                )
                .await
            }
        }
    }

    async fn run(&self, hook: Option<Box<dyn CallHook>>, person: bool) -> Outcome {
        let aws = self.aws(hook).await;
        self.fetch(&aws).await;
        let design = self.design(&aws, &self.state());
        self.run_design(&aws, &design, person).await
    }

    /// Makes a design so that did not come from the blueprint.
    pub(crate) async fn run_design(&self, aws: &Aws, design: &Design, person: bool) -> Outcome {
        self.try_design(aws, design, person, None).await.unwrap()
    }

    /// The same. An error ends a run before its first step.
    pub(crate) async fn try_design(
        &self,
        aws: &Aws,
        design: &Design,
        person: bool,
        wait: Option<Duration>,
    ) -> Result<Outcome, Stop> {
        let locked = self.take(aws).await;
        let session = self.session(aws, design, locked.state());
        let mut proposal = Proposal::of(&session, locked).await.unwrap();
        let findings = std::mem::take(&mut proposal.findings);
        let cancel = CancellationToken::new();
        self.watched(&findings, person, wait, &cancel, async |running| {
            let outcome = proposal.carry_out(&Allowed::losing_all(true), running).await;
            proposal.close().await.unwrap();
            outcome
        })
        .await
    }

    /// Follows a run, and remembers what it tells.
    async fn watched<T: Ended>(
        &self,
        findings: &[Diagnostic],
        person: bool,
        wait: Option<Duration>,
        cancel: &CancellationToken,
        run: impl AsyncFnOnce(Running<'_>) -> T,
    ) -> T {
        assert!(!headset_core::diagnostic::has_errors(findings), "{findings:#?}");
        let operator = Operator {
            simulator: self.simulator.clone(),
        };
        let person: &dyn CheckpointResponder = if person { &operator } else { &NoResponder };
        let mut events = Vec::new();
        let outcome = run(Running {
            on: "a test",
            responder: person,
            cancel,
            options: ApplyOptions {
                width: 12,
                wait_for_people: wait,
            },
            report: &mut |event| events.push(event),
        })
        .await;
        for event in &events {
            let line = headset::report::Told::of(event.clone()).json(self.clock().now(), None);
            self.told.borrow_mut().push_str(faultless(&line.unwrap()));
        }
        let failures: Vec<&Event> = events
            .iter()
            .filter(|event| matches!(event, Event::Failed { .. }))
            .collect();
        assert!(outcome.has_not_failed() || !failures.is_empty());
        if !failures.is_empty() {
            eprintln!("{failures:#?}");
        }
        outcome
    }
}

fn read(name: &str, text: &str) -> Blueprint {
    // A base is read from beside the example that extends it.
    let load = |path: &str| std::fs::read_to_string(path).map_err(|error| error.to_string().into());
    read_with(name, text, &load)
}

/// The seed in `HEADSET_QUIRKS`, if one is asked for: the whole suite then lives in that world.
pub(crate) fn one_seed() -> Option<u64> {
    let seed = std::env::var("HEADSET_QUIRKS").ok()?;
    Some(seed.parse().unwrap())
}

/// The same for a process: the arguments that lead it into that world, unless it has chosen one itself.
pub(crate) fn quirks_of<S: AsRef<str>>(arguments: &[S]) -> Vec<String> {
    let chosen = arguments.iter().any(|argument| argument.as_ref() == "--quirks");
    let seed = one_seed().filter(|_| !chosen);
    seed.map_or_else(Vec::new, |seed| vec!["--quirks".to_owned(), seed.to_string()])
}

/// The seeds of what no source decides: four of them or all sixteen, or the one that is asked for.
pub(crate) fn seeds() -> Vec<u64> {
    one_seed().map_or_else(|| effort::seeds(4, 16), |seed| vec![seed])
}

/// The seeds of random faults: three or twenty, or those in `HEADSET_FAULT_SEEDS`, separated by commas.
pub(crate) fn fault_seeds() -> Vec<u64> {
    match std::env::var("HEADSET_FAULT_SEEDS") {
        Ok(seeds) => seeds
            .split(',')
            .map(|seed| seed.trim().parse().unwrap())
            .collect(),
        Err(_) => effort::seeds(3, 20),
    }
}

/// The names of all example blueprints.
pub(crate) fn examples() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("blueprints");
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".yaml"))
        .collect();
    names.sort();
    assert!(names.len() >= 6, "{names:?}");
    names
}

/// Whether an example links to the instance of `minimal.yaml`.
pub(crate) fn needs_an_instance(name: &str) -> bool {
    example(name).1.contains("existing: acme-tiny")
}

/// The environment's name in an example.
pub(crate) fn environment(name: &str) -> String {
    let (file, text) = example(name);
    read(&file, &text).name.value
}

/// A cloud in which an example can be made: one that links to an instance of another environment finds it there.
pub(crate) async fn ready_for(name: &str, settings: Settings) -> Sandbox {
    let options = SimOptions {
        settings,
        ..SimOptions::default()
    };
    ready_in(name, options).await
}

/// The same in a cloud that behaves so.
pub(crate) async fn ready_in(name: &str, options: SimOptions) -> Sandbox {
    let (file, text) = example(name);
    let sandbox = Sandbox::with(&file, &text, options);
    if needs_an_instance(name) {
        let (file, text) = example("minimal.yaml");
        let other = sandbox.beside(&file, &text);
        let outcome = other.apply(None).await;
        assert!(
            outcome.failed.is_empty() && outcome.open.is_empty(),
            "{outcome:?}"
        );
    }
    sandbox
}

/// The simulated person: sees the printed worksheet, and nothing else.
struct Operator {
    simulator: Arc<Simulator>,
}

#[async_trait]
impl CheckpointResponder for Operator {
    async fn act(&self, checkpoint: &Checkpoint) -> Option<Result<BTreeMap<String, String>, String>> {
        let act = |world: &mut World, now| operator::read_and_act(world, &checkpoint.worksheet, None, now);
        Some(self.simulator.with_world(act))
    }
}

/// The text of a state in the format of before there was a checksum: tests may make of that what they want.
pub(crate) fn of_earlier_format(mut state: serde_json::Value) -> String {
    let members = state.as_object_mut().unwrap();
    members.remove("sum");
    members.insert("version".to_owned(), 1.into());
    state.to_string()
}
