//! Amazon Connect: instances and what lives in them.
//!
//! Layout: `instance` (life of an instance, attributes), `origin` (approved origins), `entity` (what users,
//! queues, profiles, hours, statuses, flows and quick connects have in common: lists, descriptions, tags,
//! searches), one file for each of those kinds that can be made and changed, `storage` and `function` (what an
//! instance is linked to), and `phone` (the numbers that are claimed for it).

mod agent_status;
mod contact_flow;
mod entity;
mod federation;
mod function;
mod hierarchy;
mod hours;
mod instance;
mod origin;
mod phone;
mod queue;
mod quick_connect;
mod routing_profile;
mod search;
mod security_profile;
mod storage;
mod tags;
mod user;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::page::{self, Page};
use super::{Answer, Call, Fault, Service};
use crate::clock::Moment;
use crate::world::World;
use entity::Kind;
use instance::Instance;

/// How long an idempotency token is remembered.
///
/// Assumption: connect.token-life. Connect does not say; a day is what AWS's SDK documentation calls usual.
const TOKEN_LIFE: Duration = Duration::from_secs(24 * 3600);

/// What this service remembers.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Store {
    /// Instances of every account and region, by id; deleted ones leave.
    instances: BTreeMap<String, Instance>,
    /// When which account and region made or deleted an instance: AWS counts 100 in 30 days.
    churn: BTreeMap<String, Vec<Moment>>,
    /// Answers to calls with a client token, by account, region, operation and token.
    answered: BTreeMap<String, Answered>,
    /// Aliases that AWS does not give out again yet, and until when.
    held_aliases: BTreeMap<String, Moment>,
    /// Phone numbers that are claimed, by id.
    numbers: BTreeMap<String, phone::Number>,
    /// Phone numbers that were released, and until when nobody can have them.
    released: BTreeMap<String, Moment>,
}

/// A remembered answer to a call with a client token.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Answered {
    input: Value,
    output: Value,
    at: Moment,
}

impl Store {
    /// What AWS has there before anybody did anything: no instance.
    pub fn initial(_settings: &crate::world::Settings, _now: Moment) -> Store {
        Store::default()
    }
}

/// The ARNs of the instances whose service-linked role this is.
pub(super) fn with_service_role(world: &World, role: &str) -> Vec<String> {
    let instances = world.connect.instances.values();
    instances
        .filter(|one| one.service_role() == role)
        .map(Instance::arn)
        .collect()
}

/// The service.
#[derive(Debug)]
pub struct Connect;

