//! Exports of images to EC2 AMIs: tasks that run for a while. What becomes of the AMI is EC2's affair.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::account::Place;
use super::input::{keep, member, required, texts};
use super::page::PAGER;
use super::{answer, fault, place, role};
use crate::clock::Moment;
use crate::service::page::Pager;
use crate::service::{Answer, Call, Fault};
use crate::world::World;
pub(super) use crate::world::appstream::Export;

/// From CreateExportImageTask to the AMI.
///
/// Assumption: appstream.image-times. No figure is documented.
const EXPORTING: Duration = Duration::from_secs(30 * 60);

impl Export {
    fn view(&self) -> Value {
        let mut view = self.fields.clone();
        view.insert("TaskId".to_owned(), json!(self.id));
        view.insert("CreatedDate".to_owned(), json!(self.created.epoch_seconds()));
        view.insert("State".to_owned(), json!(self.state()));
        if self.due.is_none() {
            view.insert("AmiId".to_owned(), json!(self.ami));
        }
        Value::Object(view)
    }

    fn state(&self) -> &'static str {
        match self.due {
            Some(_) => "EXPORTING",
            None => "COMPLETED",
        }
    }
}

/// CreateExportImageTask: an own image that is available, under a name that no other task here has used. That the name
/// is taken has no error of its own.
pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let image = required(&call.input, "ImageName")?;
    let name = required(&call.input, "AmiName")?;
    role::check(world, call, &required(&call.input, "IamRoleArn")?)?;
    let (id, ami) = (world.uuid(), format!("ami-{}", world.hex(17)));
    let place = place(world, call);
    let arn = place.arn("image", &image);
    place
        .images
        .get(&image)
        .ok_or_else(|| fault::not_found("image", &image))?
        .usable()?;
    if place
        .exports
        .iter()
        .any(|it| it.fields["AmiName"] == name.as_str())
    {
        return Err(fault::not_permitted(format!("There is an AMI {name} already.")));
    }
    let mut fields = Map::new();
    keep(
        &call.input,
        &["AmiName", "AmiDescription", "TagSpecifications"],
        &mut fields,
    );
    fields.insert("ImageArn".to_owned(), json!(arn));
    let task = Export {
        id,
        created: call.now,
        due: Some(call.now.after(EXPORTING)),
        ami,
        fields,
    };
    let view = task.view();
    place.exports.push(task);
    Ok(answer("ExportImageTask", view))
}

/// GetExportImageTask.
pub(super) fn get(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let id = call.text("TaskId").unwrap_or_default();
    let tasks = &place(world, call).exports;
    match tasks.iter().find(|task| task.id == id) {
        Some(task) => Ok(answer("ExportImageTask", task.view())),
        None => Err(fault::not_found("export image task", id)),
    }
}

/// ListExportImageTasks.
///
/// Assumption: appstream.export-filters. The model does not say which filters there are: here those that name a member
/// of a task.
pub(super) fn list(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let mut list: Vec<Value> = place(world, call).exports.iter().map(Export::view).collect();
    let filters = member(&call.input, "Filters").and_then(Value::as_array);
    for filter in filters.into_iter().flatten() {
        let name = required(filter, "Name")?;
        if !["State", "AmiName", "ImageArn", "TaskId"].contains(&name.as_str()) {
            return Err(fault::not_permitted(format!("{name} is not a filter.")));
        }
        let values = texts(filter, "Values").unwrap_or_default();
        list.retain(|task| values.iter().any(|value| task[&name] == value.as_str()));
    }
    let pager = Pager {
        most: 500,
        ..PAGER.by(50)
    };
    pager.page(world, call, "ExportImageTasks", list)
}

/// Lets exports finish.
pub(super) fn tick(place: &mut Place, now: Moment) {
    for task in &mut place.exports {
        task.due = task.due.filter(|due| *due > now);
    }
}
