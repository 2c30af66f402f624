//! Everything that a command needs to work on an environment: blueprint, design, AWS, state.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Once};
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::Global;
use super::access::{Access, Asked, Ways};
use super::exit::Failure;
use super::invocation::Invocation;
use super::library;
use super::offline::Asking;
use super::project::Project;
use super::remote_operator::RemoteOperator;
use super::signal::Followed;
use super::simulation::Simulation;
use super::sources::{Text, unnoted};
use super::subject::Subject;
use super::summary::Tally;
use super::terminal;
use crate::report::{Timings, not_visible_yet, span, unanswered};
use headset_aws::objects::{Bucket, Place as ObjectPlace};
use headset_aws::{Aws, AwsTime};
use headset_blueprint::model::Blueprint;
use headset_core::Address;
use headset_core::diagnostic::{Diagnostic, has_errors};
use headset_core::endpoint::is_loopback;
use headset_core::shell;
use headset_design::Design;
use headset_design::permissions::StatePlace;
use headset_engine::apply::{CheckpointResponder, NoResponder};
use headset_engine::assess::{Assessment, assess};
use headset_engine::plan::{Action, Plan, Selection};
use headset_engine::saved::{Around, Bound, is_saved};
use headset_engine::session::{Begun, Opening, Session, Stop, wrong_account};
use headset_engine::state::{Leases, Locked, SharedStates, State};
use headset_kinds::Reading;
use headset_kinds::cloud::Notice;
use headset_kinds::regions::Regions;

/// One environment as a command works on it: a session, and what the command line adds to it.
pub(super) struct Environment {
    session: Session,
    /// How further commands about it are written.
    pub(super) invocation: Invocation,
    pub(super) aws: Aws,
    pub(super) simulation: Option<Simulation>,
    pub(super) responder: Arc<dyn CheckpointResponder>,
    /// What stands in for AWS, if an endpoint is configured.
    pub(super) endpoint: Option<String>,
    /// The shared store of states, if they are in one.
    pub(super) shared: Option<SharedStates>,
    /// The digest of its blueprint.
    digest: String,
    /// How long to wait for another run.
    pub(super) lock_timeout: Duration,
    /// The leases of this process.
    leases: Leases,
    /// Who listens for signals.
    pub(super) followed: Followed,
    /// What the environments of the command came to.
    pub(super) tally: Tally,
    /// Whether to say what took the time, and has not been said yet.
    timings: AtomicBool,
    /// Whether the command works on this one alone: then it ends with it.
    pub(super) is_alone: bool,
}

impl Deref for Environment {
    type Target = Session;

    fn deref(&self) -> &Session {
        &self.session
    }
}

/// A blueprint that was read.
pub(super) struct ReadBlueprint {
    pub(super) blueprint: Blueprint,
    /// What is to be known about it; no mistakes.
    pub(super) findings: Vec<Diagnostic>,
    /// Of everything that it was read from: the file, those that it names, variables, and what was set.
    pub(super) digest: String,
}

/// What was read on the way to a blueprint, by name.
#[derive(Default)]
struct Digests(RefCell<BTreeMap<String, String>>);

impl Digests {
    fn note(&self, what: &str, text: &str) {
        let digest = hex::encode(Sha256::digest(text));
        self.0.borrow_mut().insert(what.to_owned(), digest);
    }

    fn sum(&self) -> String {
        let all = serde_json::json!(*self.0.borrow());
        hex::encode(Sha256::digest(all.to_string()))
    }
}

