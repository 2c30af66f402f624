//! What users, profiles, queues, hours and statuses have in common.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::instance::Instance;
use super::{PAGER, active_instance, not_found};
use crate::clock::Moment;
use crate::service::{Answer, Call, Fault};
use crate::world::World;
pub(super) use crate::world::connect::{Entity, Kind};

/// How long lists miss what was just made, where they do (quirk `connect.lists-lag`).
const LISTS_LAG: Duration = Duration::from_secs(3);

impl Kind {
    /// The structure in Describe's answer; with `Id` after it, the input member that names one.
    pub(super) fn structure(self) -> &'static str {
        match self {
            Kind::User => "User",
            Kind::SecurityProfile => "SecurityProfile",
            Kind::RoutingProfile => "RoutingProfile",
            Kind::Queue => "Queue",
            Kind::Hours => "HoursOfOperation",
            Kind::AgentStatus => "AgentStatus",
            Kind::QuickConnect => "QuickConnect",
            Kind::ContactFlow => "ContactFlow",
            Kind::ContactFlowModule => "ContactFlowModule",
            Kind::HierarchyGroup => "HierarchyGroup",
        }
    }

    /// The list in Search's answer.
    pub(super) fn plural(self) -> &'static str {
        match self {
            Kind::User => "Users",
            Kind::SecurityProfile => "SecurityProfiles",
            Kind::RoutingProfile => "RoutingProfiles",
            Kind::Queue => "Queues",
            Kind::Hours => "HoursOfOperations",
            Kind::AgentStatus => "AgentStatuses",
            Kind::QuickConnect => "QuickConnects",
            Kind::ContactFlow => "ContactFlows",
            Kind::ContactFlowModule => "ContactFlowModules",
            Kind::HierarchyGroup => "UserHierarchyGroups",
        }
    }

    /// The list in List's answer. AWS is not of one mind about its name.
    fn summaries(self) -> String {
        match self {
            Kind::ContactFlowModule => "ContactFlowModulesSummaryList".to_owned(),
            Kind::HierarchyGroup => "UserHierarchyGroupSummaryList".to_owned(),
            _ => format!("{}SummaryList", self.structure()),
        }
    }

    /// The member of a summary that List's filter by type or state looks at.
    fn filtered(self) -> &'static str {
        match self {
            Kind::Queue => "QueueType",
            Kind::QuickConnect => "QuickConnectType",
            Kind::ContactFlow => "ContactFlowType",
            Kind::ContactFlowModule => "State",
            _ => "Type",
        }
    }

    /// The members that hold id, ARN and name in Describe's structure.
    fn members(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Kind::User => ("Id", "Arn", "Username"),
            Kind::ContactFlow | Kind::ContactFlowModule | Kind::HierarchyGroup => ("Id", "Arn", "Name"),
            Kind::QuickConnect => ("QuickConnectId", "QuickConnectARN", "Name"),
            Kind::SecurityProfile => ("Id", "Arn", "SecurityProfileName"),
            Kind::RoutingProfile => ("RoutingProfileId", "RoutingProfileArn", "Name"),
            Kind::Queue => ("QueueId", "QueueArn", "Name"),
            Kind::Hours => ("HoursOfOperationId", "HoursOfOperationArn", "Name"),
            Kind::AgentStatus => ("AgentStatusId", "AgentStatusARN", "Name"),
        }
    }

    /// What stands in an ARN between the instance and the id.
    fn arn_segment(self) -> &'static str {
        match self {
            Kind::User => "agent",
            Kind::SecurityProfile => "security-profile",
            Kind::RoutingProfile => "routing-profile",
            Kind::Queue => "queue",
            Kind::Hours => "operating-hours",
            Kind::AgentStatus => "agent-state",
            Kind::QuickConnect => "transfer-destination",
            Kind::ContactFlow => "contact-flow",
            Kind::ContactFlowModule => "flow-module",
            Kind::HierarchyGroup => "agent-group",
        }
    }

    /// The quota's name in the simulator and AWS's default for new accounts.
    fn quota(self) -> (&'static str, u64) {
        match self {
            Kind::User => ("connect.users", 500),
            Kind::SecurityProfile => ("connect.security-profiles", 100),
            Kind::RoutingProfile => ("connect.routing-profiles", 500),
            Kind::Queue => ("connect.queues", 100),
            Kind::Hours => ("connect.hours-of-operations", 100),
            Kind::AgentStatus => ("connect.agent-statuses", 50),
            Kind::QuickConnect => ("connect.quick-connects", 100),
            Kind::ContactFlow => ("connect.contact-flows", 100),
            Kind::ContactFlowModule => ("connect.contact-flow-modules", 200),
            Kind::HierarchyGroup => ("connect.hierarchy-groups", 500),
        }
    }
}

