//! Applications of Elastic fleets: each on an app block, and which fleets offer them. Not those inside images.

use serde_json::{Map, Value, json};

use super::account::Place;
use super::app_block::{self, has_key, wanted};
use super::input::{keep, member, required, tags, texts};
use super::page::PAGER;
use super::{answer, fault, page, place};
use crate::service::{Answer, Call, Fault};
use crate::world::World;
pub(super) use crate::world::appstream::Application;

/// What UpdateApplication can change. Platforms and instance families stay.
const CHANGEABLE: &[&str] = &[
    "DisplayName",
    "Description",
    "IconS3Location",
    "LaunchPath",
    "WorkingDirectory",
    "LaunchParameters",
    "AppBlockArn",
];

/// Which member an attribute to delete takes away (ApplicationAttribute).
const DELETABLE: &[(&str, &str)] = &[
    ("LAUNCH_PARAMETERS", "LaunchParameters"),
    ("WORKING_DIRECTORY", "WorkingDirectory"),
];

/// The instance families of Elastic fleets (CreateApplication, InstanceFamilies).
const FAMILIES: &[&str] = &["GENERAL_PURPOSE", "GRAPHICS_G4"];

impl Application {
    /// The ARN of its app block.
    pub(super) fn block(&self) -> Option<&str> {
        self.fields.get("AppBlockArn").and_then(Value::as_str)
    }

    fn view(&self, arn: &str) -> Value {
        let mut view = self.fields.clone();
        view.insert("Name".to_owned(), json!(self.name));
        view.insert("Arn".to_owned(), json!(arn));
        view.insert("Enabled".to_owned(), json!(true));
        view.insert("CreatedTime".to_owned(), json!(self.created.epoch_seconds()));
        let icon = &view["IconS3Location"];
        let text = |member: &str| icon[member].as_str().unwrap_or_default();
        let url = format!("https://{}.s3.amazonaws.com/{}", text("S3Bucket"), text("S3Key"));
        view.insert("IconURL".to_owned(), json!(url));
        Value::Object(view)
    }

    fn runs_on(&self, platform: &Value) -> bool {
        self.fields["Platforms"]
            .as_array()
            .is_some_and(|list| list.contains(platform))
    }
}

/// Refuses an icon that is no object, and an app block that is not there.
fn check(place: &Place, input: &Value) -> Result<(), Fault> {
    if member(input, "IconS3Location").is_some_and(|icon| !has_key(icon)) {
        return Err(fault::not_permitted("IconS3Location needs an S3Key."));
    }
    match member(input, "AppBlockArn").and_then(Value::as_str) {
        Some(arn) if !app_block::known(place, arn) => Err(fault::not_found("app block", arn)),
        _ => Ok(()),
    }
}

/// CreateApplication.
///
/// Assumption: appstream.parameters-without-code. It declares no error about parameters: what Elastic fleets do not have
/// is not permitted.
pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let name = required(&call.input, "Name")?;
    let only = |member: &str, known: &[&str]| {
        let given = texts(&call.input, member).unwrap_or_default();
        match given.iter().find(|it| !known.contains(&it.as_str())) {
            Some(other) => Err(fault::not_permitted(format!(
                "Elastic fleets do not run on {other}."
            ))),
            None => Ok(()),
        }
    };
    only("Platforms", super::fleet::check::ELASTIC_PLATFORMS)?;
    only("InstanceFamilies", FAMILIES)?;
    let mut fields = Map::new();
    keep(&call.input, CHANGEABLE, &mut fields);
    keep(&call.input, &["Platforms", "InstanceFamilies"], &mut fields);
    let place = place(world, call);
    check(place, &call.input)?;
    if place.applications.contains_key(&name) {
        return Err(fault::exists("application", &name));
    }
    let made = Application {
        name: name.clone(),
        created: call.now,
        fields,
        fleets: Vec::new(),
        tags: tags(&call.input, "Tags"),
    };
    let view = made.view(&place.arn("application", &name));
    place.applications.insert(name, made);
    Ok(answer("Application", view))
}

/// UpdateApplication: what is absent stays.
pub(super) fn update(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let name = required(&call.input, "Name")?;
    let place = place(world, call);
    let arn = place.arn("application", &name);
    let mut changed = get(place, &name)?.clone();
    check(place, &call.input)?;
    for attribute in texts(&call.input, "AttributesToDelete").unwrap_or_default() {
        let found = DELETABLE.iter().find(|(it, _)| *it == attribute);
        let Some((_, name)) = found else { continue };
        if member(&call.input, name).is_some() {
            return Err(fault::not_permitted(format!(
                "{name} cannot be set and deleted at once."
            )));
        }
        changed.fields.remove(*name);
    }
    keep(&call.input, CHANGEABLE, &mut changed.fields);
    let view = changed.view(&arn);
    place.applications.insert(name, changed);
    Ok(answer("Application", view))
}

