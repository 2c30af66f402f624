//! What the snapshots show: a plan, drift, events and leftovers with one of each sort.

use std::collections::BTreeMap;

use headset_blueprint::model::Waits;
use headset_core::diagnostic::Place;
use headset_core::{Address, AwsError, Change, Class, FieldChange};
use headset_design::{Desired, Lists, Mode};
use headset_engine::apply::event::Event;
use headset_engine::apply::{Failure, Operation, Rejection};
use headset_engine::destroy::{Leftover, Stays};
use headset_engine::discover::{Scope, Searched};
use headset_engine::drift::{Class as Sort, DriftReport, Entry, Field, Planned, Waived, Why};
use headset_engine::metadata::{Freshness, Publication};
use headset_engine::plan::claim::Unclaimed;
use headset_engine::plan::{
    Action, Cause, FieldCause, Impact, Partial, Phase, Plan, Reason, Refusal, Replacement, Selection, Step,
    Unread, Unreadable,
};
use headset_engine::survey::Survey;
use headset_engine::verify::{self, Finding, Verification};
use headset_kinds::appstream::FleetLive;
use headset_kinds::discovery;
use headset_kinds::iam::RoleLive;
use headset_kinds::kind::{Answer, Notice};
use headset_kinds::verify::Check;
use headset_kinds::{Checkpoint, Condition, Live, Observation, OwnName, Question};
use serde_json::{Value, json};

fn address(text: &str) -> Address {
    text.parse().unwrap()
}

pub(super) fn place() -> Place {
    Place {
        file: "center.yaml".into(),
        line: 9,
        column: 5,
        bytes: (228, 234),
    }
}

/// What a blueprint asks for at an address.
pub(super) fn desired(name: &str) -> Desired {
    Desired {
        address: address(name),
        mode: Mode::Managed,
        spec: json!({}),
        after: Vec::new(),
        protect: false,
        place: Some(place()),
        answers: BTreeMap::new(),
        is_named: false,
        waits: Waits::default(),
    }
}

/// A call that AWS refused.
pub(super) fn refused() -> AwsError {
    AwsError {
        code: Some("AccessDeniedException".to_owned()),
        request_id: Some("9a7e".to_owned()),
        ..AwsError::new("appstream", "DescribeStacks", Class::Denied, "not allowed")
    }
}

fn stranger() -> Refusal {
    Refusal::BelongsToAnother {
        thing: "acme-desk".to_owned(),
        environment: Some("acme-other".to_owned()),
        lineage: "4f1c".to_owned(),
    }
}

fn checkpoint() -> Checkpoint {
    Checkpoint {
        address: address("identity_center.application/agents"),
        title: "make the SAML application `agents` in IAM Identity Center".to_owned(),
        worksheet: "# Make it\n".to_owned(),
        questions: vec![Question {
            key: "metadata".to_owned(),
            about: "address of the metadata file".to_owned(),
            required: true,
            answer: Answer::Text,
        }],
        notices: vec![Notice {
            of: "arn".to_owned(),
            text: "Identity Center has an application `agents`".to_owned(),
        }],
        unread: None,
    }
}

fn view() -> Vec<FieldChange> {
    vec![FieldChange {
        field: "view".to_owned(),
        have: json!("APP"),
        want: json!("DESKTOP"),
        change: Change::Stopped,
    }]
}

fn step(at: &str, action: Action, reason: Reason) -> Step {
    Step {
        address: address(at),
        action,
        reason,
        side_effect: None,
        causes: Vec::new(),
        impact: Impact::None,
        after: Vec::new(),
        protect: false,
        mode: Mode::Managed,
        lists: Lists::All,
        waits: Waits::default(),
        want: json!({}),
        id: Some("acme".to_owned()),
        answers: BTreeMap::new(),
        place: Some(place()),
    }
}

