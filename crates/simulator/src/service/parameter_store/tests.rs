//! Parameters as their callers see them.

use bytes::Bytes;
use serde_json::{Value, json};

use super::ParameterStore;
use crate::clock::Moment;
use crate::service::{Call, Caller, Fault, Service};
use crate::world::{Settings, World};

const NOW: Moment = Moment(1_793_500_000_000);

fn call(world: &mut World, operation: &str, input: Value) -> Result<Value, Fault> {
    let call = Call {
        operation: operation.to_owned(),
        input,
        body: Bytes::new(),
        headers: Vec::new(),
        region: "eu-west-2".to_owned(),
        caller: Caller {
            account: "123456789012".to_owned(),
            arn: "arn:aws:iam::123456789012:user/engineer".to_owned(),
            access_key: Some("AKIAIOSFODNN7EXAMPLE".to_owned()),
            permissions: None,
        },
        now: NOW,
        base_url: None,
    };
    ParameterStore.call(world, &call).map(|answer| answer.output)
}

fn world() -> World {
    World::new(Settings::default(), NOW)
}

#[test]
fn a_secure_string_is_readable_only_with_decryption() {
    let mut world = world();
    let put = json!({ "Name": "/acme/crm", "Value": "s3cret", "Type": "SecureString" });
    assert_eq!(call(&mut world, "PutParameter", put).expect("put")["Version"], 1);
    let sealed = call(&mut world, "GetParameter", json!({ "Name": "/acme/crm" })).expect("read");
    assert_ne!(sealed["Parameter"]["Value"], "s3cret");
    let open = json!({ "Name": "/acme/crm", "WithDecryption": true });
    let open = call(&mut world, "GetParameter", open).expect("read");
    assert_eq!(open["Parameter"]["Value"], "s3cret");
    let arn = "arn:aws:ssm:eu-west-2:123456789012:parameter/acme/crm";
    assert_eq!(open["Parameter"]["ARN"], arn);
    let by_arn = json!({ "Name": arn, "WithDecryption": true });
    assert_eq!(
        call(&mut world, "GetParameter", by_arn).expect("read")["Parameter"]["Value"],
        "s3cret"
    );
}

#[test]
fn versions_grow_with_overwrite_and_can_be_selected() {
    let mut world = world();
    let put = |value: &str, overwrite: bool| json!({ "Name": "limit", "Value": value, "Type": "String", "Overwrite": overwrite });
    call(&mut world, "PutParameter", put("1", false)).expect("put");
    let twice = call(&mut world, "PutParameter", put("2", false)).expect_err("it exists");
    assert_eq!(twice.code, "ParameterAlreadyExists");
    assert_eq!(
        call(&mut world, "PutParameter", put("2", true)).expect("put")["Version"],
        2
    );
    let old = call(&mut world, "GetParameter", json!({ "Name": "limit:1" })).expect("read");
    assert_eq!(
        (&old["Parameter"]["Value"], &old["Parameter"]["Selector"]),
        (&json!("1"), &json!(":1"))
    );
    let gone = call(&mut world, "GetParameter", json!({ "Name": "limit:7" })).expect_err("no such version");
    assert_eq!(gone.code, "ParameterVersionNotFound");
    let kind = json!({ "Name": "limit", "Value": "3", "Type": "SecureString", "Overwrite": true });
    assert_eq!(
        call(&mut world, "PutParameter", kind)
            .expect_err("another type")
            .code,
        "HierarchyTypeMismatchException"
    );
    let many = call(
        &mut world,
        "GetParameters",
        json!({ "Names": ["limit", "absent"] }),
    )
    .expect("read");
    assert_eq!(many["Parameters"].as_array().map(Vec::len), Some(1));
    assert_eq!(many["InvalidParameters"], json!(["absent"]));
    call(&mut world, "DeleteParameter", json!({ "Name": "limit" })).expect("deleted");
    for operation in ["DeleteParameter", "GetParameter"] {
        let fault = call(&mut world, operation, json!({ "Name": "limit" })).expect_err(operation);
        assert_eq!(fault.code, "ParameterNotFound");
    }
}

