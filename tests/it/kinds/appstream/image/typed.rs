//! What a blueprint says of an image is typed into an administrator's PowerShell. Every text arrives as it is, and none of
//! it runs: the simulated operator reads the commands as PowerShell's tokenizer does, and knows nothing of who wrote them.

use headset_core::KindId;
use headset_kinds::{Checkpoint, registry};
use headset_simulator::operator;
use headset_simulator::world::Settings;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::support::{Sandbox, example, on_virtual_time};

/// Whether a document holds this text.
fn holds(document: &Value, text: &str) -> bool {
    match document {
        Value::String(held) => held == text,
        Value::Array(items) => items.iter().any(|item| holds(item, text)),
        Value::Object(members) => members.values().any(|member| holds(member, text)),
        _ => false,
    }
}

fn any_text() -> impl Strategy<Value = String> {
    // The quotes, dashes, blanks and operators of PowerShell, and what ends a line or a block of Markdown.
    let nasty: Vec<char> = "\"'`$(){};|&<>@#,%^\\/-\u{2013}\u{2014}\u{2015}\u{2018}\u{2019}\u{201a}\u{201b}\u{201c}\u{201d}\u{201e}\
                            \u{a0}\u{85}\u{2028}\u{3000}\r\n\t\u{1b}\u{9b}\u{202e} aZ9"
        .chars()
        .collect();
    let letter = prop_oneof![4 => prop::sample::select(nasty), 1 => any::<char>()];
    prop::collection::vec(letter, 0..24).prop_map(|letters| letters.into_iter().collect())
}

#[test]
fn every_text_arrives_and_none_runs() {
    on_virtual_time(async {
        let (file, text) = example("split-ccp.yaml");
        let sandbox = Sandbox::new(&file, &text, Settings::default());
        // What comes before the image needs a person, too.
        sandbox.apply(None).await;
        let (address, want) = {
            let aws = sandbox.aws(None).await;
            let design = sandbox.design(&aws, &sandbox.state());
            let found = design
                .resources
                .values()
                .find(|one| one.address.kind == KindId::of("appstream.image"));
            let image = found.expect("the example has an image");
            (image.address.clone(), image.spec.clone())
        };
        let mut before = sandbox.simulator.snapshot();
        let builder = running(&mut before).expect("the example has a builder");
        let mut runner = TestRunner::new(Config {
            cases: 96,
            ..Config::default()
        });
        let kind = registry::kind(address.kind);
        let texts = (any_text(), any_text(), any_text(), any_text());
        let tried = runner.run(&texts, |(one, two, three, four)| {
            let mut want = want.clone();
            want["name"] = json!("typed-image");
            want["builder"] = json!(builder);
            want["display_name"] = json!(format!("d{one}d"));
            want["description"] = json!(format!("e{two}e"));
            // The program of Image Assistant takes a value with a hyphen at its beginning for an option.
            want["apps"][0]["parameters"] = json!(format!("--p={three}p"));
            want["apps"][0]["display_name"] = json!(format!("n{four}n"));
            let Checkpoint { worksheet, .. } = kind.checkpoint(&address, &want).unwrap();
            sandbox.simulator.restore(&before).unwrap();
            let done = sandbox
                .simulator
                .with_world(|world, now| operator::read_and_act(world, &worksheet, None, now));
            prop_assert!(done.is_ok(), "{done:?}\n{worksheet}");
            let after = sandbox.simulator.snapshot();
            for (before, after_it, text) in [
                ("d", "d", one),
                ("e", "e", two),
                ("--p=", "p", three),
                ("n", "n", four),
            ] {
                // An argument is on one line.
                let text = text.replace("\r\n", " ").replace(['\r', '\n'], " ");
                let text = format!("{before}{text}{after_it}");
                prop_assert!(holds(&after, &text), "{text:?} is not what arrived\n{worksheet}");
            }
            Ok(())
        });
        if let Err(failure) = tried {
            panic!("{failure}");
        }
    });
}

/// Lets the image builder of a cloud run again, and gives its name.
fn running(document: &mut Value) -> Option<String> {
    let members = document.as_object_mut()?;
    if let Some((name, builder)) = members
        .get_mut("builders")
        .and_then(|builders| builders.as_object_mut()?.iter_mut().next())
    {
        builder["state"] = json!("RUNNING");
        builder["due"] = Value::Null;
        return Some(name.clone());
    }
    members.values_mut().find_map(running)
}
