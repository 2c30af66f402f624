//! Tags that other people wrote: they are named, and delete nothing.

use super::*;

#[test]
fn three_tags_do_not_empty_a_foreign_bucket() {
    let desk = Desk::example("split-ccp.yaml");
    desk.ok(&APPLY);
    foreign_bucket(&desk, "payroll", "payroll-env", STRANGE, LONG_AGO);
    let said = run(&desk, &EXPIRED, 5);
    assert!(
        said.data.contains("s3.bucket/payroll in eu-west-2"),
        "{}",
        said.data
    );
    // Not even when its lineage is asked for: it holds data, and its name is not what Headset would give.
    let said = obey(&desk, &said, 1);
    assert!(
        said.talk
            .contains("s3.bucket/payroll in eu-west-2: it holds data"),
        "{}",
        said.talk
    );
    assert!(world(&desk).to_string().contains("payroll.csv"));
    assert!(!desk.path().join(".headset/payroll-env").exists());
}

/// The tags of an environment that is known here are there for all to read, and to copy.
#[test]
fn a_copied_lineage_does_not_take_a_foreign_bucket_along() {
    let desk = Desk::example("split-ccp.yaml");
    desk.ok(&APPLY);
    let lineage = lineage(&desk);
    foreign_bucket(&desk, "payroll", "acme-support", &lineage, LONG_AGO);
    desk.days_pass(4);
    let said = run(&desk, &EXPIRED, 1);
    assert!(
        said.talk
            .contains("s3.bucket/payroll in eu-west-2: it holds data"),
        "{}",
        said.talk
    );
    assert!(world(&desk).to_string().contains("payroll.csv"));
    let left: Vec<String> = world(&desk)["s3"]["buckets"]
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect();
    assert_eq!(left, ["payroll"], "its own is gone");
    for state in states(&desk) {
        assert!(!state.contains("payroll"), "{state}");
    }
}

#[test]
fn hostile_tags_are_named_and_stop_nothing() {
    let desk = Desk::example("split-ccp.yaml");
    desk.ok(&APPLY);
    for (index, environment) in ["../../x", "", ".", "a/b"].iter().enumerate() {
        foreign_bucket(&desk, &format!("hostile-{index}"), environment, STRANGE, LONG_AGO);
    }
    foreign_bucket(&desk, "hostile-lineage", "acme-other", "../../y", LONG_AGO);
    foreign_bucket(&desk, "hostile-expiry", "acme-other", STRANGE, "soon");
    desk.days_pass(4);
    let said = run(&desk, &EXPIRED, 1);
    for index in 0..4 {
        assert!(
            said.talk.contains(&format!(
                "s3.bucket/hostile-{index} in eu-west-2: its tag headset:environment"
            )),
            "{}",
            said.talk
        );
    }
    assert!(
        said.talk
            .contains("s3.bucket/hostile-lineage in eu-west-2: its tag headset:id"),
        "{}",
        said.talk
    );
    assert!(
        said.talk
            .contains("s3.bucket/hostile-expiry in eu-west-2: its tag headset:expires"),
        "{}",
        said.talk
    );
    // The environment that has expired went all the same.
    assert!(said.data.contains("- connect.instance/main"), "{}", said.data);
    assert!(!world(&desk).to_string().contains("acme-support-agents"));
    // Nothing was written but into the state directory.
    assert_eq!(names(desk.path()), [".headset", "center.yaml"]);
    assert_eq!(names(&desk.path().join(".headset")), ["acme-support", "sim"]);
    assert!(!desk.path().join("../x").exists());
}
