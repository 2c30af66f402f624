//! Things that are no more than their configuration: made, read, written over, listed.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{check_version, fresh, own};
use crate::service::{Answer, Call, Fault};
use crate::world::World;
use crate::world::cloud_front::{Account, Kept};

/// How such things are called in AWS's model.
pub(super) struct Names {
    /// The thing, as a member of answers: `OriginAccessControl`.
    pub(super) thing: &'static str,
    /// Its configuration, as a member of calls and answers.
    pub(super) config: &'static str,
    /// The error where there is none.
    pub(super) absent: &'static str,
    /// Where an account keeps them, by their ids.
    pub(super) of: fn(&mut Account) -> &mut BTreeMap<String, Kept>,
}

/// The thing as answers show it.
pub(super) fn shown(names: &Names, id: &str, kept: &Kept) -> Value {
    let mut thing = json!({ "Id": id });
    thing[names.config] = kept.config.clone();
    if names.thing == "ResponseHeadersPolicy" {
        thing["LastModifiedTime"] = kept.modified.epoch_seconds().into();
    }
    thing
}

fn answer(names: &Names, id: &str, kept: &Kept) -> Answer {
    let mut output = json!({ "ETag": kept.etag });
    output[names.thing] = shown(names, id, kept);
    Answer::of(output)
}

fn config_answer(names: &Names, kept: &Kept) -> Answer {
    let mut output = json!({ "ETag": kept.etag });
    output[names.config] = kept.config.clone();
    Answer::of(output)
}

pub(super) fn absent(names: &Names) -> Fault {
    Fault::new(
        names.absent,
        format!("The specified {} does not exist.", names.thing),
    )
}

/// Makes a new one of the configuration that the call has.
pub(super) fn create(names: &Names, world: &mut World, call: &Call) -> Answer {
    let id = fresh(world);
    let kept = Kept {
        config: call.input[names.config].clone(),
        etag: fresh(world),
        modified: call.now,
    };
    let answer = answer(names, &id, &kept);
    (names.of)(own(world, call)).insert(id, kept);
    answer
}

/// The one that the call names.
///
/// # Errors
/// If there is none.
pub(super) fn found<'world>(
    names: &Names,
    world: &'world mut World,
    call: &Call,
) -> Result<&'world mut Kept, Fault> {
    let id = call.text("Id").unwrap_or_default();
    (names.of)(own(world, call))
        .get_mut(id)
        .ok_or_else(|| absent(names))
}

/// Answers with the one that the call names.
///
/// # Errors
/// If there is none.
pub(super) fn get(names: &Names, world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let id = call.text("Id").unwrap_or_default();
    found(names, world, call).map(|found| answer(names, id, found))
}

/// Answers with its configuration.
///
/// # Errors
/// If there is none.
pub(super) fn get_config(names: &Names, world: &mut World, call: &Call) -> Result<Answer, Fault> {
    found(names, world, call).map(|found| config_answer(names, found))
}

/// Writes the configuration that the call has over the one that it names.
///
/// # Errors
/// If there is none, or it is another version by now.
pub(super) fn update(names: &Names, world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let id = call.text("Id").unwrap_or_default();
    let etag = fresh(world);
    let found = found(names, world, call)?;
    replace(found, call, call.input[names.config].clone(), etag)?;
    Ok(answer(names, id, found))
}

/// Writes it over, if the call names the version that is there.
///
/// # Errors
/// See [`check_version`].
fn replace(kept: &mut Kept, call: &Call, config: Value, etag: String) -> Result<(), Fault> {
    check_version(call, &kept.etag)?;
    *kept = Kept {
        config,
        etag,
        modified: call.now,
    };
    Ok(())
}

/// The items of a page: those behind the marker, with what the list says of them.
pub(super) fn page(call: &Call, all: Vec<(String, Value)>) -> Result<Value, Fault> {
    let most = match call.text("MaxItems") {
        None => 100,
        Some(text) => {
            let number = text
                .parse::<usize>()
                .ok()
                .filter(|number| (1..=100).contains(number));
            number.ok_or_else(|| super::invalid("MaxItems has to be a number from 1 to 100"))?
        }
    };
    let marker = call.text("Marker").unwrap_or_default();
    let mut rest = all.into_iter().filter(|(id, _)| id.as_str() > marker);
    let page: Vec<(String, Value)> = rest.by_ref().take(most).collect();
    let is_truncated = rest.next().is_some();
    let mut list = json!({
        "Marker": marker, "MaxItems": most, "IsTruncated": is_truncated, "Quantity": page.len(),
    });
    if is_truncated && let Some((last, _)) = page.last() {
        list["NextMarker"] = last.as_str().into();
    }
    if !page.is_empty() {
        list["Items"] = page.into_iter().map(|(_, item)| item).collect();
    }
    Ok(list)
}
