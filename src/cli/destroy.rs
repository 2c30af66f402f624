//! `headset destroy`

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::Global;
use super::environment::{Environment, read_blueprint};
use super::exit::{Exit, Failure};
use super::flow::{Consent, Question, RunArgs, Watch, consent, exit_of, worse};
use super::invocation::Invocation;
use super::orphans::{self, Search};
use super::part::{self, Part};
use super::region;
use super::terminal;
use crate::report::leftovers::Row;
use crate::report::{agreeing, leftovers, plural, search_view};
use headset_blueprint::is_environment_name;
use headset_core::diagnostic::Diagnostic;
use headset_core::shell;
use headset_engine::apply::Running;
use headset_engine::destroy::{self, Leftover, Proof, Takedown, TakenDown, Way};
use headset_engine::discover::{Orphans, Query, Stranger, Wanted, thing};
use headset_engine::plan::claim;
use headset_engine::plan::guard::Allowed;
use headset_engine::state::State;

/// What is said instead of "there is nothing", where something could not be looked at.
const NOT_KNOWN: &str = "nothing was taken down, and Headset cannot say that everything is gone: see above";

/// Take an environment down in safe order. Deletes only what provably belongs to it.
///
/// Asks for the environment's name, unless --yes is given. Refuses to delete protected resources; --yes does not
/// override that. Without a blueprint file, --name and --expired find environments by their state and by tags. Tags
/// alone are no proof, since others can write them: what no state here knows is deleted only with its --lineage, and
/// Headset prints the command for it. At the end, Headset lists what stays, and why.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("what")
    .required(true)
    .multiple(true)
    .args(["files", "name", "expired", "lineage"]))]
pub(super) struct DestroyArgs {
    /// Blueprint files.
    #[arg(value_name = "FILE", conflicts_with_all = ["name", "expired"])]
    files: Vec<PathBuf>,
    /// The environment of this name, without its blueprint.
    #[arg(long, value_name = "NAME", value_parser = environment_name, conflicts_with = "expired")]
    name: Option<String>,
    /// Every environment whose lifetime is over, without their blueprints.
    #[arg(long, conflicts_with_all = ["target", "exclude"])]
    expired: bool,
    /// Take down what carries this lineage in its tag headset:id, although no state here knows it. May be given several
    /// times.
    #[arg(long, value_name = "ID", value_parser = lineage, conflicts_with_all = ["target", "exclude"])]
    lineage: Vec<String>,
    /// A region to search for tags, besides the blueprint's and those that state knows. May be given several times.
    /// Default without a blueprint: every region that the account has enabled.
    #[arg(long, value_name = "REGION", value_parser = region::parse)]
    region: Vec<String>,
    #[command(flatten)]
    part: Part,
    #[command(flatten)]
    run: RunArgs,
}

fn environment_name(text: &str) -> Result<String, String> {
    match is_environment_name(text) {
        true => Ok(text.to_owned()),
        false => Err("no environment can have this name: see `headset explain name`".to_owned()),
    }
}

fn lineage(text: &str) -> Result<String, String> {
    match claim::is_lineage(text) {
        true => Ok(text.to_owned()),
        false => Err("a lineage is a UUID, as in the tag headset:id".to_owned()),
    }
}

impl DestroyArgs {
    /// Whether it writes one event after the other.
    pub(super) fn tells_events(&self) -> bool {
        self.run.json
    }
}

pub(super) async fn destroy(global: &Global, args: &DestroyArgs) -> Result<Exit, Failure> {
    region::warn(args.region.iter());
    args.run.are_for(if args.expired {
        usize::MAX
    } else {
        args.files.len()
    })?;
    if args.files.is_empty() {
        let wanted = match &args.name {
            Some(name) => Wanted::Named(name.clone()),
            None if args.expired => Wanted::Expired,
            None => Wanted::Lineages,
        };
        let round = Round {
            global,
            args,
            file: None,
        };
        return round.search(&wanted, None).await;
    }
    let scope = args.part.of(&args.files)?;
    let mut exit = Exit::Done;
    // A mistake in the last blueprint is reported before the first environment goes.
    let mut blueprints = Vec::new();
    for file in &args.files {
        blueprints.push(read_blueprint(global, file)?.blueprint);
    }
    for file in &args.files {
        let environment = Environment::open(global, file).await?.part(scope.clone());
        environment.is_for(&blueprints)?;
        let round = Round {
            global,
            args,
            file: Some(file),
        };
        let result = round.of_blueprint(&environment).await;
        environment.close().await?;
        let one = result?;
        if one == Exit::Interrupted {
            return Ok(one);
        }
        exit = worse(exit, one);
    }
    Ok(exit)
}

