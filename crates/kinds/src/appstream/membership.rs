//! What belongs to a stack and has no id of its own: a fleet that serves it, a user who may stream from it.

use headset_core::AwsError;

use crate::field::FieldId;
use crate::kind::Lookup;

/// A member of a stack, by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The fleet's name, or the user's.
    pub member: String,
    /// The stack's name.
    pub stack: String,
}

impl Membership {
    /// That of this member in this stack.
    pub fn new(member: impl Into<String>, stack: impl Into<String>) -> Membership {
        Membership {
            member: member.into(),
            stack: stack.into(),
        }
    }

    /// The physical id. A stack's name holds no slash; a user's may.
    pub fn id(&self) -> String {
        format!("{}/{}", self.stack, self.member)
    }

    /// The membership of a physical id.
    ///
    /// # Errors
    /// If it is none.
    pub fn of_id(id: &str) -> Result<Membership, AwsError> {
        let (stack, member) = id
            .split_once('/')
            .ok_or_else(|| AwsError::not_an_id(id, "an association"))?;
        Ok(Membership::new(member, stack))
    }

    /// What a lookup is about: what state remembers, else what its spec says in the fields of the member and the stack.
    pub fn of_lookup(lookup: &Lookup, (member, stack): (FieldId, FieldId)) -> Option<Membership> {
        let remembered = lookup.id.as_deref().and_then(|id| Membership::of_id(id).ok());
        remembered.or_else(|| {
            Some(Membership::new(
                member.text(&lookup.spec)?,
                stack.text(&lookup.spec)?,
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use std::collections::BTreeMap;

    use super::super::FleetAssociationSpec;
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
            believed: crate::kind::Believed::default(),
        };
        let spec = json!({"fleet": "new", "stack": "desk"});
        let fields = (FleetAssociationSpec::FLEET, FleetAssociationSpec::STACK);
        let of = |id, spec: &Value| Membership::of_lookup(&lookup(id, spec.clone()), fields);
        assert_eq!(of(Some("desk/old"), &spec), Some(Membership::new("old", "desk")));
        assert_eq!(of(None, &spec), Some(Membership::new("new", "desk")));
        assert_eq!(of(None, &json!({"stack": "desk"})), None);
    }
}
