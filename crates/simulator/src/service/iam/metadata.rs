//! SAML metadata, read as strictly as IAM does.

use base64::Engine;
use quick_xml::escape::unescape;
use quick_xml::events::Event;
use quick_xml::name::{Namespace, ResolveResult};
use quick_xml::reader::NsReader;

use crate::clock::Moment;
use crate::wire::bounds;
pub(crate) use crate::world::iam::Metadata;

const METADATA: &str = "urn:oasis:names:tc:SAML:2.0:metadata";
const SIGNATURE: &str = "http://www.w3.org/2000/09/xmldsig#";

/// The shortest and longest document (model: `SAMLMetadataDocumentType`), in characters.
const LENGTH: std::ops::RangeInclusive<usize> = 1000..=10_000_000;

impl Metadata {
    /// Reads a document.
    ///
    /// # Errors
    /// Says what is wrong with it: a length out of bounds, a byte order mark, XML that is not well-formed, a
    /// root other than `EntityDescriptor`, no `entityID`, no `IDPSSODescriptor`, no signing certificate or
    /// one that is not a base64 DER certificate.
    pub fn read(document: &str) -> Result<Metadata, String> {
        if !LENGTH.contains(&document.chars().count()) {
            return Err("the document has to have 1000 to 10000000 characters".to_owned());
        }
        if document.starts_with('\u{feff}') {
            return Err("the document begins with a byte order mark".to_owned());
        }
        bounds::check(document).map_err(|what| format!("the document has {what}"))?;
        let mut scan = Scan::default();
        let mut reader = NsReader::from_str(document);
        reader.config_mut().check_end_names = true;
        loop {
            let (namespace, event) = reader
                .read_resolved_event()
                .map_err(|e| format!("not well-formed XML: {e}"))?;
            match event {
                Event::Eof => break,
                Event::DocType(_) => return Err("a document type declaration is not accepted".to_owned()),
                Event::Start(tag) => scan.open(&namespace, &tag, false)?,
                Event::Empty(tag) => scan.open(&namespace, &tag, true)?,
                Event::End(_) => scan.close()?,
                Event::Text(text) => scan.text(&text)?,
                Event::CData(text) => scan.text(&text)?,
                // Entities of a document type are refused with it; only XML's own five and numbers are left.
                Event::GeneralRef(reference) => {
                    scan.text(&unescape(&format!("&{};", &*reference)).map_err(|e| e.to_string())?)?;
                }
                _ => {}
            }
        }
        scan.finish()
    }
}

/// What has been seen so far.
#[derive(Default)]
struct Scan {
    /// Namespace-qualified local names of the open elements, metadata names only by their local name.
    open: Vec<String>,
    rooted: bool,
    closed: bool,
    entity: Option<String>,
    valid_until: Option<Moment>,
    identity_provider: bool,
    /// The `use` attribute of the open KeyDescriptor.
    encryption_only: bool,
    certificate: Option<String>,
    certificates: Vec<String>,
}

impl Scan {
    fn open(
        &mut self,
        namespace: &ResolveResult<'_>,
        tag: &quick_xml::events::BytesStart<'_>,
        empty: bool,
    ) -> Result<(), String> {
        let local = tag.local_name().as_ref().to_owned();
        let name = match namespace {
            ResolveResult::Bound(Namespace(uri)) if *uri == METADATA => local,
            ResolveResult::Bound(Namespace(uri)) if *uri == SIGNATURE => format!("ds:{local}"),
            ResolveResult::Bound(_) | ResolveResult::Unbound => format!("other:{local}"),
            ResolveResult::Unknown(prefix) => {
                return Err(format!("the prefix {prefix} is not bound"));
            }
        };
        let mut attributes = Vec::new();
        for attribute in tag.attributes() {
            let attribute = attribute.map_err(|e| format!("not well-formed XML: {e}"))?;
            let value = unescape(&attribute.value)
                .map_err(|e| format!("not well-formed XML: {e}"))?
                .into_owned();
            attributes.push((attribute.key.as_ref().to_owned(), value));
        }
        let attribute = |wanted: &str| {
            attributes
                .iter()
                .find(|(key, _)| key == wanted)
                .map(|(_, value)| value.clone())
        };
        if self.open.is_empty() {
            if self.rooted {
                return Err("more than one root element".to_owned());
            }
            if name != "EntityDescriptor" {
                return Err("the root element is not EntityDescriptor of SAML 2.0 metadata".to_owned());
            }
            self.rooted = true;
            self.entity = attribute("entityID").filter(|entity| !entity.is_empty());
            if let Some(until) = attribute("validUntil") {
                self.valid_until = Some(date_time(&until)?);
            }
        }
        match name.as_str() {
            "IDPSSODescriptor" if self.open == ["EntityDescriptor"] => self.identity_provider = true,
            "KeyDescriptor" => self.encryption_only = attribute("use").as_deref() == Some("encryption"),
            "ds:X509Certificate" if self.inside_signing_key() => self.certificate = Some(String::new()),
            _ => {}
        }
        self.open.push(name);
        if empty { self.close() } else { Ok(()) }
    }

