//! Phone numbers: what is searched, claimed, listed and released, and what becomes of them with their instance.

use super::*;

fn arn(bench: &mut Bench, id: &str) -> String {
    let seen = bench.done("DescribeInstance", json!({ "InstanceId": id }));
    seen["Instance"]["Arn"].as_str().unwrap().to_owned()
}

fn offered(bench: &mut Bench, arn: &str) -> Vec<String> {
    let input = json!({ "TargetArn": arn, "PhoneNumberCountryCode": "GB", "PhoneNumberType": "DID" });
    let found = bench.all("SearchAvailablePhoneNumbers", input, "AvailableNumbersList");
    let text = |one: Value| one["PhoneNumber"].as_str().unwrap().to_owned();
    found.into_iter().map(text).collect()
}

fn claim(bench: &mut Bench, arn: &str, number: &str) -> String {
    let made = bench.done(
        "ClaimPhoneNumber",
        json!({ "TargetArn": arn, "PhoneNumber": number }),
    );
    made["PhoneNumberId"].as_str().unwrap().to_owned()
}

fn claimed(bench: &mut Bench, arn: &str) -> Vec<Value> {
    let input = json!({ "TargetArn": arn });
    bench.all("ListPhoneNumbersV2", input, "ListPhoneNumbersSummaryList")
}

#[test]
fn a_number_is_claimed_listed_released_and_not_available_for_half_a_year() {
    let mut bench = Bench::new();
    let id = bench.saml();
    let target = arn(&mut bench, &id);
    let number = offered(&mut bench, &target).remove(0);
    let claimed_id = claim(&mut bench, &target, &number);
    let status = |bench: &mut Bench| {
        let seen = bench.done("DescribePhoneNumber", json!({ "PhoneNumberId": claimed_id }));
        seen["ClaimedPhoneNumberSummary"]["PhoneNumberStatus"]["Status"].clone()
    };
    assert_eq!(status(&mut bench), "IN_PROGRESS");
    assert!(claimed(&mut bench, &target).is_empty());
    bench.pass(10);
    assert_eq!(status(&mut bench), "CLAIMED");
    let listed = claimed(&mut bench, &target);
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0]["PhoneNumber"], json!(number));
    assert_eq!(listed[0]["InstanceId"], json!(id));
    assert!(!offered(&mut bench, &target).contains(&number));
    let again = json!({ "InstanceId": id, "PhoneNumber": number });
    assert_eq!(
        bench.refused("ClaimPhoneNumber", again),
        "ResourceNotFoundException"
    );
    // By ARN it can be tagged, like everything.
    let tagged = json!({ "resourceArn": listed[0]["PhoneNumberArn"], "tags": { "team": "support" } });
    bench.done("TagResource", tagged);

    bench.done("ReleasePhoneNumber", json!({ "PhoneNumberId": claimed_id }));
    assert!(claimed(&mut bench, &target).is_empty());
    assert!(!offered(&mut bench, &target).contains(&number));
    assert_eq!(
        bench.refused("ReleasePhoneNumber", json!({ "PhoneNumberId": claimed_id })),
        "ResourceNotFoundException"
    );
    bench.pass(181 * 24 * 3600);
    assert!(offered(&mut bench, &target).contains(&number));
}

#[test]
fn a_claim_beyond_the_quota_is_taken_and_fails() {
    let mut bench = Bench::new();
    let id = bench.saml();
    let target = arn(&mut bench, &id);
    for number in offered(&mut bench, &target).into_iter().take(6) {
        claim(&mut bench, &target, &number);
    }
    bench.pass(10);
    assert_eq!(claimed(&mut bench, &target).len(), 5);
    let failed = bench
        .world
        .connect
        .numbers
        .values()
        .find(|one| one.arn().contains("phone-number/") && !claimed_ids(&bench).contains(&one.arn()))
        .map(phone::Number::arn)
        .unwrap();
    let seen = bench.done("DescribePhoneNumber", json!({ "PhoneNumberId": failed }));
    let status = &seen["ClaimedPhoneNumberSummary"]["PhoneNumberStatus"];
    assert_eq!(status["Status"], "FAILED");
    assert!(status["Message"].is_string());
    // It may be tried again for a day; then it is available again.
    bench.pass(25 * 3600);
    assert_eq!(bench.world.connect.numbers.len(), 5);
}

