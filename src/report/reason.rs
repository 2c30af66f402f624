//! Why a step is as it is, in one sentence without a full stop.

use headset_core::Address;
use headset_engine::plan::{Action, Reason, Step};

/// What is said of a step: why, and what else it does to what is not its own.
pub fn of_step(step: &Step) -> String {
    let why = with_side_effect(&step.reason, step.side_effect.as_deref());
    match &step.action {
        Action::Refused { refusal } => format!("{why}: {}", refusal.finding(&step.address).message),
        _ => why,
    }
}

/// A reason, and what else the step does.
pub(super) fn with_side_effect(reason: &Reason, side_effect: Option<&str>) -> String {
    match side_effect {
        Some(effect) => format!("{}; {effect}", sentence(reason)),
        None => sentence(reason),
    }
}

/// The sentence of a reason.
pub fn sentence(reason: &Reason) -> String {
    let told: &str = match reason {
        Reason::NotLookedAt => "it was not looked at",
        Reason::Unread => "it could not be read",
        Reason::TakenToBeThere => "it could not be read; Headset assumes that it exists",
        Reason::ShouldExist => "it should exist already",
        Reason::LivesOutside => "it is only linked to",
        Reason::AnotherLivesOutside => {
            "it is only linked to, and the blueprint links to another one than before"
        }
        Reason::AccountNeeds => "the account needs it, and it is not there",
        Reason::AccountNeedsMore => "the account needs it, and it is not complete",
        Reason::Shared => "it is shared with the rest of the account",
        Reason::Asked => "the blueprint asks for it",
        Reason::CreationUnfinished => "an earlier attempt to make it did not finish",
        Reason::DeletedOutside => "it was deleted outside of Headset",
        Reason::ByHand { why, is_gone: false } => why,
        Reason::ByHand { why, is_gone: true } => return format!("it is gone, and {why}"),
        Reason::AnswersLost => {
            "its answers are lost, so Headset does not know whether it still exists: answer again"
        }
        Reason::NotOurs => "it exists already, and does not belong to this environment",
        Reason::ClaimedTwice => "another entry asks for the same resource",
        Reason::Failed { state, error } => return format!("it is {state}: {error}"),
        Reason::Unchangeable => "AWS cannot change it",
        Reason::FieldUnchangeable { field } => return format!("AWS cannot change its {field} in place"),
        Reason::ReplaceAsked => "`--replace` asks for another one",
        Reason::Superseded { why } => why,
        Reason::Successor { of } => return format!("a person made it: it takes the place of `{of}`"),
        Reason::BackTo { of } => {
            return format!(
                "it was used before, and takes the place of `{of}` again: no person is needed, and `{of}` stays beside it"
            );
        }
        Reason::OtherNamed => "a person has answered with another one: the next apply uses it",
        Reason::Moving { state } => return format!("it is still {state}"),
        Reason::ValuesChanged => "its values changed",
        Reason::ValuesChangedSince => "it exists from an earlier apply, and its values changed",
        Reason::UnknownToState => "it belongs to this environment, and state does not know it",
        Reason::AsWanted => "it is as wanted",
        Reason::ChangedAsWanted => "it was changed outside of Headset to what the blueprint asks for",
        Reason::ChangeUnfinished => "an earlier attempt to change it did not finish",
        Reason::BlueprintAndCloudChanged => {
            "the blueprint changed, and it was changed outside of Headset as well"
        }
        Reason::ChangedOutsideAndDiffers => {
            "it was changed outside of Headset, and is not as the blueprint says"
        }
        Reason::ChangedOutside => "it was changed outside of Headset",
        Reason::ChangedOutsideAndFollows { followed } => {
            return format!("it was changed outside of Headset, and {}", follows(followed));
        }
        Reason::Follows { followed } => return follows(followed),
        Reason::Imported => "it was imported, and is not yet as the blueprint says",
        Reason::FoundAgain => {
            "it was found again, and is not as the blueprint says (what was applied last is not known)"
        }
        Reason::BlueprintChanged => "the blueprint changed",
        Reason::BlueprintChangedAndFollows { followed } => {
            return format!("the blueprint changed, and {}", follows(followed));
        }
        Reason::Gone => "it is gone already",
        Reason::SharedStays => "it is shared with the rest of the account and stays",
        Reason::OutsideStays => "it is only linked to, so it stays",
        Reason::LetGo => "the blueprint lets go of it: it stays",
        Reason::TakenDown => "the whole environment is taken down",
        Reason::NotAsked => "the blueprint no longer asks for it",
        Reason::Persons => "it stays: a person made it, and a person deletes it",
        Reason::PersonsUnanswered => {
            "it stays: a person made it, and a person deletes it (its answers are lost)"
        }
        Reason::Untagged => "it stays: it does not carry this environment's tags (any more)",
        Reason::Unproven => "it stays: nothing proves that Headset made it",
        Reason::SameAs { holder } => return format!("it stays: it is the same resource in AWS as {holder}"),
    };
    told.to_owned()
}