/// Reads and checks a blueprint file.
pub(super) fn read_blueprint(global: &Global, path: &Path) -> Result<ReadBlueprint, Failure> {
    let Subject { file, target } = Subject::of(path);
    let name = file.display().to_string();
    let text = named_text(&file, "give the path of a blueprint file")?;
    if is_saved(&text) {
        let apply = format!("headset apply {}", shell::word(&name));
        return Err(
            Failure::usage(format!("{name} is a saved plan, and not a blueprint")).help(format!(
                "`{apply}` carries it out; else name the blueprint that it is of"
            )),
        );
    }
    let digests = Digests::default();
    digests.note("the blueprint", &text);
    digests.note("the target", target.as_deref().unwrap_or_default());
    digests.note("--set", &headset_blueprint::set_text(&global.set));
    let values = values(global)?;
    for (name, text) in &values {
        digests.note(&format!("--vars {name}"), text);
    }
    let project = Project::of(global, &file);
    let text = Text {
        file: &name,
        text: &text,
        project: &project,
        target: target.as_deref(),
        values: &values,
        sets: &global.set,
    };
    let note = |what: &str, text: &str| digests.note(what, text);
    let targets = match target {
        Some(_) => Vec::new(),
        None => text.lend(&note, headset_blueprint::targets),
    };
    if let Some(first) = targets.first() {
        let one = Subject::argument(&file, first);
        return Err(
            Failure::usage(format!("{name} has the targets {}", targets.join(", ")))
                .help(format!("name the one that is meant, as in `{}`", one.display())),
        );
    }
    let (blueprint, findings) = text.lend(&note, headset_blueprint::read);
    match blueprint {
        Some(blueprint) if !has_errors(&findings) => Ok(ReadBlueprint {
            blueprint,
            findings,
            digest: digests.sum(),
        }),
        _ => Err(Failure::Diagnostics(findings)),
    }
}

/// The arguments that an argument stands for: one for each target of its blueprint, or itself.
pub(super) fn targets(global: &Global, path: PathBuf) -> Vec<PathBuf> {
    let Subject { file, target: None } = Subject::of(&path) else {
        return vec![path];
    };
    // A pipe can be read once, and what cannot be read says so where it is read.
    if !file.is_file() && !terminal::is_standard_input(&file) {
        return vec![path];
    }
    let Ok(text) = terminal::read_text(&file, terminal::BLUEPRINT) else {
        return vec![path];
    };
    let name = file.display().to_string();
    let project = Project::of(global, &file);
    let text = Text {
        file: &name,
        text: &text,
        project: &project,
        target: None,
        values: &[],
        sets: &[],
    };
    let targets = text.lend(&unnoted, headset_blueprint::targets);
    match targets.is_empty() {
        true => vec![path],
        false => targets
            .iter()
            .map(|target| Subject::argument(&file, target))
            .collect(),
    }
}

/// The text of a file that the command line names. `help`: what to do, where the failure itself does not say it.
fn named_text(path: &Path, help: &str) -> Result<String, Failure> {
    terminal::read_text(path, terminal::BLUEPRINT).map_err(|error| match error.help() {
        Some(_) => Failure::from(error),
        None => Failure::from(error).help(help),
    })
}

/// The files that `--vars` names: each with its name and its text.
pub(super) fn values(global: &Global) -> Result<Vec<(String, String)>, Failure> {
    let help = "give --vars the path of a YAML file with values of the blueprint";
    let read = |path: &PathBuf| Ok((path.display().to_string(), named_text(path, help)?));
    global.vars.iter().map(read).collect()
}

impl Environment {
    /// Opens the environment of a blueprint: finds out who calls, and reads its state.
    pub(super) async fn open(global: &Global, path: &Path) -> Result<Environment, Failure> {
        Environment::open_among(&Ways::alone(), global, path, None).await
    }

    /// The same, on ways that environments of this command share; `planned`: of a plan that was saved.
    pub(super) async fn open_among(
        ways: &Ways,
        global: &Global,
        path: &Path,
        planned: Option<Begun>,
    ) -> Result<Environment, Failure> {
        let ReadBlueprint {
            blueprint,
            findings,
            digest,
        } = read_blueprint(global, path)?;
        terminal::diagnostics(&findings);
        let asked = Asked::by(&blueprint.aws);
        let identity = blueprint.aws.identity();
        let Access {
            aws,
            simulation,
            endpoint,
        } = ways
            .open(global, asked, identity, |region| blueprint.aws.regions_by(region))
            .await?;
        terminal::diagnostics(&headset_blueprint::metadata_dates(&blueprint, aws.clock().now()));
        if let Some(simulation) = simulation.as_ref().filter(|_| !global.strict_directory) {
            simulation.populate(&blueprint, aws.regions())?;
        }
        let shared = shared_states(global, &aws, Some(&blueprint))?;
        let scope = scope(simulation.as_ref(), endpoint.as_deref());
        library::hold_picture(&aws, &blueprint);
        let library = library::of(&aws, simulation.as_ref(), endpoint.as_deref()).await;
        let opening = Session::open(Opening {
            cloud: Arc::new(aws.clone()),
            blueprint: &blueprint,
            root: &global.state_dir,
            scope: &scope,
            shared: shared.clone(),
            planned,
            library,
        });
        let session = attentively(&aws, opening).await?;
        let access = Access {
            aws,
            simulation,
            endpoint,
        };
        let mut environment = Environment::of_session(global, session, access).await;
        environment.invocation = Invocation::on(global, path);
        environment.shared = shared;
        environment.digest = digest;
        environment.is_alone = ways.is_alone();
        Ok(environment)
    }

