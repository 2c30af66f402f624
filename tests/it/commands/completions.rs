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
    for shell in ["bash", "zsh", "fish"] {
        let script = desk.ok(&["completions", shell]).data;
        for command in &commands {
            assert!(script.contains(command.as_str()), "{shell}: {command}");
        }
    }
    desk.ok(&["man", "--out", "man"]);
    for command in &commands {
        let page = desk.path().join(format!("man/headset-{command}.1"));
        assert!(
            std::fs::read_to_string(page).unwrap().contains(".TH"),
            "{command}"
        );
    }
}
