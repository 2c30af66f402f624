//! `headset drift FILE --accept ADDRESS`: the edit of the blueprint by which what is live is what it asks for.

use std::path::Path;

use super::Global;
use super::environment::{Environment, values};
use super::exit::{Exit, Failure};
use super::project::Project;
use super::rewrite::rewrite;
use super::sources::{Text, unnoted};
use super::subject::Subject;
use super::terminal;
use crate::report::patch;
use headset_blueprint::{Candidate, Comes, Sources, candidates, comes_from};
use headset_core::diagnostic::has_errors;
use headset_core::field::{FieldId, compare_of};
use headset_core::{Address, leaf};
use headset_design::Design;
use headset_engine::drift::{Class, Drift, DriftReport, Entry, Field};
use headset_engine::state::{designed, name_by_answers};
use headset_kinds::registry;
use serde_json::Value;

/// Prints the edit, and makes it where that is asked for.
pub(super) async fn accept(
    global: &Global,
    file: &Path,
    address: &Address,
    write: bool,
) -> Result<Exit, Failure> {
    if let Some(target) = Subject::of(file).target {
        return Err(
            Failure::usage("--accept edits a blueprint, and this one is shared by its targets").help(format!(
                "write the value into `targets.{target}.values`; `headset drift` without `--accept` shows it"
            )),
        );
    }
    let environment = Environment::open(global, file).await?;
    let drift = environment
        .attentively(headset_engine::drift::drift(&environment))
        .await;
    let Drift { report, .. } = drift.map_err(|stop| environment.failure(stop))?;
    environment.close().await?;
    let fields = fields(&report, address)?;
    let name = file.display().to_string();
    let text = terminal::read_text(file, terminal::BLUEPRINT)?;
    let project = Project::of(global, file);
    let desk = Desk {
        global,
        values: &values(global)?,
        environment: &environment,
        name: &name,
        project: &project,
        address,
        fields: &fields,
    };
    let mut edited = text.clone();
    for field in &fields {
        if !desk.is_said(&edited, field) {
            edited = desk.edited(&edited, field)?;
        }
    }
    if !write {
        terminal::data(&patch(&name, &text, &edited));
        let again = environment.invocation.command("drift");
        terminal::talk(&format!("`{again} --accept {address} --write` makes this edit"));
        return Ok(Exit::Done);
    }
    if terminal::read_text(file, terminal::BLUEPRINT)? != text {
        return Err(
            Failure::new(format!("{name} changed meanwhile, and was not edited"))
                .help("run the command again"),
        );
    }
    rewrite(file, &edited)?;
    terminal::data(&patch(&name, &text, &edited));
    terminal::talk(&format!("edited {name}; the next apply records that"));
    Ok(Exit::Done)
}

/// The leaves at which the thing at an address was changed outside of Headset.
fn fields(report: &DriftReport, address: &Address) -> Result<Vec<Field>, Failure> {
    let is_there = |entry: &&Entry| entry.address == *address;
    let drift = |entry: &&Entry| entry.class == Class::Drift;
    let fields: Vec<Field> = (report.entries.iter().filter(is_there).filter(drift))
        .flat_map(|entry| entry.fields.iter().cloned())
        .collect();
    if !fields.is_empty() {
        return Ok(fields);
    }
    let is_extra = report
        .entries
        .iter()
        .filter(is_there)
        .any(|entry| entry.class == Class::Extra);
    let (message, help) = if is_extra {
        (
            format!("{address} is extra: no single value of the blueprint declares it"),
            "write an entry for it, and take it over with `headset import`; or delete it where it was made",
        )
    } else if report.entries.iter().any(|entry| entry.address == *address) {
        (
            format!("{address} differs as a whole, or in another way than by a change from outside"),
            "`headset drift` without `--accept` shows how",
        )
    } else {
        (
            format!("nothing of {address} was changed outside of Headset"),
            "`headset drift` without `--accept` lists what was",
        )
    };
    Err(Failure::new(message).help(help))
}

/// What it takes to try an edit.
struct Desk<'a> {
    global: &'a Global,
    /// The files of `--vars`.
    values: &'a [(String, String)],
    environment: &'a Environment,
    name: &'a str,
    project: &'a Project,
    address: &'a Address,
    /// Everything that differs there.
    fields: &'a [Field],
}

