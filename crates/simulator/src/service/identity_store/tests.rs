use super::*;
use crate::clock::Moment;
use crate::service::{Caller, Service};
use crate::world::Settings;

fn call_as(
    world: &mut World,
    account: &str,
    region: &str,
    operation: &str,
    input: Value,
) -> Result<Value, Fault> {
    let call = Call {
        operation: operation.to_owned(),
        input,
        body: Default::default(),
        headers: Vec::new(),
        region: region.to_owned(),
        caller: Caller {
            account: account.to_owned(),
            arn: format!("arn:aws:iam::{account}:user/tester"),
            access_key: None,
            permissions: None,
        },
        now: Moment(1_750_000_000_000),
        base_url: None,
    };
    IdentityStore.call(world, &call).map(|answer| answer.output)
}

fn call(world: &mut World, operation: &str, mut input: Value) -> Result<Value, Fault> {
    input["IdentityStoreId"] = json!(IDENTITY_STORE_ID);
    call_as(world, "123456789012", "us-east-1", operation, input)
}

fn world() -> World {
    World::new(Settings::default(), Moment(1_750_000_000_000))
}

fn by(path: &str, value: &str) -> Value {
    json!({ "AlternateIdentifier": { "UniqueAttribute": { "AttributePath": path, "AttributeValue": value } } })
}

#[test]
fn people_are_found_by_name_and_by_address() {
    let mut world = world();
    let name = call(&mut world, "GetUserId", by("userName", "agent1@example.com")).unwrap();
    let address = call(&mut world, "GetUserId", by("emails.value", "agent1@example.com")).unwrap();
    assert_eq!(name, address);
    let seen = call(&mut world, "DescribeUser", json!({ "UserId": name["UserId"] })).unwrap();
    assert_eq!(seen["UserName"], "agent1@example.com");
    let group = call(&mut world, "GetGroupId", by("displayName", "agents")).unwrap();
    let members = call(
        &mut world,
        "ListGroupMemberships",
        json!({ "GroupId": group["GroupId"] }),
    );
    assert_eq!(members.unwrap()["GroupMemberships"].as_array().unwrap().len(), 2);
    let unknown = call(&mut world, "GetGroupId", by("displayName", "absent")).unwrap_err();
    assert_eq!(unknown.code, "ResourceNotFoundException");
    let path = call(&mut world, "GetUserId", by("title", "x")).unwrap_err();
    assert_eq!(path.code, "ValidationException");
}

#[test]
fn one_address_is_not_primary() {
    let mut world = world();
    let users = call(&mut world, "ListUsers", json!({})).unwrap();
    let users = users["Users"].as_array().unwrap().clone();
    let secondary: Vec<&Value> = users
        .iter()
        .filter(|user| user["Emails"][0]["Primary"] == false)
        .collect();
    assert_eq!(secondary.len(), 1);
    assert_eq!(secondary[0]["UserName"], "agent3@example.com");
}

#[test]
fn duplicate_users_and_groups_are_refused() {
    let mut world = world();
    let user = json!({
        "UserName": "AGENT1@example.com", "DisplayName": "A", "Name": { "GivenName": "A", "FamilyName": "B" },
    });
    let refused = call(&mut world, "CreateUser", user.clone()).unwrap_err();
    assert_eq!(refused.code, "ConflictException");
    let refused = call(&mut world, "CreateGroup", json!({ "DisplayName": "agents" })).unwrap_err();
    assert_eq!(refused.code, "ConflictException");
    let mut other = user;
    other["UserName"] = json!("new@example.com");
    other["Emails"] = json!([{ "Value": "agent2@example.com", "Primary": true }]);
    assert_eq!(
        call(&mut world, "CreateUser", other).unwrap_err().code,
        "ConflictException"
    );
}

#[test]
fn members_come_and_go() {
    let mut world = world();
    let made = call(&mut world, "CreateGroup", json!({ "DisplayName": "night-shift" })).unwrap();
    let user = call(&mut world, "GetUserId", by("userName", "agent3@example.com")).unwrap();
    let pair = json!({ "GroupId": made["GroupId"], "MemberId": { "UserId": user["UserId"] } });
    let membership = call(&mut world, "CreateGroupMembership", pair.clone()).unwrap();
    assert_eq!(
        call(&mut world, "CreateGroupMembership", pair.clone())
            .unwrap_err()
            .code,
        "ConflictException"
    );
    let asked = json!({ "MemberId": { "UserId": user["UserId"] }, "GroupIds": [made["GroupId"]] });
    let seen = call(&mut world, "IsMemberInGroups", asked).unwrap();
    assert_eq!(seen["Results"][0]["MembershipExists"], true);
    call(
        &mut world,
        "DeleteGroupMembership",
        json!({ "MembershipId": membership["MembershipId"] }),
    )
    .unwrap();
    let gone = call(&mut world, "GetGroupMembershipId", pair).unwrap_err();
    assert_eq!(gone.code, "ResourceNotFoundException");
}

#[test]
fn another_account_or_region_sees_nothing() {
    let mut world = world();
    let input = json!({ "IdentityStoreId": IDENTITY_STORE_ID });
    let other_region = call_as(
        &mut world,
        "123456789012",
        "eu-west-2",
        "ListUsers",
        input.clone(),
    );
    assert_eq!(other_region.unwrap_err().code, "ResourceNotFoundException");
    let foreign = call_as(&mut world, "444455556666", "us-east-1", "ListUsers", input);
    assert_eq!(foreign.unwrap_err().code, "AccessDeniedException");
}

