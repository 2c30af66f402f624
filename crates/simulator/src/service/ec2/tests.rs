//! Security groups, their rules, tags, endpoints, and the network that is there.

use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};

use super::*;
use crate::service::appstream::AppStream;
use crate::service::{Answer, Caller, Service};

const START: Moment = Moment(1_790_000_000_000);
const VPC: &str = "vpc-0a1b2c3d4e5f60718";
const SUBNET: &str = "subnet-0a1b2c3d4e5f60718";
const SECOND: &str = "subnet-0f9e8d7c6b5a43210";

fn call(operation: &str, input: Value, seconds: u64) -> Call {
    Call {
        operation: operation.to_owned(),
        input,
        body: Bytes::new(),
        headers: Vec::new(),
        region: "eu-west-2".to_owned(),
        caller: Caller {
            account: "123456789012".to_owned(),
            arn: "arn:aws:iam::123456789012:user/deployer".to_owned(),
            access_key: Some("AKIAEXAMPLE".to_owned()),
            permissions: None,
        },
        now: START.after(Duration::from_secs(seconds)),
        base_url: None,
    }
}

fn at(w: &mut World, seconds: u64, operation: &str, input: Value) -> Result<Value, String> {
    let call = call(operation, input, seconds);
    super::super::tick(w, call.now);
    let answer: Result<Answer, Fault> = Ec2.call(w, &call);
    answer.map(|answer| answer.output).map_err(|fault| fault.code)
}

fn ask(w: &mut World, operation: &str, input: Value) -> Result<Value, String> {
    at(w, 0, operation, input)
}

fn world() -> World {
    World::new(Settings::default(), START)
}

fn group(w: &mut World, name: &str) -> String {
    let input = json!({ "GroupName": name, "Description": "desktops", "VpcId": VPC });
    let made = ask(w, "CreateSecurityGroup", input).unwrap();
    made["GroupId"].as_str().unwrap().to_owned()
}

fn https(group: &str, block: &str) -> Value {
    json!({ "GroupId": group, "IpPermissions": [{ "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443,
                                                   "IpRanges": [{ "CidrIp": block }] }] })
}

fn rules(w: &mut World, group: &str) -> Vec<Value> {
    let input = json!({ "Filters": [{ "Name": "group-id", "Values": [group] }] });
    let found = ask(w, "DescribeSecurityGroupRules", input).unwrap();
    found["SecurityGroupRules"].as_array().unwrap().clone()
}

#[test]
fn a_group_is_born_with_a_rule_that_lets_everything_out() {
    let mut w = world();
    let id = group(&mut w, "acme");
    let born = rules(&mut w, &id);
    assert_eq!(born.len(), 1);
    assert_eq!(
        (&born[0]["IpProtocol"], &born[0]["IsEgress"]),
        (&json!("-1"), &json!(true))
    );
    assert_eq!(born[0]["CidrIpv4"], "0.0.0.0/0");
    let again = json!({ "GroupName": "acme", "Description": "x", "VpcId": VPC });
    assert_eq!(
        ask(&mut w, "CreateSecurityGroup", again).unwrap_err(),
        "InvalidGroup.Duplicate"
    );
    // A VPC with addresses of IP version 6 gives a second one.
    let place = w.ec2.places.get_mut("123456789012/eu-west-2").unwrap();
    place.network.get_mut(VPC).unwrap()["Ipv6CidrBlockAssociationSet"] =
        json!([{ "Ipv6CidrBlock": "2001:db8::/56" }]);
    let other = group(&mut w, "other");
    assert_eq!(rules(&mut w, &other)[1]["CidrIpv6"], "::/0");
}

