//! Putting state right by hand: one thing is known by another address, or no longer known. Nothing changes in the cloud.
//!
//! A blueprint says the same by `moved` and `removed`, for every checkout at once and with a plan before; this is for what no
//! blueprint can say any more.

use headset_core::Address;

use crate::recorded;
use crate::session::{Session, Stop};
use crate::state::{Changes, Ending, Entry, Locked, Purpose, State};

/// Why state stays as it is.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum NotEdited {
    /// Nothing is known at this address.
    #[error("state knows nothing at {0}")]
    Unknown(Address),
    /// Something else is known at the address that it should have.
    #[error("state knows something else at {0}")]
    Taken(Address),
    /// An address of another kind.
    #[error("{from} cannot become {to}: a thing stays of its kind")]
    OtherKind {
        /// Its address.
        from: Address,
        /// The address that it should have.
        to: Address,
    },
    /// A call about it is unfinished.
    #[error("a call about {0} is unfinished, and its outcome is not known yet")]
    Begun(Address),
}

/// Lets a thing be known by another address, what was answered about it with it. `on` is who does that: the user, the machine,
/// the process.
///
/// # Errors
/// [`Stop`] if state cannot be written. The inner one says why state stays as it is.
pub async fn rename(
    session: &Session,
    mut locked: Locked,
    from: &Address,
    to: &Address,
    on: &str,
) -> Result<Result<(), NotEdited>, Stop> {
    if let Err(why) = may_be_renamed(locked.state(), from, to) {
        return Ok(Err(why));
    }
    let run = begin(session, &locked, 1, on).await?;
    session.relocate(&mut locked, &[(from.clone(), to.clone())])?;
    let serial = locked.finish().await?.serial;
    recorded::end(session, run, Ending::Done, serial).await?;
    Ok(Ok(()))
}

/// Lets state know nothing of these any more. What was answered about them stays.
///
/// # Errors
/// [`Stop`] if state cannot be written. The inner one says why state stays as it is.
pub async fn forget(
    session: &Session,
    mut locked: Locked,
    addresses: &[Address],
    on: &str,
) -> Result<Result<(), NotEdited>, Stop> {
    for address in addresses {
        if let Err(why) = is_known(locked.state(), address) {
            return Ok(Err(why));
        }
    }
    let run = begin(session, &locked, addresses.len(), on).await?;
    // What carries no tags is found by nothing now.
    locked.record(Entry::Partial { is: true })?;
    for address in addresses {
        if locked.state().knows(address) {
            locked.record(Entry::Gone {
                address: address.clone(),
            })?;
        }
    }
    let serial = locked.finish().await?.serial;
    recorded::end(session, run, Ending::Done, serial).await?;
    Ok(Ok(()))
}

async fn begin(session: &Session, locked: &Locked, kept: usize, on: &str) -> Result<crate::state::Run, Stop> {
    let changes = Changes {
        kept,
        ..Changes::default()
    };
    recorded::begin(session, Purpose::Edit, on, None, changes, locked.state().serial).await
}

/// Whether something was applied at an address, and nothing about it is under way.
fn is_known(state: &State, address: &Address) -> Result<(), NotEdited> {
    if state.intents.contains_key(address) {
        return Err(NotEdited::Begun(address.clone()));
    }
    match state.resources.contains_key(address) {
        true => Ok(()),
        false => Err(NotEdited::Unknown(address.clone())),
    }
}

fn may_be_renamed(state: &State, from: &Address, to: &Address) -> Result<(), NotEdited> {
    is_known(state, from)?;
    if from.kind != to.kind {
        return Err(NotEdited::OtherKind {
            from: from.clone(),
            to: to.clone(),
        });
    }
    match state.knows(to) {
        true => Err(NotEdited::Taken(to.clone())),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::{Intent, Origin, Record, Verb};
    use headset_core::address;

    fn state() -> State {
        let mut state = State::new("acme", "123456789012", "eu-west-2", "lineage".into());
        for key in ["agents", "leads", "begun"] {
            state.apply(Entry::Done {
                address: address!("appstream.fleet", key),
                record: Record {
                    id: key.into(),
                    origin: Origin::Created,
                    spec: serde_json::json!({ "name": key }),
                    outputs: std::collections::BTreeMap::new(),
                    protect: false,
                    after: Vec::new(),
                    waits: Default::default(),
                    as_found: false,
                },
            });
        }
        for key in ["begun", "new"] {
            state.apply(Entry::Intend {
                address: address!("appstream.fleet", key),
                intent: Intent {
                    verb: Verb::Update,
                    token: "token".into(),
                    spec: serde_json::json!({}),
                    after: Vec::new(),
                    at: None,
                },
            });
        }
        state
    }

    #[test]
    fn only_what_is_known_and_not_under_way_is_edited() {
        let fleet = |key: &str| address!("appstream.fleet", key);
        let stack = address!("appstream.stack", "desks");
        let renamed = |from: &str, to: &Address| may_be_renamed(&state(), &fleet(from), to);
        assert_eq!(renamed("agents", &fleet("desks")), Ok(()));
        assert_eq!(
            renamed("none", &fleet("desks")),
            Err(NotEdited::Unknown(fleet("none")))
        );
        assert_eq!(
            renamed("agents", &fleet("leads")),
            Err(NotEdited::Taken(fleet("leads")))
        );
        // What a call may just have made has its address already.
        assert_eq!(
            renamed("agents", &fleet("new")),
            Err(NotEdited::Taken(fleet("new")))
        );
        for key in ["begun", "new"] {
            assert_eq!(renamed(key, &fleet("desks")), Err(NotEdited::Begun(fleet(key))));
        }
        assert!(matches!(
            renamed("agents", &stack),
            Err(NotEdited::OtherKind { .. })
        ));
    }
}