#[test]
fn names_and_values_are_checked() {
    let mut world = world();
    for (input, code) in [
        (
            json!({ "Name": "aws-limit", "Value": "1", "Type": "String" }),
            "ValidationException",
        ),
        (
            json!({ "Name": "/SSM/limit", "Value": "1", "Type": "String" }),
            "ValidationException",
        ),
        (
            json!({ "Name": "acme/limit", "Value": "1", "Type": "String" }),
            "ValidationException",
        ),
        (
            json!({ "Name": "a b", "Value": "1", "Type": "String" }),
            "ValidationException",
        ),
        (json!({ "Name": "limit", "Value": "1" }), "ValidationException"),
        (
            json!({ "Name": "limit", "Value": "x".repeat(4097), "Type": "String" }),
            "ValidationException",
        ),
        (
            json!({ "Name": "limit", "Value": "{{ssm:other}}", "Type": "String" }),
            "ValidationException",
        ),
        (
            json!({ "Name": "limit", "Value": "1", "Type": "String", "KeyId": "alias/key" }),
            "ValidationException",
        ),
        (
            json!({ "Name": "/a".repeat(16), "Value": "1", "Type": "String" }),
            "HierarchyLevelLimitExceededException",
        ),
        (
            json!({ "Name": "limit", "Value": "a", "Type": "String", "AllowedPattern": "^[0-9]+$" }),
            "ParameterPatternMismatchException",
        ),
        (
            json!({ "Name": "limit", "Value": "a", "Type": "String", "AllowedPattern": "[" }),
            "InvalidAllowedPatternException",
        ),
    ] {
        let fault = call(&mut world, "PutParameter", input.clone()).expect_err("refused");
        assert_eq!(fault.code, code, "{input}");
    }
    let long = json!({ "Name": "limit", "Value": "x".repeat(4097), "Type": "String", "Tier": "Intelligent-Tiering" });
    assert_eq!(
        call(&mut world, "PutParameter", long).expect("put")["Tier"],
        "Advanced"
    );
}

fn names(listed: &Value) -> Vec<&str> {
    let list = listed["Parameters"].as_array().expect("a list");
    list.iter().filter_map(|it| it["Name"].as_str()).collect()
}

#[test]
fn parameters_are_listed_by_path_by_filter_and_in_pages() {
    let mut world = world();
    for (name, kind) in [
        ("/acme/crm", "SecureString"),
        ("/acme/mail/host", "String"),
        ("plain", "String"),
    ] {
        let put = json!({ "Name": name, "Value": "v", "Type": kind, "Description": "d" });
        call(&mut world, "PutParameter", put).expect("put");
    }
    let by_path =
        |recursive: bool| json!({ "Path": "/acme", "Recursive": recursive, "WithDecryption": true });
    let flat = call(&mut world, "GetParametersByPath", by_path(false)).expect("a list");
    assert_eq!(names(&flat), ["/acme/crm"]);
    assert_eq!(flat["Parameters"][0]["Value"], "v");
    let deep = call(&mut world, "GetParametersByPath", by_path(true)).expect("a list");
    assert_eq!(names(&deep), ["/acme/crm", "/acme/mail/host"]);
    let filter = |key: &str, option: &str, value: &str| json!({ "ParameterFilters": [{ "Key": key, "Option": option, "Values": [value] }] });
    let one = call(
        &mut world,
        "DescribeParameters",
        filter("Name", "Equals", "/acme/crm"),
    )
    .expect("a list");
    assert_eq!(names(&one), ["/acme/crm"]);
    let one = &one["Parameters"][0];
    assert_eq!(
        (&one["KeyId"], &one["Description"]),
        (&json!("alias/aws/ssm"), &json!("d"))
    );
    assert_eq!(one.get("Value"), None);
    let strings = call(
        &mut world,
        "DescribeParameters",
        filter("Type", "Equals", "String"),
    )
    .expect("a list");
    assert_eq!(names(&strings), ["/acme/mail/host", "plain"]);
    let wrong =
        call(&mut world, "DescribeParameters", filter("Type", "Contains", "S")).expect_err("no such option");
    assert_eq!(wrong.code, "InvalidFilterOption");
    let wrong =
        call(&mut world, "DescribeParameters", filter("Label", "Equals", "S")).expect_err("no such key");
    assert_eq!(wrong.code, "InvalidFilterKey");
    let page = call(&mut world, "DescribeParameters", json!({ "MaxResults": 2 })).expect("a page");
    let rest = json!({ "MaxResults": 2, "NextToken": page["NextToken"] });
    let rest = call(&mut world, "DescribeParameters", rest).expect("a page");
    assert_eq!((names(&page).len(), names(&rest)), (2, vec!["plain"]));
}

