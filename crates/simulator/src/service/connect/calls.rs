//! Which call goes where.

use super::super::ask::Trail as _;
use super::super::{Answer, Call, Fault, Handler, Operation, Service};
use super::{description, instance, invalid_request, phone};
use crate::clock::Moment;
use crate::service::connect::PAGER;
use crate::service::connect::active_instance;
use crate::service::connect::agent_status;
use crate::service::connect::authentication_profile;
use crate::service::connect::contact;
use crate::service::connect::contact_flow;
use crate::service::connect::entity;
use crate::service::connect::entity::Kind;
use crate::service::connect::federation;
use crate::service::connect::function;
use crate::service::connect::hierarchy;
use crate::service::connect::hours;
use crate::service::connect::hours_override;
use crate::service::connect::origin;
use crate::service::connect::queue;
use crate::service::connect::quick_connect;
use crate::service::connect::routing_profile;
use crate::service::connect::search;
use crate::service::connect::security_profile;
use crate::service::connect::storage;
use crate::service::connect::tags;
use crate::service::connect::user;
use crate::world::World;
use crate::world::connect::Answered;
use std::time::Duration;

/// The service.
#[derive(Debug)]
pub(crate) struct Connect;

impl Service for Connect {
    fn name(&self) -> &'static str {
        "connect"
    }

    fn table(&self) -> &'static [Operation] {
        OPERATIONS
    }

    fn tick(&self, world: &mut World, now: Moment) {
        instance::tick(world, now);
        phone::tick(world, now);
        world
            .connect
            .answered
            .retain(|_, answered| answered.at.after(TOKEN_LIFE) > now);
    }

    fn carry_out(&self, world: &mut World, call: &Call, handler: Handler) -> Result<Answer, Fault> {
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
        let answer = handler(world, call);
        // What accounts are limited in is what is looked up later; the rest of the event history is not kept here.
        if matches!(call.operation.as_str(), "CreateInstance" | "DeleteInstance") {
            world.record(call, "connect.amazonaws.com", answer.as_ref().err());
        }
        let answer = answer?;
        if let Some(key) = key {
            let (input, output, at) = (call.input.clone(), answer.output.clone(), call.now);
            world.connect.answered.insert(key, Answered { input, output, at });
        }
        Ok(answer)
    }
}

