//! A simulated person with a browser: reads a printed worksheet and does what it says in AWS's consoles.
//!
//! The operator gets the worksheet's text and nothing else. It is as tolerant as people are about layout (bold
//! labels, other bullets, more prose) and strict about values: what it types is what stands in the backticks.

mod builder;
mod external_provider;
mod powershell;
mod typing;
mod worksheet;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::clock::Moment;
use super::service::{Call, Caller, Service as _, appstream, sso_admin};
use super::world::World;
use typing::refused;
pub use typing::{Mistake, Operator};
use worksheet::Worksheet;

/// The columns of Identity Center's attribute mappings.
const MAPPINGS: [&str; 3] = ["user attribute in the application", "maps to", "format"];

impl Operator {
    /// Reads the worksheet, does what it says, and returns the answers that it asks for, by key.
    ///
    /// `base_url` is where the simulator can be reached, if it can: the metadata address is then one that can
    /// be fetched.
    ///
    /// # Errors
    ///
    /// Returns what a stuck operator would say: what is missing in the worksheet, or what the console or
    /// the builder answered.
    pub fn read_and_act(
        &self,
        world: &mut World,
        worksheet: &str,
        base_url: Option<&str>,
        now: Moment,
    ) -> Result<BTreeMap<String, String>, String> {
        let sheet = worksheet::read(worksheet)?;
        let kind = sheet.address.split('/').next().unwrap_or_default();
        match kind {
            "identity_center.application" if sheet.asks("edited") => {
                self.edit_application(world, &sheet, now)
            }
            "identity_center.application" => self.make_application(world, &sheet, base_url, now),
            "identity_center.assignment" => assign(world, &sheet, now),
            "identity_center.link" => copy_link(world, &sheet, now),
            "idp.application" if sheet.asks("edited") => {
                external_provider::edit_application(self, world, &sheet, now)
            }
            "idp.application" => external_provider::make_application(self, world, &sheet, base_url, now),
            "appstream.image" => self.capture_image(world, &sheet, now),
            other => Err(format!(
                "I do not know what to do for a checkpoint of the kind {other}"
            )),
        }
    }

    /// Changes what the worksheet lists, and nothing else.
    fn edit_application(
        &self,
        world: &mut World,
        sheet: &Worksheet,
        now: Moment,
    ) -> Result<BTreeMap<String, String>, String> {
        let console = "the IAM Identity Center console";
        let arn = find_application(world, sheet, now)?;
        let mut input = json!({ "application_arn": arn });
        for (label, member) in [
            ("Display name", "display_name"),
            ("Description", "description"),
            ("Application ACS URL", "acs_url"),
            ("Application SAML audience", "audience"),
            ("Session duration", "session_duration"),
            ("Application start URL", "start_url"),
            ("Visibility", "visibility"),
            ("Status", "status"),
        ] {
            if let Some(value) = sheet.value(label) {
                input[member] = json!(value);
            }
        }
        if let Some(value) = sheet.value("Relay state") {
            input["relay_state"] = json!(self.typed(Mistake::RelayState, value));
        }
        let changed = sheet.table(&MAPPINGS).unwrap_or_default();
        let out = sheet
            .table(&["out: user attribute in the application"])
            .unwrap_or_default();
        if !(changed.is_empty() && out.is_empty()) {
            let named = json!({ "application_arn": arn });
            let shown = sso_admin::console(world, &["applications", "show"], &named, now)
                .map_err(|fault| refused(console, &fault))?;
            let mut rows = shown["attribute_mappings"]
                .as_array()
                .cloned()
                .unwrap_or_default();
            let is_row = |row: &Value, cells: &[String]| {
                cells
                    .first()
                    .is_some_and(|attribute| row["attribute"] == attribute.as_str())
            };
            rows.retain(|row| !out.iter().chain(changed).any(|cells| is_row(row, cells)));
            rows.extend(self.mappings(changed)?);
            input["attribute_mappings"] = json!(rows);
        }
        sso_admin::console(world, &["applications", "update"], &input, now)
            .map_err(|fault| refused(console, &fault))?;
        Ok(BTreeMap::from([("edited".to_owned(), "yes".to_owned())]))
    }

    /// The rows of attribute mappings as this operator types them.
    fn mappings(&self, rows: &[Vec<String>]) -> Result<Vec<Value>, String> {
        rows.iter()
            .map(|row| {
                let [attribute, value, format, ..] = row.as_slice() else {
                    return Err("a row of the attribute mappings lacks a cell".to_owned());
                };
                let value = if attribute.ends_with("/SAML/Attributes/Role") {
                    self.typed(Mistake::RoleMapping, value)
                } else {
                    value.clone()
                };
                Ok(json!({ "attribute": attribute, "value": value, "format": format }))
            })
            .collect()
    }

