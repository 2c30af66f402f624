//! `headset destroy`

use std::path::{Path, PathBuf};

use clap::Args;
use futures_util::future::join_all;
use serde_json::json;

use super::Global;
use super::access::Ways;
use super::environment::{Environment, read_blueprint};
use super::exit::{Exit, Failure};
use super::files;
use super::flow::RunArgs;
use super::invocation::Invocation;
use super::orphans::{self, Search};
use super::part::Part;
use super::region;
use super::shard::Share;
use super::takedown::{Ends, NOT_KNOWN, complete, destroy_one, report_left, say_left, with_its_blueprint};
use super::terminal;
use super::together::{self, Opened, Run, Runs};
use crate::report::{agreeing, leftovers, plural, search_view};
use headset_blueprint::is_environment_name;
use headset_core::diagnostic::Diagnostic;
use headset_core::shell;
use headset_engine::destroy::{self, Proof};
use headset_engine::discover::{Orphans, Query, Stranger, Wanted, thing};
use headset_engine::plan::claim;

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
    #[command(flatten)]
    share: Share,
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
    let files = args.share.of(global, files::blueprints(global, &args.files)?);
    args.run
        .are_for(if args.expired { usize::MAX } else { files.len() });
    if args.files.is_empty() {
        let wanted = match &args.name {
            Some(name) => Wanted::Named(name.clone()),
            None if args.expired => Wanted::Expired,
            None => Wanted::Lineages,
        };
        let runs = Runs::of(1);
        let round = Round {
            global,
            args,
            file: None,
            run: &runs.one(0),
        };
        return round.search(&wanted, None).await;
    }
    let scope = args.part.of(&files)?;
    let mut exit = Exit::Done;
    // A mistake in the last blueprint is reported before the first environment goes.
    let (mut blueprints, mut good) = (Vec::new(), Vec::new());
    for file in &files {
        match read_blueprint(global, file) {
            Ok(read) => {
                blueprints.push(read.blueprint);
                good.push(file);
            }
            // One that is broken does not keep the others from going.
            Err(failure) if files.len() > 1 => exit = exit.worse(terminal::failure(failure)),
            Err(failure) => return Err(failure),
        }
    }
    let ways = Ways::of(files.len());
    let wanted = good.iter().map(|file| Opened {
        global,
        file,
        planned: None,
    });
    let opened = together::open(&ways, wanted).await;
    // Credentials of another account are those of another account for all.
    if let Some(environment) = opened.iter().flatten().next() {
        environment.is_for(&blueprints)?;
    }
    let runs = Runs::of(opened.len());
    let ranks = together::ranks(&opened);
    let (runs, scope) = (&runs, &scope);
    let all = good.iter().zip(opened).zip(ranks).map(|((file, opened), rank)| {
        let run = runs.one(rank);
        async move {
            let environment = opened?.part(scope.clone());
            let round = Round {
                global,
                args,
                file: Some(file),
                run: &run,
            };
            let result = round.of_blueprint(&environment).await;
            environment.close().await?;
            result
        }
    });
    let ended = join_all(all).await;
    ways.close(global, args.run.json).await?;
    for one in ended {
        match one {
            Err(failure) if files.len() == 1 => return Err(failure),
            one => exit = exit.worse(one.unwrap_or_else(terminal::failure)),
        }
    }
    Ok(exit)
}

/// One search, or one blueprint.
#[derive(Clone, Copy)]
struct Round<'a> {
    global: &'a Global,
    args: &'a DestroyArgs,
    file: Option<&'a Path>,
    /// Beside others.
    run: &'a Run<'a>,
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
        self.tell(wanted, &found);
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
                    destroy_one(
                        environment,
                        &orphan.state,
                        None,
                        self.run,
                        &self.args.run,
                        ends,
                        proof,
                    )
                    .await
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
                    let result =
                        destroy_one(&environment, state, None, self.run, &self.args.run, ends, proof).await;
                    environment.close().await?;
                    result
                }
            };
            // One that is refused, locked or damaged does not keep the others from going.
            let one = result.unwrap_or_else(terminal::failure);
            if one == Exit::Interrupted {
                return Ok(one);
            }
            exit = exit.worse(one);
        }
        if !found.strangers.is_empty() {
            exit = exit.worse(terminal::failure(self.refusal(wanted, &found.strangers)));
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
                report_left(named(wanted), &missing, &self.args.run);
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
    fn tell(self, wanted: &Wanted, found: &Orphans) {
        let name = named(wanted).filter(|_| self.run.bars().1);
        let withheld = leftovers::rows(found.withheld.clone());
        if self.args.run.json {
            let strangers: Vec<serde_json::Value> = found.strangers.iter().map(json_of).collect();
            let document = json!({
                "event": "searched", "environment": named(wanted), "searched": search_view::json(&found.searched),
                "unknown_lineages": strangers, "withheld": withheld,
            });
            terminal::versioned(&document);
        } else {
            let name = name.map(|name| format!("{name}: ")).unwrap_or_default();
            terminal::talk(&format!(
                "{name}looked for tags: {}",
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

/// The environment that a search is for, if it is for one.
fn named(wanted: &Wanted) -> Option<&str> {
    match wanted {
        Wanted::Named(name) => Some(name),
        Wanted::Expired | Wanted::Lineages => None,
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
