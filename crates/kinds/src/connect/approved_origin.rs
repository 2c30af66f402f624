//! `connect.approved_origin`: a site that may embed the Contact Control Panel.

use headset_derive::Fields;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::connect::InstanceSpec;
use crate::discovery::Trace;
use crate::extra::List;
use crate::field::FieldId;
use crate::kind::{Actions, Kind};
use crate::output;
use crate::text::Text;
use crate::verify::{Asked, Check, Checked};

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
    /// Where the audio of calls is: `session`, `local` or `phone`; `elsewhere` of a site that another product serves.
    #[field(at_creation, compared = WriteOnly)]
    #[serde(default)]
    pub audio: CallAudio,
}

/// Where agents hear calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CallAudio {
    /// In the page in the session, like everything else.
    #[default]
    Session,
    /// In a page on the agent's own machine: two pages of the origin share an agent's panel.
    Local,
    /// On the agent's desk phone.
    Phone,
    /// Where a site that another product serves decides.
    Elsewhere,
}

/// `verify`: exactly this origin is approved.
pub static APPROVED: Check = Check {
    id: "origin-approved",
    about: "the instance approves the origin that embeds the panel, and no other that looks like it",
    after: &["instance-active"],
    across: &[],
};

/// `verify`: Connect lets a page of this origin frame the panel. Asked with a call, as a browser does.
pub static FRAMED: Check = Check {
    id: "frame-allowed",
    about: "Amazon Connect lets pages of the origin frame the Contact Control Panel",
    after: &["instance-active", "origin-approved"],
    across: &[],
};

/// `verify`: no agent is logged out because one of the two pages is not touched. Asked with calls.
pub static INACTIVITY: Check = Check {
    id: "inactivity-logout-off",
    about: "Amazon Connect logs no agent out because one of the two pages is not used",
    after: &["instance-active"],
    across: &[],
};

/// `verify`: everything that names the pages names them where they are. Answered by [`crate::one_origin`], which sees all of it.
pub static ONE_ORIGIN: Check = Check {
    id: "one-origin",
    about: "the approved origin, the images' applications and their browser policies name the origin that serves the pages",
    after: &[APPROVED.id],
    across: &["distribution-deployed", "file-served", "image-available"],
};

/// The kind `connect.approved_origin`.
#[derive(Debug)]
pub struct ApprovedOrigin;

/// Whether an origin is that of pages which Headset publishes, by what is asked for.
pub fn is_of_pages(want: &Value) -> bool {
    let audio = ApprovedOriginSpec::AUDIO.of(want).cloned();
    let audio = audio.and_then(|audio| serde_json::from_value(audio).ok());
    audio != Some(CallAudio::Elsewhere)
}

impl Kind for ApprovedOrigin {
    fn about(&self) -> &'static str {
        "A site whose pages may embed the Contact Control Panel of an Amazon Connect instance."
    }

    fn lists(&self) -> &'static [List] {
        const {
            &[List {
                holder: InstanceSpec::KIND,
                one: "an approved origin",
                what: "approved origins",
            }]
        }
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

    fn checks(&self) -> &'static [&'static Check] {
        const { &[&APPROVED, &FRAMED, &ONE_ORIGIN, &INACTIVITY] }
    }

    fn check(&self, Asked { want, live, .. }: Asked<'_>) -> Vec<Checked> {
        let wanted = ApprovedOriginSpec::ORIGIN.text(want).unwrap_or_default();
        // The id has the origin as the instance spells it.
        let (_, there) = live.id.split_once(' ').unwrap_or_default();
        let looked_at = format!("the approved origins of the instance: {there}");
        vec![match there.eq_ignore_ascii_case(wanted) {
            true => APPROVED.passed(looked_at),
            false => APPROVED.failed(
                looked_at,
                format!(
                    "pages are at {wanted}, and approved is {there}, which browsers take for another origin"
                ),
                "take the other spelling out in the Amazon Connect console, and apply",
            ),
        }]
    }

    fn actions(&self) -> Actions {
        Actions {
            read: &["connect:ListApprovedOrigins"],
            write: &["connect:AssociateApprovedOrigin"],
            delete: &["connect:DisassociateApprovedOrigin"],
        }
    }
}
