//! Fixtures for a replay: what no call of the recording made, but its answers show. What was there before, and what people
//! did in consoles.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::account::settings;
use super::certificates::certificates;
use super::log::{Recorded, Recording};
use super::mapping::Mapping;
use super::networks::{Network, networks};
use super::rebuild::in_replay;
use crate::clock::Moment;
use crate::console;
use crate::service::{Call, Caller, Service, identity_store, parameter_store, secrets_manager};
use crate::world::identity_store::IDENTITY_STORE_ID;
use crate::world::{Settings, World};

/// What was done in a console.
#[derive(Clone, Debug)]
pub(super) struct ConsoleAction {
    /// When, in milliseconds since the recording began.
    pub(super) at: i64,
    what: ActionKind,
}

#[derive(Clone, Debug)]
enum ActionKind {
    /// An image was captured in a builder's session.
    Capture {
        builder: String,
        image: String,
        input: Value,
    },
    /// A SAML application was made in IAM Identity Center.
    Application { arn: String, input: Value },
    /// A user or a group was assigned to one by hand.
    Assignment {
        arn: String,
        member: &'static str,
        name: String,
    },
}

impl ConsoleAction {
    /// Whether the answer of a call at the very moment shows that it was done already.
    pub(super) fn shows_in(&self, call: &Recorded) -> bool {
        match &self.what {
            ActionKind::Capture { image, .. } => {
                names(&call.answer, image)
                    || (call.operation == "DescribeImageBuilders" && names(&call.answer, "SNAPSHOTTING"))
            }
            ActionKind::Application { arn, .. } => names(&call.request, arn) || names(&call.answer, arn),
            ActionKind::Assignment { .. } => call.operation == "ListApplicationAssignments",
        }
    }

    /// Does it again.
    ///
    /// # Errors
    /// What the console says.
    pub(super) fn perform(
        &self,
        world: &mut World,
        mapping: &mut Mapping,
        (origin, now): (i64, Moment),
    ) -> Result<(), String> {
        let refused = |what: &str, fault: crate::service::Fault| {
            format!(
                "{what} is not possible in the simulator: {} ({})",
                fault.message, fault.code
            )
        };
        match &self.what {
            ActionKind::Capture {
                builder,
                image,
                input,
            } => {
                let path = format!("image-builder/{}/capture", mapping.apply(builder));
                console::act(world, &path, &in_replay(input, origin, mapping, 0), now)
                    .map(drop)
                    .map_err(|fault| refused(&format!("capturing {image} in {builder}"), fault))
            }
            ActionKind::Application { arn, input } => {
                let made = console::act(
                    world,
                    "identity-center/applications/create",
                    &in_replay(input, origin, mapping, 0),
                    now,
                )
                .map_err(|fault| refused("making the SAML application", fault))?;
                mapping.learn(arn, made["application_arn"].as_str().unwrap_or_default());
                Ok(())
            }
            ActionKind::Assignment { arn, member, name } => {
                let mut input = json!({ "application_arn": mapping.apply(arn) });
                input[*member] = json!([mapping.apply(name)]);
                console::act(world, "identity-center/applications/assign", &input, now)
                    .map(drop)
                    .map_err(|fault| refused("an assignment by hand", fault))
            }
        }
    }

    /// What was done, in words.
    pub(super) fn words(&self) -> String {
        match &self.what {
            ActionKind::Capture { builder, image, .. } => {
                format!("{image} was captured in the session of {builder} (its CreatedTime says when)")
            }
            ActionKind::Application { arn, .. } => {
                format!("the SAML application {arn} was made in IAM Identity Center's console")
            }
            ActionKind::Assignment { arn, name, .. } => {
                format!("{name} was assigned to {arn} in IAM Identity Center's console")
            }
        }
    }
}

/// Everything that was inferred.
#[derive(Debug)]
pub(super) struct Fixtures {
    pub(super) settings: Settings,
    /// Accounts of the recording, and which of the simulator's they are.
    accounts: BTreeMap<String, String>,
    /// In their order.
    pub(super) actions: Vec<ConsoleAction>,
    /// What has to be there at the start.
    resources: Vec<Fixture>,
}

