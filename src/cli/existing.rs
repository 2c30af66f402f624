//! `headset import FILE --alias ALIAS`: a blueprint of what exists.
//!
//! It begins as a draft that names the things and says no more than each of them has to. Then what AWS has is compared with
//! what the draft asks for, and each value that is missing or another one is tried at the keys that could say it
//! ([`candidates`]), until nothing is left that a key can say. So every kind that has keys can be written down.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;

use serde_json::json;
use serde_yaml::{Mapping, Value};

use super::Global;
use super::access::{Access, Asked, open_aws};
use super::environment::scope;
use super::exit::Failure;
use super::{library, new_file, terminal};
use headset_aws::kinds::existing::fleets_before;
use headset_blueprint::model::Blueprint;
use headset_blueprint::{Candidate, Sources, candidates};
use headset_core::diagnostic::has_errors;
use headset_core::field::FieldId;
use headset_core::untold::Untold;
use headset_core::words::plural;
use headset_core::{Address, Clock};
use headset_design::Design;
use headset_engine::existing::{look, untold};
use headset_engine::session::{Opening, Session};
use headset_engine::state::designed;
use headset_kinds::appstream::FleetLive;
use headset_kinds::connect::{InstanceSpec, QueueSpec, UserSpec};
use headset_kinds::regions::{Identity, Regions};
use headset_kinds::{Live, Reading};

/// How often what is in lists is looked for: a list of a thing that was found may lead to a further one.
const ROUNDS: usize = 4;

/// What is to be written down.
#[derive(Debug)]
pub(super) struct Wanted<'a> {
    /// The alias of an instance of Amazon Connect.
    pub(super) alias: Option<&'a str>,
    /// AppStream's stacks.
    pub(super) stacks: &'a [Stack],
    /// The region.
    pub(super) region: Option<&'a str>,
}

/// A stack, as `--stack NAME` or `--stack NAME@REGION` says it.
#[derive(Clone, Debug)]
pub(super) struct Stack {
    name: String,
    region: Option<String>,
}

impl FromStr for Stack {
    type Err = String;

    fn from_str(text: &str) -> Result<Stack, String> {
        let (name, region) = match text.split_once('@') {
            None => (text, None),
            Some((name, region)) => (name, Some(region.to_owned())),
        };
        match name.is_empty() || region.as_ref().is_some_and(String::is_empty) {
            true => Err("give NAME, or NAME@REGION".to_owned()),
            false => Ok(Stack {
                name: name.to_owned(),
                region,
            }),
        }
    }
}

impl fmt::Display for Stack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        self.region.iter().try_for_each(|region| write!(f, "@{region}"))
    }
}

impl Wanted<'_> {
    /// Where everything is: AppStream may be in another region than the rest, and in one.
    fn regions(&self, region: &str) -> Result<Regions, Failure> {
        let mut regions = self
            .stacks
            .iter()
            .map(|stack| stack.region.as_deref().unwrap_or(region));
        let appstream = regions.next().unwrap_or(region).to_owned();
        match regions.find(|other| *other != appstream) {
            Some(other) => Err(Failure::usage(format!(
                "a blueprint has its stacks in one region, and these are in {appstream} and {other}"
            ))
            .help("write a blueprint for each region")),
            None => Ok(Regions {
                appstream,
                ..Regions::all_in(region)
            }),
        }
    }

    /// Whether something is named.
    pub(super) fn is_anything(&self) -> bool {
        self.alias.is_some() || !self.stacks.is_empty()
    }

    /// The name of the environment: that of the instance or of the first stack, in the letters that a name may have.
    fn name(&self) -> String {
        let own = self
            .alias
            .or(self.stacks.first().map(|stack| stack.name.as_str()));
        let name = letters(own.unwrap_or_default(), "-");
        let name: String = name.chars().take(32).collect();
        match name.trim_matches('-') {
            name if name.len() < 2 => "imported".to_owned(),
            name => name.to_owned(),
        }
    }

    /// What a command line says of it.
    fn said(&self) -> String {
        let alias = self.alias.map(|alias| format!("--alias {alias}"));
        let stacks = self.stacks.iter().map(|stack| format!("--stack {stack}"));
        alias.into_iter().chain(stacks).collect::<Vec<_>>().join(" ")
    }
}

/// Lower-case letters and digits, with this in place of everything else.
fn letters(text: &str, between: &str) -> String {
    let words = text.split(|character: char| !character.is_ascii_alphanumeric());
    let words = words.filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(between).to_ascii_lowercase()
}

