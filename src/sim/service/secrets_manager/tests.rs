//! Secrets as their callers see them.

use bytes::Bytes;
use serde_json::{Value, json};

use super::SecretsManager;
use crate::sim::clock::Moment;
use crate::sim::service::{Call, Caller, Fault, Service};
use crate::sim::world::{Settings, World};

struct Lab {
    world: World,
    now: Moment,
    region: &'static str,
}

impl Lab {
    fn new() -> Lab {
        let now = Moment(1_793_500_000_000);
        Lab {
            world: World::new(Settings::default(), now),
            now,
            region: "eu-west-2",
        }
    }

    fn call(&mut self, operation: &str, input: Value) -> Result<Value, Fault> {
        SecretsManager.tick(&mut self.world, self.now);
        let call = Call {
            operation: operation.to_owned(),
            input,
            body: Bytes::new(),
            headers: Vec::new(),
            region: self.region.to_owned(),
            caller: Caller {
                account: "123456789012".to_owned(),
                arn: "arn:aws:iam::123456789012:user/engineer".to_owned(),
                access_key: Some("AKIAIOSFODNN7EXAMPLE".to_owned()),
            },
            now: self.now,
            base_url: None,
        };
        SecretsManager
            .call(&mut self.world, &call)
            .map(|answer| answer.output)
    }

    fn ok(&mut self, operation: &str, input: Value) -> Value {
        self.call(operation, input).expect(operation)
    }

    fn code(&mut self, operation: &str, input: Value) -> String {
        self.call(operation, input).expect_err(operation).code
    }

    fn days(&mut self, days: u64) {
        self.now = Moment(self.now.0 + days * 24 * 3_600_000);
    }
}

#[test]
fn a_secret_is_read_by_name_arn_and_partial_arn_in_its_region() {
    let mut lab = Lab::new();
    let made = lab.ok(
        "CreateSecret",
        json!({ "Name": "acme/crm", "SecretString": "s3cret" }),
    );
    let arn = made["ARN"].as_str().expect("an ARN").to_owned();
    for id in ["acme/crm", &arn, &arn[..arn.len() - 7]] {
        assert_eq!(
            lab.ok("GetSecretValue", json!({ "SecretId": id }))["SecretString"],
            "s3cret",
            "{id}"
        );
    }
    lab.region = "eu-west-1";
    assert_eq!(
        lab.code("GetSecretValue", json!({ "SecretId": "acme/crm" })),
        "ResourceNotFoundException"
    );
}

#[test]
fn labels_move_from_version_to_version() {
    let mut lab = Lab::new();
    lab.ok("CreateSecret", json!({ "Name": "crm" }));
    let read = json!({ "SecretId": "crm" });
    assert_eq!(
        lab.code("GetSecretValue", read.clone()),
        "ResourceNotFoundException"
    );
    let mut versions = Vec::new();
    for value in ["first", "second", "third"] {
        let put = lab.ok(
            "PutSecretValue",
            json!({ "SecretId": "crm", "SecretString": value }),
        );
        assert_eq!(put["VersionStages"], json!(["AWSCURRENT"]));
        versions.push(put["VersionId"].clone());
    }
    assert_eq!(lab.ok("GetSecretValue", read)["SecretString"], "third");
    let before = json!({ "SecretId": "crm", "VersionStage": "AWSPREVIOUS" });
    assert_eq!(lab.ok("GetSecretValue", before)["SecretString"], "second");
    let first = json!({ "SecretId": "crm", "VersionId": versions[0] });
    assert_eq!(lab.ok("GetSecretValue", first)["SecretString"], "first");
    let both = json!({ "SecretId": "crm", "VersionId": versions[0], "VersionStage": "AWSCURRENT" });
    assert_eq!(lab.code("GetSecretValue", both), "ResourceNotFoundException");
    let again = json!({ "SecretId": "crm", "SecretString": "third", "ClientRequestToken": versions[2] });
    assert_eq!(lab.ok("PutSecretValue", again)["VersionId"], versions[2]);
    let other = json!({ "SecretId": "crm", "SecretString": "fourth", "ClientRequestToken": versions[2] });
    assert_eq!(lab.code("PutSecretValue", other), "ResourceExistsException");
    let waiting = json!({ "SecretId": "crm", "SecretString": "later", "VersionStages": ["AWSPENDING"] });
    lab.ok("PutSecretValue", waiting);
    let read = json!({ "SecretId": "crm" });
    assert_eq!(lab.ok("GetSecretValue", read.clone())["SecretString"], "third");
    let described = lab.ok("DescribeSecret", read);
    assert_eq!(
        described["VersionIdsToStages"]
            .as_object()
            .map(serde_json::Map::len),
        Some(3)
    );
}

