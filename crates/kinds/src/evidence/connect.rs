//! What is assumed of Amazon Connect.

use super::model::{Evidence, Signal};
use crate::connect::ApprovedOriginSpec;
use headset_core::Class;

pub(super) const ALL: &[Evidence] = &[
    Evidence {
        id: "connect.alias-conflict",
        belief: "Connect refuses an alias that is in use, or was until lately, at once with some code, or lets the creation \
                 fail later",
        source: "CreateInstance declares no error for it; the console says so while a person types; nothing is said of \
                 aliases of deleted instances",
        fallback: "the creation may have failed for another reason, which AWS's message gives; else apply again later, or \
                   choose another `connect.alias`",
        signals: &[Signal::Call {
            service: "connect",
            operations: &["CreateInstance"],
            classes: &[
                Class::AlreadyThere,
                Class::Conflict,
                Class::Invalid,
                Class::Other,
                Class::WrongState,
            ],
        }],
    },
    Evidence {
        id: "connect.authentication-profiles-preview",
        belief: "ListAuthenticationProfiles is denied in an account that has not asked AWS for the preview",
        source: "the API reference calls it a preview, access to which one asks AWS Support for, and declares no error for \
                 others",
        fallback: "`verify` calls `inactivity-logout-off` unknown: look in the Amazon Connect admin website, Security, \
                   Authentication profiles",
        signals: &[Signal::Person],
    },
    Evidence {
        id: "connect.churn-is-in-the-trail",
        belief: "Amazon Connect counts each CreateInstance and DeleteInstance that it takes against its limit, and CloudTrail's \
                 event history of the region has each of them",
        source: "reports of the limit (hashicorp/terraform-provider-aws#23381 and #24706); Connect's list of calls that \
                 CloudTrail records; whether refused calls count is not said",
        fallback: "the count in the plan is too low or too high: AWS's own refusal is final, and `--allow-creation-limit` \
                   tries what Headset counts as too much",
        signals: &[Signal::Call {
            service: "connect",
            operations: &["CreateInstance", "DeleteInstance"],
            classes: &[Class::Quota],
        }],
    },
    Evidence {
        id: "connect.crm-hosts",
        belief: "pages of Salesforce, Zendesk, ServiceNow and Dynamics 365 that embed the panel are at the hosts that `ccp.embed` \
                 makes of an organization's name",
        source: "the guide of Amazon Connect's adapter for Salesforce asks for the origins of My Domain and of its Visualforce \
                 page; Salesforce's reference of Apex and Microsoft's list of discovery services have some of the forms; of the \
                 others no page of the maker's was read",
        fallback: "the browser's console in such a page names the origin that is refused: add it to `connect.origins`",
        signals: &[Signal::Person],
    },
    Evidence {
        id: "connect.email-tone",
        belief: "the panel reads `email: { disableRingtone }` in what a page configures, as it reads that of chats and tasks",
        source: "amazon-connect-streams 2.28.2, of which the panel is made, reads it in `initRingtoneEngines`; its page side takes \
                 no such option, and no documentation names it",
        fallback: "e-mails ring in the desktop, too: mute the tab there",
        signals: &[Signal::Person],
    },
    Evidence {
        id: "connect.framing-by-referrer",
        belief: "a GET of the panel with the origin of a page as its Referer is answered with the frame-ancestors that a \
                 browser which shows that page gets, whether an agent is signed in or not",
        source: "amazon-connect-streams#1026 and #500: pages that send no referrer are refused although their origin is \
                 approved; what is answered without a sign-in is not said",
        fallback: "`verify` calls `frame-allowed` wrong: look at the panel in the page itself; the browser's console says what \
                   refuses it",
        signals: &[Signal::Person],
    },
    Evidence {
        id: "connect.hours-in-use",
        belief: "Connect refuses to delete hours of operation that a queue has with InvalidRequestException, and deletes their \
                 overrides along with others",
        source: "DeleteHoursOfOperation declares no ResourceInUseException, and says nothing of overrides",
        fallback: "give the queues other hours, or delete the overrides in the Connect console, and run the command again",
        signals: &[Signal::Call {
            service: "connect",
            operations: &["DeleteHoursOfOperation"],
            classes: &[
                Class::Conflict,
                Class::Invalid,
                Class::InUse,
                Class::Other,
                Class::WrongState,
            ],
        }],
    },
    Evidence {
        id: "connect.index-catches-up",
        belief: "lists of users, queues and hours say by LastModifiedTime when one was changed last, by any call, and fifteen minutes \
                 later a search shows it as it is",
        source: "the API reference calls it the time when the resource was last modified; of searches it says nothing about \
                 delay; they showed changes after seconds",
        fallback: "a change that another made outside of the list's knowledge is seen by a later `plan` or `drift`",
        signals: &[Signal::Person],
    },
    Evidence {
        id: "connect.numbers-go-along",
        belief: "an instance can be deleted while phone numbers are claimed for it, and they are lost with it",
        source: "DeleteInstance does not mention them",
        fallback: "release the phone numbers of the instance first, then run the command again",
        signals: &[Signal::Call {
            service: "connect",
            operations: &["DeleteInstance"],
            classes: &[Class::InUse, Class::Invalid, Class::Other, Class::WrongState],
        }],
    },
    Evidence {
        id: "connect.override-without-times",
        belief: "a standard override without times closes on its dates",
        source: "CreateHoursOfOperationOverride takes an empty `Config`; the console closes a day by leaving its hours out",
        fallback: "write `type: closed` with `times: [monday-sunday 00:00-24:00]`",
        signals: &[Signal::Call {
            service: "connect",
            operations: &["CreateHoursOfOperationOverride", "UpdateHoursOfOperationOverride"],
            classes: &[Class::Invalid],
        }],
    },
    Evidence {
        id: "connect.origin-spelling",
        belief: "Connect keeps an approved origin either as it was written or in the form that browsers send",
        source: "Connect documents neither; Headset compares origins in the form that browsers send",
        fallback: "write the origin in the blueprint as Connect lists it",
        signals: &[Signal::Fields(&[ApprovedOriginSpec::ORIGIN])],
    },
    Evidence {
        id: "connect.token-with-parameters",
        belief: "Connect may refuse a client token that it knows from a call with other parameters, and never applies a call \
                 of its own token twice",
        source: "Connect declares IdempotencyException for phone numbers, contacts and addresses only; of instances and \
                 origins its model just says \"the idempotency token\"",
        fallback: "the call fails although no call before it succeeded: apply again after some minutes, when Headset finds \
                   by its tags what an earlier run has made",
        signals: &[Signal::Call {
            service: "connect",
            operations: &[
                "CreateInstance",
                "DeleteInstance",
                "UpdateInstanceAttribute",
                "AssociateApprovedOrigin",
                "DisassociateApprovedOrigin",
            ],
            classes: &[Class::Conflict, Class::Other],
        }],
    },
    Evidence {
        id: "connect-host",
        belief: "a new instance is at ALIAS.my.connect.aws, and in GovCloud at ALIAS.govcloud.connect.aws",
        source: "the administration guide, and the user guide of AWS GovCloud (US)",
        fallback: "only browser policies and allow-lists name a wrong host, since the pages take the address that AWS reports",
        signals: &[Signal::Person],
    },
];
