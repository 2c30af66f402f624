//! The shape that a response has to have: one in which nothing else can be read than was signed.
//!
//! Signatures point at what they sign by an ID. Where a document has the same ID twice, a second assertion or a signature
//! in another place, one reader may look at what was signed and another at what was put beside it. Everything of the sort
//! is refused before a signature is looked at.

use std::collections::BTreeSet;

use headset_core::xml;
use roxmltree::{Document, Node};

use super::refused::Refused;
use super::{ASSERTION, PROTOCOL, SIGNATURE};

/// What a status of success is called.
const SUCCESS: &str = "urn:oasis:names:tc:SAML:2.0:status:Success";

/// Where a document has its parts. IDs are unique in it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Shape {
    /// The ID of the response.
    pub(super) response: String,
    /// The ID of its assertion.
    pub(super) assertion: String,
    /// The signatures in the order of the document.
    pub(super) signatures: Vec<Signature>,
}

/// A signature.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Signature {
    /// The ID of the element that it is in, and that it has to sign.
    pub(super) signs: String,
    /// The algorithm by which it was made.
    pub(super) method: String,
    /// The algorithm by which what is signed was summed up.
    pub(super) digest: String,
}

/// Parses a text, which has not been looked at before.
pub(super) fn parsed(text: &str) -> Result<Document<'_>, Refused> {
    xml::bounded(text).map_err(|why| {
        Refused::forged(format!(
            "it has {why}: no identity provider sends such a response"
        ))
    })?;
    Document::parse(text).map_err(|error| match error {
        roxmltree::Error::DtdDetected | roxmltree::Error::UnknownEntityReference(..) => {
            Refused::forged("it declares or uses entities, which no response has")
        }
        // The position says what is needed; the words could quote what is secret.
        error => Refused::new(
            format!(
                "it is not XML, at line {}, column {}",
                error.pos().row,
                error.pos().col
            ),
            "copy the whole response again",
        ),
    })
}

/// Looks at a document.
///
/// # Errors
/// If it is not a response of success with exactly one readable assertion, signed in the places where signatures belong.
pub(super) fn of(document: &Document<'_>) -> Result<Shape, Refused> {
    let root = document.root_element();
    is_response(root)?;
    let elements = || root.descendants().filter(Node::is_element);
    if let Some(sealed) = elements().find(|node| node.tag_name().name().starts_with("Encrypted")) {
        return Err(Refused::new(
            format!(
                "its `{}` is encrypted, and only AWS has the key",
                sealed.tag_name().name()
            ),
            "switch the encryption of assertions off at the identity provider while you test; `headset` cannot read it",
        ));
    }
    is_success(root)?;
    let all: Vec<Node<'_, '_>> = elements()
        .filter(|node| node.has_tag_name((ASSERTION, "Assertion")))
        .collect();
    let assertion = match all.as_slice() {
        [one] if one.parent() == Some(root) => *one,
        [_] => {
            return Err(Refused::forged(
                "its assertion is not where assertions are, directly in the response",
            ));
        }
        [] => {
            return Err(Refused::new(
                "it has no assertion",
                "sign in again, and copy the whole response",
            ));
        }
        more => {
            return Err(Refused::forged(format!(
                "it has {} assertions, and AWS is sent one",
                more.len()
            )));
        }
    };
    if root.descendants().any(|node| node.is_comment() || node.is_pi()) {
        return Err(Refused::forged(
            "it has a comment or an instruction in it: a name with one in the middle is read as two different names",
        ));
    }
    if elements()
        .filter(|node| node.has_tag_name((PROTOCOL, "Response")))
        .count()
        != 1
    {
        return Err(Refused::forged("it has a response inside the response"));
    }
    let response = id(root)?;
    let assertion_id = id(assertion)?;
    unique_ids(root)?;
    let signatures = elements()
        .filter(|node| node.has_tag_name((SIGNATURE, "Signature")))
        .map(|node| signature(node, root, assertion))
        .collect::<Result<Vec<Signature>, Refused>>()?;
    let signed: BTreeSet<&str> = signatures.iter().map(|one| one.signs.as_str()).collect();
    if signed.len() < signatures.len() {
        return Err(Refused::forged(
            "it has two signatures of one and the same element",
        ));
    }
    if signatures.is_empty() {
        return Err(Refused::new(
            "neither the response nor its assertion is signed",
            "have the identity provider sign assertions",
        ));
    }
    Ok(Shape {
        response,
        assertion: assertion_id,
        signatures,
    })
}