impl Service for Connect {
    fn name(&self) -> &'static str {
        "connect"
    }

    fn operations(&self) -> &'static [&'static str] {
        &[
            "AssociateApprovedOrigin",
            "AssociateInstanceStorageConfig",
            "AssociateLambdaFunction",
            "AssociateQueueQuickConnects",
            "AssociateRoutingProfileQueues",
            "ClaimPhoneNumber",
            "CreateAgentStatus",
            "CreateContactFlow",
            "CreateContactFlowModule",
            "CreateHoursOfOperation",
            "CreateInstance",
            "CreateQueue",
            "CreateQuickConnect",
            "CreateRoutingProfile",
            "CreateSecurityProfile",
            "CreateUser",
            "CreateUserHierarchyGroup",
            "DeleteContactFlow",
            "DeleteContactFlowModule",
            "DeleteHoursOfOperation",
            "DeleteInstance",
            "DeleteQueue",
            "DeleteQuickConnect",
            "DeleteRoutingProfile",
            "DeleteSecurityProfile",
            "DeleteUser",
            "DeleteUserHierarchyGroup",
            "DescribeAgentStatus",
            "DescribeContactFlow",
            "DescribeContactFlowModule",
            "DescribeHoursOfOperation",
            "DescribeInstance",
            "DescribeInstanceAttribute",
            "DescribeInstanceStorageConfig",
            "DescribePhoneNumber",
            "DescribeQueue",
            "DescribeQuickConnect",
            "DescribeRoutingProfile",
            "DescribeSecurityProfile",
            "DescribeUser",
            "DescribeUserHierarchyGroup",
            "DescribeUserHierarchyStructure",
            "DisassociateApprovedOrigin",
            "DisassociateInstanceStorageConfig",
            "DisassociateLambdaFunction",
            "DisassociateQueueQuickConnects",
            "DisassociateRoutingProfileQueues",
            "GetFederationToken",
            "ListAgentStatuses",
            "ListApprovedOrigins",
            "ListBots",
            "ListContactFlowModules",
            "ListContactFlows",
            "ListHoursOfOperations",
            "ListInstanceAttributes",
            "ListInstanceStorageConfigs",
            "ListInstances",
            "ListIntegrationAssociations",
            "ListLambdaFunctions",
            "ListLexBots",
            "ListPhoneNumbers",
            "ListPhoneNumbersV2",
            "ListQueueQuickConnects",
            "ListQueues",
            "ListQuickConnects",
            "ListRoutingProfileQueues",
            "ListRoutingProfiles",
            "ListSecurityKeys",
            "ListSecurityProfilePermissions",
            "ListSecurityProfiles",
            "ListTagsForResource",
            "ListUserHierarchyGroups",
            "ListUsers",
            "ReleasePhoneNumber",
            "SearchAgentStatuses",
            "SearchAvailablePhoneNumbers",
            "SearchContactFlowModules",
            "SearchContactFlows",
            "SearchHoursOfOperations",
            "SearchQueues",
            "SearchQuickConnects",
            "SearchRoutingProfiles",
            "SearchSecurityProfiles",
            "SearchUserHierarchyGroups",
            "SearchUsers",
            "TagResource",
            "UntagResource",
            "UpdateAgentStatus",
            "UpdateContactFlowContent",
            "UpdateContactFlowMetadata",
            "UpdateContactFlowModuleContent",
            "UpdateContactFlowModuleMetadata",
            "UpdateContactFlowName",
            "UpdateHoursOfOperation",
            "UpdateInstanceAttribute",
            "UpdateInstanceStorageConfig",
            "UpdateQueueHoursOfOperation",
            "UpdateQueueMaxContacts",
            "UpdateQueueName",
            "UpdateQueueOutboundCallerConfig",
            "UpdateQueueStatus",
            "UpdateQuickConnectConfig",
            "UpdateQuickConnectName",
            "UpdateRoutingProfileAgentAvailabilityTimer",
            "UpdateRoutingProfileConcurrency",
            "UpdateRoutingProfileDefaultOutboundQueue",
            "UpdateRoutingProfileName",
            "UpdateRoutingProfileQueues",
            "UpdateSecurityProfile",
            "UpdateUserConfig",
            "UpdateUserHierarchy",
            "UpdateUserHierarchyGroupName",
            "UpdateUserHierarchyStructure",
            "UpdateUserIdentityInfo",
            "UpdateUserPhoneConfig",
            "UpdateUserRoutingProfile",
            "UpdateUserSecurityProfiles",
        ]
    }

    fn tick(&self, world: &mut World, now: Moment) {
        instance::tick(world, now);
        phone::tick(world, now);
        world
            .connect
            .answered
            .retain(|_, answered| answered.at.after(TOKEN_LIFE) > now);
    }

    fn call(&self, world: &mut World, call: &Call) -> Result<Answer, Fault> {
        let key = call.text("ClientToken").map(|token| {
            format!(
                "{}/{}/{}/{token}",
                call.caller.account, call.region, call.operation
            )
        });
        if let Some(answered) = key.as_ref().and_then(|key| world.connect.answered.get(key)) {
            // Assumption: connect.token-reuse. Only IdempotencyException (phone numbers) is documented for a
            // token that comes back with other parameters; the other operations do not declare it.
            if answered.input != call.input {
                if call.operation.ends_with("PhoneNumber") {
                    let message = "the client token was used with other parameters";
                    return Err(Fault::new("IdempotencyException", message));
                }
                return Err(invalid_request("the client token was used with other parameters"));
            }
            return Ok(Answer::of(answered.output.clone()));
        }
        let answer = dispatch(world, call)?;
        if let Some(key) = key {
            let (input, output, at) = (call.input.clone(), answer.output.clone(), call.now);
            world.connect.answered.insert(key, Answered { input, output, at });
        }
        Ok(answer)
    }
}