fn get<'place>(place: &'place Place, name: &str) -> Result<&'place Application, Fault> {
    place
        .applications
        .get(name)
        .ok_or_else(|| fault::not_found("application", name))
}

/// DescribeApplications, by ARN.
pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let here = place(world, call);
    let all = here.applications.values().map(|it| {
        let arn = here.arn("application", &it.name);
        (arn.clone(), it.view(&arn))
    });
    let (views, missing) = wanted(call, all.collect());
    page::missing(world, call, "application", &missing)?;
    PAGER.page(world, call, "Applications", views)
}

/// DeleteApplication: not while a fleet offers it.
pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let name = required(&call.input, "Name")?;
    let place = place(world, call);
    if !get(place, &name)?.fleets.is_empty() {
        return Err(fault::in_use(format!("A fleet offers the application {name}.")));
    }
    place.applications.remove(&name);
    Ok(Answer::empty())
}

/// The name of the application that a call means by its ARN.
fn named(place: &Place, call: &Call) -> Result<String, Fault> {
    let arn = required(&call.input, "ApplicationArn")?;
    let mut names = place.applications.keys();
    names
        .find(|name| place.arn("application", name) == arn)
        .cloned()
        .ok_or_else(|| fault::not_found("application", &arn))
}

/// AssociateApplicationFleet: Elastic fleets only, and what runs on their platform.
pub(super) fn associate(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let again_refused = world.quirk("appstream.association-again-refused");
    let fleet = required(&call.input, "FleetName")?;
    let place = place(world, call);
    let found = place
        .fleets
        .get(&fleet)
        .ok_or_else(|| fault::not_found("fleet", &fleet))?;
    let (elastic, platform) = (found.elastic(), found.fields["Platform"].clone());
    let name = named(place, call)?;
    if !elastic {
        return Err(fault::not_permitted(format!("{fleet} is not an Elastic fleet.")));
    }
    if !get(place, &name)?.runs_on(&platform) {
        return Err(fault::combination(format!("{name} does not run on {platform}.")));
    }
    if let Some(application) = place.applications.get_mut(&name) {
        if application.fleets.contains(&fleet) {
            // As for stacks: whether it is an error, and which one of those declared.
            if again_refused {
                return Err(fault::not_permitted(format!("{fleet} already offers {name}.")));
            }
        } else {
            application.fleets.push(fleet.clone());
        }
    }
    Ok(answer(
        "ApplicationFleetAssociation",
        json!({ "FleetName": fleet, "ApplicationArn": call.text("ApplicationArn") }),
    ))
}

/// DisassociateApplicationFleet.
///
/// Assumption: appstream.parameters-without-code. It does not declare that something is not found: of its errors the one
/// about parameters that do not go together fits best.
pub(super) fn disassociate(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let absent_is_fine = world.quirk("appstream.disassociation-of-nothing");
    let fleet = required(&call.input, "FleetName")?;
    let place = place(world, call);
    let name = named(place, call).ok();
    let application = name.and_then(|name| place.applications.get_mut(&name));
    let offered = application.is_some_and(|application| {
        let before = application.fleets.len();
        application.fleets.retain(|it| *it != fleet);
        application.fleets.len() < before
    });
    if offered || absent_is_fine {
        return Ok(Answer::empty());
    }
    Err(fault::combination(format!(
        "{fleet} does not offer this application."
    )))
}

/// DescribeApplicationFleetAssociations: of a fleet, of an application, or of both together.
pub(super) fn describe_associations(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let (fleet, arn) = (call.text("FleetName"), call.text("ApplicationArn"));
    if fleet.is_none() && arn.is_none() {
        return Err(fault::combination("Specify a FleetName or an ApplicationArn."));
    }
    let place = place(world, call);
    let mut list = Vec::new();
    for application in place.applications.values() {
        let own = place.arn("application", &application.name);
        let fleets = application
            .fleets
            .iter()
            .filter(|name| fleet.is_none_or(|fleet| fleet == *name));
        if arn.is_none_or(|arn| arn == own) {
            list.extend(fleets.map(|fleet| json!({ "FleetName": fleet, "ApplicationArn": own })));
        }
    }
    // A page holds 25 at most (ApplicationFleetAssociationList).
    PAGER
        .by(25)
        .page(world, call, "ApplicationFleetAssociations", list)
}

/// A fleet that goes offers nothing any more.
pub(super) fn forget(place: &mut Place, fleet: &str) {
    for application in place.applications.values_mut() {
        application.fleets.retain(|it| it != fleet);
    }
}
