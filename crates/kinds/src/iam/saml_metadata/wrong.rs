//! What a text is that is no metadata of one identity provider: named, with what to give instead, and never quoted at
//! length.

use roxmltree::Node;

use super::names::METADATA;
use super::refused::Refused;
use crate::words::plural;

/// How much of a text is quoted, in characters.
const QUOTED: usize = 40;

/// The beginning of a text, on one line and short enough for a sentence.
pub fn excerpt(text: &str) -> String {
    let visible = |c: char| if c.is_control() { ' ' } else { c };
    let line: String = text.trim().chars().map(visible).take(QUOTED + 1).collect();
    match line.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("{}...", line[..end].trim_end()),
        None => line,
    }
}

/// Refuses what does not even begin as XML does.
pub(super) fn not_xml(text: &str) -> Result<(), String> {
    const GIVE: &str = "give the identity provider's SAML metadata document";
    let Some(first) = text.chars().next() else {
        return Err(format!("it is empty; {GIVE}"));
    };
    let sort = match first {
        '<' if begins(text, "<html") || begins(text, "<!doctype html") => {
            "it is an HTML page and not XML, perhaps one that asks to sign in; download the document itself"
        }
        '<' => return Ok(()),
        '&' if begins(text, "&lt;") || begins(text, "&#") => {
            "it is not XML: it is escaped for HTML, with `&lt;` in place of `<`; download the file instead of copying it \
             from a page"
        }
        '{' | '[' => "it is JSON and not XML",
        '-' if begins(text, "-----BEGIN") => {
            "it is a certificate or key in PEM form and not XML; the document holds the certificate, and more"
        }
        _ if begins(text, "https://") || begins(text, "http://") => {
            "it is not XML but an address; give what is behind it"
        }
        _ if text.contains('\0') => "it is not XML in UTF-8: it seems to be UTF-16; save it as UTF-8",
        _ if begins(text, "PD94bWwg") || begins(text, "PEVudGl0") || begins(text, "PG1kOkVu") => {
            "it is not XML: it is encoded in base64; decode it first"
        }
        _ if begins(text, "MII") => "it is not XML: it seems to be a bare certificate",
        _ => {
            return Err(format!(
                "it is not XML: it begins with `{}`; {GIVE}",
                excerpt(text)
            ));
        }
    };
    Err(format!("{sort}; {GIVE}"))
}

fn begins(text: &str, with: &str) -> bool {
    text.get(..with.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(with))
}

/// What is wrong with XML that cannot be read.
pub(super) fn xml(text: &str, error: roxmltree::Error) -> Refused {
    if matches!(error, roxmltree::Error::DtdDetected) {
        let html = text.to_ascii_lowercase().contains("<!doctype html");
        let words = match html {
            true => "it is an HTML page and not XML; download the document itself",
            false => {
                "it has a document type declaration (`<!DOCTYPE ...>`), which metadata may not have; leave that out"
            }
        };
        return Refused::because(words, error);
    }
    let place = error.pos();
    // Its words may repeat names out of the document, which may be long.
    let mut said = error.to_string();
    if said.len() > 120 {
        said = format!("a mistake at line {}, column {}", place.row, place.col);
    }
    Refused::because(
        format!("it is not XML that can be read: {said}; is it complete?"),
        error,
    )
}

/// Refuses other outermost elements than the description of one entity.
pub(super) fn root(root: Node<'_, '_>) -> Result<(), String> {
    let name = root.tag_name();
    match (name.name(), name.namespace()) {
        ("EntityDescriptor", Some(METADATA)) => Ok(()),
        ("EntitiesDescriptor", Some(METADATA)) => {
            let entities: Vec<Node<'_, '_>> = root
                .descendants()
                .filter(|node| node.has_tag_name((METADATA, "EntityDescriptor")))
                .collect();
            let providers = entities.iter().filter(|entity| is_identity_provider(**entity));
            let mut names: Vec<String> = providers
                .filter_map(|entity| entity.attribute("entityID"))
                .map(|id| format!("`{}`", excerpt(id)))
                .collect();
            let more = names.len().saturating_sub(3);
            names.truncate(3);
            let known = match (names.is_empty(), more) {
                (true, _) if entities.len() == 1 => "it is no identity provider".to_owned(),
                (true, _) => "none of them is an identity provider".to_owned(),
                (false, 0) if entities.len() == 1 => {
                    format!("it is the identity provider {}", names.join(", "))
                }
                (false, 0) => format!("the identity providers among them: {}", names.join(", ")),
                (false, more) => format!(
                    "the identity providers among them: {} and {more} more",
                    names.join(", ")
                ),
            };
            Err(format!(
                "its outermost element is `EntitiesDescriptor`, with {}, and IAM takes the \
                 `EntityDescriptor` of one: give only that, as a document of its own; {known}",
                plural(entities.len(), "entity")
            ))
        }
        ("EntityDescriptor", _) => Err(
            "it is not SAML 2.0 metadata: its `EntityDescriptor` has another namespace than \
             urn:oasis:names:tc:SAML:2.0:metadata"
                .to_owned(),
        ),
        (other, _) => Err(format!(
            "it is not SAML metadata: its outermost element is `{}` and not an `EntityDescriptor` of SAML 2.0",
            excerpt(other)
        )),
    }
}

fn is_identity_provider(entity: Node<'_, '_>) -> bool {
    entity
        .children()
        .any(|node| node.has_tag_name((METADATA, "IDPSSODescriptor")))
}

/// What an entity is that is no identity provider.
pub(super) fn no_identity_provider(root: Node<'_, '_>) -> String {
    let describes = |role: &str| root.children().any(|node| node.has_tag_name((METADATA, role)));
    if describes("SPSSODescriptor") {
        "it is the metadata of a service provider: it has an `SPSSODescriptor` and no `IDPSSODescriptor`; give the \
         identity provider's"
            .to_owned()
    } else {
        "it has no `IDPSSODescriptor`, so it is not the metadata of an identity provider; give the identity provider's"
            .to_owned()
    }
}
