//! The forms: which fields each product has, what it accepts in them, and what the values mean.

use serde_json::{Value, json};

use super::{Application, claims};
use crate::service::Fault;
use crate::service::ask::{Directory, IdentityUser};
use crate::world::World;
pub(super) use crate::world::identity_provider::Product;

/// The format of a name that stays the same from one sign-in to the next.
const PERSISTENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";

/// The labels of a product's fields, those that have to be filled in first.
struct Fields {
    required: &'static [&'static str],
    optional: &'static [&'static str],
}

const OKTA: Fields = Fields {
    required: &[
        "App name",
        "Single sign-on URL",
        "Audience URI (SP Entity ID)",
        "Name ID format",
        "Application username",
    ],
    optional: &["Default RelayState"],
};

const ENTRA: Fields = Fields {
    required: &[
        "Name",
        "Display name",
        "Allowed member types",
        "Value",
        "Description",
        "Identifier (Entity ID)",
        "Reply URL (Assertion Consumer Service URL)",
        "Name identifier format",
        "Source attribute",
    ],
    optional: &["Relay State (Optional)"],
};

const ADFS: Fields = Fields {
    required: &["Display name", "Relying party trust identifier", "Trusted URL"],
    optional: &[],
};

const GOOGLE: Fields = Fields {
    required: &["App name", "ACS URL", "Entity ID", "Name ID format", "Name ID"],
    optional: &["Start URL", "Category", "Role", "SessionDuration"],
};

const PING_ONE: Fields = Fields {
    required: &[
        "Application Name",
        "ACS URLs",
        "Entity ID",
        "Subject NameID Format",
    ],
    optional: &["Target Application URL"],
};

const PING_FEDERATE: Fields = Fields {
    required: &["Partner's Entity ID", "Connection Name", "Endpoint URL"],
    optional: &[],
};

/// Attributes of users in which nothing is filled in here: those of the form are known, and no assertion holds them.
const EMPTY: [&str; 8] = [
    "user.department",
    "user.title",
    "user.organization",
    "user.costCenter",
    "department",
    "title",
    "Employee Details > Department",
    "Department",
];

const OTHER: Fields = Fields {
    required: &[
        "Name",
        "Assertion consumer service URL (ACS)",
        "Audience (SP entity ID)",
        "NameID format",
        "NameID",
    ],
    optional: &["Relay state"],
};

/// Groups that are called otherwise outside AWS than in Identity Center, and what they are called there.
const GROUPS: [(&str, &str); 2] = [
    ("Contact Center Agents", "agents"),
    ("Contact Center Supervisors", "supervisors"),
];

/// What stands before an attribute of `PingFederate`'s data store, so that it is not taken for a text.
const DIRECTORY: &str = "directory:";

/// The longest value of an app role in Entra that is a pair of ARNs.
const LONGEST_ROLE: usize = 239;

impl Product {
    /// The product of this name.
    pub(super) fn of(name: &str) -> Option<Product> {
        match name {
            "okta" => Some(Product::Okta),
            "entra" => Some(Product::Entra),
            "adfs" => Some(Product::Adfs),
            "google" => Some(Product::Google),
            "pingone" => Some(Product::PingOne),
            "pingfederate" => Some(Product::PingFederate),
            "other" => Some(Product::Other),
            _ => None,
        }
    }

    fn fields(self) -> Fields {
        match self {
            Product::Okta => OKTA,
            Product::Entra => ENTRA,
            Product::Adfs => ADFS,
            Product::Google => GOOGLE,
            Product::PingOne => PING_ONE,
            Product::PingFederate => PING_FEDERATE,
            Product::Other => OTHER,
        }
    }

    /// Whether it lets in groups only.
    fn takes_groups_only(self) -> bool {
        matches!(
            self,
            Product::Adfs | Product::Google | Product::PingOne | Product::PingFederate
        )
    }

    /// Whether it takes an identifier of a service provider once.
    fn takes_identifiers_once(self) -> bool {
        matches!(
            self,
            Product::Entra | Product::Adfs | Product::PingOne | Product::PingFederate
        )
    }