/// A plan with each action.
pub(super) fn plan() -> Plan {
    let order = Replacement::CreateFirst;
    let replaced = Impact::Irreversible {
        loss: "its home folders".to_owned(),
        names: Vec::new(),
        sessions: Some(2),
    };
    let steps = [
        step("iam.role/kept", Action::Keep, Reason::AsWanted),
        step("iam.role/read", Action::Read, Reason::LivesOutside),
        Step {
            want: json!({ "name": "acme-agents", "view": "DESKTOP" }),
            id: None,
            ..step("appstream.fleet/made", Action::Create, Reason::Asked)
        },
        step(
            "appstream.fleet/adopted",
            Action::Adopt { diff: view() },
            Reason::UnknownToState,
        ),
        Step {
            causes: vec![FieldCause {
                field: "view".to_owned(),
                cause: Cause::Pending,
                follows: Vec::new(),
                applied: Some(json!("APP")),
                live: json!("APP"),
                want: Some(json!("DESKTOP")),
            }],
            impact: Impact::Disrupts { sessions: Some(1) },
            ..step(
                "appstream.fleet/changed",
                Action::Update { diff: view() },
                Reason::BlueprintChanged,
            )
        },
        Step {
            impact: replaced,
            side_effect: Some("users lose their settings".to_owned()),
            ..step(
                "appstream.stack/replaced",
                Action::Replace { order, diff: view() },
                Reason::FieldUnchangeable {
                    field: "name".to_owned(),
                },
            )
        },
        step("appstream.stack/deleted", Action::Delete, Reason::NotAsked),
        step("appstream.stack/released", Action::Release, Reason::LetGo),
        step("appstream.stack/forgotten", Action::Forget, Reason::Gone),
        step(
            "identity_center.application/agents",
            Action::Await {
                checkpoint: checkpoint(),
                diff: Vec::new(),
            },
            Reason::ByHand {
                why: "AWS has no API that makes SAML applications",
                is_gone: false,
            },
        ),
        step(
            "appstream.stack/refused",
            Action::Refused { refusal: stranger() },
            Reason::NotOurs,
        ),
        step(
            "appstream.stack/unknown",
            Action::Unknown { error: refused() },
            Reason::Unread,
        ),
    ];
    Plan {
        environment: "acme".to_owned(),
        as_of: "2026-11-28T10:00:00Z".to_owned(),
        steps: steps.map(|step| (step.address.clone(), step)).into(),
        moved: vec![(
            address("appstream.fleet/before"),
            address("appstream.fleet/changed"),
        )],
        deposed: vec![(address("appstream.image/desk"), "acme-desk-0123abcd".to_owned())],
        outputs: BTreeMap::new(),
        unread: vec![
            Unread {
                address: address("appstream.stack/unknown"),
                what: Unreadable::Resource { error: refused() },
            },
            Unread {
                address: address("identity_center.application/agents"),
                what: Unreadable::Answers,
            },
            Unread {
                address: address("idp.application/agents"),
                what: Unreadable::Metadata { error: refused() },
            },
        ],
        partial: Some(Partial {
            scope: Selection {
                targets: [address("appstream.fleet/changed")].into(),
                excludes: Default::default(),
                only_drift: false,
                replaces: Default::default(),
            },
            left_out: vec![address("appstream.fleet/other")],
        }),
        over_limit: Vec::new(),
    }
}

static RUNNING: Check = Check {
    id: "fleet-running",
    about: "the fleet runs and has capacity",
    after: &[],
    across: &[],
};

static STREAMS: Check = Check {
    id: "streaming-url",
    about: "AWS gives a streaming URL for the stack",
    after: &["fleet-running"],
    across: &[],
};

/// One check that ended in each way.
pub(super) fn verification() -> Verification {
    let entry = |at: &str, check: &'static Check, finding| verify::Entry {
        address: address(at),
        check,
        looked_at: format!("the fleet {}", address(at).key),
        finding,
    };
    Verification {
        environment: "acme".to_owned(),
        entries: vec![
            entry("appstream.fleet/agents", &RUNNING, Finding::Passed),
            entry(
                "appstream.fleet/leads",
                &RUNNING,
                Finding::Failed {
                    why: "it is STOPPED".to_owned(),
                    help: "start it with `headset apply`".to_owned(),
                },
            ),
            entry("appstream.fleet/others", &RUNNING, Finding::Unknown(refused())),
            entry(
                "appstream.fleet_association/leads",
                &STREAMS,
                Finding::NotMade {
                    of: address("appstream.fleet/leads"),
                    because: RUNNING.id,
                },
            ),
            entry(
                "appstream.fleet_association/others",
                &STREAMS,
                Finding::NotChecked {
                    why: "AWS gives this preview to accounts that have asked for it".to_owned(),
                    look: "look in the console".to_owned(),
                },
            ),
        ],
        findings: Vec::new(),
    }
}

/// A plan that makes these things, one after the other.
pub(super) fn chain(names: &[&str]) -> Plan {
    let steps = names.iter().enumerate().map(|(index, name)| Step {
        after: index
            .checked_sub(1)
            .map(|before| address(names[before]))
            .into_iter()
            .collect(),
        ..step(name, Action::Create, Reason::Asked)
    });
    Plan {
        steps: steps.map(|step| (step.address.clone(), step)).collect(),
        moved: Vec::new(),
        deposed: Vec::new(),
        unread: Vec::new(),
        ..plan()
    }
}

