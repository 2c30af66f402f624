//! What a kind lacks, and where.

use std::collections::BTreeSet;

use super::tables::Table;
use super::{AWS, CONFORMANCE, KINDS, LIST, Names, OPEN, Project, TESTS};

/// Something that a person has to write, or a command.
#[derive(Debug)]
pub(super) struct Missing {
    /// The file, or the folder.
    pub(super) place: String,
    /// What is missing there, in a sentence without a full stop.
    pub(super) what: String,
}

fn missing_at(place: impl Into<String>, what: impl Into<String>) -> Missing {
    Missing {
        place: place.into(),
        what: what.into(),
    }
}

/// Everything that the kind lacks.
pub(super) fn missing(project: &Project, names: &Names) -> Vec<Missing> {
    let mut missing = Vec::new();
    halves(project, names, &mut missing);
    language(project, names, &mut missing);
    calls(project, names, &mut missing);
    pages(project, names, &mut missing);
    missing
}

/// The two halves, their lines, and the case.
fn halves(project: &Project, names: &Names, missing: &mut Vec<Missing>) {
    let (kinds, aws) = (project.half(KINDS, names), project.half(AWS, names));
    let own = project.half(TESTS, names);
    for path in [&kinds, &aws, &own] {
        let open = project
            .read(path)
            .lines()
            .filter(|line| line.contains(OPEN))
            .count();
        if open > 0 {
            missing.push(missing_at(path, format!("{open} lines say `{OPEN}`")));
        }
    }
    for path in [&kinds, &aws] {
        if project.read(path).is_empty() {
            missing.push(missing_at(path, "there is no such half of the kind"));
        }
    }
    let service = &names.service;
    for (path, line) in [
        (
            format!("{KINDS}/{service}/mod.rs"),
            format!("pub mod {};", names.noun),
        ),
        (
            format!("{AWS}/{service}/mod.rs"),
            format!("pub mod {};", names.noun),
        ),
        (
            format!("{TESTS}/{service}/mod.rs"),
            format!("pub(crate) mod {};", names.noun),
        ),
        (
            LIST.to_owned(),
            format!("{service}::{} = \"{}\",", names.pascal, names.kind),
        ),
    ] {
        if !project.read(&path).lines().any(|known| known.trim() == line) {
            let what = format!("`{line}`; of a new service, write the module like that of another");
            missing.push(missing_at(path, what));
        }
    }
    if !project.read(CONFORMANCE).contains(&format!("\"{}\"", names.kind)) {
        missing.push(missing_at(CONFORMANCE, "a row"));
    }
}

/// The key of the section that makes such things, by the reference page: `queues` of `connect.queues.*.hours`.
fn section(project: &Project, names: &Names) -> Option<String> {
    let page = project.read("docs/reference/kinds.md");
    let (_, rest) = page.split_once(&format!("\n## `{}`\n", names.kind))?;
    let own = rest.split("\n## `").next()?;
    let (before, _) = own.split_once(".*")?;
    let key = before.rsplit(['.', '`']).next()?;
    Some(key.to_owned())
}

/// The blueprint's language, the design, an example and the guide.
fn language(project: &Project, names: &Names, missing: &mut Vec<Missing>) {
    let spec = format!("{}Spec", names.pascal);
    // A kind of the same noun in another service has a spec of the same name.
    let own = [
        format!("{}::{spec}::", names.service),
        format!("{}::{spec}::", names.noun),
    ];
    let model = project.texts("crates/blueprint/src/model", ".rs");
    if !model.iter().any(|text| own.iter().any(|own| text.contains(own))) {
        let what = format!(
            "no key ends up in the kind: `#[key(..., to(kinds::{}{}))]`",
            own[0], "FIELD"
        );
        missing.push(missing_at("crates/blueprint/src/model", what));
    }
    let designs = project.texts("crates/design/src", ".rs");
    if !designs.iter().any(|text| text.contains(&format!("{spec} {{"))) {
        missing.push(missing_at(
            "crates/design/src",
            format!("nothing draws a `{spec} {{ .. }}`"),
        ));
    }
    let key = section(project, names);
    let has = |folder: &str, ending: &str, word: &str| {
        let texts = project.texts(folder, ending);
        texts.iter().any(|text| text.contains(word))
    };
    let word = key.clone().map(|key| format!("{key}:"));
    let is_shown =
        word.is_some_and(|word| has("blueprints", ".yaml", &word) || has("tests/scenarios", ".yaml", &word));
    if !is_shown {
        missing.push(missing_at(
            "blueprints or tests/scenarios",
            "no example has such a thing",
        ));
    }
    let quoted = key.clone().map(|key| format!("{key}`"));
    if !quoted.is_some_and(|word| has("docs/guide", ".md", &word)) {
        missing.push(missing_at("docs/guide", "no page tells of its keys"));
    }
    let read = key.map(|key| format!("\"{key}\""));
    if !read.is_some_and(|word| project.read("tests/interop/reading.py").contains(&word)) {
        let what = "boto3 does not compare what an example made with what it says";
        missing.push(missing_at("tests/interop/reading.py", what));
    }
}

