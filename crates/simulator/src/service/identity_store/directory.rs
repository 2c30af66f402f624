//! The people and groups themselves, and how they come to be.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{Store, bare, conflict, find_group, find_user, validation};
use crate::clock::Moment;
use crate::service::ask::Directory;
use crate::service::{Answer, Call, Fault};
use crate::world::World;
use crate::world::identity_store::IDENTITY_STORE_ID;
pub(super) use crate::world::identity_store::{Group, Membership, User};

/// Group names that AWS keeps for itself.
const RESERVED_GROUPS: [&str; 2] = ["Administrator", "AWSAdministrators"];

/// Members of a user that are kept as they are given.
const KEPT: [&str; 16] = [
    "Name",
    "DisplayName",
    "NickName",
    "ProfileUrl",
    "Emails",
    "Addresses",
    "PhoneNumbers",
    "UserType",
    "Title",
    "PreferredLanguage",
    "Locale",
    "Timezone",
    "Photos",
    "Website",
    "Birthdate",
    "Roles",
];

impl User {
    pub(super) fn arn(&self) -> String {
        format!("arn:aws:identitystore:::user/{}", self.id)
    }

    /// User names are unique without regard to case. Assumption: identity-store.name-case.
    pub(super) fn has_name(&self, name: &str) -> bool {
        self.name.to_lowercase() == name.to_lowercase()
    }

    /// Whether one of the e-mail addresses is this one, primary or not.
    pub(super) fn has_email(&self, email: &str) -> bool {
        let emails = self.body.get("Emails").and_then(Value::as_array);
        let own = emails
            .into_iter()
            .flatten()
            .filter_map(|one| one["Value"].as_str());
        own.into_iter().any(|own| own.eq_ignore_ascii_case(email))
    }

    pub(super) fn shown(&self) -> Value {
        let mut shown = self.body.clone();
        shown.insert("IdentityStoreId".to_owned(), json!(IDENTITY_STORE_ID));
        shown.insert("UserId".to_owned(), json!(self.id));
        shown.insert("UserArn".to_owned(), json!(self.arn()));
        shown.insert("UserName".to_owned(), json!(self.name));
        shown.entry("UserStatus").or_insert_with(|| json!("ENABLED"));
        shown.insert("Revision".to_owned(), json!("1"));
        shown.insert("CreatedAt".to_owned(), json!(self.created.epoch_seconds()));
        shown.insert("UpdatedAt".to_owned(), json!(self.created.epoch_seconds()));
        Value::Object(shown)
    }
}

impl Group {
    pub(super) fn arn(&self) -> String {
        format!("arn:aws:identitystore:::group/{}", self.id)
    }

    /// Group names are unique without regard to case. Assumption: identity-store.name-case.
    pub(super) fn has_name(&self, name: &str) -> bool {
        self.name.to_lowercase() == name.to_lowercase()
    }

    pub(super) fn shown(&self) -> Value {
        let mut shown = json!({
            "IdentityStoreId": IDENTITY_STORE_ID,
            "GroupId": self.id,
            "GroupArn": self.arn(),
            "Revision": "1",
            "DisplayName": self.name,
            "CreatedAt": self.created.epoch_seconds(),
            "UpdatedAt": self.created.epoch_seconds(),
        });
        if let Some(description) = &self.description {
            shown["Description"] = json!(description);
        }
        shown
    }
}

impl Membership {
    pub(super) fn arn(&self) -> String {
        format!("arn:aws:identitystore:::membership/{}", self.id)
    }

    pub(super) fn shown(&self) -> Value {
        json!({
            "IdentityStoreId": IDENTITY_STORE_ID,
            "MembershipId": self.id,
            "MembershipArn": self.arn(),
            "GroupId": self.group,
            "MemberId": { "UserId": self.user },
            "CreatedAt": self.created.epoch_seconds(),
            "UpdatedAt": self.created.epoch_seconds(),
        })
    }
}

/// An id in the store's form, always the same for the same seed text.
fn fixed_id(seed: &str) -> String {
    let h = hex::encode(Sha256::digest(seed));
    format!(
        "{}-{}-{}-4{}-8{}-{}",
        &IDENTITY_STORE_ID[2..],
        &h[..8],
        &h[8..12],
        &h[13..16],
        &h[17..20],
        &h[20..32]
    )
}