impl Entity {
    /// A member of the body that is a string.
    pub(super) fn text(&self, member: &str) -> Option<&str> {
        self.body.get(member).and_then(Value::as_str)
    }

    /// A list that Describe does not show.
    pub(super) fn hidden_list(&self, member: &str) -> Vec<Value> {
        let list = self.hidden.get(member).and_then(Value::as_array);
        list.cloned().unwrap_or_default()
    }

    /// The structure that Describe answers with.
    pub(super) fn described(&self) -> Map<String, Value> {
        let (id, arn, name) = self.kind.members();
        let mut shown = self.body.clone();
        shown.insert(id.to_owned(), json!(self.id));
        shown.insert(arn.to_owned(), json!(self.arn));
        shown.insert(name.to_owned(), json!(self.name));
        shown.insert("Tags".to_owned(), json!(self.tags));
        // The structure of a module has no members for the last change.
        if self.kind != Kind::ContactFlowModule {
            self.stamp(&mut shown);
        }
        shown
    }

    /// The structure that List answers with: no tags, no body.
    pub(super) fn summary(&self) -> Value {
        let mut shown = Map::new();
        shown.insert("Id".to_owned(), json!(self.id));
        shown.insert("Arn".to_owned(), json!(self.arn));
        let name = if self.kind == Kind::User {
            "Username"
        } else {
            "Name"
        };
        shown.insert(name.to_owned(), json!(self.name));
        match self.kind {
            Kind::Queue => {
                shown.insert("QueueType".to_owned(), json!("STANDARD"));
            }
            Kind::AgentStatus | Kind::SecurityProfile => {
                shown.extend(
                    self.body
                        .get("Type")
                        .map(|kind| ("Type".to_owned(), kind.clone())),
                );
            }
            Kind::QuickConnect => {
                let config = self.body.get("QuickConnectConfig");
                let kind = config.and_then(|config| config.get("QuickConnectType"));
                shown.extend(kind.map(|kind| ("QuickConnectType".to_owned(), kind.clone())));
            }
            Kind::ContactFlow => {
                // A flow's summary prefixes its members, and does not say when it changed; no more does a module's.
                for member in ["Type", "State", "Status"] {
                    shown.insert(format!("ContactFlow{member}"), json!(self.text(member)));
                }
                return Value::Object(shown);
            }
            Kind::ContactFlowModule => {
                shown.insert("State".to_owned(), json!(self.text("State")));
                return Value::Object(shown);
            }
            _ => {}
        }
        self.stamp(&mut shown);
        Value::Object(shown)
    }

    fn stamp(&self, shown: &mut Map<String, Value>) {
        shown.insert(
            "LastModifiedTime".to_owned(),
            json!(self.modified.epoch_seconds()),
        );
        shown.insert("LastModifiedRegion".to_owned(), json!(self.region));
    }
}

/// Whether lists show already what was made at `created`. Describe by id always does.
///
/// Quirk `connect.lists-lag`. AWS promises nothing; the quirk `connect.lists-lag` lets lists run
/// three seconds behind.
pub(super) fn listed(world: &World, call: &Call, created: Moment) -> bool {
    !world.quirk("connect.lists-lag") || created.after(LISTS_LAG) <= call.now
}

/// The entity of this kind with this id.
pub(super) fn find<'one>(one: &'one Instance, kind: Kind, id: &str) -> Result<&'one Entity, Fault> {
    one.entities
        .get(id)
        .filter(|entity| entity.kind == kind)
        .ok_or_else(|| not_found(kind.structure()))
}

/// The entity that the call names, to be changed; it counts as modified from now on.
pub(super) fn target<'world>(
    world: &'world mut World,
    call: &Call,
    kind: Kind,
) -> Result<&'world mut Entity, Fault> {
    let id = call
        .text(&format!("{}Id", kind.structure()))
        .unwrap_or_default()
        .to_owned();
    let one = active_instance(world, call)?;
    let entity = one
        .entities
        .get_mut(&id)
        .filter(|entity| entity.kind == kind)
        .ok_or_else(|| not_found(kind.structure()))?;
    entity.modified = call.now;
    Ok(entity)
}

