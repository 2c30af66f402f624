//! How rules are written. They are read strictly: a rule with a misspelt key would hit something else, and a rule
//! that can never match would rehearse nothing.

use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::external_change::{self, Action, ExternalChange};
use super::resource_fault::{Effect, ReportedError, ResourceFault};
use super::rule::{Calls, Count, Kind, Rule, RuleEffect};
use crate::resource_type::{RESOURCE_TYPES, ResourceType};
use crate::wire::table;

/// Every key, and what it is for. `docs/guide/rehearsal.md` has the same list.
const KEYS: &[&str] = &[
    "kind",
    "service",
    "operation",
    "nth",
    "times",
    "percent",
    "code",
    "status",
    "message",
    "seconds",
    "resource",
    "name",
    "region",
    "state",
    "members",
    "when",
];

/// Which keys each kind takes besides `kind`; those with an exclamation mark must be there.
const KINDS: &[(&str, &[&str])] = &[
    (
        "error",
        &[
            "service",
            "operation",
            "nth",
            "times",
            "percent",
            "code!",
            "status",
        ],
    ),
    (
        "delay",
        &["service", "operation", "nth", "times", "percent", "seconds!"],
    ),
    (
        "drop-before",
        &["service", "operation", "nth", "times", "percent"],
    ),
    ("drop-after", &["service", "operation", "nth", "times", "percent"]),
    ("garbage", &["service", "operation", "nth", "times", "percent"]),
    (
        "unknown-values",
        &["service", "operation", "nth", "times", "percent"],
    ),
    ("nulls", &["service", "operation", "nth", "times", "percent"]),
    (
        "stick",
        &["resource!", "name", "state", "code", "message", "seconds"],
    ),
    ("fail", &["resource!", "name", "nth", "times", "code", "message"]),
    (
        "change",
        &[
            "resource!",
            "name",
            "region",
            "members!",
            "service",
            "operation",
            "nth",
            "times",
            "when",
            "seconds",
        ],
    ),
    (
        "delete",
        &[
            "resource!",
            "name",
            "region",
            "service",
            "operation",
            "nth",
            "times",
            "when",
            "seconds",
        ],
    ),
];

/// Reads rules: one, a list of them, or `{ rules: [...] }`.
///
/// # Errors
/// Every mistake, a line each, with the number of its rule where there are several.
pub fn read(value: &Value) -> Result<Vec<Rule>, String> {
    let list = match value {
        Value::Array(list) => list,
        Value::Object(members) if members.len() == 1 => match members.get("rules") {
            Some(Value::Array(list)) => list,
            _ => return rule(value).map(|rule| vec![rule]),
        },
        Value::Object(_) => return rule(value).map(|rule| vec![rule]),
        _ => return Err("rules are a list of maps, each with a `kind`".to_owned()),
    };
    let mut rules = Vec::new();
    let mut mistakes = Vec::new();
    for (index, value) in list.iter().enumerate() {
        match rule(value) {
            Ok(rule) => rules.push(rule),
            Err(mistake) => mistakes.push(format!("rule {}: {mistake}", index + 1)),
        }
    }
    if mistakes.is_empty() {
        Ok(rules)
    } else {
        Err(mistakes.join("\n"))
    }
}

/// Reads one rule.
pub(super) fn rule(value: &Value) -> Result<Rule, String> {
    let written = value.as_object().ok_or("a rule is a map with a `kind`")?;
    let reader = Reader(written);
    reader.check_keys()?;
    let kind: String = reader.required("kind")?;
    let effect = match kind.as_str() {
        "stick" | "fail" => RuleEffect::Resource(reader.resource_fault(&kind)?),
        "change" | "delete" => reader.external_change(&kind)?,
        _ => RuleEffect::Call {
            calls: reader.calls()?,
            kind: reader.kind(&kind)?,
        },
    };
    Ok(Rule {
        written: written.clone(),
        effect,
    })
}

