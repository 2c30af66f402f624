//! What there is of what a draft of a blueprint asks for, others' things among it, and what the draft does not say of it: for a
//! blueprint that is written after the fact.

use std::collections::BTreeMap;

use headset_core::untold::Untold;
use headset_core::{Address, AwsError};
use headset_design::{Design, Mode};
use headset_kinds::{Live, Observation, registry};

use crate::assess::assess;
use crate::drift::{Class, undeclared};
use crate::session::{Session, Stop};

/// What there is.
#[derive(Debug)]
pub struct Existing {
    /// What the draft asks for and is there.
    pub there: BTreeMap<Address, Live>,
    /// What the draft asks for and is not there.
    pub absent: Vec<Address>,
    /// What could not be read, and why.
    pub unread: Vec<(Address, AwsError)>,
    /// What is in the lists of what is there, and the draft does not ask for.
    pub more: Vec<Address>,
}

/// Looks at what a draft asks for. Changes nothing.
///
/// # Errors
/// If state cannot be read.
pub async fn look(session: &Session) -> Result<Existing, Stop> {
    let survey = assess(session, &session.design, &session.state).await?.survey;
    let listed = undeclared(session, &survey).await;
    let extras = listed.into_iter().filter(|entry| entry.class == Class::Extra);
    let mut existing = Existing {
        there: BTreeMap::new(),
        absent: Vec::new(),
        unread: Vec::new(),
        more: extras.map(|entry| entry.address).collect(),
    };
    for (address, seen) in survey.observations {
        match seen {
            Observation::Present(live) => {
                existing.there.insert(address, live);
            }
            Observation::Absent => existing.absent.push(address),
            Observation::Unknown(error) => existing.unread.push((address, error)),
        }
    }
    Ok(existing)
}

/// What a design does not say of things that are there, thing by thing. Of what it only links to, it says no more.
pub fn untold(design: &Design, there: &BTreeMap<Address, Live>) -> Vec<(Address, Untold)> {
    let mut found = Vec::new();
    for (address, live) in there {
        let desired = design.resources.get(address);
        if let Some(desired) = desired.filter(|desired| desired.mode == Mode::Managed) {
            let fields = registry::kind(address.kind).fields();
            let of_one = live.untold(fields, &desired.spec).into_iter();
            found.extend(of_one.map(|one| (address.clone(), one)));
        }
    }
    found
}
