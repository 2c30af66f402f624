//! A picture that lies beside the pages: SVG that is nothing but a picture. Browsers run no script of a picture in a page, but
//! they would of one that is opened by itself, at the origin that may frame the Contact Control Panel.

use headset_core::xml;
use roxmltree::Document;

/// The namespace of SVG.
const SVG: &str = "http://www.w3.org/2000/svg";

/// The most bytes of a picture.
pub const LARGEST: usize = 64 * 1024;

/// Elements that are more than a picture, or bring in what is.
const ACTIVE: [&str; 8] = [
    "script",
    "foreignObject",
    "iframe",
    "embed",
    "object",
    "handler",
    "animate",
    "set",
];

/// Says why a text is not a picture that can be published. It completes "the file".
///
/// # Errors
/// If it is no SVG, is too large, can run something, or shows something from elsewhere.
pub fn check(text: &str) -> Result<(), String> {
    if text.len() > LARGEST {
        return Err(format!("has {} bytes, and may have {LARGEST}", text.len()));
    }
    xml::bounded(text).map_err(|what| format!("has {what}"))?;
    // A declaration of entities can hide anything.
    let document = Document::parse(text).map_err(|error| format!("is no XML: {error}"))?;
    let root = document.root_element();
    if root.tag_name().name() != "svg" || root.tag_name().namespace() != Some(SVG) {
        return Err(format!(
            "is no SVG: its first element is not `<svg xmlns=\"{SVG}\">`"
        ));
    }
    for node in document.descendants() {
        if node.is_pi() {
            return Err("has a processing instruction, which can load a style from elsewhere".to_owned());
        }
        let name = node.tag_name().name();
        if node.is_element() && node.tag_name().namespace() != Some(SVG) {
            return Err(format!("has an element `<{name}>` that is none of SVG"));
        }
        if node.is_element() && ACTIVE.iter().any(|active| active.eq_ignore_ascii_case(name)) {
            return Err(format!("has an element `<{name}>`, which is more than a picture"));
        }
        // A comment splits the text into several.
        let texts = || -> String {
            node.descendants()
                .filter_map(|part| part.is_text().then(|| part.text())?)
                .collect()
        };
        if name == "style" && refers(&texts()) {
            return Err("has a style that loads something".to_owned());
        }
        for attribute in node.attributes() {
            let (name, value) = (attribute.name(), attribute.value());
            if name.to_ascii_lowercase().starts_with("on") {
                return Err(format!("has an attribute `{name}`, which runs a script"));
            }
            let links = name.eq_ignore_ascii_case("href") || name.eq_ignore_ascii_case("src");
            let value = value.trim();
            if links && !value.starts_with('#') && !value.starts_with("data:image/png") {
                return Err(format!("refers to `{value}`, which is not in it"));
            }
            if !links && refers(value) {
                return Err(format!("has an attribute `{name}` that loads something"));
            }
        }
    }
    Ok(())
}

/// What a style loads something with, beside `url(...)`; an escape can spell any of it.
const LOADS: [&str; 4] = ["@import", "image-set(", "src(", "\\"];

/// Whether a style loads something; what it names inside of the picture does not.
fn refers(style: &str) -> bool {
    let style = style.to_ascii_lowercase();
    let mut urls = style.split("url(").skip(1);
    LOADS.iter().any(|loads| style.contains(loads))
        || urls.any(|url| !url.trim_start_matches([' ', '"', '\'']).starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn svg(inside: &str) -> String {
        format!(
            "<svg xmlns=\"{SVG}\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" viewBox=\"0 0 9 9\">{inside}</svg>"
        )
    }

    #[test]
    fn pictures_are_taken() {
        for inside in [
            "",
            "<title>Acme</title><path d='M0 0h9' fill='url(#g)' style='stroke: url( \"#g\" )'/>",
            "<defs><linearGradient id='g'/></defs><use xlink:href='#g'/>",
            "<image href='data:image/png;base64,AAAA'/>",
            "<style>path { fill: red }</style>",
        ] {
            assert_eq!(check(&svg(inside)), Ok(()), "{inside}");
        }
        assert_eq!(check(&format!("<?xml version=\"1.0\"?>\n{}", svg(""))), Ok(()));
    }

    #[test]
    fn what_is_more_than_a_picture_is_refused() {
        for (text, why) in [
            ("<html/>".to_owned(), "is no SVG"),
            ("<svg/>".to_owned(), "is no SVG"),
            ("PNG".to_owned(), "is no XML"),
            (svg("<script>alert(1)</script>"), "<script>"),
            (svg("<SCRIPT/>"), "<SCRIPT>"),
            (svg("<foreignObject/>"), "<foreignObject>"),
            (svg("<path onload='x()'/>"), "`onload`"),
            (svg("<path ONCLICK='x()'/>"), "`ONCLICK`"),
            (svg("<a href='javascript:x()'/>"), "refers to"),
            (svg("<a xlink:href=' javascript:x()'/>"), "refers to"),
            (svg("<image href='https://example.com/a.png'/>"), "refers to"),
            (svg("<image href='data:image/svg+xml,x'/>"), "refers to"),
            (
                svg("<style>@import 'https://example.com/a.css'</style>"),
                "a style",
            ),
            (
                svg("<style>@im<!-- -->port 'https://example.com/a.css'</style>"),
                "a style",
            ),
            (
                svg("<style>path { fill: u\\72l(https://example.com/a) }</style>"),
                "a style",
            ),
            (
                svg("<style>path { fill: image-set('https://example.com/a' 1x) }</style>"),
                "a style",
            ),
            (
                svg("<h:form xmlns:h='http://www.w3.org/1999/xhtml'/>"),
                "`<form>` that is none of SVG",
            ),
            (svg("<path xmlns=''/>"), "`<path>` that is none of SVG"),
            (svg("<path fill='url(https://example.com/a)'/>"), "`fill`"),
            (svg("<set attributeName='href' to='javascript:x()'/>"), "<set>"),
            (
                format!("<?xml-stylesheet href='a.css'?>{}", svg("")),
                "processing",
            ),
            (
                format!("<!DOCTYPE svg [<!ENTITY x 'y'>]>{}", svg("&x;")),
                "is no XML",
            ),
            (svg(&"<path/>".repeat(10_000)), "bytes"),
        ] {
            let said = check(&text).unwrap_err();
            assert!(said.contains(why), "{said} of {}", &text[..text.len().min(120)]);
        }
    }
}