/// Drift with each reason.
pub(super) fn drift() -> DriftReport {
    let planned = || Planned {
        reason: Reason::FieldUnchangeable {
            field: "name".to_owned(),
        },
        side_effect: Some("users lose their settings".to_owned()),
    };
    let followed = || vec![address("iam.saml_provider/idp")];
    let freshness = || Freshness::Unknown {
        error: AwsError::own(Class::Transient, "https://idp.example.com/metadata: no answer"),
    };
    let entries = [
        (Sort::Unknown, Why::Unread { error: refused() }),
        (Sort::Drift, Why::ChangedOutside),
        (Sort::Drift, Why::ChangedAsWanted),
        (Sort::Drift, Why::ChangedAndShared),
        (Sort::Extra, Why::AddedByOthers),
        (Sort::Extra, Why::AddedToIt),
        (
            Sort::Extra,
            Why::Undeclared {
                holder: address("connect.instance/main"),
                one: "a user".to_owned(),
                physical_id: "0a1b2c3d-4e5f-4a1b-8c2d-0a1b2c3d4e5f".to_owned(),
                about: Some("security profiles Admin; routing profile Basic Routing Profile".to_owned()),
            },
        ),
        (
            Sort::Unknown,
            Why::Unlisted {
                what: "users".to_owned(),
                error: refused(),
            },
        ),
        (Sort::Drift, Why::ChangedAndPlanned { planned: planned() }),
        (Sort::Follows, Why::Follows { followed: followed() }),
        (
            Sort::Missing,
            Why::Planned(Planned {
                reason: Reason::DeletedOutside,
                side_effect: None,
            }),
        ),
        (Sort::Pending, Why::SharedDiffers),
        (Sort::Pending, Why::Imported),
        (Sort::Pending, Why::FoundAgain),
        (Sort::Pending, Why::BlueprintChanged),
        (Sort::Pending, Why::Planned(planned())),
        (Sort::Drift, Why::Refused { refusal: stranger() }),
        (
            Sort::Unknown,
            Why::Metadata {
                freshness: freshness(),
            },
        ),
    ];
    let entry = |(class, why): (Sort, Why)| Entry {
        class,
        address: address("appstream.stack/desk"),
        fields: match why {
            Why::ChangedOutside => vec![field()],
            _ => Vec::new(),
        },
        waived: matches!(why, Why::ChangedAsWanted).then(|| Waived {
            reason: "an incident".to_owned(),
            until: jiff::civil::date(2026, 12, 31),
        }),
        why,
        place: Some(place()),
    };
    DriftReport {
        environment: "acme".to_owned(),
        entries: entries.into_iter().map(entry).collect(),
        unchanged: vec![address("appstream.stack/other")],
        certificates: Vec::new(),
        publications: vec![Publication {
            address: address("idp.application/agents"),
            url: "https://idp.example.com/metadata".to_owned(),
            freshness: freshness(),
        }],
    }
}

fn field() -> Field {
    let text = |text: &str| -> Option<Value> { Some(json!(text)) };
    Field {
        name: "display_name".to_owned(),
        path: "display_name".to_owned(),
        want: text("Agents"),
        applied: text("Agents"),
        live: text("Theirs"),
        cause: Cause::Drift,
    }
}

