//! The same pages, served by CloudFront: with headers of its own, which have to let the pages work and nothing else.

use serde_json::{Value, json};

use super::page::Page;
use super::safety::{AXE, is_accessible};
use super::site::{DOMAIN, Desk};
use super::tools;

/// The headers with which a document came, by their names in lower case.
fn headers(page: &Page, address: &str) -> Value {
    page.call("Network.enable", json!({}));
    page.call("Page.reload", json!({ "ignoreCache": true }));
    let headers = page.browser.until("the document's headers", |event| {
        let response = &event.parameters["response"];
        let is_it = event.method == "Network.responseReceived" && response["url"] == address;
        (is_it && event.session == page.session).then(|| response["headers"].clone())
    });
    let all = headers.as_object().unwrap().iter();
    all.map(|(name, value)| (name.to_ascii_lowercase(), value.clone()))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

#[test]
fn both_pages_work_under_the_headers_of_cloudfront() {
    let test = "both_pages_work_under_the_headers_of_cloudfront";
    let portal = "<!DOCTYPE html><title>Access portal</title>";
    let (Some(axe), Some(desk)) = (tools::file(test, &AXE), Desk::at_edges(test, portal)) else {
        return;
    };
    let axe = std::fs::read_to_string(axe).unwrap();
    desk.sign_in();
    for (key, microphone) in [
        ("in-session.html", "microphone=()"),
        (
            "audio-only.html",
            "microphone=(self \"https://acme-support.my.connect.aws\")",
        ),
    ] {
        let address = format!("https://{DOMAIN}/{key}");
        let page = desk.open(&address);
        assert_eq!(
            page.panel().text("location.href"),
            "https://acme-support.my.connect.aws/ccp-v2/"
        );
        page.until("document.getElementById('status').dataset.state === 'idle'");
        page.is_faultless();
        let headers = headers(&page, &address);
        let permissions = headers["permissions-policy"].as_str().unwrap();
        assert!(permissions.ends_with(microphone), "{key}: {permissions}");
        for (name, value) in [
            ("content-security-policy", "frame-ancestors 'none'"),
            ("referrer-policy", "strict-origin-when-cross-origin"),
            ("strict-transport-security", "max-age=31536000"),
            ("x-content-type-options", "nosniff"),
        ] {
            assert_eq!(headers[name], value, "{key}: {name}");
        }
        page.until("document.getElementById('status').dataset.state === 'idle'");
        page.is_faultless();
        // These pages have colours of the blueprint's, and letters that were chosen for them.
        let colours = "(function () { var style = getComputedStyle(document.documentElement);
            return style.backgroundColor + ' ' + style.color; })()";
        assert_eq!(page.text(colours), "rgb(16, 32, 46) rgb(255, 255, 255)");
        page.eval(&axe);
        is_accessible(&page, key);
    }
}

/// No other site shows the pages in a frame and has agents press what they do not see.
#[test]
fn no_other_site_frames_the_pages() {
    let portal = format!(
        "<!DOCTYPE html><title>Other</title><iframe src=\"https://{DOMAIN}/in-session.html\"></iframe>"
    );
    let Some(desk) = Desk::at_edges("no_other_site_frames_the_pages", &portal) else {
        return;
    };
    let page = desk.open("https://other.awsapps.com/");
    page.browser.until("the browser refuses the frame", |event| {
        event
            .parameters
            .to_string()
            .contains("frame-ancestors")
            .then_some(())
    });
}