/// Performs an action of the directory's administrators.
///
/// * `["populate"]` with `groups` and `users` (lists of names) adds those that are not there, each name once: what is
///   renamed or deleted later stays so. A user whose name is an e-mail address has that address, and is in all the
///   groups that are named.
///
/// # Errors
/// The answer to an operation that does not exist, for any other path.
pub(crate) fn console(world: &mut World, path: &[&str], input: &Value, now: Moment) -> Result<Value, Fault> {
    let ["populate"] = path else {
        return Err(Fault::not_implemented("directory console", &path.join("/")));
    };
    let names = |member: &str| -> Vec<String> {
        let names = input.get(member).and_then(Value::as_array);
        let texts = names.into_iter().flatten().filter_map(Value::as_str);
        texts.map(str::to_owned).collect()
    };
    let groups = names("groups");
    let store = &mut world.identity_store;
    for name in &groups {
        let is_new = store.asked_for.insert(format!("group {}", name.to_lowercase()));
        if is_new && !store.groups.iter().any(|group| group.has_name(name)) {
            store.groups.push(Group {
                id: fixed_id(&format!("group {name}")),
                name: name.clone(),
                description: None,
                created: now,
            });
        }
    }
    for name in names("users") {
        let is_new = store.asked_for.insert(format!("user {}", name.to_lowercase()));
        if !is_new || store.users.iter().any(|user| user.has_name(&name)) {
            continue;
        }
        let mut body =
            json!({ "Name": { "GivenName": name, "FamilyName": "Rehearsal" }, "DisplayName": name });
        if name.contains('@') {
            body["Emails"] = json!([{ "Value": name, "Type": "work", "Primary": true }]);
        }
        let id = fixed_id(&format!("user {name}"));
        store.users.push(User {
            id: id.clone(),
            name: name.clone(),
            created: now,
            body: body.as_object().cloned().unwrap_or_default(),
        });
        for group in store
            .groups
            .iter()
            .filter(|group| groups.iter().any(|named| group.has_name(named)))
        {
            store.memberships.push(Membership {
                id: fixed_id(&format!("membership {} {name}", group.name)),
                group: group.id.clone(),
                user: id.clone(),
                created: now,
            });
        }
    }
    Ok(json!({}))
}

impl Store {
    /// An organization's directory: three people with primary e-mail addresses, one (`agent3@example.com`)
    /// whose address is not primary, and the groups `agents`, `supervisors` and `administrators`.
    pub fn initial(_settings: &crate::world::Settings, now: Moment) -> Store {
        let mut store = Store::default();
        let people = [
            ("agent1@example.com", "Agent", "One", true, &["agents"][..]),
            ("agent2@example.com", "Agent", "Two", true, &["agents"][..]),
            ("agent3@example.com", "Agent", "Three", false, &[][..]),
            (
                "admin@example.com",
                "Admin",
                "Example",
                true,
                &["supervisors", "administrators"][..],
            ),
        ];
        for name in ["agents", "supervisors", "administrators"] {
            store.groups.push(Group {
                id: fixed_id(&format!("group {name}")),
                name: name.to_owned(),
                description: None,
                created: now,
            });
        }
        for (name, given, family, primary, groups) in people {
            let body = json!({
                "Name": { "GivenName": given, "FamilyName": family },
                "DisplayName": format!("{given} {family}"),
                "Emails": [{ "Value": name, "Type": "work", "Primary": primary }],
            });
            let id = fixed_id(&format!("user {name}"));
            store.users.push(User {
                id: id.clone(),
                name: name.to_owned(),
                created: now,
                body: body.as_object().cloned().unwrap_or_default(),
            });
            for group in groups {
                store.memberships.push(Membership {
                    id: fixed_id(&format!("membership {group} {name}")),
                    group: fixed_id(&format!("group {group}")),
                    user: id.clone(),
                    created: now,
                });
            }
        }
        store
    }
}

fn new_id(world: &mut World) -> String {
    format!("{}-{}", &IDENTITY_STORE_ID[2..], world.uuid())
}