    fn inside_signing_key(&self) -> bool {
        !self.encryption_only
            && self.open.get(1).is_some_and(|name| name == "IDPSSODescriptor")
            && self.open.get(2).is_some_and(|name| name == "KeyDescriptor")
    }

    fn text(&mut self, text: &str) -> Result<(), String> {
        if self.open.is_empty() && !text.trim().is_empty() {
            return Err("text outside the root element".to_owned());
        }
        if let Some(certificate) = &mut self.certificate {
            certificate.extend(text.chars().filter(|c| !c.is_whitespace()));
        }
        Ok(())
    }

    fn close(&mut self) -> Result<(), String> {
        let name = self.open.pop();
        if name.as_deref() == Some("ds:X509Certificate")
            && let Some(certificate) = self.certificate.take()
        {
            check_certificate(&certificate)?;
            self.certificates.push(certificate);
        }
        self.closed = self.open.is_empty();
        Ok(())
    }

    fn finish(self) -> Result<Metadata, String> {
        if !self.closed {
            return Err("not well-formed XML: the root element is not closed".to_owned());
        }
        let entity = self.entity.ok_or("EntityDescriptor has no entityID")?;
        if !self.identity_provider {
            return Err(
                "there is no IDPSSODescriptor: this is not the metadata of an identity provider".to_owned(),
            );
        }
        if self.certificates.is_empty() {
            return Err("there is no X509Certificate of the identity provider".to_owned());
        }
        Ok(Metadata {
            entity,
            certificates: self.certificates,
            valid_until: self.valid_until,
        })
    }
}

/// A date and time of XML: without a zone it is UTC, the only one that SAML knows.
fn date_time(text: &str) -> Result<Moment, String> {
    let with_zone = text.parse::<jiff::Timestamp>();
    let time = match with_zone {
        Ok(time) => time,
        Err(_) => text
            .parse::<jiff::civil::DateTime>()
            .and_then(|time| time.to_zoned(jiff::tz::TimeZone::UTC))
            .map_err(|e| format!("validUntil: {e}"))?
            .timestamp(),
    };
    Ok(Moment(u64::try_from(time.as_millisecond()).unwrap_or(0)))
}

/// A certificate as IAM takes it: whatever its dates (the guide says that IAM does not evaluate them), with a key of
/// 1,024 bits or more, and with no extension twice.
///
/// Assumption: iam.saml-ec-keys. The guide does not say what 1,024 bits are of a key on an elliptic curve; those are
/// taken.
fn check_certificate(base64: &str) -> Result<(), String> {
    let der = base64::engine::general_purpose::STANDARD
        .decode(base64)
        .map_err(|e| format!("X509Certificate is not base64: {e}"))?;
    let (rest, certificate) = x509_parser::parse_x509_certificate(&der)
        .map_err(|e| format!("X509Certificate is not a DER certificate: {e}"))?;
    if !rest.is_empty() {
        return Err("X509Certificate holds bytes after the certificate".to_owned());
    }
    if certificate.tbs_certificate.extensions_map().is_err() {
        return Err("X509Certificate repeats an extension".to_owned());
    }
    // The modulus may begin with zeros, as numbers in DER do: its first bit that is set is what counts.
    match certificate.public_key().parsed() {
        Ok(x509_parser::public_key::PublicKey::RSA(key)) => {
            let zeros: usize = match key.modulus.iter().position(|byte| *byte != 0) {
                Some(first) => first * 8 + key.modulus[first].leading_zeros() as usize,
                None => key.modulus.len() * 8,
            };
            match key.modulus.len() * 8 - zeros {
                1024.. => Ok(()),
                bits => Err(format!("X509Certificate has a key of {bits} bits, and not 1024")),
            }
        }
        _ => Ok(()),
    }
}
