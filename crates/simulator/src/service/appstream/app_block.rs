//! App blocks: the disks from which Elastic fleets bring applications. Only tags change once one is made.

use serde_json::{Map, Value, json};

use super::account::Place;
use super::input::{keep, member, required, tags, texts};
use super::page::PAGER;
use super::{answer, fault, page, place};
use crate::service::{Answer, Call, Fault};
use crate::world::World;
pub(super) use crate::world::appstream::AppBlock;

impl AppBlock {
    /// Custom ones are always ACTIVE; those that AppStream packages are once they have a disk (AppBlock, State), which
    /// here only the caller can bring: there are no app block builders.
    fn view(&self, arn: &str) -> Value {
        let mut view = self.fields.clone();
        let disk = view.get("SourceS3Location").is_some_and(has_key);
        let active = disk || view.get("PackagingType") == Some(&json!("CUSTOM"));
        view.insert("Name".to_owned(), json!(self.name));
        view.insert("Arn".to_owned(), json!(arn));
        view.insert("CreatedTime".to_owned(), json!(self.created.epoch_seconds()));
        view.insert(
            "State".to_owned(),
            json!(if active { "ACTIVE" } else { "INACTIVE" }),
        );
        view.insert("AppBlockErrors".to_owned(), json!([]));
        Value::Object(view)
    }
}

/// Whether an S3 location names an object.
pub(super) fn has_key(location: &Value) -> bool {
    member(location, "S3Key").is_some()
}

/// Refuses what does not belong to the packaging type.
///
/// Assumption: appstream.parameters-without-code. The operation declares no error about parameters.
fn check(input: &Value, custom: bool) -> Result<(), Fault> {
    let (needed, foreign) = match custom {
        true => (Some("SetupScriptDetails"), "PostSetupScriptDetails"),
        false => (None, "SetupScriptDetails"),
    };
    if needed.is_some_and(|needed| member(input, needed).is_none()) {
        return Err(fault::not_permitted(
            "A custom app block needs SetupScriptDetails.",
        ));
    }
    if member(input, foreign).is_some() {
        return Err(fault::not_permitted(format!(
            "{foreign} does not belong to this packaging type."
        )));
    }
    let scripts = ["SetupScriptDetails", "PostSetupScriptDetails"];
    let keyless = scripts
        .iter()
        .filter_map(|name| member(input, name))
        .any(|details| !has_key(&details["ScriptS3Location"]));
    if keyless || (custom && !has_key(&input["SourceS3Location"])) {
        return Err(fault::not_permitted("The location of an object needs an S3Key."));
    }
    Ok(())
}

/// CreateAppBlock: a custom one unless told otherwise, as all were before there were packaging types.
pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let name = required(&call.input, "Name")?;
    let kind = call.text("PackagingType").unwrap_or("CUSTOM");
    check(&call.input, kind == "CUSTOM")?;
    let mut fields = Map::new();
    keep(
        &call.input,
        &[
            "Description",
            "DisplayName",
            "SourceS3Location",
            "SetupScriptDetails",
            "PostSetupScriptDetails",
        ],
        &mut fields,
    );
    fields.insert("PackagingType".to_owned(), json!(kind));
    let place = place(world, call);
    if place.app_blocks.contains_key(&name) {
        return Err(fault::exists("app block", &name));
    }
    let made = AppBlock {
        name: name.clone(),
        created: call.now,
        fields,
        tags: tags(&call.input, "Tags"),
    };
    let view = made.view(&place.arn("app-block", &name));
    place.app_blocks.insert(name, made);
    Ok(answer("AppBlock", view))
}

/// DescribeAppBlocks, by ARN.
pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let here = place(world, call);
    let all = here.app_blocks.values().map(|it| {
        let arn = here.arn("app-block", &it.name);
        (arn.clone(), it.view(&arn))
    });
    let (views, missing) = wanted(call, all.collect());
    page::missing(world, call, "app block", &missing)?;
    PAGER.page(world, call, "AppBlocks", views)
}

/// Of things by their ARNs those that a call asks for, and the ARNs that it asks for in vain.
pub(super) fn wanted(call: &Call, all: Vec<(String, Value)>) -> (Vec<Value>, Vec<String>) {
    let arns = texts(&call.input, "Arns").filter(|arns| !arns.is_empty());
    let missing = arns
        .iter()
        .flatten()
        .filter(|arn| !all.iter().any(|(it, _)| it == *arn))
        .cloned()
        .collect();
    let views = all
        .into_iter()
        .filter(|(arn, _)| arns.as_ref().is_none_or(|arns| arns.contains(arn)))
        .map(|(_, view)| view)
        .collect();
    (views, missing)
}

/// Whether there is an app block of this ARN.
pub(super) fn known(place: &Place, arn: &str) -> bool {
    place
        .app_blocks
        .keys()
        .any(|name| place.arn("app-block", name) == arn)
}

/// DeleteAppBlock: not while an application is on it.
pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let name = required(&call.input, "Name")?;
    let place = place(world, call);
    let arn = place.arn("app-block", &name);
    if !place.app_blocks.contains_key(&name) {
        return Err(fault::not_found("app block", &name));
    }
    if place.applications.values().any(|it| it.block() == Some(&arn)) {
        return Err(fault::in_use(format!(
            "An application uses the app block {name}."
        )));
    }
    place.app_blocks.remove(&name);
    Ok(Answer::empty())
}
