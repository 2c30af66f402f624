//! Which call goes where.

use super::super::{Answer, Call, Fault, Service};
use super::{description, instance, invalid_request, phone};
use crate::clock::Moment;
use crate::service::connect::active_instance;
use crate::service::connect::agent_status;
use crate::service::connect::contact_flow;
use crate::service::connect::entity;
use crate::service::connect::entity::Kind;
use crate::service::connect::federation;
use crate::service::connect::function;
use crate::service::connect::hierarchy;
use crate::service::connect::hours;
use crate::service::connect::origin;
use crate::service::connect::paged;
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
        "DescribeUser" => description::describe(world, call, Kind::User),
        "DescribeSecurityProfile" => description::describe(world, call, Kind::SecurityProfile),
        "DescribeRoutingProfile" => description::describe(world, call, Kind::RoutingProfile),
        "DescribeQueue" => description::describe(world, call, Kind::Queue),
        "DescribeHoursOfOperation" => description::describe(world, call, Kind::Hours),
        "DescribeAgentStatus" => description::describe(world, call, Kind::AgentStatus),
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
        "DescribeQuickConnect" => description::describe(world, call, Kind::QuickConnect),
        "DescribeContactFlow" => description::describe(world, call, Kind::ContactFlow),
        "DescribeContactFlowModule" => description::describe(world, call, Kind::ContactFlowModule),
        "DescribeUserHierarchyGroup" => description::describe(world, call, Kind::HierarchyGroup),
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

/// How long an idempotency token is remembered.
///
/// Assumption: connect.token-life. Connect does not say; a day is what AWS's SDK documentation calls usual.
const TOKEN_LIFE: Duration = Duration::from_secs(24 * 3600);
