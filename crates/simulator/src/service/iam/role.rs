//! Roles.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::tag::{self, Tags};
use super::{
    Answer, Call, Fault, PAGER, Store, catalog, document, exists, limit, no_such, required, stamp, unique_id,
};
use crate::clock::Moment;
use crate::policy::normalised;
use crate::world::World;
pub(crate) use crate::world::iam::Role;

/// An hour: IAM's default, as UpdateRole's documentation says.
const DEFAULT_SESSION: u64 = 3600;

/// The role through which another account administers Identity Center.
const IDENTITY_CENTER: &str = "headset-identity-center";

/// What that role may do: name and document.
fn identity_center_policy() -> (String, String) {
    let document = json!({
        "Version": "2012-10-17",
        "Statement": [{ "Effect": "Allow", "Action": ["sso:*", "identitystore:*"], "Resource": "*" }],
    });
    ("identity-center".to_owned(), document.to_string())
}

impl Store {
    /// Gives what a snapshot of before policies were enforced lacks.
    pub(crate) fn upgrade(&mut self) {
        let accounts = self.accounts.values_mut();
        let roles = accounts.filter_map(|account| account.roles.get_mut(IDENTITY_CENTER));
        for role in roles.filter(|role| role.inline.is_empty()) {
            role.inline.extend([identity_center_policy()]);
        }
    }
}

impl Role {
    /// The role that AppStream's console makes at its first use, without which fleets get no network.
    pub(super) fn appstream_service_access(account: &str, created: Moment) -> Role {
        Role {
            name: "AmazonAppStreamServiceAccess".to_owned(),
            id: "AROA0APPSTREAMACCESS1".to_owned(),
            arn: format!("arn:aws:iam::{account}:role/service-role/AmazonAppStreamServiceAccess"),
            path: "/service-role/".to_owned(),
            trust: json!({
                "Version": "2012-10-17",
                "Statement": [{
                    "Effect": "Allow",
                    "Principal": { "Service": "appstream.amazonaws.com" },
                    "Action": "sts:AssumeRole",
                }],
            })
            .to_string(),
            trusted: BTreeMap::new(),
            description: None,
            session: DEFAULT_SESSION,
            boundary: None,
            tags: Tags::new(),
            inline: BTreeMap::new(),
            attached: vec!["arn:aws:iam::aws:policy/service-role/AmazonAppStreamServiceAccess".to_owned()],
            created,
            service_linked: None,
        }
    }

    /// The role in the organisation's management account through which another account administers Identity Center.
    pub(super) fn identity_center_access(account: &str, trusted: &str, created: Moment) -> Role {
        Role {
            name: IDENTITY_CENTER.to_owned(),
            id: "AROA0IDENTITYCENTER01".to_owned(),
            arn: format!("arn:aws:iam::{account}:role/headset-identity-center"),
            path: "/".to_owned(),
            trust: json!({
                "Version": "2012-10-17",
                "Statement": [{
                    "Effect": "Allow",
                    "Principal": { "AWS": format!("arn:aws:iam::{trusted}:root") },
                    "Action": "sts:AssumeRole",
                }],
            })
            .to_string(),
            trusted: BTreeMap::new(),
            description: None,
            session: DEFAULT_SESSION,
            boundary: None,
            tags: Tags::new(),
            inline: BTreeMap::from([identity_center_policy()]),
            attached: vec!["arn:aws:iam::aws:policy/AWSSSODirectoryAdministrator".to_owned()],
            created,
            service_linked: None,
        }
    }

    /// The role as lists show it: without tags and boundary.
    pub(super) fn brief(&self, store: &Store) -> Value {
        let mut out = json!({
            "Path": self.path,
            "RoleName": self.name,
            "RoleId": self.id,
            "Arn": self.arn,
            "CreateDate": stamp(self.created),
            "AssumeRolePolicyDocument": document::encoded(&self.trust_policy(store)),
            "MaxSessionDuration": self.session,
        });
        if let Some(description) = &self.description {
            out["Description"] = description.clone().into();
        }
        out
    }

    /// The role as GetRole shows it.
    pub(super) fn full(&self, store: &Store) -> Value {
        let mut out = self.brief(store);
        if !self.tags.is_empty() {
            out["Tags"] = tag::list(&self.tags).into();
        }
        if let Some(boundary) = &self.boundary {
            // The model documents `PermissionsBoundaryPolicy` as the only value; AWS answers `Policy` (LocalStack's tests that
            // were recorded on AWS, and the AWS CLI's own examples of get-user).
            out["PermissionsBoundary"] =
                json!({ "PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": boundary });
        }
        out
    }

