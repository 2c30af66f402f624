//! Whether everything that names the pages names them where they are served: a page of another origin is another site to a
//! browser, and Amazon Connect, the policies of browsers and the images each hold the origin for themselves.

use headset_core::Address;

use crate::appstream::image::{Image, ImageSpec};
use crate::connect::ApprovedOriginSpec;
use crate::connect::approved_origin::{ONE_ORIGIN, is_of_pages};
use crate::kind::Declared as _;
use crate::output;
use crate::person::Part;
use crate::s3::ObjectSpec;
use crate::verify::Checked;

/// What pages begin their type with.
const HTML: &str = "text/html";

/// A page that is there.
struct Page<'a> {
    /// The origin that serves it.
    origin: &'a str,
    /// Its path, with the slash at the beginning.
    path: &'a str,
}

/// Answers the check for each approved origin that is there.
pub fn checked(parts: &[Part<'_>]) -> Vec<(Address, Checked)> {
    let pages: Vec<Page<'_>> = parts.iter().filter_map(page).collect();
    let approved = parts
        .iter()
        .filter(|part| part.address.kind == ApprovedOriginSpec::KIND && is_of_pages(part.want));
    let there = approved.filter_map(|part| Some((part.address, part.live?)));
    there
        .map(|(address, live)| {
            // The id has the origin as the instance spells it.
            let (_, approved) = live.id.split_once(' ').unwrap_or_default();
            (address.clone(), of(approved, &pages, parts))
        })
        .collect()
}

fn of(approved: &str, pages: &[Page<'_>], parts: &[Part<'_>]) -> Checked {
    let mut looked_at = vec![format!("the approved origin {approved}")];
    looked_at.extend(pages.iter().map(|page| format!("{}{}", page.origin, page.path)));
    let mut wrong: Vec<String> = pages
        .iter()
        .filter(|page| !page.origin.eq_ignore_ascii_case(approved))
        .map(|page| format!("{} is served by {}", page.path, page.origin))
        .collect();
    let images = parts.iter().filter(|part| part.address.kind == ImageSpec::KIND);
    for part in images {
        looked_at.push(part.address.to_string());
        wrong.extend(otherwise(part, approved, pages));
    }
    let looked_at = looked_at.join(", ");
    match wrong.is_empty() {
        true => ONE_ORIGIN.passed(looked_at),
        false => ONE_ORIGIN.failed(
            looked_at,
            format!("approved is {approved}, but {}", wrong.join("; ")),
            "let applications open the page with `open: ccp.in_session`, so that images and policies follow the pages, and apply",
        ),
    }
}

/// What an image names otherwise: where its applications open a page, and whose pages its browser policies let do what pages
/// need.
fn otherwise(image: &Part<'_>, approved: &str, pages: &[Page<'_>]) -> Vec<String> {
    let Some(live) = image.live else {
        return Vec::new();
    };
    let mut wrong = Vec::new();
    let mut opens = false;
    for app in Image.read(live).catalog.iter().flatten() {
        for origin in pages.iter().filter_map(|page| opened(&app.parameters, page.path)) {
            opens = true;
            if !origin.eq_ignore_ascii_case(approved) {
                wrong.push(format!(
                    "application `{}` of {} opens the page at {origin}",
                    app.name, image.address
                ));
            }
        }
    }
    let policies = ImageSpec::POLICY_FILES.of(image.want);
    let files = policies.and_then(|files| files.as_object());
    let files: Vec<&str> = files
        .into_iter()
        .flat_map(|files| files.values())
        .filter_map(|file| file.as_str())
        .collect();
    // Each is written as a whole text in quotes, in registry files and in JSON.
    let named = format!("\"{approved}\"");
    if opens && !files.is_empty() && !files.iter().any(|file| file.contains(&named)) {
        wrong.push(format!(
            "the browser policies of {} do not name it",
            image.address
        ));
    }
    wrong
}

/// The page that an object is.
fn page<'a>(part: &Part<'a>) -> Option<Page<'a>> {
    let is_page =
        part.address.kind == ObjectSpec::KIND && ObjectSpec::CONTENT_TYPE.text(part.want)?.starts_with(HTML);
    let url = part.live.filter(|_| is_page)?.outputs.get(output::URL)?;
    let path = url.rfind('/')?;
    Some(Page {
        origin: url.get(..path)?,
        path: url.get(path..)?,
    })
}

