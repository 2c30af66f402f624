//! Profiles, queues, hours, statuses, and lists as such.

use super::*;

#[test]
fn built_in_names_collide() {
    let mut bench = Bench::new();
    let id = bench.saml();
    let profile = json!({ "InstanceId": id, "SecurityProfileName": "Agent" });
    assert_eq!(
        bench.refused("CreateSecurityProfile", profile),
        "DuplicateResourceException"
    );
    let hours = bench.id(
        &id,
        "ListHoursOfOperations",
        "HoursOfOperationSummaryList",
        "Basic Hours",
    );
    let queue = json!({ "InstanceId": id, "Name": "BasicQueue", "HoursOfOperationId": hours });
    assert_eq!(bench.refused("CreateQueue", queue), "DuplicateResourceException");
    let agent = bench.agent_profile(&id);
    let input = json!({ "InstanceId": id, "SecurityProfileId": agent });
    assert_eq!(
        bench.refused("DeleteSecurityProfile", input),
        "AccessDeniedException"
    );
}

#[test]
fn security_profiles_show_permissions_in_a_list_of_their_own() {
    let mut bench = Bench::new();
    let id = bench.saml();
    let made = bench.done(
        "CreateSecurityProfile",
        json!({ "InstanceId": id, "SecurityProfileName": "Ours", "Permissions": ["BasicAgentAccess"] }),
    );
    let named = json!({ "InstanceId": id, "SecurityProfileId": made["SecurityProfileId"] });
    let seen = bench.done("DescribeSecurityProfile", named.clone());
    assert_eq!(seen["SecurityProfile"].get("Permissions"), None);
    let listed = bench.done("ListSecurityProfilePermissions", named.clone());
    assert_eq!(listed["Permissions"], json!(["BasicAgentAccess"]));
    let mut input = bench.user_input(&id, "agent1@example.com");
    input["SecurityProfileIds"] = json!([made["SecurityProfileId"]]);
    let user = bench.done("CreateUser", input);
    assert_eq!(
        bench.refused("DeleteSecurityProfile", named.clone()),
        "ResourceInUseException"
    );
    bench.done(
        "DeleteUser",
        json!({ "InstanceId": id, "UserId": user["UserId"] }),
    );
    bench.done("DeleteSecurityProfile", named);
}

#[test]
fn a_routing_profile_takes_ten_queues_a_call() {
    let mut bench = Bench::new();
    let id = bench.saml();
    let hours = bench.id(
        &id,
        "ListHoursOfOperations",
        "HoursOfOperationSummaryList",
        "Basic Hours",
    );
    let queues: Vec<Value> = (0..11)
        .map(|number| {
            let input = json!({ "InstanceId": id, "Name": format!("q{number}"), "HoursOfOperationId": hours });
            let queue = bench.done("CreateQueue", input);
            json!({
                "QueueReference": { "QueueId": queue["QueueId"], "Channel": "VOICE" }, "Priority": 1, "Delay": 0,
            })
        })
        .collect();
    let mut input = json!({
        "InstanceId": id, "Name": "Ours", "Description": "d",
        "DefaultOutboundQueueId": queues[0]["QueueReference"]["QueueId"],
        "MediaConcurrencies": [{ "Channel": "VOICE", "Concurrency": 1 }],
        "QueueConfigs": queues,
    });
    assert_eq!(
        bench.refused("CreateRoutingProfile", input.clone()),
        "InvalidParameterException"
    );
    input["QueueConfigs"] = json!(queues[..10]);
    let made = bench.done("CreateRoutingProfile", input);
    let named = json!({ "InstanceId": id, "RoutingProfileId": made["RoutingProfileId"] });
    let mut more = named.clone();
    more["QueueConfigs"] = json!(queues[10..]);
    bench.done("AssociateRoutingProfileQueues", more);
    let seen = bench.done("DescribeRoutingProfile", named.clone());
    assert_eq!(seen["RoutingProfile"]["NumberOfAssociatedQueues"], 11);
    let queue = json!({ "InstanceId": id, "QueueId": queues[3]["QueueReference"]["QueueId"] });
    assert_eq!(bench.refused("DeleteQueue", queue), "ResourceInUseException");
    bench.done("DeleteRoutingProfile", named);
}