    /// The role as CreateRole answers it: with the trust policy as it was sent, and without a longest session.
    fn echoed(&self, store: &Store) -> Value {
        let mut out = self.full(store);
        out["AssumeRolePolicyDocument"] = document::encoded(&self.trust).into();
        if let Some(members) = out.as_object_mut() {
            members.remove("MaxSessionDuration");
        }
        out
    }

    /// The trust policy as IAM has it by now: normalised, and with a unique id for every principal that is no
    /// longer the one that was meant. One that was made anew under the same name is not trusted.
    pub fn trust_policy(&self, store: &Store) -> String {
        normalised(&self.trust, &|arn| document::replaced(store, &self.trusted, arn))
    }

    /// Service-linked roles belong to their service.
    ///
    /// # Errors
    /// `UnmodifiableEntity` for such a role.
    pub(super) fn check_modifiable(&self) -> Result<(), Fault> {
        match self.service_linked {
            Some(_) => Err(Fault::new(
                "UnmodifiableEntity",
                format!(
                    "Cannot perform the operation on the protected role '{}'",
                    self.name
                ),
            )),
            None => Ok(()),
        }
    }
}

/// The role that the call's `RoleName` names.
///
/// Assumption: iam.lookup-case. Names are unique regardless of case; whether lookups ignore case too, no
/// source says: here they do not.
pub(super) fn find<'a>(world: &'a mut World, call: &Call) -> Result<&'a mut Role, Fault> {
    let name = required(call, "RoleName")?;
    world
        .iam
        .accounts
        .get_mut(&call.caller.account)
        .and_then(|account| account.roles.get_mut(&name.to_lowercase()))
        .filter(|role| role.name == name)
        .ok_or_else(|| no_such("role", name))
}

/// The same, for changes.
pub(super) fn find_to_change<'a>(world: &'a mut World, call: &Call) -> Result<&'a mut Role, Fault> {
    let role = find(world, call)?;
    role.check_modifiable()?;
    Ok(role)
}

fn check_boundary(world: &World, call: &Call, arn: &str) -> Result<(), Fault> {
    super::check_arn(arn)?;
    if catalog::known(arn) && !catalog::attachable(arn) {
        let message = format!("{arn} belongs to a service-linked role");
        return Err(Fault::new("PolicyNotAttachable", message));
    }
    match catalog::known(arn) || super::managed::of(world, &call.caller.account, arn).is_some() {
        true => Ok(()),
        false => Err(Fault::new(
            "NoSuchEntity",
            format!("Scope ARN: {arn} does not exist or is not attachable."),
        )),
    }
}

pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let name = required(call, "RoleName")?.to_owned();
    let trust = required(call, "AssumeRolePolicyDocument")?.to_owned();
    let path = call.text("Path").unwrap_or("/").to_owned();
    if path.starts_with("/aws-service-role/") {
        return Err(Fault::new(
            "InvalidInput",
            "The path /aws-service-role/ belongs to service-linked roles",
        ));
    }
    let mut tags = Tags::new();
    tag::add(call, &mut tags)?;
    if world
        .iam
        .accounts
        .get(&call.caller.account)
        .is_some_and(|account| account.roles.contains_key(&name.to_lowercase()))
    {
        return Err(exists("Role", &name));
    }
    document::trust(world, &trust, call.now)?;
    let boundary = call.text("PermissionsBoundary").map(str::to_owned);
    if let Some(arn) = &boundary {
        check_boundary(world, call, arn)?;
    }
    let most = world.quota("iam.roles", 1000);
    let id = unique_id(world, "AROA");
    let trusted = document::principal_ids(&world.iam, &trust);
    let account = world.iam.accounts.entry(call.caller.account.clone()).or_default();
    if account
        .roles
        .values()
        .filter(|role| role.service_linked.is_none())
        .count() as u64
        >= most
    {
        return Err(limit("RolesPerAccount", most));
    }
    let role = Role {
        arn: format!("arn:aws:iam::{}:role{path}{name}", call.caller.account),
        name: name.clone(),
        id,
        path,
        trusted,
        trust,
        description: call
            .text("Description")
            .filter(|text| !text.is_empty())
            .map(str::to_owned),
        session: call
            .input
            .get("MaxSessionDuration")
            .and_then(Value::as_u64)
            .unwrap_or(DEFAULT_SESSION),
        boundary,
        tags,
        inline: BTreeMap::new(),
        attached: Vec::new(),
        created: call.now,
        service_linked: None,
    };
    account.roles.insert(name.to_lowercase(), role.clone());
    Ok(Answer::of(json!({ "Role": role.echoed(&world.iam) })))
}

