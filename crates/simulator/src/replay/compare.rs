//! Holds an answer of the simulator against the recorded one, place by place.

use std::collections::{BTreeMap, BTreeSet};

use percent_encoding::percent_decode_str;
use serde::Serialize;
use serde_json::{Map, Value};

use super::answer::{Answered, is_compared};
use super::log::Recorded;
use super::mapping::{Mapping, Match};
use crate::wire::table;

/// What differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The HTTP status.
    Status,
    /// The error code.
    Code,
    /// AWS answers a member (or a header) that the simulator leaves out.
    Lacks,
    /// The simulator answers a member (or a header) that AWS leaves out.
    Adds,
    /// One says null where the other says something.
    Null,
    /// The types differ: a number here, a text there.
    Type,
    /// A value that AWS fixes (a state, a region, an instance type) is another one.
    Value,
    /// A number or a flag is another one.
    Number,
    /// A list has another number of entries: a page of another size, or things more or less.
    Entries,
    /// A list has the same entries in another order.
    Order,
    /// A name or id stands for another thing than elsewhere in the recording.
    Identity,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Difference {
    pub(super) kind: Kind,
    /// Where in the answer: `Fleets[].State`.
    pub(super) place: String,
    pub(super) recorded: String,
    pub(super) replayed: String,
}

/// A state that both answered at the same moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct State {
    /// Whose: the name in the recording.
    pub(super) of: String,
    /// Where in the answer.
    pub(super) place: String,
    pub(super) recorded: Option<String>,
    pub(super) replayed: Option<String>,
}

/// What one comparison found.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) differences: Vec<Difference>,
    pub(super) states: Vec<State>,
}

/// Members that name the thing that a structure describes, the best first.
const NAMES: [&str; 23] = [
    "Name",
    "RoleName",
    "PolicyName",
    "UserName",
    "Username",
    "Key",
    "key",
    "Arn",
    "ARN",
    "ResourceARN",
    "Id",
    "UserId",
    "StackName",
    "AttributeType",
    "ScheduledActionName",
    "FleetName",
    "PrincipalId",
    "ErrorCode",
    // Of EC2. Groups and VPCs are not among them: what is in one names it, too.
    "securityGroupRuleId",
    "subnetId",
    "routeTableId",
    "vpcEndpointId",
    "prefixListId",
];

/// Members that hold prose, whose wording is not compared.
fn is_prose(member: &str) -> bool {
    let member = member.to_ascii_lowercase();
    // Recordings leave out the checksums that uploads carried, and lists of objects say which sort those were.
    if member == "checksumalgorithm" {
        return true;
    }
    // The record of a call says who made it, and from where: recordings leave it out.
    let is_record = member == "cloudtrailevent";
    is_record || member.ends_with("message") || member.ends_with("description") || member.ends_with("reason")
}

/// Members that no other call says anything about: what others use up meanwhile, and EC2's name of the call itself.
fn is_of_the_moment(member: &str) -> bool {
    ["availableIpAddressCount", "requestId"].contains(&member)
}

/// Members that say in which state something is.
fn is_state(member: &str) -> bool {
    member.ends_with("State") || member.ends_with("Status")
}

/// Compares.
pub(super) fn compare(call: &Recorded, answered: &Answered, mapping: &mut Mapping) -> Found {
    let mut comparison = Comparison {
        values: values(&call.service),
        mapping,
        place: Vec::new(),
        of: String::new(),
        paged: is_page(call),
        found: Found::default(),
    };
    let status = call.status.unwrap_or_default();
    if status != answered.status {
        comparison.note(
            Kind::Status,
            &said(call.code.as_deref(), status),
            &said(answered.code.as_deref(), answered.status),
        );
        return comparison.found;
    }
    if call.code != answered.code {
        let none = || "none".to_owned();
        let (recorded, replayed) = (call.code.clone(), answered.code.clone());
        comparison.note(
            Kind::Code,
            &recorded.unwrap_or_else(none),
            &replayed.unwrap_or_else(none),
        );
    }
    let media = |text: &Option<String>| text.clone().unwrap_or_else(|| "no media type".to_owned());
    if !call.answer.is_null() && media(&call.media_type) != media(&answered.media_type) {
        comparison.place.push("content-type".to_owned());
        comparison.note(
            Kind::Value,
            &media(&call.media_type),
            &media(&answered.media_type),
        );
        comparison.place.clear();
    }
    if call.protocol.starts_with("rest") {
        let recorded: Map<String, Value> = call
            .answer_headers
            .iter()
            .filter(|(name, _)| is_compared(name))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        comparison.place.push("header".to_owned());
        comparison.structure(&recorded, &answered.headers);
        comparison.place.clear();
    }
    comparison.walk("", &call.answer, &answered.body);
    comparison.found
}