#[test]
fn what_a_new_version_leaves_out_stays_and_history_tells_all() {
    let mut world = world();
    let put = json!({ "Name": "crm", "Value": "1", "Type": "SecureString", "Description": "d", "KeyId": "alias/crm" });
    call(&mut world, "PutParameter", put).expect("put");
    let put = json!({ "Name": "crm", "Value": "2", "Type": "SecureString", "Overwrite": true });
    call(&mut world, "PutParameter", put).expect("put");
    let history = json!({ "Name": "crm", "WithDecryption": true });
    let history = call(&mut world, "GetParameterHistory", history).expect("a history");
    let values: Vec<_> = history["Parameters"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| &it["Value"])
        .collect();
    assert_eq!(values, [&json!("1"), &json!("2")]);
    let described = call(&mut world, "DescribeParameters", json!({})).expect("a list");
    let one = &described["Parameters"][0];
    assert_eq!(
        (&one["Description"], &one["KeyId"]),
        (&json!("d"), &json!("alias/crm"))
    );
    let secret = json!({ "Name": "crm", "Value": "3", "Type": "String", "Overwrite": true });
    call(&mut world, "PutParameter", secret).expect("what was secret may become a plain text");
    let plain = json!({ "Name": "crm", "Value": "4", "Type": "SecureString", "Overwrite": true });
    let refused = call(&mut world, "PutParameter", plain).expect_err("but not the other way round");
    assert_eq!(refused.code, "HierarchyTypeMismatchException");
}

#[test]
fn a_label_is_on_one_version_at_a_time() {
    let mut world = world();
    for value in ["1", "2"] {
        let put = json!({ "Name": "crm", "Value": value, "Type": "String", "Overwrite": value == "2" });
        call(&mut world, "PutParameter", put).expect("put");
    }
    let label = |version: Option<u64>| json!({ "Name": "crm", "ParameterVersion": version, "Labels": ["live", "1st"] });
    let labelled = call(&mut world, "LabelParameterVersion", label(Some(1))).expect("labelled");
    assert_eq!(labelled["InvalidLabels"], json!(["1st"]));
    let live = call(&mut world, "GetParameter", json!({ "Name": "crm:live" })).expect("read");
    assert_eq!(live["Parameter"]["Value"], "1");
    call(&mut world, "LabelParameterVersion", label(None)).expect("labelled");
    let live = call(&mut world, "GetParameter", json!({ "Name": "crm:live" })).expect("read");
    assert_eq!(
        (&live["Parameter"]["Value"], &live["Parameter"]["Selector"]),
        (&json!("2"), &json!(":live"))
    );
    let off = json!({ "Name": "crm", "ParameterVersion": 2, "Labels": ["live", "other"] });
    let off = call(&mut world, "UnlabelParameterVersion", off).expect("unlabelled");
    assert_eq!(
        (&off["RemovedLabels"], &off["InvalidLabels"]),
        (&json!(["live"]), &json!(["other"]))
    );
    let gone = call(&mut world, "GetParameter", json!({ "Name": "crm:live" })).expect_err("no such label");
    assert_eq!(gone.code, "ParameterVersionNotFound");
}