pub(super) fn get(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let role = find(world, call)?.clone();
    if super::lags(world, role.created, call.now) {
        return Err(no_such("role", &role.name));
    }
    let mut output = role.full(&world.iam);
    output["RoleLastUsed"] = json!({});
    Ok(Answer::of(json!({ "Role": output })))
}

/// Sets description and duration. A duration that is left out becomes an hour again, as the model's documentation
/// of it says; what happens to a description that is left out, it does not say (quirk
/// `iam.update-role-drops-description`).
pub(super) fn update(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let drops = world.quirk("iam.update-role-drops-description");
    let session = call.input.get("MaxSessionDuration").and_then(Value::as_u64);
    let role = find(world, call)?;
    // The description is the one thing of a service-linked role that its owner may edit.
    if session.is_some() {
        role.check_modifiable()?;
    }
    match call.text("Description") {
        Some(description) => role.description = Some(description.to_owned()).filter(|text| !text.is_empty()),
        None if drops => role.description = None,
        None => {}
    }
    role.session = session.unwrap_or(DEFAULT_SESSION);
    Ok(Answer::empty())
}

pub(super) fn update_description(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let description = required(call, "Description")?.to_owned();
    let role = find(world, call)?;
    role.description = Some(description).filter(|text| !text.is_empty());
    let role = role.clone();
    Ok(Answer::of(json!({ "Role": role.full(&world.iam) })))
}

pub(super) fn update_trust(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let trust = required(call, "PolicyDocument")?.to_owned();
    find_to_change(world, call)?;
    document::trust(world, &trust, call.now)?;
    let trusted = document::principal_ids(&world.iam, &trust);
    let role = find_to_change(world, call)?;
    (role.trust, role.trusted) = (trust, trusted);
    Ok(Answer::empty())
}

pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let role = find_to_change(world, call)?;
    if !role.attached.is_empty() {
        return Err(Fault::new(
            "DeleteConflict",
            "Cannot delete entity, must detach all policies first.",
        ));
    }
    if !role.inline.is_empty() {
        return Err(Fault::new(
            "DeleteConflict",
            "Cannot delete entity, must delete policies first.",
        ));
    }
    let key = role.name.to_lowercase();
    if let Some(account) = world.iam.accounts.get_mut(&call.caller.account) {
        if account
            .instance_profiles
            .values()
            .any(|profile| profile.holds(&key))
        {
            return Err(Fault::new(
                "DeleteConflict",
                "Cannot delete entity, must remove roles from instance profile first.",
            ));
        }
        account.roles.remove(&key);
    }
    Ok(Answer::empty())
}

pub(super) fn list(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let prefix = call.text("PathPrefix").unwrap_or("/");
    let roles = world
        .iam
        .accounts
        .get(&call.caller.account)
        .into_iter()
        .flat_map(|account| account.roles.values())
        .filter(|role| role.path.starts_with(prefix))
        .filter(|role| !super::lags(world, role.created, call.now))
        .map(|role| role.brief(&world.iam))
        .collect();
    PAGER.page(world, call, "Roles", roles)
}

/// TagRole's documentation: "a regular role or a service-linked role".
pub(super) fn tag(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    tag::add(call, &mut find(world, call)?.tags)?;
    Ok(Answer::empty())
}

pub(super) fn untag(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    tag::remove(call, &mut find(world, call)?.tags);
    Ok(Answer::empty())
}

pub(super) fn tags(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let list = tag::list(&find(world, call)?.tags);
    PAGER.page(world, call, "Tags", list)
}

pub(super) fn put_boundary(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let arn = required(call, "PermissionsBoundary")?.to_owned();
    find_to_change(world, call)?;
    check_boundary(world, call, &arn)?;
    find_to_change(world, call)?.boundary = Some(arn);
    Ok(Answer::empty())
}

pub(super) fn delete_boundary(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let role = find_to_change(world, call)?;
    match role.boundary.take() {
        Some(_) => Ok(Answer::empty()),
        None => Err(Fault::new(
            "NoSuchEntity",
            format!("{} has no permissions boundary", role.name),
        )),
    }
}