/// Whether there is a page before this one, or one after it.
fn is_page(call: &Recorded) -> bool {
    fn marked(value: &Value) -> bool {
        match value {
            Value::Object(members) => members.iter().any(|(name, inner)| {
                let name = name.to_ascii_lowercase();
                let mark =
                    (name.ends_with("token") && !name.starts_with("client")) || name.ends_with("marker");
                (mark && inner.as_str().is_some_and(|text| !text.is_empty())) || marked(inner)
            }),
            _ => false,
        }
    }
    let asked = |(name, _): &(String, Value)| {
        let name = name.to_ascii_lowercase();
        name.ends_with("token") || name.ends_with("marker")
    };
    marked(&call.answer) || marked(&call.request) || call.query.iter().any(asked)
}

fn said(code: Option<&str>, status: u16) -> String {
    code.map_or_else(|| status.to_string(), |code| format!("{status} {code}"))
}

/// The values of all enumerations of a service, by the name of the member.
fn values(service: &str) -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    let mut out: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let Some(table) = table::table(service) else {
        return out;
    };
    for shape in table.shapes.values() {
        for (name, member) in &shape.members {
            let mut inner = table.shape(&member.shape);
            while let Some(entry) = inner.member.as_ref().or(inner.value.as_ref()) {
                inner = table.shape(&entry.shape);
            }
            for value in inner.values.iter().flatten() {
                for name in [name.as_str(), member.wire_name(name)] {
                    out.entry(name).or_default().insert(value);
                }
            }
        }
    }
    out
}

struct Comparison<'a> {
    values: BTreeMap<&'static str, BTreeSet<&'static str>>,
    mapping: &'a mut Mapping,
    place: Vec<String>,
    /// The name of the innermost named thing.
    of: String,
    /// The answer is a page of several.
    paged: bool,
    found: Found,
}

