use super::*;
use crate::sim::service::Caller;
use crate::sim::world::Settings;
use serde_json::json;

const START: Moment = Moment(1_750_000_000_000);
const REGION: &str = "eu-west-2";

/// A world, a clock and a way to call.
struct Bench {
    world: World,
    now: Moment,
}

impl Bench {
    fn with(quirks: u64) -> Bench {
        let settings = Settings {
            quirks,
            ..Settings::default()
        };
        Bench {
            world: World::new(settings, START),
            now: START,
        }
    }

    fn new() -> Bench {
        Bench::with(0)
    }

    /// The smallest seed with which the quirk falls this way.
    fn with_quirk(name: &str) -> Bench {
        let seed = (1..).find(|seed| {
            let mut world = World::default();
            world.settings.quirks = *seed;
            world.quirk(name) && !world.quirk("pages.empty") && !world.quirk("lists.unordered")
        });
        Bench::with(seed.unwrap())
    }

    fn pass(&mut self, seconds: u64) {
        self.now = self.now.after(Duration::from_secs(seconds));
        Connect.tick(&mut self.world, self.now);
    }

    fn call_in(&mut self, region: &str, operation: &str, input: Value) -> Result<Value, Fault> {
        assert!(
            Connect.operations().contains(&operation),
            "{operation} is not declared"
        );
        let call = Call {
            operation: operation.to_owned(),
            input,
            body: Default::default(),
            headers: Vec::new(),
            region: region.to_owned(),
            caller: Caller {
                account: "123456789012".to_owned(),
                arn: "arn:aws:iam::123456789012:user/tester".to_owned(),
                access_key: None,
            },
            now: self.now,
            base_url: None,
        };
        Connect.tick(&mut self.world, self.now);
        Connect.call(&mut self.world, &call).map(|answer| answer.output)
    }

    fn call(&mut self, operation: &str, input: Value) -> Result<Value, Fault> {
        self.call_in(REGION, operation, input)
    }

    fn done(&mut self, operation: &str, input: Value) -> Value {
        self.call(operation, input)
            .unwrap_or_else(|fault| panic!("{operation}: {fault:?}"))
    }

    fn refused(&mut self, operation: &str, input: Value) -> String {
        self.call(operation, input).unwrap_err().code
    }

    fn instance(&mut self, alias: &str, identity: &str) -> String {
        let made = self.done("CreateInstance", instance_input(alias, identity));
        self.pass(180);
        made["Id"].as_str().unwrap().to_owned()
    }

    fn saml(&mut self) -> String {
        self.instance("acme-support", "SAML")
    }

    /// Id of a built-in thing by List operation, list member and name.
    fn id(&mut self, instance: &str, operation: &str, member: &str, name: &str) -> String {
        let listed = self.done(operation, json!({ "InstanceId": instance }));
        let items = listed[member].as_array().unwrap();
        let found = items.iter().find(|item| item["Name"] == name);
        found.unwrap()["Id"].as_str().unwrap().to_owned()
    }

    fn agent_profile(&mut self, instance: &str) -> String {
        self.id(
            instance,
            "ListSecurityProfiles",
            "SecurityProfileSummaryList",
            "Agent",
        )
    }

    fn basic_routing(&mut self, instance: &str) -> String {
        self.id(
            instance,
            "ListRoutingProfiles",
            "RoutingProfileSummaryList",
            "Basic Routing Profile",
        )
    }

    fn user_input(&mut self, instance: &str, name: &str) -> Value {
        json!({
            "InstanceId": instance,
            "Username": name,
            "IdentityInfo": { "FirstName": "Agent", "LastName": "One" },
            "PhoneConfig": { "PhoneType": "SOFT_PHONE", "AutoAccept": true, "AfterContactWorkTimeLimit": 30 },
            "SecurityProfileIds": [self.agent_profile(instance)],
            "RoutingProfileId": self.basic_routing(instance),
        })
    }

    fn user(&mut self, instance: &str, name: &str) -> String {
        let input = self.user_input(instance, name);
        self.done("CreateUser", input)["UserId"]
            .as_str()
            .unwrap()
            .to_owned()
    }
}

