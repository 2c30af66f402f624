//! Who gets into an instance, and by which role.

use super::*;
use crate::service::iam::Iam;
use crate::service::sts::Sts;
use crate::service::{Answer, Service};

const DEPLOYER: &str = "arn:aws:iam::123456789012:user/deployer";

fn by(
    bench: &mut Bench,
    service: &dyn Service,
    arn: &str,
    key: &str,
    operation: &str,
    input: Value,
) -> Result<Value, Fault> {
    let call = Call {
        operation: operation.to_owned(),
        input,
        body: Default::default(),
        headers: Vec::new(),
        region: REGION.to_owned(),
        caller: Caller {
            account: "123456789012".to_owned(),
            arn: arn.to_owned(),
            access_key: Some(key.to_owned()),
            permissions: None,
        },
        now: bench.now,
        base_url: None,
    };
    service
        .call(&mut bench.world, &call)
        .map(|Answer { output, .. }| output)
}

fn deployer(bench: &mut Bench, service: &dyn Service, operation: &str, input: Value) -> Value {
    by(bench, service, DEPLOYER, "AKIAIOSFODNN7EXAMPLE", operation, input).unwrap()
}

/// A role that the account may take, with this policy.
fn role(bench: &mut Bench, name: &str, policy: &Value) {
    let trust = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::123456789012:root" }, "Action": "sts:AssumeRole",
        }],
    });
    let input = json!({ "RoleName": name, "AssumeRolePolicyDocument": trust.to_string() });
    deployer(bench, &Iam, "CreateRole", input);
    let input = json!({ "RoleName": name, "PolicyName": "federation", "PolicyDocument": policy.to_string() });
    deployer(bench, &Iam, "PutRolePolicy", input);
    bench.pass(60);
}

/// What an agent gets who takes the role under this name.
fn federate(bench: &mut Bench, role: &str, name: &str, id: &str) -> Result<Value, Fault> {
    let input =
        json!({ "RoleArn": format!("arn:aws:iam::123456789012:role/{role}"), "RoleSessionName": name });
    let session = deployer(bench, &Sts, "AssumeRole", input);
    let key = session["Credentials"]["AccessKeyId"].as_str().unwrap().to_owned();
    let arn = session["AssumedRoleUser"]["Arn"].as_str().unwrap().to_owned();
    by(
        bench,
        &Connect,
        &arn,
        &key,
        "GetFederationToken",
        json!({ "InstanceId": id }),
    )
}

fn allow(resource: &str) -> Value {
    json!({
        "Version": "2012-10-17",
        "Statement": [{ "Effect": "Allow", "Action": "connect:GetFederationToken", "Resource": resource }],
    })
}

#[test]
fn an_agent_gets_in_as_the_user_of_the_sessions_name() {
    let mut bench = Bench::new();
    let id = bench.saml();
    let input = bench.user_input(&id, "agent1@example.com");
    let user = bench.done("CreateUser", input);
    // The documented policy: each session may be its own user, and no other.
    let arn = format!("arn:aws:connect:{REGION}:123456789012:instance/{id}/user/${{aws:userid}}");
    role(&mut bench, "agents", &allow(&arn));
    let token = federate(&mut bench, "agents", "agent1@example.com", &id).unwrap();
    assert_eq!(token["UserId"], user["UserId"]);
    assert!(
        token["SignInUrl"]
            .as_str()
            .unwrap()
            .ends_with(".my.connect.aws/auth/sign-in")
    );
    assert!(token["Credentials"]["AccessToken"].is_string());
    for unknown in ["Agent1@example.com", "agent2@example.com"] {
        let refused = federate(&mut bench, "agents", unknown, &id).unwrap_err();
        assert_eq!(refused.code, "UserNotFoundException", "{unknown}");
    }
}

#[test]
fn a_role_without_the_permission_lets_no_agent_in() {
    let mut bench = Bench::new();
    let id = bench.saml();
    let input = bench.user_input(&id, "agent1@example.com");
    bench.done("CreateUser", input);
    let other_instance = format!("arn:aws:connect:{REGION}:123456789012:instance/other/user/${{aws:userid}}");
    role(&mut bench, "other", &allow(&other_instance));
    let refused = federate(&mut bench, "other", "agent1@example.com", &id).unwrap_err();
    assert_eq!(refused.code, "AccessDeniedException");
    // The other documented form names the instance in a condition.
    let mut conditional = allow("*");
    conditional["Statement"][0]["Condition"] = json!({ "StringEquals": { "connect:InstanceId": [id] } });
    role(&mut bench, "conditional", &conditional);
    federate(&mut bench, "conditional", "agent1@example.com", &id).unwrap();
}

#[test]
fn a_user_who_signed_in_by_one_role_does_not_by_another() {
    let mut bench = Bench::new();
    let id = bench.saml();
    let input = bench.user_input(&id, "agent1@example.com");
    bench.done("CreateUser", input);
    role(&mut bench, "first", &allow("*"));
    role(&mut bench, "second", &allow("*"));
    federate(&mut bench, "first", "agent1@example.com", &id).unwrap();
    federate(&mut bench, "first", "agent1@example.com", &id).unwrap();
    let refused = federate(&mut bench, "second", "agent1@example.com", &id).unwrap_err();
    assert_eq!(refused.code, "DuplicateResourceException");
}

#[test]
fn an_instance_without_saml_federates_no_one() {
    let mut bench = Bench::new();
    let id = bench.instance("managed", "CONNECT_MANAGED");
    role(&mut bench, "agents", &allow("*"));
    let refused = federate(&mut bench, "agents", "agent1", &id).unwrap_err();
    assert_eq!(refused.code, "InvalidRequestException");
}