    /// An environment that no blueprint names.
    pub(super) async fn of_session(global: &Global, session: Session, access: Access) -> Environment {
        let Access {
            aws,
            simulation,
            endpoint,
        } = access;
        let responder = responder(simulation.as_ref(), endpoint.as_deref(), &aws).await;
        say_difference(aws.wire().time());
        Environment {
            session,
            invocation: Invocation::without_file(global),
            aws,
            simulation,
            responder,
            endpoint,
            shared: None,
            digest: String::new(),
            lock_timeout: global.lock_timeout.unwrap_or_default(),
            leases: global.leases.clone(),
            followed: global.followed.clone(),
            tally: global.tally.clone(),
            timings: AtomicBool::new(global.timings),
            is_alone: true,
        }
    }

    /// The way to its cloud.
    pub(super) fn access(&self) -> Access {
        Access {
            aws: self.aws.clone(),
            simulation: self.simulation.clone(),
            endpoint: self.endpoint.clone(),
        }
    }

    /// The same, which fetches SAML metadata again unless the user does not want that.
    pub(super) fn asking(mut self, asking: Asking) -> Environment {
        self.session.asks = !asking.offline;
        self
    }

    /// The same, of which so much is read.
    pub(super) fn reading(mut self, reading: Reading) -> Environment {
        self.session.reading = reading;
        self
    }

    /// The same, of whose plan a part is asked for.
    pub(super) fn part(mut self, scope: Selection) -> Environment {
        self.session.scope = scope;
        self
    }

    /// What a plan of it holds for, at this state.
    pub(super) fn bound(&self, state: &State) -> Bound {
        let endpoint = match (&self.simulation, &self.endpoint) {
            (Some(_), _) => "the simulator".to_owned(),
            (None, Some(endpoint)) => endpoint.clone(),
            (None, None) => "AWS".to_owned(),
        };
        let around = Around {
            headset: env!("CARGO_PKG_VERSION").to_owned(),
            blueprint: self.digest.clone(),
            endpoint,
        };
        Bound::of(&self.session, state, around)
    }

    /// Refuses blueprints of a command of which one is for another account: before the first one is worked on.
    pub(super) fn is_for(&self, blueprints: &[Blueprint]) -> Result<(), Failure> {
        let account = &self.context.account;
        // Credentials of a role's own account are asked for where it is used.
        let wrong = blueprints
            .iter()
            .filter(|blueprint| blueprint.aws.assume_role.is_none())
            .filter_map(|blueprint| wrong_account(blueprint, account));
        match wrong.collect::<Vec<_>>() {
            none if none.is_empty() => Ok(()),
            wrong => Err(Failure::Refused(wrong)),
        }
    }

    /// Takes the lock of its state, and is from then on what that state says.
    pub(super) async fn lock(&mut self) -> Result<Locked, Failure> {
        let locked = attentively(&self.aws, self.session.lock(self.lock_timeout)).await;
        locked.map_err(|stop| self.failure(stop))
    }

    /// Looks at AWS and plans. `design` is the blueprint's, or an empty one to take everything down.
    pub(super) async fn assess(&self, design: &Design, state: &State) -> Result<Assessment, Failure> {
        let assessed = self.attentively(assess(&self.session, design, state)).await;
        let mut assessment = assessed.map_err(|stop| self.failure(stop))?;
        self.complete(&mut assessment.plan, &mut assessment.findings);
        Ok(assessment)
    }

    /// Fetches what a plan uploads and this machine does not have; or says why it cannot.
    pub(super) fn provide(&self, plan: &Plan) -> Option<Diagnostic> {
        library::provide(&self.aws, &self.design, plan)
    }

