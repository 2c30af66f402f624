//! What a caller may do: every policy that speaks for it, and what it has asked for.

use std::sync::{Mutex, PoisonError};

use super::{Decision, Policy, Request};

/// The identity policies of a caller and its permissions boundary, for calls within its own account.
#[derive(Debug, Default)]
pub struct Permissions {
    identity: Vec<Policy>,
    boundary: Option<Vec<Policy>>,
    asked: Mutex<Vec<(String, String)>>,
}

impl PartialEq for Permissions {
    fn eq(&self, other: &Permissions) -> bool {
        self.identity == other.identity && self.boundary == other.boundary
    }
}

impl Eq for Permissions {}

impl Permissions {
    /// What these policies allow, within that boundary if there is one.
    pub fn new(identity: Vec<Policy>, boundary: Option<Vec<Policy>>) -> Permissions {
        Permissions {
            identity,
            boundary,
            asked: Mutex::default(),
        }
    }

    /// Decides a request: an explicit deny anywhere wins; else an identity policy has to allow it, and the boundary, too.
    pub fn decide(&self, request: &Request<'_>) -> Decision {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let pair = (request.action.to_owned(), request.resource.to_owned());
        if !asked.contains(&pair) {
            asked.push(pair);
        }
        drop(asked);
        let all = |policies: &[Policy]| -> Decision {
            let mut decision = Decision::Silent;
            for policy in policies {
                match policy.decide(request) {
                    Decision::Denied => return Decision::Denied,
                    Decision::Allowed => decision = Decision::Allowed,
                    Decision::Silent => {}
                }
            }
            decision
        };
        let bounded = self.boundary.as_deref().map_or(Decision::Allowed, all);
        match (all(&self.identity), bounded) {
            (Decision::Denied, _) | (_, Decision::Denied) => Decision::Denied,
            (Decision::Allowed, Decision::Allowed) => Decision::Allowed,
            _ => Decision::Silent,
        }
    }

    /// The actions that were asked for so far, each with its resource.
    pub fn asked(&self) -> Vec<(String, String)> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
