//! The lifecycle of an instance, and its attributes.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::entity::{self};
use super::{PAGER, active_instance, denied, instance, invalid_parameter, invalid_request};
use crate::clock::Moment;
use crate::service::ask::Identities;
use crate::service::{Answer, Call, Fault};
use crate::world::World;
use crate::world::connect::OLD_DOMAIN;
pub(super) use crate::world::connect::{Instance, Stage};

/// Connect, as trust policies name it.
const PRINCIPAL: &str = "connect.amazonaws.com";
// Assumption: connect.instance-times. AWS gives no figures.
/// How long creation takes. AWS says "a few minutes" at most; Terraform gives it five.
const CREATION: Duration = Duration::from_secs(120);
/// How long a deleted instance can still be seen. There is no deleting state.
const DELETION: Duration = Duration::from_secs(60);
/// How long an instance whose creation failed can still be seen, from CreateInstance on (ListInstances: "only for 24
/// hours after the CreateInstance API was invoked").
const FAILED_LINGERS: Duration = Duration::from_secs(24 * 3600);
/// The window in which AWS counts creations and deletions.
const COUNTED_FOR: Duration = Duration::from_secs(30 * 24 * 3600);
/// How long an alias is held after deletion, where it is (quirk `connect.alias-held-after-deletion`).
const ALIAS_HELD: Duration = Duration::from_secs(600);

/// Every attribute in the order of AWS's enum, with its value in a new instance. `None`: set by CreateInstance.
///
/// Terraform's documentation establishes five of the defaults; the rest is off.
/// Assumption: connect.attribute-defaults.
const ATTRIBUTES: [(&str, Option<&str>); 14] = [
    ("INBOUND_CALLS", None),
    ("OUTBOUND_CALLS", None),
    ("CONTACTFLOW_LOGS", Some("false")),
    ("CONTACT_LENS", Some("true")),
    ("AUTO_RESOLVE_BEST_VOICES", Some("true")),
    ("USE_CUSTOM_TTS_VOICES", Some("false")),
    ("EARLY_MEDIA", Some("true")),
    ("MULTI_PARTY_CONFERENCE", Some("false")),
    ("AUTO_MUTE_AGENT_ON_HOLD", Some("false")),
    ("HIGH_VOLUME_OUTBOUND", Some("false")),
    ("ENHANCED_CONTACT_MONITORING", Some("false")),
    ("ENHANCED_CHAT_MONITORING", Some("false")),
    ("MULTI_PARTY_CHAT_CONFERENCE", Some("false")),
    ("MESSAGE_STREAMING", Some("false")),
];

impl Instance {
    pub(super) fn arn(&self) -> String {
        format!(
            "arn:aws:connect:{}:{}:instance/{}",
            self.region, self.account, self.id
        )
    }

    /// The ARN of the service-linked role that Connect makes for every instance.
    pub(super) fn service_role(&self) -> String {
        format!(
            "arn:aws:iam::{}:role/aws-service-role/{PRINCIPAL}/AWSServiceRoleForAmazonConnect_{}",
            self.account, self.role_suffix
        )
    }

    pub(super) fn visible_to(&self, call: &Call) -> bool {
        self.account == call.caller.account && self.region == call.region
    }

    pub(super) fn is_active(&self) -> bool {
        self.stage == Stage::Active
    }

    pub(super) fn is_saml(&self) -> bool {
        self.identity == "SAML"
    }

    /// Whether this instance keeps others from using `alias`. A failed one does not: Terraform finds instances
    /// by alias among those that did not fail.
    fn holds(&self, alias: &str) -> bool {
        let same = self
            .alias
            .as_deref()
            .is_some_and(|own| own.eq_ignore_ascii_case(alias));
        same && !matches!(
            self.stage,
            Stage::Failed { .. } | Stage::Creating { fails: Some(_), .. }
        )
    }

    /// Its host: GovCloud has a domain of its own (user guide of AWS GovCloud (US), "Amazon Connect").
    pub(crate) fn host(&self) -> Option<String> {
        let domain = match self.region.starts_with("us-gov-") {
            true => "govcloud.connect.aws",
            false if self.is_old => OLD_DOMAIN,
            false => "my.connect.aws",
        };
        self.alias.as_ref().map(|alias| format!("{alias}.{domain}"))
    }

