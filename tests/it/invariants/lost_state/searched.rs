//! What a search by tags sees although it was changed outside, and what it leaves out.

use super::*;

const ROLE: &str = "acme-support-connect";

/// Other people's roles, which trust other services.
fn foreign_roles(desk: &Desk, names: &[&str]) {
    others(desk, "us-east-1", async |aws| {
        for name in names {
            let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
            let role = aws.iam().create_role().role_name(*name);
            role.assume_role_policy_document(trust).send().await.unwrap();
        }
    });
}

/// No one may read the tags of this role.
fn denied(desk: &Desk) -> [&'static str; 2] {
    let rule = json!([{
        "kind": "error", "service": "iam", "operation": "ListRoleTags", "code": "AccessDenied", "status": 403,
        "times": 1000,
    }]);
    std::fs::write(desk.path().join("faults.json"), rule.to_string()).unwrap();
    ["--faults", "faults.json"]
}

#[test]
fn a_role_whose_trust_was_changed_is_found_and_goes() {
    let desk = lost();
    let lineage = lineage(&desk);
    trust_is_changed(&desk, ROLE);
    let said = run(&desk, &DESTROY, 5);
    assert!(said.data.contains(&format!("iam.role/{ROLE}")), "{}", said.data);
    let command = ["destroy", "--lineage", &lineage, "--sim", "--yes"];
    let said = desk.run(&command);
    assert!(
        said.data.contains(&format!("- iam.role/{ROLE}")),
        "{}\n{}",
        said.data,
        said.talk
    );
    assert_eq!(lineages(&desk), BTreeSet::new());
}

/// Hundreds of other people's roles do not make every run fail because their tags may not be read; one that could be the
/// environment's does.
#[test]
fn of_roles_whose_tags_are_denied_only_those_that_may_be_ours_are_not_proven() {
    let desk = Desk::with(crate::support::fixtures::DESKS);
    desk.ok(&["plan", "center.yaml", "--sim"]);
    foreign_roles(&desk, &["payroll", "backup"]);
    let faults = denied(&desk);
    let strange = [
        "destroy",
        "--name",
        "acme-desks",
        "--sim",
        "--yes",
        faults[0],
        faults[1],
    ];
    let said = desk.run(&strange);
    assert!(!said.talk.contains("not searched: "), "{}", said.talk);
    assert!(
        said.talk.contains("whose tags cannot be read")
            && said.talk.contains("iam.role/backup, iam.role/payroll"),
        "{}",
        said.talk
    );
    foreign_roles(&desk, &["acme-desks-connect"]);
    let said = run(&desk, &strange, 1);
    assert!(
        said.talk
            .contains("not searched: the tags of iam.role `acme-desks-connect`"),
        "{}",
        said.talk
    );
}

/// Where state names the environment's things, other people's roles take no calls.
#[test]
fn where_state_is_known_the_roles_of_others_are_not_read() {
    let desk = Desk::with(crate::support::fixtures::DESKS);
    desk.ok(&APPLY);
    foreign_roles(&desk, &["payroll", "acme-desks-connect"]);
    let faults = denied(&desk);
    let said = run(
        &desk,
        &["destroy", "center.yaml", "--sim", "--yes", faults[0], faults[1]],
        0,
    );
    assert!(!said.talk.contains("left out"), "{}", said.talk);
}

/// AWS keeps the target of a fleet that was deleted, and the target's own tags say whose it was.
#[test]
fn scaling_is_found_by_its_own_tags() {
    let text = crate::support::fixtures::with(
        crate::support::fixtures::DESKS,
        &[("capacity: 2", "capacity: { min: 1, max: 4, target: 75 }")],
    );
    let desk = Desk::with(&text);
    desk.ok(&APPLY);
    others(&desk, "eu-west-1", async |aws| {
        let fleet = "arn:aws:appstream:eu-west-1:123456789012:fleet/acme-desks-agents";
        let untag = aws.appstream().untag_resource().resource_arn(fleet);
        let untag = untag.tag_keys("headset:id").tag_keys("headset:environment");
        untag.send().await.unwrap();
    });
    std::fs::remove_dir_all(desk.path().join(".headset/acme-desks")).unwrap();
    let said = run(&desk, &["destroy", "--name", "acme-desks", "--sim", "--yes"], 5);
    assert!(
        said.data.contains("autoscaling.fleet/acme-desks-agents"),
        "{}",
        said.data
    );
}