    /// Makes the commands whole that advice and notices name.
    pub(super) fn complete(&self, plan: &mut Plan, findings: &mut Vec<Diagnostic>) {
        for step in plan.steps.values_mut() {
            if let Action::Await { checkpoint, .. } = &mut step.action {
                for notice in &mut checkpoint.notices {
                    notice.text = self.invocation.complete(&notice.text);
                }
            }
        }
        *findings = self.invocation.complete_all(std::mem::take(findings));
    }

    /// Does this, and says meanwhile which call has no answer. (A run says so by its events.)
    pub(super) async fn attentively<T>(&self, work: impl Future<Output = T>) -> T {
        attentively(&self.aws, work).await
    }

    /// Why a use case has stopped, with whole commands in the advice.
    pub(super) fn failure(&self, stop: Stop) -> Failure {
        match stop {
            Stop::Refused(findings) => Failure::Refused(self.invocation.complete_all(findings)),
            stop => Failure::from(stop),
        }
    }

    /// How many seconds of the run pass in one second of the wall: none where a simulation's clock only jumps.
    pub(super) fn passing(&self) -> f64 {
        self.simulation.as_ref().map_or(1.0, Simulation::passing)
    }

    /// Where the worksheet of a checkpoint is kept as a file.
    pub(super) fn worksheet_path(&self, address: &Address) -> PathBuf {
        let name: String = address
            .to_string()
            .chars()
            .map(|c| {
                if c.is_ascii_alphanumeric() || "._-".contains(c) {
                    c
                } else {
                    '-'
                }
            })
            .collect();
        self.store
            .directory()
            .join("worksheets")
            .join(format!("{name}.md"))
    }

    /// Says what took the time, if the user wants to know: on standard error, or as one more line of JSON.
    pub(super) fn show_timings(&self, timings: &Timings, json: bool) {
        if !self.timings.swap(false, Ordering::Relaxed) {
            return;
        }
        // Of several, the calls are counted together at the end of the command.
        if !self.is_alone {
            let text = timings.path_text(&self.name);
            match json {
                true => terminal::document(&timings.path_json(&self.name)),
                false if text.is_empty() => {}
                false => terminal::warn(text.trim_end()),
            }
            return;
        }
        let (records, delays) = (self.aws.wire().records(), self.aws.delays());
        if json {
            terminal::document(&timings.json(&records, &delays));
        } else {
            terminal::warn(timings.text(&records, &delays).trim_end());
        }
    }

    /// Ends a command: gives leases back, and keeps the simulated cloud, if there is one. A command on several environments
    /// ends with its ways.
    pub(super) async fn close(&self) -> Result<(), Failure> {
        if !self.is_alone {
            return Ok(());
        }
        self.leases.release().await;
        // A command that only looked has no steps, but has calls.
        self.show_timings(&Timings::default(), false);
        self.access().close()
    }
}

/// Does this, and says meanwhile which call has no answer, and what is waited for.
async fn attentively<T>(aws: &Aws, work: impl Future<Output = T>) -> T {
    let mut work = std::pin::pin!(work);
    loop {
        tokio::select! {
            biased;
            done = &mut work => return done,
            notice = aws.heard() => match notice {
                Notice::Unanswered { service, operation, since, seconds } => {
                    terminal::warn(&unanswered(service, operation, since, seconds));
                }
                Notice::NotVisibleYet { address, until } => {
                    terminal::talk(&not_visible_yet(&address, until));
                }
                Notice::OneByOne { action, error } => {
                    let message = format!("without {action}, tags are read one by one, which takes longer: {error}");
                    terminal::diagnostics(&[Diagnostic::warning("one-by-one", message)]);
                }
                Notice::CredentialsExpired { .. } | Notice::CredentialsRenewed => {}
            },
        }
    }
}

