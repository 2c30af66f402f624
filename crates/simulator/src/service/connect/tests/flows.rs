//! Flows, quick connects, the hierarchy of users, and what an instance is linked to.

use super::*;

const FLOW: &str = r#"{"Version":"2019-10-30","StartAction":"a","Actions":[{"Identifier":"a","Type":"DisconnectParticipant"}]}"#;

#[test]
fn a_flow_is_a_document_that_starts_somewhere() {
    let mut bench = Bench::new();
    let id = bench.saml();
    let flow = |name: &str, content: &str, status: &str| json!({ "InstanceId": id, "Name": name, "Type": "CONTACT_FLOW", "Content": content, "Status": status });
    for content in [
        "{",
        "{}",
        r#"{"Version":"2019-10-30","StartAction":"b","Actions":[]}"#,
    ] {
        assert_eq!(
            bench.refused("CreateContactFlow", flow("Ours", content, "PUBLISHED")),
            "InvalidContactFlowException"
        );
    }
    // A draft may be anything.
    bench.done("CreateContactFlow", flow("Draft", "{}", "SAVED"));
    let made = bench.done("CreateContactFlow", flow("Ours", FLOW, "PUBLISHED"));
    assert_eq!(
        bench.refused("CreateContactFlow", flow("Ours", FLOW, "PUBLISHED")),
        "DuplicateResourceException"
    );
    let named = json!({ "InstanceId": id, "ContactFlowId": made["ContactFlowId"] });
    let seen = bench.done("DescribeContactFlow", named.clone())["ContactFlow"].clone();
    assert_eq!(
        (&seen["Content"], &seen["State"]),
        (&json!(FLOW), &json!("ACTIVE"))
    );
    bench.done("DeleteContactFlow", named);
    let default = bench.id(
        &id,
        "ListContactFlows",
        "ContactFlowSummaryList",
        "Default queue transfer",
    );
    let input = json!({ "InstanceId": id, "ContactFlowId": default });
    assert_eq!(bench.refused("DeleteContactFlow", input), "AccessDeniedException");
}

#[test]
fn flows_are_found_by_name_and_type() {
    let mut bench = Bench::new();
    let id = bench.saml();
    let flow = json!({ "InstanceId": id, "Name": "Ours", "Type": "CONTACT_FLOW", "Content": FLOW });
    bench.done("CreateContactFlow", flow);
    let named = json!({ "FieldName": "name", "Value": "Our", "ComparisonType": "STARTS_WITH" });
    let mut count = |kind: &str| {
        let criteria = json!({ "StringCondition": named, "TypeCondition": kind });
        let input = json!({ "InstanceId": id, "SearchCriteria": criteria });
        bench.done("SearchContactFlows", input)["ApproximateTotalCount"].clone()
    };
    assert_eq!(
        (count("CONTACT_FLOW"), count("CUSTOMER_HOLD")),
        (json!(1), json!(0))
    );
}

#[test]
fn queues_offer_quick_connects_until_these_go() {
    let mut bench = Bench::new();
    let id = bench.saml();
    let config =
        json!({ "QuickConnectType": "PHONE_NUMBER", "PhoneConfig": { "PhoneNumber": "+442071838750" } });
    let lacking =
        json!({ "InstanceId": id, "Name": "Duty", "QuickConnectConfig": { "QuickConnectType": "QUEUE" } });
    assert_eq!(
        bench.refused("CreateQuickConnect", lacking),
        "InvalidParameterException"
    );
    let input = json!({ "InstanceId": id, "Name": "Duty", "QuickConnectConfig": config });
    let duty = bench.done("CreateQuickConnect", input)["QuickConnectId"].clone();
    let queue = bench.id(&id, "ListQueues", "QueueSummaryList", "BasicQueue");
    let link = json!({ "InstanceId": id, "QueueId": queue, "QuickConnectIds": [duty] });
    bench.done("AssociateQueueQuickConnects", link.clone());
    bench.done("AssociateQueueQuickConnects", link);
    let of_queue = json!({ "InstanceId": id, "QueueId": queue });
    let listed = bench.done("ListQueueQuickConnects", of_queue.clone());
    assert_eq!(listed["QuickConnectSummaryList"][0]["Id"], duty);
    assert_eq!(listed["QuickConnectSummaryList"].as_array().unwrap().len(), 1);
    bench.done(
        "DeleteQuickConnect",
        json!({ "InstanceId": id, "QuickConnectId": duty }),
    );
    let listed = bench.done("ListQueueQuickConnects", of_queue);
    assert_eq!(listed["QuickConnectSummaryList"], json!([]));
}

