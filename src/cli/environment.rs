//! Everything that a command needs to work on an environment: blueprint, design, AWS, state.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sha2::{Digest, Sha256};

use super::Global;
use super::exit::Failure;
use super::invocation::Invocation;
use super::offline::Asking;
use super::remote_operator::RemoteOperator;
use super::simulation::Simulation;
use super::terminal;
use crate::apply::{Nobody, Person};
use crate::aws::{Aws, AwsOptions, Clock, Credentials, Identity, Recorder, Regions, Wire, is_loopback};
use crate::blueprint::{self, Sources, model::Blueprint};
use crate::design::{Design, Move, Setting};
use crate::diagnostic::{Diagnostic, has_errors};
use crate::plan::{Action, Plan, PlanInput};
use crate::report::{Timings, metadata_view};
use crate::resource::{Address, Cloud, Published, registry};
use crate::state::{
    Elsewhere, Entry, LocalStore, Locked, Moved, Places, State, drawn, moves, name_by_answers,
};
use crate::survey::{self, Survey};

/// One environment with everything around it.
pub(super) struct Environment {
    /// What it is called: the blueprint's `name`.
    pub(super) name: String,
    /// How further commands about it are written.
    pub(super) invocation: Invocation,
    pub(super) aws: Aws,
    pub(super) setting: Setting,
    pub(super) design: Design,
    pub(super) store: LocalStore,
    pub(super) state: State,
    pub(super) simulation: Option<Simulation>,
    pub(super) person: Arc<dyn Person>,
    /// Whether SAML metadata is fetched again from identity providers when the environment is looked at.
    asks: bool,
    /// What stands in for AWS, if an endpoint is configured.
    pub(super) endpoint: Option<String>,
    /// Whether the blueprint says where every service is, so that no configuration can move it.
    pub(super) says_regions: bool,
    /// Whether to say what took the time, and has not been said yet.
    timings: AtomicBool,
}

/// What was found out about an environment.
pub(super) struct Prospect {
    pub(super) survey: Survey,
    pub(super) plan: Plan,
    pub(super) findings: Vec<Diagnostic>,
}

/// Reads and checks a blueprint file.
pub(super) fn read_blueprint(global: &Global, path: &Path) -> Result<(Blueprint, Vec<Diagnostic>), Failure> {
    let name = path.display().to_string();
    let text = terminal::read_text(path, terminal::BLUEPRINT)
        .map_err(|error| Failure::new(error).help("give the path of a blueprint file"))?;
    let (blueprint, findings) = blueprint::read(&Sources {
        file: &name,
        text: &text,
        load: &|wanted| terminal::read_text(Path::new(wanted), terminal::NAMED_FILE),
        variable: &|name| std::env::var(name).ok(),
        sets: &global.set,
        now: Some(Clock::wall().now()),
    });
    match blueprint {
        Some(blueprint) if !has_errors(&findings) => Ok((blueprint, findings)),
        _ => Err(Failure::Diagnostics(findings)),
    }
}

impl Environment {
    /// Opens the environment of a blueprint: finds out who calls, and reads its state.
    pub(super) async fn open(global: &Global, path: &Path) -> Result<Environment, Failure> {
        let (blueprint, findings) = read_blueprint(global, path)?;
        terminal::diagnostics(&findings);
        let asked_region = blueprint.aws.region.as_ref().map(|region| region.value.as_str());
        let identity = match (
            &blueprint.aws.identity_center.role,
            blueprint.aws.identity_center.by_hand,
        ) {
            (_, true) => Identity::ByHand,
            (Some(role), false) => Identity::Role(role.value.clone()),
            (None, false) => Identity::Same,
        };
        let Access {
            aws,
            simulation,
            endpoint,
        } = open_aws(global, asked_region, identity, |region| {
            regions(&blueprint, region)
        })
        .await?;
        terminal::diagnostics(&blueprint::metadata_dates(&blueprint, aws.clock().now()));
        if let Some(simulation) = simulation.as_ref().filter(|_| !global.strict_directory) {
            simulation.populate(&blueprint)?;
        }
        let regions = aws.regions().clone();
        let (account, partition) = who_calls(&aws).await?;
        if let Some(asked) = blueprint
            .aws
            .account
            .as_ref()
            .filter(|asked| asked.value != account)
        {
            let message = format!(
                "the credentials are for account {account}, the blueprint for {}",
                asked.value
            );
            let finding = Diagnostic::error("wrong-account", message)
                .at(asked.place.clone())
                .help("use the right profile (`AWS_PROFILE`), or change `aws.account`");
            return Err(Failure::Refused(vec![finding]));
        }
        let scope = scope(simulation.as_ref(), endpoint.as_deref());
        let name = blueprint.name.value.clone();
        let store = store(global, &name, &account, &regions.connect, &scope);
        let state = match store.read()? {
            Some(state) => state,
            None => {
                let lineage = uuid::Uuid::new_v4().to_string();
                State::new(&name, &account, &regions.connect, lineage)
            }
        };
        if let Some(finding) = in_another_region(&blueprint, &store, &state) {
            return Err(Failure::Refused(vec![finding]));
        }
        let setting = Setting {
            account,
            partition,
            region: regions.connect,
            appstream_region: regions.appstream,
            identity_center_region: regions.identity_center,
            lineage: state.lineage.clone(),
            expires: expiry(&blueprint, &state, &aws),
        };
        let (mut design, findings) = drawn(&blueprint, &setting, &state);
        if has_errors(&findings) {
            return Err(Failure::Diagnostics(findings));
        }
        name_by_answers(&mut design, &state, &store.answers())?;
        let person = person(simulation.as_ref(), endpoint.as_deref(), &aws).await;
        let section = &blueprint.aws;
        Ok(Environment {
            name,
            invocation: Invocation::on(global, path),
            aws,
            setting,
            design,
            store,
            state,
            simulation,
            person,
            asks: false,
            endpoint,
            says_regions: section.region.is_some()
                || (section.connect_region.is_some() && section.appstream_region.is_some()),
            timings: AtomicBool::new(global.timings),
        })
    }

