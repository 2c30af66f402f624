//! Commands in advice do what is meant when they are pasted: with the file, and with all that decides what they do.

use std::process::Command;

use crate::support::desk::{Desk, Said};
use crate::support::program::Program;

/// What follows these words, up to the end of the line or to a backtick.
fn advised<'a>(said: &'a Said, words: &str) -> &'a str {
    let (_, rest) = said
        .talk
        .split_once(words)
        .unwrap_or_else(|| panic!("nothing follows {words:?}\n{}", said.talk));
    rest.split(['\n', '`']).next().unwrap().trim()
}

/// Runs a command as a shell takes it.
fn pasted(desk: &Desk, command: &str) -> Said {
    let rest = command.strip_prefix("headset ").unwrap();
    let line = format!("exec {} {rest}", env!("CARGO_BIN_EXE_headset"));
    let output = Command::new("sh")
        .args(["-c", &line])
        .current_dir(desk.path())
        .env_clear()
        .env("HOME", desk.path())
        .said();
    Said {
        code: output.status.code(),
        data: String::from_utf8(output.stdout).unwrap(),
        talk: String::from_utf8(output.stderr).unwrap(),
    }
}

#[test]
fn the_next_command_keeps_what_decides_what_it_does() {
    let desk = Desk::example("split-ccp.yaml");
    let options = ["--operator", "off", "--latency", "aws", "--throttle"];
    let mut arguments = vec!["apply", "center.yaml", "--sim", "--yes", "--parallelism", "3"];
    arguments.extend(options);
    let said = desk.run(&arguments);
    assert_eq!(said.code, Some(3), "{}", said.talk);
    let again = advised(&said, "Then run: ").to_owned();
    for option in [
        "center.yaml",
        "--sim",
        "--operator off",
        "--latency aws",
        "--throttle",
        "--parallelism 3",
    ] {
        assert!(again.contains(option), "{option} is not repeated: {again}");
    }
    assert!(!again.contains("--yes"), "{again}");
    // Nothing acts for the user in the next command either.
    let said = pasted(&desk, &format!("{again} --yes"));
    assert_eq!(said.code, Some(3), "{}", said.talk);
    assert_eq!(advised(&said, "Then run: "), again);
}

#[test]
fn the_simulated_directory_stays_strict() {
    let desk = Desk::example("split-ccp.yaml");
    let said = desk.run(&[
        "checkpoint",
        "show",
        "center.yaml",
        "connect.instance/main",
        "--sim",
        "--strict-directory",
    ]);
    assert_eq!(said.code, Some(1), "{}", said.talk);
    assert_eq!(
        advised(&said, "help: `"),
        "headset checkpoint list center.yaml --sim --strict-directory"
    );
}

#[test]
fn a_file_whose_name_begins_like_an_option_is_a_file() {
    let desk = Desk::example("split-ccp.yaml");
    std::fs::rename(desk.path().join("center.yaml"), desk.path().join("-x y.yaml")).unwrap();
    let said = desk.run(&["apply", "--sim", "--yes", "--operator", "off", "--", "-x y.yaml"]);
    assert_eq!(said.code, Some(3), "{}", said.talk);
    let again = advised(&said, "Then run: ");
    assert_eq!(again, "headset apply './-x y.yaml' --sim --operator off");
    assert_eq!(pasted(&desk, &format!("{again} --yes")).code, Some(3));
}

#[test]
fn an_address_that_a_shell_would_take_apart_is_quoted() {
    let name = "Acme & Support $HOME";
    let desk = Desk::with(
        &crate::support::example("split-ccp.yaml")
            .1
            .replace("application: acme-support ", &format!("application: \"{name}\" ")),
    );
    let said = desk.run(&["checkpoint", "list", "center.yaml", "--sim"]);
    assert_eq!(said.code, Some(3), "{}", said.talk);
    let address = format!("'identity_center.application/{name}'");
    let line = said.data.lines().find(|line| line.starts_with(&address));
    assert!(line.is_some(), "{address} is not in\n{}", said.data);
    let shown = pasted(
        &desk,
        &format!("headset checkpoint show center.yaml {address} --sim"),
    );
    assert_eq!(shown.code, Some(0), "{}", shown.talk);
    let command = format!("headset checkpoint answer center.yaml {address} ");
    assert!(shown.data.contains(&command), "{}", shown.data);
    let asked = desk.run(&["explain", &format!("identity_center.application/{name}"), "--sim"]);
    assert_eq!(asked.code, Some(64));
    assert!(
        asked.talk.contains(&format!("explain {address} FILE --sim")),
        "{}",
        asked.talk
    );
}

#[test]
fn a_new_blueprint_leads_to_the_commands_on_it() {
    let desk = Desk::with("");
    let said = desk.ok(&[
        "init",
        "my center.yaml",
        "--state-dir",
        "here",
        "--set",
        "connect.alias=acme-here",
    ]);
    assert_eq!(advised(&said, "then `"), "headset validate 'my center.yaml'");
    let plan = advised(&said, "and `");
    assert_eq!(plan, "headset plan --sim 'my center.yaml' --state-dir here");
    assert_eq!(pasted(&desk, plan).code, Some(0));
}

#[test]
fn what_is_no_blueprint_is_told_in_a_sentence_and_at_once() {
    let desk = Desk::example("minimal.yaml");
    std::fs::create_dir(desk.path().join("folder")).unwrap();
    for (name, text) in [
        ("empty.yaml", ""),
        ("comments.yaml", "# one\n# two\n"),
        (
            "twice.yaml",
            "version: 1\nname: acme\n---\nversion: 1\nname: acme\n",
        ),
        ("nothing.yaml", "---\n---\n"),
    ] {
        std::fs::write(desk.path().join(name), text).unwrap();
    }
    for (file, words) in [
        ("folder", "folder holds no blueprint"),
        ("missing.yaml", "missing.yaml"),
        ("empty.yaml", "the file holds no blueprint"),
        ("comments.yaml", "the file holds no blueprint"),
        ("twice.yaml", "a second document begins here"),
        ("nothing.yaml", "document"),
    ] {
        // The first one is good, and nothing is made of it: the mistake in the other comes before.
        for arguments in [
            &["validate", file][..],
            &["plan", file, "--sim"],
            &["apply", "center.yaml", file, "--sim", "--yes"],
            &["destroy", "center.yaml", file, "--sim", "--yes"],
        ] {
            let said = desk.run(arguments);
            // Which blueprints a directory stands for belongs to the command line.
            let code = if file == "folder" { 64 } else { 1 };
            assert_eq!(said.code, Some(code), "{arguments:?}: {}", said.talk);
            assert!(said.talk.contains(words), "{arguments:?}: {}", said.talk);
            assert!(
                !desk.path().join(".headset/acme-minimal").exists(),
                "{arguments:?}"
            );
        }
    }
    let said = desk.run(&["plan", "center.yaml", "--sim", "--set", "connect.alias"]);
    assert_eq!(said.code, Some(1));
    assert!(
        said.talk.contains("there is no `path=value` here"),
        "{}",
        said.talk
    );
    for (subject, code, words) in [
        ("connect.aliass", 1, "did you mean connect.alias"),
        ("nothing.of.it", 1, "blueprints have no key"),
        ("connect.instanc/main", 64, "there is no kind `connect.instanc`"),
        ("/", 64, "is not an address"),
    ] {
        let said = desk.run(&["explain", subject]);
        assert_eq!(said.code, Some(code), "{subject}: {}", said.talk);
        assert!(said.talk.contains(words), "{subject}: {}", said.talk);
    }
}
