//! Changes that are under way: what a service lets only one call change at a time.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::time::Duration;

use super::lock::lock;

/// How long such a change takes where calls take no time otherwise: long enough for another one to meet it.
pub(super) const CHANGE: Duration = Duration::from_millis(10);

/// What is being changed right now.
#[derive(Debug, Default)]
pub(super) struct InFlight(Mutex<BTreeSet<String>>);

impl InFlight {
    /// Begins a change; `None` while another one of the same thing is under way.
    pub(super) fn begin(&self, thing: String) -> Option<Change<'_>> {
        let free = lock(&self.0).insert(thing.clone());
        // Only made where it is free: a change that is dropped ends.
        free.then(|| Change { all: self, thing })
    }
}

/// One change. It ends when this is dropped, also where its caller has gone away.
#[derive(Debug)]
pub(super) struct Change<'a> {
    all: &'a InFlight,
    thing: String,
}

impl Drop for Change<'_> {
    fn drop(&mut self) {
        lock(&self.all.0).remove(&self.thing);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_change_of_a_thing_at_a_time() {
        let all = InFlight::default();
        let first = all.begin("a".to_owned()).expect("nothing else changes it");
        assert!(all.begin("a".to_owned()).is_none());
        assert!(all.begin("b".to_owned()).is_some(), "another thing");
        drop(first);
        assert!(all.begin("a".to_owned()).is_some(), "the first one is over");
    }
}
