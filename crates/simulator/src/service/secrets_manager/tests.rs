//! Secrets as their callers see them.

use bytes::Bytes;
use serde_json::{Value, json};

use super::SecretsManager;
use crate::clock::Moment;
use crate::service::{Call, Caller, Fault, Service};
use crate::world::{Settings, World};

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
                permissions: None,
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
    assert_eq!(lab.code("GetSecretValue", both), "InvalidRequestException");
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
        "ValidationException"
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

#[test]
fn an_update_changes_what_it_names_and_makes_a_version_only_of_a_value() {
    let mut lab = Lab::new();
    let made = lab.ok(
        "CreateSecret",
        json!({ "Name": "crm", "SecretString": "a", "Description": "first" }),
    );
    let words = json!({ "SecretId": "crm", "KmsKeyId": "alias/crm", "ClientRequestToken": "a-token-that-makes-nothing-new-000" });
    assert_eq!(lab.ok("UpdateSecret", words).get("VersionId"), None);
    let value = json!({ "SecretId": "crm", "SecretString": "b" });
    let version = lab.ok("UpdateSecret", value)["VersionId"].clone();
    let described = lab.ok("DescribeSecret", json!({ "SecretId": "crm" }));
    assert_eq!(
        (&described["Description"], &described["KmsKeyId"]),
        (&json!("first"), &json!("alias/crm"))
    );
    let stages = &described["VersionIdsToStages"];
    assert_eq!(stages[version.as_str().expect("an id")], json!(["AWSCURRENT"]));
    assert_eq!(
        stages[made["VersionId"].as_str().expect("an id")],
        json!(["AWSPREVIOUS"])
    );
    let again = json!({ "SecretId": "crm", "SecretString": "c", "ClientRequestToken": version });
    assert_eq!(lab.code("UpdateSecret", again), "ResourceExistsException");
}

#[test]
fn who_moves_a_label_says_where_it_was() {
    let mut lab = Lab::new();
    let one = lab.ok("CreateSecret", json!({ "Name": "crm", "SecretString": "a" }))["VersionId"].clone();
    let two = lab.ok(
        "PutSecretValue",
        json!({ "SecretId": "crm", "SecretString": "b" }),
    )["VersionId"]
        .clone();
    let back = |from: Option<&Value>| json!({ "SecretId": "crm", "VersionStage": "AWSCURRENT", "MoveToVersionId": one, "RemoveFromVersionId": from });
    for wrong in [None, Some(&one)] {
        assert_eq!(
            lab.code("UpdateSecretVersionStage", back(wrong)),
            "InvalidParameterException"
        );
    }
    lab.ok("UpdateSecretVersionStage", back(Some(&two)));
    let listed = lab.ok("ListSecretVersionIds", json!({ "SecretId": "crm" }));
    let stages: Vec<_> = listed["Versions"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| &it["VersionStages"])
        .collect();
    assert_eq!(stages, [&json!(["AWSPREVIOUS"]), &json!(["AWSCURRENT"])]);
    let gone = json!({ "SecretId": "crm", "VersionStage": "AWSCURRENT", "RemoveFromVersionId": one });
    assert_eq!(
        lab.code("UpdateSecretVersionStage", gone),
        "InvalidParameterException"
    );
    let gone = json!({ "SecretId": "crm", "VersionStage": "AWSPREVIOUS", "RemoveFromVersionId": two });
    lab.ok("UpdateSecretVersionStage", gone);
    let count = |listed: Value| listed["Versions"].as_array().map(Vec::len);
    assert_eq!(
        count(lab.ok("ListSecretVersionIds", json!({ "SecretId": "crm" }))),
        Some(1)
    );
    let all = json!({ "SecretId": "crm", "IncludeDeprecated": true });
    assert_eq!(count(lab.ok("ListSecretVersionIds", all)), Some(2));
}