    /// Opens an environment that only its state is known of. It wants nothing: it can only be taken down.
    pub(super) async fn of_state(
        access: Access,
        partition: String,
        store: LocalStore,
        state: State,
        global: &Global,
    ) -> Environment {
        let invocation = Invocation::without_file(global);
        let Access {
            aws,
            simulation,
            endpoint,
        } = access;
        let regions = aws.regions().clone();
        let setting = Setting {
            account: state.account.clone(),
            partition,
            region: regions.connect,
            appstream_region: regions.appstream,
            identity_center_region: regions.identity_center,
            lineage: state.lineage.clone(),
            expires: state.expires.clone(),
        };
        let person = person(simulation.as_ref(), endpoint.as_deref(), &aws).await;
        Environment {
            name: state.environment.clone(),
            invocation,
            aws,
            setting,
            design: Design::default(),
            store,
            state,
            simulation,
            person,
            asks: false,
            endpoint,
            says_regions: true,
            timings: AtomicBool::new(global.timings),
        }
    }

    /// The same, which fetches SAML metadata again unless the user does not want that.
    pub(super) fn asking(mut self, asking: Asking) -> Environment {
        self.asks = !asking.offline;
        self
    }

    /// Looks at AWS and plans. `design` is the blueprint's, or an empty one to take everything down.
    pub(super) async fn prospect(&self, design: &Design, state: &State) -> Result<Prospect, Failure> {
        let with_deposed = design.resources.is_empty();
        let Moved {
            state,
            renames,
            findings: about_moves,
            refused,
        } = moves(state, design);
        if !refused.is_empty() {
            return Err(Failure::Refused(self.invocation.complete_all(refused)));
        }
        let answers = self.store.answers();
        let answers_at = |address: &Address| answers.get(&before_moves(address, &renames));
        let mut targets = survey::targets(design, &state, &answers_at)?;
        let published = match self.asks {
            true => survey::fetch_again(&self.aws, &mut targets).await,
            false => BTreeMap::new(),
        };
        let mut survey = survey::survey(&self.aws, targets).await;
        survey.published = published;
        let as_of = self.aws.clock().now().to_string();
        let elsewhere = Elsewhere::beside(&self.store, &state);
        let planned = |survey: &Survey| {
            crate::plan::plan(&PlanInput {
                design,
                state: &state,
                moved: &renames,
                elsewhere: &elsewhere,
                survey,
                as_of: &as_of,
                with_deposed,
            })
        };
        let (mut plan, mut findings) = planned(&survey);
        // What goes may take something along that only a look at it alone can tell.
        if survey.look_at_belongings(&self.aws, plan.going()).await {
            (plan, findings) = planned(&survey);
        }
        self.notice(&mut plan).await;
        findings.extend(metadata_view::findings(&survey));
        findings.extend(about_moves);
        Ok(Prospect {
            survey,
            plan,
            findings: self.invocation.complete_all(findings),
        })
    }

    /// Adds to open checkpoints what is there already and may be what they ask for.
    async fn notice(&self, plan: &mut Plan) {
        for step in plan.steps.values_mut() {
            let Action::Await { checkpoint, diff } = &mut step.action else {
                continue;
            };
            if let Some(kind) = registry::kind(&step.address.kind).filter(|_| diff.is_empty()) {
                *checkpoint = self.aws.notice(kind, &step.want, checkpoint.clone()).await;
                for notice in &mut checkpoint.notices {
                    *notice = self.invocation.complete(notice);
                }
            }
        }
    }