impl Comparison<'_> {
    fn note(&mut self, kind: Kind, recorded: &str, replayed: &str) {
        let short = |text: &str| -> String {
            if text.chars().count() > 120 {
                text.chars().take(117).chain("...".chars()).collect()
            } else {
                text.to_owned()
            }
        };
        self.found.differences.push(Difference {
            kind,
            place: self.place.join("."),
            recorded: short(recorded),
            replayed: short(replayed),
        });
    }

    fn walk(&mut self, member: &str, theirs: &Value, ours: &Value) {
        if is_prose(member) && theirs.is_string() && ours.is_string() {
            return;
        }
        if is_of_the_moment(member) && !theirs.is_null() && !ours.is_null() {
            return;
        }
        match (theirs, ours) {
            (Value::Null, Value::Null) => {}
            (Value::Object(theirs), ours) if theirs.contains_key("$at") || theirs.contains_key("$date") => {
                if !is_moment(ours) {
                    self.note(Kind::Type, "a timestamp", &kind_of(ours));
                }
            }
            (Value::Object(theirs), Value::Object(ours)) if theirs.contains_key("$body") => {
                let length =
                    |value: &Map<String, Value>| value.get("$body").map(|body| body["length"].clone());
                if length(theirs) != length(ours) {
                    let bytes = |length: Option<Value>| format!("{} bytes", length.unwrap_or_default());
                    let (theirs, ours) = (bytes(length(theirs)), bytes(length(ours)));
                    self.note(Kind::Number, &theirs, &ours);
                }
            }
            (Value::Null, _) => self.note(Kind::Null, "null", &kind_of(ours)),
            (_, Value::Null) => self.note(Kind::Null, &kind_of(theirs), "null"),
            (Value::Object(theirs), Value::Object(ours)) => self.structure(theirs, ours),
            (Value::Array(theirs), Value::Array(ours)) => self.list(member, theirs, ours),
            // XML does not tell one entry from a structure.
            (Value::Array(theirs), ours) if !ours.is_string() || ours != "" => {
                self.list(member, theirs, std::slice::from_ref(ours));
            }
            (theirs, Value::Array(ours)) if theirs != "" => {
                self.list(member, std::slice::from_ref(theirs), ours);
            }
            (Value::String(theirs), Value::String(ours)) => self.text(member, theirs, ours),
            (Value::Number(_), Value::Number(_)) | (Value::Bool(_), Value::Bool(_)) => {
                if theirs.as_f64() != ours.as_f64() || theirs.as_bool() != ours.as_bool() {
                    self.note(Kind::Number, &theirs.to_string(), &ours.to_string());
                }
            }
            (theirs, ours) => self.note(Kind::Type, &kind_of(theirs), &kind_of(ours)),
        }
    }

    fn structure(&mut self, theirs: &Map<String, Value>, ours: &Map<String, Value>) {
        let named = name_of(theirs);
        let outer = named.map(|name| std::mem::replace(&mut self.of, name));
        let mut seen = BTreeSet::new();
        for (name, value) in theirs {
            let mapped = self.mapping.apply(name);
            self.place.push(name.clone());
            match ours.get(&mapped) {
                Some(other) => {
                    seen.insert(mapped);
                    self.state(name, Some(value), Some(other));
                    self.walk(name, value, other);
                }
                None if is_of_the_moment(name) => {}
                None => {
                    self.state(name, Some(value), None);
                    self.note(Kind::Lacks, &kind_of(value), "nothing");
                }
            }
            self.place.pop();
        }
        let more = ours.iter().filter(|(name, _)| !seen.contains(*name));
        for (name, value) in more.filter(|(name, _)| !is_of_the_moment(name)) {
            self.place.push(name.clone());
            self.state(name, None, Some(value));
            self.note(Kind::Adds, "nothing", &kind_of(value));
            self.place.pop();
        }
        if let Some(outer) = outer {
            self.of = outer;
        }
    }

    fn state(&mut self, member: &str, theirs: Option<&Value>, ours: Option<&Value>) {
        if !is_state(member) {
            return;
        }
        let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
        let (recorded, replayed) = (text(theirs), text(ours));
        if recorded.is_some() || replayed.is_some() {
            self.found.states.push(State {
                of: self.of.clone(),
                place: self.place.join("."),
                recorded,
                replayed,
            });
        }
    }

    fn list(&mut self, member: &str, theirs: &[Value], ours: &[Value]) {
        if let Some(last) = self.place.last_mut()
            && !last.ends_with("[]")
        {
            last.push_str("[]");
        }
        if theirs.len() != ours.len() {
            self.note(Kind::Entries, &theirs.len().to_string(), &ours.len().to_string());
        }
        // Entries whose names are known belong together wherever they stand.
        let mut left: Vec<usize> = (0..ours.len()).collect();
        let (mut pairs, mut unmatched, mut missing) = (Vec::new(), Vec::new(), Vec::new());
        for (index, entry) in theirs.iter().enumerate() {
            let names = self.called(entry);
            let known = names.iter().any(Option::is_some);
            let fits = |at: &&usize| {
                names
                    .iter()
                    .zip(shown_names(&ours[**at]))
                    .all(|(name, other)| name.is_none() || *name == other)
            };
            match left.iter().filter(|_| known).find(fits).copied() {
                Some(at) => {
                    left.retain(|other| *other != at);
                    pairs.push((index, at));
                }
                None if known => missing.push(order(std::slice::from_ref(entry))),
                None => unmatched.push(index),
            }
        }
        // By which names AWS sorts, pseudonyms do not show: only lists of public names are held to an order.
        let public = |entry: &Value| {
            let mut names = shown_names(entry).into_iter().flatten();
            names
                .next()
                .is_some_and(|name| !super::mapping::has_pseudonym(&name))
        };
        if !pairs.is_sorted_by_key(|(_, at)| *at) && theirs.iter().all(public) {
            self.note(Kind::Order, &order(theirs), &order(ours));
        }
        // Pages of names that AWS sorts otherwise than pseudonyms hold others; whole lists must hold the same.
        let known: Vec<Value> = left
            .iter()
            .filter(|at| self.is_known(&ours[**at]))
            .map(|at| ours[*at].clone())
            .collect();
        if theirs.len() == ours.len() && !self.paged {
            for name in &missing {
                self.note(Kind::Identity, name, &order(&known));
            }
        }
        // What is not known yet is taken in its order: that is how ids are learnt.
        left.retain(|at| !self.is_known(&ours[*at]));
        // Those first that say the same sorts of things: two route tables, of which one is for a subnet.
        unmatched.retain(|index| {
            let is_alike = |at: &usize| shape(&theirs[*index]) == shape(&ours[*at]);
            let Some(place) = left.iter().position(is_alike) else {
                return true;
            };
            pairs.push((*index, left.remove(place)));
            false
        });
        pairs.extend(unmatched.into_iter().zip(left));
        pairs.sort_unstable();
        for (one, other) in pairs {
            self.walk(member, &theirs[one], &ours[other]);
        }
    }

    /// What the replay calls an entry, as far as that is known.
    fn called(&self, entry: &Value) -> Vec<Option<String>> {
        shown_names(entry)
            .into_iter()
            .map(|name| name.filter(|name| self.mapping.knows_all(name)))
            .map(|name| name.map(|name| self.mapping.apply(&name)))
            .collect()
    }

    /// Whether an entry of the replay is one that the recording knows under some name.
    fn is_known(&self, entry: &Value) -> bool {
        shown_names(entry)
            .into_iter()
            .flatten()
            .any(|name| self.mapping.is_taken(&name))
    }

    fn text(&mut self, member: &str, theirs: &str, ours: &str) {
        let decoded = |text: &str| -> Option<Value> {
            let plain = if text.starts_with("%7B") {
                percent_decode_str(text).decode_utf8_lossy().into_owned()
            } else {
                text.to_owned()
            };
            plain
                .starts_with('{')
                .then(|| serde_json::from_str(&plain).ok())
                .flatten()
        };
        if let (Some(theirs), Some(ours)) = (decoded(theirs), decoded(ours)) {
            return self.walk(member, &theirs, &ours);
        }
        // Some protocols write a namespace before the name of an error; the recorder leaves it out.
        let ours = match member {
            "__type" => ours.rsplit('#').next().unwrap_or(ours),
            _ => ours,
        };
        let fixed = self
            .values
            .get(member)
            .is_some_and(|values| values.contains(theirs));
        if fixed {
            if theirs != ours {
                self.note(Kind::Value, theirs, ours);
            }
            return;
        }
        match self.mapping.learn(theirs, ours) {
            Match::Same => {}
            Match::Other => self.note(Kind::Value, theirs, ours),
            Match::Unrelated => self.note(Kind::Identity, theirs, ours),
        }
    }
}

