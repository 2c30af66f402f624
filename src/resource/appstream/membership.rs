//! What belongs to a stack and has no id of its own: a fleet that serves it, a user who may stream from it.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;
use serde_json::Value;

use crate::aws::AwsError;
use crate::resource::kind::{Lookup, Sight};

/// A member of a stack, by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::resource) struct Membership {
    /// The fleet's name, or the user's.
    pub(super) member: String,
    /// The stack's name.
    pub(super) stack: String,
}

impl Membership {
    pub(in crate::resource) fn new(member: impl Into<String>, stack: impl Into<String>) -> Membership {
        Membership {
            member: member.into(),
            stack: stack.into(),
        }
    }

    /// The physical id. A stack's name holds no slash; a user's may.
    pub(in crate::resource) fn id(&self) -> String {
        format!("{}/{}", self.stack, self.member)
    }

    /// The membership of a physical id.
    ///
    /// # Errors
    /// If it is none.
    pub(super) fn of_id(id: &str) -> Result<Membership, AwsError> {
        let (stack, member) = id
            .split_once('/')
            .ok_or_else(|| AwsError::not_an_id(id, "an association"))?;
        Ok(Membership::new(member, stack))
    }

    /// What a lookup is about: what state remembers, else what its spec says, in which the member is in `field`.
    fn of_lookup(lookup: &Lookup, field: &str) -> Option<Membership> {
        let known = |field: &str| lookup.spec.get(field).and_then(Value::as_str);
        let remembered = lookup.id.as_deref().and_then(|id| Membership::of_id(id).ok());
        remembered.or_else(|| Some(Membership::new(known(field)?, known("stack")?)))
    }
}

/// What lookups found out: each with what it is about, as far as that is known, and the members of the stacks.
pub(super) struct Survey {
    pub(super) asked: Vec<Option<Membership>>,
    members: BTreeMap<String, Result<Vec<String>, AwsError>>,
}

impl Survey {
    /// Lists each stack once with `list`, whatever is asked about it.
    pub(super) async fn of<F>(lookups: &[Lookup], field: &str, list: impl Fn(String) -> F) -> Survey
    where
        F: Future<Output = Result<Vec<String>, AwsError>>,
    {
        let asked: Vec<Option<Membership>> = lookups
            .iter()
            .map(|lookup| Membership::of_lookup(lookup, field))
            .collect();
        let stacks: BTreeSet<String> = asked.iter().flatten().map(|one| one.stack.clone()).collect();
        let listed = join_all(stacks.iter().cloned().map(list)).await;
        Survey {
            asked,
            members: stacks.into_iter().zip(listed).collect(),
        }
    }

    /// Whether the stack is known to have the member.
    pub(super) fn has(&self, one: &Membership) -> bool {
        matches!(self.members.get(&one.stack), Some(Ok(members)) if members.contains(&one.member))
    }

    /// A sight for each lookup; `present` makes it where the stack has the member.
    pub(super) fn sights(&self, present: impl Fn(&Membership) -> Sight) -> Vec<Sight> {
        let sight = |one: &Option<Membership>| {
            let Some(one) = one else {
                return Sight::Unknown(AwsError::unnamed());
            };
            match self.members.get(&one.stack) {
                // Without the stack nobody belongs to it.
                Some(Err(error)) if error.is_not_found() => Sight::Absent,
                Some(Err(error)) => Sight::Unknown(error.clone()),
                Some(Ok(_)) if self.has(one) => present(one),
                Some(Ok(_)) => Sight::Absent,
                None => Sight::Unknown(AwsError::bug("its stack was not looked at")),
            }
        };
        self.asked.iter().map(sight).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_id_keeps_stack_and_member_apart() {
        for member in ["agents-fleet", "a/b@example.com"] {
            let one = Membership::new(member, "agents");
            assert_eq!(Membership::of_id(&one.id()).ok(), Some(one));
        }
        assert!(Membership::of_id("nothing").is_err());
    }

    #[test]
    fn what_state_remembers_goes_before_what_the_blueprint_says() {
        let lookup = |id: Option<&str>, spec: Value| Lookup {
            address: "appstream.fleet_association/a:b".parse().expect("an address"),
            spec,
            id: id.map(str::to_owned),
            answers: BTreeMap::new(),
        };
        let spec = json!({"fleet": "new", "stack": "desk"});
        let of = |id, spec: &Value| Membership::of_lookup(&lookup(id, spec.clone()), "fleet");
        assert_eq!(of(Some("desk/old"), &spec), Some(Membership::new("old", "desk")));
        assert_eq!(of(None, &spec), Some(Membership::new("new", "desk")));
        assert_eq!(of(None, &json!({"stack": "desk"})), None);
    }
}
