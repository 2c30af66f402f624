//! The published pages: one voice, one panel a window.

use std::collections::BTreeMap;

use headset_core::text;
use headset_simulator::world::Settings;

use crate::support::{examples, on_virtual_time, ready_for};

/// Lesson 33 (streams#11, #92, #125, #587): two pages with a softphone took each other's calls, and a page that began
/// the panel twice rang twice. What is published for every example is read.
#[test]
fn what_is_published_has_one_voice_and_one_panel_a_window() {
    let mut published = 0;
    for name in examples() {
        on_virtual_time(async {
            let sandbox = ready_for(&name, Settings::default()).await;
            let aws = sandbox.aws(None).await;
            let design = sandbox.design(&aws, &sandbox.state());
            let objects: BTreeMap<String, String> = design
                .resources
                .iter()
                .filter(|(address, _)| address.kind.name() == "s3.object")
                .map(|(_, desired)| {
                    // What is known after apply does not matter here.
                    assert!(text::references(&desired.spec).len() < 20);
                    (
                        desired.spec["key"].as_str().unwrap().to_owned(),
                        desired.spec["body"].to_string(),
                    )
                })
                .collect();
            if objects.is_empty() {
                return;
            }
            published += 1;
            let scripts: Vec<(&String, &String)> =
                objects.iter().filter(|(key, _)| key.ends_with(".js")).collect();
            let voices = scripts
                .iter()
                .filter(|(_, body)| body.contains("allowFramedSoftphone: true"))
                .count();
            assert_eq!(voices, 1, "{name}: {:?}", objects.keys());
            for (key, body) in &scripts {
                assert!(
                    body.matches("initCCP(").count() <= 1,
                    "{name}: {key} begins the panel more than once"
                );
                assert!(!body.contains("initSoftphoneManager"), "{name}: {key}");
            }
            let panels = scripts
                .iter()
                .filter(|(_, body)| body.contains("initCCP("))
                .count();
            let pages = objects.keys().filter(|key| key.ends_with(".html")).count();
            assert!(
                panels >= 1 && panels <= pages,
                "{name}: {panels} panels in {pages} pages"
            );
            for (key, body) in objects.iter().filter(|(key, _)| key.ends_with(".html")) {
                let starts = scripts
                    .iter()
                    .filter(|(script, text)| body.contains(script.as_str()) && text.contains("initCCP("))
                    .count();
                assert!(
                    starts <= 1,
                    "{name}: {key} loads {starts} scripts that begin a panel"
                );
            }
        });
    }
    assert!(published >= 4, "{published}");
}