/// "; did you mean ...?", or what there is to choose from.
fn instead<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.collect();
    let near = known
        .iter()
        .map(|name| {
            (
                strsim::damerau_levenshtein(&word.to_lowercase(), &name.to_lowercase()),
                name,
            )
        })
        .min()
        .filter(|(distance, name)| *distance <= 1 + name.len() / 4);
    match near {
        Some((_, name)) => format!("; did you mean `{name}`?"),
        None if known.len() <= 20 => format!("; there are {}", known.join(", ")),
        None => String::new(),
    }
}

struct Reader<'a>(&'a Map<String, Value>);

impl Reader<'_> {
    /// Only keys that there are, and of these only those that mean something for the kind.
    fn check_keys(&self) -> Result<(), String> {
        for key in self.0.keys() {
            if !KEYS.contains(&key.as_str()) {
                return Err(format!(
                    "there is no key `{key}`{}",
                    instead(key, KEYS.iter().copied())
                ));
            }
        }
        let kind: String = self.required("kind")?;
        let Some((_, takes)) = KINDS.iter().find(|(name, _)| *name == kind) else {
            let names = KINDS.iter().map(|(name, _)| *name);
            return Err(format!("there is no kind `{kind}`{}", instead(&kind, names)));
        };
        let bare = |key: &&'static str| key.trim_end_matches('!');
        let all: Vec<&str> = takes.iter().map(bare).collect();
        for key in self.0.keys().filter(|key| *key != "kind") {
            if !all.contains(&key.as_str()) {
                return Err(format!("kind {kind} takes no `{key}`, but {}", all.join(", ")));
            }
        }
        match takes
            .iter()
            .filter(|key| key.ends_with('!'))
            .find(|key| !self.0.contains_key(bare(key)))
        {
            Some(key) => Err(format!("kind {kind} needs `{}`", bare(key))),
            None => Ok(()),
        }
    }

    fn get<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, String> {
        match self.0.get(key) {
            None => Ok(None),
            Some(value) => serde_json::from_value(value.clone())
                .map(Some)
                .map_err(|error| format!("`{key}`: {error}")),
        }
    }

    fn required<T: DeserializeOwned>(&self, key: &str) -> Result<T, String> {
        self.get(key)?.ok_or_else(|| format!("`{key}` is missing"))
    }

    fn positive(&self, key: &str, default: u64) -> Result<u64, String> {
        match self.get(key)? {
            Some(0) => Err(format!("`{key}` counts from 1")),
            given => Ok(given.unwrap_or(default)),
        }
    }

    fn seconds(&self) -> Result<Option<f64>, String> {
        match self.get::<f64>("seconds")? {
            Some(seconds) if !(seconds.is_finite() && (0.0..=3.2e9).contains(&seconds)) => Err(format!(
                "`seconds` {seconds} is not between 0 and a hundred years"
            )),
            seconds => Ok(seconds),
        }
    }

    /// Which calls.
    fn calls(&self) -> Result<Calls, String> {
        let service: Option<String> = self.get("service")?;
        let operation: Option<String> = self.get("operation")?;
        if let Some(name) = &service
            && table::table(name).is_none()
        {
            let hint = instead(name, table::SERVICES.iter().copied());
            return Err(format!("there is no service `{name}`{hint}"));
        }
        if let Some(name) = &operation {
            let all: Vec<&str> = table::SERVICES
                .iter()
                .filter(|known| service.as_deref().is_none_or(|service| service == **known))
                .filter_map(|known| table::table(known))
                .flat_map(|table| table.operations.keys().map(String::as_str))
                .collect();
            if !all.contains(&name.as_str()) {
                let of = service.as_deref().unwrap_or("no service");
                let has = if service.is_some() { "has no" } else { "has an" };
                return Err(format!(
                    "{of} {has} operation `{name}`{}",
                    instead(name, all.into_iter())
                ));
            }
        }
        let percent: Option<f64> = self.get("percent")?;
        if let Some(percent) = percent.filter(|percent| !(*percent > 0.0 && *percent <= 100.0)) {
            return Err(format!("`percent` {percent} is not above 0 and up to 100"));
        }
        let count = Count {
            nth: self.positive("nth", 1)?,
            times: self.positive("times", if percent.is_some() { u64::MAX } else { 1 })?,
            percent,
        };
        Ok(Calls {
            service,
            operation,
            count,
        })
    }

    /// What goes wrong with a call.
    fn kind(&self, kind: &str) -> Result<Kind, String> {
        Ok(match kind {
            "error" => {
                let status: Option<u16> = self.get("status")?;
                if let Some(status) = status.filter(|status| !(400..600).contains(status)) {
                    return Err(format!("`status` {status} is no error; errors are 400 to 599"));
                }
                let code = self.required("code")?;
                Kind::Error { code, status }
            }
            "delay" => Kind::Delay {
                seconds: self.seconds()?.unwrap_or_default(),
            },
            "drop-before" => Kind::DropBefore,
            "drop-after" => Kind::DropAfter,
            "unknown-values" => Kind::UnknownValues,
            "nulls" => Kind::Nulls,
            _ => Kind::Garbage,
        })
    }

    /// Which thing, by sort and name.
    fn resource_type(&self) -> Result<(&'static ResourceType, String), String> {
        let sort: String = self.required("resource")?;
        let names = || RESOURCE_TYPES.iter().map(|resource_type| resource_type.name);
        let resource_type = ResourceType::named(&sort)
            .ok_or_else(|| format!("there is no resource `{sort}`{}", instead(&sort, names())))?;
        let name: Option<String> = self.get("name")?;
        if name.as_deref() == Some("") {
            return Err("`name` is empty; `*` stands for any".to_owned());
        }
        Ok((resource_type, name.unwrap_or_else(|| "*".to_owned())))
    }

    fn resource_fault(&self, kind: &str) -> Result<ResourceFault, String> {
        let (resource_type, name) = self.resource_type()?;
        let (codes, effect) = if kind == "stick" {
            let state: Option<String> = self.get("state")?;
            let Some(first) = resource_type.states.first() else {
                let able = RESOURCE_TYPES
                    .iter()
                    .filter(|resource_type| !resource_type.states.is_empty());
                let names: Vec<&str> = able.map(|resource_type| resource_type.name).collect();
                return Err(format!(
                    "{} has no state to get stuck in; {} have",
                    resource_type.name,
                    names.join(", ")
                ));
            };
            let state = state.unwrap_or_else(|| (*first).to_owned());
            if !resource_type.states.contains(&state.as_str()) {
                let hint = instead(&state, resource_type.states.iter().copied());
                return Err(format!(
                    "{} cannot get stuck in `{state}`{hint}",
                    resource_type.name
                ));
            }
            let lasts = self.seconds()?.map(Duration::from_secs_f64);
            (resource_type.stuck_codes, Effect::Stick { state, lasts })
        } else {
            let Some(codes) = resource_type.failure_codes else {
                let able = RESOURCE_TYPES
                    .iter()
                    .filter(|resource_type| resource_type.failure_codes.is_some());
                let names: Vec<&str> = able.map(|resource_type| resource_type.name).collect();
                return Err(format!(
                    "the creation of {} cannot fail later; that of {} can",
                    resource_type.name,
                    names.join(", ")
                ));
            };
            let (nth, times) = (self.positive("nth", 1)?, self.positive("times", 1)?);
            (codes, Effect::Fail { nth, times })
        };
        let error = ReportedError {
            code: self.error_code(resource_type, codes)?,
            message: self
                .get("message")?
                .unwrap_or_else(|| "injected by a fault rule".to_owned()),
        };
        Ok(ResourceFault {
            resource_type,
            name,
            error,
            effect,
        })
    }

    /// The code that the thing shows, out of those that the model lists.
    fn error_code(
        &self,
        resource_type: &ResourceType,
        codes: Option<&str>,
    ) -> Result<Option<String>, String> {
        let Some(code) = self.get::<String>("code")? else {
            return Ok(None);
        };
        let known = codes
            .and_then(|shape| {
                table::table(resource_type.service())?
                    .shapes
                    .get(shape)?
                    .values
                    .as_deref()
            })
            .unwrap_or_default();
        if known.is_empty() {
            return Err(format!(
                "{} shows no code then, only a `message`",
                resource_type.name
            ));
        }
        if !known.contains(&code) {
            let hint = instead(&code, known.iter().map(String::as_str));
            return Err(format!("{} has no error code `{code}`{hint}", resource_type.name));
        }
        Ok(Some(code))
    }

    /// What another client does, and when.
    fn external_change(&self, kind: &str) -> Result<RuleEffect, String> {
        let (resource_type, name) = self.resource_type()?;
        let action = if kind == "delete" {
            if resource_type.removal.is_empty() {
                return Err(format!("{} cannot be deleted", resource_type.name));
            }
            Action::Delete
        } else {
            let members: Map<String, Value> = self.required("members")?;
            let operation = external_change::operation_for(resource_type, &members)?;
            Action::Change { operation, members }
        };
        let change = ExternalChange {
            resource_type,
            name,
            region: self.get("region")?,
            action,
        };
        let beside = ["service", "operation", "nth", "times", "when"];
        let of_call = beside.iter().find(|key| self.0.contains_key(**key));
        match (self.seconds()?, of_call) {
            (Some(seconds), None) => Ok(RuleEffect::AtTime { seconds, change }),
            (Some(_), Some(key)) => Err(format!(
                "give either `seconds` or `{key}`: it happens after so many seconds or beside a call, not both"
            )),
            (None, None) => Err(
                "say when: after so many `seconds`, or beside a call (`operation`, `nth`, `when`)".to_owned(),
            ),
            (None, Some(_)) => {
                let when: Option<String> = self.get("when")?;
                let before = match when.as_deref() {
                    Some("before") => true,
                    Some("after") | None => false,
                    Some(other) => {
                        let hint = instead(other, ["before", "after"].into_iter());
                        return Err(format!("`when` is not `{other}`{hint}"));
                    }
                };
                let calls = self.calls()?;
                Ok(RuleEffect::BesideCall {
                    calls,
                    before,
                    change,
                })
            }
        }
    }
}