#[test]
fn hours_in_use_cannot_go() {
    let mut bench = Bench::new();
    let id = bench.saml();
    let hours = bench.id(
        &id,
        "ListHoursOfOperations",
        "HoursOfOperationSummaryList",
        "Basic Hours",
    );
    let input = json!({ "InstanceId": id, "HoursOfOperationId": hours });
    assert_eq!(
        bench.refused("DeleteHoursOfOperation", input),
        "InvalidRequestException"
    );
    let nowhere = json!({ "InstanceId": id, "Name": "Ours", "TimeZone": "Europe/Nowhere", "Config": [] });
    assert_eq!(
        bench.refused("CreateHoursOfOperation", nowhere),
        "InvalidParameterException"
    );
    // A zone that is not named after a place, as in Terraform's acceptance tests.
    let ours = json!({ "InstanceId": id, "Name": "Ours", "TimeZone": "EST", "Config": [] });
    let made = bench.done("CreateHoursOfOperation", ours);
    let named = json!({ "InstanceId": id, "HoursOfOperationId": made["HoursOfOperationId"] });
    bench.done("DeleteHoursOfOperation", named);
}

#[test]
fn an_agent_status_can_be_disabled_and_never_deleted() {
    let mut bench = Bench::new();
    let id = bench.saml();
    let made = bench.done(
        "CreateAgentStatus",
        json!({ "InstanceId": id, "Name": "Lunch", "State": "ENABLED" }),
    );
    let mut change = json!({ "InstanceId": id, "AgentStatusId": made["AgentStatusId"], "State": "DISABLED" });
    bench.done("UpdateAgentStatus", change.take());
    assert!(!Connect.operations().contains(&"DeleteAgentStatus"));
    let custom = bench.done(
        "ListAgentStatuses",
        json!({ "InstanceId": id, "AgentStatusTypes": ["CUSTOM"] }),
    );
    assert_eq!(custom["AgentStatusSummaryList"].as_array().unwrap().len(), 1);
}