/// The events of a run, one of each sort, in an order in which they can come.
pub(super) fn events() -> Vec<Event> {
    let fleet = || address("appstream.fleet/agents");
    let application = || address("identity_center.application/agents");
    let (phase, operation) = (Phase::Up, Operation::Create);
    vec![
        Event::Begun {
            environment: "acme".to_owned(),
            steps: 4,
        },
        Event::Started {
            address: fleet(),
            phase,
            operation,
        },
        Event::Observed {
            address: fleet(),
            state: "STARTING".to_owned(),
            detail: "0/2 running".to_owned(),
        },
        Event::Finished {
            address: fleet(),
            phase,
            operation,
        },
        Event::CheckpointOpened {
            checkpoint: checkpoint(),
        },
        Event::CheckpointAnswered {
            address: application(),
        },
        Event::CheckpointRefused {
            address: application(),
            because: Rejection::Contradiction {
                why: "what is gone has no other answers".to_owned(),
            },
        },
        Event::WaitingForPeople {
            addresses: vec![application()],
        },
        Event::Failed {
            address: address("appstream.stack/agents"),
            phase,
            operation: Some(operation),
            failure: Failure::Call {
                error: refused(),
                hint: None,
            },
        },
        Event::Skipped {
            address: address("appstream.user/jane"),
            because: address("appstream.stack/agents"),
        },
        Event::UpToDate {
            address: address("appstream.image/patched"),
            thing: "acme-desk-1a2b3c4d".to_owned(),
        },
        Event::WaitingForSessions {
            address: fleet(),
            open: 2,
            until: "2026-11-28T10:30:00Z".parse().unwrap(),
        },
        Event::Unanswered {
            service: "connect",
            operation: "ListUsers",
            since: "2026-11-28T09:59:30Z".parse().unwrap(),
            seconds: 30,
        },
        Event::CredentialsExpired {
            until: "2026-11-28T11:00:00Z".parse().unwrap(),
        },
        Event::CredentialsRenewed,
        Event::Interrupted,
    ]
}

/// Everything that can stay, and why.
pub(super) fn leftovers() -> Vec<Leftover> {
    let import = || "headset import FILE s3.bucket/ccp".to_owned();
    let environment = || "acme".to_owned();
    let unclaimed = |own| {
        let environment = environment();
        Stays::Unclaimed(Unclaimed::OtherName { environment, own })
    };
    let look = "in the console";
    let stays = [
        Stays::Unread { error: refused() },
        Stays::NotDeleted,
        Stays::Interrupted,
        Stays::NotBegun,
        Stays::HomeFolders,
        Stays::FlowLogs,
        Stays::NotSearched { look },
        Stays::OtherRegions {
            searched: vec!["eu-west-1".to_owned(), "us-east-1".to_owned()],
        },
        Stays::AnswersMissing {
            notices: checkpoint().notices,
        },
        Stays::NotLookedUp {
            unread: refused(),
            look,
        },
        Stays::StillThere,
        Stays::NoTags { import: import() },
        Stays::NoTagsPossible { import: import() },
        Stays::Unclaimed(Unclaimed::NotInBlueprint {
            environment: environment(),
            region: "eu-west-1".to_owned(),
        }),
        unclaimed(OwnName::Known {
            name: "acme-ccp-123456789012-eu-west-1".to_owned(),
        }),
        unclaimed(OwnName::InBlueprint),
        unclaimed(OwnName::ByRecipe),
        Stays::Planned(Reason::Persons),
    ];
    let leftover = |why| Leftover {
        what: "s3.bucket/ccp".to_owned(),
        why,
    };
    stays.map(leftover).into()
}

/// What a look at the plan's things has shown.
pub(super) fn survey() -> Survey {
    let mut on_its_way = Live::of("acme-changed", "STARTING", FleetLive::default());
    on_its_way.condition = Condition::Moving {
        state: "STARTING".to_owned(),
        detail: "0/2 running".to_owned(),
        error: None,
    };
    on_its_way.sessions = Some(1);
    let mut failed = Live::of("acme-adopted", "FAILED", FleetLive::default());
    failed.condition = Condition::Failed {
        state: "FAILED".to_owned(),
        reason: "no capacity".to_owned(),
    };
    let observations = [
        (
            "iam.role/kept",
            Observation::Present(Live::of("acme-kept", "present", RoleLive::default())),
        ),
        ("appstream.fleet/changed", Observation::Present(on_its_way)),
        ("appstream.fleet/adopted", Observation::Present(failed)),
        ("appstream.fleet/made", Observation::Absent),
        ("appstream.stack/unknown", Observation::Unknown(refused())),
    ];
    Survey {
        observations: observations
            .map(|(at, observation)| (address(at), observation))
            .into(),
        ..Survey::default()
    }
}

/// A search that could not read everything.
pub(super) fn searched() -> Searched {
    let regions = |regions: &[&str]| regions.iter().map(|region| (*region).to_owned()).collect();
    Searched {
        found: Vec::new(),
        unread: vec![discovery::Unread {
            what: "the stacks".to_owned(),
            thing: None,
            region: Some("eu-west-1".to_owned()),
            error: refused(),
            is_unlike_ours: false,
        }],
        scope: Scope {
            connect: regions(&["eu-west-2"]),
            appstream: regions(&["eu-west-1", "us-east-1"]),
            buckets: None,
            presumed: regions(&[]),
        },
        not_enabled: regions(&["us-east-1"]),
    }
}
