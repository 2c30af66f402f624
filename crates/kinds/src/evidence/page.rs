//! The page of all assumptions, `docs/unproven.md`.

use super::catalogue::SECTIONS;
use super::dated;
use super::model::{Evidence, Signal};
use headset_core::Class;
use headset_core::field::FieldId;

/// All assumptions and all tables that lag behind AWS, as a page of documentation.
pub fn page() -> String {
    let mut out = String::from(
        "# What is not proved yet\n\n\
         Headset was made from AWS's service models, its documentation and other people's reports. This page lists what \
         none of them decides: what Headset assumes, what comes closest to a source, what happens or what to do if the \
         assumption is wrong, and how that would show. An error that may come from an assumption names its id, and \
         `headset explain ID` prints what is here. [First contact](first-contact.md) says how to settle each on an account. \
         This page is generated from `crates/kinds/src/evidence`.\n",
    );
    for (title, list) in SECTIONS {
        out.push_str(&[
            "\n## ",
            title,
            "\n\n| id | Headset assumes that | what comes closest to a source | if that is wrong | how it would show |\n\
             |---|---|---|---|---|\n",
        ]
        .concat());
        for one in *list {
            let signals = one.shows().join("; ");
            let cells = [one.belief, one.source, one.fallback, &signals].map(|text| text.replace('|', "\\|"));
            out.push_str(&["| `", one.id, "` | ", &cells.join(" | "), " |\n"].concat());
        }
    }
    out.push_str(&dated::section());
    out
}

impl Evidence {
    /// How it would show that the assumption is wrong, a text for each way.
    pub fn shows(&self) -> Vec<String> {
        self.signals.iter().map(shown).collect()
    }
}

/// How a wrong assumption shows.
fn shown(signal: &Signal) -> String {
    match signal {
        Signal::Call {
            service,
            operations,
            classes,
        } => format!(
            "{} of {service} fails ({})",
            either(&quoted(operations)),
            either(&names(classes))
        ),
        Signal::AnyCall(classes) => format!("a call fails ({})", either(&names(classes))),
        Signal::Fields(ids) => format!(
            "AWS takes every change, and {} does not become as wanted",
            either(&fields(ids))
        ),
        Signal::Errors(kind) => format!("a wait for `{kind}` ends in errors that AWS reports"),
        Signal::LongWait => "a wait ends although AWS still works on the resource".to_owned(),
        Signal::Absence => "AWS takes a creation, and the resource does not appear".to_owned(),
        Signal::Incompatibility(ids) => format!("`does-not-fit` because of {}", either(&fields(ids))),
        Signal::Named => "a call fails, and its message names the id".to_owned(),
        Signal::Person => "only a person can notice it".to_owned(),
        Signal::Nothing => "not at all: what Headset does is right either way".to_owned(),
    }
}

fn quoted(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| format!("`{text}`")).collect()
}

/// The classes of errors as JSON has them.
fn names(classes: &[Class]) -> Vec<String> {
    let name = |class: &Class| serde_json::to_value(class).ok()?.as_str().map(str::to_owned);
    classes.iter().filter_map(name).collect()
}

fn fields(ids: &[FieldId]) -> Vec<String> {
    ids.iter()
        .map(|id| format!("`{}` of `{}`", id.name, id.kind))
        .collect()
}

/// "a, b or c".
fn either(texts: &[String]) -> String {
    match texts {
        [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
        texts => texts.concat(),
    }
}
