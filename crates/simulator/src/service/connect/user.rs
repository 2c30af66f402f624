//! Users: the rules of SAML instances above all.

use serde_json::{Map, Value, json};

use super::entity::{self, Kind};
use super::instance::Instance;
use super::{active_instance, invalid_parameter, invalid_request};
use crate::service::{Answer, Call, Fault};
use crate::world::World;

/// The per-channel forms, and the members of PhoneConfig that each of them replaces.
const CHANNEL_FORMS: [(&str, &[&str]); 5] = [
    ("AutoAcceptConfigs", &["AutoAccept"]),
    ("AfterContactWorkConfigs", &["AfterContactWorkTimeLimit"]),
    ("PhoneNumberConfigs", &["PhoneType", "DeskPhoneNumber"]),
    ("PersistentConnectionConfigs", &["PersistentConnection"]),
    ("VoiceEnhancementConfigs", &[]),
];

/// `@` only in an e-mail address; 64 characters of `[a-zA-Z0-9_-.\@]` with SAML, 20 otherwise.
fn check_name(one: &Instance, name: &str) -> Result<(), Fault> {
    let longest = if one.is_saml() { 64 } else { 20 };
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-.\\@".contains(c);
    if name.len() > longest || !name.chars().all(plain) {
        return Err(invalid_parameter(format!(
            "Username must have at most {longest} characters of [a-zA-Z0-9_-.\\@]"
        )));
    }
    // Assumption: connect.reserved-user. "The user name Administrator is reserved for internal use, and cannot be used to
    // create a user account in Amazon Connect" (administrator guide, release notes of July 2018).
    if name.eq_ignore_ascii_case("administrator") {
        return Err(invalid_parameter(
            "the user name Administrator is reserved for internal use",
        ));
    }
    if let Some((local, domain)) = name.split_once('@') {
        let labels: Vec<&str> = domain.split('.').collect();
        let is_domain = labels.len() > 1 && labels.iter().all(|label| !label.is_empty());
        if local.is_empty() || domain.contains('@') || !is_domain {
            return Err(invalid_parameter("@ may stand only in an e-mail address"));
        }
    }
    Ok(())
}

fn check_password(one: &Instance, password: Option<&str>) -> Result<(), Fault> {
    if one.identity != "CONNECT_MANAGED" {
        return match password {
            Some(_) => Err(invalid_request(
                "it is an error to include a password unless Connect manages the users",
            )),
            None => Ok(()),
        };
    }
    let password = password.ok_or_else(|| invalid_request("Password is required"))?;
    let has = |test: fn(char) -> bool| password.chars().any(test);
    let length = password.chars().count();
    let good = (8..=64).contains(&length)
        && has(|c| c.is_ascii_uppercase())
        && has(|c| c.is_ascii_lowercase())
        && has(|c| c.is_ascii_digit())
        && !has(char::is_whitespace);
    if good {
        Ok(())
    } else {
        Err(invalid_parameter(
            "Password must have 8 to 64 characters with upper and lower case letters and digits, and no space",
        ))
    }
}

/// First and last name are required where Connect or SAML holds the identity, and SAML users have no e-mail:
/// AWS's field says that giving one is an error, and its administrator guide agrees, although the text of
/// the operation asks for one.
fn check_identity(one: &Instance, identity: Option<&Value>) -> Result<(), Fault> {
    let text = |member: &str| {
        let value = identity.and_then(|identity| identity.get(member));
        value.and_then(Value::as_str).filter(|text| !text.is_empty())
    };
    if one.identity != "EXISTING_DIRECTORY" && (text("FirstName").is_none() || text("LastName").is_none()) {
        return Err(invalid_parameter("FirstName and LastName are required"));
    }
    // "Text containing characters in a non-NFC form (for example, decomposed characters or combining marks) are not
    // accepted" (UserIdentityInfo).
    let combining = |c: char| {
        matches!(c, '\u{300}'..='\u{36F}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}'
            | '\u{20D0}'..='\u{20FF}' | '\u{FE20}'..='\u{FE2F}')
    };
    for member in ["FirstName", "LastName"] {
        if text(member).is_some_and(|name| name.chars().any(combining)) {
            return Err(invalid_parameter(format!(
                "{member} must be in Unicode Normalization Form C"
            )));
        }
    }
    if text("SecondaryEmail").is_some_and(|address| !is_address(address)) {
        return Err(invalid_parameter("SecondaryEmail must be an e-mail address"));
    }
    if one.is_saml() && text("Email").is_some() {
        return Err(invalid_parameter("Email must not be given for SAML users"));
    }
    Ok(())
}