/// Writes the blueprint of what exists to a file that is not there yet.
pub(super) async fn write(global: &Global, file: &Path, wanted: &Wanted<'_>) -> Result<(), Failure> {
    let name = file.display().to_string();
    new_file::is_free(file)?;
    let mut refused = None;
    let access = open_aws(global, Asked::region(wanted.region), Identity::Same, |region| {
        wanted.regions(region).unwrap_or_else(|why| {
            refused = Some(why);
            Regions::all_in(region)
        })
    })
    .await?;
    if let Some(why) = refused {
        return Err(why);
    }
    let mut desk = Desk {
        global,
        access,
        draft: Value::Null,
    };
    desk.begin(wanted).await?;
    let left = desk.fill().await?;
    let text = desk.text(wanted, &name, &left)?;
    new_file::write(file, &text)?;
    terminal::talk(&format!("wrote {name}"));
    if let count @ 1.. = left.len() {
        terminal::talk(&format!(
            "what no key says is in comments at its end: {}",
            plural(count, "line")
        ));
    }
    Ok(())
}

/// A blueprint in the making.
struct Desk<'a> {
    global: &'a Global,
    access: Access,
    draft: Value,
}

impl Desk<'_> {
    /// The draft that names the things.
    async fn begin(&mut self, wanted: &Wanted<'_>) -> Result<(), Failure> {
        let aws = &self.access.aws;
        let Regions {
            connect: region,
            appstream,
            ..
        } = aws.regions().clone();
        let mut draft = Value::Null;
        put(&mut draft, &["version"], json!(1));
        put(&mut draft, &["name"], json!(wanted.name()));
        put(&mut draft, &["aws", "region"], json!(region));
        if appstream != region {
            put(&mut draft, &["aws", "regions", "appstream"], json!(appstream));
        }
        if let Some(alias) = wanted.alias {
            put(&mut draft, &["connect", "alias"], json!(alias));
        }
        for stack in wanted.stacks {
            let stack = &stack.name;
            let Some(fleets) = fleets_before(aws, stack).await? else {
                return Err(
                    Failure::new(format!("there is no stack `{stack}` in {appstream}")).help(
                        "names of stacks are case-sensitive; `--stack NAME@REGION` names another region",
                    ),
                );
            };
            let [fleet] = fleets.as_slice() else {
                let names: Vec<&str> = fleets.iter().map(|fleet| fleet.live.id.as_str()).collect();
                let of = match names.as_slice() {
                    [] => "none".to_owned(),
                    names => names.join(", "),
                };
                return Err(Failure::new(format!(
                    "a stack of a blueprint has one fleet, and `{stack}` has {}: {of}",
                    names.len()
                ))
                .help("leave one of them associated, or write `existing` entries by hand"));
            };
            let seen: &FleetLive = fleet.live.read();
            let image = seen.image.clone().unwrap_or_default();
            let (key, picture) = (letters(&fleet.live.id, "-"), letters(&image, "-"));
            put(
                &mut draft,
                &["appstream", "images", &picture, "existing"],
                json!(image),
            );
            let mut of_fleet = |name: &str, value: serde_json::Value| {
                put(&mut draft, &["appstream", "fleets", &key, name], value);
            };
            of_fleet("name", json!(fleet.live.id));
            of_fleet("image", json!(picture));
            of_fleet("instance", json!(seen.instance_type));
            let capacity = match fleet.limits {
                // The target is one that a key can say, until it is read.
                Some((min, max)) => json!({ "min": min, "max": max, "target": 50 }),
                None => json!(1),
            };
            of_fleet("capacity", capacity);
            if let Some(subnets) = seen.subnets.as_ref().filter(|subnets| !subnets.is_empty()) {
                of_fleet("network", json!({ "subnets": subnets }));
            }
            let of_stack = ["appstream", "stacks", &letters(stack, "-")];
            put(&mut draft, &[&of_stack[..], &["name"]].concat(), json!(stack));
            put(&mut draft, &[&of_stack[..], &["fleet"]].concat(), json!(key));
        }
        self.draft = draft;
        Ok(())
    }

    /// Says everything that keys can say. Returns what they cannot.
    async fn fill(&mut self) -> Result<Vec<String>, Failure> {
        let mut left = BTreeSet::new();
        for round in 0..ROUNDS {
            let session = self.session().await?;
            let existing = look(&session).await?;
            let is_instance = |address: &Address| address.kind == InstanceSpec::KIND;
            if round == 0 && existing.absent.iter().any(is_instance) {
                return Err(Failure::new(format!(
                    "no instance of Amazon Connect has this alias in {}",
                    self.access.aws.regions().connect
                ))
                .help("`--region` names another region"));
            }
            left = existing
                .unread
                .iter()
                .map(|(address, why)| format!("{address} could not be read: {why}"))
                .collect();
            let (mut entries, mut keys) = (Vec::new(), BTreeSet::new());
            for address in existing.more {
                // Names that differ may come to the same key.
                let is_free = |entry: &Entry| self.at(&entry.keys).is_none() && !keys.contains(&entry.keys);
                match entry(&address).filter(is_free) {
                    Some(entry) => {
                        keys.insert(entry.keys.clone());
                        entries.push((address, entry));
                    }
                    None => {
                        left.insert(format!("{address} is there besides"));
                    }
                }
            }
            let refused = self.add(&session, &entries);
            let grown = refused.len() < entries.len();
            let unnamed = refused
                .iter()
                .map(|address| format!("{address}: no key can have its name"));
            left.extend(unnamed);
            left.extend(self.say(&session, &existing.there));
            if !grown {
                break;
            }
        }
        Ok(left.into_iter().collect())
    }

    /// Adds entries, all at once, and in halves where that makes no blueprint. Returns those that make none.
    fn add(&mut self, session: &Session, entries: &[(Address, Entry)]) -> Vec<Address> {
        let before = self.draft.clone();
        for (_, Entry { keys, value }) in entries {
            set(&mut self.draft, keys, value.clone());
        }
        if entries.is_empty() || Desk::design(session, &self.draft).is_some() {
            return Vec::new();
        }
        self.draft = before;
        match entries {
            [(address, _)] => vec![address.clone()],
            several => {
                let (first, second) = several.split_at(several.len() / 2);
                let first = self.add(session, first);
                [first, self.add(session, second)].concat()
            }
        }
    }

    /// Says what AWS has of these things, as far as keys can say it. Returns what they cannot.
    fn say(&mut self, session: &Session, there: &BTreeMap<Address, Live>) -> Vec<String> {
        let Some(mut design) = Desk::design(session, &self.draft) else {
            return Vec::new();
        };
        let mut tried = BTreeSet::new();
        loop {
            let open = untold(&design, there);
            // Of each value, the next key that was not tried yet.
            let next: Vec<Try> = open
                .iter()
                .filter_map(|one| {
                    let (address, Untold { field, member, live }) = one;
                    let field = FieldId {
                        kind: address.kind,
                        name: field,
                    };
                    let all = candidates(field, &address.key, member.as_deref(), live);
                    let new = all.into_iter().find(|candidate| {
                        !tried.contains(&(address.clone(), candidate.set(), live.to_string()))
                    })?;
                    Some(Try {
                        of: one.clone(),
                        by: new,
                    })
                })
                .collect();
            if next.is_empty() {
                return open.iter().map(sentence).collect();
            }
            tried.extend(next.iter().map(|one| {
                let (address, untold) = &one.of;
                (address.clone(), one.by.set(), untold.live.to_string())
            }));
            if let Some(better) = self.take(session, there, &next) {
                design = better;
            }
        }
    }

    /// Sets those candidates that say what they are to say; all at once, and in halves where that makes no blueprint.
    fn take(&mut self, session: &Session, there: &BTreeMap<Address, Live>, next: &[Try]) -> Option<Design> {
        let before = self.draft.clone();
        let with = |chosen: &mut dyn Iterator<Item = &Try>| {
            let mut draft = before.clone();
            for Try { by, .. } in chosen {
                let value = serde_yaml::from_str(&by.value).unwrap_or(Value::Null);
                set(&mut draft, &by.keys(), value);
            }
            draft
        };
        let all = with(&mut next.iter());
        let Some(design) = Desk::design(session, &all) else {
            if next.len() > 1 {
                let (first, second) = next.split_at(next.len() / 2);
                let first = self.take(session, there, first);
                return self.take(session, there, second).or(first);
            }
            return None;
        };
        let open = untold(&design, there);
        let is_said = |one: &&Try| !open.contains(&one.of);
        let good = with(&mut next.iter().filter(is_said));
        let design = Desk::design(session, &good)?;
        self.draft = good;
        Some(design)
    }

    /// The value at a path of the draft.
    fn at(&self, keys: &[String]) -> Option<&Value> {
        keys.iter()
            .try_fold(&self.draft, |value, key| value.get(key.as_str()))
    }

    /// The text of the draft alone.
    fn plain(draft: &Value) -> String {
        serde_yaml::to_string(draft).unwrap_or_default()
    }

    /// What a draft asks for; `None`: it has mistakes.
    fn design(session: &Session, draft: &Value) -> Option<Design> {
        let blueprint = Desk::blueprint(draft).ok()?;
        let (design, findings) = designed(&blueprint, &session.context, &session.state);
        (!has_errors(&findings)).then_some(design)
    }

    /// A draft as a blueprint.
    fn blueprint(draft: &Value) -> Result<Blueprint, Failure> {
        let text = Desk::plain(draft);
        let sources = Sources {
            now: Some(Clock::wall().now()),
            ..Sources::alone("draft", &text)
        };
        let (blueprint, findings) = headset_blueprint::read(&sources);
        let blueprint = blueprint.filter(|_| !has_errors(&findings));
        blueprint.ok_or(Failure::Diagnostics(findings))
    }

    /// The draft's environment.
    async fn session(&self) -> Result<Session, Failure> {
        let blueprint = Desk::blueprint(&self.draft)?;
        let Access {
            aws,
            simulation,
            endpoint,
        } = &self.access;
        let scope = scope(simulation.as_ref(), endpoint.as_deref());
        let opening = Session::open(Opening {
            cloud: Arc::new(aws.clone()),
            blueprint: &blueprint,
            root: &self.global.state_dir,
            scope: &scope,
            shared: None,
            planned: None,
            library: library::of(aws, simulation.as_ref(), endpoint.as_deref()).await,
        });
        Ok(Session {
            // Also what no draft asks for.
            reading: Reading::Full,
            ..opening.await?
        })
    }

    /// The blueprint, with what is to be known about it.
    fn text(&self, wanted: &Wanted<'_>, file: &str, left: &[String]) -> Result<String, Failure> {
        let mut text = format!(
            "# What existed when `headset import {file} {}` wrote this.\n# `headset import {file}` takes it over; the next plan \
             then shows Headset's tags, which `apply` adds, and nothing else.\n\n{}",
            wanted.said(),
            Desk::plain(&self.draft)
        );
        if !left.is_empty() {
            let lines = left
                .iter()
                .map(|line| format!("# - {}\n", line.replace('\n', " ")));
            text.push_str("\n# Not said above, and left as it is:\n");
            text.extend(lines);
        }
        Ok(text)
    }
}