/// Which members there are in a value, and in what is in it.
fn shape(value: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut left = vec![(String::new(), value)];
    while let Some((place, value)) = left.pop() {
        match value {
            Value::Object(members) => {
                left.extend(
                    members
                        .iter()
                        .map(|(name, inner)| (format!("{place}.{name}"), inner)),
                );
            }
            Value::Array(entries) => left.extend(entries.iter().map(|entry| (format!("{place}[]"), entry))),
            _ => {}
        }
        found.insert(place);
    }
    found
}

fn order(entries: &[Value]) -> String {
    let names: Vec<String> = entries
        .iter()
        .filter_map(|entry| shown_names(entry).into_iter().flatten().next())
        .collect();
    names.join(", ")
}

fn name_of(members: &Map<String, Value>) -> Option<String> {
    NAMES
        .iter()
        .find_map(|name| members.get(*name)?.as_str())
        .map(str::to_owned)
}

/// The names of an entry: of the thing that it describes, one for each of [`NAMES`], or the text that it is.
fn shown_names(entry: &Value) -> Vec<Option<String>> {
    match entry {
        Value::String(text) => vec![Some(text.clone())],
        Value::Object(members) => NAMES
            .iter()
            .map(|name| members.get(*name)?.as_str().map(str::to_owned))
            .collect(),
        _ => Vec::new(),
    }
}

fn is_moment(value: &Value) -> bool {
    match value {
        Value::Object(members) => members.contains_key("$epoch"),
        Value::Number(number) => number.as_f64().is_some_and(|number| number.abs() >= 1e8),
        Value::String(text) => crate::wire::timestamp::read(text).is_some(),
        _ => false,
    }
}

