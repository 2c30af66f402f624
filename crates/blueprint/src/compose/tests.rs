//! Files over files, values from outside, and what is made of mistakes in either.

use std::collections::BTreeMap;
use std::time::Duration;

use super::*;
use crate::model::{At, Blueprint};
use crate::read;

const BASE: &str = "version: 1
name: acme
lifetime: 3d
tags: { team: support, cost: \"42\" }
connect:
  alias: acme-base
  users:
    agent1@example.com: { first: Agent, last: One, security: [Agent, Admin] }
sign_in: { idp: { identity_center: { application: acme, groups: [agents, leads] } } }
";

/// A small world: files by path, variables, and values set from outside.
#[derive(Default)]
struct World {
    files: BTreeMap<String, String>,
    variables: BTreeMap<String, String>,
    values: Vec<(String, String)>,
    sets: Vec<String>,
}

impl World {
    fn file(mut self, path: &str, text: &str) -> World {
        self.files.insert(path.to_owned(), text.to_owned());
        self
    }

    fn variable(mut self, name: &str, value: &str) -> World {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    fn values(mut self, name: &str, text: &str) -> World {
        self.values.push((name.to_owned(), text.to_owned()));
        self
    }

    fn set(mut self, set: &str) -> World {
        self.sets.push(set.to_owned());
        self
    }

    fn read(&self, file: &str) -> (Option<Blueprint>, Vec<Diagnostic>) {
        let load = |path: &str| {
            let found = self.files.get(path).cloned();
            found.ok_or_else(|| "there is no such file".to_owned().into())
        };
        let variable = |name: &str| self.variables.get(name).cloned();
        read(&Sources {
            file,
            text: &self.files[file],
            load: &load,
            load_bytes: &|_, _| Err("there is no such file".to_owned().into()),
            variable: &variable,
            target: None,
            values: &self.values,
            sets: &self.sets,
            now: None,
        })
    }

    fn good(&self, file: &str) -> Blueprint {
        let (blueprint, findings) = self.read(file);
        assert_eq!(findings, Vec::new());
        blueprint.expect("no errors")
    }

    /// Codes and places of what is wrong.
    fn wrong(&self, file: &str) -> Vec<String> {
        let (blueprint, findings) = self.read(file);
        assert!(blueprint.is_none(), "nothing is wrong");
        findings
            .iter()
            .map(|finding| {
                let place = finding.place.as_ref().expect("a place");
                format!("{} {place}", finding.code)
            })
            .collect()
    }
}

fn alias(blueprint: &Blueprint) -> String {
    let connect = blueprint.connect.as_ref().expect("connect");
    connect.entry.name.as_ref().expect("ours").value.clone()
}

fn names(list: &[At<String>]) -> Vec<&str> {
    list.iter().map(|at| at.value.as_str()).collect()
}

#[test]
fn maps_merge_lists_replace_and_null_removes() {
    let over = "extends: base.yaml
name: acme-test
lifetime: null
tags: { cost: \"43\", owner: ada }
connect: { users: { agent1@example.com: { last: Eins, security: [Agent] } } }
sign_in: { idp: { identity_center: { groups: [agents] } } }
";
    let blueprint = World::default()
        .file("env/base.yaml", BASE)
        .file("env/test.yaml", over)
        .good("env/test.yaml");
    assert_eq!(blueprint.name.value, "acme-test");
    assert!(blueprint.lifetime.is_none());
    let tags: Vec<(&str, &str)> = blueprint
        .tags
        .iter()
        .map(|(key, value)| (key.as_str(), value.as_str()))
        .collect();
    assert_eq!(tags, [("cost", "43"), ("owner", "ada"), ("team", "support")]);
    assert_eq!(alias(&blueprint), "acme-base");
    let user = &blueprint.connect.as_ref().expect("connect").users["agent1@example.com"];
    assert_eq!((user.first.as_str(), user.last.as_str()), ("Agent", "Eins"));
    assert_eq!(names(&user.security), ["Agent"]);
    let groups = &blueprint.sign_in.as_ref().expect("sign_in").idp.groups;
    assert_eq!(names(groups), ["agents"]);
    // Each value stands where it was written.
    assert_eq!(&*blueprint.name.place.file, "env/test.yaml");
    let connect = blueprint.connect.as_ref().expect("connect");
    let base = &connect.entry.name.as_ref().expect("ours").place;
    assert_eq!((&*base.file, base.line), ("env/base.yaml", 6));
}

#[test]
fn files_of_values_go_over_the_blueprint_and_below_what_is_set() {
    let world = World::default()
        .file("env/base.yaml", BASE)
        .file("env/test.yaml", "extends: base.yaml\nname: acme-test\n")
        .values(
            "vars/one.yaml",
            "connect: { alias: one, users: { agent1@example.com: { security: [Agent] } } }\nlifetime: null\n",
        )
        .values(
            "vars/two.yaml",
            "connect: { alias: two }\ntags: { cost: \"43\" }\n",
        )
        .set("tags.cost=44");
    let blueprint = world.good("env/test.yaml");
    assert_eq!(alias(&blueprint), "two", "the later file wins");
    assert_eq!(blueprint.name.value, "acme-test");
    assert!(blueprint.lifetime.is_none(), "null takes away");
    assert_eq!(blueprint.tags["cost"], "44", "what is set wins over both");
    let connect = blueprint.connect.as_ref().expect("connect");
    assert_eq!(names(&connect.users["agent1@example.com"].security), ["Agent"]);
    let place = &connect.entry.name.as_ref().expect("ours").place;
    assert_eq!((&*place.file, place.line), ("vars/two.yaml", 1));
}

#[test]
fn what_is_wrong_in_a_file_of_values_is_shown_there() {
    let world = |text: &str| World::default().file("b.yaml", BASE).values("vars.yaml", text);
    for (text, finding) in [
        ("- a\n", "wrong-type vars.yaml:1:1"),
        ("connect: { alais: acme }\n", "unknown-key vars.yaml:1:12"),
        ("connect: {\n", "syntax vars.yaml:1:10"),
        ("extends: none.yaml\n", "unreadable-file vars.yaml:1:10"),
    ] {
        assert_eq!(world(text).wrong("b.yaml"), [finding], "{text}");
    }
    // An empty one changes nothing.
    assert_eq!(alias(&world("# nothing yet\n").good("b.yaml")), "acme-base");
}

#[test]
fn of_several_bases_the_later_ones_win_and_paths_are_relative_to_their_file() {
    let world = World::default()
        .file(
            "a/top.yaml",
            "extends: [../b/one.yaml, ../b/two.yaml]\nname: top\n",
        )
        .file(
            "b/one.yaml",
            "extends: deep/base.yaml\nconnect: { alias: one }\nlifetime: 1d\n",
        )
        .file("b/two.yaml", "connect: { alias: two }\n")
        .file("b/deep/base.yaml", BASE);
    let blueprint = world.good("a/top.yaml");
    assert_eq!(alias(&blueprint), "two");
    assert_eq!(
        blueprint.lifetime.map(|at| at.value),
        Some(Duration::from_hours(24))
    );
    assert_eq!(blueprint.name.value, "top");
}

#[test]
fn a_mistake_in_a_base_is_shown_in_the_base() {
    let world = World::default()
        .file("top.yaml", "extends: base.yaml\ntags: { a b!: x }\n")
        .file("base.yaml", &BASE.replace("alias: acme-base", "alias: \"-\""));
    assert_eq!(
        world.wrong("top.yaml"),
        ["bad-name top.yaml:2:9", "bad-value base.yaml:6:10"]
    );
}

#[test]
fn loops_missing_files_and_long_chains_are_told() {
    let looping = World::default()
        .file(
            "a.yaml",
            "extends: b.yaml\nversion: 1\nname: acme\nconnect: { alias: acme }\n",
        )
        .file("b.yaml", "extends: a.yaml\n");
    assert_eq!(looping.wrong("a.yaml"), ["extends-loop b.yaml:1:10"]);
    let itself = World::default().file("a.yaml", "extends: ./x/../a.yaml\nversion: 1\nname: acme\n");
    assert!(
        itself
            .wrong("a.yaml")
            .contains(&"extends-loop a.yaml:1:10".to_owned())
    );
    let missing = World::default().file("a.yaml", "extends: b.yaml\nversion: 1\nname: acme\n");
    assert!(
        missing
            .wrong("a.yaml")
            .contains(&"unreadable-file a.yaml:1:10".to_owned())
    );
    let mut chain = World::default().file("0.yaml", "extends: 1.yaml\nversion: 1\nname: acme\n");
    for link in 1..20 {
        chain = chain.file(&format!("{link}.yaml"), &format!("extends: {}.yaml\n", link + 1));
    }
    let wrong = chain.wrong("0.yaml");
    assert!(wrong.contains(&"too-deep 10.yaml:1:10".to_owned()), "{wrong:?}");
    let list = World::default().file("a.yaml", "extends: {}\nversion: 1\nname: acme\n");
    assert!(
        list.wrong("a.yaml")
            .contains(&"wrong-type a.yaml:1:10".to_owned())
    );
}

#[test]
fn bases_of_bases_do_not_multiply_without_end() {
    let mut world = World::default().file("9.yaml", "lifetime: 1d\n");
    for level in (0..9).rev() {
        let below = format!("{}.yaml", level + 1);
        let list = [below.as_str(); 8].join(", ");
        let head = if level == 0 {
            "version: 1\nname: acme\n"
        } else {
            ""
        };
        world = world.file(&format!("{level}.yaml"), &format!("{head}extends: [{list}]\n"));
    }
    let wrong = world.wrong("0.yaml");
    let refusals = wrong.iter().filter(|line| line.starts_with("too-big")).count();
    assert_eq!(refusals, 1, "{wrong:?}");
}

#[test]
fn values_set_from_outside_win_in_their_order() {
    let world = World::default()
        .file("base.yaml", BASE)
        .set("connect.alias=first")
        .set("connect.alias=acme-set")
        .set("connect.users.\"agent1@example.com\".last=Zwei")
        .set(r"connect.users.agent1@example\.com.auto_accept=true")
        .set("lifetime=")
        .set("ccp.title=It's = here")
        .set("aws.account=\"000000000042\"");
    let blueprint = world.good("base.yaml");
    assert_eq!(alias(&blueprint), "acme-set");
    let connect = blueprint.connect.as_ref().expect("connect");
    let user = &connect.users["agent1@example.com"];
    assert!(user.last == "Zwei" && user.auto_accept);
    assert!(blueprint.lifetime.is_none());
    assert_eq!(blueprint.ccp.expect("made").title, "It's = here");
    assert_eq!(blueprint.aws.account.expect("set").value, "000000000042");
    let place = &connect.entry.name.as_ref().expect("ours").place;
    assert_eq!((&*place.file, place.line, place.column), ("--set", 2, 15));
}

/// A shell takes quotes away, and there is no line to delete: advice about a value fits where the value came from.
#[test]
fn advice_fits_where_a_value_came_from() {
    let world = || World::default().file("b.yaml", BASE);
    // What a command line says is text, or what it looks like: whichever is wanted.
    let set = world()
        .set("aws.account=012345678901")
        .set("tags.cost=7")
        .set("connect.calls.inbound=false");
    let blueprint = set.good("b.yaml");
    assert_eq!(blueprint.aws.account.expect("set").value, "012345678901");
    assert_eq!(blueprint.tags["cost"], "7");
    let helps = |world: World| -> Vec<String> {
        let (_, findings) = world.read("b.yaml");
        assert!(!findings.is_empty(), "nothing is wrong");
        findings.into_iter().filter_map(|finding| finding.help).collect()
    };
    let paths = [
        "version",
        "name",
        "lifetime",
        "protect",
        "aws.account",
        "aws.region",
        "aws",
        "tags",
        "tags.cost",
        "connect.alias",
        "connect.users",
        "connect.calls.inbound",
        "connect.calls",
        "connect.users.\"agent1@example.com\".security",
        "connect.users.\"agent1@example.com\".after_call_work",
        "sign_in.idp.identity_center.groups",
        "sign_in.role.session",
    ];
    let mut told = 0;
    for path in paths {
        for value in [
            "5", "true", "\"true\"", "\"5\"", "yes", "\"\"", "a b", "0.5", "[a]", "a: b",
        ] {
            let (_, findings) = world().set(&format!("{path}={value}")).read("b.yaml");
            let own = findings.iter().filter(|finding| {
                finding
                    .place
                    .as_ref()
                    .is_some_and(|place| &*place.file == "--set")
            });
            for help in own.filter_map(|finding| finding.help.as_deref()) {
                told += 1;
                let is_about_a_file = ["Quote it", "Write `", "colon", "delete", "the line"];
                let misplaced = is_about_a_file.iter().find(|words| help.contains(**words));
                assert!(
                    misplaced.is_none() || help.contains("--set"),
                    "{path}={value}: {help}"
                );
            }
        }
    }
    assert!(told > 60, "{told}");
    assert_eq!(
        helps(world().set("aws.account=9123")),
        ["It must be twelve digits."]
    );
    assert_eq!(
        helps(world().set("connect.calls.inbound=yes")),
        ["Give `--set connect.calls.inbound=true`, without quotes."]
    );
    assert_eq!(
        helps(world().set("name=true")),
        ["If you mean the word: `--set 'name=\"true\"'`."]
    );
    let of_variable = BASE
        .replace("protect", "")
        .replace("  alias:", "  calls: { inbound: \"${env:IN}\" }\n  alias:");
    let variable = World::default().file("b.yaml", &of_variable).variable("IN", "on");
    assert_eq!(helps(variable), ["Set the variable to `true`."]);
    let of_file = BASE.replace("  alias:", "  calls: { inbound: \"on\" }\n  alias:");
    assert_eq!(
        helps(World::default().file("b.yaml", &of_file)),
        ["Write `inbound: true`, without quotes."]
    );
}

#[test]
fn a_bad_value_from_outside_names_which_one() {
    let wrong = |set: &str| {
        World::default()
            .file("b.yaml", BASE)
            .set("ccp.title=A")
            .set(set)
            .wrong("b.yaml")
    };
    assert_eq!(wrong("connect.alias"), ["bad-set --set:2:1"]);
    assert_eq!(wrong("=x"), ["bad-set --set:2:1"]);
    assert_eq!(wrong("connect..alias=x"), ["bad-set --set:2:1"]);
    assert_eq!(wrong("connect.alias.deep=x"), ["bad-set --set:2:15"]);
    assert_eq!(wrong("connect.alias=[a]"), ["bad-set --set:2:15"]);
    assert_eq!(wrong("connect.alias={"), ["bad-set --set:2:15"]);
    assert_eq!(wrong("aws="), ["bad-set --set:2:1"]);
    assert_eq!(wrong("connect.alais=x"), ["unknown-key --set:2:9"]);
    assert_eq!(wrong("lifetime=soon"), ["bad-value --set:2:10"]);
    // Without quotes the name ends at its first dot.
    assert!(wrong("connect.users.agent1@example.com.last=x").contains(&"unknown-key --set:2:30".to_owned()));
    let long = format!("{}=x", vec!["a"; 40].join("."));
    assert_eq!(wrong(&long), ["bad-set --set:2:1"]);
    // A secret on the command line is one in plain text.
    let secret = wrong("connect.users.\"agent1@example.com\".password=hunter2");
    assert_eq!(secret, ["plain-secret --set:2:36"]);
}

#[test]
fn variables_stand_for_whatever_type_is_wanted() {
    let text = "version: 1
name: ${env:NAME}
aws: { account: \"${env:ACCOUNT}\" }
protect: ${env:PROTECT}
lifetime: ${env:DAYS}d
connect:
  alias: acme-${env:STAGE}
  calls: { inbound: \"${env:PROTECT}\" }
appstream:
  fleets: { agents: { existing: x } }
  stacks:
    agents: { fleet: agents, clipboard: in, clipboard_limit: \"${env:DAYS}\", app_settings: \"${env:PROTECT}\" }
";
    let world = World::default()
        .file("b.yaml", text)
        .variable("NAME", "acme")
        .variable("ACCOUNT", "000000000042")
        .variable("PROTECT", "false")
        .variable("DAYS", "3")
        .variable("STAGE", "test");
    let blueprint = world.good("b.yaml");
    assert!(!blueprint.protect);
    assert_eq!(
        blueprint.lifetime.as_ref().map(|at| at.value),
        Some(Duration::from_hours(72))
    );
    assert_eq!(alias(&blueprint), "acme-test");
    assert_eq!(blueprint.aws.account.expect("set").value, "000000000042");
    assert!(!blueprint.connect.expect("connect").calls.inbound);
    let unset = World::default().file("b.yaml", text);
    let wrong = unset.wrong("b.yaml");
    assert_eq!(
        wrong
            .iter()
            .filter(|line| line.starts_with("interpolation"))
            .count(),
        8,
        "{wrong:?}"
    );
    assert_eq!(
        wrong.len(),
        8,
        "what follows from a missing variable is not said twice: {wrong:?}"
    );
}

#[test]
fn a_variable_of_a_base_that_is_overridden_need_not_be_set() {
    let world = World::default()
        .file("base.yaml", &BASE.replace("acme-base", "${env:ALIAS}"))
        .file("top.yaml", "extends: base.yaml\nconnect: { alias: acme-own }\n");
    assert_eq!(alias(&world.good("top.yaml")), "acme-own");
}

#[test]
fn the_path_of_a_base_may_hold_a_variable() {
    let world = World::default()
        .file("base-test.yaml", BASE)
        .file("top.yaml", "extends: base-${env:STAGE}.yaml\n")
        .variable("STAGE", "test");
    assert_eq!(alias(&world.good("top.yaml")), "acme-base");
}

#[test]
fn a_secret_in_a_variable_stays_there() {
    let text = |password: &str| {
        format!(
            "version: 1
name: acme
connect: {{ alias: acme, identity: connect-managed, users: {{ agent1: {{ first: A, last: B, security: [Agent], password: {password} }} }} }}
"
        )
    };
    let world = |password: &str| {
        World::default()
            .file("b.yaml", &text(password))
            .variable("PASSWORD", "hunter2")
            .variable("KEY", "AKIAIOSFODNN7EXAMPLE")
    };
    let (_, findings) = world("\"${env:PASSWORD}\"").read("b.yaml");
    assert_eq!(findings[0].code, "plain-secret");
    assert!(
        findings[0]
            .help
            .as_ref()
            .is_some_and(|help| help.contains("password: { env: PASSWORD }"))
    );
    assert!(!format!("{findings:?}").contains("hunter2"));
    let (_, findings) = world("{ env: hunter-2 }").read("b.yaml");
    assert_eq!(
        findings.iter().map(|finding| finding.code).collect::<Vec<_>>(),
        ["plain-secret"]
    );
    assert!(!format!("{findings:?}").contains("hunter-2"));
    let key = World::default()
        .file(
            "b.yaml",
            "version: 1\nname: acme\nconnect: { alias: \"${env:KEY}\" }\n",
        )
        .variable("KEY", "AKIAIOSFODNN7EXAMPLE");
    let (_, findings) = key.read("b.yaml");
    assert_eq!(findings[0].code, "plain-secret");
    assert!(!format!("{findings:?}").contains("AKIA"));
}

#[test]
fn where_another_version_is_needed_nothing_else_is_said() {
    let needs = "requires: \">=99.1\"\nversion: 1\nname: acme\nnew_section: { key: 1 }\n";
    let own = World::default().file("a.yaml", needs);
    assert_eq!(own.wrong("a.yaml"), ["requires a.yaml:1:11"]);
    // Each base says it for itself; what lies over it does not take that back.
    let base = World::default().file("b.yaml", needs).file(
        "a.yaml",
        "extends: b.yaml\nrequires: \">=0.1\"\nconnect: { alias: acme }\n",
    );
    assert_eq!(base.wrong("a.yaml"), ["requires b.yaml:1:11"]);
    let met = format!(
        "version: 1\nname: acme\nrequires: \">={}\"\nconnect: {{ alias: acme }}\n",
        env!("CARGO_PKG_VERSION")
    );
    World::default().file("a.yaml", &met).good("a.yaml");
    let set = World::default().file("a.yaml", &met).set("requires=\">=99.1\"");
    assert_eq!(set.wrong("a.yaml"), ["requires --set:1:10"]);
    let odd = World::default().file("a.yaml", &met.replace(">=", "after "));
    assert_eq!(odd.wrong("a.yaml"), ["bad-value a.yaml:3:11"]);
}