#[test]
fn lists_may_lag_behind_descriptions() {
    let mut bench = Bench::with_quirk("connect.lists-lag");
    let id = bench.saml();
    let user = bench.user(&id, "agent1@example.com");
    let list = json!({ "InstanceId": id });
    assert_eq!(
        bench.done("ListUsers", list.clone())["UserSummaryList"],
        json!([])
    );
    bench.done("DescribeUser", json!({ "InstanceId": id, "UserId": user }));
    bench.pass(5);
    assert_eq!(
        bench.done("ListUsers", list)["UserSummaryList"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn every_declared_operation_is_implemented() {
    for operation in Connect.operations() {
        let mut bench = Bench::new();
        let id = bench.saml();
        if let Err(fault) = bench.call(operation, json!({ "InstanceId": id })) {
            assert_ne!(fault.code, "NotImplemented", "{operation}");
        }
    }
}

#[test]
fn the_way_through_an_instance_works_for_all_quirks() {
    for quirks in 0..40 {
        let mut bench = Bench::with(quirks);
        let id = bench.saml();
        let here = json!({ "InstanceId": id });
        bench.pass(60);
        for origin in ["https://a.example.com", "https://b.example.com"] {
            bench.done(
                "AssociateApprovedOrigin",
                json!({ "InstanceId": id, "Origin": origin }),
            );
        }
        bench.pass(3);
        let mut origins = bench.all("ListApprovedOrigins", here.clone(), "Origins");
        origins.sort_by_key(Value::to_string);
        assert_eq!(
            origins,
            [json!("https://a.example.com"), json!("https://b.example.com")]
        );
        let named = |items: Vec<Value>, name: &str| {
            let found = items.into_iter().find(|item| item["Name"] == name);
            found.map(|item| item["Id"].clone())
        };
        let profiles = bench.all("ListSecurityProfiles", here.clone(), "SecurityProfileSummaryList");
        let routings = bench.all("ListRoutingProfiles", here.clone(), "RoutingProfileSummaryList");
        let statuses = bench.all("ListAgentStatuses", here.clone(), "AgentStatusSummaryList");
        assert!(named(statuses, "Offline").is_some());
        let input = json!({
            "InstanceId": id,
            "Username": "agent1@example.com",
            "IdentityInfo": { "FirstName": "Agent", "LastName": "One" },
            "PhoneConfig": { "PhoneType": "SOFT_PHONE", "AutoAccept": true, "AfterContactWorkTimeLimit": 30 },
            "SecurityProfileIds": [named(profiles, "Agent")],
            "RoutingProfileId": named(routings, "Basic Routing Profile"),
        });
        let user = bench.done("CreateUser", input)["UserId"].clone();
        let seen = bench.done("DescribeUser", json!({ "InstanceId": id, "UserId": user }))["User"].clone();
        assert_eq!(seen["PhoneConfig"]["AutoAccept"], true);
        bench.pass(30);
        assert_eq!(
            bench.all("ListUsers", here.clone(), "UserSummaryList")[0]["Id"],
            user
        );
        assert_eq!(bench.all("SearchUsers", here.clone(), "Users")[0]["Id"], user);
        bench.done("DeleteInstance", here.clone());
        bench.pass(61);
        assert_eq!(
            bench.refused("DescribeInstance", here),
            "ResourceNotFoundException"
        );
    }
}

#[test]
fn every_kind_is_described_searched_and_changed() {
    let mut bench = Bench::new();
    let id = bench.saml();
    let day = json!({
        "Day": "MONDAY", "StartTime": { "Hours": 8, "Minutes": 0 }, "EndTime": { "Hours": 18, "Minutes": 30 },
    });
    let made = bench.done(
        "CreateHoursOfOperation",
        json!({ "InstanceId": id, "Name": "Ours", "TimeZone": "Europe/London", "Config": [day] }),
    );
    let hours = made["HoursOfOperationId"].clone();
    let queue = bench.done(
        "CreateQueue",
        json!({ "InstanceId": id, "Name": "Ours", "HoursOfOperationId": hours, "Tags": { "a": "b" } }),
    )["QueueId"]
        .clone();
    let routing = bench.done(
        "CreateRoutingProfile",
        json!({
            "InstanceId": id, "Name": "Ours", "Description": "d", "DefaultOutboundQueueId": queue,
            "MediaConcurrencies": [{ "Channel": "VOICE", "Concurrency": 1 }],
        }),
    )["RoutingProfileId"]
        .clone();
    let profile = bench.done(
        "CreateSecurityProfile",
        json!({ "InstanceId": id, "SecurityProfileName": "Ours" }),
    )["SecurityProfileId"]
        .clone();
    let status = bench.done(
        "CreateAgentStatus",
        json!({ "InstanceId": id, "Name": "Ours", "State": "ENABLED", "DisplayOrder": 3 }),
    )["AgentStatusId"]
        .clone();
    let reference = json!({ "QueueId": queue, "Channel": "VOICE" });
    let config = json!([{ "QueueReference": reference, "Priority": 1, "Delay": 0 }]);
    let faster = json!([{ "QueueReference": reference, "Priority": 2, "Delay": 5 }]);
    let changes = [
        (
            "UpdateQueueName",
            json!({ "QueueId": queue, "Name": "Renamed", "Description": "new" }),
        ),
        (
            "UpdateQueueMaxContacts",
            json!({ "QueueId": queue, "MaxContacts": 7 }),
        ),
        (
            "UpdateQueueStatus",
            json!({ "QueueId": queue, "Status": "DISABLED" }),
        ),
        (
            "UpdateQueueHoursOfOperation",
            json!({ "QueueId": queue, "HoursOfOperationId": hours }),
        ),
        (
            "UpdateHoursOfOperation",
            json!({ "HoursOfOperationId": hours, "Name": "Renamed", "TimeZone": "UTC" }),
        ),
        (
            "UpdateRoutingProfileName",
            json!({ "RoutingProfileId": routing, "Name": "Renamed" }),
        ),
        (
            "AssociateRoutingProfileQueues",
            json!({ "RoutingProfileId": routing, "QueueConfigs": config }),
        ),
        (
            "UpdateRoutingProfileQueues",
            json!({ "RoutingProfileId": routing, "QueueConfigs": faster }),
        ),
        (
            "UpdateSecurityProfile",
            json!({ "SecurityProfileId": profile, "Permissions": ["BasicAgentAccess"] }),
        ),
        (
            "UpdateAgentStatus",
            json!({ "AgentStatusId": status, "Name": "Renamed" }),
        ),
    ];
    for (operation, mut input) in changes {
        input["InstanceId"] = json!(id);
        bench.done(operation, input);
    }
    let listed = bench.done(
        "ListRoutingProfileQueues",
        json!({ "InstanceId": id, "RoutingProfileId": routing }),
    );
    let first = &listed["RoutingProfileQueueConfigSummaryList"][0];
    assert_eq!(
        (&first["QueueName"], &first["Priority"]),
        (&json!("Renamed"), &json!(2))
    );
    let references = json!({ "InstanceId": id, "RoutingProfileId": routing, "QueueReferences": [reference] });
    bench.done("DisassociateRoutingProfileQueues", references);
    for (describe, member, found, structure, name, renamed) in [
        ("DescribeQueue", "QueueId", &queue, "Queue", "Name", "Renamed"),
        (
            "DescribeHoursOfOperation",
            "HoursOfOperationId",
            &hours,
            "HoursOfOperation",
            "Name",
            "Renamed",
        ),
        (
            "DescribeRoutingProfile",
            "RoutingProfileId",
            &routing,
            "RoutingProfile",
            "Name",
            "Renamed",
        ),
        (
            "DescribeSecurityProfile",
            "SecurityProfileId",
            &profile,
            "SecurityProfile",
            "SecurityProfileName",
            "Ours",
        ),
        (
            "DescribeAgentStatus",
            "AgentStatusId",
            &status,
            "AgentStatus",
            "Name",
            "Renamed",
        ),
    ] {
        let mut input = json!({ "InstanceId": id });
        input[member] = found.clone();
        assert_eq!(
            bench.done(describe, input)[structure][name],
            renamed,
            "{describe}"
        );
        let search = format!("Search{}", plural(structure));
        let condition = json!({ "FieldName": "name", "Value": renamed, "ComparisonType": "EXACT" });
        let input = json!({ "InstanceId": id, "SearchCriteria": { "AndConditions": [{ "StringCondition": condition }] } });
        let seen = bench.done(&search, input);
        assert_eq!(seen[plural(structure)][0][name], renamed, "{search}");
    }
    let odd = json!({ "FieldName": "colour", "Value": "red", "ComparisonType": "EXACT" });
    let odd = json!({ "InstanceId": id, "SearchCriteria": { "StringCondition": odd } });
    assert_eq!(bench.refused("SearchQueues", odd), "InvalidParameterException");
}

fn plural(structure: &str) -> String {
    match structure {
        "AgentStatus" => "AgentStatuses".to_owned(),
        other => format!("{other}s"),
    }
}

#[test]
fn a_queue_calls_out_with_a_number_and_a_flow_of_its_instance() {
    let mut bench = Bench::new();
    let id = bench.saml();
    let hours = bench.id(
        &id,
        "ListHoursOfOperations",
        "HoursOfOperationSummaryList",
        "Basic Hours",
    );
    let flow = bench.id(
        &id,
        "ListContactFlows",
        "ContactFlowSummaryList",
        "Default outbound",
    );
    let unknown = "00000000-0000-4000-8000-000000000000";
    let queue = |caller: Value| json!({ "InstanceId": id, "Name": "Sales", "HoursOfOperationId": hours, "OutboundCallerConfig": caller });
    for caller in [
        json!({ "OutboundFlowId": unknown }),
        json!({ "OutboundCallerIdNumberId": unknown }),
    ] {
        assert_eq!(
            bench.refused("CreateQueue", queue(caller)),
            "ResourceNotFoundException"
        );
    }
    let made = bench.done(
        "CreateQueue",
        queue(json!({ "OutboundCallerIdName": "Acme", "OutboundFlowId": flow })),
    );
    let named = json!({ "InstanceId": id, "QueueId": made["QueueId"] });
    let with = |more: Value| {
        let mut input = named.clone();
        input
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        input
    };
    let caller = json!({ "OutboundCallerIdNumberId": unknown });
    assert_eq!(
        bench.refused(
            "UpdateQueueOutboundCallerConfig",
            with(json!({ "OutboundCallerConfig": caller }))
        ),
        "ResourceNotFoundException"
    );
    let caller = json!({ "OutboundCallerIdName": "Support" });
    bench.done(
        "UpdateQueueOutboundCallerConfig",
        with(json!({ "OutboundCallerConfig": caller })),
    );
    let seen = bench.done("DescribeQueue", named.clone());
    assert_eq!(
        seen["Queue"]["OutboundCallerConfig"], caller,
        "it is replaced wholly"
    );
    assert_eq!(bench.refused("UpdateQueueName", named), "InvalidRequestException");
}

#[test]
fn a_queue_that_a_flow_or_a_profile_uses_stays() {
    let mut bench = Bench::new();
    let id = bench.saml();
    let basic = bench.id(&id, "ListQueues", "QueueSummaryList", "BasicQueue");
    let input = json!({ "InstanceId": id, "QueueId": basic });
    assert_eq!(bench.refused("DeleteQueue", input), "ResourceInUseException");
    let hours = bench.id(
        &id,
        "ListHoursOfOperations",
        "HoursOfOperationSummaryList",
        "Basic Hours",
    );
    let queue = json!({ "InstanceId": id, "Name": "Sales", "HoursOfOperationId": hours });
    let queue = bench.done("CreateQueue", queue)["QueueId"].clone();
    let content = json!({
        "Version": "2019-10-30", "StartAction": "to",
        "Actions": [{ "Identifier": "to", "Type": "UpdateContactTargetQueue", "Parameters": { "QueueId": queue }, "Transitions": {} }],
    });
    let flow =
        json!({ "InstanceId": id, "Name": "In", "Type": "CONTACT_FLOW", "Content": content.to_string() });
    let flow = bench.done("CreateContactFlow", flow)["ContactFlowId"].clone();
    let named = json!({ "InstanceId": id, "QueueId": queue });
    assert_eq!(
        bench.refused("DeleteQueue", named.clone()),
        "ResourceInUseException"
    );
    let profiles = bench.all(
        "SearchRoutingProfiles",
        json!({ "InstanceId": id }),
        "RoutingProfiles",
    );
    assert_eq!(profiles[0]["AssociatedQueueIds"], json!([basic]));
    bench.done(
        "DeleteContactFlow",
        json!({ "InstanceId": id, "ContactFlowId": flow }),
    );
    bench.done("DeleteQueue", named);
}