#[derive(Debug)]
enum Fixture {
    Group {
        name: String,
        id: String,
    },
    User {
        attribute: String,
        value: String,
        id: String,
    },
    Secret {
        name: String,
        region: Option<String>,
    },
    Parameter {
        name: String,
        region: Option<String>,
    },
    Image {
        name: String,
        view: Value,
    },
    NoImage {
        but: BTreeSet<String>,
    },
    Certificate {
        arn: String,
        names: Vec<String>,
    },
    /// Subnets of the team that runs the network.
    Subnets {
        network: Network,
        ids: BTreeSet<String>,
    },
}

/// Whether a value holds this text somewhere.
fn names(value: &Value, text: &str) -> bool {
    match value {
        Value::String(found) => found == text,
        Value::Array(entries) => entries.iter().any(|entry| names(entry, text)),
        Value::Object(members) => members.values().any(|member| names(member, text)),
        _ => false,
    }
}

impl Fixtures {
    /// Reads a recording for what it gives away.
    pub(super) fn of(recording: &Recording, quirks: u64) -> Fixtures {
        let calls = &recording.calls;
        let mut actions = captures(calls);
        actions.extend(applications(calls));
        actions.extend(assignments(calls));
        actions.sort_by_key(|action| action.at);
        let mut resources = directory(calls);
        resources.extend(stores(calls));
        resources.extend(public_images(calls));
        let certificates = certificates(calls).into_iter();
        resources.extend(certificates.map(|(arn, names)| Fixture::Certificate { arn, names }));
        let networks = networks(calls).into_iter();
        resources.extend(networks.map(|(network, ids)| Fixture::Subnets { network, ids }));
        let (settings, accounts) = settings(calls, quirks);
        Fixtures {
            settings,
            accounts,
            actions,
            resources,
        }
    }

    /// Puts up what has to be there at the start. Returns what was supposed, in words.
    pub(super) fn set_up(&self, world: &mut World, mapping: &mut Mapping, now: Moment) -> Vec<String> {
        for (recorded, simulated) in &self.accounts {
            mapping.set(recorded, simulated);
        }
        let mut notes = Vec::new();
        for resource in &self.resources {
            match resource.set_up(world, mapping, now) {
                Ok(note) => notes.extend(note),
                Err(note) => notes.push(note),
            }
        }
        notes
    }
}

