//! Answers of a cloud that is newer than its client's model, or sparing with what it tells.
//!
//! AWS adds values to its enumerations before clients know them, and answers null where its models promise text
//! (aws-sdk-go-v2 issue 3501). Nothing that only reads may fail on either.

use serde_json::{Map, Value};

use super::wire::table::{Kind, Shape, Table};

/// What every enumerated value becomes.
pub(super) const UNKNOWN: &str = "ADDED_AFTER_THIS_MODEL";

/// Replaces each value of an enumeration by one that no model has.
pub(super) fn unknown_values(table: &Table, shape: &str, answer: &mut Value) {
    let Some(known) = table.shapes.get(shape) else {
        return;
    };
    match (known.kind, answer) {
        (Kind::String, Value::String(text)) if known.values.is_some() => UNKNOWN.clone_into(text),
        (Kind::Structure, Value::Object(members)) => {
            for (name, value) in members {
                if let Some(member) = known.members.get(name) {
                    unknown_values(table, &member.shape, value);
                }
            }
        }
        (Kind::List, Value::Array(entries)) => {
            for entry in entries {
                if let Some(member) = &known.member {
                    unknown_values(table, &member.shape, entry);
                }
            }
        }
        (Kind::Map, Value::Object(entries)) => {
            for value in entries.values_mut() {
                if let Some(member) = &known.value {
                    unknown_values(table, &member.shape, value);
                }
            }
        }
        _ => {}
    }
}

/// Replaces what is optional by null, or adds it as null: every member of a structure inside the answer that the model
/// does not require. The answer's own members stay, and so do names, ids and ARNs, without which there would be
/// nothing to read.
pub(super) fn nulls(table: &Table, shape: &str, answer: &mut Value) {
    within(table, shape, answer, true);
}

fn within(table: &Table, shape: &str, answer: &mut Value, outermost: bool) {
    let Some(known) = table.shapes.get(shape) else {
        return;
    };
    match (known.kind, answer) {
        (Kind::Structure, Value::Object(members)) => {
            if !outermost {
                sparse(table, known, members);
            }
            for (name, value) in members {
                if let Some(member) = known.members.get(name) {
                    let is_thing = table
                        .shapes
                        .get(&member.shape)
                        .is_some_and(|shape| shape.kind == Kind::Structure);
                    // The one thing that a Describe by id answers is a member of the answer itself.
                    within(
                        table,
                        &member.shape,
                        value,
                        outermost && !is_thing && !value.is_array(),
                    );
                }
            }
        }
        (Kind::List, Value::Array(entries)) => {
            for entry in entries {
                if let Some(member) = &known.member {
                    within(table, &member.shape, entry, false);
                }
            }
        }
        _ => {}
    }
}

fn sparse(table: &Table, shape: &Shape, members: &mut Map<String, Value>) {
    for (name, member) in &shape.members {
        let identifies = ["Name", "Id", "Arn", "ARN", "Key", "Value", "Alias"]
            .iter()
            .any(|end| name.ends_with(end));
        let is_document = table.shapes.get(&member.shape).is_some_and(|it| it.document);
        // What travels in the HTTP message's head cannot be null.
        if !identifies && !is_document && member.location.is_none() && !shape.required.contains(name) {
            members.insert(name.clone(), Value::Null);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::wire::table;

    fn fleets() -> Value {
        json!({ "Fleets": [{
            "Name": "agents", "Arn": "arn", "State": "RUNNING", "InstanceType": "stream.standard.medium",
            "ComputeCapacityStatus": { "Desired": 2, "Running": 2 }, "FleetType": "ON_DEMAND",
            "FleetErrors": [{ "ErrorCode": "IMAGE_NOT_FOUND", "ErrorMessage": "gone" }],
        }] })
    }

    #[test]
    fn every_enumerated_value_becomes_one_that_no_model_has() {
        let mut answer = fleets();
        unknown_values(
            table::table("appstream").expect("a table"),
            "DescribeFleetsResult",
            &mut answer,
        );
        let fleet = &answer["Fleets"][0];
        assert_eq!(fleet["State"], UNKNOWN);
        assert_eq!(fleet["FleetErrors"][0]["ErrorCode"], UNKNOWN);
        assert_eq!(fleet["Name"], "agents");
        assert_eq!(fleet["InstanceType"], "stream.standard.medium");
    }

    #[test]
    fn what_is_optional_becomes_null_and_what_is_required_stays() {
        let mut answer = fleets();
        nulls(
            table::table("appstream").expect("a table"),
            "DescribeFleetsResult",
            &mut answer,
        );
        let fleet = &answer["Fleets"][0];
        for absent in ["FleetType", "VpcConfig", "FleetErrors", "CreatedTime"] {
            assert_eq!(fleet.get(absent), Some(&Value::Null), "{absent}");
        }
        assert_eq!(fleet["State"], "RUNNING");
        assert_eq!(
            fleet["ComputeCapacityStatus"],
            json!({ "Desired": 2, "Running": null, "InUse": null, "Available": null, "DesiredUserSessions": null,
                    "AvailableUserSessions": null, "ActiveUserSessions": null, "ActualUserSessions": null,
                    "Draining": null, "DrainModeActiveUserSessions": null, "DrainModeUnusedUserSessions": null })
        );
    }
}