#[test]
fn a_value_is_text_or_bytes() {
    let mut lab = Lab::new();
    let both = json!({ "Name": "crm", "SecretString": "a", "SecretBinary": "YQ==" });
    assert_eq!(lab.code("CreateSecret", both), "InvalidParameterException");
    lab.ok("CreateSecret", json!({ "Name": "crm", "SecretBinary": "YQ==" }));
    let read = lab.ok("GetSecretValue", json!({ "SecretId": "crm" }));
    assert_eq!(
        (&read["SecretBinary"], read.get("SecretString")),
        (&json!("YQ=="), None)
    );
    assert_eq!(
        lab.code("PutSecretValue", json!({ "SecretId": "crm" })),
        "InvalidParameterException"
    );
    assert_eq!(
        lab.code("CreateSecret", json!({ "Name": "c r m" })),
        "InvalidParameterException"
    );
    assert_eq!(
        lab.code("CreateSecret", json!({ "Name": "crm" })),
        "ResourceExistsException"
    );
}

#[test]
fn a_deleted_secret_waits_in_its_window_and_blocks_its_name() {
    let mut lab = Lab::new();
    lab.ok("CreateSecret", json!({ "Name": "crm", "SecretString": "a" }));
    for wrong in [
        json!({ "SecretId": "crm", "RecoveryWindowInDays": 6 }),
        json!({ "SecretId": "crm", "RecoveryWindowInDays": 7, "ForceDeleteWithoutRecovery": true }),
    ] {
        assert_eq!(lab.code("DeleteSecret", wrong), "InvalidParameterException");
    }
    lab.ok(
        "DeleteSecret",
        json!({ "SecretId": "crm", "RecoveryWindowInDays": 7 }),
    );
    for (operation, input) in [
        ("GetSecretValue", json!({ "SecretId": "crm" })),
        (
            "PutSecretValue",
            json!({ "SecretId": "crm", "SecretString": "b" }),
        ),
        ("DeleteSecret", json!({ "SecretId": "crm" })),
        ("CreateSecret", json!({ "Name": "crm" })),
    ] {
        assert_eq!(
            lab.code(operation, input),
            "InvalidRequestException",
            "{operation}"
        );
    }
    assert!(
        lab.ok("DescribeSecret", json!({ "SecretId": "crm" }))
            .get("DeletedDate")
            .is_some()
    );
    lab.ok("RestoreSecret", json!({ "SecretId": "crm" }));
    lab.ok("DeleteSecret", json!({ "SecretId": "crm" }));
    lab.days(29);
    lab.ok("DescribeSecret", json!({ "SecretId": "crm" }));
    lab.days(2);
    assert_eq!(
        lab.code("DescribeSecret", json!({ "SecretId": "crm" })),
        "ResourceNotFoundException"
    );
    lab.ok("CreateSecret", json!({ "Name": "crm", "SecretString": "b" }));
    let force = json!({ "SecretId": "crm", "ForceDeleteWithoutRecovery": true });
    lab.ok("DeleteSecret", force.clone());
    assert_eq!(
        lab.code("DescribeSecret", json!({ "SecretId": "crm" })),
        "ResourceNotFoundException"
    );
    lab.ok("DeleteSecret", force);
}