impl<'de> serde::Deserialize<'de> for Rule {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Rule, D::Error> {
        let value = Value::deserialize(deserializer)?;
        rule(&value).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn mistake(value: Value) -> String {
        rule(&value).expect_err("a mistake")
    }

    #[test]
    fn whatever_cannot_match_is_a_mistake_with_a_way_out() {
        for (value, expected) in [
            (
                json!({ "oeration": "CreateRole", "kind": "garbage" }),
                "did you mean `operation`?",
            ),
            (json!({ "kind": "drop_after" }), "did you mean `drop-after`?"),
            (
                json!({ "kind": "garbage", "code": "X" }),
                "kind garbage takes no `code`, but service",
            ),
            (json!({ "kind": "error" }), "kind error needs `code`"),
            (
                json!({ "service": "appstrem", "kind": "garbage" }),
                "did you mean `appstream`?",
            ),
            (
                json!({ "service": "iam", "operation": "CreateRoles", "kind": "garbage" }),
                "iam has no operation `CreateRoles`; did you mean `CreateRole`?",
            ),
            (
                json!({ "operation": "CreateFleets", "kind": "garbage" }),
                "no service has an operation `CreateFleets`; did you mean `CreateFleet`?",
            ),
            (
                json!({ "service": "iam", "operation": "CreateFleet", "kind": "garbage" }),
                "iam has no operation",
            ),
            (json!({ "kind": "garbage", "nth": 0 }), "`nth` counts from 1"),
            (json!({ "kind": "garbage", "nth": "two" }), "`nth`: invalid type"),
            (json!({ "kind": "garbage", "times": 0 }), "`times` counts from 1"),
            (json!({ "kind": "garbage", "percent": 0 }), "not above 0"),
            (json!({ "kind": "garbage", "percent": 120 }), "not above 0"),
            (
                json!({ "kind": "error", "code": "X", "status": 200 }),
                "errors are 400 to 599",
            ),
            (json!({ "kind": "delay", "seconds": -1 }), "not between 0"),
            (
                json!({ "kind": "stick", "resource": "appstream.flet" }),
                "did you mean `appstream.fleet`?",
            ),
            (
                json!({ "kind": "stick", "resource": "iam.role" }),
                "has no state to get stuck in",
            ),
            (
                json!({ "kind": "stick", "resource": "appstream.fleet", "state": "RUNNING" }),
                "cannot get stuck in `RUNNING`; there are STARTING, STOPPING",
            ),
            (
                json!({ "kind": "stick", "resource": "appstream.fleet", "code": "SUBNET_NOT_FOND" }),
                "did you mean `SUBNET_NOT_FOUND`?",
            ),
            (
                json!({ "kind": "fail", "resource": "connect.instance", "code": "X" }),
                "shows no code then, only a `message`",
            ),
            (
                json!({ "kind": "fail", "resource": "appstream.fleet" }),
                "cannot fail later",
            ),
            (json!({ "kind": "delete", "resource": "iam.role" }), "say when"),
            (
                json!({ "kind": "delete", "resource": "iam.role", "seconds": 1, "nth": 1 }),
                "either `seconds` or `nth`",
            ),
            (
                json!({ "kind": "delete", "resource": "iam.role", "nth": 1, "when": "befor" }),
                "did you mean `before`?",
            ),
            (
                json!({ "kind": "change", "resource": "appstream.fleet", "members": { "Colour": 1 }, "seconds": 1 }),
                "no operation changes `Colour`",
            ),
            (
                json!({ "kind": "change", "resource": "appstream.fleet", "members": { "StreamView": "HALF" }, "seconds": 1 }),
                "streamView",
            ),
            (
                json!({ "kind": "change", "resource": "appstream.image", "members": { "Name": "x" }, "seconds": 1 }),
                "cannot be changed",
            ),
        ] {
            let said = mistake(value.clone());
            assert!(said.contains(expected), "{value}: {said}");
        }
    }