fn follows(followed: &[Address]) -> String {
    if followed.is_empty() {
        return "it follows what it refers to".to_owned();
    }
    let followed: Vec<String> = followed.iter().map(ToString::to_string).collect();
    format!("it follows {}", followed.join(" and "))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::written::{check, every};
    use super::*;

    /// What programs and people read of each reason, side by side: the first column must not change.
    #[test]
    fn each_reason_has_its_identifier_and_its_sentence() {
        let address = |text: &str| -> Address { text.parse().unwrap() };
        let one = || vec![address("iam.saml_provider/idp")];
        let two = || vec![address("iam.role/a"), address("iam.role/b")];
        let state = || "STOPPING".to_owned();
        let by_hand = |is_gone| Reason::ByHand {
            why: "AWS has no API that makes it",
            is_gone,
        };
        let reasons = [
            Reason::NotLookedAt,
            Reason::Unread,
            Reason::TakenToBeThere,
            Reason::ShouldExist,
            Reason::LivesOutside,
            Reason::AnotherLivesOutside,
            Reason::AccountNeeds,
            Reason::AccountNeedsMore,
            Reason::Shared,
            Reason::Asked,
            Reason::CreationUnfinished,
            Reason::DeletedOutside,
            by_hand(false),
            by_hand(true),
            Reason::AnswersLost,
            Reason::NotOurs,
            Reason::ClaimedTwice,
            Reason::Failed {
                state: "FAILED".to_owned(),
                error: "no capacity".to_owned(),
            },
            Reason::Unchangeable,
            Reason::FieldUnchangeable {
                field: "alias".to_owned(),
            },
            Reason::ReplaceAsked,
            Reason::Superseded {
                why: "the recipe changed".to_owned(),
            },
            Reason::BackTo {
                of: "acme-desk-0123abcd".to_owned(),
            },
            Reason::Successor {
                of: "desk-1".to_owned(),
            },
            Reason::OtherNamed,
            Reason::Moving { state: state() },
            Reason::ValuesChanged,
            Reason::ValuesChangedSince,
            Reason::UnknownToState,
            Reason::AsWanted,
            Reason::ChangedAsWanted,
            Reason::ChangeUnfinished,
            Reason::BlueprintAndCloudChanged,
            Reason::ChangedOutsideAndDiffers,
            Reason::ChangedOutside,
            Reason::ChangedOutsideAndFollows { followed: two() },
            Reason::Follows { followed: Vec::new() },
            Reason::Follows { followed: one() },
            Reason::Imported,
            Reason::FoundAgain,
            Reason::BlueprintChanged,
            Reason::BlueprintChangedAndFollows { followed: one() },
            Reason::Gone,
            Reason::SharedStays,
            Reason::OutsideStays,
            Reason::LetGo,
            Reason::TakenDown,
            Reason::NotAsked,
            Reason::Persons,
            Reason::PersonsUnanswered,
            Reason::Untagged,
            Reason::Unproven,
            Reason::SameAs {
                holder: address("iam.role/b"),
            },
        ];
        every!(
            Reason,
            &reasons,
            [
                NotLookedAt,
                Unread,
                TakenToBeThere,
                ShouldExist,
                LivesOutside,
                AnotherLivesOutside,
                AccountNeeds,
                AccountNeedsMore,
                Shared,
                Asked,
                CreationUnfinished,
                DeletedOutside,
                ByHand,
                AnswersLost,
                NotOurs,
                ClaimedTwice,
                Failed,
                Unchangeable,
                FieldUnchangeable,
                ReplaceAsked,
                Superseded,
                Successor,
                BackTo,
                OtherNamed,
                Moving,
                ValuesChanged,
                ValuesChangedSince,
                UnknownToState,
                AsWanted,
                ChangedAsWanted,
                ChangeUnfinished,
                BlueprintAndCloudChanged,
                ChangedOutsideAndDiffers,
                ChangedOutside,
                ChangedOutsideAndFollows,
                Follows,
                Imported,
                FoundAgain,
                BlueprintChanged,
                BlueprintChangedAndFollows,
                Gone,
                SharedStays,
                OutsideStays,
                LetGo,
                TakenDown,
                NotAsked,
                Persons,
                PersonsUnanswered,
                Untagged,
                Unproven,
                SameAs
            ]
        );
        let id = |reason: &Reason| {
            serde_json::to_value(reason).unwrap()["id"]
                .as_str()
                .unwrap()
                .to_owned()
        };
        let text: String = reasons
            .iter()
            .map(|reason| format!("{:<30} {}\n", id(reason), sentence(reason)))
            .collect();
        let all: BTreeSet<String> = reasons.iter().map(sentence).collect();
        assert_eq!(all.len(), reasons.len(), "no two sound alike");
        check("reason.txt", &text);
    }

    #[test]
    fn what_else_a_step_does_follows_its_reason() {
        let text = with_side_effect(&Reason::TakenDown, Some("agents lose their desks"));
        assert_eq!(
            text,
            "the whole environment is taken down; agents lose their desks"
        );
    }
}
