//! Of a blueprint of what exists: sections that are taken in only where nothing changes by them.

use std::collections::{BTreeMap, BTreeSet};
use std::mem;

use serde_json::json;
use serde_yaml::Value;

use super::comments::Alternative;
use super::desk::Desk;
use super::draft::{put, set, short, untag};
use crate::cli::exit::Failure;
use headset_aws::kinds::existing::Owner;
use headset_core::Address;
use headset_core::diagnostic::Severity;
use headset_core::tag;
use headset_design::Mode;
use headset_engine::existing::{changes, untold};
use headset_kinds::s3::ObjectSpec;
use headset_kinds::{Live, registry};

impl Desk<'_> {
    /// Takes a section in, and says what its keys can say; or leaves it out, if the next plan would change more than tags.
    /// Returns whether it was taken in.
    pub(super) async fn try_out(&mut self, key: &str, section: Value) -> Result<bool, Failure> {
        let session = self.session().await?;
        let known: BTreeSet<Address> = session.design.resources.keys().cloned().collect();
        let mut draft = self.draft.clone();
        set(&mut draft, &[key.to_owned()], section.clone());
        if let Err(findings) = self.design(&session, &draft) {
            let errors = findings
                .into_iter()
                .filter(|finding| finding.severity == Severity::Error);
            self.leave_out(key, section, errors.map(|finding| finding.message).collect());
            return Ok(false);
        }
        let before = mem::replace(&mut self.draft, draft);
        let (left, open) = (mem::take(&mut self.left), mem::take(&mut self.open));
        self.fill().await?;
        let session = self.session().await?;
        let is_new = |address: &Address| !known.contains(address);
        // What a person makes is not looked up.
        let is_made = |address: &Address| {
            let wanted = session.design.resources.get(address);
            let kind = registry::kind(address.kind);
            wanted.is_some_and(|wanted| kind.checkpoint(address, &wanted.spec).is_none())
        };
        let counts = |address: &Address| is_new(address) && is_made(address);
        let changes = changes(&session.design, &self.there).into_iter();
        let changes = changes.filter(|(address, _)| counts(address));
        let mut why: Vec<String> = changes
            .map(|(address, change)| {
                if ObjectSpec::SHA256 == *change.field {
                    return format!("{address} has another content, and an apply would replace it");
                }
                format!(
                    "{} of {address} is {}, and an apply would make it {}",
                    change.field,
                    short(&change.have),
                    short(&change.want)
                )
            })
            .collect();
        let owner = |live: &Live| Owner::of(live.tags.as_ref()?);
        let owners: Vec<Owner> = self
            .there
            .iter()
            .filter(|(address, _)| !is_new(address))
            .filter_map(|(_, live)| owner(live))
            .collect();
        let of_others = self.there.iter().filter(|(address, _)| counts(address));
        why.extend(of_others.filter_map(|(address, live)| {
            let owner = owner(live).filter(|owner| !owners.contains(owner))?;
            Some(format!(
                "{address} belongs to the environment {}",
                owner.environment
            ))
        }));
        let unread = self.unread.iter().filter(|(address, _)| counts(address));
        why.extend(unread.map(|(address, error)| format!("{address} could not be read: {error}")));
        let absent = self.absent.iter().filter(|address| counts(address));
        let absent: Vec<String> = absent.map(Address::to_string).collect();
        if !absent.is_empty() {
            why.push(format!(
                "an apply would make what is not there: {}",
                absent.join(", ")
            ));
        }
        if why.is_empty() {
            return Ok(true);
        }
        let after = mem::replace(&mut self.draft, before);
        (self.left, self.open) = (left, open);
        let section = after.get(key).cloned().unwrap_or(section);
        self.leave_out(key, section, why);
        Ok(false)
    }

    /// Says once, for all, what tags everything has that can carry some; and notes what no key says.
    pub(super) async fn share_tags(&mut self) -> Result<(), Failure> {
        let session = self.session().await?;
        let mut common: Option<BTreeMap<String, String>> = None;
        for (address, live) in &self.there {
            let wanted = session.design.resources.get(address);
            let Some(tags) = &live.tags else { continue };
            if wanted.is_none_or(|wanted| wanted.mode != Mode::Managed) {
                continue;
            }
            let is_free = |key: &String| !key.starts_with(tag::PREFIX) && !key.starts_with("aws:");
            let tags = tags.clone().into_iter().filter(|(key, _)| is_free(key));
            common = Some(match common {
                None => tags.collect(),
                Some(common) => tags
                    .filter(|(key, value)| common.get(key) == Some(value))
                    .collect(),
            });
        }
        let common = common.unwrap_or_default();
        if common.is_empty() {
            return Ok(());
        }
        let mut draft = self.draft.clone();
        untag(&mut draft, &common);
        put(&mut draft, &["tags"], json!(common));
        // Where a key cannot be a tag of all, each says its own.
        if let Ok(design) = self.design(&session, &draft) {
            let open = untold(&design, &self.there);
            if open.len() <= self.open.len() {
                (self.draft, self.open) = (draft, open);
            }
        }
        Ok(())
    }

    /// Leaves a section out, and says why.
    pub(super) fn leave_out(&mut self, key: &str, section: Value, why: Vec<String>) {
        let mut whole = Value::Null;
        set(&mut whole, &[key.to_owned()], section);
        self.alternatives.push(Alternative { why, section: whole });
    }
}
