//! The files that a kind begins with: they compile, and say in each open place what belongs there.

use std::fmt::Write as _;

use super::missing::snake;
use super::tables::{Member, Table};
use super::{Names, OPEN};

/// The longest line that a list may have where it stands on one (rustfmt's `use_small_heuristics` of `max_width = 110`).
const ONE_LINE: usize = 66;

/// `["a", "b"]`, on one line or on several, as rustfmt writes it.
fn list(items: &[String], indent: usize) -> String {
    let one = items.join(", ");
    if one.len() <= ONE_LINE {
        return format!("&[{one}]");
    }
    let space = " ".repeat(indent);
    let lines: String = items.iter().map(|item| format!("{space}    {item},\n")).collect();
    format!("&[\n{lines}{space}]")
}

/// The operations of the kind's noun, each with whether it reads.
fn sorted<'a>(names: &Names, table: &'a Table) -> (Vec<&'a str>, Vec<&'a str>, Vec<&'a str>) {
    let operations = table.operations(&names.pascal);
    let with = |verbs: &[&str]| -> Vec<&'a str> {
        let begins = |operation: &&&str| verbs.iter().any(|verb| operation.starts_with(verb));
        operations.iter().filter(begins).copied().collect()
    };
    let reads = with(&["Describe", "Get", "List"]);
    let deletes = with(&["Delete"]);
    let writes = operations
        .iter()
        .filter(|operation| !reads.contains(*operation) && !deletes.contains(*operation))
        .filter(|operation| !operation.starts_with("Search"))
        .copied()
        .collect();
    (reads, writes, deletes)
}

/// A field for a member of what a creation takes.
fn field(member: &Member) -> String {
    let name = snake(&member.name);
    let Member {
        name: theirs,
        rust,
        limits,
        ..
    } = member;
    match name.as_str() {
        "instance_id" => {
            return "    /// Id of the Connect instance.\n    #[field(replace)]\n    pub instance_id: Text,\n".to_owned();
        }
        "tags" => {
            return "    /// Tags; others' tags stay.\n    #[field(in_place, compared = Owned)]\n    #[serde(default)]\n    pub tags: BTreeMap<String, String>,\n".to_owned();
        }
        "client_token" => return String::new(),
        _ => {}
    }
    let mut text = format!("    /// {OPEN} the meaning. `{theirs}`: {limits}.\n    #[field(in_place)]\n");
    match member.is_required {
        true => writeln!(text, "    pub {name}: {rust},").unwrap(),
        false => writeln!(
            text,
            "    #[serde(default, skip_serializing_if = \"Option::is_none\")]\n    pub {name}: Option<{rust}>,"
        )
        .unwrap(),
    }
    text
}

/// The half that says what such a thing is.
pub(super) fn kind(names: &Names, table: &Table) -> String {
    let Names { kind, pascal, .. } = names;
    let fields: String = table.members(pascal).iter().map(field).collect();
    let fields = match fields.is_empty() {
        true => format!(
            "    /// {OPEN} the meaning, the unit, the limits.\n    #[field(replace)]\n    pub name: String,\n"
        ),
        false => fields,
    };
    let prefix = match table.service.as_str() {
        "sso-admin" => "sso",
        other => other,
    };
    let action = |operation: &&str| format!("\"{prefix}:{operation}\"");
    let (reads, writes, deletes) = sorted(names, table);
    let actions = |operations: &[&str]| {
        let actions: Vec<String> = operations.iter().map(action).collect();
        list(&actions, 12)
    };
    let (reads, writes, deletes) = (actions(&reads), actions(&writes), actions(&deletes));
    let maps = match fields.contains("BTreeMap") {
        true => "use std::collections::BTreeMap;\n\n",
        false => "",
    };
    let text = match fields.contains(": Text") {
        true => "use crate::text::Text;\n",
        false => "",
    };
    let names_it: Vec<String> = ["instance_id", "name"]
        .into_iter()
        .filter(|field| fields.contains(&format!("pub {field}:")))
        .map(|field| format!("{pascal}Spec::{}", field.to_uppercase()))
        .collect();
    let identity = list(&names_it, 8);
    format!(
        "//! `{kind}`: {OPEN} what it is.

{maps}use headset_derive::Fields;
use serde::{{Deserialize, Serialize}};

use crate::discovery::Trace;
use crate::field::FieldId;
use crate::kind::{{Actions, Kind}};
use crate::output;
{text}
/// What a blueprint asks of such a thing.
// {OPEN} of each field what changing it takes (in_place, stopped, replace, forbidden, at_creation) and how it compares.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Fields)]
#[fields(kind = \"{kind}\", of = {pascal}, live = {pascal}Live)]
pub struct {pascal}Spec {{
{fields}}}

/// The kind `{kind}`.
#[derive(Debug)]
pub struct {pascal};

impl Kind for {pascal} {{
    fn about(&self) -> &'static str {{
        \"{OPEN} one sentence about such a thing.\"
    }}

    fn trace(&self) -> Trace {{
        // {OPEN} by its own tags (then `searching` and `inside`), with what it hangs on, or by nothing.
        Trace::Within
    }}

    fn identity(&self) -> &'static [FieldId] {{
        // {OPEN} the fields that have to be known before such a thing can be looked up.
        {identity}
    }}

    fn outputs(&self) -> &'static [(&'static str, &'static str)] {{
        // {OPEN} what others may refer to.
        &[(output::ID, \"its id\")]
    }}

    fn actions(&self) -> Actions {{
        Actions {{
            read: {reads},
            write: {writes},
            delete: {deletes},
        }}
    }}
}}
"
    )
}