    fn make_application(
        &self,
        world: &mut World,
        sheet: &Worksheet,
        base_url: Option<&str>,
        now: Moment,
    ) -> Result<BTreeMap<String, String>, String> {
        let needed = |label: &str| {
            let value = sheet.value(label).filter(|value| !value.is_empty());
            value.ok_or_else(|| format!("the worksheet does not say what to type into {label}"))
        };
        let mappings = sheet
            .table(&MAPPINGS)
            .filter(|rows| !rows.is_empty())
            .ok_or("the worksheet has no table of attribute mappings")?;
        let rows = self.mappings(mappings)?;
        let mut input = json!({
            "display_name": needed("Display name")?,
            "acs_url": needed("Application ACS URL")?,
            "audience": needed("Application SAML audience")?,
            "attribute_mappings": rows,
        });
        for (label, member) in [
            ("Description", "description"),
            ("Application start URL", "start_url"),
            ("Session duration", "session_duration"),
        ] {
            if let Some(value) = sheet.value(label) {
                input[member] = json!(value);
            }
        }
        if let Some(value) = sheet.value("Relay state") {
            input["relay_state"] = json!(self.typed(Mistake::RelayState, value));
        }
        if let Some(base_url) = base_url {
            input["base_url"] = json!(base_url);
        }
        let console = "the IAM Identity Center console";
        let named = sheet.value("Application ARN").map(str::to_owned);
        let there = named.filter(|arn| leads_where_the_sheet_says(world, sheet, arn, now));
        let made = match there {
            // The worksheet names one that is there already and leads to where it should: that one is corrected.
            Some(arn) => {
                input["application_arn"] = json!(arn);
                sso_admin::console(world, &["applications", "update"], &input, now)
                    .map_err(|fault| refused(console, &fault))?;
                sso_admin::console(world, &["applications", "addresses"], &input, now)
            }
            None => sso_admin::console(world, &["applications", "create"], &input, now),
        };
        let made = made.map_err(|fault| refused(console, &fault))?;
        let mut answers = BTreeMap::new();
        for key in &sheet.answers {
            let member = match key.as_str() {
                "metadata" => "metadata_url",
                "application_arn" => "application_arn",
                "sign_in_url" => "sign_in_url",
                _ => continue,
            };
            answers.insert(
                key.clone(),
                self.copied(key, made[member].as_str().unwrap_or_default()),
            );
        }
        Ok(answers)
    }

    /// Types the worksheet's commands inside the builder's session. Where the worksheet says that the image is there under
    /// another name, this operator answers with that name.
    fn capture_image(
        &self,
        world: &mut World,
        sheet: &Worksheet,
        now: Moment,
    ) -> Result<BTreeMap<String, String>, String> {
        if let Some(image) = sheet.value("Captured image").filter(|_| sheet.asks("image")) {
            return Ok(BTreeMap::from([("image".to_owned(), image.to_owned())]));
        }
        let needed = |label: &str| {
            let value = sheet.value(label).filter(|value| !value.is_empty());
            value.ok_or_else(|| format!("the worksheet does not name the {label}"))
        };
        let (builder, region) = (needed("Image builder")?, needed("Region")?);
        let commands = sheet
            .commands
            .as_deref()
            .ok_or("the worksheet has no powershell commands")?;
        let state = builder_state(world, builder, region, now)?;
        if state != "RUNNING" {
            return Err(format!(
                "I cannot connect to the image builder {builder}: it is not RUNNING but {state}"
            ));
        }
        for path in &sheet.programs {
            builder::install(world, builder, region, path, now);
        }
        let mut session = builder::Session::open(*self, world, (builder, region), now);
        session.package = sheet
            .value("Browser package")
            .zip(sheet.value("Its SHA-256"))
            .map(|(url, hash)| (url.to_owned(), hash.to_owned()));
        let errors = powershell::paste(&mut session, commands)?;
        if !session.is_over {
            return Err(match errors.is_empty() {
                true => "the commands never call create-image".to_owned(),
                false => format!("PowerShell on the image builder said: {}", errors.join("\n")),
            });
        }
        Ok(BTreeMap::new())
    }
}

/// What a careful operator does with the worksheet; see [`Operator::read_and_act`].
///
/// # Errors
///
/// As [`Operator::read_and_act`].
pub fn read_and_act(
    world: &mut World,
    worksheet: &str,
    base_url: Option<&str>,
    now: Moment,
) -> Result<BTreeMap<String, String>, String> {
    Operator::careful().read_and_act(world, worksheet, base_url, now)
}