    /// The path of its pages at that host, without a slash at the end.
    pub(crate) fn path(&self) -> &'static str {
        match self.is_old {
            true => "/connect",
            false => "",
        }
    }

    /// The instance as ListInstances shows it: without tags.
    fn summary(&self) -> Value {
        let status = match &self.stage {
            Stage::Creating { .. } => "CREATION_IN_PROGRESS",
            Stage::Active => "ACTIVE",
            Stage::Failed { .. } => "CREATION_FAILED",
        };
        let mut summary = json!({
            "Id": self.id,
            "Arn": self.arn(),
            "IdentityManagementType": self.identity,
            "CreatedTime": self.created.epoch_seconds(),
            "InstanceStatus": status,
            "InboundCallsEnabled": self.attributes["INBOUND_CALLS"] == "true",
            "OutboundCallsEnabled": self.attributes["OUTBOUND_CALLS"] == "true",
            "ServiceRole": self.service_role(),
        });
        if let Some(alias) = &self.alias {
            summary["InstanceAlias"] = json!(alias);
        }
        if let Some(host) = self.host().filter(|_| self.is_active()) {
            summary["InstanceAccessUrl"] = json!(format!("https://{host}{}", self.path()));
        }
        summary
    }
}

/// Lets instances become active, fail, and vanish.
pub(super) fn tick(world: &mut World, now: Moment) {
    let due: Vec<String> = world
        .connect
        .instances
        .values()
        .filter(|one| matches!(one.stage, Stage::Creating { until, .. } if until <= now))
        .filter(|one| {
            let alias = one.alias.as_deref().unwrap_or_default();
            let held = world
                .resource_faults
                .holds("connect.instance", alias, "CREATION_IN_PROGRESS", now);
            held.is_none()
        })
        .map(|one| one.id.clone())
        .collect();
    for id in due {
        let Some(mut made) = world.connect.instances.remove(&id) else {
            continue;
        };
        if let Stage::Creating { fails, .. } = made.stage {
            let alias = made.alias.as_deref().unwrap_or_default();
            let failed_by_rule = world.resource_faults.fails("connect.instance", alias);
            let fails = fails.or_else(|| failed_by_rule.map(|error| error.message));
            made.stage = match fails {
                Some(reason) => Stage::Failed {
                    reason,
                    until: made.created.after(FAILED_LINGERS),
                },
                None => Stage::Active,
            };
        }
        if made.is_active() {
            made.entities = super::built_in::built_in(world, &made);
        }
        world.connect.instances.insert(id, made);
    }
    let (mut freed, mut roles) = (Vec::new(), Vec::new());
    world.connect.instances.retain(|_, one| {
        let failed = matches!(one.stage, Stage::Failed { until, .. } if until <= now);
        let deleted = one.gone.filter(|gone| *gone <= now);
        // A failed one never had its alias.
        if let (Some(gone), Some(alias)) = (deleted, &one.alias)
            && one.holds(alias)
        {
            freed.push((alias.to_lowercase(), gone.after(ALIAS_HELD)));
        }
        if failed || deleted.is_some() {
            roles.push((one.account.clone(), one.service_role()));
        }
        !failed && deleted.is_none()
    });
    // Assumption: connect.role-goes-along. That the role goes with its instance is what Connect's guide on
    // service-linked roles says of deletions in the console.
    for (account, role) in roles {
        world.release_service_role(&account, &role);
    }
    // Quirk `connect.alias-held-after-deletion`. Whether an alias can be taken again at once is not documented.
    if world.quirk("connect.alias-held-after-deletion") {
        world.connect.held_aliases.extend(freed);
    }
    world.connect.held_aliases.retain(|_, until| *until > now);
}