/// One search, or one blueprint.
#[derive(Clone, Copy)]
struct Round<'a> {
    global: &'a Global,
    args: &'a DestroyArgs,
    file: Option<&'a Path>,
}

impl Round<'_> {
    async fn of_blueprint(self, environment: &Environment) -> Result<Exit, Failure> {
        let wanted = Wanted::Named(environment.name.clone());
        self.search(&wanted, Some(environment)).await
    }

    /// Takes down what a search finds and may be taken down.
    async fn search(self, wanted: &Wanted, blueprint: Option<&Environment>) -> Result<Exit, Failure> {
        let known = blueprint.filter(|environment| environment.state.holds_anything());
        let own = known.map(|environment| environment.state.lineage.clone());
        let query = Query {
            wanted,
            // Where state has something, it says whose things these are.
            lineages: match (&own, self.args.lineage.as_slice()) {
                (Some(own), []) => std::slice::from_ref(own),
                (_, asked) => asked,
            },
            regions: &self.args.region,
            blueprint: blueprint.map(|environment| &**environment),
            is_glance: false,
        };
        let Search {
            access,
            orphans: found,
        } = orphans::find(self.global, &query, blueprint).await?;
        self.tell(&found);
        let is_complete =
            found.searched.unread.is_empty() && found.bad.is_empty() && found.withheld.is_empty();
        let mut exit = match is_complete {
            true => Exit::Done,
            false => Exit::Error,
        };
        let is_nothing = found.environments.is_empty() && found.strangers.is_empty();
        if is_nothing && found.withheld.is_empty() && !self.args.lineage.is_empty() {
            // "Nothing" would be untrue of an environment that is there under another lineage.
            let others = Query {
                lineages: own.as_slice(),
                ..query
            };
            let others = orphans::find(self.global, &others, blueprint).await?.orphans;
            if let Some(refusal) = self.of_another_lineage(wanted, &others) {
                return Err(refusal);
            }
        }
        let import = blueprint.map(|environment| environment.invocation.command("import"));
        let import = import.as_deref().unwrap_or_default();
        let gaps = destroy::not_looked_for(&self.args.region);
        for orphan in found.environments {
            if orphan.is_guarded && known.is_none() {
                terminal::warn(
                    "its state is lost and its tags name no expiry, so it counts as protected: take it down with its \
                     blueprint, which has to say `protect: false`",
                );
            }
            let proof = Proof {
                is_searched: is_complete,
                // What carries no tags is named by a state that knows everything, else by a blueprint, else by nothing.
                gaps: match orphan.is_remembered || blueprint.is_some() {
                    true => &[],
                    false => &gaps,
                },
                blueprint: blueprint
                    .filter(|_| !orphan.is_remembered)
                    .map(|environment| &**environment),
                import,
            };
            let result = match known.filter(|environment| orphan.is_of(environment)) {
                Some(environment) => {
                    let again = self.command(None, &self.args.lineage);
                    let ends = Ends {
                        again: &again,
                        advice: &environment.invocation,
                    };
                    destroy_one(environment, &orphan.state, &self.args.run, ends, proof).await
                }
                None => {
                    let environment = orphans::open(self.global, &access, orphan).await;
                    let environment = environment.part(self.args.part.scope());
                    let again = match wanted {
                        Wanted::Expired => self.whole(std::iter::once(" --expired".to_owned())),
                        Wanted::Named(_) | Wanted::Lineages => {
                            let lineage = std::slice::from_ref(&environment.state.lineage);
                            self.command(Some(&environment.name), lineage)
                        }
                    };
                    let state = &environment.state;
                    let ends = Ends {
                        again: &again,
                        advice: &blueprint.unwrap_or(&environment).invocation,
                    };
                    let result = destroy_one(&environment, state, &self.args.run, ends, proof).await;
                    environment.close().await?;
                    result
                }
            };
            // One that is refused, locked or damaged does not keep the others from going.
            let one = result.unwrap_or_else(terminal::failure);
            if one == Exit::Interrupted {
                return Ok(one);
            }
            exit = worse(exit, one);
        }
        if !found.strangers.is_empty() {
            exit = worse(exit, terminal::failure(self.refusal(wanted, &found.strangers)));
        } else if is_nothing {
            let missing = match (blueprint, wanted) {
                _ if found.is_remembered => Vec::new(),
                (Some(environment), _) => {
                    let asked = self.args.lineage.iter();
                    let lineages: Vec<&String> = asked.chain([&environment.state.lineage]).collect();
                    let left = destroy::by_name(environment, &lineages, import).await;
                    complete(
                        &environment.invocation,
                        left.map_err(|stop| environment.failure(stop))?,
                    )
                }
                // What carries no tags has no expiry either.
                (None, Wanted::Expired) => Vec::new(),
                (None, _) => leftovers::rows(gaps),
            };
            if !missing.is_empty() {
                report_left(&missing, &self.args.run);
                exit = Exit::Error;
            }
            let told = self.nothing(wanted, exit, blueprint.is_some());
            match exit {
                Exit::Done => terminal::talk(&told),
                _ => terminal::warn(&told),
            }
        }
        Ok(exit)
    }

    /// What is said where nothing was found.
    fn nothing(self, wanted: &Wanted, exit: Exit, has_blueprint: bool) -> String {
        match (wanted, exit) {
            (Wanted::Named(name), Exit::Done) => format!("{name}: nothing of it exists"),
            (Wanted::Expired, Exit::Done) if !self.args.region.is_empty() => format!(
                "nothing has expired; environments without state were looked for in {} only",
                self.args.region.join(" and ")
            ),
            (Wanted::Expired, Exit::Done) => "nothing has expired".to_owned(),
            (Wanted::Lineages, Exit::Done) => "nothing carries this lineage".to_owned(),
            (Wanted::Named(name), _) => format!("{name}: {NOT_KNOWN}{}", with_its_blueprint(has_blueprint)),
            (Wanted::Lineages, _) => format!("{NOT_KNOWN}{}", with_its_blueprint(has_blueprint)),
            (Wanted::Expired, _) => NOT_KNOWN.to_owned(),
        }
    }

    /// Says where it was looked, and what was found that cannot be taken down.
    fn tell(self, found: &Orphans) {
        let withheld = leftovers::rows(found.withheld.clone());
        if self.args.run.json {
            let strangers: Vec<serde_json::Value> = found.strangers.iter().map(json_of).collect();
            let document = json!({
                "schema_version": 1, "event": "searched", "searched": search_view::json(&found.searched),
                "unknown_lineages": strangers, "withheld": withheld,
            });
            terminal::document(&document);
        } else {
            terminal::talk(&format!(
                "looked for tags: {}",
                search_view::words(&found.searched)
            ));
            say_left(&withheld);
        }
        for unread in &found.searched.unread {
            terminal::warn(&format!("not searched: {unread}"));
        }
        if !found.left_out.is_empty() {
            let names: Vec<String> = found
                .left_out
                .iter()
                .filter_map(|one| one.thing.as_ref().map(ToString::to_string))
                .collect();
            terminal::warn(&format!(
                "left out: {} whose tags cannot be read, and which Headset would not have made like that: {}",
                plural(names.len(), "resource"),
                names.join(", ")
            ));
        }
        terminal::diagnostics(&found.bad);
        terminal::diagnostics(&found.strays);
    }

    /// What is there of a name under other lineages than the one that was given, and what to do; `None`: nothing is.
    fn of_another_lineage(self, wanted: &Wanted, others: &Orphans) -> Option<Failure> {
        let Wanted::Named(name) = wanted else { return None };
        let mut findings: Vec<Diagnostic> = others
            .environments
            .iter()
            .map(|orphan| {
                let lineage = &orphan.state.lineage;
                let message = format!(
                    "`{name}` has the lineage {lineage}; nothing of it carries the lineage that you gave"
                );
                let again = self.command(Some(name), &[]);
                Diagnostic::error("other-lineage", message).help(format!("to take it down: {again}"))
            })
            .collect();
        if !others.strangers.is_empty()
            && let Failure::Refused(strange) = self.refusal(wanted, &others.strangers)
        {
            findings.extend(strange);
        }
        (!findings.is_empty()).then_some(Failure::Refused(findings))
    }

    /// What nothing here knows, by lineage, each with the command that takes it down.
    fn refusal(self, wanted: &Wanted, strangers: &[Stranger]) -> Failure {
        let mut findings = Vec::new();
        for stranger in strangers {
            let Stranger {
                environment,
                lineage,
                expires,
                things,
                known_in,
            } = stranger;
            if !self.args.run.json {
                let expires = expires.map(|at| format!(", expires {at}")).unwrap_or_default();
                terminal::text(&format!("{environment}, lineage {lineage}{expires}\n"));
                for found in things {
                    terminal::text(&format!("  {}  {}\n", thing(found), found.id));
                }
            }
            let count = plural(things.len(), "resource");
            // A blueprint takes down what is called as it says, and nothing else.
            let by = match wanted {
                Wanted::Named(name) if name != environment => Round { file: None, ..self },
                _ => self,
            };
            let (message, command) = match known_in {
                Some(place) => (
                    format!(
                        "{count} of `{environment}` {} to lineage {lineage}, which the state in {} knows",
                        agreeing(things.len(), "belongs", "belong"),
                        place.display()
                    ),
                    Invocation::without_file(self.global).command(&format!("destroy --name {environment}")),
                ),
                None => (
                    format!(
                        "{count} of `{environment}` {} lineage {lineage}, which no state here knows: nothing of it was \
                         deleted",
                        agreeing(things.len(), "carries", "carry"),
                    ),
                    by.command(Some(environment), std::slice::from_ref(lineage)),
                ),
            };
            let finding = Diagnostic::error("unknown-lineage", message)
                .help(format!("to take all of it down: {command}"));
            findings.push(match (known_in, by.file) {
                (None, Some(file)) => {
                    let import = Invocation::on(self.global, file).command("import");
                    finding.note(format!(
                        "to keep it although its state was lost, find it again with `{import}`"
                    ))
                }
                _ => finding,
            });
        }
        Failure::Refused(findings)
    }

    /// The command that takes down these lineages.
    fn command(self, name: Option<&str>, lineages: &[String]) -> String {
        let name = name
            .filter(|_| self.file.is_none())
            .map(|name| option("name", name));
        let lineages = lineages.iter().map(|lineage| option("lineage", lineage));
        self.whole(name.into_iter().chain(lineages))
    }

    /// The command with these options, the regions, the file, and all else that has to be given again.
    fn whole(self, options: impl Iterator<Item = String>) -> String {
        let regions = self.args.region.iter().map(|region| option("region", region));
        let invocation = match self.file {
            Some(file) => Invocation::on(self.global, file),
            None => Invocation::without_file(self.global),
        };
        invocation.command(&format!("destroy{}", options.chain(regions).collect::<String>()))
    }
}