fn dispatch(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    match call.operation.as_str() {
        "GetFederationToken" => federation::token(world, call),
        "CreateInstance" => instance::create(world, call),
        "DescribeInstance" => instance::describe(world, call),
        "ListInstances" => instance::list(world, call),
        "DeleteInstance" => instance::delete(world, call),
        "ListInstanceAttributes" => instance::list_attributes(world, call),
        "DescribeInstanceAttribute" => instance::describe_attribute(world, call),
        "UpdateInstanceAttribute" => instance::update_attribute(world, call),
        "AssociateApprovedOrigin" => origin::associate(world, call),
        "DisassociateApprovedOrigin" => origin::disassociate(world, call),
        "ListApprovedOrigins" => origin::list(world, call),
        "TagResource" | "UntagResource" | "ListTagsForResource" => tags::call(world, call),
        "ListUsers" => entity::list(world, call, Kind::User),
        "ListSecurityProfiles" => entity::list(world, call, Kind::SecurityProfile),
        "ListRoutingProfiles" => entity::list(world, call, Kind::RoutingProfile),
        "ListQueues" => entity::list(world, call, Kind::Queue),
        "ListHoursOfOperations" => entity::list(world, call, Kind::Hours),
        "ListAgentStatuses" => entity::list(world, call, Kind::AgentStatus),
        "DescribeUser" => entity::describe(world, call, Kind::User),
        "DescribeSecurityProfile" => entity::describe(world, call, Kind::SecurityProfile),
        "DescribeRoutingProfile" => entity::describe(world, call, Kind::RoutingProfile),
        "DescribeQueue" => entity::describe(world, call, Kind::Queue),
        "DescribeHoursOfOperation" => entity::describe(world, call, Kind::Hours),
        "DescribeAgentStatus" => entity::describe(world, call, Kind::AgentStatus),
        "SearchUsers" => search::call(world, call, Kind::User),
        "SearchSecurityProfiles" => search::call(world, call, Kind::SecurityProfile),
        "SearchRoutingProfiles" => search::call(world, call, Kind::RoutingProfile),
        "SearchQueues" => search::call(world, call, Kind::Queue),
        "SearchHoursOfOperations" => search::call(world, call, Kind::Hours),
        "SearchAgentStatuses" => search::call(world, call, Kind::AgentStatus),
        "SearchQuickConnects" => search::call(world, call, Kind::QuickConnect),
        "SearchContactFlows" => search::call(world, call, Kind::ContactFlow),
        "SearchContactFlowModules" => search::call(world, call, Kind::ContactFlowModule),
        "SearchUserHierarchyGroups" => search::call(world, call, Kind::HierarchyGroup),
        "ListBots" | "ListIntegrationAssociations" | "ListLexBots" | "ListSecurityKeys" => {
            list_nothing(world, call)
        }
        "ListQuickConnects" => entity::list(world, call, Kind::QuickConnect),
        "ListContactFlows" => entity::list(world, call, Kind::ContactFlow),
        "ListContactFlowModules" => entity::list(world, call, Kind::ContactFlowModule),
        "ListUserHierarchyGroups" => entity::list(world, call, Kind::HierarchyGroup),
        "DescribeQuickConnect" => entity::describe(world, call, Kind::QuickConnect),
        "DescribeContactFlow" => entity::describe(world, call, Kind::ContactFlow),
        "DescribeContactFlowModule" => entity::describe(world, call, Kind::ContactFlowModule),
        "DescribeUserHierarchyGroup" => entity::describe(world, call, Kind::HierarchyGroup),
        "CreateQuickConnect" => quick_connect::create(world, call),
        "DeleteQuickConnect" => quick_connect::delete(world, call),
        "UpdateQuickConnectName" | "UpdateQuickConnectConfig" => quick_connect::update(world, call),
        "AssociateQueueQuickConnects" | "DisassociateQueueQuickConnects" => quick_connect::link(world, call),
        "ListQueueQuickConnects" => quick_connect::list_of_queue(world, call),
        "CreateContactFlow" => contact_flow::create(world, call, Kind::ContactFlow),
        "CreateContactFlowModule" => contact_flow::create(world, call, Kind::ContactFlowModule),
        "DeleteContactFlow" => contact_flow::delete(world, call, Kind::ContactFlow),
        "DeleteContactFlowModule" => contact_flow::delete(world, call, Kind::ContactFlowModule),
        name if name.starts_with("UpdateContactFlowModule") => {
            contact_flow::update(world, call, Kind::ContactFlowModule)
        }
        name if name.starts_with("UpdateContactFlow") => contact_flow::update(world, call, Kind::ContactFlow),
        "CreateUserHierarchyGroup" => hierarchy::create(world, call),
        "UpdateUserHierarchyGroupName" => hierarchy::rename(world, call),
        "DeleteUserHierarchyGroup" => hierarchy::delete(world, call),
        "DescribeUserHierarchyStructure" => hierarchy::structure(world, call),
        "UpdateUserHierarchyStructure" => hierarchy::update_structure(world, call),
        "AssociateInstanceStorageConfig" => storage::associate(world, call),
        "DescribeInstanceStorageConfig" => storage::describe(world, call),
        "ListInstanceStorageConfigs" => storage::list(world, call),
        "UpdateInstanceStorageConfig" => storage::update(world, call),
        "DisassociateInstanceStorageConfig" => storage::disassociate(world, call),
        "AssociateLambdaFunction" => function::associate(world, call),
        "DisassociateLambdaFunction" => function::disassociate(world, call),
        "ListLambdaFunctions" => function::list(world, call),
        "SearchAvailablePhoneNumbers" => phone::search(world, call),
        "ClaimPhoneNumber" => phone::claim(world, call),
        "DescribePhoneNumber" => phone::describe(world, call),
        "ListPhoneNumbers" => phone::list_of_instance(world, call),
        "ListPhoneNumbersV2" => phone::list(world, call),
        "ReleasePhoneNumber" => phone::release(world, call),
        "CreateUser" => user::create(world, call),
        "DeleteUser" => user::delete(world, call),
        name if name.starts_with("UpdateUser") => user::update(world, call),
        "CreateSecurityProfile" => security_profile::create(world, call),
        "UpdateSecurityProfile" => security_profile::update(world, call),
        "DeleteSecurityProfile" => security_profile::delete(world, call),
        "ListSecurityProfilePermissions" => security_profile::list_permissions(world, call),
        "CreateRoutingProfile" => routing_profile::create(world, call),
        "DeleteRoutingProfile" => routing_profile::delete(world, call),
        "ListRoutingProfileQueues" => routing_profile::list_queues(world, call),
        "AssociateRoutingProfileQueues" | "DisassociateRoutingProfileQueues" => {
            routing_profile::update(world, call)
        }
        name if name.starts_with("UpdateRoutingProfile") => routing_profile::update(world, call),
        "CreateQueue" => queue::create(world, call),
        "DeleteQueue" => queue::delete(world, call),
        name if name.starts_with("UpdateQueue") => queue::update(world, call),
        "CreateHoursOfOperation" => hours::create(world, call),
        "UpdateHoursOfOperation" => hours::update(world, call),
        "DeleteHoursOfOperation" => hours::delete(world, call),
        "CreateAgentStatus" => agent_status::create(world, call),
        "UpdateAgentStatus" => agent_status::update(world, call),
        other => Err(Fault::not_implemented("connect", other)),
    }
}

