//! Where an instance keeps recordings, transcripts, reports and streams.

use serde_json::{Value, json};

use super::instance::Instance;
use super::{PAGER, active_instance, invalid_parameter, not_found};
use crate::service::{Answer, Call, Fault};
use crate::world::World;
pub(super) use crate::world::connect::Association;

impl Association {
    fn shown(&self) -> Value {
        let mut config = self.config.clone();
        config["AssociationId"] = json!(self.id);
        config
    }
}

/// The configuration must be the one that its type asks for, and the one that the sort of data allows: what streams
/// goes to Kinesis, what is kept goes to S3.
fn check(call: &Call) -> Result<(), Fault> {
    let config = &call.input["StorageConfig"];
    let kind = config["StorageType"].as_str().unwrap_or_default();
    let member = match kind {
        "S3" => "S3Config",
        "KINESIS_VIDEO_STREAM" => "KinesisVideoStreamConfig",
        "KINESIS_STREAM" => "KinesisStreamConfig",
        _ => "KinesisFirehoseConfig",
    };
    if config[member].is_null() {
        return Err(invalid_parameter(format!("{member} is required for {kind}")));
    }
    let sort = call.text("ResourceType").unwrap_or_default();
    let allowed: &[&str] = match sort {
        "MEDIA_STREAMS" => &["KINESIS_VIDEO_STREAM"],
        "CONTACT_TRACE_RECORDS" => &["KINESIS_STREAM", "KINESIS_FIREHOSE"],
        "AGENT_EVENTS" | "REAL_TIME_CONTACT_ANALYSIS_SEGMENTS" => &["KINESIS_STREAM"],
        "CHAT_TRANSCRIPTS" | "CALL_RECORDINGS" | "SCHEDULED_REPORTS" | "ATTACHMENTS" => &["S3"],
        _ => return Ok(()),
    };
    if allowed.contains(&kind) {
        Ok(())
    } else {
        Err(invalid_parameter(format!("{sort} cannot be kept in {kind}")))
    }
}

pub(super) fn associate(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    check(call)?;
    let id = world.hex(64);
    let one = active_instance(world, call)?;
    let sort = call.text("ResourceType").unwrap_or_default();
    // "This API does not create a resource that doesn't exist" and one sort of data has one place.
    if one.storage.iter().any(|held| held.sort == sort) {
        return Err(Fault::new(
            "ResourceConflictException",
            "the instance has a place for this sort of data",
        ));
    }
    one.storage.push(Association {
        id: id.clone(),
        sort: sort.to_owned(),
        config: call.input["StorageConfig"].clone(),
    });
    Ok(Answer::of(json!({ "AssociationId": id })))
}

/// Where in the instance's list the association of the call is.
fn position(one: &Instance, call: &Call) -> Result<usize, Fault> {
    let (id, sort) = (call.text("AssociationId"), call.text("ResourceType"));
    one.storage
        .iter()
        .position(|held| Some(held.id.as_str()) == id && Some(held.sort.as_str()) == sort)
        .ok_or_else(|| not_found("the association"))
}

pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let one = active_instance(world, call)?;
    let at = position(one, call)?;
    Ok(Answer::of(json!({ "StorageConfig": one.storage[at].shown() })))
}

pub(super) fn list(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let one = active_instance(world, call)?;
    let sort = call.text("ResourceType").unwrap_or_default();
    let of_sort = one.storage.iter().filter(|held| held.sort == sort);
    let items = of_sort.map(Association::shown).collect();
    PAGER.by(10).page(world, call, "StorageConfigs", items)
}

pub(super) fn update(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    check(call)?;
    let one = active_instance(world, call)?;
    let at = position(one, call)?;
    one.storage[at].config = call.input["StorageConfig"].clone();
    Ok(Answer::empty())
}

pub(super) fn disassociate(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let one = active_instance(world, call)?;
    let at = position(one, call)?;
    one.storage.remove(at);
    Ok(Answer::empty())
}
