//! What AWS's models say of the operations on things of a kind.

use serde_json::{Map, Value};

use super::Project;

/// The simulator's table of a service, which is made from AWS's model.
#[derive(Debug)]
pub(super) struct Table {
    /// How Headset calls the service in its calls.
    pub(super) service: String,
    operations: Map<String, Value>,
    shapes: Map<String, Value>,
}

/// A member of what a creation takes.
pub(super) struct Member {
    /// AWS's name.
    pub(super) name: String,
    pub(super) is_required: bool,
    /// The type in Rust, without `Option`.
    pub(super) rust: &'static str,
    /// What the model says of its values, in words.
    pub(super) limits: String,
}

impl Table {
    /// The table of a module's service; an empty one where the simulator has none.
    pub(super) fn of(project: &Project, module: &str) -> Table {
        let service = match module {
            "autoscaling" => "application-autoscaling",
            "identity_center" => "sso-admin",
            other => other,
        };
        let text = project.read(&format!("crates/simulator/src/wire/tables/{service}.json"));
        let mut table: Map<String, Value> = serde_json::from_str(&text).unwrap_or_default();
        let mut part = |name: &str| match table.remove(name) {
            Some(Value::Object(part)) => part,
            _ => Map::new(),
        };
        Table {
            service: service.to_owned(),
            operations: part("operations"),
            shapes: part("shapes"),
        }
    }

    /// The operations that have the noun in their names, such as `UpdateQueueStatus`; not those of a longer noun that begins
    /// with a word of its own verb.
    pub(super) fn operations(&self, noun: &str) -> Vec<&str> {
        let of_noun = |name: &&String| {
            let verb = name.find(noun).map(|at| &name[..at]);
            verb.is_some_and(|verb| {
                !verb.is_empty() && verb.chars().skip(1).all(|letter| letter.is_ascii_lowercase())
            })
        };
        self.operations
            .keys()
            .filter(of_noun)
            .map(String::as_str)
            .collect()
    }

    /// What `Create...` takes: what it is in and its name first, then what is required, tags last.
    pub(super) fn members(&self, noun: &str) -> Vec<Member> {
        let shape = |name: &Value| self.shapes.get(name.as_str().unwrap_or_default());
        let operation = self.operations.get(&format!("Create{noun}"));
        let Some(input) = operation.and_then(|operation| shape(&operation["input"])) else {
            return Vec::new();
        };
        let required: Vec<&str> = input["required"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let mut members: Vec<Member> = input["members"]
            .as_object()
            .into_iter()
            .flatten()
            .filter_map(|(name, member)| {
                let shape = shape(&member["shape"])?;
                Some(Member {
                    name: name.clone(),
                    is_required: required.contains(&name.as_str()),
                    rust: rust(shape),
                    limits: limits(shape),
                })
            })
            .collect();
        let is = |member: &Member, name: &str| member.name == name;
        members.sort_by_key(|member| {
            let last = is(member, "Tags");
            (
                !is(member, "InstanceId"),
                !is(member, "Name"),
                last,
                !member.is_required,
            )
        });
        members
    }
}

fn rust(shape: &Value) -> &'static str {
    match shape["type"].as_str().unwrap_or_default() {
        "integer" | "long" => "u32",
        "boolean" => "bool",
        "list" => "Vec<String>",
        "map" => "BTreeMap<String, String>",
        _ => "String",
    }
}

fn limits(shape: &Value) -> String {
    let of = match shape["type"].as_str().unwrap_or_default() {
        "string" => " characters",
        "list" => " elements",
        "map" => " entries",
        "structure" => return "a structure, whose members become fields".to_owned(),
        _ => "",
    };
    if let Some(words) = shape["enum"].as_array() {
        let words: Vec<String> = words
            .iter()
            .filter_map(Value::as_str)
            .map(|word| format!("`{word}`"))
            .collect();
        return words.join(", ");
    }
    match (shape["min"].as_i64(), shape["max"].as_i64()) {
        (Some(least), Some(most)) => format!("{least} to {most}{of}"),
        (Some(least), None) => format!("at least {least}{of}"),
        (None, Some(most)) => format!("at most {most}{of}"),
        (None, None) => "no limits in the model".to_owned(),
    }
}