    /// Writes into state what has to be there before anything is carried out: moves, expiry, places, and documents
    /// that were fetched again.
    pub(super) fn prepare(
        &self,
        locked: &mut Locked,
        moved: &[(Address, Address)],
        published: &BTreeMap<Address, Published>,
    ) -> Result<(), Failure> {
        self.relocate(locked, moved)?;
        let settled = |state: &State, line: &Move| {
            let mut settled = state.settled.iter();
            settled.any(|one| one.from == line.from && one.to == line.to)
        };
        let lines: Vec<(Address, Address)> = self
            .design
            .moved
            .iter()
            .filter(|line| !settled(locked.state(), line))
            .map(|line| (line.from.clone(), line.to.clone()))
            .collect();
        if !lines.is_empty() {
            locked.record(Entry::Settled { lines })?;
        }
        survey::keep(published, &self.store.answers())?;
        if self.setting.expires != locked.state().expires {
            locked.record(Entry::Expires {
                at: self.setting.expires.clone(),
            })?;
        }
        let places = Places {
            regions: self.aws.regions().clone(),
            identity: self.aws.identity().clone(),
        };
        if locked.state().places.as_ref() != Some(&places) {
            locked.record(Entry::Placed { places })?;
        }
        Ok(())
    }

    /// How many seconds of the run pass in one second of the wall: none where a simulation's clock only jumps.
    pub(super) fn passing(&self) -> f64 {
        self.simulation.as_ref().map_or(1.0, Simulation::passing)
    }

    /// Writes into state at which addresses things are from now on, answers with them.
    pub(super) fn relocate(&self, locked: &mut Locked, moved: &[(Address, Address)]) -> Result<(), Failure> {
        if moved.is_empty() {
            return Ok(());
        }
        let answers = self.store.answers();
        // Copied, noted, and only then forgotten at the old address: cut off anywhere, they are found.
        answers.copy(moved)?;
        locked.record(Entry::Relocated {
            moves: moved.to_vec(),
        })?;
        for (from, _) in moved {
            if !moved.iter().any(|(_, to)| to == from) {
                answers.forget(from)?;
            }
        }
        Ok(())
    }

    /// A fresh state for [`LocalStore::lock`].
    pub(super) fn fresh_state(&self) -> State {
        self.state.clone()
    }

    /// The design's outputs that are known: what an administrator needs next.
    pub(super) fn outputs(&self, known: &crate::resource::Outputs) -> BTreeMap<String, String> {
        self.design
            .outputs
            .iter()
            .filter_map(|(name, text)| text.resolve(known).known().map(|value| (name.clone(), value)))
            .filter(|(_, value)| !value.is_empty())
            .collect()
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
        let (records, delays) = (self.aws.wire().records(), self.aws.delays());
        if json {
            terminal::data(&format!("{}\n", timings.json(&records, &delays)));
        } else {
            terminal::talk(timings.text(&records, &delays).trim_end());
        }
    }

    /// Ends a command: keeps the simulated cloud, if there is one.
    pub(super) fn close(&self) -> Result<(), Failure> {
        // A command that only looked has no steps, but has calls.
        self.show_timings(&Timings::default(), false);
        if let Some(why) = self.aws.wire().record_failure() {
            terminal::talk(&format!("the recording ended early: {why}"));
        }
        match &self.simulation {
            Some(simulation) => simulation.save(),
            None => Ok(()),
        }
    }
}

/// What is wrong if an environment is known in another region and not in this one. An environment lives in one region:
/// here would be a second one, that the names which the account or the whole world shares keep from being made.
fn in_another_region(blueprint: &Blueprint, store: &LocalStore, state: &State) -> Option<Diagnostic> {
    if state.holds_anything() {
        return None;
    }
    let there = Elsewhere::other_regions(store, state);
    let (first, _) = there.first()?;
    let (name, here) = (&state.environment, &state.region);
    let known: Vec<String> = there
        .iter()
        .map(|(region, things)| format!("{region} ({})", crate::report::plural(*things, "thing")))
        .collect();
    let message = format!(
        "`{name}` is known in {}, and this would be {here}",
        known.join(" and ")
    );
    let place = blueprint.aws.region.as_ref().map(|region| region.place.clone());
    let finding = Diagnostic::error("other-region", message)
        .note(
            "an environment lives in one region; its roles, its SAML provider, its bucket and its instance's alias have \
             names that cannot be used a second time in another",
        )
        .help(format!(
            "go on in {first} (`aws.region`); to move it, take it down there first; for a second one, choose another `name`"
        ));
    Some(finding.at_maybe(place))
}

/// Where an address was before these moves.
pub(super) fn before_moves(address: &Address, renames: &[(Address, Address)]) -> Address {
    let moved = renames.iter().find(|(_, to)| to == address);
    moved.map_or_else(|| address.clone(), |(from, _)| from.clone())
}