/// One of the two tags is enough to be named: what has lost the other one is not gone.
#[test]
fn what_has_lost_one_of_its_tags_is_named() {
    for (tag, kept) in [
        ("headset:environment", "headset:id"),
        ("headset:id", "headset:environment"),
    ] {
        let desk = lost();
        let lineage = lineage(&desk);
        others(&desk, "eu-west-1", async |aws| {
            let stack = "arn:aws:appstream:eu-west-1:123456789012:stack/acme-support-agents";
            let untag = aws.appstream().untag_resource().resource_arn(stack);
            untag.tag_keys(tag).send().await.unwrap();
        });
        let said = run(
            &desk,
            &[
                "destroy",
                "--name",
                "acme-support",
                "--lineage",
                &lineage,
                "--sim",
                "--yes",
            ],
            1,
        );
        assert!(
            said.talk.contains(&format!(
                "appstream.stack/acme-support-agents in eu-west-1: its tag {tag}"
            )),
            "{kept}\n{}",
            said.talk
        );
    }
}

/// An environment may have its users on the instance of another one, which carries tags of its own.
#[test]
fn users_on_the_instance_of_another_environment_are_found() {
    let desk = Desk::example("minimal.yaml");
    std::fs::rename(desk.path().join("center.yaml"), desk.path().join("instance.yaml")).unwrap();
    desk.ok(&["apply", "instance.yaml", "--sim", "--yes"]);
    desk.write(&example("ephemeral.yaml").1);
    desk.ok(&APPLY);
    std::fs::remove_dir_all(desk.path().join(".headset/acme-test")).unwrap();
    let said = run(&desk, &["destroy", "--name", "acme-test", "--sim", "--yes"], 5);
    assert!(said.data.contains("connect.user/"), "{}", said.data);
}

const POOL: &str = "\
version: 1
name: acme-pool
aws: { region: eu-west-1 }
lifetime: 1d
appstream:
  users:
    agent1@example.com: { first: Agent, last: One }
    agent2@example.com: { first: Agent, last: Two }
";

/// Nothing carries a tag, so that only a blueprint can say what is there.
#[test]
fn an_environment_of_a_user_pool_alone_is_not_called_nothing() {
    let desk = Desk::with(POOL);
    desk.ok(&APPLY);
    desk.lose_state();
    for arguments in [
        &["destroy", "--name", "acme-pool", "--sim", "--yes"][..],
        &["destroy", "--lineage", STRANGE, "--sim", "--yes"],
    ] {
        says_what_it_cannot_find(&run(&desk, arguments, 1));
    }
    let said = run(&desk, &DESTROY, 1);
    assert!(
        said.talk
            .contains("appstream.user/agent1@example.com: it cannot carry tags"),
        "{}",
        said.talk
    );
    assert!(
        said.talk
            .contains("`headset import center.yaml --sim appstream.user/agent1@example.com`"),
        "{}",
        said.talk
    );
}

/// A state that knows a part does not speak for the rest, by the blueprint or by the name.
#[test]
fn what_was_imported_in_part_is_not_called_taken_down() {
    let desk = Desk::with(POOL);
    desk.ok(&APPLY);
    let part = [
        "import",
        "center.yaml",
        "appstream.user/agent1@example.com",
        "--sim",
        "--yes",
    ];
    desk.lose_state();
    desk.ok(&part);
    for _ in 0..2 {
        let said = run(&desk, &DESTROY, 1);
        assert!(!said.talk.contains("acme-pool: taken down"), "{}", said.talk);
        assert!(
            said.talk
                .contains("appstream.user/agent2@example.com: it cannot carry tags"),
            "{}",
            said.talk
        );
    }
    says_what_it_cannot_find(&run(
        &desk,
        &["destroy", "--name", "acme-pool", "--sim", "--yes"],
        1,
    ));
    // The rest is taken over and taken down: now nothing is left, and the state says so for good.
    desk.ok(&["import", "center.yaml", "--sim", "--yes"]);
    let said = run(&desk, &DESTROY, 0);
    assert!(said.talk.contains("acme-pool: taken down"), "{}", said.talk);
    for arguments in [
        &DESTROY[..],
        &["destroy", "--name", "acme-pool", "--sim", "--yes"],
    ] {
        let said = run(&desk, arguments, 0);
        assert!(
            said.talk.contains("acme-pool: nothing of it exists"),
            "{}",
            said.talk
        );
    }
}

/// An apply of everything makes a state whole again that began as a part.
#[test]
fn an_apply_makes_a_state_whole_again() {
    let desk = Desk::with(POOL);
    desk.ok(&APPLY);
    desk.lose_state();
    desk.ok(&[
        "import",
        "center.yaml",
        "appstream.user/agent1@example.com",
        "--sim",
        "--yes",
    ]);
    desk.ok(&APPLY);
    assert!(
        states_of(&desk, "acme-pool")
            .iter()
            .all(|state| !state.contains("\"partial\""))
    );
}

/// The contents of all states of an environment.
fn states_of(desk: &Desk, name: &str) -> Vec<String> {
    let environment = desk.path().join(".headset").join(name);
    let places = names(&environment).into_iter();
    places
        .filter_map(|place| std::fs::read_to_string(environment.join(place).join("state.json")).ok())
        .collect()
}

