//! Which fleet serves which stack.

use headset_derive::Fields;
use serde::{Deserialize, Serialize};

use crate::discovery::Trace;
use crate::field::FieldId;
use crate::kind::{Actions, Kind};
use crate::outward::Terraform;
use crate::text::Text;

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

/// The kind `appstream.fleet_association`.
#[derive(Clone, Copy, Debug)]
pub struct FleetAssociation;

impl Kind for FleetAssociation {
    fn about(&self) -> &'static str {
        "A fleet's association with a stack: the stack's users get the fleet's instances."
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