impl Fixture {
    fn set_up(
        &self,
        world: &mut World,
        mapping: &mut Mapping,
        now: Moment,
    ) -> Result<Option<String>, String> {
        match self {
            Fixture::Group { name, id } => {
                let input =
                    json!({ "IdentityStoreId": IDENTITY_STORE_ID, "DisplayName": mapping.tell(name) });
                let made = ask(
                    world,
                    &identity_store::IdentityStore,
                    "CreateGroup",
                    input,
                    (None, now),
                )?;
                mapping.learn(id, made["GroupId"].as_str().unwrap_or_default());
                Ok(Some(format!("there is a group {name} in the directory")))
            }
            Fixture::User { attribute, value, id } => {
                let name = mapping.tell(value);
                let mut input = json!({
                    "IdentityStoreId": IDENTITY_STORE_ID,
                    "UserName": name,
                    "DisplayName": name,
                    "Name": { "GivenName": "Some", "FamilyName": "Body" },
                });
                if attribute.starts_with("emails") {
                    input["Emails"] = json!([{ "Value": name, "Type": "work", "Primary": true }]);
                }
                let made = ask(
                    world,
                    &identity_store::IdentityStore,
                    "CreateUser",
                    input,
                    (None, now),
                )?;
                mapping.learn(id, made["UserId"].as_str().unwrap_or_default());
                Ok(Some(format!("there is a user {value} in the directory")))
            }
            Fixture::Secret { name, region } => {
                let last = name.rsplit(':').next().unwrap_or(name);
                let input = json!({ "Name": last, "SecretString": "Withheld-1" });
                let service = &secrets_manager::SecretsManager;
                let made = ask(world, service, "CreateSecret", input, (region.as_deref(), now))?;
                if name.starts_with("arn:") {
                    mapping.set(name, made["ARN"].as_str().unwrap_or_default());
                }
                Ok(Some(format!("there is a secret {name}")))
            }
            Fixture::Parameter { name, region } => {
                let input = json!({ "Name": name, "Value": "Withheld-1", "Type": "SecureString" });
                let service = &parameter_store::ParameterStore;
                ask(world, service, "PutParameter", input, (region.as_deref(), now))?;
                Ok(Some(format!("there is a parameter {name}")))
            }
            Fixture::Image { name, view } => {
                let path = format!("image-builder/images/{name}/publish");
                console::act(world, &path, view, now)
                    .map(|_| None)
                    .map_err(|fault| format!("the public image {name}: {} ({})", fault.message, fault.code))
            }
            Fixture::Certificate { arn, names } => {
                let told = (mapping.tell(arn), names.iter().map(|name| mapping.tell(name)));
                world.cloud_front.certificates.insert(told.0, told.1.collect());
                let names = names.join(", ");
                Ok(Some(format!("there is a certificate {arn} for {names}")))
            }
            Fixture::Subnets { network, ids } => {
                let made = console::act(world, "network/populate", &network.asked(ids), now);
                made.map(|_| None)
                    .map_err(|fault| format!("subnets: {}", fault.message))
            }
            Fixture::NoImage { but } => {
                for name in world.appstream.public_names() {
                    if !but.contains(&name) {
                        let path = format!("image-builder/images/{name}/retire");
                        // It is there: its name has just been read.
                        drop(console::act(world, &path, &json!({}), now));
                    }
                }
                Ok(None)
            }
        }
    }
}

/// An API's own way of making something, on the day before.
fn ask(
    world: &mut World,
    service: &dyn Service,
    operation: &str,
    input: Value,
    (region, now): (Option<&str>, Moment),
) -> Result<Value, String> {
    let account = match service.name() {
        "identitystore" => world.settings.identity_center_account.clone(),
        _ => world.settings.account.clone(),
    };
    let region = region.map_or_else(|| world.settings.identity_center_region.clone(), str::to_owned);
    let call = Call {
        operation: operation.to_owned(),
        input,
        body: Default::default(),
        headers: Vec::new(),
        region,
        caller: Caller {
            arn: format!("arn:aws:iam::{account}:user/administrator"),
            account,
            access_key: Some("AKIAIOSFODNN7EXAMPLE".to_owned()),
            permissions: None,
        },
        now,
        base_url: None,
    };
    service
        .call(world, &call)
        .map(|answer| answer.output)
        .map_err(|fault| {
            format!(
                "{}:{operation}: {} ({})",
                service.name(),
                fault.message,
                fault.code
            )
        })
}

fn listed<'a>(
    call: &'a Recorded,
    operation: &str,
    member: &str,
) -> impl Iterator<Item = &'a Map<String, Value>> {
    let meant = call.operation == operation && call.succeeded();
    let entries = if meant {
        call.answer[member].as_array()
    } else {
        None
    };
    entries.into_iter().flatten().filter_map(Value::as_object)
}

fn text<'a>(members: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    members.get(name).and_then(Value::as_str)
}

