//! Reading a SAML response, as far as STS looks at it.

use base64::Engine;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use crate::clock::Moment;
use crate::policy::Context;
use crate::wire::bounds;

const ATTRIBUTES: &str = "https://aws.amazon.com/SAML/Attributes/";

/// What an assertion says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Assertion {
    /// The `Issuer` of the assertion: the identity provider's entity id.
    pub(super) issuer: String,
    /// The `NameID`.
    pub(super) subject: String,
    /// Its `Format`.
    pub(super) format: String,
    /// The audiences that it is restricted to.
    pub(super) audiences: Vec<String>,
    /// `Recipient` of the subject confirmation, which is what `SAML:aud` compares.
    pub(super) recipient: String,
    /// The earlier end of subject confirmation and conditions.
    pub(super) expires: Option<Moment>,
    /// Pairs of role and provider.
    pub(super) roles: Vec<(String, String)>,
    /// `RoleSessionName`.
    pub(super) session_name: String,
    /// `SessionNotOnOrAfter` of the authentication statement.
    pub(super) session_ends: Option<Moment>,
    /// Whether it carries session tags (`PrincipalTag:...`).
    pub(super) tagged: bool,
    /// Those tags.
    tags: Vec<(String, String)>,
    /// The certificates of its signatures, base64 without white space.
    pub(super) certificates: Vec<String>,
}

fn local(name: &str) -> String {
    name.rsplit(':').next().unwrap_or_default().to_owned()
}

fn attribute(tag: &BytesStart<'_>, wanted: &str) -> Option<String> {
    tag.attributes()
        .flatten()
        .find(|attribute| attribute.key.as_ref() == wanted)
        .and_then(|attribute| Some(unescape(&attribute.value).ok()?.into_owned()))
}

fn moment(text: Option<String>) -> Option<Moment> {
    let moment: jiff::Timestamp = text?.parse().ok()?;
    Some(Moment(u64::try_from(moment.as_millisecond()).unwrap_or(0)))
}