    /// What a value of the form means for this user: an attribute, or the text itself. An attribute that the user lacks is
    /// nothing.
    pub(super) fn value(
        self,
        source: &str,
        user: &IdentityUser,
        role: Option<&(String, String)>,
    ) -> Result<Option<String>, Fault> {
        let email = || {
            user.email
                .clone()
                .ok_or_else(|| validation("the user has no primary e-mail address"))
        };
        if EMPTY.contains(&source.trim_start_matches(DIRECTORY)) {
            return Ok(None);
        }
        let value = match (self, source) {
            (Product::Okta, "user.email" | "Email")
            | (Product::Entra, "user.mail")
            | (Product::Google, "Basic Information > Primary email")
            | (Product::PingOne, "Email Address")
            | (Product::PingFederate, "directory:mail")
            | (Product::Other, "the user's e-mail address") => email(),
            (Product::Okta, "user.login" | "Okta username")
            | (Product::Entra, "user.userprincipalname")
            | (Product::PingOne, "Username")
            | (Product::PingFederate, "directory:userPrincipalName")
            | (Product::Other, "the name that the user signs in with") => Ok(user.name.clone()),
            (Product::Entra, "user.assignedroles") => role
                .map(|(_, value)| value.clone())
                .ok_or_else(|| validation("the user was assigned without a role")),
            (Product::PingOne, quoted) => Ok(quoted.trim_matches('"').to_owned()),
            _ => Ok(source.to_owned()),
        };
        value.map(Some)
    }

    /// Whether a value that looks like a user's attribute is one.
    fn check_source(self, source: &str) -> Result<(), Fault> {
        let known = match self {
            _ if EMPTY.contains(&source.trim_start_matches(DIRECTORY)) => true,
            Product::Okta => !source.starts_with("user.") || ["user.email", "user.login"].contains(&source),
            Product::Entra => {
                !source.starts_with("user.")
                    || ["user.mail", "user.userprincipalname", "user.assignedroles"].contains(&source)
            }
            Product::PingOne => {
                let quoted = source.len() > 2 && source.starts_with('"') && source.ends_with('"');
                quoted || ["Email Address", "Username"].contains(&source)
            }
            Product::PingFederate => source
                .strip_prefix(DIRECTORY)
                .is_none_or(|name| ["mail", "userPrincipalName"].contains(&name)),
            // Google's are resolved where the form is read, and AD FS has rules.
            Product::Google | Product::Adfs | Product::Other => true,
        };
        if known && !source.is_empty() {
            Ok(())
        } else {
            Err(validation(format!("`{source}` is no attribute of users")))
        }
    }
}

fn check_url(label: &str, url: &str) -> Result<(), Fault> {
    let host = url
        .strip_prefix("https://")
        .unwrap_or_default()
        .split(['/', '?', '#'])
        .next()
        .unwrap_or_default();
    if host.is_empty() || url.contains(char::is_whitespace) {
        return Err(validation(format!("{label} must be a https URL")));
    }
    // Okta's field reference: "The Single-sign on URL can't contain underscores".
    if label == "Single sign-on URL" && url.contains('_') {
        return Err(validation(format!("{label} can't contain underscores")));
    }
    Ok(())
}

/// One of the values that a drop-down list offers.
fn choice<'value>(label: &str, value: &'value str, offered: &[&str]) -> Result<&'value str, Fault> {
    match offered.contains(&value) {
        true => Ok(value),
        false => Err(validation(format!("{label} does not offer `{value}`"))),
    }
}

fn rows<'input>(input: &'input Value, member: &str) -> Vec<Vec<&'input str>> {
    let rows = input.get(member).and_then(Value::as_array);
    rows.into_iter()
        .flatten()
        .map(|row| {
            row.as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .collect()
        })
        .collect()
}

