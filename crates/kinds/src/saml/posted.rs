//! What a browser posted to AWS, as a person copied it.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use headset_core::revealed::Revealed;
use percent_encoding::percent_decode_str;

use super::refused::Refused;

/// The longest response that STS takes, in characters of base64 (`SAMLAssertionType` in its service model).
pub const LONGEST: usize = 100_000;
/// As much of a file may be read: every character may be percent-encoded, and lines may be wrapped.
pub const LONGEST_FILE: u64 = 4 * LONGEST as u64;

/// The field of the form.
const FIELD: &str = "SAMLResponse";

/// The base64 of forms: some programs leave the padding out.
const FORM: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

const COPY: &str = "sign in with the browser's developer tools open at Network, look for the POST to signin.aws.amazon.com/saml, \
                    and copy the value of its form field SAMLResponse";

/// A response. It signs in who has it until it ends, so it is a secret.
#[derive(Clone, Debug)]
pub struct Posted {
    encoded: Revealed,
    xml: Revealed,
}

impl Posted {
    /// Reads what was copied: the field's base64, the same percent-encoded, a whole form with that field, or the XML.
    ///
    /// # Errors
    /// If it is none of these, or longer than STS takes.
    pub fn read(text: &str) -> Result<Posted, Refused> {
        let text = text.trim_start_matches('\u{feff}').trim();
        if text.is_empty() {
            return Err(Refused::new("there is nothing in it", COPY));
        }
        if text.starts_with('<') {
            return Posted::of(FORM.encode(text), text.to_owned());
        }
        let encoded = compact(text);
        let bytes = FORM
            .decode(&encoded)
            .map_err(|_| Refused::new("it is neither XML nor base64", COPY))?;
        let xml = String::from_utf8(bytes).map_err(|_| {
            Refused::new(
                "it is base64 of something that is not UTF-8: what an address carries is compressed, and a form is not",
                COPY,
            )
        })?;
        let xml = xml.trim_start_matches('\u{feff}').trim();
        if !xml.starts_with('<') {
            return Err(Refused::new("it is base64 of something that is not XML", COPY));
        }
        Posted::of(encoded, xml.to_owned())
    }

    fn of(encoded: String, xml: String) -> Result<Posted, Refused> {
        if encoded.len() > LONGEST {
            return Err(Refused::new(
                format!(
                    "it has {} characters in base64, and STS takes {LONGEST} at most",
                    encoded.len()
                ),
                "have the identity provider send fewer attributes, above all fewer groups and roles",
            ));
        }
        Ok(Posted {
            encoded: Revealed::new(encoded),
            xml: Revealed::new(xml),
        })
    }

    /// The base64, as STS takes it.
    pub fn encoded(&self) -> &Revealed {
        &self.encoded
    }

    /// The document.
    pub fn xml(&self) -> &Revealed {
        &self.xml
    }
}

/// The base64 in what was copied, without white space.
fn compact(text: &str) -> String {
    let is_field = |pair: &&str| pair.trim_start().starts_with(&format!("{FIELD}="));
    let value = text.split('&').find(is_field);
    let value = value
        .and_then(|pair| pair.split_once('='))
        .map_or(text, |(_, value)| value);
    let quotes: &[char] = &['"', '\''];
    let value = value.trim_matches(quotes);
    // Base64 has no `%`, and what is percent-encoded has no bare `+`.
    let value = percent_decode_str(value).decode_utf8_lossy();
    value.split_whitespace().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const XML: &str = "<samlp:Response>ä?>>>?</samlp:Response>";

    #[test]
    fn every_form_in_which_a_response_is_copied_is_read() {
        let base64 = FORM.encode(XML);
        let percent = base64.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
        let (begin, end) = base64.split_at(16);
        for copied in [
            XML.to_owned(),
            format!("\u{feff}\n{XML}\n"),
            base64.clone(),
            base64.trim_end_matches('=').to_owned(),
            format!("{begin}\r\n{end}\n"),
            percent.clone(),
            format!("SAMLResponse={percent}&RelayState=https%3A%2F%2Fexample.com"),
            format!("RelayState=x&SAMLResponse={percent}"),
            format!("\"{base64}\""),
        ] {
            let posted = Posted::read(&copied).unwrap();
            assert_eq!(posted.xml().expose(), XML, "{copied}");
            let again = FORM.decode(posted.encoded().expose()).unwrap();
            assert_eq!(String::from_utf8(again).unwrap(), XML, "{copied}");
        }
    }

    #[test]
    fn other_texts_are_refused_without_being_repeated() {
        let long = FORM.encode(format!("<a>{}</a>", "x".repeat(LONGEST)));
        let compressed = FORM.encode([0x7d, 0x91, 0xff, 0xfe]);
        for (copied, why) in [
            ("", "nothing in it"),
            ("no base64!", "neither XML nor base64"),
            (&compressed, "not UTF-8"),
            (&FORM.encode("secret words"), "not XML"),
            (&long, "STS takes 100000"),
        ] {
            let refused = Posted::read(copied).unwrap_err();
            assert!(refused.why.contains(why), "{refused}");
            assert!(!refused.why.contains("secret") && !refused.help.is_empty());
        }
    }

    #[test]
    fn a_response_is_a_secret() {
        let posted = Posted::read("<samlp:Response>hidden words</samlp:Response>").unwrap();
        assert!(!format!("{posted:?}").contains("hidden"), "{posted:?}");
        let said = format!("it says {}", posted.encoded().expose());
        assert!(!headset_core::revealed::withheld(&said).contains(posted.encoded().expose()));
    }
}