/// An option of a command line, after a space.
fn option(name: &str, value: &str) -> String {
    format!(" {}", shell::option(name, value))
}

fn json_of(stranger: &Stranger) -> serde_json::Value {
    let things: Vec<serde_json::Value> = stranger
        .things
        .iter()
        .map(|found| json!({ "address": found.address, "id": found.id, "region": found.region }))
        .collect();
    json!({
        "environment": stranger.environment,
        "lineage": stranger.lineage,
        "expires": stranger.expires.map(|at| at.to_string()),
        "things": things,
    })
}

fn say_left(left: &[Row]) {
    if !left.is_empty() {
        terminal::warn(leftovers::text(left).trim_end());
    }
}

/// What stays, with whole commands in the advice.
fn complete(advice: &Invocation, left: Vec<Leftover>) -> Vec<Row> {
    let complete = |row: Row| Row {
        why: advice.complete(&row.why),
        ..row
    };
    leftovers::rows(left).into_iter().map(complete).collect()
}

/// How further commands are written that the end of one environment names.
#[derive(Clone, Copy)]
struct Ends<'a> {
    /// The command that goes on.
    again: &'a str,
    /// Completes commands in advice.
    advice: &'a Invocation,
}

/// Takes one environment down. `known`: its state, and with it what was found by its tags alone.
async fn destroy_one(
    environment: &Environment,
    known: &State,
    args: &RunArgs,
    ends: Ends<'_>,
    proof: Proof<'_>,
) -> Result<Exit, Failure> {
    let (name, again) = (&environment.name, ends.again);
    let locked = destroy::lock(environment, known, environment.lock_timeout).await?;
    let looked = environment
        .attentively(Takedown::of(environment, locked, known, proof))
        .await;
    let mut takedown = match looked.map_err(|stop| environment.failure(stop))? {
        Way::Down(takedown) => takedown,
        Way::Nothing { missing } if missing.is_empty() && proof.is_searched => {
            terminal::talk(&format!("{name}: nothing of it exists"));
            return Ok(Exit::Done);
        }
        Way::Nothing { missing } => {
            report_left(&complete(ends.advice, missing), args);
            terminal::warn(&format!("{name}: {NOT_KNOWN}"));
            return Ok(Exit::Error);
        }
    };
    let proposal = &mut takedown.proposal;
    environment.complete(&mut proposal.plan, &mut proposal.findings);
    let allowed = Allowed {
        wait_for_sessions: args.wait_for_sessions,
        ..Allowed::losing_all(args.allow_disruption)
    };
    let asked = consent(
        &proposal.plan,
        &proposal.findings,
        args,
        &allowed,
        Question::Name(name),
    )
    .await?;
    if let Consent::Withheld(exit) = asked {
        return Ok(exit);
    }
    let watch = Watch::of(environment, &proposal.plan, args);
    let partial = proposal.plan.partial.clone();
    part::announce(&proposal.plan, args.json);
    let run = async |running: Running<'_>| takedown.carry_out(&allowed, running).await;
    let (taken, mut counted) = watch.follow(None, run).await?;
    let TakenDown {
        outcome,
        left,
        is_gone,
        is_proven,
    } = taken;
    let exit = match exit_of(&outcome) {
        Exit::Done if !is_gone => Exit::Error,
        exit => exit,
    };
    let left = complete(ends.advice, left);
    counted.count("leftovers", left.len());
    counted.count("not-begun", outcome.unfinished.len());
    if exit != Exit::Done {
        counted.next.push(again.to_owned());
    }
    environment.tally.add(counted);
    report_left(&left, args);
    if !args.json {
        let told = match exit {
            Exit::Done if is_proven || partial.is_some() => {
                format!("{name}: taken down{}", part::left_out(partial.as_ref()))
            }
            Exit::Done if proof.is_searched => format!(
                "{name}: what was found is gone, but not everything is proven to be gone: see above{}",
                with_its_blueprint(proof.blueprint.is_some())
            ),
            Exit::Interrupted => format!("{name}: interrupted; nothing is lost. Go on with: {again}"),
            Exit::Done => format!(
                "{name}: what was found is gone, but not everything could be read: see above. Look again with: {again}"
            ),
            _ => format!("{name}: not everything is gone yet. Go on with: {again}"),
        };
        match exit {
            Exit::Done if is_proven || partial.is_some() => terminal::talk(&told),
            _ => terminal::warn(&told),
        }
    } else if exit == Exit::Interrupted {
        terminal::warn(&format!(
            "{name}: interrupted; nothing is lost. Go on with: {again}"
        ));
    }
    Ok(match exit {
        Exit::Done if !is_proven && partial.is_none() => Exit::Error,
        exit => exit,
    })
}

/// What else can be done about what a search by tags does not find.
fn with_its_blueprint(is_given: bool) -> &'static str {
    match is_given {
        true => "",
        false => {
            ". With its blueprint (`headset destroy FILE`), Headset also looks up by name what carries no tags"
        }
    }
}

/// Tells what stays.
fn report_left(left: &[Row], args: &RunArgs) {
    if args.json {
        let document = json!({ "schema_version": 1, "event": "leftovers", "leftovers": left });
        terminal::document(&document);
    } else {
        say_left(left);
    }
}
