//! Which fleet serves which stack.

use headset_derive::Fields;
use serde::{Deserialize, Serialize};

use super::fleet::FleetSpec;
use super::stack::StackSpec;
use crate::discovery::Trace;
use crate::extra::List;
use crate::field::FieldId;
use crate::kind::{Actions, Kind};
use crate::outward::Terraform;
use crate::text::Text;
use crate::verify::{Asked, Check, Checked};

/// What a blueprint says about an association.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Fields)]
#[fields(kind = "appstream.fleet_association", of = FleetAssociation, live = FleetAssociationLive)]
pub struct FleetAssociationSpec {
    /// The fleet's name.
    #[field(replace)]
    pub fleet: Text,
    /// The stack's name. A stack has one fleet; a fleet may serve several stacks.
    #[field(replace)]
    pub stack: Text,
}

/// `verify`: the stack has its fleet.
static ASSOCIATED: Check = Check {
    id: "fleet-associated",
    about: "the stack streams from the fleet",
    after: &[],
    across: &[],
};

/// `verify`: AWS gives the address of a session. Asked with a call; no session begins before that address is opened.
pub static STREAMS: Check = Check {
    id: "streaming-url",
    about: "AWS gives a streaming URL for the stack",
    after: &["fleet-associated", "fleet-running"],
    across: &[],
};

/// The kind `appstream.fleet_association`.
#[derive(Clone, Copy, Debug)]
pub struct FleetAssociation;

impl Kind for FleetAssociation {
    fn about(&self) -> &'static str {
        "A fleet's association with a stack: the stack's users get the fleet's instances."
    }

    fn lists(&self) -> &'static [List] {
        const {
            &[
                List {
                    holder: StackSpec::KIND,
                    one: "an associated fleet",
                    what: "associated fleets",
                },
                List {
                    holder: FleetSpec::KIND,
                    one: "an associated stack",
                    what: "associated stacks",
                },
            ]
        }
    }

    fn trace(&self) -> Trace {
        Trace::Within
    }

    fn identity(&self) -> &'static [FieldId] {
        &[FleetAssociationSpec::FLEET, FleetAssociationSpec::STACK]
    }

    fn outputs(&self) -> &'static [(&'static str, &'static str)] {
        &[]
    }

    fn checks(&self) -> &'static [&'static Check] {
        const { &[&ASSOCIATED, &STREAMS] }
    }

    fn check(&self, Asked { live, .. }: Asked<'_>) -> Vec<Checked> {
        vec![ASSOCIATED.passed(format!("the association {}", live.id))]
    }

    fn terraform(&self) -> Option<Terraform> {
        Some(Terraform::by_id(
            "aws_appstream_fleet_stack_association",
            "FLEET/STACK",
        ))
    }

    fn actions(&self) -> Actions {
        Actions {
            read: &["appstream:ListAssociatedFleets", "appstream:DescribeFleets"],
            write: &["appstream:AssociateFleet"],
            delete: &[
                "appstream:DisassociateFleet",
                "appstream:DescribeSessions",
                "appstream:ExpireSession",
            ],
        }
    }

    fn is_exclusive(&self) -> bool {
        true
    }
}
