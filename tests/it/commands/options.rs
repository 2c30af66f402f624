//! Options that several commands share, and files that several commands read.

use crate::support::desk::{APPLY, Desk};

#[test]
fn a_value_for_a_blueprint_is_refused_where_none_is_read() {
    let desk = Desk::example("minimal.yaml");
    for line in [
        "schema",
        "explain connect.alias",
        "destroy --expired --sim --yes",
        "init --list",
    ] {
        let arguments: Vec<&str> = line.split(' ').chain(["--set", "connect.alias=acme"]).collect();
        let said = desk.run(&arguments);
        assert_eq!(said.code, Some(64), "{line}\n{}{}", said.data, said.talk);
        assert!(
            said.data.is_empty() && said.talk.contains("--set changes values of a blueprint"),
            "{}",
            said.talk
        );
        assert!(said.talk.contains("leave --set out"), "{}", said.talk);
    }
    desk.ok(&["validate", "center.yaml", "--set", "connect.alias=acme"]);
}

#[test]
fn the_options_of_the_simulation_have_a_page_of_their_own() {
    let desk = Desk::example("minimal.yaml");
    let page = desk.ok(&["help", "simulation"]).data;
    let help = desk.ok(&["plan", "--help"]).data;
    for option in [
        "--speed",
        "--quirks",
        "--faults",
        "--throttle",
        "--latency",
        "--operator",
    ] {
        assert!(page.contains(&format!("\n  {option}")), "{option}\n{page}");
        assert!(!help.contains(option), "{option}\n{help}");
    }
    assert!(
        help.contains("--sim") && help.contains("help simulation"),
        "{help}"
    );
}

#[test]
fn a_damaged_file_is_named() {
    let desk = Desk::example("split-ccp.yaml");
    desk.ok(&APPLY);
    let mut files = Vec::new();
    let mut directories = vec![desk.path().join(".headset")];
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => directories.push(path),
                false => files.push(path),
            }
        }
    }
    let mut damaged = 0;
    for file in files {
        let whole = std::fs::read(&file).unwrap();
        if whole.is_empty() || file.file_name().is_some_and(|name| name == "lock") {
            continue;
        }
        for garbage in [b"{\"half\": ".as_slice(), b"\xff\xfe\x00"] {
            std::fs::write(&file, garbage).unwrap();
            let said = desk.run(&["plan", "center.yaml", "--sim"]);
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            if said.code != Some(0) {
                assert!(said.talk.contains(&name), "{name}: {}", said.talk);
                damaged += 1;
            }
        }
        std::fs::write(&file, whole).unwrap();
    }
    assert!(
        damaged >= 4,
        "state and the simulated cloud at least, twice each: {damaged}"
    );
}

#[test]
fn advice_repeats_the_options_of_the_command_that_gives_it() {
    let desk = Desk::example("split-ccp.yaml");
    let options = [
        "--sim",
        "--set",
        "connect.alias=other",
        "--state-dir",
        "our state",
    ];
    let apply = [
        &["apply", "center.yaml", "--yes", "--operator", "off"][..],
        &options,
    ]
    .concat();
    let said = desk.run(&apply);
    assert_eq!(said.code, Some(3), "{}", said.talk);
    let tail = "--set connect.alias=other --state-dir 'our state' --sim --operator off";
    let again = format!("headset apply center.yaml {tail}");
    assert!(said.talk.contains(&again), "{}", said.talk);
    let answer = said
        .talk
        .lines()
        .find(|line| line.starts_with("headset checkpoint answer "))
        .unwrap_or_default();
    assert!(
        answer.starts_with("headset checkpoint answer center.yaml ") && answer.ends_with(tail),
        "{answer}"
    );
    assert!(
        !said.talk.contains("BLUEPRINT") && !said.data.contains("BLUEPRINT"),
        "{}",
        said.talk
    );
}