fn is_response(root: Node<'_, '_>) -> Result<(), Refused> {
    let name = root.tag_name();
    match (name.namespace(), name.name()) {
        (Some(PROTOCOL), "Response") => Ok(()),
        (Some(ASSERTION), "Assertion") => Err(Refused::new(
            "it is an assertion without the response around it",
            "copy the whole value of the form field SAMLResponse",
        )),
        (_, other) => Err(Refused::new(
            format!("it is `{}`, and no SAML 2.0 response", excerpt(other)),
            "copy the value of the form field SAMLResponse of the POST to AWS",
        )),
    }
}

/// Whether the identity provider let the person in at all.
fn is_success(root: Node<'_, '_>) -> Result<(), Refused> {
    let is = |node: &Node<'_, '_>, name: &str| node.has_tag_name((PROTOCOL, name));
    let status = root.children().find(|node| is(node, "Status"));
    let codes: Vec<&str> = status
        .into_iter()
        .flat_map(|status| status.descendants())
        .filter(|node| is(node, "StatusCode"))
        .filter_map(|node| node.attribute("Value"))
        .collect();
    match codes.first() {
        Some(code) if *code == SUCCESS => Ok(()),
        Some(_) => {
            let said: Vec<&str> = codes.iter().filter_map(|code| code.rsplit(':').next()).collect();
            Err(Refused::new(
                format!(
                    "the identity provider let the person not in: its status is {}",
                    excerpt(&said.join(", "))
                ),
                "look at the person's sign-in in the identity provider's own log; who is not assigned gets such a response",
            ))
        }
        None => Err(Refused::new("it has no status", "copy the whole response again")),
    }
}

/// The ID of an element. Only the attribute that SAML names counts.
fn id(node: Node<'_, '_>) -> Result<String, Refused> {
    node.attribute("ID")
        .filter(|id| !id.is_empty())
        .map(str::to_owned)
        .ok_or_else(|| Refused::forged(format!("its `{}` has no ID", node.tag_name().name())))
}

/// Refuses an ID that stands twice, however the attribute is written: what is an ID, readers disagree about.
fn unique_ids(root: Node<'_, '_>) -> Result<(), Refused> {
    let mut seen = BTreeSet::new();
    for node in root.descendants().filter(Node::is_element) {
        for attribute in node.attributes() {
            if attribute.name().eq_ignore_ascii_case("id") && !seen.insert(attribute.value()) {
                return Err(Refused::forged("it has the same ID twice"));
            }
        }
    }
    Ok(())
}

/// Looks at one signature, which has to stand in what it signs.
fn signature(node: Node<'_, '_>, root: Node<'_, '_>, assertion: Node<'_, '_>) -> Result<Signature, Refused> {
    let parent = node.parent().filter(|parent| [root, assertion].contains(parent));
    let signs = match parent {
        Some(parent) => id(parent)?,
        None => {
            return Err(Refused::forged(
                "it has a signature in a place where none belongs",
            ));
        }
    };
    let inside = |name: &str| -> Vec<Node<'_, '_>> {
        node.descendants()
            .filter(|one| one.has_tag_name((SIGNATURE, name)))
            .collect()
    };
    if !inside("Object").is_empty() || !inside("Manifest").is_empty() {
        return Err(Refused::forged("its signature has something else in it"));
    }
    let reference = match inside("Reference").as_slice() {
        [one] => *one,
        all => {
            return Err(Refused::forged(format!(
                "its signature signs {} things, and has to sign what it is in",
                all.len()
            )));
        }
    };
    if reference.attribute("URI") != Some(format!("#{signs}").as_str()) {
        return Err(Refused::forged(
            "its signature signs something else than what it is in",
        ));
    }
    let algorithm = |name: &str| match inside(name).as_slice() {
        [one] => Ok(one.attribute("Algorithm").unwrap_or_default().to_owned()),
        _ => Err(Refused::forged(format!("its signature has not one `{name}`"))),
    };
    Ok(Signature {
        signs,
        method: algorithm("SignatureMethod")?,
        digest: algorithm("DigestMethod")?,
    })
}

/// A word of a document, for people: short, and without what would steer a terminal.
pub(super) fn excerpt(text: &str) -> String {
    const LONGEST: usize = 80;
    let short: String = text.chars().filter(|c| !c.is_control()).take(LONGEST).collect();
    match text.chars().count() > LONGEST {
        true => format!("{short}..."),
        false => short,
    }
}
