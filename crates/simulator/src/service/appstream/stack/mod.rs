//! Stacks: what users may do while they stream. They have no lifecycle: every change takes effect at once.

#[cfg(test)]
mod branding;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value, json};

use super::account::Place;
use super::association::Association;
use super::input::{keep, member, merge_agent_access, required, tags, texts};
use super::page::PAGER;
use super::unset::Unset;
use super::{answer, fault, network, page, place};
use crate::service::{Answer, Call, Fault};
use crate::world::World;
pub(super) use crate::world::appstream::Stack;

/// Members that are kept as given and can be changed one by one.
const PLAIN: &[&str] = &[
    "Description",
    "DisplayName",
    "RedirectURL",
    "FeedbackURL",
    "AccessEndpoints",
    "EmbedHostDomains",
    "StreamingExperienceSettings",
    "ContentRedirection",
    "StorageConnectorAuthentication",
];

/// Every action and the permission that it has by default.
///
/// Assumption: appstream.user-setting-defaults. The model says "by default, these actions are enabled" and that
/// smart card redirection is on only for stacks that existed before it; that domain smart card sign-in and time
/// zone redirection start disabled is what clients report.
const SETTINGS: &[(&str, &str)] = &[
    ("CLIPBOARD_COPY_FROM_LOCAL_DEVICE", "ENABLED"),
    ("CLIPBOARD_COPY_TO_LOCAL_DEVICE", "ENABLED"),
    ("FILE_UPLOAD", "ENABLED"),
    ("FILE_DOWNLOAD", "ENABLED"),
    ("PRINTING_TO_LOCAL_DEVICE", "ENABLED"),
    ("DOMAIN_PASSWORD_SIGNIN", "ENABLED"),
    ("DOMAIN_SMART_CARD_SIGNIN", "DISABLED"),
    ("AUTO_TIME_ZONE_REDIRECTION", "DISABLED"),
    ("SMART_CARD_REDIRECTION", "DISABLED"),
];

/// The action that is newer than every report of what AWS answers for actions that were never set.
const NEWEST: &str = "SMART_CARD_REDIRECTION";

/// The clipboard's length where none is given and the permission is ENABLED (UserSetting, MaximumLength).
const CLIPBOARD: u64 = 20_971_520;

impl Stack {
    /// The output structure, with the full set of user settings whatever was set, the newest of them only where it was
    /// set: with one more than Terraform's provider 5.x knows, that could not re-read any stack without a difference.
    fn view(&self, arn: &str, quirks: Quirks) -> Value {
        let mut view = self.fields.clone();
        view.insert("Name".to_owned(), json!(self.name));
        view.insert("Arn".to_owned(), json!(arn));
        view.insert("CreatedTime".to_owned(), json!(self.created.epoch_seconds()));
        view.insert("StackErrors".to_owned(), json!([]));
        let mut settings: Vec<Value> = SETTINGS
            .iter()
            .filter(|(action, _)| {
                *action != NEWEST || quirks.newest_action || self.settings.contains_key(*action)
            })
            .map(|(action, default)| {
                let mut setting = self
                    .settings
                    .get(*action)
                    .cloned()
                    .unwrap_or_else(|| json!({ "Action": action, "Permission": default }));
                let lacks = setting["Permission"] == "ENABLED" && setting.get("MaximumLength").is_none();
                if action.starts_with("CLIPBOARD") && lacks && !quirks.silent_clipboard {
                    setting["MaximumLength"] = json!(CLIPBOARD);
                }
                setting
            })
            .collect();
        if quirks.new_action {
            settings.push(json!({ "Action": "WEBAUTHN_REDIRECTION", "Permission": "DISABLED" }));
        }
        view.insert("UserSettings".to_owned(), Value::Array(settings));
        quirks.unset.fill(
            &mut view,
            &["StorageConnectors", "AccessEndpoints", "EmbedHostDomains"],
            &["ContentRedirection"],
            &[
                "Description",
                "DisplayName",
                "RedirectURL",
                "FeedbackURL",
                "AgentAccessConfig",
                "StorageConnectorAuthentication",
            ],
        );
        view.entry("ApplicationSettings")
            .or_insert_with(|| json!({ "Enabled": false }));
        // Assumption: appstream.default-protocol. What the console shows for a stack without a choice.
        view.entry("StreamingExperienceSettings")
            .or_insert_with(|| json!({ "PreferredProtocol": "TCP" }));
        Value::Object(view)
    }