#[test]
fn parameters_have_tags_and_go_together() {
    let mut world = world();
    let tags = json!([{ "Key": "team", "Value": "support" }]);
    let put = json!({ "Name": "crm", "Value": "1", "Type": "String", "Tags": tags });
    call(&mut world, "PutParameter", put).expect("put");
    let own = json!({ "ResourceType": "Parameter", "ResourceId": "crm" });
    assert_eq!(
        call(&mut world, "ListTagsForResource", own.clone()).expect("tags")["TagList"],
        tags
    );
    let by_tag = json!({ "ParameterFilters": [{ "Key": "tag:team", "Values": ["support"] }] });
    assert_eq!(
        names(&call(&mut world, "DescribeParameters", by_tag).expect("a list")),
        ["crm"]
    );
    let off = json!({ "ResourceType": "Parameter", "ResourceId": "crm", "TagKeys": ["team"] });
    call(&mut world, "RemoveTagsFromResource", off).expect("untagged");
    assert_eq!(
        call(&mut world, "ListTagsForResource", own).expect("tags")["TagList"],
        json!([])
    );
    let none = json!({ "ResourceType": "Parameter", "ResourceId": "other" });
    let none = call(&mut world, "ListTagsForResource", none).expect_err("no such parameter");
    assert_eq!(none.code, "InvalidResourceId");
    let gone = call(
        &mut world,
        "DeleteParameters",
        json!({ "Names": ["crm", "other"] }),
    )
    .expect("deleted");
    assert_eq!(
        (&gone["DeletedParameters"], &gone["InvalidParameters"]),
        (&json!(["crm"]), &json!(["other"]))
    );
}

#[test]
fn a_name_without_a_hierarchy_is_the_same_with_a_slash_in_front_of_it() {
    for (made, other) in [("crm", "/crm"), ("/crm", "crm")] {
        let mut world = world();
        let put = json!({ "Name": made, "Value": "1", "Type": "String" });
        call(&mut world, "PutParameter", put).expect("put");
        let twice = json!({ "Name": other, "Value": "2", "Type": "String" });
        let twice = call(&mut world, "PutParameter", twice).expect_err("it exists");
        assert_eq!(twice.code, "ParameterAlreadyExists");
        let arn = "arn:aws:ssm:eu-west-2:123456789012:parameter/crm";
        for name in [made, other] {
            let read = call(&mut world, "GetParameter", json!({ "Name": name })).expect("read");
            let read = &read["Parameter"];
            assert_eq!((&read["Name"], &read["ARN"]), (&json!(name), &json!(arn)));
            let tags = json!([{ "Key": name, "Value": "" }]);
            let tag = json!({ "ResourceType": "Parameter", "ResourceId": name, "Tags": tags });
            call(&mut world, "AddTagsToResource", tag).expect("tagged");
            let named = json!({ "ParameterFilters": [{ "Key": "Name", "Values": [name] }] });
            let described = call(&mut world, "DescribeParameters", named).expect("a list");
            assert_eq!(names(&described), [made], "lists have the name that was put");
        }
        let own = json!({ "ResourceType": "Parameter", "ResourceId": made });
        let tags = call(&mut world, "ListTagsForResource", own).expect("tags");
        assert_eq!(tags["TagList"].as_array().map(Vec::len), Some(2));
        let by_arn = call(&mut world, "GetParameters", json!({ "Names": [arn] })).expect("read");
        assert_eq!(by_arn["Parameters"][0]["Name"], made);
        let versioned = json!({ "Name": format!("{arn}:1") });
        let versioned = call(&mut world, "GetParameter", versioned).expect("read");
        assert_eq!(versioned["Parameter"]["Selector"], ":1");
        call(&mut world, "DeleteParameter", json!({ "Name": other })).expect("deleted");
        let gone = call(&mut world, "GetParameter", json!({ "Name": made })).expect_err("gone");
        assert_eq!(gone.code, "ParameterNotFound");
    }
}

#[test]
fn a_hierarchy_begins_with_one_slash_where_it_is_read_too() {
    let mut world = world();
    let put = json!({ "Name": "/acme/b/c", "Value": "1", "Type": "String" });
    call(&mut world, "PutParameter", put).expect("put");
    for name in ["acme/b/c", "/acme//b//c"] {
        let refused = call(&mut world, "GetParameter", json!({ "Name": name })).expect_err("refused");
        assert_eq!(refused.code, "ValidationException", "{name}");
        let refused = call(&mut world, "GetParameters", json!({ "Names": [name] })).expect_err("refused");
        assert_eq!(refused.code, "ValidationException", "{name}");
    }
}