/// The ARN of the application that the worksheet is about: it names the ARN, or a name that only one has.
fn find_application(world: &mut World, sheet: &Worksheet, now: Moment) -> Result<String, String> {
    if let Some(arn) = sheet.value("Application ARN") {
        return Ok(arn.to_owned());
    }
    let name = sheet
        .value("Application")
        .ok_or("the worksheet does not say which application it is")?;
    let listed = sso_admin::console(world, &["applications", "list"], &json!({}), now)
        .map_err(|fault| refused("the IAM Identity Center console", &fault))?;
    let applications = listed["applications"].as_array().into_iter().flatten();
    let called: Vec<&Value> = applications.filter(|one| one["display_name"] == name).collect();
    match called.as_slice() {
        [one] => Ok(one["application_arn"].as_str().unwrap_or_default().to_owned()),
        [] => Err(format!("I find no application {name}")),
        _ => Err(format!("I find several applications {name}")),
    }
}

/// Whether an application that is there has the relay state of the worksheet: then it was made for the same purpose.
fn leads_where_the_sheet_says(world: &mut World, sheet: &Worksheet, arn: &str, now: Moment) -> bool {
    let named = json!({ "application_arn": arn });
    let shown = sso_admin::console(world, &["applications", "show"], &named, now);
    shown.is_ok_and(|shown| shown["relay_state"].as_str() == sheet.value("Relay state"))
}

/// Assigns a group or a user to an application in the console of IAM Identity Center.
fn assign(world: &mut World, sheet: &Worksheet, now: Moment) -> Result<BTreeMap<String, String>, String> {
    let console = "the IAM Identity Center console";
    let mut input = json!({ "application_arn": find_application(world, sheet, now)? });
    match (sheet.value("Group"), sheet.value("User")) {
        (Some(group), None) => input["groups"] = json!([group]),
        (None, Some(user)) => input["users"] = json!([user]),
        _ => return Err("the worksheet does not name one group or user".to_owned()),
    }
    sso_admin::console(world, &["applications", "assign"], &input, now)
        .map_err(|fault| refused(console, &fault))?;
    let asked = sheet.answers.iter().filter(|key| *key == "done");
    Ok(asked.map(|key| (key.clone(), "yes".to_owned())).collect())
}

/// The user whom the operator assigns where the worksheet asks for a user and names none.
const TRIES_IT: &str = "agent1@example.com";

/// Copies the application's link from the access portal, as a user who is assigned to it.
fn copy_link(world: &mut World, sheet: &Worksheet, now: Moment) -> Result<BTreeMap<String, String>, String> {
    let named = json!({ "application_arn": find_application(world, sheet, now)? });
    if sheet.mentions("Assign a user") {
        let input = json!({ "application_arn": named["application_arn"], "users": [TRIES_IT] });
        sso_admin::console(world, &["applications", "assign"], &input, now)
            .map_err(|fault| refused("the IAM Identity Center console", &fault))?;
    }
    let shown = sso_admin::console(world, &["applications", "link"], &named, now)
        .map_err(|fault| refused("the access portal", &fault))?;
    let asked = sheet.answers.iter().filter(|key| *key == "start_url");
    let link = shown["start_url"].as_str().unwrap_or_default();
    Ok(asked.map(|key| (key.clone(), link.to_owned())).collect())
}

/// What the AppStream console shows as the state of the builder.
fn builder_state(world: &mut World, builder: &str, region: &str, now: Moment) -> Result<String, String> {
    let account = world.settings.account.clone();
    let call = Call {
        operation: "DescribeImageBuilders".to_owned(),
        input: json!({ "Names": [builder] }),
        body: Default::default(),
        headers: Vec::new(),
        region: region.to_owned(),
        caller: Caller {
            arn: format!("arn:aws:iam::{account}:user/administrator"),
            account,
            access_key: Some("AKIAIOSFODNN7EXAMPLE".to_owned()),
            permissions: None,
        },
        now,
        base_url: None,
    };
    let answer = appstream::AppStream.call(world, &call);
    let answer = answer.map_err(|fault| refused("the AppStream console", &fault))?;
    let builders = answer.output.get("ImageBuilders").and_then(Value::as_array);
    let found = builders.into_iter().flatten().find(|one| one["Name"] == builder);
    let state = found.and_then(|one| one["State"].as_str());
    let missing = || format!("there is no image builder {builder} in {region}");
    state.map(str::to_owned).ok_or_else(missing)
}
