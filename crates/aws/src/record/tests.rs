//! Nothing private comes through, wherever it stands; what is public does.

use bytes::Bytes;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::call::{self, Asked, Told};
use super::pseudonym::Book;
use super::redact::Redactor;
use super::text;
use super::vocabulary::vocabulary;

fn redactor() -> Redactor {
    Redactor::new(Book::new([3; 32]), 1_767_225_600_000)
}

fn replaced(given: &str) -> String {
    text::text(&mut Book::new([3; 32]), "Value", given)
}

#[test]
fn every_form_keeps_its_form() {
    for (given, wanted) in [
        ("987654321098", "000000000001"),
        ("jane.doe@acme.io", "user-1@example.com"),
        (
            "arn:aws:appstream:eu-west-1:987654321098:fleet/acme-agents",
            "arn:aws:appstream:eu-west-1:000000000001:fleet/name-1",
        ),
        (
            "arn:aws:iam::987654321098:role/service-role/AmazonAppStreamServiceAccess",
            "arn:aws:iam::000000000001:role/service-role/AmazonAppStreamServiceAccess",
        ),
        (
            "arn:aws:iam::aws:policy/service-role/AmazonAppStreamServiceAccess",
            "arn:aws:iam::aws:policy/service-role/AmazonAppStreamServiceAccess",
        ),
        (
            "arn:aws:appstream:eu-west-1::image/AppStream-WinServer2022-05-12-2026",
            "arn:aws:appstream:eu-west-1::image/AppStream-WinServer2022-05-12-2026",
        ),
        ("https://acme.my.connect.aws", "https://name-1.my.connect.aws"),
        (
            "https://appstream2.eu-west-1.aws.amazon.com/authenticate?parameters=eyJ0eXA",
            "https://appstream2.eu-west-1.aws.amazon.com/name-1?query-1",
        ),
        ("https://crm.acme.io/login", "https://host-1.example.com/name-1"),
        ("subnet-0a1b2c3d4e5f60718", "subnet-00000000000000001"),
        ("fleet/acme-agents", "fleet/name-1"),
        ("10.1.2.3", "192.0.2.1"),
        ("10.1.0.0/16", "192.0.2.1/16"),
        ("C:\\Program Files\\Acme\\crm.exe", "C:\\path-1.exe"),
        ("Jane from Accounting", "text-1"),
        ("ccp/index.html", "name-1/name-2.html"),
        (
            "AROAEXAMPLEACMEACMEAC:jane.doe@acme.io",
            "AROA00000000000000001:user-1@example.com",
        ),
        (
            "\"0123456789abcdef0123456789abcdef\"",
            "\"00000000000000000000000000000001\"",
        ),
        ("sts:AssumeRoleWithSAML", "sts:AssumeRoleWithSAML"),
        (
            "AWSServiceRoleForAmazonConnect_Ab12Cd",
            "AWSServiceRoleForAmazonConnect_name1",
        ),
        ("connect.amazonaws.com", "connect.amazonaws.com"),
        ("crm.acme.io", "host-1.example.com"),
        ("4711", "name-1"),
        ("cron(0 8 ? * MON-FRI *)", "cron(0 8 ? * MON-FRI *)"),
        ("cron(0 8 ? * ACME *)", "text-1"),
        ("<EntityDescriptor/>", "document-1"),
    ] {
        assert_eq!(replaced(given), wanted, "{given}");
    }
}