#[test]
fn secrets_are_read_by_reference_and_decrypted() {
    use crate::service::secrets_manager::SecretsManager;
    let mut world = world();
    let secret = |world: &mut World, operation: &str, input: Value| {
        let call = Call {
            operation: operation.to_owned(),
            input,
            body: Bytes::new(),
            headers: Vec::new(),
            region: "eu-west-2".to_owned(),
            caller: Caller {
                account: "123456789012".to_owned(),
                arn: "arn:aws:iam::123456789012:user/engineer".to_owned(),
                access_key: Some("AKIAIOSFODNN7EXAMPLE".to_owned()),
                permissions: None,
            },
            now: NOW,
            base_url: None,
        };
        SecretsManager.call(world, &call).expect(operation).output
    };
    let made = json!({ "Name": "acme/crm", "SecretString": "first" });
    let first = secret(&mut world, "CreateSecret", made)["VersionId"].clone();
    let next = json!({ "SecretId": "acme/crm", "SecretString": "second" });
    secret(&mut world, "PutSecretValue", next);
    let name = "/aws/reference/secretsmanager/acme/crm";
    let sealed = call(&mut world, "GetParameter", json!({ "Name": name })).expect_err("refused");
    assert_eq!(sealed.code, "ValidationException");
    let open = |name: &str| json!({ "Name": name, "WithDecryption": true });
    let read = call(&mut world, "GetParameter", open(name)).expect("read");
    let read = &read["Parameter"];
    assert_eq!(
        (&read["Name"], &read["Type"], &read["Value"], &read["Version"]),
        (&json!(name), &json!("SecureString"), &json!("second"), &json!(0))
    );
    let source: Value = serde_json::from_str(read["SourceResult"].as_str().expect("a text")).expect("JSON");
    assert_eq!(
        (&source["name"], &source["Name"]),
        (&json!("acme/crm"), &json!("acme/crm"))
    );
    for (selector, value) in [
        (first.as_str().expect("an id"), "first"),
        ("AWSPREVIOUS", "first"),
        ("AWSCURRENT", "second"),
    ] {
        let read = call(&mut world, "GetParameter", open(&format!("{name}:{selector}"))).expect("read");
        assert_eq!(read["Parameter"]["Value"], value, "{selector}");
    }
    let absent = "/aws/reference/secretsmanager/acme/none";
    let gone = call(&mut world, "GetParameter", open(absent)).expect_err("no such secret");
    assert!(gone.code == "ParameterNotFound" && gone.message.contains("acme/none"));
    let many = json!({ "Names": [name, absent, "other"], "WithDecryption": true });
    let many = call(&mut world, "GetParameters", many).expect("read");
    assert_eq!(many["InvalidParameters"], json!([absent, "other"]));
}

#[test]
fn aws_has_parameters_of_its_own() {
    let mut world = world();
    let name = "/aws/service/global-infrastructure/regions/eu-west-2/longName";
    let read = call(&mut world, "GetParameter", json!({ "Name": name })).expect("read");
    let read = &read["Parameter"];
    assert_eq!(read["Value"], "Europe (London)");
    assert_eq!(read["ARN"], format!("arn:aws:ssm:eu-west-2::parameter{name}"));
    let images = json!({ "Path": "/aws/service/ami-windows-latest" });
    let images = call(&mut world, "GetParametersByPath", images).expect("a list");
    assert!(
        names(&images).contains(&"/aws/service/ami-windows-latest/Windows_Server-2022-English-Full-Base")
    );
    assert!(
        images["Parameters"][0]["Value"]
            .as_str()
            .is_some_and(|id| id.starts_with("ami-"))
    );
    let gone = json!({ "Name": "/aws/service/nothing" });
    assert_eq!(
        call(&mut world, "GetParameter", gone).expect_err("unknown").code,
        "ParameterNotFound"
    );
    let all = call(
        &mut world,
        "GetParametersByPath",
        json!({ "Path": "/", "Recursive": true }),
    )
    .expect("a list");
    assert_eq!(names(&all).len(), 0);
}