impl Assertion {
    /// Reads the base64 form of a `Response`.
    ///
    /// # Errors
    /// Says why it is not one: encoding, XML, or an assertion that lacks issuer, subject or role.
    pub(super) fn read(encoded: &str) -> Result<Assertion, &'static str> {
        let compact: String = encoded.chars().filter(|c| !c.is_whitespace()).collect();
        let bytes = base64::engine::general_purpose::STANDARD
            .decode(compact)
            .map_err(|_| "The assertion is not base64")?;
        let xml = String::from_utf8(bytes).map_err(|_| "The assertion is not UTF-8")?;
        bounds::check(&xml).map_err(|_| "The assertion is not well-formed XML")?;
        let mut out = Assertion::default();
        let mut open: Vec<String> = Vec::new();
        let (mut named, mut text) = (String::new(), String::new());
        let mut reader = Reader::from_str(&xml);
        reader.config_mut().check_end_names = true;
        loop {
            match reader
                .read_event()
                .map_err(|_| "The assertion is not well-formed XML")?
            {
                Event::Eof => break,
                Event::DocType(_) => return Err("The assertion has a document type declaration"),
                Event::Start(tag) => {
                    open.push(local(tag.name().as_ref()));
                    text.clear();
                    out.opened(&open, &tag, &mut named);
                }
                Event::Empty(tag) => {
                    open.push(local(tag.name().as_ref()));
                    out.opened(&open, &tag, &mut named);
                    open.pop();
                }
                Event::Text(part) => text.push_str(&part),
                Event::GeneralRef(reference) => {
                    let text_of = format!("&{};", &*reference);
                    text.push_str(&unescape(&text_of).map_err(|_| "The assertion uses an unknown entity")?);
                }
                Event::End(_) => {
                    out.closed(&open, &named, text.trim());
                    text.clear();
                    open.pop();
                }
                _ => {}
            }
        }
        match out {
            _ if !open.is_empty() => Err("The assertion is not well-formed XML"),
            Assertion { ref issuer, .. } if issuer.is_empty() => Err("The assertion has no issuer"),
            Assertion { ref subject, .. } if subject.is_empty() => Err("The assertion has no subject"),
            Assertion { ref roles, .. } if roles.is_empty() => Err("The assertion names no role"),
            out => Ok(out),
        }
    }

    fn opened(&mut self, open: &[String], tag: &BytesStart<'_>, named: &mut String) {
        match open.last().map(String::as_str) {
            Some("Attribute") => *named = attribute(tag, "Name").unwrap_or_default(),
            Some("NameID") => self.format = attribute(tag, "Format").unwrap_or_default(),
            Some("SubjectConfirmationData") => {
                self.recipient = attribute(tag, "Recipient").unwrap_or_default();
                self.end_by(attribute(tag, "NotOnOrAfter"));
            }
            Some("Conditions") => self.end_by(attribute(tag, "NotOnOrAfter")),
            Some("AuthnStatement") => self.session_ends = moment(attribute(tag, "SessionNotOnOrAfter")),
            _ => {}
        }
    }

    fn end_by(&mut self, text: Option<String>) {
        self.expires = [self.expires, moment(text)].into_iter().flatten().min();
    }

    fn closed(&mut self, open: &[String], named: &str, text: &str) {
        let parent = open
            .len()
            .checked_sub(2)
            .and_then(|at| open.get(at))
            .map(String::as_str);
        match (parent, open.last().map(String::as_str)) {
            (Some("Assertion"), Some("Issuer")) => self.issuer = text.to_owned(),
            (Some("AudienceRestriction"), Some("Audience")) => self.audiences.push(text.to_owned()),
            (Some("Subject"), Some("NameID")) => self.subject = text.to_owned(),
            (_, Some("X509Certificate")) => {
                self.certificates
                    .push(text.chars().filter(|c| !c.is_whitespace()).collect());
            }
            (Some("Attribute"), Some("AttributeValue")) => self.value(named, text),
            _ => {}
        }
    }

    fn value(&mut self, named: &str, text: &str) {
        let Some(name) = named.strip_prefix(ATTRIBUTES) else {
            return;
        };
        match name {
            "Role" => {
                // AWS takes the two ARNs in either order.
                if let Some((one, other)) = text.split_once(',') {
                    let (one, other) = (one.trim().to_owned(), other.trim().to_owned());
                    let swapped = one.contains(":saml-provider/");
                    self.roles.push(if swapped { (other, one) } else { (one, other) });
                }
            }
            "RoleSessionName" => self.session_name = text.to_owned(),
            _ => {
                if let Some(key) = name.strip_prefix("PrincipalTag:") {
                    self.tagged = true;
                    self.tags.push((key.to_owned(), text.to_owned()));
                }
            }
        }
    }

    /// `persistent`, `transient`, or the whole format of the subject's name, as `SAML:sub_type` has it.
    pub(super) fn subject_type(&self) -> String {
        match self.format.rsplit(':').next() {
            Some(kind @ ("persistent" | "transient")) => kind.to_owned(),
            _ => self.format.clone(),
        }
    }

    /// Whether it is for AWS, where it says for whom it is: by AWS's name or one of its assertion URLs.
    pub(super) fn is_for_aws(&self) -> bool {
        let known = |audience: &String| {
            let url = audience
                .strip_prefix("https://")
                .and_then(|rest| rest.strip_suffix("/saml"));
            let is_sign_in = |domain: &str| {
                let region = url.and_then(|host| host.strip_suffix(&format!("signin.{domain}")));
                region.is_some_and(|region| region.is_empty() || region.ends_with('.'))
            };
            ["urn:amazon:webservices", "urn:amazon:webservices:govcloud"].contains(&audience.as_str())
                || is_sign_in("aws.amazon.com")
                || is_sign_in("amazonaws-us-gov.com")
        };
        self.audiences.is_empty() || self.audiences.iter().any(known)
    }

    /// The condition keys that a trust policy can ask for.
    pub(super) fn context(&self) -> Context {
        let mut context = Context::new();
        for (key, value) in [
            ("saml:aud", self.recipient.clone()),
            ("saml:iss", self.issuer.clone()),
            ("saml:sub", self.subject.clone()),
            ("saml:sub_type", self.subject_type()),
            ("sts:rolesessionname", self.session_name.clone()),
        ] {
            if !value.is_empty() {
                context.insert(key.to_owned(), vec![value]);
            }
        }
        for (key, value) in &self.tags {
            context.insert(
                format!("aws:requesttag/{}", key.to_ascii_lowercase()),
                vec![value.clone()],
            );
        }
        if !self.tags.is_empty() {
            let keys = self.tags.iter().map(|(key, _)| key.clone()).collect();
            context.insert("aws:tagkeys".to_owned(), keys);
        }
        context
    }
}