impl Desk<'_> {
    /// Lends a text as the blueprint's.
    fn with<T>(&self, text: &str, sets: &[String], work: impl FnOnce(&Sources<'_>) -> T) -> T {
        let text = Text {
            file: self.name,
            text,
            project: self.project,
            target: None,
            values: self.values,
            sets,
        };
        text.lend(&unnoted, work)
    }

    /// What a text asks for; `None`: it has mistakes.
    fn design(&self, text: &str) -> Option<Design> {
        let (blueprint, findings) = self.with(text, &self.global.set, headset_blueprint::read);
        let blueprint = blueprint.filter(|_| !has_errors(&findings))?;
        let session = self.environment;
        let (mut design, findings) = designed(&blueprint, &session.context, &session.state);
        if has_errors(&findings) {
            return None;
        }
        name_by_answers(&mut design, &session.state, &session.store.answers()).ok()?;
        Some(design)
    }

    /// Whether a text asks for what is live at this leaf.
    fn is_said(&self, text: &str, field: &Field) -> bool {
        let design = self.design(text);
        design.is_some_and(|design| {
            changed(&self.environment.design, &design, self.address).is_some_and(|leaves| {
                leaves
                    .iter()
                    .any(|(path, value)| *path == field.path && *value == field.live)
            })
        })
    }

    /// Whether a text asks for what is live at this leaf, and for nothing else that is not live.
    fn fits(&self, text: &str, field: &Field) -> bool {
        let Some(design) = self.design(text) else {
            return false;
        };
        let Some(leaves) = changed(&self.environment.design, &design, self.address) else {
            return false;
        };
        let is_live = |(path, value): &(String, Option<Value>)| {
            self.fields
                .iter()
                .any(|one| one.path == *path && one.live == *value)
        };
        leaves.iter().all(is_live) && leaves.iter().any(|(path, _)| *path == field.path)
    }

    /// The text with the value of a key that says what is live at this leaf.
    fn edited(&self, text: &str, field: &Field) -> Result<String, Failure> {
        let kind = registry::kind(self.address.kind);
        let known = kind.fields().iter().find(|one| one.name == field.name);
        let member = field.path.strip_prefix(&format!("{}.", field.name));
        let live = field.live.clone().unwrap_or_default();
        let id = known.map(|one| FieldId {
            kind: self.address.kind,
            name: one.name,
        });
        let all = id
            .map(|id| candidates(id, &self.address.key, member, &live))
            .unwrap_or_default();
        let by_hand = format!("{} of {} is now {}", field.path, self.address, shown(&live));
        let mut elsewhere: Option<(Candidate, Comes)> = None;
        for candidate in all {
            let comes = self.with(text, &self.global.set, |sources| {
                comes_from(sources, &candidate.path)
            });
            let sets = [candidate.set()];
            let tried = self.with(text, &sets, headset_blueprint::with_sets);
            match (comes, tried) {
                (Some(Comes::Here | Comes::Nowhere), Ok(tried)) if self.fits(&tried, field) => {
                    return Ok(tried);
                }
                (Some(comes @ (Comes::Base(_) | Comes::Outside | Comes::Shared(_))), _) => {
                    elsewhere = elsewhere.or(Some((candidate, comes)));
                }
                _ => {}
            }
        }
        let failure = |why: String| {
            Failure::new(format!("{by_hand}; {why}")).help("write it by hand; nothing was edited")
        };
        Err(match elsewhere {
            Some((candidate, Comes::Base(place))) => failure(format!("`{}` is in {place}", candidate.path)),
            Some((candidate, Comes::Shared(place))) => failure(format!(
                "`{}` is at {place}, where an anchor gives it to other keys as well",
                candidate.path
            )),
            Some((candidate, _)) => failure(format!(
                "`{}` comes from a variable or from `--set`",
                candidate.path
            )),
            None => failure("no single value of the blueprint says just that".to_owned()),
        })
    }
}

/// Where another design asks something else of the thing at an address, with what it asks for; `None`: it asks for something
/// else elsewhere, too.
fn changed(one: &Design, other: &Design, address: &Address) -> Option<Vec<(String, Option<Value>)>> {
    let is_same = |at: &Address| {
        let (one, other) = (one.resources.get(at), other.resources.get(at));
        match (one, other) {
            (Some(one), Some(other)) => one.spec == other.spec && one.mode == other.mode,
            _ => false,
        }
    };
    let mut all = one.resources.keys().chain(other.resources.keys());
    if !all.all(|at| at == address || is_same(at)) {
        return None;
    }
    let (before, after) = (
        &one.resources.get(address)?.spec,
        &other.resources.get(address)?.spec,
    );
    let fields = registry::kind(address.kind).fields();
    let mut leaves = Vec::new();
    for field in fields {
        let value = |spec: &Value| spec.get(field.name).cloned().unwrap_or_default();
        let (was, is) = (value(before), value(after));
        if was != is {
            let found = leaf::changes(field.name, compare_of(fields, field.name), &was, &is);
            leaves.extend(found.into_iter().map(|leaf| {
                let [_, is] = leaf.values;
                (leaf.path, is)
            }));
        }
    }
    Some(leaves)
}

/// A value in a sentence.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => "not there".to_owned(),
        value => format!("`{value}`"),
    }
}
