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