/// The origin at which a command line opens a page of this path, if it does.
fn opened<'a>(parameters: &'a str, path: &str) -> Option<&'a str> {
    let before = parameters.get(..parameters.find(path)?)?;
    before.get(before.rfind("https://")?..)
}

#[cfg(test)]
mod tests {
    use headset_core::address;
    use serde_json::json;

    use super::*;
    use crate::appstream::image::{Application, ImageLive};
    use crate::connect::ApprovedOriginLive;
    use crate::live::Live;
    use crate::s3::ObjectLive;
    use crate::verify::Verdict;

    const HERE: &str = "https://desk.example.com";
    const THERE: &str = "https://old.example.com";

    /// What is wrong where this is approved, this serves the page, an application opens it there, and policies name this.
    fn wrong(approved: &str, serves: &str, opened: &str, named: &str) -> Option<String> {
        let addresses = [
            address!("connect.approved_origin", "pages"),
            address!("s3.object", "in-session.html"),
            address!("appstream.image", "desk"),
        ];
        let origin = Live::of(format!("i-1 {approved}"), "THERE", ApprovedOriginLive::default());
        let mut page = Live::of("bucket/in-session.html", "THERE", ObjectLive::default());
        let url = format!("{serves}/in-session.html");
        page.outputs.insert(output::URL.to_owned(), url);
        let app = Application {
            name: "ccp".to_owned(),
            display_name: "Panel".to_owned(),
            path: "chrome.exe".to_owned(),
            parameters: format!("{opened}/in-session.html --no-first-run"),
        };
        let image = ImageLive {
            catalog: Some(vec![app]),
            ..ImageLive::default()
        };
        let image = Live::of("desk-1", "AVAILABLE", image);
        let wants = [
            json!({}),
            json!({ ObjectSpec::CONTENT_TYPE.name: "text/html; charset=utf-8" }),
            json!({ ImageSpec::POLICY_FILES.name: { "chrome.reg": format!("\"7001\"=\"{named}\"") } }),
        ];
        let lives = [origin, page, image];
        let parts: Vec<Part<'_>> = addresses
            .iter()
            .zip(&wants)
            .zip(&lives)
            .map(|((address, want), live)| Part {
                address,
                want,
                live: Some(live),
                unread: None,
            })
            .collect();
        match checked(&parts).remove(0).1.verdict {
            Verdict::Passed => None,
            Verdict::Failed { why, .. } => Some(why),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn page_application_and_policies_each_have_to_name_the_approved_origin() {
        assert_eq!(wrong(HERE, HERE, HERE, HERE), None);
        let says = |why: Option<String>| why.expect("something is wrong");
        let page = says(wrong(HERE, THERE, HERE, HERE));
        assert_eq!(
            page,
            format!("approved is {HERE}, but /in-session.html is served by {THERE}")
        );
        let application = says(wrong(HERE, HERE, THERE, HERE));
        assert!(
            application.ends_with(&format!("opens the page at {THERE}")),
            "{application}"
        );
        let policies = says(wrong(HERE, HERE, HERE, THERE));
        assert_eq!(
            policies,
            format!("approved is {HERE}, but the browser policies of appstream.image/desk do not name it")
        );
        // All of them agree, and Amazon Connect does not.
        assert_eq!(says(wrong(THERE, HERE, HERE, HERE)).matches(HERE).count(), 2);
    }

    #[test]
    fn a_command_line_opens_a_page_wherever_its_address_stands_in_it() {
        let path = "/in-session.html";
        for parameters in [
            "https://a.example.com/in-session.html --kiosk",
            "--app=https://a.example.com/in-session.html",
            "\"https://a.example.com/in-session.html\"",
        ] {
            assert_eq!(
                opened(parameters, path),
                Some("https://a.example.com"),
                "{parameters}"
            );
        }
        assert_eq!(opened("https://crm.example.com", path), None);
        assert_eq!(opened("--first-run /in-session.html", path), None);
    }
}
