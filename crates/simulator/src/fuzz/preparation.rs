//! What every fuzzed world begins with: one of each thing, so that chance has something to act upon.

use serde_json::Value;

use super::generator::InputGenerator;

/// One request of the preparation, or a wait.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    /// Service, operation, input. A text `$key` stands for what was last learnt under that key.
    Call(&'static str, &'static str, &'static str),
    /// Seconds that pass.
    Wait(u64),
}

use Step::{Call, Wait};

/// One of each thing.
pub(super) const STEPS: &[Step] = &[
    Call(
        "iam",
        "CreateSAMLProvider",
        r#"{"Name":"agents","SAMLMetadataDocument":"$metadata"}"#,
    ),
    Call(
        "iam",
        "CreateRole",
        r#"{"RoleName":"agents","AssumeRolePolicyDocument":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::123456789012:root\"},\"Action\":\"sts:AssumeRole\"}]}"}"#,
    ),
    Call(
        "iam",
        "CreatePolicy",
        r#"{"PolicyName":"agents","PolicyDocument":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\",\"Resource\":\"*\"}]}"}"#,
    ),
    Call(
        "iam",
        "PutRolePolicy",
        r#"{"RoleName":"agents","PolicyName":"agents","PolicyDocument":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\",\"Resource\":\"*\"}]}"}"#,
    ),
    Call(
        "iam",
        "CreateInstanceProfile",
        r#"{"InstanceProfileName":"agents"}"#,
    ),
    Call(
        "s3",
        "CreateBucket",
        r#"{"Bucket":"acme-ccp","ObjectOwnership":"BucketOwnerPreferred","CreateBucketConfiguration":{"LocationConstraint":"eu-west-1"}}"#,
    ),
    Call("s3", "PutObject", r#"{"Bucket":"acme-ccp","Key":"page.html"}"#),
    Call(
        "s3",
        "CreateMultipartUpload",
        r#"{"Bucket":"acme-ccp","Key":"page.html"}"#,
    ),
    Call(
        "connect",
        "CreateInstance",
        r#"{"InstanceAlias":"acme","IdentityManagementType":"SAML","InboundCallsEnabled":true,"OutboundCallsEnabled":true}"#,
    ),
    Call(
        "appstream",
        "CreateFleet",
        r#"{"Name":"agents","InstanceType":"stream.standard.medium","ImageName":"AppStream-WinServer2022-05-12-2026","FleetType":"ON_DEMAND","ComputeCapacity":{"DesiredInstances":1},"VpcConfig":{"SubnetIds":["subnet-0a1b2c3d4e5f60718"],"SecurityGroupIds":["sg-0a1b2c3d4e5f60718"]}}"#,
    ),
    Call("appstream", "CreateStack", r#"{"Name":"agents"}"#),
    Call(
        "appstream",
        "AssociateFleet",
        r#"{"FleetName":"agents","StackName":"agents"}"#,
    ),
    Call(
        "appstream",
        "CreateImageBuilder",
        r#"{"Name":"desktop","InstanceType":"stream.standard.medium","ImageName":"AppStream-WinServer2022-05-12-2026","VpcConfig":{"SubnetIds":["subnet-0a1b2c3d4e5f60718"],"SecurityGroupIds":["sg-0a1b2c3d4e5f60718"]}}"#,
    ),
    Call("sso-admin", "ListInstances", "{}"),
    Call(
        "identitystore",
        "ListUsers",
        r#"{"IdentityStoreId":"d-9067f1c2a3"}"#,
    ),
    Call(
        "identitystore",
        "ListGroups",
        r#"{"IdentityStoreId":"d-9067f1c2a3"}"#,
    ),
    Call(
        "sso-admin",
        "CreateApplication",
        r#"{"Name":"agents","InstanceArn":"$instancearn","ApplicationProviderArn":"arn:aws:sso::aws:applicationProvider/custom"}"#,
    ),
    Call(
        "secretsmanager",
        "CreateSecret",
        r#"{"Name":"agents","SecretString":"agents","ClientRequestToken":"0a1b2c3d-4e5f-4071-8829-3a4b5c6d7e8f"}"#,
    ),
    Call(
        "ssm",
        "PutParameter",
        r#"{"Name":"agents","Value":"agents","Type":"SecureString"}"#,
    ),
    Wait(3600),
    Call("appstream", "StartFleet", r#"{"Name":"agents"}"#),
    Call(
        "connect",
        "ListSecurityProfiles",
        r#"{"InstanceId":"$instanceid"}"#,
    ),
    Call(
        "connect",
        "ListRoutingProfiles",
        r#"{"InstanceId":"$instanceid"}"#,
    ),
    Call(
        "connect",
        "ListHoursOfOperations",
        r#"{"InstanceId":"$instanceid"}"#,
    ),
    Call("connect", "ListAgentStatuses", r#"{"InstanceId":"$instanceid"}"#),
    Call(
        "connect",
        "CreateUser",
        r#"{"InstanceId":"$instanceid","Username":"agent1","IdentityInfo":{"FirstName":"Agent","LastName":"One"},"SecurityProfileIds":["$securityprofileid"],"RoutingProfileId":"$routingprofileid"}"#,
    ),
    Call(
        "connect",
        "CreateQueue",
        r#"{"InstanceId":"$instanceid","Name":"agents","HoursOfOperationId":"$hoursofoperationid"}"#,
    ),
    Call(
        "connect",
        "CreateRoutingProfile",
        r#"{"InstanceId":"$instanceid","Name":"agents","Description":"agents","DefaultOutboundQueueId":"$queueid","MediaConcurrencies":[{"Channel":"VOICE","Concurrency":1}],"QueueConfigs":[{"QueueReference":{"QueueId":"$queueid","Channel":"VOICE"},"Priority":1,"Delay":0}]}"#,
    ),
    Call(
        "connect",
        "CreateSecurityProfile",
        r#"{"InstanceId":"$instanceid","SecurityProfileName":"agents","Permissions":["BasicAgentAccess"]}"#,
    ),
    Call(
        "connect",
        "AssociateApprovedOrigin",
        r#"{"InstanceId":"$instanceid","Origin":"https://example.com"}"#,
    ),
    Call(
        "connect",
        "CreateContactFlow",
        r#"{"InstanceId":"$instanceid","Name":"agents","Type":"CONTACT_FLOW","Content":"{\"Version\":\"2019-10-30\",\"StartAction\":\"a\",\"Actions\":[{\"Identifier\":\"a\"}]}"}"#,
    ),
    Call(
        "connect",
        "CreateContactFlowModule",
        r#"{"InstanceId":"$instanceid","Name":"agents","Content":"{\"Version\":\"2019-10-30\",\"StartAction\":\"a\",\"Actions\":[{\"Identifier\":\"a\"}]}"}"#,
    ),
    Call(
        "connect",
        "ListContactFlowModules",
        r#"{"InstanceId":"$instanceid"}"#,
    ),
    Call(
        "connect",
        "CreateQuickConnect",
        r#"{"InstanceId":"$instanceid","Name":"agents","QuickConnectConfig":{"QuickConnectType":"PHONE_NUMBER","PhoneConfig":{"PhoneNumber":"+442071838750"}}}"#,
    ),
    Call(
        "connect",
        "AssociateQueueQuickConnects",
        r#"{"InstanceId":"$instanceid","QueueId":"$queueid","QuickConnectIds":["$quickconnectid"]}"#,
    ),
    Call(
        "connect",
        "UpdateUserHierarchyStructure",
        r#"{"InstanceId":"$instanceid","HierarchyStructure":{"LevelOne":{"Name":"Site"},"LevelTwo":{"Name":"Team"}}}"#,
    ),
    Call(
        "connect",
        "CreateUserHierarchyGroup",
        r#"{"InstanceId":"$instanceid","Name":"agents"}"#,
    ),
    Call(
        "connect",
        "AssociateInstanceStorageConfig",
        r#"{"InstanceId":"$instanceid","ResourceType":"CALL_RECORDINGS","StorageConfig":{"StorageType":"S3","S3Config":{"BucketName":"acme-ccp","BucketPrefix":"calls"}}}"#,
    ),
    Call(
        "connect",
        "AssociateLambdaFunction",
        r#"{"InstanceId":"$instanceid","FunctionArn":"arn:aws:lambda:eu-west-1:123456789012:function:lookup"}"#,
    ),
    Call(
        "ec2",
        "CreateSecurityGroup",
        r#"{"GroupName":"agents","Description":"agents","VpcId":"vpc-0a1b2c3d4e5f60718"}"#,
    ),
    Call(
        "ec2",
        "CreateVpcEndpoint",
        r#"{"VpcId":"vpc-0a1b2c3d4e5f60718","ServiceName":"com.amazonaws.eu-west-1.appstream.streaming","VpcEndpointType":"Interface"}"#,
    ),
    Call("ec2", "DescribeSecurityGroupRules", "{}"),
    Call("ec2", "DescribeRouteTables", "{}"),
    Call(
        "application-autoscaling",
        "RegisterScalableTarget",
        r#"{"ServiceNamespace":"appstream","ResourceId":"fleet/agents","ScalableDimension":"appstream:fleet:DesiredCapacity","MinCapacity":1,"MaxCapacity":3}"#,
    ),
];

/// The step's input with what has been learnt so far in place of its `$keys`.
///
/// # Panics
/// If nothing was learnt under a key: the preparation then no longer fits the simulator.
pub(super) fn filled(input: &str, generator: &InputGenerator) -> Value {
    fn fill(value: &mut Value, generator: &InputGenerator) {
        match value {
            Value::String(text) if text == "$metadata" => {
                *text = crate::service::iam::fixture::metadata("");
            }
            Value::String(text) => {
                if let Some(key) = text.strip_prefix('$') {
                    let known = generator
                        .known(key)
                        .unwrap_or_else(|| panic!("{key} was never seen"));
                    *text = known.to_owned();
                }
            }
            Value::Array(entries) => entries.iter_mut().for_each(|entry| fill(entry, generator)),
            Value::Object(members) => members.values_mut().for_each(|value| fill(value, generator)),
            _ => {}
        }
    }
    let mut value = serde_json::from_str(input).expect("the preparation is JSON");
    fill(&mut value, generator);
    value
}