#[test]
fn lists_of_secrets_are_filtered_and_leave_out_what_is_to_be_deleted() {
    let mut lab = Lab::new();
    for (name, team) in [
        ("acme/crm", "support"),
        ("acme/mail", "sales"),
        ("other", "support"),
    ] {
        let tags = json!([{ "Key": "team", "Value": team }]);
        lab.ok(
            "CreateSecret",
            json!({ "Name": name, "Tags": tags, "SecretString": "x" }),
        );
    }
    let names = |listed: Value| -> Vec<String> {
        let list = listed["SecretList"].as_array().cloned().unwrap_or_default();
        list.iter()
            .filter_map(|it| it["Name"].as_str().map(str::to_owned))
            .collect()
    };
    let by =
        |key: &str, value: &str| json!({ "Filters": [{ "Key": key, "Values": [value] }], "SortBy": "name" });
    assert_eq!(
        names(lab.ok("ListSecrets", by("name", "acme/"))),
        ["acme/crm", "acme/mail"]
    );
    assert_eq!(names(lab.ok("ListSecrets", by("name", "!acme/"))), ["other"]);
    assert_eq!(
        names(lab.ok("ListSecrets", by("tag-value", "support"))),
        ["acme/crm", "other"]
    );
    lab.ok("DeleteSecret", json!({ "SecretId": "other" }));
    assert_eq!(
        names(lab.ok("ListSecrets", by("tag-value", "support"))),
        ["acme/crm"]
    );
    let first = lab.ok("ListSecrets", json!({ "MaxResults": 1 }));
    let next = json!({ "MaxResults": 1, "NextToken": first["NextToken"] });
    assert_ne!(names(lab.ok("ListSecrets", next)), names(first));
    assert_eq!(
        lab.code("ListSecrets", json!({ "NextToken": "x" })),
        "InvalidNextTokenException"
    );
}

#[test]
fn a_secret_has_one_policy_and_it_speaks_of_secrets() {
    let mut lab = Lab::new();
    lab.ok("CreateSecret", json!({ "Name": "crm" }));
    let put = |action: &str, principal: &str, block: bool| {
        let statement =
            json!({ "Effect": "Allow", "Principal": principal, "Action": action, "Resource": "*" });
        let policy = json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string();
        json!({ "SecretId": "crm", "ResourcePolicy": policy, "BlockPublicPolicy": block })
    };
    assert_eq!(
        lab.ok("GetResourcePolicy", json!({ "SecretId": "crm" }))
            .get("ResourcePolicy"),
        None
    );
    assert_eq!(
        lab.code("PutResourcePolicy", put("s3:GetObject", "*", false)),
        "MalformedPolicyDocumentException"
    );
    let read = "secretsmanager:GetSecretValue";
    assert_eq!(
        lab.code("PutResourcePolicy", put(read, "*", true)),
        "PublicPolicyException"
    );
    lab.ok("PutResourcePolicy", put(read, "*", false));
    assert!(lab.ok("GetResourcePolicy", json!({ "SecretId": "crm" }))["ResourcePolicy"].is_string());
    let other = json!({ "SecretId": "crm", "PolicyName": "other" });
    assert_eq!(
        lab.code("GetResourcePolicy", other.clone()),
        "ResourceNotFoundException"
    );
    assert_eq!(
        lab.code("DeleteResourcePolicy", other),
        "InvalidParameterException"
    );
    lab.ok("DeleteResourcePolicy", json!({ "SecretId": "crm" }));
    assert_eq!(
        lab.ok("GetResourcePolicy", json!({ "SecretId": "crm" }))
            .get("ResourcePolicy"),
        None
    );
}

