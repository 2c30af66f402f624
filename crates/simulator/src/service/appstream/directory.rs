//! Directory configurations, which domain-joined fleets and builders name. They cannot be tagged.

use serde_json::{Map, Value, json};

use super::account::Place;
use super::input::{keep, member, required, texts};
use super::page::PAGER;
use super::{answer, fault, page, place};
use crate::service::{Answer, Call, Fault};
use crate::world::World;
pub(super) use crate::world::appstream::Directory;

impl Directory {
    /// The password never comes back ("this password is not returned in the actual response"). The member is required
    /// by the model: it is there and empty, or by quirk (`without`) not at all.
    fn view(&self, without: bool) -> Value {
        let mut view = self.fields.clone();
        let credentials = view
            .get_mut("ServiceAccountCredentials")
            .and_then(Value::as_object_mut);
        if let Some(credentials) = credentials {
            credentials.insert("AccountPassword".to_owned(), json!(""));
            if without {
                credentials.remove("AccountPassword");
            }
        }
        view.insert("DirectoryName".to_owned(), json!(self.name));
        view.insert("CreatedTime".to_owned(), json!(self.created.epoch_seconds()));
        Value::Object(view)
    }

    fn set(&mut self, input: &Value) {
        keep(
            input,
            &[
                "OrganizationalUnitDistinguishedNames",
                "ServiceAccountCredentials",
                "CertificateBasedAuthProperties",
            ],
            &mut self.fields,
        );
    }
}

fn without_password(world: &World) -> bool {
    world.quirk("appstream.directory-without-password")
}

/// CreateDirectoryConfig.
pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let name = required(&call.input, "DirectoryName")?;
    let without = without_password(world);
    let place = place(world, call);
    if place.directories.contains_key(&name) {
        return Err(fault::exists("directory config", &name));
    }
    let mut directory = Directory {
        name: name.clone(),
        created: call.now,
        fields: Map::new(),
    };
    directory.set(&call.input);
    let view = directory.view(without);
    place.directories.insert(name, directory);
    Ok(answer("DirectoryConfig", view))
}

/// UpdateDirectoryConfig.
pub(super) fn update(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let name = required(&call.input, "DirectoryName")?;
    let without = without_password(world);
    let place = place(world, call);
    let directory = place
        .directories
        .get_mut(&name)
        .ok_or_else(|| fault::not_found("directory config", &name))?;
    directory.set(&call.input);
    Ok(answer("DirectoryConfig", directory.view(without)))
}

/// DeleteDirectoryConfig: not while a fleet or an image builder names it.
pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let name = required(&call.input, "DirectoryName")?;
    let place = place(world, call);
    if used(place, &name) {
        return Err(fault::in_use(format!(
            "A fleet or an image builder uses the directory {name}."
        )));
    }
    match place.directories.remove(&name) {
        Some(_) => Ok(Answer::empty()),
        None => Err(fault::not_found("directory config", &name)),
    }
}

fn used(place: &Place, name: &str) -> bool {
    let names = |join: Option<&Value>| join.and_then(|join| join["DirectoryName"].as_str()) == Some(name);
    place
        .fleets
        .values()
        .any(|fleet| names(member(&fleet.fields, "DomainJoinInfo")))
        || place.builders.values().any(|builder| names(builder.domain()))
}

/// DescribeDirectoryConfigs.
pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let names = texts(&call.input, "DirectoryNames").filter(|names| !names.is_empty());
    let without = without_password(world);
    let here = place(world, call);
    let missing: Vec<String> = names
        .iter()
        .flatten()
        .filter(|name| !here.directories.contains_key(*name))
        .cloned()
        .collect();
    let views: Vec<Value> = here
        .directories
        .values()
        .filter(|it| names.as_ref().is_none_or(|names| names.contains(&it.name)))
        .map(|it| it.view(without))
        .collect();
    page::missing(world, call, "directory config", &missing)?;
    PAGER.page(world, call, "DirectoryConfigs", views)
}