/// Reads a filled-in form.
///
/// `own` is the token of the application that is changed, if one is.
pub(super) fn read(
    world: &World,
    product: Product,
    input: &Value,
    own: Option<&str>,
) -> Result<Application, Fault> {
    let given = input.get("fields").and_then(Value::as_object);
    let field = |label: &str| {
        let text = given.and_then(|given| given.get(label)).and_then(Value::as_str);
        text.map(str::trim).filter(|text| !text.is_empty())
    };
    let fields = product.fields();
    for label in given.into_iter().flatten().map(|(label, _)| label.as_str()) {
        if !fields.required.contains(&label) && !fields.optional.contains(&label) {
            return Err(validation(format!("the form has no field {label}")));
        }
    }
    let needed = |label: &str| field(label).ok_or_else(|| validation(format!("{label} must be filled in")));
    for label in fields.required {
        needed(label)?;
    }
    let [name, acs, audience, relay] = match product {
        Product::Okta => [
            "App name",
            "Single sign-on URL",
            "Audience URI (SP Entity ID)",
            "Default RelayState",
        ],
        Product::Entra => [
            "Name",
            "Reply URL (Assertion Consumer Service URL)",
            "Identifier (Entity ID)",
            "Relay State (Optional)",
        ],
        Product::Adfs => [
            "Display name",
            "Trusted URL",
            "Relying party trust identifier",
            "",
        ],
        Product::Google => ["App name", "ACS URL", "Entity ID", "Start URL"],
        Product::PingOne => [
            "Application Name",
            "ACS URLs",
            "Entity ID",
            "Target Application URL",
        ],
        Product::PingFederate => ["Connection Name", "Endpoint URL", "Partner's Entity ID", ""],
        Product::Other => [
            "Name",
            "Assertion consumer service URL (ACS)",
            "Audience (SP entity ID)",
            "Relay state",
        ],
    };
    check_url(acs, needed(acs)?)?;
    let role = match product {
        Product::Entra => Some(app_role(&needed)?),
        _ => None,
    };
    let audience = needed(audience)?.to_owned();
    let mut others = world
        .identity_provider
        .applications
        .iter()
        .filter(|(token, _)| Some(token.as_str()) != own);
    let taken = |one: &Application| one.product == product && one.audience == audience;
    if product.takes_identifiers_once() && others.any(|(_, one)| taken(one)) {
        return Err(validation(
            "another application of the tenant has this Identifier (Entity ID) already",
        ));
    }
    let mut attributes = attributes(product, &rows(input, "attributes"), &field)?;
    let (name_id_format, name_id) = subject(product, &needed, &mut attributes)?;
    let assigned = assigned(world, product, role.as_ref(), &rows(input, "assignments"))?;
    Ok(Application {
        product,
        name: needed(name)?.to_owned(),
        acs_url: needed(acs)?.to_owned(),
        audience,
        relay_state: field(relay).map(str::to_owned),
        name_id_format,
        name_id,
        attributes,
        role,
        assigned,
        rotations: 0,
        typed: json!({
            "fields": input["fields"], "attributes": input["attributes"], "assignments": input["assignments"],
        }),
    })
}

/// Format and source of the subject's name.
fn subject<'form>(
    product: Product,
    needed: &dyn Fn(&str) -> Result<&'form str, Fault>,
    attributes: &mut Vec<(String, String)>,
) -> Result<(String, String), Fault> {
    // What Ping has among the attributes.
    let mut taken = |name: &str| {
        let place = attributes.iter().position(|(known, _)| known == name);
        place
            .map(|place| attributes.remove(place).1)
            .ok_or_else(|| validation(format!("{name} is not mapped")))
    };
    let (subject, name_format);
    let (format, source) = match product {
        // It is in the rules.
        Product::Adfs => return Ok((String::new(), String::new())),
        Product::Google => {
            let offered = ["UNSPECIFIED", "EMAIL", "PERSISTENT", "TRANSIENT", "X509_SUBJECT"];
            let format = choice("Name ID format", needed("Name ID format")?, &offered)?;
            let offered = ["Basic Information > Primary email"];
            (format, choice("Name ID", needed("Name ID")?, &offered)?)
        }
        Product::PingOne => {
            subject = taken("saml_subject")?;
            (needed("Subject NameID Format")?, subject.as_str())
        }
        Product::PingFederate => {
            subject = taken("SAML_SUBJECT")?;
            name_format = taken("SAML_NAME_FORMAT")?;
            (name_format.as_str(), subject.as_str())
        }
        Product::Okta => {
            let offered = [
                "Unspecified",
                "EmailAddress",
                "x509SubjectName",
                "Persistent",
                "Transient",
            ];
            let format = choice("Name ID format", needed("Name ID format")?, &offered)?;
            let offered = ["Okta username", "Email", "Okta username prefix", "Email prefix"];
            let label = "Application username";
            (format, choice(label, needed(label)?, &offered)?)
        }
        Product::Entra => {
            let offered = [
                "Email address",
                "Persistent",
                "Unspecified",
                "Windows domain qualified name",
            ];
            let label = "Name identifier format";
            let source = needed("Source attribute")?;
            product.check_source(source)?;
            (choice(label, needed(label)?, &offered)?, source)
        }
        Product::Other => (needed("NameID format")?, needed("NameID")?),
    };
    let format = match format {
        "Persistent" | "PERSISTENT" => PERSISTENT.to_owned(),
        "Transient" | "TRANSIENT" => PERSISTENT.replace("persistent", "transient"),
        "EmailAddress" | "Email address" => {
            "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress".to_owned()
        }
        urn if urn.starts_with("urn:") => urn.to_owned(),
        _ => "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified".to_owned(),
    };
    Ok((format, source.to_owned()))
}