/// Counts one creation or deletion, or refuses it as AWS does: 100 in 30 days for an account.
///
/// Quirk `connect.churned-deletion-is-invalid`. CreateInstance declares a quota's code, and field reports have met it
/// (terraform-provider-aws issue 23381); DeleteInstance declares InvalidRequestException only, and the quirk
/// `connect.churned-deletion-is-invalid` answers that.
fn count_creation_or_deletion(world: &mut World, call: &Call) -> Result<(), Fault> {
    let is_invalid = call.operation == "DeleteInstance" && world.quirk("connect.churned-deletion-is-invalid");
    let limit = world.quota("connect.instance-churn", 100);
    let place = format!("{}/{}", call.caller.account, call.region);
    let attempts = world.connect.creations_and_deletions.entry(place).or_default();
    attempts.retain(|at| at.after(COUNTED_FOR) > call.now);
    if attempts.len() as u64 >= limit {
        let code = match is_invalid {
            true => "InvalidRequestException",
            false => "ServiceQuotaExceededException",
        };
        return Err(Fault::new(
            code,
            "the account was flagged for an excessive number of creation and deletion attempts",
        ));
    }
    attempts.push(call.now);
    Ok(())
}

pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let identity = call.text("IdentityManagementType").unwrap_or_default();
    let (alias, directory) = (call.text("InstanceAlias"), call.text("DirectoryId"));
    match (identity, alias, directory) {
        ("EXISTING_DIRECTORY", _, None) => {
            return Err(invalid_request("DirectoryId is required for EXISTING_DIRECTORY"));
        }
        ("SAML" | "CONNECT_MANAGED", _, Some(_)) => {
            return Err(invalid_request("DirectoryId is only for EXISTING_DIRECTORY"));
        }
        ("SAML" | "CONNECT_MANAGED", None, _) => {
            return Err(invalid_request("InstanceAlias is required"));
        }
        _ => {}
    }
    let held = world.quota("connect.instances", 2);
    // Quirk `connect.failed-instances-count`. Whether an instance that failed and lingers uses up the quota is
    // not documented.
    let failed_count = world.quirk("connect.failed-instances-count");
    let have =
        world.connect.instances.values().filter(|one| {
            one.visible_to(call) && (failed_count || !matches!(one.stage, Stage::Failed { .. }))
        });
    if have.count() as u64 >= held {
        return Err(Fault::new(
            "ServiceQuotaExceededException",
            "the limit of instances in this account and region is reached",
        ));
    }
    // Aliases are unique across all accounts and regions.
    let taken = alias.is_some_and(|alias| {
        world.connect.instances.values().any(|one| one.holds(alias))
            || world.connect.held_aliases.contains_key(&alias.to_lowercase())
    });
    // Quirk `connect.alias-conflict-fails-later`. CreateInstance declares no code for a taken alias. Either it is
    // refused at once, or creation fails later (quirk `connect.alias-conflict-fails-later`).
    if taken && !world.quirk("connect.alias-conflict-fails-later") {
        return Err(invalid_request("the instance alias is already in use"));
    }
    count_creation_or_deletion(world, call)?;
    // An alias that ends in `bad` is the simulator's way to see a creation fail.
    let fails = if taken {
        Some("the instance alias is already in use".to_owned())
    } else if alias.is_some_and(|alias| alias.ends_with("bad")) {
        Some("the instance could not be created".to_owned())
    } else {
        None
    };
    let flag = |member: &str| call.input.get(member).and_then(Value::as_bool).unwrap_or(false);
    let attributes = ATTRIBUTES.iter().map(|(name, value)| {
        let value = match *value {
            Some(value) => value.to_owned(),
            None if *name == "INBOUND_CALLS" => flag("InboundCallsEnabled").to_string(),
            None => flag("OutboundCallsEnabled").to_string(),
        };
        ((*name).to_owned(), value)
    });
    let made = Instance {
        id: world.uuid(),
        account: call.caller.account.clone(),
        region: call.region.clone(),
        identity: identity.to_owned(),
        alias: alias.map(str::to_owned),
        directory: directory.map(str::to_owned),
        created: call.now,
        stage: Stage::Creating {
            until: call.now.after(CREATION),
            fails,
        },
        gone: None,
        role_suffix: world.hex(20),
        attributes: attributes.collect(),
        origins: Vec::new(),
        tags: super::tags::read(call.input.get("Tags"))?,
        entities: BTreeMap::new(),
        storage: Vec::new(),
        functions: Vec::new(),
        levels: BTreeMap::new(),
        is_old: false,
        inactivity: None,
        contacts: BTreeMap::new(),
    };
    let output = json!({ "Id": made.id, "Arn": made.arn() });
    let (account, suffix) = (made.account.clone(), made.role_suffix.clone());
    world.ensure_service_role(&account, PRINCIPAL, Some(&suffix), call.now);
    world.connect.instances.insert(made.id.clone(), made);
    Ok(Answer::of(output))
}

pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let one = instance(world, call)?;
    let mut output = one.summary();
    if let Stage::Failed { reason, .. } = &one.stage {
        output["StatusReason"] = json!({ "Message": reason });
    }
    output["Tags"] = json!(one.tags);
    Ok(Answer::of(json!({ "Instance": output })))
}

pub(super) fn list(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let mut seen: Vec<&Instance> = world
        .connect
        .instances
        .values()
        .filter(|one| one.visible_to(call) && entity::listed(world, call, one.created))
        .collect();
    seen.sort_by_key(|one| (one.created, one.id.clone()));
    let items = seen.into_iter().map(Instance::summary).collect();
    PAGER.by(10).page(world, call, "InstanceSummaryList", items)
}

pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let one = instance(world, call)?;
    if one.gone.is_some() {
        return Ok(Answer::empty());
    }
    // Quirk `connect.delete-while-creating-refused`. Not documented either way.
    if matches!(one.stage, Stage::Creating { .. }) && world.quirk("connect.delete-while-creating-refused") {
        return Err(invalid_request("the instance is still being created"));
    }
    let id = one.id.clone();
    // Quirk `connect.numbers-hold-instance`. No source says what becomes of the numbers of an instance.
    if world.quirk("connect.numbers-hold-instance") && super::phone::are_claimed_for(world, &id, call.now) {
        return Err(invalid_request("phone numbers are claimed for the instance"));
    }
    count_creation_or_deletion(world, call)?;
    if let Some(one) = world.connect.instances.get_mut(&id) {
        one.gone = Some(call.now.after(DELETION));
    }
    Ok(Answer::empty())
}

pub(super) fn list_attributes(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let newer = world.quirk("connect.newer-attribute");
    let one = active_instance(world, call)?;
    let shown = |(name, _): &(&str, _)| json!({ "AttributeType": name, "Value": one.attributes[*name] });
    let mut items: Vec<Value> = ATTRIBUTES.iter().map(shown).collect();
    if newer {
        // AWS adds attributes before clients know them; no client may stumble over one.
        items.push(json!({ "AttributeType": "ADDED_AFTER_THIS_MODEL", "Value": "false" }));
    }
    PAGER.by(7).page(world, call, "Attributes", items)
}

pub(super) fn describe_attribute(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let one = active_instance(world, call)?;
    let name = call.text("AttributeType").unwrap_or_default();
    let value = one
        .attributes
        .get(name)
        .ok_or_else(|| invalid_parameter("AttributeType is not known"))?;
    Ok(Answer::of(
        json!({ "Attribute": { "AttributeType": name, "Value": value } }),
    ))
}

pub(super) fn update_attribute(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let one = active_instance(world, call)?;
    let name = call.text("AttributeType").unwrap_or_default();
    let value = call.text("Value").unwrap_or_default();
    if !one.attributes.contains_key(name) {
        return Err(invalid_parameter("AttributeType is not known"));
    }
    if !matches!(value, "true" | "false") {
        return Err(invalid_parameter("Value must be true or false"));
    }
    // Only accounts on AWS's list may use custom voices (reference of UpdateInstanceAttribute).
    if name == "USE_CUSTOM_TTS_VOICES" && value == "true" {
        return Err(denied("the account is not on the list for USE_CUSTOM_TTS_VOICES"));
    }
    one.attributes.insert(name.to_owned(), value.to_owned());
    Ok(Answer::empty())
}
