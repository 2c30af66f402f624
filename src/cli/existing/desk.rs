//! `headset import FILE --alias ALIAS`: where a blueprint of what exists is made.
//!
//! It begins as a draft that names the things and says no more than each of them has to. Then what AWS has is compared with
//! what the draft asks for, and each value that is missing or another one is tried at the keys that could say it
//! ([`candidates`]), until nothing is left that a key can say. So every kind that has keys can be written down.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::json;
use serde_yaml::Value;

use super::comments::Alternative;
use super::draft::{Entry, Keys, at, entry, plain, put, remove, set};
use super::wanted::Wanted;
use crate::cli::Global;
use crate::cli::access::Access;
use crate::cli::environment::scope;
use crate::cli::exit::Failure;
use crate::cli::library;
use headset_aws::kinds::existing::fleets_before;
use headset_blueprint::model::{Blueprint, ConnectIdentity, Owned};
use headset_blueprint::{Candidate, Sources, candidates};
use headset_core::diagnostic::{Diagnostic, has_errors};
use headset_core::field::FieldId;
use headset_core::untold::Untold;
use headset_core::{Address, AwsError, Clock};
use headset_design::Design;
use headset_engine::existing::{changes, distances, look, untold};
use headset_engine::session::{Opening, Session};
use headset_engine::state::designed;
use headset_kinds::appstream::{FleetLive, FleetSpec, ThemeSpec, UserAssociationSpec};
use headset_kinds::autoscaling::FleetScalingSpec;
use headset_kinds::connect::{InstanceSpec, UserSpec};
use headset_kinds::regions::Regions;
use headset_kinds::{Live, Reading};

/// How often what is in lists is looked for: a list of a thing that was found may lead to a further one.
const ROUNDS: usize = 4;

/// A blueprint in the making.
pub(super) struct Desk<'a> {
    pub(super) global: &'a Global,
    pub(super) access: Access,
    pub(super) draft: Value,
    /// Files that it names, by name.
    pub(super) files: BTreeMap<String, String>,
    /// What there is of what it asks for, as of the last look.
    pub(super) there: BTreeMap<Address, Live>,
    /// What it asks for and is not there.
    pub(super) absent: BTreeSet<Address>,
    /// What it asks for and could not be read, and why.
    pub(super) unread: Vec<(Address, AwsError)>,
    /// What is in lists, and it does not ask for.
    pub(super) more: Vec<Address>,
    /// What there is and no key says.
    pub(super) open: Vec<(Address, Untold)>,
    /// What is in lists and has no key of its own, or none that can be written.
    pub(super) left: BTreeSet<String>,
    /// What else is to be known.
    pub(super) notes: BTreeSet<String>,
    /// What was left out.
    pub(super) alternatives: Vec<Alternative>,
}

impl<'a> Desk<'a> {
    /// Without a draft.
    pub(super) fn new(global: &'a Global, access: Access) -> Desk<'a> {
        Desk {
            global,
            access,
            draft: Value::Null,
            files: BTreeMap::new(),
            there: BTreeMap::new(),
            absent: BTreeSet::new(),
            unread: Vec::new(),
            more: Vec::new(),
            open: Vec::new(),
            left: BTreeSet::new(),
            notes: BTreeSet::new(),
            alternatives: Vec::new(),
        }
    }
}

impl Desk<'_> {
    /// The draft that names the things.
    pub(super) async fn begin(&mut self, wanted: &Wanted) -> Result<(), Failure> {
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
        if let Some(alias) = &wanted.alias {
            put(&mut draft, &["connect", "alias"], json!(alias));
        }
        let [mut images, mut fleet_keys, mut stacks] = [Keys::default(), Keys::default(), Keys::default()];
        for stack in &wanted.stacks {
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
            let (key, picture) = (fleet_keys.of(&fleet.live.id), images.of(&image));
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
            let stack_key = stacks.of(stack);
            let of_stack = ["appstream", "stacks", stack_key.as_str()];
            put(&mut draft, &[&of_stack[..], &["name"]].concat(), json!(stack));
            put(&mut draft, &[&of_stack[..], &["fleet"]].concat(), json!(key));
        }
        self.draft = draft;
        for stack in &wanted.stacks {
            self.add_entitlements(&stacks.of(&stack.name), &stack.name).await;
        }
        Ok(())
    }

