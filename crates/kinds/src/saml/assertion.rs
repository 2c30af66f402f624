//! What an assertion says. It is read from what was signed, and from nothing else.

use std::collections::BTreeMap;

use jiff::Timestamp;
use roxmltree::Node;

use super::refused::Refused;
use super::signature::Signed;
use super::{ASSERTION, PROTOCOL, shape};

/// Where the names of AWS's attributes begin.
pub const ATTRIBUTES: &str = "https://aws.amazon.com/SAML/Attributes/";

/// How an assertion is handed over: who brings it is taken for its subject.
const BEARER: &str = "urn:oasis:names:tc:SAML:2.0:cm:bearer";

/// What an assertion says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assertion {
    /// The identity provider's name for itself.
    pub issuer: String,
    /// The subject's name.
    pub subject: String,
    /// The format of that name.
    pub subject_format: String,
    /// Where it may be handed over.
    pub recipients: Vec<String>,
    /// Whom it is for; none: anybody.
    pub audiences: Vec<String>,
    /// From when it counts.
    pub begins: Option<Timestamp>,
    /// Until when it counts.
    pub ends: Option<Timestamp>,
    /// Where the whole response was sent to, as it says itself; that part is signed only where the response is.
    pub destination: Option<String>,
    /// The attributes by name.
    attributes: BTreeMap<String, Vec<String>>,
}

impl Assertion {
    /// Reads what was signed.
    ///
    /// # Errors
    /// If it lacks what every assertion has, or says something in two ways.
    pub fn read(signed: &Signed) -> Result<Assertion, Refused> {
        let document = shape::parsed(signed.text())?;
        let root = document.root_element();
        let (assertion, destination) = match signed.is_response() {
            true => (child(root, "Assertion"), root.attribute("Destination")),
            false => (Some(root).filter(|root| is(root, "Assertion")), None),
        };
        let assertion = assertion.ok_or_else(|| Refused::forged("what is signed is no assertion"))?;
        let mut read = Assertion {
            issuer: text(child(assertion, "Issuer"))?,
            destination: destination.map(str::to_owned),
            ..Assertion::default()
        };
        let subject = child(assertion, "Subject").ok_or_else(|| {
            Refused::new(
                "it has no subject",
                "map the subject (NameID) at the identity provider",
            )
        })?;
        let name = child(subject, "NameID").ok_or_else(|| {
            Refused::new(
                "its subject has no name",
                "map the subject (NameID) at the identity provider",
            )
        })?;
        read.subject = text(Some(name))?;
        read.subject_format = name.attribute("Format").unwrap_or_default().to_owned();
        read.confirmations(subject)?;
        read.conditions(assertion)?;
        for statement in children(assertion, "AttributeStatement") {
            for attribute in children(statement, "Attribute") {
                let name = attribute.attribute("Name").unwrap_or_default();
                // Others may be of any form: AWS does not look at them.
                if !name.starts_with(ATTRIBUTES) {
                    continue;
                }
                let values = children(attribute, "AttributeValue")
                    .map(|value| text(Some(value)))
                    .collect::<Result<Vec<String>, Refused>>()?;
                read.attributes.entry(name.to_owned()).or_default().extend(values);
            }
        }
        Ok(read)
    }

    /// The values of one of AWS's attributes.
    pub fn values(&self, name: &str) -> &[String] {
        let values = self.attributes.get(&format!("{ATTRIBUTES}{name}"));
        values.map_or(&[], Vec::as_slice)
    }

    /// The session tags: names and values.
    pub fn tags(&self) -> BTreeMap<&str, &[String]> {
        let tags = self.attributes.iter().filter_map(|(name, values)| {
            let tag = name.strip_prefix(ATTRIBUTES)?.strip_prefix("PrincipalTag:")?;
            Some((tag, values.as_slice()))
        });
        tags.collect()
    }

    fn confirmations(&mut self, subject: Node<'_, '_>) -> Result<(), Refused> {
        let is_bearer = |node: &Node<'_, '_>| node.attribute("Method") == Some(BEARER);
        for confirmation in children(subject, "SubjectConfirmation").filter(is_bearer) {
            for data in children(confirmation, "SubjectConfirmationData") {
                self.recipients
                    .extend(data.attribute("Recipient").map(str::to_owned));
                self.begins = self.begins.max(time(data, "NotBefore")?);
                self.end_by(time(data, "NotOnOrAfter")?);
            }
        }
        Ok(())
    }

    fn conditions(&mut self, assertion: Node<'_, '_>) -> Result<(), Refused> {
        for conditions in children(assertion, "Conditions") {
            self.begins = self.begins.max(time(conditions, "NotBefore")?);
            self.end_by(time(conditions, "NotOnOrAfter")?);
            for restriction in children(conditions, "AudienceRestriction") {
                for audience in children(restriction, "Audience") {
                    self.audiences.push(text(Some(audience))?);
                }
            }
        }
        Ok(())
    }

    /// The earliest end counts.
    fn end_by(&mut self, end: Option<Timestamp>) {
        self.ends = [self.ends, end].into_iter().flatten().min();
    }
}

fn is(node: &Node<'_, '_>, name: &str) -> bool {
    node.has_tag_name((ASSERTION, name))
}

fn children<'a, 'input: 'a>(
    node: Node<'a, 'input>,
    name: &'static str,
) -> impl Iterator<Item = Node<'a, 'input>> {
    node.children().filter(move |child| is(child, name))
}

/// The one child of this name.
fn child<'a, 'input: 'a>(node: Node<'a, 'input>, name: &'static str) -> Option<Node<'a, 'input>> {
    let mut all = children(node, name);
    all.next().filter(|_| all.next().is_none())
}

/// The text of an element: all of it, which is what was signed.
fn text(node: Option<Node<'_, '_>>) -> Result<String, Refused> {
    let node = node.ok_or_else(|| Refused::forged("it lacks an issuer, or has two"))?;
    if node.children().any(|part| !part.is_text()) {
        return Err(Refused::forged(format!(
            "its `{}` has more in it than a text",
            node.tag_name().name()
        )));
    }
    let whole: String = node.children().filter_map(|part| part.text()).collect();
    Ok(whole.trim().to_owned())
}

fn time(node: Node<'_, '_>, name: &str) -> Result<Option<Timestamp>, Refused> {
    let Some(text) = node.attribute(name) else {
        return Ok(None);
    };
    let time = text.trim().parse().map_err(|_| {
        Refused::new(
            format!("its `{name}` is no time in UTC: `{}`", shape::excerpt(text)),
            "this is a fault of the identity provider: times of SAML end with Z",
        )
    })?;
    Ok(Some(time))
}

/// Where a response says that it was sent to, signed or not; and who it says that it is from.
pub(super) fn envelope(text: &str) -> Result<(Option<String>, Option<String>), Refused> {
    let document = shape::parsed(text)?;
    let root = document.root_element();
    let issuer = root
        .children()
        .find(|node| is(node, "Issuer") && root.has_tag_name((PROTOCOL, "Response")))
        .and_then(|node| node.text());
    Ok((
        root.attribute("Destination").map(str::to_owned),
        issuer.map(|issuer| issuer.trim().to_owned()),
    ))
}