/// Images that came out of a builder, with no call that makes one: there is none.
fn captures(calls: &[Recorded]) -> Vec<ConsoleAction> {
    let mut found: BTreeMap<String, (i64, String, Map<String, Value>)> = BTreeMap::new();
    let mut tags: BTreeMap<String, Value> = BTreeMap::new();
    for call in calls {
        if call.operation == "ListTagsForResource"
            && call.succeeded()
            && let Some(name) = call.request["ResourceArn"]
                .as_str()
                .and_then(|arn| arn.split_once(":image/"))
        {
            tags.entry(name.1.to_owned())
                .or_insert_with(|| call.answer["Tags"].clone());
        }
        for image in listed(call, "DescribeImages", "Images") {
            let own = text(image, "Visibility") == Some("PRIVATE");
            if let (true, Some(name), Some(builder)) =
                (own, text(image, "Name"), text(image, "ImageBuilderName"))
            {
                let at = image
                    .get("CreatedTime")
                    .and_then(|time| time["$at"].as_i64())
                    .unwrap_or(call.start);
                // The last answer knows most; the moment does not change.
                found.insert(name.to_owned(), (at, builder.to_owned(), image.clone()));
            }
        }
    }
    found
        .into_iter()
        .filter(|(_, (at, ..))| *at >= 0)
        .map(|(image, (at, builder, view))| {
            let applications: Vec<Value> = view
                .get("Applications")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .map(|application| {
                    json!({
                        "name": application["Name"],
                        "display_name": application["DisplayName"],
                        "absolute_app_path": application["LaunchPath"],
                        "launch_parameters": application["LaunchParameters"],
                        "working_directory": application.pointer("/Metadata/WORKING_DIRECTORY"),
                    })
                })
                .collect();
            let mut input = json!({
                "name": image,
                "applications": applications,
                "use_latest_agent_version": view.get("LatestAppstreamAgentVersion") == Some(&json!("TRUE")),
                "enable_dynamic_app_catalog": view.get("DynamicAppProvidersEnabled") == Some(&json!("ENABLED")),
            });
            for (from, to) in [("Description", "description"), ("DisplayName", "display_name")] {
                if let Some(text) = view.get(from) {
                    input[to] = text.clone();
                }
            }
            if let Some(tags) = tags.get(&image) {
                input["tags"] = tags.clone();
            }
            let what = ActionKind::Capture { builder, image, input };
            ConsoleAction { at, what }
        })
        .collect()
}

/// SAML applications that a call describes, with no call that makes one: there is none for SAML.
fn applications(calls: &[Recorded]) -> Vec<ConsoleAction> {
    let mut found: BTreeMap<String, (i64, Value)> = BTreeMap::new();
    let made = calls.iter().any(|call| call.operation == "CreateApplication");
    for call in calls.iter().filter(|call| call.service == "sso-admin" && !made) {
        let Some(arn) = call.request["ApplicationArn"].as_str() else {
            continue;
        };
        // A call that finds nothing came before it was made.
        if call.succeeded() {
            let entry = found
                .entry(arn.to_owned())
                .or_insert_with(|| (call.start, Value::Null));
            if call.operation == "DescribeApplication" {
                if let Some(at) = call.answer.pointer("/CreatedDate/$at").and_then(Value::as_i64) {
                    entry.0 = at;
                }
                entry.1 = call.answer.clone();
            }
        }
    }
    found
        .into_iter()
        .map(|(arn, (at, view))| {
            let mut input = json!({
                "display_name": view["Name"].as_str().unwrap_or("application"),
                "acs_url": "https://signin.aws.amazon.com/saml",
                "audience": "urn:amazon:webservices",
                "attribute_mappings": [{ "attribute": "Subject", "value": "${user:email}", "format": "persistent" }],
            });
            if let Some(text) = view["Description"].as_str() {
                input["description"] = text.into();
            }
            if let Some(url) = view.pointer("/PortalOptions/SignInOptions/ApplicationUrl") {
                input["start_url"] = url.clone();
            }
            let what = ActionKind::Application { arn, input };
            ConsoleAction { at: at.max(0), what }
        })
        .collect()
}