    #[test]
    fn every_mistake_of_a_list_is_told_with_its_number() {
        let rules = json!([
            { "kind": "garbage" },
            { "kind": "garbag" },
            { "kind": "delay" },
        ]);
        let said = read(&rules).expect_err("mistakes");
        let lines: Vec<&str> = said.lines().collect();
        assert_eq!(lines.len(), 2, "{said}");
        assert!(
            lines[0].starts_with("rule 2: ") && lines[1].starts_with("rule 3: "),
            "{said}"
        );
        assert_eq!(
            read(&json!({ "rules": [{ "kind": "garbage" }] })).map(|rules| rules.len()),
            Ok(1)
        );
        assert_eq!(
            read(&json!({ "kind": "garbage" })).map(|rules| rules.len()),
            Ok(1)
        );
        assert!(read(&json!("garbage")).is_err());
    }

    #[test]
    fn the_guide_explains_every_kind_every_key_and_every_resource() {
        let guide = include_str!("../../../../docs/guide/rehearsal.md");
        let things = RESOURCE_TYPES
            .iter()
            .filter(|resource_type| !resource_type.removal.is_empty())
            .map(|resource_type| resource_type.name);
        for word in KINDS
            .iter()
            .map(|(name, _)| *name)
            .chain(KEYS.iter().copied())
            .chain(things)
        {
            assert!(
                guide.contains(&format!("`{word}`")),
                "`{word}` is not in the guide"
            );
        }
    }
}