/// Lists of what no operation of the simulator makes: they are empty, in an instance that is there.
fn list_nothing(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    active_instance(world, call)?;
    let member = match call.operation.as_str() {
        "ListIntegrationAssociations" => "IntegrationAssociationSummaryList",
        "ListSecurityKeys" => "SecurityKeys",
        _ => "LexBots",
    };
    Ok(Answer::of(
        paged(world, call, Vec::new(), 100)?.into_output(member),
    ))
}

fn invalid_request(message: impl Into<String>) -> Fault {
    Fault::new("InvalidRequestException", message)
}

fn invalid_parameter(message: impl Into<String>) -> Fault {
    Fault::new("InvalidParameterException", message)
}

fn not_found(what: &str) -> Fault {
    Fault::new("ResourceNotFoundException", format!("{what} was not found"))
}

fn denied(message: &str) -> Fault {
    Fault::new("AccessDeniedException", message).with_status(403)
}

/// The instance that the call is about. One of another account or region does not exist for the caller.
fn instance<'world>(world: &'world World, call: &Call) -> Result<&'world Instance, Fault> {
    let id = call.text("InstanceId").unwrap_or_default();
    world
        .connect
        .instances
        .get(id)
        .filter(|instance| instance.visible_to(call))
        .ok_or_else(|| not_found("the instance"))
}

/// The instance that the call wants to look into or change, which must be ACTIVE.
///
/// Assumption: connect.creating-instance. What an instance under creation answers to calls about its
/// contents is not documented; it is refused here.
fn active_instance<'world>(world: &'world mut World, call: &Call) -> Result<&'world mut Instance, Fault> {
    if !instance(world, call)?.is_active() {
        return Err(invalid_request("the instance is not active"));
    }
    let id = call.text("InstanceId").unwrap_or_default();
    world
        .connect
        .instances
        .get_mut(id)
        .ok_or_else(|| not_found("the instance"))
}

/// Cuts a page of a list that belongs to the call's instance, or to the account for `ListInstances`.
/// `default` is the size without `MaxResults` (100 where AWS's reference says nothing else).
fn paged(world: &World, call: &Call, items: Vec<Value>, default: u64) -> Result<Page, Fault> {
    let size = call
        .input
        .get("MaxResults")
        .and_then(Value::as_u64)
        .unwrap_or(default);
    let parent: Vec<&str> = [
        "InstanceId",
        "RoutingProfileId",
        "SecurityProfileId",
        "QueueId",
        "ResourceType",
        "TargetArn",
    ]
    .iter()
    .filter_map(|member| call.text(member))
    .collect();
    let list = format!("{} {}", call.operation, parent.join("/"));
    page::cut(world, &list, items, call.text("NextToken"), size)
        .ok_or_else(|| invalid_request("the NextToken is not valid"))
}
