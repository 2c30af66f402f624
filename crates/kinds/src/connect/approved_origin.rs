//! `connect.approved_origin`: a site that may embed the Contact Control Panel.

use headset_derive::Fields;
use serde::{Deserialize, Serialize};

use crate::discovery::Trace;
use crate::field::FieldId;
use crate::kind::{Actions, Kind};
use crate::output;
use crate::text::Text;

/// What a blueprint asks of an approved origin.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Fields)]
#[fields(kind = "connect.approved_origin", of = ApprovedOrigin, live = ApprovedOriginLive)]
pub struct ApprovedOriginSpec {
    /// Id of the Connect instance.
    #[field(replace)]
    pub instance_id: Text,
    /// `scheme://host[:port]`, https unless the host is localhost; at most 267 characters.
    #[field(replace, compared = Caseless)]
    pub origin: Text,
}

/// The kind `connect.approved_origin`.
#[derive(Debug)]
pub struct ApprovedOrigin;

impl Kind for ApprovedOrigin {
    fn about(&self) -> &'static str {
        "A site whose pages may embed the Contact Control Panel of an Amazon Connect instance."
    }

    fn trace(&self) -> Trace {
        Trace::Nothing {
            what: "approved origins on instances of Amazon Connect that live outside",
            look: "in the Amazon Connect console: the instance, Approved origins",
        }
    }

    fn identity(&self) -> &'static [FieldId] {
        &[ApprovedOriginSpec::INSTANCE_ID, ApprovedOriginSpec::ORIGIN]
    }

    fn outputs(&self) -> &'static [(&'static str, &'static str)] {
        &[(output::ORIGIN, "the origin")]
    }

    fn actions(&self) -> Actions {
        Actions {
            read: &["connect:ListApprovedOrigins"],
            write: &["connect:AssociateApprovedOrigin"],
            delete: &["connect:DisassociateApprovedOrigin"],
        }
    }
}
