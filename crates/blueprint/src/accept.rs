//! Which keys of a blueprint could say what is live, and where what they say now comes from.

use headset_core::diagnostic::Place;
use headset_kinds::field::FieldId;
use serde_json::{Map, Value as Json};

use super::compose::{self, SET, path_of};
use super::duration::duration_text;
use super::model::every_key;
use super::node::{Node, Value};
use super::sources::Sources;
use super::table::{Entries, Shape};

/// A key with a value, as `--set` takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The path of the key; a name that has dots in it is quoted.
    pub path: String,
    /// The value as YAML.
    pub value: String,
}

impl Candidate {
    /// `path=value`.
    pub fn set(&self) -> String {
        format!("{}={}", self.path, self.value)
    }

    /// The keys that lead to it.
    pub fn keys(&self) -> Vec<String> {
        let path = path_of(&self.set());
        path.map_or_else(Vec::new, |(keys, _)| {
            keys.into_iter().map(|key| key.text).collect()
        })
    }
}

/// Where the value of a key comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Comes {
    /// From this place of the blueprint's own file, for this key alone.
    Here,
    /// The key is not there: a default holds.
    Nowhere,
    /// From another file that the blueprint extends.
    Base(Place),
    /// From a variable or an option.
    Outside,
    /// From an anchor or a merge key, by which other keys have it as well.
    Shared(Place),
}

/// The keys that could say that a field of the thing at this key is as it is live. `member`: the key of a map in the field.
/// Of a key whose words are the blueprint's own, all of them: which one means what is live, a design tells.
pub fn candidates(field: FieldId, key: &str, member: Option<&str>, live: &Json) -> Vec<Candidate> {
    let mut found = Vec::new();
    for place in every_key() {
        if !place.key.sets.contains(&field) || place.path.contains("[]") {
            continue;
        }
        if place.path.matches('*').count() > 1 {
            continue;
        }
        let path = place.path.replace('*', &quoted(key));
        for shape in place.key.shape.alternatives() {
            let ways = match (shape, member) {
                (Shape::Entries(entries), Some(member)) => {
                    // AWS's names are in capitals where a blueprint's are not.
                    let names = [member.to_owned(), member.to_ascii_lowercase()];
                    names
                        .map(|name| (format!("{path}.{}", quoted(&name)), &entries.of))
                        .to_vec()
                }
                (shape, _) => vec![(path.clone(), shape)],
            };
            for (path, shape) in ways {
                found.extend(values(shape, live).into_iter().map(|value| Candidate {
                    path: path.clone(),
                    value,
                }));
            }
        }
    }
    found.dedup();
    found
}

/// A key in a path.
fn quoted(key: &str) -> String {
    match key
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "_-@/".contains(c))
    {
        true => key.to_owned(),
        false => format!("\"{key}\""),
    }
}

/// A text as a blueprint says it: a document on one line, and what would ask for an interpolation as it is.
fn said(text: &str) -> String {
    let document: Result<Json, _> = serde_json::from_str(text);
    let text = match document {
        Ok(document) if document.is_object() && text.contains('\n') => document.to_string(),
        _ => text.to_owned(),
    };
    text.replace("${", "$${")
}

/// A whole number; AWS has some of them as numbers that could have a fraction, such as 75.0.
fn whole(live: &Json) -> Option<u64> {
    let rounded = || live.as_f64().filter(|number| number.fract() == 0.0);
    let text = || rounded().map(|number| format!("{number:.0}"));
    live.as_u64().or_else(|| text()?.parse().ok())
}