/// A key that may say what AWS has.
struct Try {
    of: (Address, Untold),
    by: Candidate,
}

/// What an entry for a thing begins with.
struct Entry {
    keys: Vec<String>,
    value: Value,
}

/// The entry for a thing of a list; `None`: none is its own.
fn entry(address: &Address) -> Option<Entry> {
    let key = address.key.to_string();
    let (keys, value) = match address.kind {
        UserSpec::KIND => (
            ["connect", "users", &key],
            // What an entry cannot be without, until it is read.
            json!({ "first": "-", "last": "-", "security": ["-"] }),
        ),
        QueueSpec::KIND => {
            let own = letters(&key, "-");
            let value = match own == key {
                true => json!({}),
                false => json!({ "name": key }),
            };
            return Some(Entry {
                keys: ["connect", "queues", &own].map(str::to_owned).into(),
                value: serde_yaml::to_value(value).ok()?,
            });
        }
        _ => return None,
    };
    Some(Entry {
        keys: keys.map(str::to_owned).into(),
        value: serde_yaml::to_value(value).ok()?,
    })
}

/// The same of a value as JSON.
fn put(draft: &mut Value, keys: &[&str], value: serde_json::Value) {
    let keys: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
    set(draft, &keys, serde_yaml::to_value(value).unwrap_or_default());
}

/// Sets a value at a path, with the maps that lead to it.
fn set(draft: &mut Value, keys: &[String], value: Value) {
    let Some((first, rest)) = keys.split_first() else {
        *draft = value;
        return;
    };
    if !draft.is_mapping() {
        *draft = Value::Mapping(Mapping::new());
    }
    let Value::Mapping(map) = draft else { return };
    let below = map.entry(first.as_str().into()).or_insert(Value::Null);
    set(below, rest, value);
}

/// A value that no key says.
fn sentence((address, one): &(Address, Untold)) -> String {
    let member = one.member.as_ref().map(|member| format!(".{member}"));
    let member = member.unwrap_or_default();
    format!("{}{member} of {address} is {}", one.field, one.live)
}
