//! The report as a page, in a browser that reaches nothing else.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::devtools::Browser;
use super::front::Front;
use super::page::Page;
use super::safety::AXE;
use super::tools;
use crate::commands::drift::drifted;

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
        let fits = page.eval("document.documentElement.scrollWidth <= document.documentElement.clientWidth");
        assert_eq!(fits, Value::Bool(true), "{width}");
        assert_eq!(page.faults(), [""; 0]);
        let loaded =
            page.eval("performance.getEntriesByType('resource').map(function (one) { return one.name; })");
        assert_eq!(loaded, json!([]), "it needs nothing else");
        // The page's own policy would keep a script of the page out, and not one of the tests.
        page.eval(&std::fs::read_to_string(&axe).unwrap());
        let found = page.eval(
            "axe.run().then(function (result) {
               return result.violations.map(function (one) {
                 return one.id + ': ' + one.nodes.map(function (node) { return node.html; }).join(' ');
               });
             })",
        );
        assert_eq!(found, json!([]), "{media}");
    }
}