pub(super) fn create_user(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let name = call
        .text("UserName")
        .ok_or_else(|| validation("UserName is required"))?;
    // IAM Identity Center needs all of these, although the API's model marks none of them as required.
    let given = |pointer: &str| call.input.pointer(pointer).and_then(Value::as_str).is_some();
    for pointer in ["/Name/GivenName", "/Name/FamilyName", "/DisplayName"] {
        if !given(pointer) {
            return Err(validation(&format!(
                "{} is required",
                pointer.trim_start_matches('/')
            )));
        }
    }
    if RESERVED_GROUPS.contains(&name) {
        return Err(validation("the UserName is reserved"));
    }
    if world.identity_store.users.iter().any(|user| user.has_name(name)) {
        return Err(conflict("a user with this UserName exists"));
    }
    let emails = call.input.get("Emails").and_then(Value::as_array);
    for email in emails
        .into_iter()
        .flatten()
        .filter_map(|one| one["Value"].as_str())
    {
        if world
            .identity_store
            .users
            .iter()
            .any(|user| user.has_email(email))
        {
            return Err(conflict("a user with this e-mail address exists"));
        }
    }
    let body = KEPT.iter().filter_map(|member| {
        let value = call.input.get(*member).filter(|value| !value.is_null());
        value.map(|value| ((*member).to_owned(), value.clone()))
    });
    let user = User {
        id: new_id(world),
        name: name.to_owned(),
        created: call.now,
        body: body.collect(),
    };
    let output = json!({
        "IdentityStoreId": IDENTITY_STORE_ID, "UserId": user.id, "UserArn": user.arn(), "Revision": "1",
    });
    world.identity_store.users.push(user);
    Ok(Answer::of(output))
}

pub(super) fn create_group(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let name = call
        .text("DisplayName")
        .ok_or_else(|| validation("DisplayName is required"))?;
    if RESERVED_GROUPS.contains(&name) {
        return Err(validation("the DisplayName is reserved"));
    }
    if world
        .identity_store
        .groups
        .iter()
        .any(|group| group.has_name(name))
    {
        return Err(conflict("a group with this DisplayName exists"));
    }
    let group = Group {
        id: new_id(world),
        name: name.to_owned(),
        description: call.text("Description").map(str::to_owned),
        created: call.now,
    };
    let output = json!({
        "IdentityStoreId": IDENTITY_STORE_ID, "GroupId": group.id, "GroupArn": group.arn(), "Revision": "1",
    });
    world.identity_store.groups.push(group);
    Ok(Answer::of(output))
}

pub(super) fn create_membership(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let group = bare(&find_group(world, call)?.id).to_owned();
    let user = find_user(world, call, "MemberId")?.id.clone();
    if world.groups_of(&user).contains(&group) {
        return Err(conflict("the user is a member of the group"));
    }
    let made = Membership {
        id: new_id(world),
        group,
        user,
        created: call.now,
    };
    let output = json!({
        "IdentityStoreId": IDENTITY_STORE_ID, "MembershipId": made.id, "MembershipArn": made.arn(),
    });
    world.identity_store.memberships.push(made);
    Ok(Answer::of(output))
}

/// What an operation of an update changes: the attribute's name without regard to the case of its first letter, as
/// clients write it both ways, and the new value; none removes it.
fn operations(call: &Call) -> impl Iterator<Item = (String, Option<&Value>)> {
    let list = call.input.get("Operations").and_then(Value::as_array);
    list.into_iter().flatten().map(|one| {
        let path = one["AttributePath"].as_str().unwrap_or_default();
        let value = one.get("AttributeValue").filter(|value| !value.is_null());
        (path.to_lowercase(), value)
    })
}

fn text(value: Option<&Value>, what: &str) -> Result<String, Fault> {
    let text = value.and_then(Value::as_str).filter(|text| !text.is_empty());
    text.map(str::to_owned)
        .ok_or_else(|| validation(&format!("{what} must be a string and cannot be removed")))
}

/// The document in the value of an operation has members as the SCIM schema writes them, with a small first letter.
fn as_the_model_writes(value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| {
                let mut letters = name.chars();
                let first = letters.next().map(|letter| letter.to_ascii_uppercase());
                let name: String = first.into_iter().chain(letters).collect();
                (name, as_the_model_writes(value))
            })
            .collect(),
        Value::Array(items) => items.iter().map(as_the_model_writes).collect(),
        other => other.clone(),
    }
}

const NAMES: [&str; 6] = [
    "GivenName",
    "FamilyName",
    "MiddleName",
    "Formatted",
    "HonorificPrefix",
    "HonorificSuffix",
];

