use base64::Engine as _;
use serde_json::{Value, json};

use super::*;
use crate::world::Settings;

const NOW: Moment = Moment(1_767_225_600_000);

fn world() -> World {
    World::new(Settings::default(), NOW)
}

const PAIR: &str = "arn:aws:iam::123456789012:saml-provider/acme,arn:aws:iam::123456789012:role/acme";

fn okta() -> Value {
    json!({
        "fields": {
            "App name": "acme",
            "Single sign-on URL": "https://eu-west-2.signin.aws.amazon.com/saml",
            "Audience URI (SP Entity ID)": "urn:amazon:webservices",
            "Default RelayState": "https://eu-west-2.console.aws.amazon.com/connect/federate/x",
            "Name ID format": "Persistent",
            "Application username": "Email",
        },
        "attributes": [
            ["https://aws.amazon.com/SAML/Attributes/RoleSessionName", "Unspecified", "user.email"],
            ["https://aws.amazon.com/SAML/Attributes/Role", "Unspecified", PAIR],
        ],
        "assignments": [["Group", "agents"]],
    })
}

fn entra() -> Value {
    let namespace = "https://aws.amazon.com/SAML/Attributes";
    json!({
        "fields": {
            "Name": "acme",
            "Display name": "acme-role",
            "Allowed member types": "Users/Groups",
            "Value": PAIR,
            "Description": "agents",
            "Identifier (Entity ID)": "https://signin.aws.amazon.com/saml#acme",
            "Reply URL (Assertion Consumer Service URL)": "https://eu-west-2.signin.aws.amazon.com/saml",
            "Relay State (Optional)": "https://eu-west-2.console.aws.amazon.com/connect/federate/x",
            "Name identifier format": "Persistent",
            "Source attribute": "user.mail",
        },
        "attributes": [
            ["RoleSessionName", namespace, "user.mail"],
            ["Role", namespace, "user.assignedroles"],
        ],
        "assignments": [["Group", "agents", "acme-role"]],
    })
}

fn create(world: &mut World, product: &str, input: &Value) -> Result<Value, Fault> {
    console(world, &[product, "applications", "create"], input, NOW)
}

fn posted(world: &mut World, made: &Value, user: &str) -> Result<String, Fault> {
    let input = json!({ "start_url": made["start_url"], "user": user });
    let posted = console(world, &["applications", "sign-in"], &input, NOW)?;
    let bytes = base64::engine::general_purpose::STANDARD
        .decode(posted["saml_response"].as_str().unwrap())
        .unwrap();
    Ok(String::from_utf8(bytes).unwrap())
}

#[test]
fn a_response_says_what_was_typed_about_who_signs_in() {
    for (product, form) in [("okta", okta()), ("entra", entra())] {
        let mut world = world();
        let made = create(&mut world, product, &form).unwrap();
        let xml = posted(&mut world, &made, "agent1@example.com").unwrap();
        for part in [
            "nameid-format:persistent\">agent1@example.com</saml:NameID>",
            &format!("<saml:AttributeValue>{PAIR}</saml:AttributeValue>"),
            "Recipient=\"https://eu-west-2.signin.aws.amazon.com/saml\"",
        ] {
            assert!(xml.contains(part), "{product}: no {part}\n{xml}");
        }
        assert!(
            !xml.contains('#') || product != "entra" || !xml.contains("saml#acme"),
            "{xml}"
        );
        let denied = posted(&mut world, &made, "admin@example.com").unwrap_err();
        assert_eq!(denied.code, "AccessDeniedException");
    }
}

#[test]
fn a_form_takes_its_own_fields_and_its_own_values_only() {
    for (product, form, pointer, value, said) in [
        (
            "okta",
            okta(),
            "/fields/Name ID format",
            json!("persistent"),
            "does not offer",
        ),
        (
            "okta",
            okta(),
            "/fields/Single sign-on URL",
            json!("signin.aws.amazon.com"),
            "https URL",
        ),
        (
            "okta",
            okta(),
            "/fields/Application username",
            json!("user.email"),
            "does not offer",
        ),
        ("okta", okta(), "/fields/App name", json!(""), "must be filled in"),
        (
            "okta",
            okta(),
            "/attributes/0/2",
            json!("user.mail"),
            "no attribute",
        ),
        (
            "okta",
            okta(),
            "/assignments/0/1",
            json!("absent"),
            "there is no Group absent",
        ),
        (
            "entra",
            entra(),
            "/fields/Allowed member types",
            json!("Users"),
            "does not offer",
        ),
        (
            "entra",
            entra(),
            "/fields/Value",
            json!("a".repeat(240)),
            "239 characters",
        ),
        (
            "entra",
            entra(),
            "/assignments/0/2",
            json!("other"),
            "another role",
        ),
        (
            "entra",
            entra(),
            "/attributes/0/2",
            json!("user.email"),
            "no attribute",
        ),
    ] {
        let mut form = form;
        *form.pointer_mut(pointer).unwrap() = value;
        let refused = create(&mut world(), product, &form).unwrap_err();
        assert!(refused.message.contains(said), "{pointer}: {}", refused.message);
    }
    let mut form = okta();
    form["fields"]["Relay state"] = json!("x");
    let refused = create(&mut world(), "okta", &form).unwrap_err();
    assert!(
        refused.message.contains("no field Relay state"),
        "{}",
        refused.message
    );
}

#[test]
fn an_identifier_is_unique_in_a_tenant() {
    let mut world = world();
    create(&mut world, "entra", &entra()).unwrap();
    let refused = create(&mut world, "entra", &entra()).unwrap_err();
    assert!(refused.message.contains("Identifier"), "{}", refused.message);
    let mut other = entra();
    other["fields"]["Identifier (Entity ID)"] = json!("https://signin.aws.amazon.com/saml#2");
    create(&mut world, "entra", &other).unwrap();
}