fn kind_of(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(_) => "a flag".to_owned(),
        Value::Number(number) => format!("the number {number}"),
        Value::String(text) if text.is_empty() => "an empty text".to_owned(),
        Value::String(text) => format!("the text {text}"),
        Value::Array(entries) => format!("a list of {}", entries.len()),
        Value::Object(members) if members.contains_key("$at") || members.contains_key("$epoch") => {
            "a timestamp".to_owned()
        }
        Value::Object(members) if members.contains_key("$body") || members.contains_key("$bytes") => {
            "bytes".to_owned()
        }
        Value::Object(members) => {
            let names: Vec<&str> = members.keys().map(String::as_str).collect();
            format!("a structure of {}", names.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn differences(theirs: Value, ours: Value) -> Vec<(Kind, String)> {
        let call: Recorded = serde_json::from_value(json!({
            "n": 1, "start": 0, "took": 0, "service": "appstream", "operation": "DescribeFleets", "region": "eu-west-1",
            "protocol": "cbor", "method": "POST", "status": 200, "answer": theirs,
        }))
        .unwrap();
        let answered = Answered {
            status: 200,
            code: None,
            media_type: None,
            headers: Map::new(),
            body: ours,
        };
        let mut mapping = Mapping::default();
        mapping.tell("name-1 name-2");
        let call = Recorded {
            media_type: None,
            ..call
        };
        compare(&call, &answered, &mut mapping)
            .differences
            .into_iter()
            .map(|difference| (difference.kind, difference.place))
            .collect()
    }

    #[test]
    fn every_sort_of_difference_is_found_where_it_is() {
        let fleet = json!({ "Name": "name-1", "State": "RUNNING", "CreatedTime": { "$at": 5 }, "Arn": "arn:aws:x:::name-9",
            "ComputeCapacityStatus": { "Desired": 2 }, "FleetErrors": [] });
        let changed = |name: &str, value: Value| {
            let mut fleet = fleet.clone();
            fleet[name] = value;
            json!({ "Fleets": [fleet] })
        };
        let same = changed("CreatedTime", json!({ "$epoch": 1_767_225_600 }));
        assert_eq!(differences(json!({ "Fleets": [fleet] }), same.clone()), []);
        let with = |name: &str, value: Value| {
            let mut fleets = same.clone();
            fleets["Fleets"][0][name] = value;
            differences(json!({ "Fleets": [fleet] }), fleets)
        };
        let at = |place: &str| place.to_owned();
        assert_eq!(
            with("State", json!("STOPPED")),
            [(Kind::Value, at("Fleets[].State"))]
        );
        assert_eq!(with("State", Value::Null), [(Kind::Null, at("Fleets[].State"))]);
        assert_eq!(with("State", json!(7)), [(Kind::Type, at("Fleets[].State"))]);
        assert_eq!(
            with("CreatedTime", json!("soon")),
            [(Kind::Type, at("Fleets[].CreatedTime"))]
        );
        assert_eq!(with("Name", json!("name-2")), [(Kind::Identity, at("Fleets[]"))]);
        assert_eq!(
            with("FleetErrors", json!([{}])),
            [(Kind::Entries, at("Fleets[].FleetErrors[]"))]
        );
        assert_eq!(
            with("ComputeCapacityStatus", json!({ "Desired": 3, "Running": 1 })),
            [
                (Kind::Number, at("Fleets[].ComputeCapacityStatus.Desired")),
                (Kind::Adds, at("Fleets[].ComputeCapacityStatus.Running")),
            ]
        );
        assert_eq!(
            with("Platform", json!("WINDOWS")),
            [(Kind::Adds, at("Fleets[].Platform"))]
        );
        assert_eq!(
            differences(
                json!({ "Fleets": [{ "Name": "name-1", "X": "" }] }),
                json!({ "Fleets": [{ "Name": "name-1" }] })
            ),
            [(Kind::Lacks, at("Fleets[].X"))]
        );
    }

    #[test]
    fn another_order_is_one_difference_where_names_are_public_and_none_where_they_are_not() {
        let two = |a: &str, b: &str| json!({ "Fleets": [{ "Name": a, "State": "RUNNING" }, { "Name": b, "State": "STOPPED" }] });
        let mut turned = two("second", "first");
        turned["Fleets"][0]["State"] = json!("STOPPED");
        turned["Fleets"][1]["State"] = json!("RUNNING");
        assert_eq!(
            differences(two("first", "second"), turned),
            [(Kind::Order, "Fleets[]".to_owned())]
        );
        let mut turned = two("name-2", "name-1");
        turned["Fleets"][0]["State"] = json!("STOPPED");
        turned["Fleets"][1]["State"] = json!("RUNNING");
        assert_eq!(differences(two("name-1", "name-2"), turned), []);
    }
}