/// What a key of this shape could say.
fn values(shape: &Shape, live: &Json) -> Vec<String> {
    let text = || live.as_str().map(|text| Json::from(said(text)).to_string());
    // A key may say a part of a value: a list in it, or a text.
    if let Json::Object(members) = live
        && matches!(
            shape,
            Shape::Text(_) | Shape::Pattern(_) | Shape::Number { .. } | Shape::List { .. }
        )
    {
        return members
            .values()
            .flat_map(|member| values(shape, member))
            .collect();
    }
    match shape {
        Shape::Choice(words) => words.iter().map(|word| (*word).to_owned()).collect(),
        Shape::Boolean => vec!["true".to_owned(), "false".to_owned()],
        Shape::Yes => vec!["true".to_owned()],
        Shape::Number { .. } => whole(live).map(|number| number.to_string()).into_iter().collect(),
        Shape::Duration { .. } => live.as_u64().map(duration_text).into_iter().collect(),
        Shape::Text(_) | Shape::Pattern(_) => text().into_iter().collect(),
        Shape::List {
            of: Shape::Text(_) | Shape::Pattern(_),
            ..
        } => {
            let items = live.as_array().filter(|items| items.iter().all(Json::is_string));
            items.map(|_| live.to_string()).into_iter().collect()
        }
        Shape::Entries(Entries {
            of: Shape::Text(_) | Shape::Pattern(_),
            ..
        }) => {
            let members = live.as_object().into_iter();
            let said =
                |(name, text): (&String, &Json)| Some((name.clone(), Json::from(said(text.as_str()?))));
            let all = members.map(|members| members.iter().map(said).collect::<Option<Map<_, _>>>());
            all.flatten().map(|all| Json::Object(all).to_string()).collect()
        }
        // Entries of which every member is a key as it is.
        Shape::Entries(Entries {
            of: Shape::Map(map), ..
        }) => {
            let is_key = |name: &String| map.keys.iter().any(|key| key.name == name);
            let is_entry = |entry: &Json| entry.as_object().is_some_and(|entry| entry.keys().all(is_key));
            let entries = live.as_object();
            let entries = entries.filter(|entries| !entries.is_empty() && entries.values().all(is_entry));
            entries.map(|_| live.to_string()).into_iter().collect()
        }
        Shape::Version(_)
        | Shape::Word(_)
        | Shape::List { .. }
        | Shape::Map(_)
        | Shape::Entries(_)
        | Shape::Either(_)
        | Shape::Reference(_)
        | Shape::Values => Vec::new(),
    }
}

/// Where the value of a key comes from; `None`: the blueprint cannot be read, or there is no such path.
pub fn comes_from(sources: &Sources<'_>, path: &str) -> Option<Comes> {
    let root = compose::compose(sources).root?;
    let (keys, _) = path_of(&format!("{path}="))?;
    let mut node = &root;
    for key in &keys {
        let Value::Map(entries) = &node.value else {
            return None;
        };
        match entries.iter().find(|entry| entry.key == key.text) {
            Some(entry) => node = &entry.node,
            None => return Some(Comes::Nowhere),
        }
    }
    let place = node.place.clone();
    let written = sources.text.get(place.bytes.0..place.bytes.1).unwrap_or_default();
    Some(if *place.file == *SET || node.loose {
        Comes::Outside
    } else if *place.file != *sources.file {
        Comes::Base(place)
    } else if written.contains("${") {
        Comes::Outside
    } else if is_anchored(sources.text, &place) || times(&root, &place) > 1 {
        Comes::Shared(place)
    } else {
        Comes::Here
    })
}

/// Whether a value has an anchor, or is an alias of one.
fn is_anchored(text: &str, place: &Place) -> bool {
    let (start, end) = place.bytes;
    let written = text.get(start..end).unwrap_or_default();
    let before = text.get(..start).unwrap_or_default().trim_end();
    let word = before.rsplit([' ', '\n', '{', '[', ',', ':']).next();
    written.starts_with(['&', '*']) || word.is_some_and(|word| word.starts_with('&'))
}