#[test]
fn what_no_group_can_be_called_is_refused() {
    let mut w = world();
    let long = "a".repeat(256);
    for (name, description, code) in [
        ("sg-mine", "x", "InvalidParameterValue"),
        ("Default", "x", "InvalidParameterValue"),
        ("für", "x", "InvalidParameterValue"),
        ("a\"b", "x", "InvalidParameterValue"),
        (long.as_str(), "x", "InvalidParameterValue"),
        ("", "x", "MissingParameter"),
        ("acme", "<x>", "InvalidParameterValue"),
    ] {
        let input = json!({ "GroupName": name, "Description": description, "VpcId": VPC });
        assert_eq!(
            ask(&mut w, "CreateSecurityGroup", input).unwrap_err(),
            code,
            "{name}"
        );
    }
    let elsewhere = json!({ "GroupName": "a", "Description": "a", "VpcId": "vpc-00000000" });
    assert_eq!(
        ask(&mut w, "CreateSecurityGroup", elsewhere).unwrap_err(),
        "InvalidVpcID.NotFound"
    );
    let input = json!({ "GroupName": "a", "Description": "a", "VpcId": VPC, "DryRun": true });
    assert_eq!(
        ask(&mut w, "CreateSecurityGroup", input).unwrap_err(),
        "DryRunOperation"
    );
    let found = ask(&mut w, "DescribeSecurityGroups", json!({})).unwrap();
    assert_eq!(found["SecurityGroups"].as_array().unwrap().len(), 3);
}

#[test]
fn a_rule_is_there_once_in_its_plain_form() {
    let mut w = world();
    let id = group(&mut w, "acme");
    let made = ask(&mut w, "AuthorizeSecurityGroupEgress", https(&id, "192.0.2.9/24")).unwrap();
    assert_eq!(made["SecurityGroupRules"][0]["CidrIpv4"], "192.0.2.0/24");
    for same in ["192.0.2.0/24", "192.0.2.77/24"] {
        let again = ask(&mut w, "AuthorizeSecurityGroupEgress", https(&id, same));
        assert_eq!(again.unwrap_err(), "InvalidPermission.Duplicate");
    }
    // The same inbound is another rule.
    ask(
        &mut w,
        "AuthorizeSecurityGroupIngress",
        https(&id, "192.0.2.0/24"),
    )
    .unwrap();
    let shown = ask(&mut w, "DescribeSecurityGroups", json!({ "GroupIds": [id] })).unwrap();
    let shown = &shown["SecurityGroups"][0];
    assert_eq!(shown["IpPermissions"][0]["FromPort"], 443);
    assert_eq!(shown["IpPermissionsEgress"].as_array().unwrap().len(), 2);
    assert_eq!(shown["IpPermissionsEgress"][0].get("FromPort"), None);
    let gone = ask(&mut w, "RevokeSecurityGroupEgress", https(&id, "192.0.2.0/24")).unwrap();
    assert_eq!(gone["RevokedSecurityGroupRules"].as_array().unwrap().len(), 1);
    let again = ask(&mut w, "RevokeSecurityGroupEgress", https(&id, "192.0.2.0/24"));
    assert_eq!(again.unwrap_err(), "InvalidPermission.NotFound");
    // In a default VPC, EC2 does not fail: its answer lists the rules that it did not know.
    let named = json!({ "GroupName": "plain", "Description": "x" });
    let plain = ask(&mut w, "CreateSecurityGroup", named).unwrap();
    let plain = plain["GroupId"].as_str().unwrap();
    let told = ask(&mut w, "RevokeSecurityGroupEgress", https(plain, "192.0.2.0/24")).unwrap();
    assert_eq!(told["UnknownIpPermissions"][0]["FromPort"], 443);
}

#[test]
fn rules_that_make_no_sense_are_refused() {
    let mut w = world();
    let id = group(&mut w, "acme");
    let anywhere = json!([{ "CidrIp": "0.0.0.0/0" }]);
    for (permission, code) in [
        (
            json!({ "IpProtocol": "tcp", "IpRanges": anywhere }),
            "InvalidParameterValue",
        ),
        (
            json!({ "IpProtocol": "tcp", "FromPort": 9, "ToPort": 8, "IpRanges": anywhere }),
            "InvalidParameterValue",
        ),
        (
            json!({ "IpProtocol": "tcp", "FromPort": 1, "ToPort": 65536, "IpRanges": anywhere }),
            "InvalidParameterValue",
        ),
        (
            json!({ "IpProtocol": "sctp2", "IpRanges": anywhere }),
            "InvalidParameterValue",
        ),
        (
            json!({ "IpProtocol": "-1", "IpRanges": [{ "CidrIp": "300.0.0.0/8" }] }),
            "InvalidParameterValue",
        ),
        (
            json!({ "IpProtocol": "-1", "PrefixListIds": [{ "PrefixListId": "pl-00000000" }] }),
            "InvalidPrefixListID.NotFound",
        ),
        (
            json!({ "IpProtocol": "-1", "UserIdGroupPairs": [{ "GroupId": "sg-00000000" }] }),
            "InvalidGroup.NotFound",
        ),
        (json!({ "IpProtocol": "-1" }), "MissingParameter"),
        (json!({ "IpRanges": anywhere }), "MissingParameter"),
        (
            json!({ "IpProtocol": "6", "FromPort": 1, "ToPort": 1,
                 "IpRanges": [{ "CidrIp": "192.0.2.1/32" }, { "CidrIp": "192.0.2.1" }] }),
            "InvalidParameterValue",
        ),
    ] {
        let input = json!({ "GroupId": id, "IpPermissions": [permission] });
        let refused = ask(&mut w, "AuthorizeSecurityGroupEgress", input.clone());
        assert_eq!(refused.unwrap_err(), code, "{input}");
    }
    assert_eq!(rules(&mut w, &id).len(), 1);
}

