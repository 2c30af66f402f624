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
