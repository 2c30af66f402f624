//! A session of PowerShell: what it remembers.

use std::collections::BTreeMap;

use super::machine::Machine;
use super::tree::Block;
use super::value::Value;

/// A function of a script.
#[derive(Clone)]
pub(super) struct Function {
    pub(super) parameters: Vec<String>,
    pub(super) body: Block,
}

/// A session of PowerShell.
pub(super) struct Shell<'machine> {
    pub(super) machine: &'machine mut dyn Machine,
    pub(super) scopes: Vec<BTreeMap<String, Value>>,
    pub(super) functions: BTreeMap<String, Function>,
}

impl<'machine> Shell<'machine> {
    pub(super) fn new(machine: &'machine mut dyn Machine) -> Shell<'machine> {
        Shell {
            machine,
            scopes: vec![BTreeMap::new()],
            functions: BTreeMap::new(),
        }
    }

    /// Whether an error ends the script, as `$ErrorActionPreference` says.
    pub(super) fn stops(&self) -> bool {
        self.get("erroractionpreference")
            .is_some_and(|value| value.shown().eq_ignore_ascii_case("stop"))
    }

    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.scopes.iter().rev().find_map(|scope| scope.get(name))
    }

    pub(super) fn set(&mut self, name: &str, value: Value) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.insert(name.to_owned(), value);
        }
    }
}