/// Refuses a name that another entity of the kind has. Names are compared exactly: Connect's user names are
/// case-sensitive, even with SAML.
pub(super) fn refuse_duplicate(
    one: &Instance,
    kind: Kind,
    name: &str,
    own: Option<&str>,
) -> Result<(), Fault> {
    let taken = one
        .entities
        .values()
        .any(|entity| entity.kind == kind && entity.name == name && own != Some(entity.id.as_str()));
    if taken {
        return Err(Fault::new(
            "DuplicateResourceException",
            format!("a {} with this name exists", kind.structure()),
        ));
    }
    Ok(())
}

/// Adds an entity and answers its id and ARN.
pub(super) fn insert(
    world: &mut World,
    call: &Call,
    kind: Kind,
    name: &str,
    body: Map<String, Value>,
    hidden: Map<String, Value>,
) -> Result<(String, String), Fault> {
    let tags = super::tags::read(call.input.get("Tags"))?;
    let (quota, default) = kind.quota();
    let limit = world.quota(quota, default);
    let id = world.uuid();
    let one = active_instance(world, call)?;
    refuse_duplicate(one, kind, name, None)?;
    let have = one.entities.values().filter(|entity| entity.kind == kind).count();
    if have as u64 >= limit {
        // HTTP 429, and yet not a throttle: a client that retries it waits for ever.
        return Err(Fault::new(
            "LimitExceededException",
            format!("the limit of {} is reached", kind.plural()),
        ));
    }
    let mut entity = blank(one, kind, &id, name, call.now);
    (entity.tags, entity.body, entity.hidden) = (tags, body, hidden);
    let arn = entity.arn.clone();
    one.entities.insert(id.clone(), entity);
    Ok((id, arn))
}

pub(super) fn blank(one: &Instance, kind: Kind, id: &str, name: &str, now: Moment) -> Entity {
    Entity {
        kind,
        id: id.to_owned(),
        arn: format!("{}/{}/{id}", one.arn(), kind.arn_segment()),
        name: name.to_owned(),
        tags: BTreeMap::new(),
        created: now,
        modified: now,
        region: one.region.clone(),
        built_in: false,
        body: Map::new(),
        hidden: Map::new(),
    }
}

/// List of a kind, in the order of creation.
pub(super) fn list(world: &mut World, call: &Call, kind: Kind) -> Result<Answer, Fault> {
    active_instance(world, call)?;
    let world = &*world;
    let one = super::instance(world, call)?;
    let chosen: Vec<&str> = [
        "QueueTypes",
        "AgentStatusTypes",
        "QuickConnectTypes",
        "ContactFlowTypes",
    ]
    .iter()
    .filter_map(|member| call.input.get(*member).and_then(Value::as_array))
    .flatten()
    .filter_map(Value::as_str)
    .chain(call.text("ContactFlowModuleState"))
    .collect();
    let mut seen: Vec<&Entity> = one
        .entities
        .values()
        .filter(|entity| entity.kind == kind && listed(world, call, entity.created))
        .collect();
    seen.sort_by_key(|entity| (entity.created, entity.name.clone()));
    let mut items: Vec<Value> = seen.into_iter().map(Entity::summary).collect();
    if kind == Kind::Queue {
        // Every user has a personal queue, and ListQueues mixes it in unless QueueTypes says otherwise.
        items.extend(agent_queues(one));
    }
    if !chosen.is_empty() {
        let member = kind.filtered();
        items.retain(|item| item[member].as_str().is_some_and(|of| chosen.contains(&of)));
    }
    let member = kind.summaries();
    PAGER.page(world, call, &member, items)
}

/// The personal queues of users. They have no name and carry the user's id.
fn agent_queues(one: &Instance) -> impl Iterator<Item = Value> + '_ {
    one.entities
        .values()
        .filter(|entity| entity.kind == Kind::User)
        .map(|user| {
            json!({
                "Id": user.id,
                "Arn": format!("{}/queue/agent/{}", one.arn(), user.id),
                "QueueType": "AGENT",
            })
        })
}