/// What keeps the states of real accounts, endpoints and the simulator apart in names of directories.
pub(super) fn scope(simulation: Option<&Simulation>, endpoint: Option<&str>) -> String {
    match (simulation, endpoint) {
        (Some(_), _) => "-sim".to_owned(),
        (None, Some(endpoint)) => format!("-{}", short_hash(endpoint)),
        (None, None) => String::new(),
    }
}

/// Where the state of an environment is.
pub(super) fn store(global: &Global, name: &str, account: &str, region: &str, scope: &str) -> LocalStore {
    LocalStore::new(
        global
            .state_dir
            .join(name)
            .join(format!("{account}-{region}{scope}")),
    )
}

/// Who acts on checkpoints without being asked: the simulated person, where there is one.
async fn person(simulation: Option<&Simulation>, endpoint: Option<&str>, aws: &Aws) -> Arc<dyn Person> {
    match (simulation, endpoint) {
        (Some(simulation), _) => Arc::new(simulation.clone()),
        (None, Some(endpoint)) if is_loopback(endpoint) => match RemoteOperator::find(aws, endpoint).await {
            Some(operator) => Arc::new(operator),
            None => Arc::new(Nobody),
        },
        (None, _) => Arc::new(Nobody),
    }
}

/// A way to AWS, or to the simulator in its place.
#[derive(Clone, Debug)]
pub(super) struct Access {
    pub(super) aws: Aws,
    pub(super) simulation: Option<Simulation>,
    pub(super) endpoint: Option<String>,
}

/// Opens the way to AWS, with its ordinary configuration. `regions` says which service is where, given the region
/// that is asked for or configured.
pub(super) async fn open_aws(
    global: &Global,
    asked_region: Option<&str>,
    identity: Identity,
    regions: impl FnOnce(&str) -> Regions,
) -> Result<Access, Failure> {
    open_aws_or(global, asked_region, None, identity, regions).await
}

/// The same; where no region is asked for or configured, it is the `last` one.
pub(super) async fn open_aws_or(
    global: &Global,
    asked_region: Option<&str>,
    last: Option<&str>,
    identity: Identity,
    regions: impl FnOnce(&str) -> Regions,
) -> Result<Access, Failure> {
    let simulation = global.sim.then(|| Simulation::open(global)).transpose()?;
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
    let wire = Wire::new(client, None);
    let mut config = Aws::load_config(&credentials, asked_region, &wire).await;
    if config.region().is_none() && last.is_some() {
        config = Aws::load_config(&credentials, last, &wire).await;
    }
    let Some(region) = config.region().map(ToString::to_string) else {
        return Err(Failure::new("no region is set").help("set `aws.region` in the blueprint, or AWS_REGION"));
    };
    let endpoint = endpoint_of(&config);
    let regions = regions(&region);
    if let Some(path) = &global.record {
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
    Ok(Access {
        aws: Aws::connect_with(options),
        simulation,
        endpoint,
    })
}

pub(super) async fn who_calls(aws: &Aws) -> Result<(String, String), Failure> {
    let request = aws.sts().get_caller_identity();
    let caller = aws.call("sts", "GetCallerIdentity", || request.clone().send()).await.map_err(|error| {
        Failure::new(format!("who calls is not known: {error}"))
            .help("configure credentials (`AWS_PROFILE`, `aws sso login`), or try it without an account: `--sim`")
    })?;
    let account = caller.account().unwrap_or_default().to_owned();
    let partition = caller
        .arn()
        .and_then(|arn| arn.split(':').nth(1))
        .unwrap_or("aws")
        .to_owned();
    Ok((account, partition))
}

fn regions(blueprint: &Blueprint, region: &str) -> Regions {
    let or = |own: &Option<blueprint::model::At<String>>| {
        own.as_ref()
            .map_or_else(|| region.to_owned(), |own| own.value.clone())
    };
    let connect = or(&blueprint.aws.connect_region);
    Regions {
        appstream: or(&blueprint.aws.appstream_region),
        s3: connect.clone(),
        identity_center: or(&blueprint.aws.identity_center.region),
        connect,
    }
}

/// When the environment expires: fixed when it is first made, so that a later apply does not prolong it.
fn expiry(blueprint: &Blueprint, state: &State, aws: &Aws) -> Option<String> {
    let lifetime = blueprint.lifetime.as_ref()?;
    if state.expires.is_some() {
        return state.expires.clone();
    }
    let seconds = i64::try_from(lifetime.value).ok()?;
    let at = aws
        .clock()
        .now()
        .checked_add(jiff::SignedDuration::from_secs(seconds))
        .ok()?;
    jiff::Timestamp::from_second(at.as_second())
        .ok()
        .map(|at| at.to_string())
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

fn short_hash(text: &str) -> String {
    hex::encode(&Sha256::digest(text)[..4])
}
