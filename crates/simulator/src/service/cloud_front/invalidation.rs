//! Invalidations: edges forget what they keep.

use std::time::Duration;

use serde_json::{Value, json};

use super::{config, distribution, fresh, invalid};
use crate::policy::wildcard_matches;
use crate::service::{Answer, Call, Fault};
use crate::world::World;
use crate::world::cloud_front::{Distribution, Invalidation};

/// How long it takes until no edge has the old files.
///
/// Assumption: cloudfront.invalidation-time.
const COMPLETION: Duration = Duration::from_secs(60);
/// The most paths in progress for one distribution, without and with a wildcard (CloudFront's quotas).
const MOST: (usize, usize) = (3000, 15);

fn paths(batch: &Value) -> impl Iterator<Item = &str> {
    let items = batch["Paths"]["Items"].as_array().into_iter().flatten();
    items.filter_map(Value::as_str)
}

fn shown(call: &Call, id: &str, one: &Invalidation) -> Value {
    let status = match call.now < one.completed {
        true => "InProgress",
        false => "Completed",
    };
    json!({ "Id": id, "Status": status, "CreateTime": one.created.epoch_seconds(), "InvalidationBatch": one.batch })
}

pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let id = fresh(world);
    let one = distribution(world, call, call.text("DistributionId").unwrap_or_default())?;
    let batch = &call.input["InvalidationBatch"];
    config::consistent(batch)?;
    if let Some(path) = paths(batch).find(|path| !path.starts_with('/')) {
        return Err(invalid(format!(
            "Your request contains one or more invalid invalidation paths: {path}"
        )));
    }
    let reference = &batch["CallerReference"];
    if let Some((id, known)) = one
        .invalidations
        .iter()
        .find(|(_, it)| it.batch["CallerReference"] == *reference)
    {
        if known.batch != *batch {
            return Err(invalid(
                "Your request contains a caller reference that was used for a previous invalidation batch.",
            ));
        }
        return Ok(Answer::of(json!({ "Invalidation": shown(call, id, known) })));
    }
    check_count(one, call, batch)?;
    one.cache
        .retain(|key, _| !paths(batch).any(|path| wildcard_matches(path, key)));
    let made = Invalidation {
        batch: batch.clone(),
        created: call.now,
        completed: call.now.after(COMPLETION),
    };
    let answer = Answer::of(json!({ "Invalidation": shown(call, &id, &made) }));
    one.invalidations.insert(id, made);
    Ok(answer)
}

fn check_count(one: &Distribution, call: &Call, batch: &Value) -> Result<(), Fault> {
    let running = one.invalidations.values().filter(|it| call.now < it.completed);
    let all: Vec<&str> = running
        .flat_map(|it| paths(&it.batch))
        .chain(paths(batch))
        .collect();
    let wild = all.iter().filter(|path| path.ends_with('*')).count();
    match all.len() - wild > MOST.0 || wild > MOST.1 {
        true => Err(Fault::new(
            "TooManyInvalidationsInProgress",
            "You have exceeded the maximum number of allowable InProgress invalidation batch requests.",
        )),
        false => Ok(()),
    }
}

pub(super) fn get(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let one = distribution(world, call, call.text("DistributionId").unwrap_or_default())?;
    let id = call.text("Id").unwrap_or_default();
    let found = one.invalidations.get(id);
    let found = found
        .ok_or_else(|| Fault::new("NoSuchInvalidation", "The specified invalidation does not exist."))?;
    Ok(Answer::of(json!({ "Invalidation": shown(call, id, found) })))
}

pub(super) fn list(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let one = distribution(world, call, call.text("DistributionId").unwrap_or_default())?;
    let all = one.invalidations.iter().map(|(id, it)| {
        let mut item = shown(call, id, it);
        if let Some(item) = item.as_object_mut() {
            item.remove("InvalidationBatch");
        }
        (id.clone(), item)
    });
    let list = super::kept::page(call, all.collect())?;
    Ok(Answer::of(json!({ "InvalidationList": list })))
}
