//! The evaluation rules of the IAM user guide, one test a rule.

use super::*;

fn policy(statements: &str) -> Policy {
    Policy::parse(
        &format!(r#"{{"Version":"2012-10-17","Statement":{statements}}}"#),
        Kind::Resource,
    )
    .unwrap()
}

fn a_role() -> Principal {
    Principal::Aws {
        arn: "arn:aws:iam::111122223333:user/jo".into(),
        account: "111122223333".into(),
    }
}

fn ask(
    policy: &Policy,
    principal: &Principal,
    action: &str,
    resource: &str,
    context: &[(&str, &[&str])],
) -> Decision {
    let context: Context = context
        .iter()
        .map(|(k, v)| (k.to_string(), v.iter().map(|v| v.to_string()).collect()))
        .collect();
    policy.decide(&Request {
        principal,
        action,
        resource,
        context: &context,
    })
}

fn condition(text: &str, context: &[(&str, &[&str])]) -> bool {
    let policy = policy(&format!(
        r#"{{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*","Condition":{text}}}"#
    ));
    ask(
        &policy,
        &Principal::Anonymous,
        "s3:GetObject",
        "arn:aws:s3:::b/k",
        context,
    ) == Decision::Allowed
}

#[test]
fn explicit_deny_wins_whatever_the_order() {
    for order in [["Allow", "Deny"], ["Deny", "Allow"]] {
        let p = policy(&format!(
            r#"[{{"Effect":"{}","Principal":"*","Action":"s3:*","Resource":"*"}},
                {{"Effect":"{}","Principal":"*","Action":"s3:GetObject","Resource":"*"}}]"#,
            order[0], order[1]
        ));
        assert_eq!(
            ask(&p, &a_role(), "s3:GetObject", "arn:aws:s3:::b/k", &[]),
            Decision::Denied
        );
    }
}