/// The pattern that the documentation of `SecondaryEmail` gives:
/// `(?=^.{0,265}$)[a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+\.[a-zA-Z]{2,63}`.
fn is_address(text: &str) -> bool {
    let Some((local, host)) = text.split_once('@') else {
        return false;
    };
    let Some((domain, end)) = host.rsplit_once('.') else {
        return false;
    };
    let all = |text: &str, marks: &str| {
        !text.is_empty()
            && text
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || marks.contains(c))
    };
    text.len() <= 265
        && all(local, "._%+-")
        && all(domain, ".-")
        && (2..=63).contains(&end.len())
        && end.chars().all(|c| c.is_ascii_alphabetic())
}

fn check_phone(phone: &Value) -> Result<(), Fault> {
    let number = phone.get("DeskPhoneNumber").and_then(Value::as_str);
    if let Some(number) = number.filter(|number| !number.is_empty()) {
        let digits = number.strip_prefix('+').unwrap_or_default();
        let valid = (2..=15).contains(&digits.len())
            && digits.chars().all(|c| c.is_ascii_digit())
            && !digits.starts_with('0');
        if !valid {
            return Err(invalid_parameter("DeskPhoneNumber must be in E.164 format"));
        }
    } else if phone.get("PhoneType").and_then(Value::as_str) == Some("DESK_PHONE") {
        return Err(invalid_parameter("a DESK_PHONE needs a DeskPhoneNumber"));
    }
    let limit = phone.get("AfterContactWorkTimeLimit").and_then(Value::as_u64);
    if limit.is_some_and(|limit| limit > 2_000_000) {
        return Err(invalid_parameter(
            "AfterContactWorkTimeLimit is 2,000,000 at most",
        ));
    }
    Ok(())
}

/// Refuses a setting that comes in both forms.
fn check_forms(input: &Value) -> Result<(), Fault> {
    let Some(phone) = input.get("PhoneConfig").filter(|phone| !phone.is_null()) else {
        return Ok(());
    };
    for (form, replaced) in CHANNEL_FORMS {
        let twice = replaced.iter().any(|member| phone.get(*member).is_some());
        if twice && input.get(form).is_some() {
            return Err(invalid_request(format!(
                "PhoneConfig and {form} exclude each other"
            )));
        }
    }
    Ok(())
}

/// Whatever a user points to must be there.
fn check_references(one: &Instance, input: &Value) -> Result<(), Fault> {
    if let Some(id) = input.get("RoutingProfileId").and_then(Value::as_str) {
        entity::find(one, Kind::RoutingProfile, id)?;
    }
    let profiles = input.get("SecurityProfileIds").and_then(Value::as_array);
    for id in profiles.into_iter().flatten().filter_map(Value::as_str) {
        entity::find(one, Kind::SecurityProfile, id)?;
    }
    if let Some(id) = input.get("HierarchyGroupId").and_then(Value::as_str) {
        entity::find(one, Kind::HierarchyGroup, id)?;
    }
    Ok(())
}

/// Copies members that the input has into the body.
fn copy(body: &mut Map<String, Value>, input: &Value, members: &[&str]) {
    for member in members {
        if let Some(value) = input.get(*member).filter(|value| !value.is_null()) {
            body.insert((*member).to_owned(), value.clone());
        }
    }
}

pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let one = active_instance(world, call)?;
    let name = call.text("Username").unwrap_or_default();
    check_name(one, name)?;
    check_password(one, call.text("Password"))?;
    // Assumption: connect.directory-user-of-saml. "If you are using SAML for identity management and include this
    // parameter, an error is returned" (CreateUser), and the operation declares two that fit.
    if one.is_saml() && call.text("DirectoryUserId").is_some() {
        return Err(invalid_request(
            "DirectoryUserId must not be given where users sign in with SAML",
        ));
    }
    check_identity(one, call.input.get("IdentityInfo"))?;
    check_forms(&call.input)?;
    if let Some(phone) = call.input.get("PhoneConfig").filter(|phone| !phone.is_null()) {
        check_phone(phone)?;
    }
    check_references(one, &call.input)?;
    let mut body = Map::new();
    let kept = [
        "IdentityInfo",
        "PhoneConfig",
        "DirectoryUserId",
        "SecurityProfileIds",
        "RoutingProfileId",
        "HierarchyGroupId",
    ];
    copy(&mut body, &call.input, &kept);
    copy(&mut body, &call.input, &CHANNEL_FORMS.map(|(form, _)| form));
    let (id, arn) = entity::insert(world, call, Kind::User, name, body, Map::new())?;
    Ok(Answer::of(json!({ "UserId": id, "UserArn": arn })))
}

