//! A design in the making: what every section of the blueprint adds its resources to.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::context::{DesignContext, FirstKeys};
use crate::desired::{Design, Desired, Lists, Mode};
use crate::tags;
use headset_blueprint::model::{Blueprint, Entry, Owned, Waits};
use headset_core::diagnostic::{Diagnostic, Place};
use headset_kinds::names;
use headset_kinds::spec::{Existing, Spec};
use headset_kinds::{Address, KindId, Text};

/// A design in the making.
pub(crate) struct DesignDraft<'a> {
    pub(crate) blueprint: &'a Blueprint,
    pub(crate) context: &'a DesignContext,
    pub(crate) first: FirstKeys,
    pub(crate) design: Design,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl DesignDraft<'_> {
    /// Nothing is drawn yet.
    pub(crate) fn new<'a>(
        blueprint: &'a Blueprint,
        context: &'a DesignContext,
        first: FirstKeys,
    ) -> DesignDraft<'a> {
        DesignDraft {
            blueprint,
            context,
            first,
            design: Design::default(),
            diagnostics: Vec::new(),
        }
    }

    fn add(&mut self, address: Address, mode: Mode, spec: Value, protect: bool, place: &Place) {
        let desired = Desired {
            address: address.clone(),
            mode,
            spec,
            after: Vec::new(),
            protect,
            place: Some(place.clone()),
            answers: BTreeMap::new(),
            is_named: false,
            waits: Waits::default(),
        };
        self.design.resources.insert(address, desired);
    }

    /// Something that Headset makes, changes and deletes. Returns its address.
    pub(crate) fn managed<S: Spec>(
        &mut self,
        key: impl Into<String>,
        spec: &S,
        protect: bool,
        place: &Place,
    ) -> Address {
        let address = Address::new(S::KIND, key);
        self.add(address.clone(), Mode::Managed, spec.erased(), protect, place);
        address
    }

    /// The same for an entry of the blueprint.
    pub(crate) fn entry<S: Spec>(&mut self, key: impl Into<String>, spec: &S, entry: &Entry) -> Address {
        let address = self.managed(key, spec, entry.protect, &entry.place);
        if let Some(desired) = self.design.resources.get_mut(&address) {
            desired.waits = entry.waits;
        }
        self.lists(&address, entry.owned);
        address
    }

    /// Something that the account needs and all who use it share.
    pub(crate) fn ensured<S: Spec>(&mut self, key: impl Into<String>, spec: &S, place: &Place) -> Address {
        let address = Address::new(S::KIND, key);
        self.add(address.clone(), Mode::Ensured, spec.erased(), true, place);
        address
    }

    /// Something that lives outside and is only linked to.
    pub(crate) fn existing(&mut self, address: &Address, lookup: &Existing, place: &Place) {
        self.add(address.clone(), Mode::Existing, lookup.erased(), false, place);
    }

    /// Whose the lists of a thing are.
    pub(crate) fn lists(&mut self, address: &Address, owned: Option<Owned>) {
        let lists = owned.map(|owned| match owned {
            Owned::All => Lists::All,
            Owned::OnlyDeclared => Lists::OnlyDeclared,
        });
        let lists = lists.map(|lists| (address.clone(), lists));
        self.design.lists.extend(lists);
    }

    pub(crate) fn after(&mut self, address: &Address, others: Vec<Address>) {
        if let Some(desired) = self.design.resources.get_mut(address) {
            desired.after.extend(others);
        }
    }

    pub(crate) fn answer(&mut self, address: &Address, answers: BTreeMap<String, String>) {
        if let Some(desired) = self.design.resources.get_mut(address) {
            desired.answers = answers;
        }
    }

    pub(crate) fn output(&mut self, name: &str, text: Text) {
        self.design.outputs.insert(name.to_owned(), text);
    }

    /// The key of what is derived from an entry and has no key of its own in the blueprint: the one
    /// under which the entry was made.
    pub(crate) fn first_key<'k>(&'k self, kind: KindId, key: &'k str) -> &'k str {
        self.first
            .get(&Address::new(kind, key))
            .map_or(key, String::as_str)
    }

    pub(crate) fn complain(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    pub(crate) fn tags(&self, own: &BTreeMap<String, String>) -> BTreeMap<String, String> {
        tags::of(self.blueprint, self.context, own)
    }

    /// What the entry with this key is called in AppStream.
    pub(crate) fn name(&self, key: &str, entry: &Entry) -> String {
        if let Some(name) = &entry.name {
            return name.value.clone();
        }
        names::name(&[&self.blueprint.name.value, key], names::APPSTREAM)
    }
}
