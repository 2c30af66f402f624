//! Regions and ARNs of one blueprint are in one partition.

use super::super::{Sources, read};
use super::{MINIMAL, SPLIT_CCP};

/// What is wrong with a blueprint once these values are set in it: code, message and place.
fn wrong(text: &str, sets: &[&str]) -> Vec<(&'static str, String, String)> {
    let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
    let (_, findings) = read(&Sources {
        sets: &sets,
        ..Sources::alone("b.yaml", text)
    });
    let errors = findings
        .into_iter()
        .filter(|finding| finding.severity == headset_core::diagnostic::Severity::Error);
    errors
        .map(|finding| {
            let place = finding.place.map(|place| format!("{place:?}"));
            (finding.code, finding.message, place.unwrap_or_default())
        })
        .collect()
}

#[test]
fn regions_of_two_partitions_are_a_mistake_with_a_place() {
    for (set, message) in [
        (
            "aws.regions.appstream=us-gov-west-1",
            "`aws.regions.appstream` is in partition aws-us-gov (us-gov-west-1), and `aws.region` in aws (eu-west-2)",
        ),
        (
            "aws.identity_center.region=us-gov-east-1",
            "`aws.identity_center.region` is in partition aws-us-gov (us-gov-east-1), and `aws.region` in aws (eu-west-2)",
        ),
        (
            "aws.regions.connect=cn-north-1",
            "`aws.regions.connect` is in partition aws-cn (cn-north-1), and `aws.region` in aws (eu-west-2)",
        ),
        (
            "aws.identity_center.role=arn:aws-us-gov:iam::111122223333:role/headset",
            "`aws.identity_center.role` is in partition aws-us-gov (arn:aws-us-gov:iam::111122223333:role/headset), and \
             `aws.region` in aws (eu-west-2)",
        ),
    ] {
        let found = wrong(SPLIT_CCP, &[set]);
        let mixed: Vec<_> = found
            .iter()
            .filter(|(code, ..)| *code == "mixed-partitions")
            .collect();
        assert_eq!(mixed.len(), 1, "{set}: {found:?}");
        assert_eq!(mixed[0].1, message, "{set}");
        assert!(mixed[0].2.contains("--set"), "{set}: {}", mixed[0].2);
    }
    // An ARN alone says a partition as well.
    let linked = "version: 1\nname: acme\naws: { region: eu-west-2 }\nconnect:\n  existing: \
                  arn:aws-us-gov:connect:us-gov-west-1:123456789012:instance/12345678-1234-1234-1234-123456789012\n";
    let found = wrong(linked, &[]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0]
            .1
            .starts_with("`connect.existing` is in partition aws-us-gov ("),
        "{found:?}"
    );
    // With the region of all, what the other keys say is in the other partition.
    let found = wrong(SPLIT_CCP, &["aws.region=us-gov-west-1"]);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(
        found.iter().all(|(code, ..)| *code == "mixed-partitions"),
        "{found:?}"
    );
}

#[test]
fn one_partition_is_no_mistake_whichever_it_is() {
    let gov = [
        "aws.region=us-gov-west-1",
        "aws.regions.appstream=us-gov-east-1",
        "aws.identity_center.region=us-gov-east-1",
    ];
    assert_eq!(wrong(SPLIT_CCP, &gov), []);
    assert_eq!(
        wrong(
            MINIMAL,
            &["aws.identity_center.role=arn:aws:iam::111122223333:role/headset"]
        ),
        []
    );
}

/// Roles, boundaries, instances, fleets and stacks serve in their own account only; images, secrets and everything that
/// Identity Center has may be another's.
#[test]
fn what_only_the_own_account_can_give_is_told_where_it_stands() {
    let own = "aws.account=\"123456789012\"";
    let role = "arn:aws:iam::111122223333:role/desktop";
    let instance = "arn:aws:connect:eu-west-2:111122223333:instance/12345678-1234-1234-1234-123456789012";
    for (path, arn) in [
        ("appstream.fleets.agents.role", role),
        ("appstream.images.agent-desktop.role", role),
        (
            "sign_in.role.permissions_boundary",
            "arn:aws:iam::111122223333:policy/boundary",
        ),
    ] {
        let set = format!("{path}={arn}");
        let found = wrong(SPLIT_CCP, &[own, &set]);
        let [(code, message, place)] = &found[..] else {
            panic!("{path}: {found:?}")
        };
        assert_eq!(*code, "other-account", "{path}");
        assert_eq!(
            *message,
            format!(
                "`{path}` is of account 111122223333 ({arn}), and this environment is in account 123456789012"
            )
        );
        assert!(place.contains("--set"), "{path}: {place}");
        // Of the own account it is right, and without an account nothing says that it is not.
        assert_eq!(
            wrong(SPLIT_CCP, &[own, &set.replace("111122223333", "123456789012")]),
            [],
            "{path}"
        );
        assert_eq!(wrong(SPLIT_CCP, &[&set]), [], "{path}");
    }
    let head = "version: 1\nname: acme\naws: { account: \"123456789012\", region: eu-west-2 }\n";
    for (text, path) in [
        (
            format!("{head}connect:\n  existing: {instance}\n"),
            "connect.existing",
        ),
        (
            format!(
                "{head}appstream:\n  network: {{ subnets: [subnet-0a1b2c3d4e5f60718], security_groups: \
                 [sg-0a1b2c3d4e5f60718], internet: nat }}\n  fleets:\n    agents: {{ existing: \
                 \"arn:aws:appstream:eu-west-2:111122223333:fleet/agents\" }}\n  stacks:\n    agents: {{ fleet: \
                 agents }}\n"
            ),
            "appstream.fleets.agents.existing",
        ),
        (
            format!(
                "{head}connect: {{ alias: acme }}\nccp:\n  hosting: cloudfront\n  domain: {{ name: desk.example.com, \
                 certificate: \"arn:aws:acm:us-east-1:111122223333:certificate/12345678-1234-1234-1234-123456789012\" \
                 }}\n"
            ),
            "ccp.domain.certificate",
        ),
    ] {
        let found = wrong(&text, &[]);
        let [(code, message, _)] = &found[..] else {
            panic!("{path}: {found:?}")
        };
        assert!(*code == "other-account" && message.contains(path), "{found:?}");
    }
    for set in [
        "aws.identity_center.role=arn:aws:iam::111122223333:role/headset",
        "sign_in.role.permissions_boundary=arn:aws:iam::aws:policy/PowerUserAccess",
        "sign_in.idp.identity_center.application_arn=arn:aws:sso::111122223333:application/ssoins-0123456789abcdef/apl-0123456789abcdef",
    ] {
        assert_eq!(wrong(SPLIT_CCP, &[own, set]), [], "{set}");
    }
}