#[test]
fn tags_of_secrets_are_merged_by_key() {
    let mut lab = Lab::new();
    lab.ok(
        "CreateSecret",
        json!({ "Name": "crm", "Tags": [{ "Key": "a", "Value": "1" }] }),
    );
    let more = json!([{ "Key": "a", "Value": "2" }, { "Key": "b", "Value": "3" }]);
    lab.ok("TagResource", json!({ "SecretId": "crm", "Tags": more }));
    let read = json!({ "SecretId": "crm" });
    assert_eq!(lab.ok("DescribeSecret", read.clone())["Tags"], more);
    lab.ok("UntagResource", json!({ "SecretId": "crm", "TagKeys": ["a"] }));
    assert_eq!(
        lab.ok("DescribeSecret", read)["Tags"],
        json!([{ "Key": "b", "Value": "3" }])
    );
}

#[test]
fn a_random_password_has_what_is_asked_for() {
    let mut lab = Lab::new();
    let asked = json!({ "PasswordLength": 12, "ExcludePunctuation": true, "ExcludeCharacters": "abc" });
    let password = lab.ok("GetRandomPassword", asked)["RandomPassword"]
        .as_str()
        .expect("a text")
        .to_owned();
    assert_eq!(password.len(), 12);
    assert!(
        password
            .chars()
            .all(|it| it.is_ascii_alphanumeric() && !"abc".contains(it))
    );
    assert!(password.chars().any(|it| it.is_ascii_digit()) && password.chars().any(char::is_uppercase));
    assert_eq!(
        lab.code("GetRandomPassword", json!({ "PasswordLength": 3 })),
        "InvalidParameterException"
    );
}

#[test]
fn a_name_that_no_secret_can_have_is_refused_wherever_it_stands() {
    let mut lab = Lab::new();
    for name in ["Inv Name", " Inv Name", " Inv*Name? ", "Inv\\Name"] {
        let create = json!({ "Name": name, "SecretString": "x" });
        assert_eq!(lab.code("CreateSecret", create), "ValidationException", "{name}");
        for operation in [
            "DeleteSecret",
            "DescribeSecret",
            "GetSecretValue",
            "ListSecretVersionIds",
            "TagResource",
        ] {
            let input = json!({ "SecretId": name, "ForceDeleteWithoutRecovery": true });
            assert_eq!(
                lab.code(operation, input),
                "ValidationException",
                "{operation} {name}"
            );
        }
    }
    let forced = json!({ "SecretId": "never-there", "ForceDeleteWithoutRecovery": true });
    let gone = lab.ok("DeleteSecret", forced);
    assert_eq!(gone["Name"], "never-there");
    assert!(
        gone["ARN"]
            .as_str()
            .is_some_and(|arn| arn.starts_with("arn:aws:secretsmanager:"))
    );
}

#[test]
fn the_day_of_the_last_read_is_answered() {
    let mut lab = Lab::new();
    lab.ok("CreateSecret", json!({ "Name": "crm", "SecretString": "x" }));
    let crm = json!({ "SecretId": "crm" });
    let accessed = |lab: &mut Lab| {
        lab.ok("DescribeSecret", crm.clone())
            .get("LastAccessedDate")
            .cloned()
    };
    assert_eq!(accessed(&mut lab), None);
    lab.ok("GetSecretValue", crm.clone());
    let first = accessed(&mut lab).and_then(|day| day.as_f64()).expect("a day");
    assert!(first % 86_400.0 == 0.0 && first <= lab.now.epoch_seconds());
    lab.days(1);
    lab.ok("GetSecretValue", crm.clone());
    assert_eq!(accessed(&mut lab), Some(json!(first + 86_400.0)));
}

