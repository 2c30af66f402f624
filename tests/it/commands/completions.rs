//! `headset completions` and `headset man`.

use crate::support::desk::Desk;

#[test]
fn shells_and_man_pages_know_every_command() {
    let desk = Desk::with("");
    let commands: Vec<String> = desk
        .ok(&["--help"])
        .data
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next().map(str::to_owned))
        .filter(|command| command != "help")
        .collect();
    assert!(commands.len() > 8, "{commands:?}");
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = desk.ok(&["completions", shell]).data;
        assert!(
            script.contains("COMPLETE") && script.contains("headset"),
            "{shell}: {script}"
        );
    }
    let offered = offered(&desk, &["headset", ""]);
    for command in &commands {
        assert!(offered.contains(command), "{command}: {offered:?}");
    }
    desk.ok(&["man", "--out", "man"]);
    for command in &commands {
        let page = desk.path().join(format!("man/headset-{command}.1"));
        let page = std::fs::read_to_string(page).unwrap();
        assert!(page.contains(".TH"), "{command}");
        for section in ["EXIT STATUS", "ENVIRONMENT", "FILES"] {
            let heading = format!(".SH \"{section}\"\n");
            let heading = if section.contains(' ') {
                heading
            } else {
                format!(".SH {section}\n")
            };
            assert!(page.contains(&heading), "{command}: {section}");
        }
    }
    let page = desk.ok(&["man"]).data;
    for words in [
        "HEADSET_STATE_DIR",
        "\\fB130\\fR",
        "interrupted; nothing is lost",
        "blueprint.yaml",
    ] {
        assert!(page.contains(words), "{words}\n{page}");
    }
    // Code is bold, and nothing of Markdown is left.
    let own = page.split(".SH \"EXIT STATUS\"").nth(1).unwrap();
    assert!(!own.contains('`') && !own.contains("| "), "{own}");
}

/// What a bash that has sourced the script offers for a line, whose last word is being typed.
fn offered(desk: &Desk, line: &[&str]) -> Vec<String> {
    const ASK: &str = "source <(headset completions bash)
COMP_WORDS=(\"$@\") COMP_CWORD=$(($# - 1)) COMP_TYPE=9
_clap_complete_headset headset \"${COMP_WORDS[COMP_CWORD]}\" 2>/dev/null
printf '%s\\n' \"${COMPREPLY[@]}\"
";
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_headset"));
    let mut path = program.parent().unwrap().as_os_str().to_owned();
    path.push(":/usr/bin:/bin");
    let output = std::process::Command::new("bash")
        .args(["-c", ASK, "bash"])
        .args(line)
        .current_dir(desk.path())
        .env_clear()
        .env("PATH", path)
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    said.lines()
        .map(|line| line.trim_end().to_owned())
        .filter(|line| !line.is_empty())
        .collect()
}

#[test]
fn a_shell_offers_addresses_keys_and_templates() {
    let desk = Desk::example("split-ccp.yaml");
    let all = offered(&desk, &["headset", "plan", "center.yaml", "--target", ""]);
    assert!(all.contains(&"connect.instance/main".to_owned()), "{all:?}");
    let fleets = [
        "headset",
        "apply",
        "center.yaml",
        "--sim",
        "--replace",
        "appstream.fl",
    ];
    let some = offered(&desk, &fleets);
    assert!(some.contains(&"appstream.fleet/agents".to_owned()), "{some:?}");
    assert!(some.iter().all(|one| one.starts_with("appstream.fl")), "{some:?}");
    // What the blueprint does not ask for any more, and state still knows.
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    let text = std::fs::read_to_string(desk.path().join("center.yaml")).unwrap();
    let shorter: Vec<&str> = text
        .lines()
        .filter(|line| !line.contains("agent2@example.com"))
        .collect();
    desk.write(&shorter.join("\n"));
    let gone = [
        "headset",
        "destroy",
        "center.yaml",
        "--target",
        "connect.user/agent2",
    ];
    assert_eq!(offered(&desk, &gone), ["connect.user/agent2@example.com"]);
    // Without a file it is the one that the command would read.
    std::fs::rename(
        desk.path().join("center.yaml"),
        desk.path().join("blueprint.yaml"),
    )
    .unwrap();
    assert_eq!(
        offered(&desk, &["headset", "drift", "--accept", "connect.inst"]),
        ["connect.instance/main"]
    );
    let keys = offered(&desk, &["headset", "explain", "connect.ali"]);
    assert_eq!(
        keys,
        ["connect.alias", "connect.alias-conflict"],
        "a key, and an assumption"
    );
    let templates = offered(&desk, &["headset", "init", "--template", "s"]);
    assert_eq!(templates, ["split-ccp", "secure-ccp"]);
}

#[test]
fn a_shell_is_offered_nothing_where_nothing_can_be_read() {
    let desk = Desk::with("nonsense: [");
    assert!(offered(&desk, &["headset", "plan", "center.yaml", "--target", ""]).is_empty());
    assert!(offered(&desk, &["headset", "plan", "--target", ""]).is_empty());
}