    fn set(&mut self, input: &Value, bucket: &str, account: &str, region: &str) -> Result<(), Fault> {
        keep(input, PLAIN, &mut self.fields);
        merge_agent_access(input, &mut self.fields, region)?;
        for setting in member(input, "UserSettings")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            self.settings
                .insert(required(setting, "Action")?, setting.clone());
        }
        if let Some(settings) = member(input, "ApplicationSettings") {
            let mut settings = settings.clone();
            if settings["Enabled"] == true {
                settings["S3BucketName"] = json!(bucket);
            }
            self.fields.insert("ApplicationSettings".to_owned(), settings);
        }
        if let Some(connectors) = member(input, "StorageConnectors").and_then(Value::as_array) {
            let filled: Vec<Value> = connectors
                .iter()
                .map(|it| identified(it, account, region))
                .collect();
            self.fields
                .insert("StorageConnectors".to_owned(), Value::Array(filled));
        }
        Ok(())
    }

    fn clear(&mut self, attribute: &str) {
        let field = match attribute {
            "STORAGE_CONNECTORS" => "StorageConnectors",
            "REDIRECT_URL" => "RedirectURL",
            "FEEDBACK_URL" => "FeedbackURL",
            "EMBED_HOST_DOMAINS" => "EmbedHostDomains",
            "ACCESS_ENDPOINTS" => "AccessEndpoints",
            "STREAMING_EXPERIENCE_SETTINGS" => "StreamingExperienceSettings",
            "CONTENT_REDIRECTION" => "ContentRedirection",
            "AGENT_ACCESS_CONFIG" => "AgentAccessConfig",
            "STORAGE_CONNECTOR_AUTHENTICATION" => "StorageConnectorAuthentication",
            "USER_SETTINGS" => {
                self.settings.clear();
                return;
            }
            "AGENT_ACCESS_CONFIG_KMS_KEY_ARN" => {
                if let Some(config) = self
                    .fields
                    .get_mut("AgentAccessConfig")
                    .and_then(Value::as_object_mut)
                {
                    config.remove("KmsKeyArn");
                }
                return;
            }
            other => {
                // A single connector. The theme is not part of the stack, and no operation gives a stack a role.
                if let Some(kind) = other.strip_prefix("STORAGE_CONNECTOR_") {
                    let list = self
                        .fields
                        .get_mut("StorageConnectors")
                        .and_then(Value::as_array_mut);
                    if let Some(list) = list {
                        list.retain(|it| {
                            it["ConnectorType"].as_str().unwrap_or_default().replace('_', "")
                                != kind.replace('_', "")
                        });
                    }
                }
                return;
            }
        };
        self.fields.remove(field);
    }
}

/// What the quirks of this world decide about a stack.
#[derive(Clone, Copy, Debug)]
struct Quirks {
    unset: Unset,
    /// AWS has added an action that clients do not know (it has before: terraform-provider-aws issue 23338).
    new_action: bool,
    /// The newest action of the model is answered although it was never set.
    newest_action: bool,
    /// The clipboard's default length is applied, but not answered.
    silent_clipboard: bool,
}

impl Quirks {
    fn of(world: &World) -> Quirks {
        Quirks {
            unset: Unset::of(world),
            new_action: world.quirk("appstream.new-user-setting"),
            newest_action: world.quirk("appstream.newest-user-setting"),
            silent_clipboard: world.quirk("appstream.clipboard-length-silent"),
        }
    }
}