fn claimed_ids(bench: &Bench) -> Vec<String> {
    let mut copy = Bench {
        world: bench.world.clone(),
        now: bench.now,
    };
    let listed = copy.all("ListPhoneNumbersV2", json!({}), "ListPhoneNumbersSummaryList");
    let text = |one: Value| one["PhoneNumberArn"].as_str().unwrap().to_owned();
    listed.into_iter().map(text).collect()
}

#[test]
fn numbers_go_with_their_instance_or_keep_it() {
    for (mut bench, holds) in [
        (Bench::new(), false),
        (Bench::with_quirk("connect.numbers-hold-instance"), true),
    ] {
        let id = bench.saml();
        let target = arn(&mut bench, &id);
        let number = offered(&mut bench, &target).remove(0);
        let claimed_id = claim(&mut bench, &target, &number);
        bench.pass(10);
        let delete = json!({ "InstanceId": id });
        if holds {
            assert_eq!(
                bench.refused("DeleteInstance", delete.clone()),
                "InvalidRequestException"
            );
            bench.done("ReleasePhoneNumber", json!({ "PhoneNumberId": claimed_id }));
        }
        bench.done("DeleteInstance", delete);
        bench.pass(61);
        let everywhere = bench.all("ListPhoneNumbersV2", json!({}), "ListPhoneNumbersSummaryList");
        assert!(everywhere.is_empty());
        let next = bench.instance("acme-next", "SAML");
        let target = arn(&mut bench, &next);
        assert!(!offered(&mut bench, &target).contains(&number));
    }
}

#[test]
fn numbers_are_of_one_instance_and_one_account_s_region() {
    let mut bench = Bench::new();
    let id = bench.saml();
    let target = arn(&mut bench, &id);
    let number = offered(&mut bench, &target).remove(0);
    claim(&mut bench, &target, &number);
    bench.pass(10);
    let other_instance = bench
        .call_in("us-east-1", "ListPhoneNumbersV2", json!({}))
        .unwrap();
    assert_eq!(other_instance["ListPhoneNumbersSummaryList"], json!([]));
    for input in [
        json!({ "TargetArn": format!("{target}0") }),
        json!({ "InstanceId": "11111111-2222-4333-8444-555555555555" }),
    ] {
        assert_eq!(
            bench.refused("ListPhoneNumbersV2", input),
            "ResourceNotFoundException"
        );
    }
    let both = json!({ "TargetArn": target, "InstanceId": id });
    assert_eq!(
        bench.refused("ListPhoneNumbersV2", both),
        "InvalidParameterException"
    );
    let none = json!({ "PhoneNumber": number });
    assert_eq!(
        bench.refused("ClaimPhoneNumber", none),
        "InvalidParameterException"
    );
    let german = json!({ "TargetArn": target, "PhoneNumberCountryCodes": ["DE"] });
    let german = bench.all("ListPhoneNumbersV2", german, "ListPhoneNumbersSummaryList");
    assert!(german.is_empty());
    let token = "claim-1";
    let other = offered(&mut bench, &target).remove(0);
    let input = json!({ "TargetArn": target, "PhoneNumber": other, "ClientToken": token });
    let first = bench.done("ClaimPhoneNumber", input.clone());
    assert_eq!(bench.done("ClaimPhoneNumber", input), first);
    let third = offered(&mut bench, &target).remove(0);
    let input = json!({ "TargetArn": target, "PhoneNumber": third, "ClientToken": token });
    assert_eq!(bench.refused("ClaimPhoneNumber", input), "IdempotencyException");
}