#[test]
fn descriptions_are_searched_by_their_words() {
    let mut lab = Lab::new();
    for (name, text) in [
        ("foo", "one two"),
        ("bar", "One and two"),
        ("baz", "one"),
        ("qux", "two"),
        ("none", "thesecret"),
    ] {
        let secret = json!({ "Name": name, "Description": text, "SecretString": "x" });
        lab.ok("CreateSecret", secret);
        lab.now = Moment(lab.now.0 + 1000);
    }
    for (key, value, expected) in [
        ("description", "one two", &["foo", "bar"][..]),
        ("description", "o t", &["foo", "bar"]),
        ("description", "t", &["foo", "bar", "qux", "none"]),
        ("description", "secret", &[]),
        ("description", "!one", &["qux", "none"]),
        ("name", "ba", &["bar", "baz"]),
        ("name", "foo bar", &[]),
        ("all", "QUX", &["qux"]),
    ] {
        let filter = json!({ "Filters": [{ "Key": key, "Values": [value] }] });
        let listed = lab.ok("ListSecrets", filter)["SecretList"].clone();
        let names: Vec<&str> = listed
            .as_array()
            .expect("a list")
            .iter()
            .filter_map(|it| it["Name"].as_str())
            .collect();
        assert_eq!(names, expected, "{key} {value}");
    }
    for (text, words) in [
        ("prod/AppBeta/1", &["prod", "app", "beta", "1"][..]),
        ("prod-AppBeta/1", &["prod-appbeta/1"]),
        ("a secret", &["a", "secret"]),
        ("/", &[]),
    ] {
        assert_eq!(super::listing::words(text), words, "{text}");
    }
}

#[test]
fn a_token_that_comes_back_with_the_same_value_is_the_same_request() {
    let mut lab = Lab::new();
    let token = "a-token-that-comes-back-00000000";
    let create = json!({ "Name": "crm", "SecretString": "x", "ClientRequestToken": token });
    lab.ok("CreateSecret", create);
    let update =
        |value: &str| json!({ "SecretId": "crm", "SecretString": value, "ClientRequestToken": token });
    assert_eq!(lab.ok("UpdateSecret", update("x"))["VersionId"], token);
    assert_eq!(lab.code("UpdateSecret", update("y")), "ResourceExistsException");
    let mismatch = json!({ "SecretId": "crm", "VersionId": token, "VersionStage": "AWSPENDING" });
    assert_eq!(lab.code("GetSecretValue", mismatch), "InvalidRequestException");
    let versions = lab.ok("ListSecretVersionIds", json!({ "SecretId": "crm" }));
    assert_eq!(
        versions["Versions"][0]["KmsKeyIds"],
        json!(["DefaultEncryptionKey"])
    );
}

#[test]
fn tags_that_were_taken_away_leave_an_empty_list() {
    let mut lab = Lab::new();
    lab.ok("CreateSecret", json!({ "Name": "crm" }));
    let crm = json!({ "SecretId": "crm" });
    assert_eq!(lab.ok("DescribeSecret", crm.clone()).get("Tags"), None);
    let tags = json!([{ "Key": "a", "Value": "b" }]);
    lab.ok("TagResource", json!({ "SecretId": "crm", "Tags": tags }));
    lab.ok("UntagResource", json!({ "SecretId": "crm", "TagKeys": ["a"] }));
    assert_eq!(lab.ok("DescribeSecret", crm)["Tags"], json!([]));
}

/// Snapshots of earlier versions have a list of tags.
#[test]
fn tags_of_older_snapshots_are_read() {
    let mut lab = Lab::new();
    let tags = json!([{ "Key": "a", "Value": "1" }, { "Key": "b", "Value": "" }]);
    lab.ok("CreateSecret", json!({ "Name": "crm", "Tags": tags }));
    let mut snapshot = serde_json::to_value(&lab.world).unwrap();
    let secrets = snapshot["secrets_manager"]["secrets"].as_object_mut().unwrap();
    let secret = &mut secrets.values_mut().next().unwrap()["crm"];
    assert_eq!(secret["tags"], json!({ "a": "1", "b": "" }));
    secret["tags"] = tags.clone();
    lab.world = serde_json::from_value(snapshot).unwrap();
    let read = lab.ok("DescribeSecret", json!({ "SecretId": "crm" }));
    assert_eq!(read["Tags"], tags);
}