fn app_role<'form>(needed: &dyn Fn(&str) -> Result<&'form str, Fault>) -> Result<(String, String), Fault> {
    let offered = [
        "Users/Groups",
        "Applications",
        "Both (Users/Groups + Applications)",
    ];
    choice("Allowed member types", needed("Allowed member types")?, &offered)?;
    let value = needed("Value")?;
    if value.len() > LONGEST_ROLE || value.contains(char::is_whitespace) {
        return Err(validation(format!(
            "Value must have {LONGEST_ROLE} characters at most, and no space"
        )));
    }
    Ok((needed("Display name")?.to_owned(), value.to_owned()))
}

/// The table of attributes, in the product's columns.
fn attributes<'form>(
    product: Product,
    rows: &[Vec<&'form str>],
    field: &dyn Fn(&str) -> Option<&'form str>,
) -> Result<Vec<(String, String)>, Fault> {
    let mut attributes: Vec<(String, String)> = Vec::new();
    for row in rows {
        let directory;
        let (name, source) = match (product, row.as_slice()) {
            (Product::Adfs, [name, rule]) => {
                claims::read(rule).map_err(|why| validation(format!("the rule {name}: {why}")))?;
                ((*name).to_owned(), *rule)
            }
            // A custom attribute is what every user of the app was given.
            (Product::Google, [name, source]) => {
                let custom = source
                    .split_once(" > ")
                    .filter(|(category, _)| field("Category") == Some(*category));
                let value = match custom {
                    Some((_, attribute)) => field(attribute),
                    None => Some(*source).filter(|source| {
                        *source == "Basic Information > Primary email" || EMPTY.contains(source)
                    }),
                };
                let value = value.ok_or_else(|| validation(format!("users have no {source}")))?;
                ((*name).to_owned(), value)
            }
            (Product::PingFederate, [name, "Text", value]) => ((*name).to_owned(), *value),
            (Product::PingFederate, [name, "Adapter or data store", value]) => {
                directory = format!("{DIRECTORY}{value}");
                ((*name).to_owned(), directory.as_str())
            }
            (Product::Okta, [name, format, value]) => {
                choice("Name format", format, &["Unspecified", "URI Reference", "Basic"])?;
                ((*name).to_owned(), *value)
            }
            (Product::Entra, [name, namespace, source]) => (format!("{namespace}/{name}"), *source),
            (Product::PingOne | Product::Other, [name, value]) => ((*name).to_owned(), *value),
            _ => {
                return Err(validation(
                    "a row of the attributes has other columns than the form",
                ));
            }
        };
        product.check_source(source)?;
        if attributes.iter().any(|(known, _)| *known == name) {
            return Err(validation(format!("the attribute {name} is there twice")));
        }
        attributes.push((name, source.to_owned()));
    }
    Ok(attributes)
}

/// The table of people and groups.
fn assigned(
    world: &World,
    product: Product,
    role: Option<&(String, String)>,
    rows: &[Vec<&str>],
) -> Result<Vec<(String, String)>, Fault> {
    let mut assigned = Vec::new();
    for row in rows {
        let (kind, name) = match row.as_slice() {
            [kind, name] => (*kind, *name),
            [kind, name, with] if role.is_some_and(|(known, _)| known == with) => (*kind, *name),
            _ => {
                return Err(validation(
                    "an assignment names another role, or has other columns",
                ));
            }
        };
        let principal_type = match kind {
            "Group" => "GROUP",
            "Person" | "User" if !product.takes_groups_only() => "USER",
            other => return Err(validation(format!("{other} can be assigned nowhere"))),
        };
        let group = GROUPS.iter().find(|(display_name, _)| *display_name == name);
        let id = world
            .principal(principal_type, group.map_or(name, |(_, group)| group))
            .ok_or_else(|| validation(format!("there is no {kind} {name}")))?;
        assigned.push((principal_type.to_owned(), id));
    }
    Ok(assigned)
}

pub(super) fn validation(message: impl Into<String>) -> Fault {
    Fault::new("ValidationException", message.into())
}