/// The half that asks AWS.
pub(super) fn remote(names: &Names, table: &Table) -> String {
    let Names {
        kind,
        service,
        noun,
        pascal,
        ..
    } = names;
    let operations = table.operations(pascal).join(", ");
    let operations = match operations.is_empty() {
        true => "(the simulator has no table of the service)".to_owned(),
        false => operations,
    };
    let wrapped = wrapped(&format!("AWS's operations: {operations}."), "// ");
    let not_written = format!("Err(AwsError::bug(\"{kind} is not written yet\"))");
    format!(
        "//! `{kind}`: {OPEN} what it is.

use async_trait::async_trait;
use headset_core::AwsError;
pub use headset_kinds::{service}::{noun}::*;

use crate::Aws;
use crate::kinds::field::Diff;
use crate::kinds::kind::{{Live, Lookup, Observation}};
use crate::kinds::remote::{{Remote, Work}};
use crate::kinds::tag::TagChange;

{wrapped}
#[async_trait]
impl Remote for {pascal} {{
    async fn survey(&self, _aws: &Aws, lookups: &[Lookup]) -> Vec<Observation> {{
        // {OPEN} many at once, with as few calls as AWS allows, each as `Live::of(id, state, {pascal}Live {{ .. }})`. What is
        // denied is unknown and never absent.
        let unknown = || Observation::Unknown(AwsError::bug(\"{kind} is not written yet\"));
        lookups.iter().map(|_| unknown()).collect()
    }}

    async fn create(&self, _work: &Work<'_>, _spec: &{pascal}Spec) -> Result<String, AwsError> {{
        // {OPEN} starts the creation and returns the id.
        {not_written}
    }}

    async fn update(
        &self,
        _work: &Work<'_>,
        _spec: &{pascal}Spec,
        _live: &Live,
        _diff: &Diff,
    ) -> Result<(), AwsError> {{
        // {OPEN} one move towards what is wanted; called again while a difference remains.
        {not_written}
    }}

    async fn tag(&self, _work: &Work<'_>, _live: &Live, _change: TagChange) -> Result<(), AwsError> {{
        // {OPEN} sets and removes these tags. What carries none has no such method.
        {not_written}
    }}

    async fn delete(&self, _work: &Work<'_>, _live: &Live) -> Result<(), AwsError> {{
        // {OPEN} one move towards being gone. Something that is gone is fine.
        {not_written}
    }}
}}
"
    )
}

/// A text in lines of at most 110 characters.
fn wrapped(text: &str, begin: &str) -> String {
    let mut lines = vec![begin.trim_end().to_owned()];
    for word in text.split(' ') {
        let line = lines.last_mut().unwrap();
        match line.len() + 1 + word.len() <= 110 {
            true => *line = format!("{line} {word}"),
            false => lines.push(format!("{begin}{word}")),
        }
    }
    lines.join("\n")
}

/// The case of the conformance test, and what others change.
pub(super) fn case(names: &Names, table: &Table) -> String {
    let Names {
        kind, noun, pascal, ..
    } = names;
    let members = table.members(pascal);
    let before = match members.iter().any(|member| member.name == "InstanceId") {
        true => "instance()",
        false => "",
    };
    let used = match before {
        "" => "",
        _ => "use super::instance::instance;\n",
    };
    format!(
        "//! `{kind}`: the case, what others change of it, and its traps.

use headset_aws::Aws;
use serde_json::json;

{used}use crate::invariants::conformance::{{Case, ExternalChange, address, tags}};

pub(crate) fn case() -> Case {{
    Case {{
        before: vec![{before}],
        // {OPEN} a spec.
        subject: (
            address(\"{kind}/{noun}\"),
            json!({{ \"name\": \"acme\", \"tags\": tags() }}),
        ),
        // {OPEN} another value of every field that can change, or why no change is tried.
        changes: vec![],
        unchanged: vec![],
    }}
}}

pub(crate) async fn change(_aws: &Aws, field: &str, _way: usize) -> ExternalChange {{
    // {OPEN} by which call of AWS's others change each field, or why none can.
    panic!(\"{kind}: nothing here changes from outside `{{field}}`\")
}}
"
    )
}