#[test]
fn groups_stand_at_the_levels_that_the_hierarchy_has() {
    let mut bench = Bench::new();
    let id = bench.saml();
    let group = |name: &str, parent: &Value| {
        let mut input = json!({ "InstanceId": id, "Name": name });
        if parent.is_string() {
            input["ParentGroupId"] = parent.clone();
        }
        input
    };
    assert_eq!(
        bench.refused("CreateUserHierarchyGroup", group("London", &Value::Null)),
        "InvalidParameterException"
    );
    let levels = |names: &[(&str, &str)]| {
        let levels: serde_json::Map<String, Value> = names
            .iter()
            .map(|(level, name)| ((*level).to_owned(), json!({ "Name": name })))
            .collect();
        json!({ "InstanceId": id, "HierarchyStructure": levels })
    };
    assert_eq!(
        bench.refused("UpdateUserHierarchyStructure", levels(&[("LevelTwo", "Team")])),
        "InvalidRequestException"
    );
    bench.done(
        "UpdateUserHierarchyStructure",
        levels(&[("LevelOne", "Site"), ("LevelTwo", "Team")]),
    );
    let top =
        bench.done("CreateUserHierarchyGroup", group("London", &Value::Null))["HierarchyGroupId"].clone();
    let low = bench.done("CreateUserHierarchyGroup", group("Night", &top))["HierarchyGroupId"].clone();
    let named = |group: &Value| json!({ "InstanceId": id, "HierarchyGroupId": group });
    let seen = bench.done("DescribeUserHierarchyGroup", named(&low));
    let path = &seen["HierarchyGroup"]["HierarchyPath"];
    assert_eq!((&path["LevelOne"]["Id"], &path["LevelTwo"]["Id"]), (&top, &low));
    assert_eq!(
        bench.refused("UpdateUserHierarchyStructure", levels(&[("LevelOne", "Site")])),
        "ResourceInUseException"
    );
    assert_eq!(
        bench.refused("DeleteUserHierarchyGroup", named(&top)),
        "ResourceInUseException"
    );
    let below =
        json!({ "StringCondition": { "FieldName": "parentId", "Value": top, "ComparisonType": "EXACT" } });
    let found = bench.done(
        "SearchUserHierarchyGroups",
        json!({ "InstanceId": id, "SearchCriteria": below }),
    );
    assert_eq!(found["UserHierarchyGroups"][0]["Id"], low);
    assert_eq!(found["ApproximateTotalCount"], 1);
    bench.done("DeleteUserHierarchyGroup", named(&low));
    bench.done("UpdateUserHierarchyStructure", levels(&[("LevelOne", "Site")]));
}

#[test]
fn each_sort_of_data_has_one_place_of_the_right_sort() {
    let mut bench = Bench::new();
    let id = bench.saml();
    let stream = json!({ "StorageType": "KINESIS_STREAM", "KinesisStreamConfig": {
        "StreamArn": "arn:aws:kinesis:eu-west-2:123456789012:stream/records" } });
    let input = |sort: &str| json!({ "InstanceId": id, "ResourceType": sort, "StorageConfig": stream });
    assert_eq!(
        bench.refused("AssociateInstanceStorageConfig", input("CALL_RECORDINGS")),
        "InvalidParameterException"
    );
    let made = bench.done("AssociateInstanceStorageConfig", input("CONTACT_TRACE_RECORDS"));
    assert_eq!(
        bench.refused("AssociateInstanceStorageConfig", input("CONTACT_TRACE_RECORDS")),
        "ResourceConflictException"
    );
    let named = json!({
        "InstanceId": id, "ResourceType": "CONTACT_TRACE_RECORDS", "AssociationId": made["AssociationId"],
    });
    let seen = bench.done("DescribeInstanceStorageConfig", named.clone());
    assert_eq!(seen["StorageConfig"]["StorageType"], "KINESIS_STREAM");
    bench.done("DisassociateInstanceStorageConfig", named.clone());
    assert_eq!(
        bench.refused("DescribeInstanceStorageConfig", named),
        "ResourceNotFoundException"
    );
}