#[test]
fn what_no_statement_speaks_of_is_silent() {
    let p =
        policy(r#"{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}"#);
    assert_eq!(
        ask(&p, &a_role(), "s3:PutObject", "arn:aws:s3:::b/k", &[]),
        Decision::Silent
    );
    assert_eq!(
        ask(&p, &a_role(), "s3:GetObject", "arn:aws:s3:::c/k", &[]),
        Decision::Silent
    );
}

#[test]
fn actions_ignore_case_and_resources_do_not() {
    let p =
        policy(r#"{"Effect":"Allow","Principal":"*","Action":"S3:getobj*","Resource":"arn:aws:s3:::b/A?c"}"#);
    assert_eq!(
        ask(&p, &a_role(), "s3:GetObject", "arn:aws:s3:::b/Abc", &[]),
        Decision::Allowed
    );
    assert_eq!(
        ask(&p, &a_role(), "s3:GetObject", "arn:aws:s3:::b/abc", &[]),
        Decision::Silent
    );
    assert_eq!(
        ask(&p, &a_role(), "s3:GetObject", "arn:aws:s3:::b/Ac", &[]),
        Decision::Silent
    );
}

#[test]
fn the_not_forms_invert() {
    let p = policy(
        r#"{"Effect":"Deny","NotPrincipal":{"AWS":"111122223333"},"NotAction":"s3:GetObject","NotResource":"arn:aws:s3:::b/open/*"}"#,
    );
    let other = Principal::Aws {
        arn: "arn:aws:iam::123456789012:root".into(),
        account: "123456789012".into(),
    };
    assert_eq!(
        ask(&p, &other, "s3:PutObject", "arn:aws:s3:::b/k", &[]),
        Decision::Denied
    );
    assert_eq!(
        ask(&p, &a_role(), "s3:PutObject", "arn:aws:s3:::b/k", &[]),
        Decision::Silent
    );
    assert_eq!(
        ask(&p, &other, "s3:GetObject", "arn:aws:s3:::b/k", &[]),
        Decision::Silent
    );
    assert_eq!(
        ask(&p, &other, "s3:PutObject", "arn:aws:s3:::b/open/k", &[]),
        Decision::Silent
    );
}

#[test]
fn a_role_covers_its_sessions_and_an_account_everybody_in_it() {
    let session = Principal::Aws {
        arn: "arn:aws:sts::111122223333:assumed-role/Deploy/x".into(),
        account: "111122223333".into(),
    };
    for (named, covered) in [
        ("arn:aws:iam::111122223333:role/team/Deploy", true),
        ("arn:aws:iam::111122223333:root", true),
        ("111122223333", true),
        ("arn:aws:sts::111122223333:assumed-role/Deploy/x", true),
        ("arn:aws:iam::111122223333:role/Other", false),
        ("arn:aws:iam::123456789012:root", false),
    ] {
        let p = policy(&format!(
            r#"{{"Effect":"Allow","Principal":{{"AWS":"{named}"}},"Action":"s3:*","Resource":"*"}}"#
        ));
        assert_eq!(
            ask(&p, &session, "s3:GetObject", "arn:aws:s3:::b/k", &[]) == Decision::Allowed,
            covered,
            "{named}"
        );
    }
}

#[test]
fn several_values_of_a_condition_are_alternatives_and_several_keys_all_count() {
    let both = r#"{"StringEquals":{"aws:a":["1","2"],"aws:b":"3"}}"#;
    assert!(condition(both, &[("aws:a", &["2"]), ("aws:b", &["3"])]));
    assert!(!condition(both, &[("aws:a", &["2"]), ("aws:b", &["4"])]));
    assert!(!condition(both, &[("aws:a", &["2"])]));
}

#[test]
fn negated_operators_want_no_match_and_hold_for_absent_keys() {
    let not = r#"{"StringNotEquals":{"aws:a":["1","2"]}}"#;
    assert!(condition(not, &[("aws:a", &["3"])]));
    assert!(!condition(not, &[("aws:a", &["2"])]));
    assert!(condition(not, &[]));
}

#[test]
fn if_exists_holds_for_absent_keys_only() {
    let maybe = r#"{"StringEqualsIfExists":{"aws:a":"1"}}"#;
    assert!(condition(maybe, &[]));
    assert!(!condition(maybe, &[("aws:a", &["2"])]));
}

#[test]
fn set_operators() {
    let any = r#"{"ForAnyValue:StringLike":{"aws:tags":["a*"]}}"#;
    assert!(condition(any, &[("aws:tags", &["b", "ab"])]));
    assert!(!condition(any, &[("aws:tags", &["b"])]));
    assert!(!condition(any, &[]));
    let all = r#"{"ForAllValues:StringEquals":{"aws:tags":["a","b"]}}"#;
    assert!(condition(all, &[("aws:tags", &["a", "b"])]));
    assert!(!condition(all, &[("aws:tags", &["a", "c"])]));
    assert!(condition(all, &[]));
}

#[test]
fn bool_ip_arn_null_number_and_date() {
    assert!(condition(
        r#"{"Bool":{"aws:SecureTransport":"false"}}"#,
        &[("aws:securetransport", &["false"])]
    ));
    assert!(condition(
        r#"{"Bool":{"aws:SecureTransport":true}}"#,
        &[("aws:securetransport", &["true"])]
    ));
    assert!(condition(
        r#"{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#,
        &[("aws:sourceip", &["203.0.113.9"])]
    ));
    assert!(!condition(
        r#"{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#,
        &[("aws:sourceip", &["203.0.114.9"])]
    ));
    assert!(condition(
        r#"{"IpAddress":{"aws:SourceIp":"0.0.0.0/0"}}"#,
        &[("aws:sourceip", &["203.0.114.9"])]
    ));
    assert!(condition(
        r#"{"NotIpAddress":{"aws:SourceIp":"2001:db8::/32"}}"#,
        &[("aws:sourceip", &["2001:db9::1"])]
    ));
    let arn = r#"{"ArnLike":{"aws:SourceArn":"arn:aws:s3:*:111122223333:*"}}"#;
    assert!(condition(
        arn,
        &[("aws:sourcearn", &["arn:aws:s3:eu-west-2:111122223333:x:y"])]
    ));
    assert!(!condition(
        arn,
        &[("aws:sourcearn", &["arn:aws:s3:eu:west:111122223333:x"])]
    ));
    assert!(condition(r#"{"Null":{"aws:a":"true"}}"#, &[]));
    assert!(!condition(r#"{"Null":{"aws:a":"true"}}"#, &[("aws:a", &["x"])]));
    assert!(condition(
        r#"{"NumericLessThanEquals":{"s3:max-keys":"10"}}"#,
        &[("s3:max-keys", &["10"])]
    ));
    assert!(condition(
        r#"{"DateGreaterThan":{"aws:CurrentTime":"2026-01-01T00:00:00Z"}}"#,
        &[("aws:currenttime", &["2026-06-01T00:00:00Z"])]
    ));
}

#[test]
fn variables_are_replaced_only_in_the_newer_version() {
    let statement = r#"{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/${aws:username}/*"}"#;
    let new = policy(statement);
    assert_eq!(
        ask(
            &new,
            &a_role(),
            "s3:GetObject",
            "arn:aws:s3:::b/jo/k",
            &[("aws:username", &["jo"])]
        ),
        Decision::Allowed
    );
    assert_eq!(
        ask(&new, &a_role(), "s3:GetObject", "arn:aws:s3:::b/jo/k", &[]),
        Decision::Silent
    );
    let old = Policy::parse(
        &format!(r#"{{"Version":"2008-10-17","Statement":{statement}}}"#),
        Kind::Resource,
    )
    .unwrap();
    assert_eq!(
        ask(
            &old,
            &a_role(),
            "s3:GetObject",
            "arn:aws:s3:::b/jo/k",
            &[("aws:username", &["jo"])]
        ),
        Decision::Silent
    );
}

#[test]
fn malformed_documents_are_refused() {
    let identity = [
        r#"not json"#,
        r#"[]"#,
        r#"{}"#,
        r#"{"Version":"2012-10-18","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#,
        r#"{"Statement":[]}"#,
        r#"{"Statement":{"Effect":"allow","Action":"*","Resource":"*"}}"#,
        r#"{"Statement":{"Effect":"Allow","Action":"GetObject","Resource":"*"}}"#,
        r#"{"Statement":{"Effect":"Allow","Action":"s3:GetObject"}}"#,
        r#"{"Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"bucket"}}"#,
        r#"{"Statement":{"Effect":"Allow","Action":"s3:GetObject","NotAction":"s3:*","Resource":"*"}}"#,
        r#"{"Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Principal":"*"}}"#,
        r#"{"Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Conditions":{}}}"#,
        r#"{"Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"StringIs":{"aws:a":"b"}}}}"#,
    ];
    for document in identity {
        assert!(Policy::parse(document, Kind::Identity).is_err(), "{document}");
    }
    let trust = [
        r#"{"Statement":{"Effect":"Allow","Action":"sts:AssumeRole"}}"#,
        r#"{"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:GetObject"}}"#,
        r#"{"Statement":{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole","Resource":"*"}}"#,
        r#"{"Statement":{"Effect":"Allow","Principal":{"AWS":"someone"},"Action":"sts:AssumeRole"}}"#,
        r#"{"Statement":{"Effect":"Allow","Principal":{"Federated":"our identity provider"},"Action":"sts:AssumeRoleWithSAML"}}"#,
        r#"{"Statement":{"Effect":"Allow","Principal":{"Service":"appstrem.amazonaws.com"},"Action":"sts:AssumeRole"}}"#,
        r#"{"Statement":{"Effect":"Allow","Principal":"*","Action":"sts:GetCallerIdentity"}}"#,
        r#"{"Statement":{"Effect":"Allow","Principal":"*","Action":"sts:*"}}"#,
    ];
    for document in trust {
        assert!(Policy::parse(document, Kind::Trust).is_err(), "{document}");
    }
    let good = r#"{"Statement":{"Effect":"Allow","Principal":{"Service":"appstream.amazonaws.com"},"Action":"sts:AssumeRole"}}"#;
    assert!(Policy::parse(good, Kind::Trust).is_ok());
}