/// How many values of a tree stand at this place.
fn times(node: &Node, place: &Place) -> usize {
    let own = usize::from(node.place == *place);
    own + match &node.value {
        Value::List(items) => items.iter().map(|item| times(item, place)).sum(),
        Value::Map(entries) => entries
            .iter()
            .map(|entry| times(&entry.node, place))
            .sum::<usize>(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use headset_kinds::appstream::{FleetSpec, StackSpec, ThemeSpec, UserSpec as PoolUserSpec};
    use headset_kinds::autoscaling::FleetScalingSpec;
    use headset_kinds::connect::{InstanceSpec, QueueSpec, UserSpec};
    use headset_kinds::field::Compare;
    use headset_kinds::iam::{RoleSpec, SamlProviderSpec};
    use headset_kinds::registry;
    use headset_kinds::s3::BucketSpec;
    use serde_json::json;

    fn sets(field: FieldId, key: &str, member: Option<&str>, live: &Json) -> Vec<String> {
        let all = candidates(field, key, member, live);
        all.iter().map(Candidate::set).collect()
    }

    #[test]
    fn a_key_that_sets_a_field_could_say_what_is_live() {
        assert_eq!(
            sets(UserSpec::FIRST_NAME, "ada@example.com", None, &json!("Eve")),
            ["connect.users.\"ada@example.com\".first=\"Eve\""]
        );
        assert_eq!(
            sets(FleetSpec::DISCONNECT, "agents", None, &json!(600)),
            ["appstream.fleets.agents.timeouts.disconnect=10m"]
        );
        let view = sets(FleetSpec::VIEW, "agents", None, &json!("DESKTOP"));
        assert!(
            view.contains(&"appstream.fleets.agents.view=desktop".to_owned()),
            "{view:?}"
        );
        // A document stands on one line, and its variables are not the blueprint's.
        let policies = json!({ "federation": "{\n \"Resource\": \"${aws:userid}\" }" });
        let said = sets(RoleSpec::POLICIES, "connect", None, &policies);
        let wanted = r#"sign_in.role.policies={"federation":"{\"Resource\":\"$${aws:userid}\"}"}"#;
        assert!(said.iter().any(|said| said == wanted), "{said:?}");
        let shifts = json!({ "mornings": { "at": "cron(0 8 ? * MON-FRI *)", "min": 10 } });
        assert_eq!(
            sets(FleetScalingSpec::SCHEDULE, "agents", None, &shifts),
            [format!("appstream.fleets.agents.capacity.schedule={shifts}")]
        );
        let ended = json!({ "mornings": { "at": "cron(0 8 ? * MON-FRI *)", "end": "2027-01-01T00:00:00Z" } });
        assert!(sets(FleetScalingSpec::SCHEDULE, "agents", None, &ended).is_empty());
        assert_eq!(
            sets(StackSpec::TAGS, "agents", Some("team.a"), &json!("b")),
            ["appstream.stacks.agents.tags.\"team.a\"=\"b\""]
        );
    }

    #[test]
    fn keys_could_say_parts_of_a_value() {
        let connectors = json!({ "HOMEFOLDERS": {}, "GOOGLE_DRIVE": { "domains": ["example.com"] } });
        let said = sets(StackSpec::STORAGE_CONNECTORS, "agents", None, &connectors);
        for wanted in [
            "appstream.stacks.agents.storage.home_folders=true",
            "appstream.stacks.agents.storage.google_drive.domains=[\"example.com\"]",
        ] {
            assert!(said.iter().any(|said| said == wanted), "{wanted}: {said:?}");
        }
        assert_eq!(
            sets(
                StackSpec::MAXIMUM_LENGTHS,
                "agents",
                Some("CLIPBOARD_COPY_FROM_LOCAL_DEVICE"),
                &json!(4096)
            ),
            ["appstream.stacks.agents.clipboard_limit=4096"]
        );
    }

    /// Of what others made, each field has a key that could say it, or a reason why none does.
    #[test]
    fn what_can_be_taken_over_can_be_said() {
        let places = every_key();
        let has_key = |field: FieldId| places.iter().any(|place| place.key.sets.contains(&field));
        // What is not the blueprint's to say: what others switched off, and how every bucket of the pages is.
        let not_said = [
            FleetSpec::PLATFORM,
            FleetScalingSpec::SUSPENDED,
            FleetScalingSpec::TAGS,
            RoleSpec::TAGS,
            SamlProviderSpec::TAGS,
            BucketSpec::OWNERSHIP,
            BucketSpec::PUBLIC_ACCESS_BLOCK,
            BucketSpec::ENCRYPTION,
            BucketSpec::WEBSITE,
            BucketSpec::CORS,
        ];
        let mut left = Vec::new();
        for kind in [
            InstanceSpec::KIND,
            QueueSpec::KIND,
            UserSpec::KIND,
            FleetSpec::KIND,
            StackSpec::KIND,
            FleetScalingSpec::KIND,
            PoolUserSpec::KIND,
            ThemeSpec::KIND,
            RoleSpec::KIND,
            SamlProviderSpec::KIND,
            BucketSpec::KIND,
        ] {
            for field in registry::kind(kind).fields() {
                let id = FieldId {
                    kind,
                    name: field.name,
                };
                let is_reported = !matches!(
                    field.compare,
                    Compare::WriteOnly | Compare::Applied | Compare::Others
                );
                let is_identity = registry::kind(kind).identity().contains(&id);
                if is_reported && !is_identity && !has_key(id) && !not_said.contains(&id) {
                    left.push(format!("{kind} {}", field.name));
                }
            }
        }
        assert_eq!(left, [""; 0]);
    }

    #[test]
    fn where_a_value_comes_from_is_told() {
        let text = "version: 1\nname: acme\ntags: { a: &one x, b: *one, c: plain, d: \"${WHO}\" }\n";
        let base = "tags: { e: below }\n";
        let whole = format!("extends: base.yaml\n{text}");
        let sources = Sources {
            load: &|_| Ok(base.to_owned()),
            variable: &|_| Some("me".to_owned()),
            ..Sources::alone("a.yaml", &whole)
        };
        let comes = |path| comes_from(&sources, path);
        assert_eq!(comes("tags.c"), Some(Comes::Here));
        assert_eq!(comes("tags.f"), Some(Comes::Nowhere));
        assert_eq!(comes("tags.d"), Some(Comes::Outside));
        assert!(
            matches!(comes("tags.a"), Some(Comes::Shared(_))),
            "{:?}",
            comes("tags.a")
        );
        assert!(matches!(comes("tags.e"), Some(Comes::Base(place)) if *place.file == *"base.yaml"));
        assert_eq!(comes("name.first"), None);
    }
}
