//! The operator in the consoles of identity providers outside AWS.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::typing::{Mistake, Operator, refused};
use super::worksheet::Worksheet;
use crate::clock::Moment;
use crate::identity_provider;
use crate::world::World;

/// The form that a product's console shows.
struct Form {
    /// The product, as its console is addressed.
    product: &'static str,
    /// What a worksheet for it speaks of.
    sign: &'static str,
    /// The labels of the form.
    labels: &'static [&'static str],
    /// The label at which the relay state is typed.
    relay_state: &'static str,
    /// The columns of its attributes.
    attributes: &'static [&'static str],
    /// The columns of its assignments.
    assignments: &'static [&'static str],
}

const FORMS: [Form; 7] = [
    Form {
        product: "okta",
        sign: "Okta Admin Console",
        labels: &[
            "App name",
            "Single sign-on URL",
            "Audience URI (SP Entity ID)",
            "Default RelayState",
            "Name ID format",
            "Application username",
        ],
        relay_state: "Default RelayState",
        attributes: &["name", "name format", "value"],
        assignments: &["assign to", "name"],
    },
    Form {
        product: "entra",
        sign: "Microsoft Entra admin center",
        labels: &[
            "Name",
            "Display name",
            "Allowed member types",
            "Value",
            "Description",
            "Identifier (Entity ID)",
            "Reply URL (Assertion Consumer Service URL)",
            "Relay State (Optional)",
            "Name identifier format",
            "Source attribute",
        ],
        relay_state: "Relay State (Optional)",
        attributes: &["name", "namespace", "source attribute"],
        assignments: &["type", "name", "role"],
    },
    Form {
        product: "adfs",
        sign: "AD FS Management",
        labels: &["Display name", "Relying party trust identifier", "Trusted URL"],
        relay_state: "",
        attributes: &["claim rule name", "custom rule"],
        assignments: &["type", "name"],
    },
    Form {
        product: "google",
        sign: "Google Admin console",
        labels: &[
            "Category",
            "Role",
            "SessionDuration",
            "App name",
            "ACS URL",
            "Entity ID",
            "Start URL",
            "Name ID format",
            "Name ID",
        ],
        relay_state: "Start URL",
        attributes: &["app attributes", "google directory attributes"],
        assignments: &["type", "name"],
    },
    Form {
        product: "pingone",
        sign: "PingOne admin console",
        labels: &[
            "Application Name",
            "ACS URLs",
            "Entity ID",
            "Subject NameID Format",
            "Target Application URL",
        ],
        relay_state: "Target Application URL",
        attributes: &["application attribute", "pingone mapping"],
        assignments: &["type", "name"],
    },
    Form {
        product: "pingfederate",
        sign: "PingFederate administrative console",
        labels: &["Partner's Entity ID", "Connection Name", "Endpoint URL"],
        relay_state: "",
        attributes: &["attribute contract", "source", "value"],
        assignments: &["type", "name"],
    },
    Form {
        product: "other",
        sign: "",
        labels: &[
            "Name",
            "Assertion consumer service URL (ACS)",
            "Audience (SP entity ID)",
            "Relay state",
            "NameID format",
            "NameID",
        ],
        relay_state: "Relay state",
        attributes: &["attribute", "value"],
        assignments: &["type", "name"],
    },
];

/// Changes what the worksheet lists of an application, and nothing else.
pub(super) fn edit_application(
    operator: &Operator,
    world: &mut World,
    sheet: &Worksheet,
    now: Moment,
) -> Result<BTreeMap<String, String>, String> {
    let form = form_of(sheet)?;
    let name = sheet
        .value("Application")
        .ok_or("the worksheet does not say which application it is")?;
    let out = |heads: &[&str]| {
        let first = format!("out: {}", heads.first().copied().unwrap_or_default());
        let heads: Vec<&str> = std::iter::once(first.as_str())
            .chain(heads.iter().skip(1).copied())
            .collect();
        sheet.table(&heads).unwrap_or_default().to_vec()
    };
    let input = json!({
        "name": name,
        "fields": fields(operator, form, sheet),
        "attributes": attributes_typed(operator, sheet.table(form.attributes).unwrap_or_default()),
        "attributes_out": out(form.attributes),
        "assignments": sheet.table(form.assignments).unwrap_or_default(),
        "assignments_out": out(form.assignments),
    });
    identity_provider::console(world, &[form.product, "applications", "update"], &input, now)
        .map_err(|fault| refused("the identity provider's console", &fault))?;
    Ok(BTreeMap::from([("edited".to_owned(), "yes".to_owned())]))
}

/// The form of the product that the worksheet speaks of.
fn form_of(sheet: &Worksheet) -> Result<&'static Form, String> {
    FORMS
        .iter()
        .find(|form| sheet.mentions(form.sign))
        .ok_or_else(|| "the worksheet does not say which product it is for".to_owned())
}

/// The fields that the worksheet names, as this operator types them.
fn fields(operator: &Operator, form: &Form, sheet: &Worksheet) -> Map<String, Value> {
    let mut fields = Map::new();
    for label in form.labels {
        if let Some(value) = sheet.value_or_words(label) {
            let typed = match *label {
                label if label == form.relay_state => operator.typed(Mistake::RelayState, value),
                // The value of Entra's app role is the pair of provider and role, and so is Google's custom attribute.
                "Value" | "Role" => operator.typed(Mistake::RoleMapping, value),
                _ => value.to_owned(),
            };
            fields.insert((*label).to_owned(), typed.into());
        }
    }
    fields
}

/// Rows of attributes, as this operator types them.
fn attributes_typed(operator: &Operator, rows: &[Vec<String>]) -> Vec<Vec<String>> {
    let mut attributes = rows.to_vec();
    for row in &mut attributes {
        let is_role = row
            .first()
            .is_some_and(|name| name.ends_with("/SAML/Attributes/Role") || name == "Role");
        if let Some(value) = row.last_mut().filter(|_| is_role) {
            *value = operator.typed(Mistake::RoleMapping, value);
        }
    }
    attributes
}

/// Fills in the form of the product that the worksheet speaks of, and reads off the answers.
pub(super) fn make_application(
    operator: &Operator,
    world: &mut World,
    sheet: &Worksheet,
    base_url: Option<&str>,
    now: Moment,
) -> Result<BTreeMap<String, String>, String> {
    let form = form_of(sheet)?;
    let fields = fields(operator, form, sheet);
    let attributes = sheet
        .table(form.attributes)
        .ok_or("the worksheet has no table of attributes")?;
    let attributes = attributes_typed(operator, attributes);
    let assignments = sheet.table(form.assignments).unwrap_or_default();
    let mut input = json!({ "fields": fields, "attributes": attributes, "assignments": assignments });
    if let Some(base_url) = base_url {
        input["base_url"] = json!(base_url);
    }
    // Who has made it already, and is asked again because the answer was lost, reads it off again.
    let mut console =
        |action| identity_provider::console(world, &[form.product, "applications", action], &input, now);
    let made = console("find")
        .or_else(|_| console("create"))
        .map_err(|fault| refused("the identity provider's console", &fault))?;
    let shown = |key: &str| -> Option<&Value> {
        match key {
            "metadata" if made["metadata"].is_string() => Some(&made["metadata"]),
            "metadata" => Some(&made["metadata_url"]),
            "start_url" => Some(&made["start_url"]),
            _ => None,
        }
    };
    Ok(sheet
        .answers
        .iter()
        .filter_map(|key| Some((key.clone(), operator.copied(key, shown(key)?.as_str()?))))
        .collect())
}