/// Where it was looked in one region, the others are named as what was not searched.
#[test]
fn a_lineage_in_one_region_says_nothing_about_the_others() {
    let desk = lost();
    let lineage = lineage(&desk);
    for lineage in [lineage.as_str(), STRANGE] {
        let said = run(
            &desk,
            &[
                "destroy",
                "--lineage",
                lineage,
                "--region",
                "eu-west-2",
                "--sim",
                "--yes",
            ],
            1,
        );
        assert!(
            said.talk
                .contains("all other regions: --region limits the search to eu-west-2"),
            "{}",
            said.talk
        );
    }
}

fn stack_of(desk: &Desk, name: &str, environment: &str, lineage: &str) {
    others(desk, "eu-west-1", async |aws| {
        let stack = aws.appstream().create_stack().name(name);
        let stack = stack
            .tags("headset:environment", environment)
            .tags("headset:id", lineage);
        stack.tags("headset:expires", LONG_AGO).send().await.unwrap();
    });
}

/// A copy of a lineage may have another name: each command that is printed takes down what it names, in any order.
#[test]
fn several_names_under_one_lineage_go_one_after_the_other() {
    let desk = Desk::with(crate::support::fixtures::DESKS);
    desk.ok(&["plan", "center.yaml", "--sim"]);
    let names = ["acme-one", "acme-two", "acme-three"];
    for name in names {
        stack_of(&desk, &format!("{name}-desk"), name, STRANGE);
    }
    for name in names {
        assert!(world(&desk).to_string().contains(&format!("{name}-desk")));
        let said = desk.run(&["destroy", "--name", name, "--sim", "--yes"]);
        assert_eq!(said.code, Some(5), "{}\n{}", said.data, said.talk);
        let said = obey(&desk, &said, 1);
        assert!(
            said.data.contains(&format!("- appstream.stack/{name}-desk")),
            "{}\n{}",
            said.data,
            said.talk
        );
        assert!(!world(&desk).to_string().contains(&format!("{name}-desk")));
        let rest = names
            .iter()
            .filter(|other| world(&desk).to_string().contains(&format!("{other}-desk")));
        for other in rest {
            let hint = format!("headset destroy --name {other} --lineage {STRANGE}");
            assert!(
                said.talk.replace("\n          ", " ").contains(&hint),
                "{hint}\n{}",
                said.talk
            );
        }
    }
    // All of them at once, by what they have in common.
    for name in names {
        stack_of(&desk, &format!("{name}-desk"), name, STRANGE);
    }
    run(&desk, &["destroy", "--lineage", STRANGE, "--sim", "--yes"], 1);
    assert_eq!(lineages(&desk), BTreeSet::new());
}

/// What carries the environment's lineage under another name may be its own: it does not go, and is not passed over.
#[test]
fn what_is_called_otherwise_is_named_with_the_command_that_takes_it_down() {
    let desk = Desk::with(crate::support::fixtures::DESKS);
    desk.ok(&APPLY);
    let lineage = lineage(&desk);
    stack_of(&desk, "acme-other-desk", "acme-other", &lineage);
    let said = run(&desk, &DESTROY, 5);
    let hint = format!("headset destroy --name acme-other --lineage {lineage}");
    assert!(
        said.talk.replace("\n          ", " ").contains(&hint),
        "{}",
        said.talk
    );
    assert!(said.talk.contains("acme-desks: taken down"), "{}", said.talk);
    obey(&desk, &said, 1);
    assert_eq!(lineages(&desk), BTreeSet::new());
    run(&desk, &DESTROY, 0);
}

/// A tag that is none is named, and fails only the runs that are about its lineage or its name.
#[test]
fn a_stray_tag_does_not_spoil_the_runs_of_others() {
    let desk = Desk::with(crate::support::fixtures::DESKS);
    desk.ok(&APPLY);
    let own = lineage(&desk);
    const OTHER: &str = "6f1d0c1e-8888-4888-8888-888888888888";
    foreign_bucket(&desk, "stray-of-another", "", OTHER, LONG_AGO);
    foreign_bucket(&desk, "stray-of-none", "", "", LONG_AGO);
    let said = run(&desk, &["destroy", "--lineage", &own, "--sim", "--yes"], 0);
    for stray in ["stray-of-another", "stray-of-none"] {
        assert!(
            said.talk
                .contains(&format!("warning[malformed-tag]: s3.bucket/{stray} in eu-west-2")),
            "{}",
            said.talk
        );
    }
    assert!(said.talk.contains("acme-desks: taken down"), "{}", said.talk);
    // The run that is about this lineage cannot pass it over.
    let said = run(&desk, &["destroy", "--lineage", OTHER, "--sim", "--yes"], 1);
    assert!(
        said.talk
            .contains("error[malformed-tag]: s3.bucket/stray-of-another"),
        "{}",
        said.talk
    );
}
