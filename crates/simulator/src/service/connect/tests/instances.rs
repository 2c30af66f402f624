//! Instances, attributes, approved origins.

use super::*;

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
fn every_instance_has_a_role_of_its_own_in_iam_for_as_long_as_it_lives() {
    let mut bench = Bench::new();
    let id = bench.saml();
    let seen = bench.done("DescribeInstance", json!({ "InstanceId": id }));
    let role = seen["Instance"]["ServiceRole"].as_str().unwrap().to_owned();
    assert!(bench.world.iam.role_exists(&role));
    assert_eq!(bench.world.instances_with_role(&role).len(), 1);
    bench.done("DeleteInstance", json!({ "InstanceId": id }));
    bench.pass(61);
    assert!(!bench.world.iam.role_exists(&role));
}

#[test]
fn a_deletion_beyond_the_limit_of_creations_is_refused_either_way() {
    for (mut bench, code) in [
        (Bench::new(), "ServiceQuotaExceededException"),
        (
            Bench::with_quirk("connect.churned-deletion-is-invalid"),
            "InvalidRequestException",
        ),
    ] {
        let id = bench.saml();
        let quotas = &mut bench.world.settings.quotas;
        quotas.insert("connect.instance-churn".to_owned(), 1);
        assert_eq!(bench.refused("DeleteInstance", json!({ "InstanceId": id })), code);
        // The window is thirty days from each attempt.
        bench.pass(31 * 24 * 3600);
        bench.done("DeleteInstance", json!({ "InstanceId": id }));
    }
}

#[test]
fn a_failed_instance_may_use_up_the_quota() {
    for (mut bench, fits) in [
        (Bench::new(), true),
        (Bench::with_quirk("connect.failed-instances-count"), false),
    ] {
        bench.instance("one-bad", "SAML");
        bench.instance("two-bad", "SAML");
        let third = bench.call("CreateInstance", instance_input("three", "SAML"));
        assert_eq!(third.is_ok(), fits);
    }
}

#[test]
fn an_approved_origin_may_be_listed_late() {
    let mut bench = Bench::with_quirk("connect.lists-lag");
    let id = bench.saml();
    let input = json!({ "InstanceId": id, "Origin": "https://ccp.example.com" });
    bench.done("AssociateApprovedOrigin", input.clone());
    let listed = json!({ "InstanceId": id });
    assert_eq!(
        bench.done("ListApprovedOrigins", listed.clone())["Origins"],
        json!([])
    );
    assert_eq!(
        bench.refused("AssociateApprovedOrigin", input),
        "ResourceConflictException"
    );
    bench.pass(3);
    assert_eq!(
        bench.done("ListApprovedOrigins", listed)["Origins"],
        json!(["https://ccp.example.com"])
    );
}
