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

fn adfs() -> Value {
    let account =
        "c:[Type == \"http://schemas.microsoft.com/ws/2008/06/identity/claims/windowsaccountname\"]";
    let name_id = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier";
    let format = "Properties[\"http://schemas.xmlsoap.org/ws/2005/05/identity/claimproperties/format\"]";
    json!({
        "fields": {
            "Display name": "acme",
            "Relying party trust identifier": "urn:amazon:webservices",
            "Trusted URL": "https://eu-west-2.signin.aws.amazon.com/saml",
        },
        "attributes": [
            ["User", format!("{account} => add(store = \"Active Directory\", types = (\"user\"), query = \";mail;{{0}}\", param = c.Value);")],
            ["Name ID", format!("c:[Type == \"user\"] => issue(Type = \"{name_id}\", Value = c.Value, {format} = \"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent\");")],
            ["Role", format!("=> issue(Type = \"https://aws.amazon.com/SAML/Attributes/Role\", Value = \"{PAIR}\");")],
        ],
        "assignments": [["Group", "agents"]],
    })
}

/// AD FS keeps no relay state: it comes with the address, encoded twice.
#[test]
fn ad_fs_reads_its_relay_state_out_of_the_address() {
    let mut world = world();
    create(&mut world, "adfs", &adfs()).unwrap();
    let page = "https://adfs.example.com/adfs/ls/idpinitiatedsignon.aspx?RelayState=";
    let mut at = |query: &str| {
        let start = json!({ "start_url": format!("{page}{query}") });
        console(
            &mut world,
            &["applications", "sign-in"],
            &{
                let mut input = start;
                input["user"] = json!("agent1@example.com");
                input
            },
            NOW,
        )
    };
    let posted = at("RPID%3Durn%253Aamazon%253Awebservices%26RelayState%3Dhttps%253A%252F%252Fa.example.com%252F%253Fb%253Dc%2526d")
        .unwrap();
    assert_eq!(posted["relay_state"], "https://a.example.com/?b=c&d");
    // Not encoded as a whole, the trust is all that arrives.
    let bare = at("RPID=urn:amazon:webservices&RelayState=https://a.example.com/").unwrap();
    assert_eq!(bare["relay_state"], Value::Null);
    // Encoded once, what is to be passed on ends at its own ampersand.
    let posted = at("RPID%3Durn%253Aamazon%253Awebservices%26RelayState%3Dhttps%253A%252F%252Fa.example.com%252F%3Fb%3Dc%26d")
        .unwrap();
    assert_ne!(posted["relay_state"], "https://a.example.com/?b=c&d");
}

#[test]
fn ad_fs_evaluates_its_rules_in_their_order() {
    let mut world = world();
    let mut turned = adfs();
    turned["attributes"].as_array_mut().unwrap().swap(0, 1);
    create(&mut world, "adfs", &turned).unwrap();
    let start = "https://adfs.example.com/adfs/ls/idpinitiatedsignon.aspx?RelayState=RPID%3Durn%253Aamazon%253Awebservices";
    let refused = posted(&mut world, &json!({ "start_url": start }), "agent1@example.com").unwrap_err();
    assert!(refused.message.contains("name identifier"), "{}", refused.message);
    // A rule that is changed stays in its place.
    let change = json!({ "name": "acme", "attributes": [adfs()["attributes"][0]] });
    console(&mut world, &["adfs", "applications", "update"], &change, NOW).unwrap();
    assert!(posted(&mut world, &json!({ "start_url": start }), "agent1@example.com").is_err());
    let mut wrong = adfs();
    wrong["attributes"][2][1] = json!("=> issue(Type = \"a\", Value = b);");
    wrong["fields"]["Relying party trust identifier"] = json!("other");
    let refused = create(&mut world, "adfs", &wrong).unwrap_err();
    assert!(refused.message.contains("the rule Role"), "{}", refused.message);
    let mut user = adfs();
    user["fields"]["Relying party trust identifier"] = json!("other");
    user["assignments"] = json!([["User", "agent1@example.com"]]);
    assert!(create(&mut world, "adfs", &user).is_err());
}

#[test]
fn an_identifier_is_unique_in_a_tenant() {
    let mut world = world();
    create(&mut world, "adfs", &adfs()).unwrap();
    assert!(create(&mut world, "adfs", &adfs()).is_err());
    create(&mut world, "entra", &entra()).unwrap();
    let refused = create(&mut world, "entra", &entra()).unwrap_err();
    assert!(refused.message.contains("Identifier"), "{}", refused.message);
    let mut other = entra();
    other["fields"]["Identifier (Entity ID)"] = json!("https://signin.aws.amazon.com/saml#2");
    create(&mut world, "entra", &other).unwrap();
}