/// A storage connector with the identifier that the service fills in.
fn identified(connector: &Value, account: &str, region: &str) -> Value {
    let mut connector = connector.clone();
    if connector["ConnectorType"] == "HOMEFOLDERS" && member(&connector, "ResourceIdentifier").is_none() {
        connector["ResourceIdentifier"] = json!(format!("appstream2-36fb080bb8-{region}-{account}"));
    }
    connector
}

/// Refuses settings that contradict themselves.
fn check(input: &Value) -> Result<(), Fault> {
    let mut seen = Vec::new();
    for setting in member(input, "UserSettings")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let action = required(setting, "Action")?;
        if seen.contains(&action) {
            return Err(fault::combination(format!("{action} is set twice.")));
        }
        if let Some(length) = member(setting, "MaximumLength") {
            if !action.starts_with("CLIPBOARD") || setting["Permission"] == "DISABLED" {
                return Err(fault::combination(format!(
                    "{action} takes no MaximumLength here."
                )));
            }
            if !length
                .as_u64()
                .is_some_and(|length| (1..=CLIPBOARD).contains(&length))
            {
                return Err(fault::combination(format!(
                    "MaximumLength must be between 1 and {CLIPBOARD}."
                )));
            }
        }
        seen.push(action);
    }
    network::check_endpoints(input)?;
    let mut kinds = Vec::new();
    for connector in member(input, "StorageConnectors")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let kind = required(connector, "ConnectorType")?;
        let domains = texts(connector, "Domains").unwrap_or_default();
        if kinds.contains(&kind) {
            return Err(fault::combination(format!(
                "The storage connector {kind} is given twice."
            )));
        }
        if kind != "ONE_DRIVE" && member(connector, "DomainsRequireAdminConsent").is_some() {
            // The model: only with ONE_DRIVE.
            return Err(fault::combination(format!(
                "{kind} takes no DomainsRequireAdminConsent."
            )));
        }
        if (kind == "HOMEFOLDERS") != domains.is_empty() {
            return Err(fault::combination(format!(
                "{kind}: Domains belong to Google Drive and OneDrive."
            )));
        }
        kinds.push(kind);
    }
    Ok(())
}

/// CreateStack.
pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let name = required(&call.input, "Name")?;
    check(&call.input)?;
    let quota = world.quota("appstream.stacks", 10);
    let (quirks, random) = (Quirks::of(world), world.hex(8));
    let place = place(world, call);
    if place.stacks.contains_key(&name) {
        return Err(fault::exists("stack", &name));
    }
    if place.stacks.len() as u64 >= quota {
        return Err(fault::limit(format!("You can have {quota} stacks.")));
    }
    let mut stack = Stack {
        name: name.clone(),
        created: call.now,
        settings: Map::new(),
        fields: Map::new(),
        tags: tags(&call.input, "Tags"),
    };
    let bucket = settings_bucket(place, &random);
    stack.set(&call.input, &bucket, &call.caller.account, &call.region)?;
    let view = stack.view(&place.arn("stack", &name), quirks);
    place.stacks.insert(name, stack);
    Ok(answer("Stack", view))
}

/// The bucket of persistent application settings: one an account and region, made when it is first needed.
fn settings_bucket(place: &Place, random: &str) -> String {
    let known = place.stacks.values().find_map(|stack| {
        let settings = stack.fields.get("ApplicationSettings")?;
        settings["S3BucketName"].as_str().map(str::to_owned)
    });
    if let Some(known) = known {
        return known;
    }
    format!(
        "appstream-app-settings-{}-{}-{random}",
        place.region, place.account
    )
}