/// Assignments that a listing shows and no call has made.
fn assignments(calls: &[Recorded]) -> Vec<ConsoleAction> {
    let known = directory(calls);
    let name_of = |principal: &str| {
        known.iter().find_map(|resource| match resource {
            Fixture::Group { name, id } if id == principal => Some(("groups", name.clone())),
            Fixture::User { value, id, .. } if id == principal => Some(("users", value.clone())),
            _ => None,
        })
    };
    let mut made: BTreeSet<(String, String)> = BTreeSet::new();
    let mut actions = Vec::new();
    for call in calls.iter().filter(|call| call.succeeded()) {
        let Some(arn) = call.request["ApplicationArn"].as_str() else {
            continue;
        };
        if call.operation == "CreateApplicationAssignment" {
            let principal = call.request["PrincipalId"].as_str().unwrap_or_default();
            made.insert((arn.to_owned(), principal.to_owned()));
        }
        for assignment in listed(call, "ListApplicationAssignments", "ApplicationAssignments") {
            let Some(principal) = text(assignment, "PrincipalId") else {
                continue;
            };
            if let Some((member, name)) = name_of(principal)
                && made.insert((arn.to_owned(), principal.to_owned()))
            {
                let arn = arn.to_owned();
                let what = ActionKind::Assignment { arn, member, name };
                actions.push(ConsoleAction { at: call.start, what });
            }
        }
    }
    actions
}

fn directory(calls: &[Recorded]) -> Vec<Fixture> {
    let mut resources: BTreeMap<String, Fixture> = BTreeMap::new();
    for call in calls
        .iter()
        .filter(|call| call.service == "identitystore" && call.succeeded())
    {
        let asked = |name: &str| {
            let path = format!("/AlternateIdentifier/UniqueAttribute/{name}");
            call.request
                .pointer(&path)
                .and_then(Value::as_str)
                .map(str::to_owned)
        };
        let (Some(attribute), Some(value)) = (asked("AttributePath"), asked("AttributeValue")) else {
            continue;
        };
        let id = |name: &str| call.answer[name].as_str().unwrap_or_default().to_owned();
        let resource = match call.operation.as_str() {
            "GetGroupId" => Fixture::Group {
                id: id("GroupId"),
                name: value,
            },
            "GetUserId" => Fixture::User {
                id: id("UserId"),
                attribute,
                value,
            },
            _ => continue,
        };
        let key = match &resource {
            Fixture::Group { id, .. } | Fixture::User { id, .. } => id.clone(),
            _ => continue,
        };
        resources.entry(key).or_insert(resource);
    }
    resources.into_values().collect()
}

fn stores(calls: &[Recorded]) -> Vec<Fixture> {
    let mut resources: BTreeMap<String, Fixture> = BTreeMap::new();
    for call in calls.iter().filter(|call| call.succeeded()) {
        let region = call.region.clone();
        let resource = match call.operation.as_str() {
            "GetSecretValue" => call.request["SecretId"].as_str().map(|name| {
                (
                    name,
                    Fixture::Secret {
                        name: name.to_owned(),
                        region,
                    },
                )
            }),
            "GetParameter" => call.request["Name"].as_str().map(|name| {
                (
                    name,
                    Fixture::Parameter {
                        name: name.to_owned(),
                        region,
                    },
                )
            }),
            _ => None,
        };
        if let Some((name, resource)) = resource {
            resources.entry(name.to_owned()).or_insert(resource);
        }
    }
    resources.into_values().collect()
}

/// The public images that AWS has on the day: newer ones than the simulator, and not its old ones.
fn public_images(calls: &[Recorded]) -> Vec<Fixture> {
    let mut images: BTreeMap<String, Value> = BTreeMap::new();
    let mut whole = false;
    for call in calls {
        for image in listed(call, "DescribeImages", "Images") {
            if let (Some("PUBLIC"), Some(name)) = (text(image, "Visibility"), text(image, "Name")) {
                images
                    .entry(name.to_owned())
                    .or_insert_with(|| Value::Object(image.clone()));
            }
        }
        whole |= call.operation == "DescribeImages"
            && call.succeeded()
            && call.request["Type"] == "PUBLIC"
            && call.request["Names"].is_null()
            && call.request["Arns"].is_null()
            && call.answer["NextToken"].is_null();
    }
    let but: BTreeSet<String> = images.keys().cloned().collect();
    let mut resources: Vec<Fixture> = images
        .into_iter()
        .map(|(name, view)| Fixture::Image { name, view })
        .collect();
    if whole {
        resources.push(Fixture::NoImage { but });
    }
    resources
}