#[test]
fn the_instance_arn_is_no_identity_store() {
    let mut world = world();
    let input = json!({ "IdentityStoreId": "ssoins-7223f0a1b2c3d4e5" });
    let refused = call_as(&mut world, "123456789012", "us-east-1", "ListUsers", input);
    assert_eq!(refused.unwrap_err().code, "ResourceNotFoundException");
}

#[test]
fn users_and_groups_are_made_listed_and_deleted() {
    let mut world = world();
    let user = json!({
        "UserName": "new@example.com", "DisplayName": "New Agent",
        "Name": { "GivenName": "New", "FamilyName": "Agent" },
        "Emails": [{ "Value": "new@example.com", "Type": "work", "Primary": true }],
    });
    let mut nameless = user.clone();
    nameless["Name"] = json!({ "GivenName": "New" });
    let refused = call(&mut world, "CreateUser", nameless).unwrap_err();
    assert_eq!(refused.code, "ValidationException");
    let made = call(&mut world, "CreateUser", user).unwrap();
    let filter = json!({ "Filters": [{ "AttributePath": "UserName", "AttributeValue": "new@example.com" }] });
    let found = call(&mut world, "ListUsers", filter.clone()).unwrap();
    assert_eq!(found["Users"][0]["UserId"], made["UserId"]);
    let group = call(
        &mut world,
        "CreateGroup",
        json!({ "DisplayName": "new", "Description": "d" }),
    )
    .unwrap();
    let group = json!({ "GroupId": group["GroupId"] });
    assert_eq!(
        call(&mut world, "DescribeGroup", group.clone()).unwrap()["Description"],
        "d"
    );
    let pair = json!({ "GroupId": group["GroupId"], "MemberId": { "UserId": made["UserId"] } });
    let membership = call(&mut world, "CreateGroupMembership", pair.clone()).unwrap();
    assert_eq!(
        call(&mut world, "GetGroupMembershipId", pair.clone()).unwrap()["MembershipId"],
        membership["MembershipId"]
    );
    let held = json!({ "MemberId": pair["MemberId"] });
    let held = call(&mut world, "ListGroupMembershipsForMember", held).unwrap();
    assert_eq!(held["GroupMemberships"].as_array().unwrap().len(), 1);
    let named = json!({ "MembershipId": membership["MembershipId"] });
    assert_eq!(
        call(&mut world, "DescribeGroupMembership", named.clone()).unwrap()["GroupId"],
        group["GroupId"]
    );
    call(&mut world, "DeleteGroup", group.clone()).unwrap();
    // A membership goes with its group.
    let gone = call(&mut world, "DescribeGroupMembership", named).unwrap_err();
    assert_eq!(gone.code, "ResourceNotFoundException");
    call(&mut world, "DeleteUser", json!({ "UserId": made["UserId"] })).unwrap();
    assert_eq!(call(&mut world, "ListUsers", filter).unwrap()["Users"], json!([]));
    let by_name = json!({ "Filters": [{ "AttributePath": "DisplayName", "AttributeValue": "agents" }] });
    let groups = call(&mut world, "ListGroups", by_name).unwrap();
    assert_eq!(groups["Groups"].as_array().unwrap().len(), 1);
    let reserved = call(
        &mut world,
        "CreateGroup",
        json!({ "DisplayName": "Administrator" }),
    )
    .unwrap_err();
    assert_eq!(reserved.code, "ValidationException");
}

#[test]
fn updates_name_attributes_as_the_directory_writes_them() {
    let mut world = world();
    let group = call(&mut world, "GetGroupId", by("displayName", "agents")).unwrap()["GroupId"].clone();
    let change = |path: &str, value: Value| json!([{ "AttributePath": path, "AttributeValue": value }]);
    let input = json!({ "GroupId": group, "Operations": change("description", json!("First line")) });
    call(&mut world, "UpdateGroup", input).unwrap();
    let seen = call(&mut world, "DescribeGroup", json!({ "GroupId": group })).unwrap();
    assert_eq!(seen["Description"], "First line");
    let taken = json!({ "GroupId": group, "Operations": change("displayName", json!("Supervisors")) });
    assert_eq!(
        call(&mut world, "UpdateGroup", taken).unwrap_err().code,
        "ConflictException"
    );
    let user = call(&mut world, "GetUserId", by("userName", "agent1@example.com")).unwrap()["UserId"].clone();
    let input = json!({ "UserId": user, "Operations": [
        { "AttributePath": "name.familyName", "AttributeValue": "Two" },
        { "AttributePath": "emails", "AttributeValue": [{ "value": "new@example.com", "primary": true }] },
        { "AttributePath": "title", "AttributeValue": "Agent" },
    ] });
    call(&mut world, "UpdateUser", input).unwrap();
    let seen = call(&mut world, "DescribeUser", json!({ "UserId": user })).unwrap();
    assert_eq!(seen["Name"], json!({ "GivenName": "Agent", "FamilyName": "Two" }));
    assert_eq!(
        seen["Emails"],
        json!([{ "Value": "new@example.com", "Primary": true }])
    );
    let input = json!({ "UserId": user, "Operations": [{ "AttributePath": "title" }] });
    call(&mut world, "UpdateUser", input).unwrap();
    let seen = call(&mut world, "DescribeUser", json!({ "UserId": user })).unwrap();
    assert_eq!(seen.get("Title"), None);
    let misshapen = json!({ "UserId": user, "Operations": change("displayName", json!({})) });
    assert_eq!(
        call(&mut world, "UpdateUser", misshapen).unwrap_err().code,
        "ValidationException"
    );
    let odd = json!({ "UserId": user, "Operations": change("shoeSize", json!("44")) });
    assert_eq!(
        call(&mut world, "UpdateUser", odd).unwrap_err().code,
        "ValidationException"
    );
}