fn instance_input(alias: &str, identity: &str) -> Value {
    json!({
        "IdentityManagementType": identity,
        "InstanceAlias": alias,
        "InboundCallsEnabled": true,
        "OutboundCallsEnabled": false,
    })
}

#[test]
fn an_instance_is_made_asynchronously_and_gets_its_address_when_active() {
    let mut bench = Bench::new();
    let mut input = instance_input("acme-support", "SAML");
    input["Tags"] = json!({ "headset:environment": "acme" });
    let made = bench.done("CreateInstance", input);
    let id = made["Id"].clone();
    let first = bench.done("DescribeInstance", json!({ "InstanceId": id }));
    assert_eq!(first["Instance"]["InstanceStatus"], "CREATION_IN_PROGRESS");
    assert_eq!(first["Instance"].get("InstanceAccessUrl"), None);
    bench.pass(121);
    let then = bench.done("DescribeInstance", json!({ "InstanceId": id }))["Instance"].clone();
    assert_eq!(then["InstanceStatus"], "ACTIVE");
    assert_eq!(then["InstanceAccessUrl"], "https://acme-support.my.connect.aws");
    assert_eq!(then["InboundCallsEnabled"], true);
    assert_eq!(then["OutboundCallsEnabled"], false);
    assert_eq!(then["Tags"], json!({ "headset:environment": "acme" }));
}

#[test]
fn lists_of_instances_show_no_tags() {
    let mut bench = Bench::new();
    let id = bench.saml();
    let arn = bench.done("DescribeInstance", json!({ "InstanceId": id }))["Instance"]["Arn"].clone();
    bench.done("TagResource", json!({ "resourceArn": arn, "tags": { "a": "b" } }));
    let listed = bench.done("ListInstances", json!({}));
    assert_eq!(listed["InstanceSummaryList"][0].get("Tags"), None);
    assert_eq!(
        bench.done("ListTagsForResource", json!({ "resourceArn": arn }))["tags"]["a"],
        "b"
    );
    bench.done("UntagResource", json!({ "resourceArn": arn, "tagKeys": ["a"] }));
    assert_eq!(
        bench.done("ListTagsForResource", json!({ "resourceArn": arn }))["tags"],
        json!({})
    );
}

#[test]
fn a_token_makes_a_repeated_creation_the_same_instance() {
    let mut bench = Bench::new();
    let mut input = instance_input("acme-support", "SAML");
    input["ClientToken"] = json!("once");
    let first = bench.done("CreateInstance", input.clone());
    let again = bench.done("CreateInstance", input.clone());
    assert_eq!(first, again);
    input["InstanceAlias"] = json!("other-alias");
    assert_eq!(bench.refused("CreateInstance", input), "InvalidRequestException");
}

#[test]
fn the_third_instance_in_a_region_exceeds_the_quota() {
    let mut bench = Bench::new();
    bench.instance("one", "SAML");
    bench.instance("two", "CONNECT_MANAGED");
    let input = instance_input("three", "SAML");
    assert_eq!(
        bench.refused("CreateInstance", input.clone()),
        "ServiceQuotaExceededException"
    );
    // Quotas are per region.
    assert!(
        bench
            .call_in("us-east-1", "CreateInstance", input.clone())
            .is_ok()
    );
    bench
        .world
        .settings
        .quotas
        .insert("connect.instances".to_owned(), 3);
    let input = instance_input("four", "SAML");
    assert!(bench.call("CreateInstance", input).is_ok());
}

#[test]
fn a_hundred_creations_and_deletions_lock_the_account_for_thirty_days() {
    let mut bench = Bench::new();
    for round in 0..50 {
        let id = bench.instance(&format!("round-{round}"), "SAML");
        bench.done("DeleteInstance", json!({ "InstanceId": id }));
        bench.pass(120);
    }
    let input = instance_input("too-much", "SAML");
    assert_eq!(
        bench.refused("CreateInstance", input.clone()),
        "ServiceQuotaExceededException"
    );
    bench.pass(31 * 24 * 3600);
    assert!(bench.call("CreateInstance", input).is_ok());
}

