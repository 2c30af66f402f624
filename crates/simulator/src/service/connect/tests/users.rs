//! Users, their searches and personal queues.

use super::*;

#[test]
fn a_saml_user_has_no_password() {
    let mut bench = Bench::new();
    let id = bench.saml();
    let mut input = bench.user_input(&id, "agent1@example.com");
    input["Password"] = json!("Passw0rd-long");
    assert_eq!(bench.refused("CreateUser", input), "InvalidRequestException");
}

#[test]
fn a_saml_user_is_in_no_directory() {
    let mut bench = Bench::new();
    let id = bench.saml();
    let mut input = bench.user_input(&id, "agent1@example.com");
    input["DirectoryUserId"] = json!("S-1-5-21-1004336348-1177238915-682003330-1000");
    assert_eq!(
        bench.refused("CreateUser", input.clone()),
        "InvalidRequestException"
    );
    input.as_object_mut().unwrap().remove("DirectoryUserId");
    bench.done("CreateUser", input);
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
fn the_reserved_user_name_is_refused_however_users_sign_in() {
    let mut bench = Bench::new();
    let saml = bench.saml();
    let managed = bench.instance("managed", "CONNECT_MANAGED");
    for name in ["Administrator", "administrator", "ADMINISTRATOR"] {
        let input = bench.user_input(&saml, name);
        assert_eq!(
            bench.refused("CreateUser", input),
            "InvalidParameterException",
            "{name}"
        );
        let mut input = bench.user_input(&managed, name);
        input["Password"] = json!("Passw0rd-long");
        assert_eq!(
            bench.refused("CreateUser", input),
            "InvalidParameterException",
            "{name}"
        );
    }
    // An address that begins so is another name.
    bench.user(&saml, "administrator@example.com");
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
fn what_was_left_out_of_the_phone_may_come_back_with_defaults() {
    let mut bench = Bench::with_quirk("connect.user-phone-defaults");
    let id = bench.saml();
    bench.pass(60);
    let mut input = bench.user_input(&id, "agent1@example.com");
    input["PhoneConfig"] = json!({ "PhoneType": "SOFT_PHONE" });
    let user = bench.done("CreateUser", input)["UserId"].clone();
    let seen = bench.done("DescribeUser", json!({ "InstanceId": id, "UserId": user }));
    assert_eq!(seen["User"]["PhoneConfig"]["AutoAccept"], false);
    assert_eq!(seen["User"]["PhoneConfig"]["AfterContactWorkTimeLimit"], 0);
}

#[test]
fn a_search_by_what_no_user_has_finds_no_user() {
    let mut bench = Bench::new();
    let id = bench.saml();
    bench.user(&id, "agent1@example.com");
    let group = json!({ "Value": "arn", "HierarchyGroupMatchType": "EXACT" });
    let input = json!({ "InstanceId": id, "SearchCriteria": { "HierarchyGroupCondition": group } });
    assert_eq!(bench.done("SearchUsers", input)["ApproximateTotalCount"], 0);
    let short = json!({ "FieldName": "name", "Value": "a", "ComparisonType": "CONTAINS" });
    let input = json!({ "InstanceId": id, "SearchCriteria": { "StringCondition": short } });
    assert_eq!(bench.refused("SearchQueues", input), "InvalidParameterException");
}

#[test]
fn names_are_composed_and_second_addresses_are_addresses() {
    let mut bench = Bench::new();
    let instance = bench.saml();
    for (member, value) in [
        ("FirstName", "Zoe\u{308}"),
        ("LastName", "Mu\u{308}ller"),
        ("SecondaryEmail", "agent1@example"),
        ("SecondaryEmail", "agent one@example.com"),
        ("SecondaryEmail", "agent1@example.c"),
    ] {
        let mut input = bench.user_input(&instance, "agent1@example.com");
        input["IdentityInfo"][member] = json!(value);
        assert_eq!(
            bench.refused("CreateUser", input),
            "InvalidParameterException",
            "{value}"
        );
    }
    let mut input = bench.user_input(&instance, "agent1@example.com");
    input["IdentityInfo"] = json!({ "FirstName": "Zo\u{eb}", "LastName": "M\u{fc}ller", "SecondaryEmail": "a+1@mail.example.com" });
    bench.done("CreateUser", input);
}