const OPERATIONS: &[Operation] = &[
    ("AssociateApprovedOrigin", origin::associate),
    ("AssociateInstanceStorageConfig", storage::associate),
    ("AssociateLambdaFunction", function::associate),
    ("AssociateQueueQuickConnects", quick_connect::link),
    ("AssociateRoutingProfileQueues", routing_profile::update),
    ("ClaimPhoneNumber", phone::claim),
    ("CreateAgentStatus", agent_status::create),
    ("CreateContactFlow", |world, call| {
        contact_flow::create(world, call, Kind::ContactFlow)
    }),
    ("CreateContactFlowModule", |world, call| {
        contact_flow::create(world, call, Kind::ContactFlowModule)
    }),
    ("CreateHoursOfOperation", hours::create),
    ("CreateHoursOfOperationOverride", hours_override::create),
    ("CreateInstance", instance::create),
    ("CreateQueue", queue::create),
    ("CreateQuickConnect", quick_connect::create),
    ("CreateRoutingProfile", routing_profile::create),
    ("CreateSecurityProfile", security_profile::create),
    ("CreateUser", user::create),
    ("CreateUserHierarchyGroup", hierarchy::create),
    ("DeleteContactFlow", |world, call| {
        contact_flow::delete(world, call, Kind::ContactFlow)
    }),
    ("DeleteContactFlowModule", |world, call| {
        contact_flow::delete(world, call, Kind::ContactFlowModule)
    }),
    ("DeleteHoursOfOperation", hours::delete),
    ("DeleteHoursOfOperationOverride", hours_override::delete),
    ("DeleteInstance", instance::delete),
    ("DeleteQueue", queue::delete),
    ("DeleteQuickConnect", quick_connect::delete),
    ("DeleteRoutingProfile", routing_profile::delete),
    ("DeleteSecurityProfile", security_profile::delete),
    ("DeleteUser", user::delete),
    ("DeleteUserHierarchyGroup", hierarchy::delete),
    ("DescribeAgentStatus", |world, call| {
        description::describe(world, call, Kind::AgentStatus)
    }),
    ("DescribeAuthenticationProfile", authentication_profile::describe),
    ("DescribeContact", contact::describe),
    ("DescribeContactFlow", |world, call| {
        description::describe(world, call, Kind::ContactFlow)
    }),
    ("DescribeContactFlowModule", |world, call| {
        description::describe(world, call, Kind::ContactFlowModule)
    }),
    ("DescribeHoursOfOperation", |world, call| {
        description::describe(world, call, Kind::Hours)
    }),
    ("DescribeHoursOfOperationOverride", hours_override::describe),
    ("DescribeInstance", instance::describe),
    ("DescribeInstanceAttribute", instance::describe_attribute),
    ("DescribeInstanceStorageConfig", storage::describe),
    ("DescribePhoneNumber", phone::describe),
    ("DescribeQueue", |world, call| {
        description::describe(world, call, Kind::Queue)
    }),
    ("DescribeQuickConnect", |world, call| {
        description::describe(world, call, Kind::QuickConnect)
    }),
    ("DescribeRoutingProfile", |world, call| {
        description::describe(world, call, Kind::RoutingProfile)
    }),
    ("DescribeSecurityProfile", |world, call| {
        description::describe(world, call, Kind::SecurityProfile)
    }),
    ("DescribeUser", |world, call| {
        description::describe(world, call, Kind::User)
    }),
    ("DescribeUserHierarchyGroup", |world, call| {
        description::describe(world, call, Kind::HierarchyGroup)
    }),
    ("DescribeUserHierarchyStructure", hierarchy::structure),
    ("DisassociateApprovedOrigin", origin::disassociate),
    ("DisassociateInstanceStorageConfig", storage::disassociate),
    ("DisassociateLambdaFunction", function::disassociate),
    ("DisassociateQueueQuickConnects", quick_connect::link),
    ("DisassociateRoutingProfileQueues", routing_profile::update),
    ("GetFederationToken", federation::token),
    ("ListAgentStatuses", |world, call| {
        entity::list(world, call, Kind::AgentStatus)
    }),
    ("ListApprovedOrigins", origin::list),
    ("ListAuthenticationProfiles", authentication_profile::list),
    ("ListBots", list_nothing),
    ("ListContactFlowModules", |world, call| {
        entity::list(world, call, Kind::ContactFlowModule)
    }),
    ("ListContactFlows", |world, call| {
        entity::list(world, call, Kind::ContactFlow)
    }),
    ("ListHoursOfOperationOverrides", hours_override::list),
    ("ListHoursOfOperations", |world, call| {
        entity::list(world, call, Kind::Hours)
    }),
    ("ListInstanceAttributes", instance::list_attributes),
    ("ListInstanceStorageConfigs", storage::list),
    ("ListInstances", instance::list),
    ("ListIntegrationAssociations", list_nothing),
    ("ListLambdaFunctions", function::list),
    ("ListLexBots", list_nothing),
    ("ListPhoneNumbers", phone::list_of_instance),
    ("ListPhoneNumbersV2", phone::list),
    ("ListQueueQuickConnects", quick_connect::list_of_queue),
    ("ListQueues", |world, call| entity::list(world, call, Kind::Queue)),
    ("ListQuickConnects", |world, call| {
        entity::list(world, call, Kind::QuickConnect)
    }),
    ("ListRoutingProfileQueues", routing_profile::list_queues),
    ("ListRoutingProfiles", |world, call| {
        entity::list(world, call, Kind::RoutingProfile)
    }),
    ("ListSecurityKeys", list_nothing),
    (
        "ListSecurityProfilePermissions",
        security_profile::list_permissions,
    ),
    ("ListSecurityProfiles", |world, call| {
        entity::list(world, call, Kind::SecurityProfile)
    }),
    ("ListTagsForResource", tags::list),
    ("ListUserHierarchyGroups", |world, call| {
        entity::list(world, call, Kind::HierarchyGroup)
    }),
    ("ListUsers", |world, call| entity::list(world, call, Kind::User)),
    ("ReleasePhoneNumber", phone::release),
    ("SearchAgentStatuses", |world, call| {
        search::call(world, call, Kind::AgentStatus)
    }),
    ("SearchAvailablePhoneNumbers", phone::search),
    ("SearchContactFlowModules", |world, call| {
        search::call(world, call, Kind::ContactFlowModule)
    }),
    ("SearchContactFlows", |world, call| {
        search::call(world, call, Kind::ContactFlow)
    }),
    ("SearchHoursOfOperations", |world, call| {
        search::call(world, call, Kind::Hours)
    }),
    ("SearchQueues", |world, call| {
        search::call(world, call, Kind::Queue)
    }),
    ("SearchQuickConnects", |world, call| {
        search::call(world, call, Kind::QuickConnect)
    }),
    ("SearchRoutingProfiles", |world, call| {
        search::call(world, call, Kind::RoutingProfile)
    }),
    ("SearchSecurityProfiles", |world, call| {
        search::call(world, call, Kind::SecurityProfile)
    }),
    ("SearchUserHierarchyGroups", |world, call| {
        search::call(world, call, Kind::HierarchyGroup)
    }),
    ("SearchUsers", |world, call| search::call(world, call, Kind::User)),
    ("TagResource", tags::tag),
    ("UntagResource", tags::untag),
    ("UpdateAgentStatus", agent_status::update),
    ("UpdateContactFlowContent", |world, call| {
        contact_flow::update(world, call, Kind::ContactFlow)
    }),
    ("UpdateContactFlowMetadata", |world, call| {
        contact_flow::update(world, call, Kind::ContactFlow)
    }),
    ("UpdateContactFlowModuleContent", |world, call| {
        contact_flow::update(world, call, Kind::ContactFlowModule)
    }),
    ("UpdateContactFlowModuleMetadata", |world, call| {
        contact_flow::update(world, call, Kind::ContactFlowModule)
    }),
    ("UpdateContactFlowName", |world, call| {
        contact_flow::update(world, call, Kind::ContactFlow)
    }),
    ("UpdateHoursOfOperation", hours::update),
    ("UpdateHoursOfOperationOverride", hours_override::update),
    ("UpdateInstanceAttribute", instance::update_attribute),
    ("UpdateInstanceStorageConfig", storage::update),
    ("UpdateQueueHoursOfOperation", queue::update),
    ("UpdateQueueMaxContacts", queue::update),
    ("UpdateQueueName", queue::update),
    ("UpdateQueueOutboundCallerConfig", queue::update),
    ("UpdateQueueStatus", queue::update),
    ("UpdateQuickConnectConfig", quick_connect::update),
    ("UpdateQuickConnectName", quick_connect::update),
    (
        "UpdateRoutingProfileAgentAvailabilityTimer",
        routing_profile::update,
    ),
    ("UpdateRoutingProfileConcurrency", routing_profile::update),
    (
        "UpdateRoutingProfileDefaultOutboundQueue",
        routing_profile::update,
    ),
    ("UpdateRoutingProfileName", routing_profile::update),
    ("UpdateRoutingProfileQueues", routing_profile::update),
    ("UpdateSecurityProfile", security_profile::update),
    ("UpdateUserConfig", user::update),
    ("UpdateUserHierarchy", user::update),
    ("UpdateUserHierarchyGroupName", hierarchy::rename),
    ("UpdateUserHierarchyStructure", hierarchy::update_structure),
    ("UpdateUserIdentityInfo", user::update),
    ("UpdateUserPhoneConfig", user::update),
    ("UpdateUserRoutingProfile", user::update),
    ("UpdateUserSecurityProfiles", user::update),
];

/// Lists of what no operation of the simulator makes: they are empty, in an instance that is there.
fn list_nothing(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    active_instance(world, call)?;
    let member = match call.operation.as_str() {
        "ListIntegrationAssociations" => "IntegrationAssociationSummaryList",
        "ListSecurityKeys" => "SecurityKeys",
        _ => "LexBots",
    };
    PAGER.page(world, call, member, Vec::new())
}

/// How long an idempotency token is remembered.
///
/// Assumption: connect.token-life. Connect does not say; a day is what AWS's SDK documentation calls usual.
const TOKEN_LIFE: Duration = Duration::from_secs(24 * 3600);
