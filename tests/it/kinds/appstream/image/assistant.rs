//! What the script makes of Image Assistant's output: the simulated PowerShell runs it.

use serde_json::{Value, json};

use super::captured::{TEXT, images};
use crate::support::desk::Desk;

const OUTPUT: &str = "image-builder/assistant/output";
const BANNER: &str = "ConsoleImageBuilder 4.0.0.886\r\nCopyright (C) 2026 ConsoleImageBuilder\r\n\r\nLoading [##########] 100%\r\n";

fn desk(output: &Value) -> Desk {
    let desk = Desk::with(TEXT);
    desk.run(&super::captured::APPLY);
    desk.console(1, OUTPUT, output);
    desk
}

#[test]
fn lines_around_the_answer_do_not_matter() {
    let desk = desk(&json!({ "before": BANNER, "after": "\r\nDone.\r\n" }));
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    assert_eq!(images(&desk).1.len(), 1);
}

/// Wherever the answer is cut off, nothing is captured by what is left of it.
#[test]
fn an_answer_that_is_cut_off_stops_the_script() {
    for output in [
        json!({ "kept": 0 }),
        json!({ "kept": 1 }),
        json!({ "kept": 12 }),
        json!({ "kept": 0, "before": BANNER }),
        // What is left has both brackets, and is no JSON.
        json!({ "kept": 9, "after": "}" }),
    ] {
        let desk = desk(&output);
        let said = desk.run(&["apply", "center.yaml", "--sim", "--yes"]);
        let all = format!("{}{}", said.data, said.talk);
        assert!(
            said.code != Some(0) && all.contains("did not answer in JSON"),
            "{output}: {all}"
        );
        assert!(images(&desk).1.is_empty(), "{output}: an image was captured");
        // Once it answers as it should, the same worksheet does.
        desk.console(1, OUTPUT, &json!({}));
        desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    }
}
