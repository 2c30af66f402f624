//! Where the blueprint comes from: the file that is always called the same, standard input, files of values.

use std::io::Write as _;
use std::process::{Command, Stdio};

use crate::support::desk::{Desk, Said};

/// A desk whose blueprint has the name that commands look for.
fn at_home() -> Desk {
    let desk = Desk::example("split-ccp.yaml");
    std::fs::rename(
        desk.path().join("center.yaml"),
        desk.path().join("blueprint.yaml"),
    )
    .unwrap();
    desk
}

/// Runs the program with this on its standard input.
fn piped(desk: &Desk, words: &[&str], input: &str) -> Said {
    let mut running = Command::new(env!("CARGO_BIN_EXE_headset"))
        .args(words)
        .current_dir(desk.path())
        .env_clear()
        .env("HOME", desk.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    running.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = running.wait_with_output().unwrap();
    Said {
        code: output.status.code(),
        data: String::from_utf8(output.stdout).unwrap(),
        talk: String::from_utf8(output.stderr).unwrap(),
    }
}

#[test]
fn without_a_file_commands_read_blueprint_yaml() {
    let desk = at_home();
    desk.ok(&["validate"]);
    desk.ok(&["apply", "--sim", "--yes"]);
    let plan = desk.run(&["plan", "--sim", "--detailed-exitcode"]);
    assert_eq!(plan.code, Some(0), "{}\n{}", plan.data, plan.talk);
    let whole = desk.ok(&["output", "blueprint.yaml", "--sim"]).data;
    let (name, value) = whole.lines().next().unwrap().split_once('=').unwrap();
    assert_eq!(desk.ok(&["output", name, "--sim"]).data.trim_end(), value);
    desk.ok(&["explain", "appstream.fleet/agents", "--sim"]);
    let said = desk.run(&["plan", "prod", "--sim"]);
    assert_eq!(said.code, Some(1), "a file that is named is the one that is read");
    let said = desk.run(&["destroy", "--sim"]);
    assert_eq!(said.code, Some(64), "{}", said.talk);
    desk.ok(&["destroy", "--sim", "--yes"]);
    // A mistake is said about what was written.
    let said = desk.run(&["plan", "--colour"]);
    assert!(
        said.talk.contains("'--colour'") && !said.talk.contains("blueprint.yaml"),
        "{}",
        said.talk
    );
}

#[test]
fn without_that_file_one_has_to_be_named() {
    let desk = Desk::example("split-ccp.yaml");
    let said = desk.run(&["plan", "--sim"]);
    assert_eq!(said.code, Some(64));
    assert!(said.talk.contains("<FILE>"), "{}", said.talk);
}

#[test]
fn a_dash_is_standard_input() {
    let (_, text) = crate::support::example("split-ccp.yaml");
    let desk = Desk::with("");
    let said = piped(&desk, &["validate", "-"], &text);
    assert_eq!(said.code, Some(0), "{}", said.talk);
    let said = piped(&desk, &["apply", "-", "--sim", "--yes"], &text);
    assert_eq!(said.code, Some(0), "{}\n{}", said.data, said.talk);
    let said = piped(&desk, &["plan", "-", "--sim", "--detailed-exitcode"], &text);
    assert_eq!(said.code, Some(0), "{}\n{}", said.data, said.talk);
    let wrong = text.replace("alias: acme-support", "alais: acme-support");
    let said = piped(&desk, &["plan", "-", "--sim"], &wrong);
    assert_eq!(said.code, Some(1));
    assert!(
        said.talk.contains("alais: acme-support"),
        "the line is shown: {}",
        said.talk
    );
    let said = piped(&desk, &["plan", "-", "--sim", "--out", "p.json"], &text);
    assert_eq!(said.code, Some(64), "{}", said.talk);
    assert!(said.talk.contains("standard input is read once"), "{}", said.talk);
}

#[test]
fn files_of_values_go_over_the_blueprint() {
    let desk = at_home();
    std::fs::create_dir(desk.path().join("vars")).unwrap();
    let write = |name: &str, text: &str| std::fs::write(desk.path().join(name), text).unwrap();
    write(
        "vars/test.yaml",
        "name: acme-test\nconnect: { alias: acme-test }\nlifetime: 9d\n",
    );
    write("vars/wrong.yaml", "connect: { alais: acme }\n");
    let test = ["--vars", "vars/test.yaml", "--sim"];
    desk.ok(&[&["plan", "--out", "test.plan"], &test[..]].concat());
    let said = desk.run(&["apply", "test.plan", "--vars", "vars/test.yaml", "--sim"]);
    assert_eq!(said.code, Some(64), "the plan has them: {}", said.talk);
    desk.ok(&["apply", "test.plan", "--sim"]);
    assert!(desk.path().join(".headset/acme-test").exists());
    let plan = desk.run(&[&["plan", "--detailed-exitcode"], &test[..]].concat());
    assert_eq!(plan.code, Some(0), "{}\n{}", plan.data, plan.talk);
    // Advice repeats them.
    let said = desk.run(&[&["state", "show", "appstream.fleet/none"], &test[..]].concat());
    assert!(
        said.talk
            .contains("headset state list blueprint.yaml --vars vars/test.yaml --sim"),
        "{}",
        said.talk
    );
    let said = desk.run(&["validate", "--vars", "vars/wrong.yaml"]);
    assert_eq!(said.code, Some(1));
    assert!(said.talk.contains("vars/wrong.yaml:1:12"), "{}", said.talk);
    let said = desk.run(&["validate", "--vars", "vars/none.yaml"]);
    assert_eq!(said.code, Some(1));
    assert!(said.talk.contains("vars/none.yaml"), "{}", said.talk);
    for words in [
        ["schema", "--vars", "vars/test.yaml"].as_slice(),
        &["init", "new.yaml", "--vars", "vars/test.yaml"],
    ] {
        let said = desk.run(words);
        assert_eq!(said.code, Some(64), "{words:?}: {}", said.talk);
    }
    assert!(!desk.path().join("new.yaml").exists());
}
