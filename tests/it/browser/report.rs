//! Reports as pages, in a browser that reaches nothing else.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{ToSpan as _, Zoned};
use serde_json::{Value, json};

use super::devtools::Browser;
use super::front::Front;
use super::page::Page;
use super::safety::AXE;
use super::tools;
use crate::commands::drift::drifted;
use crate::commands::drift::output::fleet;
use crate::support::desk::Desk;

#[test]
fn the_report_as_a_page_needs_nothing_else_and_is_accessible() {
    let test = "the_report_as_a_page_needs_nothing_else_and_is_accessible";
    let (Some(program), Some(axe)) = (tools::chromium(test), tools::file(test, &AXE)) else {
        return;
    };
    let desk = drifted();
    let said = desk.run(&["drift", "center.yaml", "--sim", "--format", "html"]);
    assert_eq!(said.code, Some(2), "{}", said.talk);
    let documents = BTreeMap::from([("report.example.com", said.data)]);
    let front = Front::open("http://127.0.0.1:9", documents);
    let browser = Arc::new(Browser::start(program, front.port, &front.key, &[], &[]));
    for (media, width) in [("light", 1280), ("dark", 400)] {
        let page = Page::open(&browser, "https://report.example.com/", "");
        let scheme = json!({ "features": [{ "name": "prefers-color-scheme", "value": media }] });
        page.call("Emulation.setEmulatedMedia", scheme);
        page.call(
            "Emulation.setDeviceMetricsOverride",
            json!({ "width": width, "height": 800, "deviceScaleFactor": 1, "mobile": false }),
        );
        assert_eq!(page.text("document.title"), "Headset: drift");
        let table = page.text("document.querySelector('table').innerText");
        assert!(
            table.contains("appstream.fleet/agents") && table.contains("disconnect: 900 → 60 (wanted 900)"),
            "{table}"
        );
        holds(&page, &axe);
    }
}

/// A page fits its screen, needs nothing else, and is accessible.
fn holds(page: &Page, axe: &Path) {
    let fits = page.eval("document.documentElement.scrollWidth <= document.documentElement.clientWidth");
    assert_eq!(fits, Value::Bool(true), "it is as wide as the screen");
    assert_eq!(page.faults(), [""; 0]);
    let loaded =
        page.eval("performance.getEntriesByType('resource').map(function (one) { return one.name; })");
    assert_eq!(loaded, json!([]), "it needs nothing else");
    // The page's own policy would keep a script of the page out, and not one of the tests.
    page.eval(&std::fs::read_to_string(axe).unwrap());
    let found = page.eval(
        "axe.run().then(function (result) {
           return result.violations.map(function (one) {
             return one.id + ': ' + one.nodes.map(function (node) { return node.html; }).join(' ');
           });
         })",
    );
    assert_eq!(found, json!([]));
}

/// The most that a picture in the README may have.
const LARGEST: u64 = 150_000;

/// What the README shows: a report of drift, and the timeline of an apply. `HEADSET_ACCEPT=1` takes the pictures anew.
#[test]
fn the_pictures_of_the_readme_are_of_pages_that_hold() {
    let test = "the_pictures_of_the_readme_are_of_pages_that_hold";
    let (Some(program), Some(axe)) = (tools::chromium(test), tools::file(test, &AXE)) else {
        return;
    };
    let desk = Desk::example("split-ccp.yaml");
    desk.ok(&["apply", "center.yaml", "--sim", "--yes", "--timeline", "run.html"]);
    let timeline = std::fs::read_to_string(desk.path().join("run.html")).unwrap();
    desk.edit(|world| {
        let fleet = fleet(world, "acme-support-agents");
        fleet["DisconnectTimeoutInSeconds"] = json!(60);
        fleet["IdleDisconnectTimeoutInSeconds"] = json!(1200);
    });
    let until = Zoned::now().date().checked_add(5.days()).unwrap();
    let blueprint = std::fs::read_to_string(desk.path().join("center.yaml")).unwrap();
    desk.write(&format!(
        "{blueprint}\nwaivers:\n  appstream.fleet/agents:\n    fields: [disconnect]\n    \
         reason: longer while the network is repaired\n    until: {until}\n"
    ));
    let drift = desk.run(&["drift", "center.yaml", "--sim", "--format", "html"]);
    assert_eq!(drift.code, Some(2), "{}", drift.talk);
    let pages = [
        (
            "drift",
            drift.data,
            ["waived until", "idle: 0 → 1200 (wanted 0)"],
            490,
        ),
        (
            "timeline",
            timeline,
            [
                "connect.instance/main created",
                "appstream.image_builder/agent-desktop",
            ],
            640,
        ),
    ];
    for (name, document, texts, height) in pages {
        let host = "report.example.com";
        let front = Front::open("http://127.0.0.1:9", BTreeMap::from([(host, document)]));
        let browser = Arc::new(Browser::start(program, front.port, &front.key, &[], &[]));
        let page = Page::open(&browser, &format!("https://{host}/"), "");
        let size = json!({ "width": 1100, "height": height, "deviceScaleFactor": 1, "mobile": false });
        page.call("Emulation.setDeviceMetricsOverride", size);
        let table = page.text("document.querySelector('table').innerText");
        for text in texts {
            assert!(table.contains(text), "{text}: {table}");
        }
        holds(&page, &axe);
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("docs/guide/pictures/{name}.png"));
        if std::env::var_os("HEADSET_ACCEPT").is_some() {
            page.call("Emulation.setScrollbarsHidden", json!({ "hidden": true }));
            let taken = page.call("Page.captureScreenshot", json!({ "format": "png" }));
            let bytes = STANDARD.decode(taken["data"].as_str().unwrap()).unwrap();
            std::fs::write(&file, bytes).unwrap();
        }
        let has = std::fs::metadata(&file).unwrap().len();
        assert!(has < LARGEST, "{name}.png has {has} bytes");
    }
}