/// Says once that the clock of this machine is wrong.
fn say_difference(time: &AwsTime) {
    static SAID: Once = Once::new();
    let ahead = time.ahead();
    if ahead.is_zero() {
        return;
    }
    SAID.call_once(|| {
        let side = if ahead.is_negative() { "ahead of" } else { "behind" };
        let message = format!(
            "the clock of this machine is {} {side} AWS's",
            span(ahead.unsigned_abs())
        );
        let finding = Diagnostic::warning("clock-difference", message)
            .note(
                "AWS refuses requests that are signed by a wrong clock: Headset signs by AWS's time instead",
            )
            .help("set the clock, or let it be set (NTP)");
        terminal::diagnostics(&[finding]);
    });
}

/// The shared store of states: what `--state` or its variable says, else what the blueprint says. `None`: states are kept in
/// the state directory.
pub(super) fn shared_states(
    global: &Global,
    aws: &Aws,
    blueprint: Option<&Blueprint>,
) -> Result<Option<SharedStates>, Failure> {
    let place = shared_place(global, blueprint)?;
    Ok(place.map(|place| states_in(global, aws, place)))
}

/// The store of states at an address.
pub(super) fn states_at(global: &Global, aws: &Aws, address: &str) -> Result<SharedStates, Failure> {
    Ok(states_in(global, aws, store_of(address)?))
}

fn states_in(global: &Global, aws: &Aws, place: ObjectPlace) -> SharedStates {
    SharedStates {
        prefix: place.prefix.clone(),
        objects: Arc::new(Bucket::new(aws, place)),
        clock: aws.clock().clone(),
        holder: holder(),
        leases: global.leases.clone(),
    }
}

fn store_of(address: &str) -> Result<ObjectPlace, Failure> {
    ObjectPlace::parse(address)
        .map_err(|why| Failure::usage(format!("the store of states `{address}`: {why}")))
}

/// Where the shared store is, if states are in one.
fn shared_place(global: &Global, blueprint: Option<&Blueprint>) -> Result<Option<ObjectPlace>, Failure> {
    let own = blueprint.and_then(|blueprint| blueprint.state.as_ref());
    let Some(address) = global.state.as_ref().or(own.map(|own| &own.value)) else {
        return Ok(None);
    };
    store_of(address).map(Some)
}

/// The same, as policies are about it.
pub(super) fn state_place(
    global: &Global,
    blueprint: Option<&Blueprint>,
    regions: &Regions,
) -> Result<Option<StatePlace>, Failure> {
    let place = shared_place(global, blueprint)?;
    Ok(place.map(|place| StatePlace {
        region: place.region.unwrap_or_else(|| regions.s3.clone()),
        bucket: place.bucket,
        prefix: place.prefix,
        kms_key: place.kms_key,
    }))
}

/// Who this run is, for people who wait for it or look back at it.
pub(super) fn holder() -> String {
    let variable = |names: &[&str]| names.iter().find_map(|name| std::env::var(name).ok());
    let user = variable(&["USER", "LOGNAME", "USERNAME"]).unwrap_or_else(|| "a user".to_owned());
    let machine = variable(&["HOSTNAME", "COMPUTERNAME"])
        .or_else(|| std::fs::read_to_string("/etc/hostname").ok())
        .unwrap_or_default();
    let at = match machine.trim() {
        "" => String::new(),
        machine => format!("@{machine}"),
    };
    format!("{user}{at}, process {}", std::process::id())
}

/// What keeps the states of real accounts, endpoints and the simulator apart in names of directories.
pub(super) fn scope(simulation: Option<&Simulation>, endpoint: Option<&str>) -> String {
    match (simulation, endpoint) {
        (Some(_), _) => "-sim".to_owned(),
        (None, Some(endpoint)) => format!("-{}", short_hash(endpoint)),
        (None, None) => String::new(),
    }
}

/// Who acts on checkpoints without being asked: the simulated person, where there is one.
async fn responder(
    simulation: Option<&Simulation>,
    endpoint: Option<&str>,
    aws: &Aws,
) -> Arc<dyn CheckpointResponder> {
    match (simulation, endpoint) {
        (Some(simulation), _) => Arc::new(simulation.clone()),
        (None, Some(endpoint)) if is_loopback(endpoint) => match RemoteOperator::find(aws, endpoint).await {
            Some(operator) => Arc::new(operator),
            None => Arc::new(NoResponder),
        },
        (None, _) => Arc::new(NoResponder),
    }
}

fn short_hash(text: &str) -> String {
    hex::encode(&Sha256::digest(text)[..4])
}
