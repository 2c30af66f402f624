//! What is still there after everything was taken down, and why.

use serde::Serialize;

use super::reason;
use headset_engine::destroy::{Leftover, Stays};
use headset_engine::plan::claim::Unclaimed;
use headset_kinds::OwnName;
use headset_kinds::kind::Notice;

/// Something that stays, with its sentence.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// What: an address, or AWS's own name for it.
    pub what: String,
    /// Why it stays, and what to do about it where something can be done.
    pub why: String,
    /// The same for programs.
    pub because: Stays,
}

/// What stays, in words.
pub fn rows(left: Vec<Leftover>) -> Vec<Row> {
    let row = |Leftover { what, why }| Row {
        what,
        why: sentence(&why),
        because: why,
    };
    left.into_iter().map(row).collect()
}

/// For people; empty if nothing stays.
pub fn text(left: &[Row]) -> String {
    if left.is_empty() {
        return String::new();
    }
    let lines: Vec<String> = left
        .iter()
        .map(|left| format!("  {}: {}", left.what, left.why))
        .collect();
    format!("left as they are:\n{}\n", lines.join("\n"))
}

fn words(notices: &[Notice]) -> String {
    let words: Vec<String> = notices.iter().map(ToString::to_string).collect();
    words.join("; ")
}

fn sentence(why: &Stays) -> String {
    match why {
        Stays::Unread { error } => format!("it could not be read: {error}"),
        Stays::NotDeleted => "it could not be deleted; see above".to_owned(),
        Stays::Interrupted => "the run was interrupted before Headset could see that it is gone".to_owned(),
        Stays::NotBegun => "its deletion was not begun, because another one failed".to_owned(),
        Stays::HomeFolders => {
            "AppStream keeps the home folders of the whole account in this bucket, and its policy forbids deleting \
             it: if the files are not needed any more, delete the policy, then the bucket"
                .to_owned()
        }
        Stays::FlowLogs => {
            "Connect makes it for contact flow logs and does not delete it; delete it if its logs are not needed any \
             more"
                .to_owned()
        }
        Stays::NotSearched { look } => {
            format!("they carry no tags, so Headset did not search for them; look for them {look}")
        }
        Stays::OtherRegions { searched } => format!(
            "--region limits the search to {}; without it, Headset searches every region",
            searched.join(" and ")
        ),
        Stays::AnswersMissing { notices } => format!(
            "its answers are not here, so Headset could not look up who is assigned to it. {}",
            words(notices)
        ),
        Stays::NotLookedUp { unread, look } => format!(
            "its answers are not here, and whether it exists could not be looked up: {unread}. Look for it {look}; \
             or run this again as a principal that may look it up"
        ),
        Stays::StillThere => "it carries this environment's tags and still exists".to_owned(),
        Stays::NoTags { import } => format!(
            "it carries none of Headset's tags, so Headset does not know whose it is: if it belongs to this \
             environment, take it over with `{import}`, and destroy takes it down"
        ),
        Stays::NoTagsPossible { import } => format!(
            "it cannot carry tags, so Headset does not know whose it is: if it belongs to this environment, take it \
             over with `{import}`, and destroy takes it down"
        ),
        Stays::Unclaimed(unclaimed) => holds_data(unclaimed),
        Stays::Planned(reason) => reason::sentence(reason),
    }
}

fn holds_data(unclaimed: &Unclaimed) -> String {
    match unclaimed {
        Unclaimed::NotInBlueprint { environment, region } => format!(
            "it holds data, and the blueprint of `{environment}` asks for nothing of that name in {region}"
        ),
        Unclaimed::OtherName { environment, own } => {
            let own = match own {
                OwnName::Known { name } => format!("the one that it makes would be called {name}"),
                OwnName::InBlueprint => "only its blueprint says which alias its instance has".to_owned(),
                OwnName::ByRecipe => {
                    format!(
                        "an image that it makes would be called {environment}-KEY-HASH, with the hash of its \
                        recipe"
                    )
                }
            };
            format!("it holds data, and its tags alone do not prove that `{environment}` made it: {own}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::super::written::{check, every};
    use super::*;

    #[test]
    fn what_stays_has_a_sentence_for_people_and_an_identifier_for_programs() {
        let left = samples::leftovers();
        every!(
            Stays,
            left.iter().map(|left| &left.why),
            [
                Unread,
                NotDeleted,
                Interrupted,
                NotBegun,
                HomeFolders,
                FlowLogs,
                NotSearched,
                OtherRegions,
                AnswersMissing,
                NotLookedUp,
                StillThere,
                NoTags,
                NoTagsPossible,
                Unclaimed,
                Planned
            ]
        );
        let rows = rows(left);
        check("leftovers.txt", &text(&rows));
        let json = serde_json::to_string_pretty(&rows).unwrap();
        check("leftovers.json", &format!("{json}\n"));
    }
}