#[test]
fn aliases_are_unique_across_regions() {
    let mut bench = Bench::new();
    bench.saml();
    let taken = bench.call_in(
        "us-east-1",
        "CreateInstance",
        instance_input("ACME-support", "SAML"),
    );
    assert_eq!(taken.unwrap_err().code, "InvalidRequestException");
}

#[test]
fn a_taken_alias_may_also_fail_later() {
    let mut bench = Bench::with_quirk("connect.alias-conflict-fails-later");
    bench.saml();
    let made = bench.done("CreateInstance", instance_input("acme-support", "SAML"));
    bench.pass(180);
    let seen = bench.done("DescribeInstance", json!({ "InstanceId": made["Id"] }));
    assert_eq!(seen["Instance"]["InstanceStatus"], "CREATION_FAILED");
    assert!(seen["Instance"]["StatusReason"]["Message"].is_string());
}

#[test]
fn a_failed_instance_lingers_for_a_day() {
    let mut bench = Bench::new();
    let id = bench.instance("this-is-bad", "SAML");
    let seen = bench.done("DescribeInstance", json!({ "InstanceId": id }));
    assert_eq!(seen["Instance"]["InstanceStatus"], "CREATION_FAILED");
    bench.pass(23 * 3600);
    assert_eq!(
        bench.done("ListInstances", json!({}))["InstanceSummaryList"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    bench.pass(2 * 3600);
    assert_eq!(
        bench.refused("DescribeInstance", json!({ "InstanceId": id })),
        "ResourceNotFoundException"
    );
}

#[test]
fn a_deleted_instance_is_seen_for_a_while_without_a_deleting_state() {
    let mut bench = Bench::new();
    let id = bench.saml();
    bench.done("DeleteInstance", json!({ "InstanceId": id }));
    let seen = bench.done("DescribeInstance", json!({ "InstanceId": id }));
    assert_eq!(seen["Instance"]["InstanceStatus"], "ACTIVE");
    bench.done("DeleteInstance", json!({ "InstanceId": id }));
    bench.pass(61);
    assert_eq!(
        bench.refused("DescribeInstance", json!({ "InstanceId": id })),
        "ResourceNotFoundException"
    );
    // Without the quirk, the alias is free at once.
    bench.done("CreateInstance", instance_input("acme-support", "SAML"));
}

#[test]
fn an_alias_may_be_held_after_deletion() {
    let mut bench = Bench::with_quirk("connect.alias-held-after-deletion");
    let id = bench.saml();
    bench.done("DeleteInstance", json!({ "InstanceId": id }));
    bench.pass(61);
    let input = instance_input("acme-support", "SAML");
    let at_once = bench.call("CreateInstance", input.clone());
    bench.pass(700);
    if let Ok(made) = at_once {
        // Both quirks at once: the conflict shows itself later.
        let seen = bench.done("DescribeInstance", json!({ "InstanceId": made["Id"] }));
        assert_eq!(seen["Instance"]["InstanceStatus"], "CREATION_FAILED");
    }
    let made = bench.done("CreateInstance", input);
    bench.pass(180);
    let seen = bench.done("DescribeInstance", json!({ "InstanceId": made["Id"] }));
    assert_eq!(seen["Instance"]["InstanceStatus"], "ACTIVE");
}

#[test]
fn an_instance_of_another_region_is_not_found() {
    let mut bench = Bench::new();
    let id = bench.saml();
    let seen = bench.call_in("us-east-1", "DescribeInstance", json!({ "InstanceId": id }));
    assert_eq!(seen.unwrap_err().code, "ResourceNotFoundException");
}

#[test]
fn fourteen_attributes_come_on_two_pages() {
    let mut bench = Bench::new();
    let id = bench.saml();
    let first = bench.done("ListInstanceAttributes", json!({ "InstanceId": id }));
    assert_eq!(first["Attributes"].as_array().unwrap().len(), 7);
    let token = first["NextToken"].clone();
    let second = bench.done(
        "ListInstanceAttributes",
        json!({ "InstanceId": id, "NextToken": token }),
    );
    assert_eq!(second["Attributes"].as_array().unwrap().len(), 7);
    assert_eq!(second.get("NextToken"), None);
    assert_eq!(
        bench.refused("ListUsers", json!({ "InstanceId": id, "NextToken": token })),
        "InvalidRequestException"
    );
}

#[test]
fn call_directions_change_only_as_attributes() {
    let mut bench = Bench::new();
    let id = bench.saml();
    let change = |value: &str, name: &str| json!({ "InstanceId": id, "AttributeType": name, "Value": value });
    bench.done("UpdateInstanceAttribute", change("true", "OUTBOUND_CALLS"));
    let seen = bench.done("DescribeInstance", json!({ "InstanceId": id }));
    assert_eq!(seen["Instance"]["OutboundCallsEnabled"], true);
    assert_eq!(
        bench.refused("UpdateInstanceAttribute", change("yes", "OUTBOUND_CALLS")),
        "InvalidParameterException"
    );
    assert_eq!(
        bench.refused("UpdateInstanceAttribute", change("true", "USE_CUSTOM_TTS_VOICES")),
        "AccessDeniedException"
    );
}

#[test]
fn an_origin_can_be_approved_once() {
    let mut bench = Bench::new();
    let id = bench.saml();
    let origin = |text: &str| json!({ "InstanceId": id, "Origin": text });
    bench.done("AssociateApprovedOrigin", origin("https://ccp.example.com"));
    assert_eq!(
        bench.refused("AssociateApprovedOrigin", origin("https://ccp.example.com")),
        "ResourceConflictException"
    );
    assert_eq!(
        bench.refused("DisassociateApprovedOrigin", origin("https://other.example.com")),
        "ResourceNotFoundException"
    );
    bench.done("DisassociateApprovedOrigin", origin("https://ccp.example.com"));
    assert_eq!(
        bench.done("ListApprovedOrigins", json!({ "InstanceId": id }))["Origins"],
        json!([])
    );
}

#[test]
fn a_repeated_association_with_its_token_is_no_conflict() {
    let mut bench = Bench::new();
    let id = bench.saml();
    let input = json!({ "InstanceId": id, "Origin": "https://ccp.example.com", "ClientToken": "t" });
    bench.done("AssociateApprovedOrigin", input.clone());
    bench.done("AssociateApprovedOrigin", input);
}

#[test]
fn what_is_no_origin_is_refused() {
    let mut bench = Bench::new();
    let id = bench.saml();
    for text in [
        "ccp.example.com",
        "http://ccp.example.com",
        "https://ccp.example.com/path",
        "https://*.example.com",
        "https://",
        "https://ccp.example.com:port",
        "https://ccp.example.com:",
    ] {
        let code = bench.refused(
            "AssociateApprovedOrigin",
            json!({ "InstanceId": id, "Origin": text }),
        );
        assert_eq!(code, "InvalidParameterException", "{text}");
    }
    let local = json!({ "InstanceId": id, "Origin": "http://localhost:8080" });
    bench.done("AssociateApprovedOrigin", local);
}

#[test]
fn origins_are_kept_or_normalised() {
    for (mut bench, kept) in [
        (Bench::new(), "https://CCP.example.com:443/"),
        (
            Bench::with_quirk("connect.origins-normalised"),
            "https://ccp.example.com",
        ),
    ] {
        let id = bench.saml();
        let input = json!({ "InstanceId": id, "Origin": "https://CCP.example.com:443/" });
        bench.done("AssociateApprovedOrigin", input);
        let listed = bench.done("ListApprovedOrigins", json!({ "InstanceId": id }));
        assert_eq!(listed["Origins"], json!([kept]));
    }
}

#[test]
fn the_hundred_and_first_origin_exceeds_the_quota() {
    let mut bench = Bench::new();
    let id = bench.saml();
    for number in 0..100 {
        let input = json!({ "InstanceId": id, "Origin": format!("https://s{number}.example.com") });
        bench.done("AssociateApprovedOrigin", input);
    }
    let input = json!({ "InstanceId": id, "Origin": "https://more.example.com" });
    assert_eq!(
        bench.refused("AssociateApprovedOrigin", input),
        "ServiceQuotaExceededException"
    );
    let page = bench.done("ListApprovedOrigins", json!({ "InstanceId": id }));
    assert_eq!(page["Origins"].as_array().unwrap().len(), 25);
}

#[test]
fn a_saml_user_has_no_password() {
    let mut bench = Bench::new();
    let id = bench.saml();
    let mut input = bench.user_input(&id, "agent1@example.com");
    input["Password"] = json!("Passw0rd-long");
    assert_eq!(bench.refused("CreateUser", input), "InvalidRequestException");
}

#[test]
fn a_saml_user_has_no_email() {
    let mut bench = Bench::new();
    let id = bench.saml();
    let mut input = bench.user_input(&id, "agent1@example.com");
    input["IdentityInfo"]["Email"] = json!("agent1@example.com");
    assert_eq!(
        bench.refused("CreateUser", input.clone()),
        "InvalidParameterException"
    );
    input["IdentityInfo"] = json!({ "FirstName": "Agent" });
    assert_eq!(bench.refused("CreateUser", input), "InvalidParameterException");
}

#[test]
fn user_names_follow_the_rules_of_the_identity_management() {
    let mut bench = Bench::new();
    let id = bench.saml();
    for name in [
        "testuser@example",
        "a b",
        "a+b@example.com",
        &"x".repeat(65),
        "@example.com",
    ] {
        let input = bench.user_input(&id, name);
        assert_eq!(
            bench.refused("CreateUser", input),
            "InvalidParameterException",
            "{name}"
        );
    }
    let managed = bench.instance("managed", "CONNECT_MANAGED");
    let mut input = bench.user_input(&managed, "a-name-of-more-than-twenty");
    input["Password"] = json!("Passw0rd-long");
    assert_eq!(
        bench.refused("CreateUser", input.clone()),
        "InvalidParameterException"
    );
    input["Username"] = json!("short");
    bench.done("CreateUser", input.clone());
    input["Username"] = json!("other");
    input["Password"] = json!("weak");
    assert_eq!(bench.refused("CreateUser", input), "InvalidParameterException");
}

#[test]
fn user_names_are_case_sensitive() {
    let mut bench = Bench::new();
    let id = bench.saml();
    bench.user(&id, "agent1@example.com");
    bench.user(&id, "Agent1@example.com");
    let input = bench.user_input(&id, "agent1@example.com");
    assert_eq!(bench.refused("CreateUser", input), "DuplicateResourceException");
}

#[test]
fn the_limit_of_users_looks_like_a_throttle_and_is_none() {
    let mut bench = Bench::new();
    bench.world.settings.quotas.insert("connect.users".to_owned(), 1);
    let id = bench.saml();
    bench.user(&id, "agent1@example.com");
    let input = bench.user_input(&id, "agent2@example.com");
    assert_eq!(bench.refused("CreateUser", input), "LimitExceededException");
}

#[test]
fn a_user_points_to_what_exists() {
    let mut bench = Bench::new();
    let id = bench.saml();
    for member in ["RoutingProfileId", "HierarchyGroupId"] {
        let mut input = bench.user_input(&id, "agent1@example.com");
        input[member] = json!("11111111-1111-1111-1111-111111111111");
        assert_eq!(
            bench.refused("CreateUser", input),
            "ResourceNotFoundException",
            "{member}"
        );
    }
}

#[test]
fn every_part_of_a_user_is_updated_apart() {
    let mut bench = Bench::new();
    let id = bench.saml();
    let user = bench.user(&id, "agent1@example.com");
    let admin = bench.id(&id, "ListSecurityProfiles", "SecurityProfileSummaryList", "Admin");
    let with = |member: &str, value: Value| {
        let mut input = json!({ "InstanceId": id, "UserId": user });
        input[member] = value;
        input
    };
    let name = json!({ "FirstName": "New", "LastName": "Name", "SecondaryEmail": "a@example.com" });
    bench.done("UpdateUserIdentityInfo", with("IdentityInfo", name.clone()));
    let phone = json!({ "PhoneType": "DESK_PHONE", "DeskPhoneNumber": "+441632960000" });
    bench.done("UpdateUserPhoneConfig", with("PhoneConfig", phone.clone()));
    bench.done(
        "UpdateUserSecurityProfiles",
        with("SecurityProfileIds", json!([admin])),
    );
    bench.done("UpdateUserHierarchy", json!({ "InstanceId": id, "UserId": user }));
    let seen = bench.done("DescribeUser", json!({ "InstanceId": id, "UserId": user }))["User"].clone();
    assert_eq!(seen["IdentityInfo"], name);
    assert_eq!(seen["PhoneConfig"], phone);
    assert_eq!(seen["SecurityProfileIds"], json!([admin]));
    assert_eq!(seen["Username"], "agent1@example.com");
    let email = json!({ "FirstName": "New", "LastName": "Name", "Email": "a@example.com" });
    assert_eq!(
        bench.refused("UpdateUserIdentityInfo", with("IdentityInfo", email)),
        "InvalidParameterException"
    );
    let wrong = json!({ "PhoneType": "DESK_PHONE", "DeskPhoneNumber": "01632 960000" });
    assert_eq!(
        bench.refused("UpdateUserPhoneConfig", with("PhoneConfig", wrong)),
        "InvalidParameterException"
    );
    bench.done("DeleteUser", json!({ "InstanceId": id, "UserId": user }));
    assert_eq!(
        bench.refused("DescribeUser", json!({ "InstanceId": id, "UserId": user })),
        "ResourceNotFoundException"
    );
}

#[test]
fn a_search_counts_after_contact_work_in_milliseconds() {
    let mut bench = Bench::new();
    let id = bench.saml();
    let user = bench.user(&id, "agent1@example.com");
    bench.user(&id, "agent2@example.com");
    let condition =
        json!({ "FieldName": "Username", "Value": "agent1@example.com", "ComparisonType": "EXACT" });
    let input = json!({ "InstanceId": id, "SearchCriteria": { "StringCondition": condition } });
    let found = bench.done("SearchUsers", input);
    assert_eq!(found["ApproximateTotalCount"], 1);
    assert_eq!(
        found["Users"][0]["PhoneConfig"]["AfterContactWorkTimeLimit"],
        30_000
    );
    let seen = bench.done("DescribeUser", json!({ "InstanceId": id, "UserId": user }));
    assert_eq!(seen["User"]["PhoneConfig"]["AfterContactWorkTimeLimit"], 30);
}

#[test]
fn a_search_finds_by_tag() {
    let mut bench = Bench::new();
    let id = bench.saml();
    let mut input = bench.user_input(&id, "agent1@example.com");
    input["Tags"] = json!({ "headset:id": "x" });
    bench.done("CreateUser", input);
    bench.user(&id, "agent2@example.com");
    let tagged = |value: &str| {
        let filter =
            json!({ "TagFilter": { "TagCondition": { "TagKey": "headset:id", "TagValue": value } } });
        json!({ "InstanceId": id, "SearchFilter": filter })
    };
    let found = bench.done("SearchUsers", tagged("x"));
    assert_eq!(found["Users"].as_array().unwrap().len(), 1);
    assert_eq!(found["Users"][0]["Tags"], json!({ "headset:id": "x" }));
    assert_eq!(bench.done("SearchUsers", tagged("y"))["Users"], json!([]));
}

#[test]
fn a_list_of_queues_mixes_in_personal_ones() {
    let mut bench = Bench::new();
    let id = bench.saml();
    bench.user(&id, "agent1@example.com");
    let all = bench.done("ListQueues", json!({ "InstanceId": id }));
    assert_eq!(all["QueueSummaryList"].as_array().unwrap().len(), 2);
    let some = bench.done(
        "ListQueues",
        json!({ "InstanceId": id, "QueueTypes": ["STANDARD"] }),
    );
    assert_eq!(some["QueueSummaryList"][0]["Name"], "BasicQueue");
    assert_eq!(some["QueueSummaryList"].as_array().unwrap().len(), 1);
}

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
    let ours = json!({ "InstanceId": id, "Name": "Ours", "TimeZone": "Europe/London", "Config": [] });
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