/// The operations that the half calls, as `service` and operation.
fn called(text: &str) -> BTreeSet<(String, String)> {
    let mut called = BTreeSet::new();
    for call in text.split(".call(").skip(1) {
        let mut words = call.split('"');
        if let (Some(before), Some(service), Some(_), Some(operation)) =
            (words.next(), words.next(), words.next(), words.next())
            && before.trim().is_empty()
        {
            called.insert((service.to_owned(), operation.to_owned()));
        }
    }
    called
}

/// What is known of the answers that the half reads, whether the simulator has the operations, and who tries them.
fn calls(project: &Project, names: &Names, missing: &mut Vec<Missing>) {
    let called = called(&project.read(&project.half(AWS, names)));
    let whole = project.read("crates/aws/src/told.rs");
    let reads = ["Describe", "Get", "List", "Search"];
    for (service, operation) in &called {
        if reads.iter().any(|verb| operation.starts_with(verb))
            && !whole.contains(&format!("\"{operation}\""))
        {
            let what = format!("a row for {operation}: what AWS always sends in its answer");
            missing.push(missing_at("crates/aws/src/told.rs", what));
        }
        let folder = match service.as_str() {
            "application-autoscaling" => "auto_scaling",
            "cloudfront" => "cloud_front",
            "cloudtrail" => "cloud_trail",
            "identitystore" => "identity_store",
            "ssm" => "parameter_store",
            "secretsmanager" => "secrets_manager",
            "sso-admin" => "sso_admin",
            "resourcegroupstaggingapi" => "tagging",
            other => other,
        };
        let place = format!("crates/simulator/src/service/{folder}/calls.rs");
        let known = project.texts(&format!("crates/simulator/src/service/{folder}"), ".rs");
        if !known
            .iter()
            .any(|text| text.contains(&format!("\"{operation}\"")))
        {
            let what = format!("{operation}: in `operations`, and where its name is matched");
            missing.push(missing_at(place, what));
        }
    }
    let table = Table::of(project, &names.service);
    for operation in table.operations(&names.pascal) {
        let method = snake(operation);
        let by_boto = project.texts("tests/interop", ".py");
        let is_tried = by_boto
            .iter()
            .any(|text| text.contains(&method) || text.contains(&method.replace('_', "-")));
        let is_called = called.is_empty() || called.iter().any(|(_, called)| called == operation);
        if is_called && !is_tried {
            let what = format!("boto3 does not try {operation}");
            missing.push(missing_at("tests/interop/suite.py", what));
        }
    }
}

/// `update_queue_name` of `UpdateQueueName`.
pub(super) fn snake(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

/// What is generated.
fn pages(project: &Project, names: &Names, missing: &mut Vec<Missing>) {
    let again = "HEADSET_NEW_KIND is to be run again, since the kind was not in the program that ran";
    let page = project.read("docs/reference/kinds.md");
    if !page.contains(&format!("\n## `{}`\n", names.kind)) {
        missing.push(missing_at("docs/reference/kinds.md", again));
    }
    let half = project.read(&project.half(KINDS, names));
    let policies = project.texts("crates/design/src/permissions", ".rs");
    let actions = half.split('"').filter(|word| {
        word.split_once(':').is_some_and(|(service, action)| {
            // Not the parts of an id, such as `INSTANCE_ID:QUEUE_ID`.
            let names_a_service = service.chars().all(|c| c.is_ascii_lowercase() || c == '-');
            !service.is_empty() && names_a_service && action.starts_with(char::is_uppercase)
        })
    });
    for action in actions {
        if !policies
            .iter()
            .any(|policy| policy.contains(&format!("\"{action}\"")))
        {
            let what =
                format!("a statement that allows {action}, on ARNs by the names and tags of the environment");
            missing.push(missing_at("crates/design/src/permissions", what));
        }
    }
}
