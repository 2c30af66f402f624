//! Specs as types: the engine and state have them as JSON, and the design makes them from these.

use headset_core::{KindId, arn};
use serde::Serialize;
use serde_json::Value;

/// What is asked of a thing of a certain kind. `#[derive(Fields)]` makes a struct one.
pub trait Spec: Serialize {
    /// Its kind.
    const KIND: KindId;

    /// The spec as the engine has it.
    fn erased(&self) -> Value {
        serde_json::to_value(self).expect("specs hold texts, numbers, lists and maps with texts as keys")
    }
}

/// By what something that lives outside is looked up.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Existing {
    /// By its name.
    Name {
        /// The name.
        name: String,
    },
    /// By its ARN.
    Arn {
        /// The ARN.
        arn: String,
    },
    /// A Connect instance by its alias.
    Alias {
        /// The alias.
        alias: String,
    },
    /// A Connect instance by its id.
    Id {
        /// The id.
        id: String,
    },
    /// The newest public image of a family.
    Newest {
        /// What its name begins with.
        newest: String,
        /// [`Existing::ONLY_FLEETS`] where only a fleet has to be able to start from it; else a builder, too.
        #[serde(skip_serializing_if = "Option::is_none")]
        usable_by: Option<&'static str>,
    },
    /// What stands for a thing of which AWS had nothing to make.
    Instead {
        /// Its name.
        name: String,
        /// The name that the blueprint makes for that thing.
        instead_of: String,
    },
}

impl Existing {
    /// What [`Existing::Name`] calls the name, and the specs of most kinds, too.
    pub const NAME: &'static str = "name";
    /// What [`Existing::Instead`] calls the name of the thing of which there is nothing to make.
    pub const INSTEAD_OF: &'static str = "instead_of";
    /// What [`Existing::Alias`] calls the alias.
    pub const ALIAS: &'static str = "alias";
    /// What [`Existing::Id`] calls the id.
    pub const ID: &'static str = "id";
    /// What [`Existing::Arn`] calls its ARN.
    pub const ARN: &'static str = "arn";
    /// What [`Existing::Newest`] calls the beginning of the name.
    pub const NEWEST: &'static str = "newest";
    /// What [`Existing::Newest`] calls who has to be able to start from it.
    pub const USABLE_BY: &'static str = "usable_by";
    /// What stands there where only a fleet has to be.
    pub const ONLY_FLEETS: &'static str = "fleet";

    /// By ARN or by name, whichever this is.
    pub fn called(name: &str) -> Existing {
        match arn::is_meant(name) {
            true => Existing::Arn { arn: name.to_owned() },
            false => Existing::Name {
                name: name.to_owned(),
            },
        }
    }

    /// The lookup as the engine has it.
    pub fn erased(&self) -> Value {
        serde_json::to_value(self).expect("a lookup holds texts")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lookups_are_called_by_their_constants() {
        let arn = Existing::called("arn:aws:appstream:eu-west-2::image/base").erased();
        assert!(arn.get(Existing::ARN).is_some());
        let newest = Existing::Newest {
            newest: "AppStream-WinServer2022-".to_owned(),
            usable_by: None,
        };
        assert!(newest.erased().get(Existing::NEWEST).is_some());
        let instead = Existing::Instead {
            name: "desk".to_owned(),
            instead_of: "patched".to_owned(),
        };
        let instead = instead.erased();
        assert!(instead.get(Existing::NAME).is_some() && instead.get(Existing::INSTEAD_OF).is_some());
    }
}