#[test]
fn sixty_rules_fit_of_each_version_and_a_list_counts_as_many_as_it_may_have() {
    let mut w = world();
    let id = group(&mut w, "acme");
    for number in 0..54 {
        let block = format!("192.0.2.{number}/32");
        ask(&mut w, "AuthorizeSecurityGroupEgress", https(&id, &block)).unwrap();
    }
    let list = json!({ "GroupId": id, "IpPermissions": [{ "IpProtocol": "udp", "FromPort": 8433, "ToPort": 8433,
                        "PrefixListIds": [{ "PrefixListId": "pl-0a1b2c3d4e5f60718" }] }] });
    ask(&mut w, "AuthorizeSecurityGroupEgress", list).unwrap();
    let one_more = ask(
        &mut w,
        "AuthorizeSecurityGroupEgress",
        https(&id, "198.51.100.1/32"),
    );
    assert_eq!(one_more.unwrap_err(), "RulesPerSecurityGroupLimitExceeded");
    let six = json!({ "GroupId": id, "IpPermissions": [{ "IpProtocol": "-1",
                       "Ipv6Ranges": [{ "CidrIpv6": "2001:DB8::1/64" }] }] });
    let made = ask(&mut w, "AuthorizeSecurityGroupEgress", six).unwrap();
    assert_eq!(made["SecurityGroupRules"][0]["CidrIpv6"], "2001:db8::/64");
}

