//! `apply --timeline` and `destroy --timeline`: what ran when.

use serde_json::Value;

use crate::support::desk::Desk;

#[test]
fn a_run_leaves_a_timeline_whose_critical_steps_are_a_chain() {
    let desk = Desk::example("split-ccp.yaml");
    let read = |file: &str| std::fs::read_to_string(desk.path().join(file)).unwrap();
    desk.ok(&["apply", "center.yaml", "--sim", "--yes", "--timeline", "run.json"]);
    let run: Value = serde_json::from_str(&read("run.json")).unwrap();
    let seconds = run["seconds"].as_f64().unwrap();
    let spans = run["spans"].as_array().unwrap();
    assert!(
        spans.len() > 20 && seconds > 60.0,
        "{} spans, {seconds} s",
        spans.len()
    );
    for span in spans {
        let (began, ended) = (span["began"].as_f64().unwrap(), span["ended"].as_f64().unwrap());
        assert!(0.0 <= began && began <= ended && ended <= seconds, "{span}");
        assert_eq!(span["end"], "done", "{span}");
        // What comes before it was at its end before it began.
        for before in span["after"].as_array().unwrap() {
            let before = spans
                .iter()
                .find(|other| other["address"] == *before && other["phase"] == span["phase"])
                .unwrap();
            assert!(before["ended"].as_f64().unwrap() <= began, "{before} {span}");
        }
    }
    let mut critical: Vec<&Value> = spans.iter().filter(|span| span["critical"] == true).collect();
    critical.sort_by(|one, other| {
        one["began"]
            .as_f64()
            .unwrap()
            .total_cmp(&other["began"].as_f64().unwrap())
    });
    assert!(critical.len() >= 2, "{critical:?}");
    for pair in critical.windows(2) {
        let after = pair[1]["after"].as_array().unwrap();
        assert!(after.contains(&pair[0]["address"]), "{pair:?}");
    }
    desk.ok(&[
        "destroy",
        "center.yaml",
        "--sim",
        "--yes",
        "--timeline",
        "run.html",
    ]);
    let page = read("run.html");
    assert!(page.contains("deleted") && !page.contains("<script"), "{page}");
}

/// What AWS's rates and refusals cost stands apart from the work, by operation.
#[test]
fn a_timeline_says_what_was_throttled() {
    let desk = Desk::example("minimal.yaml");
    let rule = "- { kind: error, service: connect, operation: CreateInstance, code: ThrottlingException, times: 3 }\n";
    std::fs::write(desk.path().join("faults.yaml"), rule).unwrap();
    let apply = ["apply", "center.yaml", "--sim", "--yes", "--timeline", "run.json"];
    desk.ok(&[&apply[..], &["--faults", "faults.yaml"]].concat());
    let text = std::fs::read_to_string(desk.path().join("run.json")).unwrap();
    let run: Value = serde_json::from_str(&text).unwrap();
    let waits = run["waits"].as_array().unwrap();
    let throttled: Vec<&Value> = waits.iter().filter(|wait| wait["why"] == "throttled").collect();
    let [one] = throttled.as_slice() else {
        panic!("{waits:?}")
    };
    assert_eq!(
        (&one["operation"], &one["times"]),
        (&"connect.CreateInstance".into(), &3.into())
    );
    assert!(one["seconds"].as_f64().unwrap() > 0.0, "{one}");
}

#[test]
fn environments_that_are_made_together_are_in_one_timeline() {
    let desk = Desk::example("minimal.yaml");
    let other = crate::support::example("minimal.yaml")
        .1
        .replace("acme-tiny", "acme-other");
    std::fs::write(desk.path().join("other.yaml"), other).unwrap();
    let words = [
        "apply",
        "center.yaml",
        "other.yaml",
        "--sim",
        "--yes",
        "--timeline",
        "run.json",
    ];
    desk.ok(&words);
    let run: Value =
        serde_json::from_str(&std::fs::read_to_string(desk.path().join("run.json")).unwrap()).unwrap();
    let environments = run["environments"].as_array().unwrap();
    let mut names: Vec<&str> = environments
        .iter()
        .map(|one| one["environment"].as_str().unwrap())
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["acme-other", "acme-tiny"]);
    for one in environments {
        let spans = one["spans"].as_array().unwrap();
        assert!(
            !spans.is_empty() && spans.iter().all(|span| span["end"] == "done"),
            "{one}"
        );
        assert!(one["seconds"].as_f64() <= run["seconds"].as_f64());
    }
}

#[test]
fn a_file_that_cannot_be_written_is_refused_before_anything_is_made() {
    let desk = Desk::example("minimal.yaml");
    for (arguments, why) in [
        (&["--timeline", "run.txt"][..], ".html, .json or .trace"),
        (&["--timeline", "nowhere/run.html"], "folder is not there"),
    ] {
        let said = desk.run(&[&["apply", "center.yaml", "--sim", "--yes"], arguments].concat());
        assert_eq!(said.code, Some(64), "{arguments:?} {}", said.talk);
        assert!(said.talk.contains(why), "{arguments:?} {}", said.talk);
    }
    assert!(!desk.world().exists());
}