/// Members of the entries of each list of a user, besides `Primary`; `None` where the member is no list.
fn entries_of(member: &str) -> Option<&'static [&'static str]> {
    Some(match member {
        "Emails" | "PhoneNumbers" | "Roles" => &["Value", "Type"],
        "Photos" => &["Value", "Type", "Display"],
        "Addresses" => &[
            "StreetAddress",
            "Locality",
            "Region",
            "PostalCode",
            "Country",
            "Formatted",
            "Type",
        ],
        _ => return None,
    })
}

/// Whether a value has the shape of this member of a user: an update's value is a document, of which the model says
/// nothing.
fn fits(member: &str, value: &Value) -> bool {
    let is_text = |value: &Value| value.as_str().is_some_and(|text| !text.is_empty());
    let is_entry = |entry: &Value, allowed: &[&str]| {
        entry.as_object().is_some_and(|entry| {
            entry.iter().all(|(name, value)| match name.as_str() {
                "Primary" => value.is_boolean(),
                name => allowed.contains(&name) && is_text(value),
            })
        })
    };
    match entries_of(member) {
        Some(allowed) => value
            .as_array()
            .is_some_and(|list| list.iter().all(|entry| is_entry(entry, allowed))),
        None if member == "Name" => is_entry(value, &NAMES) && value.get("Primary").is_none(),
        None => is_text(value),
    }
}

pub(super) fn update_group(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let mut group = find_group(world, call)?.clone();
    for (path, value) in operations(call) {
        match path.as_str() {
            "displayname" => group.name = text(value, "DisplayName")?,
            "description" => group.description = value.and_then(Value::as_str).map(str::to_owned),
            _ => return Err(validation("the attribute path is not supported for groups")),
        }
    }
    let groups = &mut world.identity_store.groups;
    if groups
        .iter()
        .any(|it| it.id != group.id && it.has_name(&group.name))
    {
        return Err(conflict("a group with this DisplayName exists"));
    }
    let output = json!({
        "IdentityStoreId": IDENTITY_STORE_ID, "GroupId": group.id, "GroupArn": group.arn(), "Revision": "1",
    });
    if let Some(held) = groups.iter_mut().find(|held| held.id == group.id) {
        *held = group;
    }
    Ok(Answer::of(output))
}

pub(super) fn update_user(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let mut user = find_user(world, call, "UserId")?.clone();
    for (path, value) in operations(call) {
        let mut steps = path.split('.');
        let (first, second) = (steps.next().unwrap_or_default(), steps.next());
        if first == "username" {
            user.name = text(value, "UserName")?;
            continue;
        }
        let unsupported = || validation("the attribute path is not supported for users");
        let member = KEPT.iter().find(|member| member.eq_ignore_ascii_case(first));
        let member = (*member.ok_or_else(unsupported)?).to_owned();
        let value = value.map(as_the_model_writes);
        let changed = match second {
            None => value,
            Some(inner) => {
                let inner = NAMES.iter().find(|name| name.eq_ignore_ascii_case(inner));
                let inner = inner.filter(|_| member == "Name").ok_or_else(unsupported)?;
                let mut name = user.body.get("Name").cloned().unwrap_or_else(|| json!({}));
                if let Some(members) = name.as_object_mut() {
                    members.remove(*inner);
                    members.extend(value.map(|value| ((*inner).to_owned(), value)));
                }
                Some(name)
            }
        };
        match changed {
            Some(value) if !fits(&member, &value) => {
                return Err(validation(&format!("the value of {member} has the wrong shape")));
            }
            Some(value) => {
                user.body.insert(member, value);
            }
            None => {
                user.body.remove(&member);
            }
        }
    }
    let taken = world.identity_store.users.iter().any(|other| {
        let emails = user.body.get("Emails").and_then(Value::as_array);
        let mut emails = emails
            .into_iter()
            .flatten()
            .filter_map(|one| one["Value"].as_str());
        other.id != user.id && (other.has_name(&user.name) || emails.any(|email| other.has_email(email)))
    });
    if taken {
        return Err(conflict("a user with this UserName or e-mail address exists"));
    }
    let output = json!({
        "IdentityStoreId": IDENTITY_STORE_ID, "UserId": user.id, "UserArn": user.arn(), "Revision": "1",
    });
    if let Some(held) = world
        .identity_store
        .users
        .iter_mut()
        .find(|held| held.id == user.id)
    {
        *held = user;
    }
    Ok(Answer::of(output))
}
