//! Specs as types: the engine and state have them as JSON, and the design makes them from these.

use serde::Serialize;
use serde_json::Value;

/// What is asked of a thing of a certain kind. `#[derive(Fields)]` makes a struct one.
pub trait Spec: Serialize {
    /// The name of its kind.
    const KIND: &'static str;

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
        /// `fleet` where only a fleet has to be able to start from it; else a builder, too.
        #[serde(skip_serializing_if = "Option::is_none")]
        usable_by: Option<&'static str>,
    },
}

impl Existing {
    /// By ARN or by name, whichever this is.
    pub fn called(name: &str) -> Existing {
        match name.starts_with("arn:") {
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