/// Every `UpdateUser...`: each replaces its part wholly.
pub(super) fn update(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let one = active_instance(world, call)?;
    let id = call.text("UserId").unwrap_or_default();
    entity::find(one, Kind::User, id)?;
    let members: &[&str] = match call.operation.as_str() {
        "UpdateUserIdentityInfo" => {
            check_identity(one, call.input.get("IdentityInfo"))?;
            &["IdentityInfo"]
        }
        "UpdateUserPhoneConfig" => {
            check_phone(call.input.get("PhoneConfig").unwrap_or(&Value::Null))?;
            &["PhoneConfig"]
        }
        "UpdateUserRoutingProfile" => &["RoutingProfileId"],
        "UpdateUserSecurityProfiles" => &["SecurityProfileIds"],
        "UpdateUserHierarchy" => &["HierarchyGroupId"],
        "UpdateUserConfig" => &CHANNEL_FORMS.map(|(form, _)| form),
        other => return Err(Fault::not_implemented("connect", other)),
    };
    check_references(one, &call.input)?;
    let user = entity::target(world, call, Kind::User)?;
    if call.operation == "UpdateUserHierarchy" {
        user.body.remove("HierarchyGroupId");
    }
    if call.operation == "UpdateUserPhoneConfig" {
        // The form that was written last is the one that holds.
        for (form, replaced) in CHANNEL_FORMS {
            if !replaced.is_empty() {
                user.body.remove(form);
            }
        }
    }
    if call.operation == "UpdateUserConfig" {
        let given = CHANNEL_FORMS
            .into_iter()
            .filter(|(form, _)| call.input.get(*form).is_some());
        for member in given.flat_map(|(_, replaced)| replaced.iter()) {
            if let Some(phone) = user.body.get_mut("PhoneConfig").and_then(Value::as_object_mut) {
                phone.remove(*member);
            }
        }
    }
    copy(&mut user.body, &call.input, members);
    Ok(Answer::empty())
}

pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let one = active_instance(world, call)?;
    let id = call.text("UserId").unwrap_or_default();
    entity::find(one, Kind::User, id)?;
    one.entities.remove(id);
    Ok(Answer::empty())
}

/// Adds what AWS may say of a user beyond what was written.
///
/// Quirk `connect.user-phone-defaults`. Whether members of PhoneConfig that were left out come back with
/// their defaults is not documented; the quirk `connect.user-phone-defaults` fills them in.
///
/// Quirk `connect.user-both-forms`. Whether DescribeUser answers with both forms after only one was
/// written is not documented; the quirk `connect.user-both-forms` decides.
pub(super) fn add_unwritten(world: &World, shown: &mut Map<String, Value>) {
    if world.quirk("connect.user-phone-defaults")
        && let Some(phone) = shown.get_mut("PhoneConfig").and_then(Value::as_object_mut)
    {
        for (member, value) in [
            ("PhoneType", json!("SOFT_PHONE")),
            ("AutoAccept", json!(false)),
            ("AfterContactWorkTimeLimit", json!(0)),
            ("DeskPhoneNumber", json!("")),
        ] {
            phone.entry(member).or_insert(value);
        }
    }
    if !world.quirk("connect.user-both-forms") {
        return;
    }
    let Some(phone) = shown.get("PhoneConfig").cloned() else {
        return;
    };
    let mut add = |form: &str, member: &str, config: Value| {
        if phone.get(member).is_some() && !shown.contains_key(form) {
            shown.insert(form.to_owned(), json!([config]));
        }
    };
    add(
        "AutoAcceptConfigs",
        "AutoAccept",
        json!({ "Channel": "VOICE", "AutoAccept": phone["AutoAccept"] }),
    );
    add(
        "AfterContactWorkConfigs",
        "AfterContactWorkTimeLimit",
        json!({
            "Channel": "VOICE",
            "AfterContactWorkConfig": { "AfterContactWorkTimeLimit": phone["AfterContactWorkTimeLimit"] },
        }),
    );
    add(
        "PersistentConnectionConfigs",
        "PersistentConnection",
        json!({ "Channel": "VOICE", "PersistentConnection": phone["PersistentConnection"] }),
    );
}
