//! Colours, and how much is said: `--color`, `-q`, `-v`, in pipes and at terminals.

use std::process::Command;

use crate::support::desk::{APPLY, Desk};
use crate::support::program::faultless;

/// What begins a colour.
const ESCAPE: &str = "\u{1b}[";

/// What a command writes into two pipes, with these variables.
fn piped(desk: &Desk, line: &str, variables: &[(&str, &str)]) -> (String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_headset"));
    // Not `said()`, which takes each colour for what steers a terminal.
    let output = command
        .args(line.split(' '))
        .current_dir(desk.path())
        .env_clear()
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let text = |bytes: &[u8]| faultless(&String::from_utf8_lossy(bytes)).to_owned();
    (text(&output.stdout), text(&output.stderr))
}

#[test]
fn pipes_have_colours_where_that_is_asked_for() {
    let desk = Desk::example("minimal.yaml");
    std::fs::write(desk.path().join("bad.yaml"), "nonsense: true\n").unwrap();
    for (option, variables, has_colours) in [
        ("", &[][..], false),
        (" --color auto", &[], false),
        (" --color always", &[], true),
        (" --color=always", &[("NO_COLOR", "1")], true),
        ("", &[("CLICOLOR_FORCE", "1")], true),
        ("", &[("CLICOLOR_FORCE", "")], false),
        ("", &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], false),
        (" --color never", &[("CLICOLOR_FORCE", "1")], false),
    ] {
        let data = |line: &str| piped(&desk, &format!("{line}{option}"), variables).0;
        let talk = |line: &str| piped(&desk, &format!("{line}{option}"), variables).1;
        let case = format!("{option} {variables:?}");
        let plan = data("plan center.yaml --sim");
        assert_eq!(plan.contains(ESCAPE), has_colours, "{case}: {plan:?}");
        let mistakes = talk("validate bad.yaml");
        assert_eq!(mistakes.contains(ESCAPE), has_colours, "{case}: {mistakes:?}");
        // The command line that says so cannot be read itself.
        let usage = talk("plan --no-such-option");
        assert_eq!(usage.contains(ESCAPE), has_colours, "{case}: {usage:?}");
        let help = data("plan --help");
        assert_eq!(help.contains(ESCAPE), has_colours, "{case}: {help:?}");
        let json = data("plan center.yaml --sim --json");
        assert!(!json.contains(ESCAPE), "{case}: {json:?}");
    }
}

#[test]
fn a_terminal_has_colours_unless_they_are_refused() {
    let desk = Desk::example("minimal.yaml");
    let terminal = [("TERM", "xterm"), ("NO_COLOR", ""), ("CLICOLOR_FORCE", "")];
    let seen = |option: &[&str], variables: &[(&str, &str)]| {
        let line = [&["plan", "center.yaml", "--sim"], option].concat();
        desk.typing_with(&line, &[&terminal, variables].concat(), "", "")
            .talk
    };
    for (option, variables, has_colours) in [
        (&[][..], &[][..], true),
        (&["--color", "never"], &[], false),
        (&[], &[("NO_COLOR", "1")], false),
        (&[], &[("CLICOLOR", "0")], false),
        (&["--color", "always"], &[("NO_COLOR", "1")], true),
    ] {
        let seen = seen(option, variables);
        assert_eq!(
            seen.contains(ESCAPE),
            has_colours,
            "{option:?} {variables:?}: {seen:?}"
        );
    }
    // Bars move, without colours.
    let apply = [&APPLY[..], &["--color", "never"]].concat();
    let said = desk.typing_with(&apply, &terminal, "", "").talk;
    assert!(said.contains("created"), "{said:?}");
    let colours = said.split(ESCAPE).skip(1).filter(|rest| {
        let end = rest.find(|c: char| c.is_ascii_alphabetic());
        end.is_some_and(|end| rest[end..].starts_with('m') && !rest.starts_with("0m"))
    });
    assert_eq!(colours.count(), 0, "{said:?}");
}

#[test]
fn a_quiet_command_says_what_matters() {
    let desk = Desk::example("minimal.yaml");
    let loud = desk.ok(&APPLY);
    assert!(
        loud.talk.contains("created") && loud.talk.contains("done"),
        "{}",
        loud.talk
    );
    let other = Desk::example("minimal.yaml");
    let quiet = other.ok(&[&APPLY[..], &["-q"]].concat());
    // All but the moments is the same.
    let lines = |data: &str| {
        let lines = data.lines().filter(|line| !line.contains("headset:expires"));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(lines(&quiet.data), lines(&loud.data), "data is the same");
    for words in ["created", "done", "note:"] {
        assert!(!quiet.talk.contains(words), "{words}: {}", quiet.talk);
    }
    // Also in front of the command.
    other.ok(&["-q", "plan", "center.yaml", "--sim"]);
    std::fs::write(other.path().join("bad.yaml"), "nonsense: true\n").unwrap();
    let refused = other.run(&["validate", "bad.yaml", "--quiet"]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.talk.contains("nonsense"), "{}", refused.talk);
    let both = other.run(&["plan", "center.yaml", "--sim", "-q", "-v"]);
    assert_eq!(both.code, Some(64), "{}", both.talk);
}

#[test]
fn a_quiet_run_says_what_fails_and_what_waits_for_a_person() {
    let desk = Desk::example("split-ccp.yaml");
    let waits = desk.run(&[&APPLY[..], &["--operator", "off", "-q"]].concat());
    assert_eq!(waits.code, Some(3), "{}", waits.talk);
    assert!(waits.talk.contains("waits for a person"), "{}", waits.talk);
    assert!(waits.talk.contains("headset checkpoint answer"), "{}", waits.talk);
    assert!(!waits.talk.contains(" created"), "{}", waits.talk);
    let desk = Desk::example("minimal.yaml");
    let rule =
        "- { kind: error, service: connect, operation: CreateInstance, code: AccessDeniedException }\n";
    std::fs::write(desk.path().join("faults.yaml"), rule).unwrap();
    let failed = desk.run(&[&APPLY[..], &["--faults", "faults.yaml", "-q"]].concat());
    assert_eq!(failed.code, Some(1), "{}", failed.talk);
    assert!(
        failed.talk.contains("x connect.instance") && failed.talk.contains("Remove the cause"),
        "{}",
        failed.talk
    );
}

#[test]
fn a_verbose_command_says_calls_and_what_begins() {
    let desk = Desk::example("minimal.yaml");
    let said = desk.ok(&[&APPLY[..], &["-v"]].concat()).talk;
    assert!(said.contains("connect:CreateInstance 200 in "), "{said}");
    let creating = said.lines().filter(|line| line.ends_with(" creating")).count();
    let created = said.lines().filter(|line| line.contains(" created")).count();
    assert!(creating >= created && created > 0, "{said}");
    let observed = said
        .lines()
        .any(|line| line.starts_with("  connect.instance/") && line.contains(": CREATION"));
    assert!(observed, "{said}");
    let plain = desk.ok(&["drift", "center.yaml", "--sim"]);
    let verbose = desk.ok(&["drift", "center.yaml", "--sim", "--verbose"]);
    assert_eq!(plain.data, verbose.data);
    assert!(!plain.talk.contains("connect:"), "{}", plain.talk);
    assert!(
        verbose.talk.contains("connect:DescribeInstance 200 in "),
        "{}",
        verbose.talk
    );
}