    /// Says everything that keys can say, and notes what they cannot.
    pub(super) async fn fill(&mut self) -> Result<(), Failure> {
        let mut is_read = false;
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
            self.absent = existing.absent.into_iter().collect();
            self.there = existing.there;
            self.unread = existing.unread;
            self.more = existing.more;
            if round == 0
                && let Some(name) = existing.environment
                && self.name() != Some(&name)
            {
                put(&mut self.draft, &["name"], json!(name));
                continue;
            }
            if !is_read {
                // Who signs users in decides what their entries may say.
                is_read = true;
                self.say(&session);
                if self.leave_directory() {
                    continue;
                }
            }
            let mut left = BTreeSet::new();
            let mut entries = self.pool_users();
            let mut keys = BTreeSet::new();
            for address in &self.more {
                // These are said where what they belong to is.
                if [UserAssociationSpec::KIND, ThemeSpec::KIND, FleetScalingSpec::KIND]
                    .contains(&address.kind)
                {
                    continue;
                }
                // Names that differ may come to the same key.
                let is_free = |entry: &Entry| self.at(&entry.keys).is_none() && !keys.contains(&entry.keys);
                match self.entry(address).filter(is_free) {
                    Some(entry) => {
                        keys.insert(entry.keys.clone());
                        entries.push((address.clone(), entry));
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
            self.left = left;
            self.say(&session);
            if !(self.leave_scaling(&session) || grown) {
                break;
            }
        }
        Ok(())
    }

    /// The environment's name.
    pub(super) fn name(&self) -> Option<&str> {
        at(&self.draft, &["name"]).and_then(Value::as_str)
    }

    /// The entry for a thing of a list. Users of Connect's own directory have a password, which is not the blueprint's.
    fn entry(&self, address: &Address) -> Option<Entry> {
        let mut entry = entry(address)?;
        let identity = at(&self.draft, &["connect", "identity"]).and_then(Value::as_str);
        if address.kind == UserSpec::KIND && identity == Some(ConnectIdentity::ConnectManaged.word()) {
            put(&mut entry.value, &["password"], json!({ "existing": true }));
        }
        Some(entry)
    }

    /// Links to an instance whose users come from a directory that no key can say, and does not ask for it. Returns whether it
    /// is such a one.
    fn leave_directory(&mut self) -> bool {
        let identity = self.open.iter().find(|(address, untold)| {
            address.kind == InstanceSpec::KIND && InstanceSpec::IDENTITY == *untold.field
        });
        let Some((_, identity)) = identity else {
            return false;
        };
        let note = format!(
            "who keeps the users of the instance is {}, which no key says: the blueprint links to the instance and does not change \
             it",
            identity.live
        );
        self.notes.insert(note);
        let alias = at(&self.draft, &["connect", "alias"]).cloned();
        remove(&mut self.draft, &["connect"]);
        set(
            &mut self.draft,
            &["connect", "existing"].map(str::to_owned),
            alias.unwrap_or_default(),
        );
        true
    }

    /// Entries for users of AppStream's pool who may stream from the draft's stacks, and are not in it.
    fn pool_users(&self) -> Vec<(Address, Entry)> {
        let stacks = at(&self.draft, &["appstream", "stacks"]).and_then(Value::as_mapping);
        let keys: BTreeMap<&str, &str> = stacks
            .into_iter()
            .flatten()
            .filter_map(|(key, stack)| Some((stack.get("name")?.as_str()?, key.as_str()?)))
            .collect();
        let mut users: BTreeMap<&str, (&Address, BTreeSet<&str>)> = BTreeMap::new();
        for address in self
            .more
            .iter()
            .filter(|one| one.kind == UserAssociationSpec::KIND)
        {
            if let Some((user, stack)) = address.key.rsplit_once(':')
                && let Some(key) = keys.get(stack)
            {
                let (_, stacks) = users.entry(user).or_insert((address, BTreeSet::new()));
                stacks.insert(key);
            }
        }
        let entries = users.into_iter().filter_map(|(user, (address, stacks))| {
            let keys = ["appstream", "users", user].map(str::to_owned).to_vec();
            let value = serde_yaml::to_value(json!({ "stacks": stacks })).ok()?;
            Some((address.clone(), Entry { keys, value }))
        });
        entries
            .filter(|(_, entry)| self.at(&entry.keys).is_none())
            .collect()
    }

    /// Leaves scaling that keeps no utilisation to others: of a range, a blueprint says what is kept. Returns whether it did.
    fn leave_scaling(&mut self, session: &Session) -> bool {
        let Ok(design) = self.design(session, &self.draft) else {
            return false;
        };
        let kept = changes(&design, &self.there).into_iter();
        let kept = kept.filter(|(address, change)| {
            address.kind == FleetScalingSpec::KIND
                && change.is(FleetScalingSpec::TARGET)
                && change.have.is_null()
        });
        let mut left = false;
        for (address, _) in kept {
            let of_fleet = ["appstream", "fleets", address.key.as_str(), "capacity"];
            let Some(fleet) = self.there.get(&Address::new(FleetSpec::KIND, &address.key)) else {
                continue;
            };
            let seen: &FleetLive = fleet.read();
            if at(&self.draft, &[&of_fleet[..], &["schedule"]].concat()).is_some() {
                remove(&mut self.draft, &[&of_fleet[..], &["target"]].concat());
            } else {
                let capacity = seen.desired_instances.or(seen.desired_sessions);
                put(&mut self.draft, &of_fleet, json!(capacity.unwrap_or(1)));
                // So that `drift` does not list it.
                put(
                    &mut self.draft,
                    &[&of_fleet[..3], &["owned"]].concat(),
                    json!(Owned::OnlyDeclared.word()),
                );
                self.notes.insert(format!(
                    "the capacity of {} is between limits at Application Auto Scaling that no policy of Headset's uses: what \
                     changes it within them shows as a difference",
                    fleet.id
                ));
            }
            left = true;
        }
        left
    }

    /// Adds entries, all at once, and in halves where that makes no blueprint. Returns those that make none.
    fn add(&mut self, session: &Session, entries: &[(Address, Entry)]) -> Vec<Address> {
        let before = self.draft.clone();
        for (_, Entry { keys, value }) in entries {
            set(&mut self.draft, keys, value.clone());
        }
        if entries.is_empty() || self.design(session, &self.draft).is_ok() {
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

    /// Says what AWS has of these things, as far as keys can say it, and notes what they cannot.
    fn say(&mut self, session: &Session) {
        let Ok(mut design) = self.design(session, &self.draft) else {
            return;
        };
        let mut tried = BTreeSet::new();
        loop {
            let open = untold(&design, &self.there);
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
                self.open = open;
                return;
            }
            tried.extend(next.iter().map(|one| {
                let (address, untold) = &one.of;
                (address.clone(), one.by.set(), untold.live.to_string())
            }));
            if let Some(better) = self.take(session, &design, &next) {
                design = better;
            }
        }
    }

    /// Sets those candidates that say what they are to say, or a part of it; all at once, and in halves where that makes no blueprint, or one
    /// that lacks something: a number as capacity leaves out what scales the fleet.
    fn take(&mut self, session: &Session, known: &Design, next: &[Try]) -> Option<Design> {
        let draft = self.draft.clone();
        let with = |chosen: &mut dyn Iterator<Item = &Try>| {
            let mut draft = draft.clone();
            for Try { by, .. } in chosen {
                let value = serde_yaml::from_str(&by.value).unwrap_or(Value::Null);
                set(&mut draft, &by.keys(), value);
            }
            draft
        };
        let all = with(&mut next.iter());
        let has_all = |design: &Design| {
            known
                .resources
                .keys()
                .all(|address| design.resources.contains_key(address))
        };
        let design = self.design(session, &all).ok();
        let Some(design) = design.filter(|design| has_all(design)) else {
            if next.len() > 1 {
                let (first, second) = next.split_at(next.len() / 2);
                let first = self.take(session, known, first);
                return self.take(session, known, second).or(first);
            }
            return None;
        };
        // One key may say a part of a value, and others the rest.
        let values: Vec<&(Address, Untold)> = next.iter().map(|one| &one.of).collect();
        let before = distances(known, &self.there, &values).into_iter();
        let after = distances(&design, &self.there, &values);
        let nearer = next.iter().zip(before.zip(after));
        let nearer = nearer.filter(|(_, (before, after))| after < before);
        let good = with(&mut nearer.map(|(one, _)| one));
        let design = self.design(session, &good).ok()?;
        self.draft = good;
        Some(design)
    }

    /// The value at a path of the draft.
    fn at(&self, keys: &[String]) -> Option<&Value> {
        keys.iter()
            .try_fold(&self.draft, |value, key| value.get(key.as_str()))
    }

    /// What a draft asks for, or what is wrong with it.
    pub(super) fn design(&self, session: &Session, draft: &Value) -> Result<Design, Vec<Diagnostic>> {
        let blueprint = self.blueprint(draft)?;
        let (design, findings) = designed(&blueprint, &session.context, &session.state);
        match has_errors(&findings) {
            true => Err(findings),
            false => Ok(design),
        }
    }

    /// A draft as a blueprint.
    pub(super) fn blueprint(&self, draft: &Value) -> Result<Blueprint, Vec<Diagnostic>> {
        let text = plain(draft);
        let load = |name: &str| {
            let text = self.files.get(name).cloned();
            text.ok_or_else(|| "there is no such file".to_owned().into())
        };
        let sources = Sources {
            load: &load,
            now: Some(Clock::wall().now()),
            ..Sources::alone("draft", &text)
        };
        let (blueprint, findings) = headset_blueprint::read(&sources);
        let blueprint = blueprint.filter(|_| !has_errors(&findings));
        blueprint.ok_or(findings)
    }

    /// The draft's environment.
    pub(super) async fn session(&self) -> Result<Session, Failure> {
        let blueprint = self.blueprint(&self.draft).map_err(Failure::Diagnostics)?;
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
        let session = Session {
            // Also what no draft asks for.
            reading: Reading::Full,
            ..opening.await?
        };
        // Its things would be taken for those that were asked for.
        if session.state.holds_anything() {
            let name = self.name().unwrap_or_default();
            return Err(
                Failure::new(format!("state here knows an environment `{name}` already")).help(
                    "its blueprint says what there is; for another one of this name, `--state-dir` names another directory",
                ),
            );
        }
        Ok(session)
    }
}

/// A key that may say what AWS has.
struct Try {
    of: (Address, Untold),
    by: Candidate,
}