#[test]
fn a_policy_stays_a_policy() {
    let policy = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Sid": "AcmeReads",
            "Effect": "Allow",
            "Principal": { "Federated": "arn:aws:iam::987654321098:saml-provider/acme" },
            "Action": ["sts:AssumeRoleWithSAML", "s3:Get*"],
            "Resource": "arn:aws:s3:::acme-pages/ccp/index.html",
            "Condition": { "StringEquals": { "SAML:aud": "https://signin.aws.amazon.com/saml", "aws:PrincipalTag/acme": "x" } },
        }],
    });
    let shown = replaced(&policy.to_string());
    let read: Value = serde_json::from_str(&shown).unwrap();
    let statement = &read["Statement"][0];
    assert_eq!(statement["Sid"], "Sid1");
    assert_eq!(statement["Action"], policy["Statement"][0]["Action"]);
    assert_eq!(
        statement["Condition"]["StringEquals"]["SAML:aud"],
        "https://signin.aws.amazon.com/saml"
    );
    let provider = statement["Principal"]["Federated"].as_str().unwrap();
    assert!(
        provider.starts_with("arn:aws:iam::000000000001:saml-provider/name-"),
        "{provider}"
    );
    assert!(!shown.contains("cme"), "{shown}");
}

#[test]
fn a_message_keeps_its_words_and_loses_its_names() {
    let mut redactor = redactor();
    let (_, connect) = vocabulary().service("connect").unwrap();
    let seen = json!({ "Name": "Night shift", "Username": "agents" });
    redactor.value(Some(connect), "", &seen);
    let error = json!({ "message": "User: arn:aws:sts::987654321098:assumed-role/Deploy/zaphod is not authorized to \
        perform: appstream:CreateFleet on resource 'agents' of Night shift (Zaphod, zaphod@acme.io, 10.0.0.1)" });
    let shown = redactor.value(Some(connect), "", &error)["message"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(
        shown.contains("is not authorized to perform: appstream:CreateFleet on resource"),
        "{shown}"
    );
    for name in [
        "zaphod", "Zaphod", "Deploy", "9876", "agents", "Night", "10.0.0.1",
    ] {
        assert!(!shown.contains(name), "{name}: {shown}");
    }
}

#[test]
fn a_call_of_appstream_becomes_a_line_with_its_nulls() {
    let mut redactor = redactor();
    let mut e = minicbor::Encoder::new(Vec::new());
    e.begin_map()
        .unwrap()
        .str("Names")
        .unwrap()
        .array(1)
        .unwrap()
        .str("acme")
        .unwrap()
        .end()
        .unwrap();
    let asked = Asked::from_parts(
        "POST",
        "https://appstream2.eu-west-1.amazonaws.com/service/PhotonAdminProxyService/operation/DescribeImages",
        &[
            ("smithy-protocol", "rpc-v2-cbor"),
            (
                "authorization",
                "AWS4-HMAC-SHA256 Credential=AKIAACMEACMEACMEACME/20260101/eu-west-1/appstream/aws4_request, Signature=ff",
            ),
        ],
        &e.into_writer(),
        ("appstream", "DescribeImages"),
    );
    let mut e = minicbor::Encoder::new(Vec::new());
    e.begin_map()
        .unwrap()
        .str("Images")
        .unwrap()
        .array(1)
        .unwrap()
        .begin_map()
        .unwrap();
    e.str("Name")
        .unwrap()
        .str("acme")
        .unwrap()
        .str("State")
        .unwrap()
        .str("AVAILABLE")
        .unwrap();
    e.str("CreatedTime")
        .unwrap()
        .tag(minicbor::data::Tag::new(1))
        .unwrap()
        .f64(1_767_225_601.5)
        .unwrap();
    e.str("Applications")
        .unwrap()
        .array(1)
        .unwrap()
        .map(1)
        .unwrap()
        .str("Metadata")
        .unwrap();
    e.map(1)
        .unwrap()
        .str("WORKING_DIRECTORY")
        .unwrap()
        .null()
        .unwrap();
    e.end().unwrap().end().unwrap();
    let headers = vec![("content-type".to_owned(), "application/cbor".to_owned())];
    let told = Told::Answer(200, headers, Bytes::from(e.into_writer()));
    let line = call::line(&mut redactor, &asked, &told);
    assert_eq!(line["request"], json!({ "Names": ["name-1"] }));
    let image = &line["answer"]["Images"][0];
    assert_eq!(image["State"], "AVAILABLE");
    assert_eq!(image["Name"], "name-1");
    assert_eq!(image["CreatedTime"], json!({ "$at": 1500 }));
    assert_eq!(
        image["Applications"][0]["Metadata"],
        json!({ "WORKING_DIRECTORY": null })
    );
    assert_eq!(
        [
            &line["protocol"],
            &line["region"],
            &line["operation"],
            &line["key"]
        ],
        ["cbor", "eu-west-1", "DescribeImages", "AKIA0000000000000001"]
    );
}

/// Secrets of every sort. All hold a word that stands nowhere else.
fn secret() -> impl Strategy<Value = String> {
    let mark = "zq[a-z]{3}xw";
    prop_oneof![
        mark.prop_map(|mark| mark),
        mark.prop_map(|mark| format!("{mark}@{mark}.org")),
        mark.prop_map(|mark| format!("arn:aws:iam::987654321098:role/{mark}/{mark}")),
        mark.prop_map(|mark| format!("arn:aws:{mark}:{mark}:{mark}:{mark}:{mark}")),
        mark.prop_map(|mark| format!(
            "https://{mark}:{mark}@{mark}.my.connect.aws/{mark}?{mark}={mark}#{mark}"
        )),
        mark.prop_map(|mark| format!("{mark} {mark}, {mark}!")),
        mark.prop_map(|mark| format!("Jane {mark}")),
        mark.prop_map(|mark| format!("{{\"{mark}\":[\"{mark}\",{{\"Sid\":\"{mark}\"}}]}}")),
        mark.prop_map(|mark| format!("%7B%22{mark}%22%3A%22{mark}%22%7D")),
        mark.prop_map(|mark| format!("<a {mark}=\"{mark}\"><{mark}/></a>")),
        mark.prop_map(|mark| format!("-----BEGIN CERTIFICATE-----{mark}")),
        mark.prop_map(|mark| format!("AppStream {mark}")),
        mark.prop_map(|mark| format!("stream.standard.{mark}")),
        mark.prop_map(|mark| format!("eu-west-2{mark}")),
        mark.prop_map(|mark| format!("headset:{mark}")),
        mark.prop_map(|mark| format!("aws:{mark}")),
        mark.prop_map(|mark| format!("2026-01-01T00:00:00Z{mark}")),
        mark.prop_map(|mark| format!("C:\\{mark}\\{mark}.exe")),
        mark.prop_map(|mark| format!("text/html; {mark}")),
        mark.prop_map(|mark| format!("/{mark}/user/{mark}:{mark}")),
        mark.prop_map(|mark| format!("AWSServiceRoleFor{mark}_{mark}")),
        mark.prop_map(|mark| format!("\"{mark}\"")),
        mark.prop_map(|mark| format!("d-{mark}0123,{mark}")),
        Just("987654321098".to_owned()),
        Just("0fedcba9-8765-4321-8fed-cba987654321".to_owned()),
    ]
}

fn found(line: &Value) -> bool {
    let text = line.to_string();
    text.contains("zq") || text.contains("87654321") || text.contains("Jane")
}

/// Names of members, those of maps and of messages among them.
const MEMBERS: &[&str] = &[
    "Name",
    "Tags",
    "tags",
    "Key",
    "Value",
    "Description",
    "message",
    "Message",
    "__type",
    "Code",
    "State",
    "Arn",
    "PolicyDocument",
    "CreatedTime",
    "Metadata",
    "Username",
    "Password",
    "NextToken",
    "Applications",
    "StreamingURL",
];

fn planted() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        secret().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(Value::Null)
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        let key = prop_oneof![
            proptest::sample::select(MEMBERS).prop_map(str::to_owned),
            secret()
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(key, inner, 0..5).prop_map(|members| members.into_iter().collect()),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn nothing_private_comes_through_a_json_call(
        body in planted(), answer in planted(), secrets in prop::collection::vec(secret(), 6),
        status in prop::sample::select(vec![200_u16, 400, 503]),
    ) {
        let path: String = secrets[0].chars().filter(char::is_ascii_alphanumeric).collect();
        for (service, operation, protocol) in [
            ("connect", "DescribeUser", ("x-a", "")),
            ("sso-admin", "ListInstances", ("x-amz-target", "SWBExternalService.ListInstances")),
        ] {
            let signing = if service == "connect" { "connect" } else { "sso" };
            let asked = Asked::from_parts(
                "POST",
                &format!("https://{path}.{service}.eu-west-2.amazonaws.com/users/{path}/{path}?nextToken={path}&{path}={path}"),
                &[
                    ("authorization", &format!("AWS4-HMAC-SHA256 Credential={path}/20260101/eu-west-2/{signing}/aws4_request, Signature={path}")),
                    ("x-amz-meta-x", &secrets[1]), ("x-amz-tagging", &secrets[2]), ("x-amz-security-token", &secrets[3]),
                    ("cookie", &secrets[4]), ("cache-control", &secrets[5]), ("if-match", &secrets[3]), protocol,
                ],
                body.to_string().as_bytes(),
                (service, operation),
            );
            let headers = vec![
                ("content-type".to_owned(), secrets[0].clone()), ("x-amzn-errortype".to_owned(), secrets[1].clone()),
                ("etag".to_owned(), secrets[2].clone()), ("set-cookie".to_owned(), secrets[3].clone()),
                ("x-amz-bucket-region".to_owned(), secrets[4].clone()), ("location".to_owned(), secrets[5].clone()),
            ];
            let mut redactor = redactor();
            let line = call::line(&mut redactor, &asked, &Told::Answer(status, headers, answer.to_string().into()));
            prop_assert_eq!(line["service"].as_str(), Some(service));
            prop_assert!(!found(&line), "{}", line);
            let lost = call::line(&mut redactor, &asked, &Told::Lost(secrets.join(" ")));
            prop_assert!(!found(&lost), "{}", lost);
        }
    }

    #[test]
    fn nothing_private_comes_through_forms_xml_and_objects(
        secrets in prop::collection::vec(secret(), 6), body in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        let escape = |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
        let form = format!(
            "Action=CreateRole&Version=2010-05-08&RoleName={}&Tags.member.1.Key={}&Tags.member.1.Value={}&{}={}",
            escape(&secrets[0]), escape(&secrets[1]), escape(&secrets[2]), escape(&secrets[3]), escape(&secrets[4]),
        );
        let xml = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;");
        let answer = format!(
            "<ErrorResponse><Error><Code>{}</Code><Message>{}</Message></Error><RequestId>{}</RequestId></ErrorResponse>",
            xml(&secrets[0]), xml(&secrets[1]), xml(&secrets[5]),
        );
        let key = ("authorization", "AWS4-HMAC-SHA256 Credential=k/20260101/us-east-1/iam/aws4_request, Signature=1");
        let content = ("content-type", "application/x-www-form-urlencoded");
        let asked = Asked::from_parts("POST", "https://iam.amazonaws.com/", &[key, content], form.as_bytes(), ("iam", "CreateRole"));
        let line = call::line(&mut redactor(), &asked, &Told::Answer(400, Vec::new(), answer.into()));
        prop_assert_eq!(line["operation"].as_str(), Some("CreateRole"));
        prop_assert!(!found(&line), "{}", line);

        let mut object = secrets.join("\n").into_bytes();
        object.extend(body);
        let key = ("authorization", "AWS4-HMAC-SHA256 Credential=k/20260101/us-east-1/s3/aws4_request, Signature=1");
        let uri = format!("https://zqbucketxw.s3.eu-west-2.amazonaws.com/zqkeyxw/{}", escape(&secrets[0]));
        let asked = Asked::from_parts("PUT", &uri, &[key, ("content-type", &secrets[1])], &object, ("s3", "PutObject"));
        let line = call::line(&mut redactor(), &asked, &Told::Answer(200, Vec::new(), object.clone().into()));
        prop_assert!(!found(&line), "{}", line);
        let asked = Asked::from_parts("GET", &uri, &[], b"", ("http", "request"));
        let line = call::line(&mut redactor(), &asked, &Told::Answer(200, Vec::new(), object.into()));
        prop_assert!(!found(&line), "{}", line);
    }
}