/// UpdateStack: everything but the name, without stopping anything.
pub(super) fn update(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let name = required(&call.input, "Name")?;
    check(&call.input)?;
    // Quirk `appstream.user-settings-replaced`. Whether actions that an update leaves out keep their value.
    let resets = world.quirk("appstream.user-settings-replaced");
    let (quirks, random) = (Quirks::of(world), world.hex(8));
    let place = place(world, call);
    let bucket = settings_bucket(place, &random);
    let arn = place.arn("stack", &name);
    // A copy: an update that is refused changes nothing.
    let mut stack = place
        .stacks
        .get(&name)
        .ok_or_else(|| fault::not_found("stack", &name))?
        .clone();
    let gone = texts(&call.input, "AttributesToDelete").unwrap_or_default();
    for (attribute, member_name) in [
        ("STORAGE_CONNECTORS", "StorageConnectors"),
        ("REDIRECT_URL", "RedirectURL"),
        ("FEEDBACK_URL", "FeedbackURL"),
        ("USER_SETTINGS", "UserSettings"),
        ("EMBED_HOST_DOMAINS", "EmbedHostDomains"),
        ("ACCESS_ENDPOINTS", "AccessEndpoints"),
        ("STREAMING_EXPERIENCE_SETTINGS", "StreamingExperienceSettings"),
        ("CONTENT_REDIRECTION", "ContentRedirection"),
        ("AGENT_ACCESS_CONFIG", "AgentAccessConfig"),
        (
            "STORAGE_CONNECTOR_AUTHENTICATION",
            "StorageConnectorAuthentication",
        ),
    ] {
        if gone.iter().any(|it| it == attribute) && member(&call.input, member_name).is_some() {
            return Err(fault::combination(format!(
                "{member_name} cannot be set and deleted at once."
            )));
        }
    }
    for attribute in &gone {
        stack.clear(attribute);
    }
    if call.input["DeleteStorageConnectors"] == true {
        stack.clear("STORAGE_CONNECTORS");
    }
    if resets && member(&call.input, "UserSettings").is_some() {
        stack.settings.clear();
    }
    stack.set(&call.input, &bucket, &call.caller.account, &call.region)?;
    let view = stack.view(&arn, quirks);
    place.stacks.insert(name.clone(), stack);
    if gone.iter().any(|it| it == "THEME_NAME") {
        place.themes.remove(&name);
    }
    Ok(answer("Stack", view))
}

/// DescribeStacks.
pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let names = texts(&call.input, "Names").filter(|names| !names.is_empty());
    let quirks = Quirks::of(world);
    let here = place(world, call);
    let missing: Vec<String> = names
        .iter()
        .flatten()
        .filter(|name| !here.stacks.contains_key(*name))
        .cloned()
        .collect();
    let views: Vec<Value> = here
        .stacks
        .values()
        .filter(|it| names.as_ref().is_none_or(|names| names.contains(&it.name)))
        .map(|it| it.view(&here.arn("stack", &it.name), quirks))
        .collect();
    page::missing(world, call, "stack", &missing)?;
    PAGER.page(world, call, "Stacks", views)
}

/// DeleteStack: not while a fleet is associated; by quirk not while users of the pool are assigned either (the model
/// declares ResourceInUseException and does not say by what).
pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let name = required(&call.input, "Name")?;
    let users_too = world.quirk("appstream.stack-in-use-by-users");
    let place = place(world, call);
    if !place.stacks.contains_key(&name) {
        return Err(fault::not_found("stack", &name));
    }
    if users_too && place.user_stacks.iter().any(|link| link.stack == name) {
        return Err(fault::in_use(format!("Users are assigned to the stack {name}.")));
    }
    let served = |link: &Association| link.stack == name && link.lingers_until.is_none();
    if place.associations.iter().any(served) {
        return Err(fault::in_use(format!(
            "The stack {name} is associated with a fleet."
        )));
    }
    place.stacks.remove(&name);
    place.user_stacks.retain(|it| it.stack != name);
    place.themes.remove(&name);
    place.entitlements.retain(|((stack, _), _)| *stack != name);
    Ok(Answer::empty())
}