#[test]
fn a_rule_keeps_its_id_when_it_changes() {
    let mut w = world();
    let id = group(&mut w, "acme");
    let made = ask(&mut w, "AuthorizeSecurityGroupEgress", https(&id, "192.0.2.0/24")).unwrap();
    let rule = made["SecurityGroupRules"][0]["SecurityGroupRuleId"].clone();
    let change = |block: &str| {
        json!({ "GroupId": id, "SecurityGroupRules": [{ "SecurityGroupRuleId": rule, "SecurityGroupRule": {
            "IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "CidrIpv4": block, "Description": "web" } }] })
    };
    ask(&mut w, "ModifySecurityGroupRules", change("198.51.100.0/24")).unwrap();
    let now = &rules(&mut w, &id)[1];
    assert_eq!(
        (&now["SecurityGroupRuleId"], &now["Description"]),
        (&rule, &json!("web"))
    );
    assert_eq!(now["FromPort"], 80);
    let both = json!({ "GroupId": id, "SecurityGroupRuleIds": [rule] });
    ask(&mut w, "RevokeSecurityGroupEgress", both.clone()).unwrap();
    let again = ask(&mut w, "RevokeSecurityGroupEgress", both);
    assert_eq!(again.unwrap_err(), "InvalidSecurityGroupRuleId.NotFound");
}

#[test]
fn a_group_stays_while_a_fleet_a_rule_or_an_endpoint_has_it_and_some_time_longer() {
    let mut w = world();
    let (id, other) = (group(&mut w, "acme"), group(&mut w, "other"));
    let peer = json!({ "GroupId": other, "IpPermissions": [{ "IpProtocol": "-1", "UserIdGroupPairs": [{ "GroupId": id }] }] });
    ask(&mut w, "AuthorizeSecurityGroupIngress", peer.clone()).unwrap();
    let delete = json!({ "GroupId": id });
    let refused = |w: &mut World, seconds| at(w, seconds, "DeleteSecurityGroup", delete.clone());
    assert_eq!(refused(&mut w, 0).unwrap_err(), "DependencyViolation");
    ask(&mut w, "RevokeSecurityGroupIngress", peer).unwrap();
    let builder = json!({
        "Name": "desk", "InstanceType": "stream.standard.medium", "ImageName": "AppStream-WinServer2022-05-12-2026",
        "VpcConfig": { "SubnetIds": [SUBNET], "SecurityGroupIds": [id] },
    });
    AppStream
        .call(&mut w, &call("CreateImageBuilder", builder, 0))
        .unwrap();
    assert_eq!(refused(&mut w, 10).unwrap_err(), "DependencyViolation");
    let held = json!({ "Filters": [{ "Name": "group-id", "Values": [id] }] });
    let held = at(&mut w, 10, "DescribeNetworkInterfaces", held).unwrap();
    assert_eq!(held["NetworkInterfaces"][0]["SubnetId"], SUBNET);
    let place = w.appstream.places.get_mut("123456789012/eu-west-2").unwrap();
    place.builders.clear();
    assert_eq!(refused(&mut w, 100).unwrap_err(), "DependencyViolation");
    assert_eq!(refused(&mut w, 131).unwrap()["GroupId"], id.as_str());
    let gone = at(&mut w, 131, "DescribeSecurityGroups", json!({ "GroupIds": [id] }));
    assert_eq!(gone.unwrap_err(), "InvalidGroup.NotFound");
    let named = json!({ "GroupName": "default" });
    assert_eq!(
        ask(&mut w, "DeleteSecurityGroup", named).unwrap_err(),
        "CannotDelete"
    );
}

#[test]
fn tags_are_given_found_and_taken_away() {
    let mut w = world();
    let tags = json!([{ "ResourceType": "security-group", "Tags": [{ "Key": "team", "Value": "a" }] }]);
    let input = json!({ "GroupName": "acme", "Description": "x", "VpcId": VPC, "TagSpecifications": tags });
    let id = ask(&mut w, "CreateSecurityGroup", input).unwrap()["GroupId"].clone();
    let more = json!({ "Resources": [id], "Tags": [{ "Key": "stage", "Value": "" }, { "Key": "team", "Value": "b" }] });
    ask(&mut w, "CreateTags", more).unwrap();
    let by_tag = |value: &str| json!({ "Filters": [{ "Name": "tag:team", "Values": [value] }] });
    assert_eq!(
        ask(&mut w, "DescribeSecurityGroups", by_tag("?")).unwrap()["SecurityGroups"][0]["GroupId"],
        id
    );
    assert_eq!(
        ask(&mut w, "DescribeSecurityGroups", by_tag("a")).unwrap()["SecurityGroups"],
        json!([])
    );
    // With another value a tag stays.
    for (tag, left) in [
        (json!({ "Key": "team", "Value": "a" }), 2),
        (json!({ "Key": "stage", "Value": "" }), 1),
        (json!({ "Key": "team" }), 0),
    ] {
        ask(&mut w, "DeleteTags", json!({ "Resources": [id], "Tags": [tag] })).unwrap();
        let found = ask(&mut w, "DescribeTags", json!({})).unwrap();
        assert_eq!(found["Tags"].as_array().unwrap().len(), left);
    }
    let reserved = json!({ "Resources": [id], "Tags": [{ "Key": "aws:x", "Value": "" }] });
    assert_eq!(
        ask(&mut w, "CreateTags", reserved).unwrap_err(),
        "InvalidParameterValue"
    );
    for (resource, code) in [("sg-00000000", "InvalidGroup.NotFound"), ("thing", "InvalidID")] {
        let input = json!({ "Resources": [resource], "Tags": [{ "Key": "a", "Value": "" }] });
        assert_eq!(ask(&mut w, "CreateTags", input).unwrap_err(), code);
    }
}

#[test]
fn the_network_of_the_platform_team_is_described() {
    let mut w = world();
    let subnets = ask(
        &mut w,
        "DescribeSubnets",
        json!({ "SubnetIds": [SUBNET, SECOND] }),
    )
    .unwrap();
    let zones: Vec<&str> = (0..2)
        .map(|at| subnets["Subnets"][at]["AvailabilityZone"].as_str().unwrap())
        .collect();
    assert_eq!(zones, ["eu-west-2a", "eu-west-2b"]);
    assert_eq!(subnets["Subnets"][0]["AvailabilityZoneId"], "euw2-az1");
    let main = json!({ "Filters": [{ "Name": "vpc-id", "Values": [VPC] }, { "Name": "association.main", "Values": ["true"] }] });
    let tables = ask(&mut w, "DescribeRouteTables", main).unwrap();
    assert_eq!(
        tables["RouteTables"][0]["Routes"][1]["NatGatewayId"],
        "nat-0a1b2c3d4e5f60718"
    );
    let on = ask(
        &mut w,
        "DescribeVpcAttribute",
        json!({ "VpcId": VPC, "Attribute": "enableDnsSupport" }),
    )
    .unwrap();
    assert_eq!(on["EnableDnsSupport"]["Value"], true);
    let wrong = json!({ "Filters": [{ "Name": "colour", "Values": ["red"] }] });
    assert_eq!(
        ask(&mut w, "DescribeVpcs", wrong).unwrap_err(),
        "InvalidParameterValue"
    );
    let absent = ask(
        &mut w,
        "DescribeSubnets",
        json!({ "SubnetIds": ["subnet-00000000"] }),
    );
    assert_eq!(absent.unwrap_err(), "InvalidSubnetID.NotFound");
    let zones = ask(&mut w, "DescribeAvailabilityZones", json!({})).unwrap();
    assert_eq!(zones["AvailabilityZones"].as_array().unwrap().len(), 3);
}

#[test]
fn an_endpoint_comes_and_goes_in_its_time() {
    let mut w = world();
    let input = |subnets: &[&str]| {
        json!({ "VpcId": VPC, "ServiceName": "com.amazonaws.eu-west-2.appstream.streaming",
                "VpcEndpointType": "Interface", "SubnetIds": subnets, "ClientToken": "once" })
    };
    let made = ask(&mut w, "CreateVpcEndpoint", input(&[SUBNET, SECOND])).unwrap();
    let id = made["VpcEndpoint"]["VpcEndpointId"].clone();
    assert_eq!(made["VpcEndpoint"]["State"], "pending");
    let again = ask(&mut w, "CreateVpcEndpoint", input(&[SUBNET, SECOND])).unwrap();
    assert_eq!(again["VpcEndpoint"]["VpcEndpointId"], id);
    let mut private = input(&[SUBNET]);
    private["ClientToken"] = "twice".into();
    assert_eq!(
        ask(&mut w, "CreateVpcEndpoint", private).unwrap_err(),
        "InvalidParameter"
    );
    let state = |w: &mut World, seconds| {
        let by_id = json!({ "Filters": [{ "Name": "vpc-endpoint-id", "Values": [id] }] });
        let all = at(w, seconds, "DescribeVpcEndpoints", by_id).unwrap();
        all["VpcEndpoints"][0]["State"].clone()
    };
    assert_eq!(state(&mut w, 91), "available");
    let change = json!({ "VpcEndpointId": id, "RemoveSubnetIds": [SECOND], "PrivateDnsEnabled": false });
    at(&mut w, 92, "ModifyVpcEndpoint", change).unwrap();
    let delete = json!({ "VpcEndpointIds": [id, "vpce-00000000"] });
    let deleted = at(&mut w, 100, "DeleteVpcEndpoints", delete).unwrap();
    assert_eq!(
        deleted["Unsuccessful"][0]["Error"]["Code"],
        "InvalidVpcEndpoint.NotFound"
    );
    assert_eq!(state(&mut w, 101), "deleting");
    assert_eq!(state(&mut w, 191), Value::Null);
    let unknown =
        json!({ "VpcId": VPC, "ServiceName": "com.amazonaws.eu-west-2.x", "VpcEndpointType": "Interface" });
    assert_eq!(
        ask(&mut w, "CreateVpcEndpoint", unknown).unwrap_err(),
        "InvalidServiceName"
    );
}
