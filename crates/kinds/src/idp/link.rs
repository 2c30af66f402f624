//! The address where people start, where it follows from the metadata: these products put audience and relay state into
//! it, and nothing else of the application.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::spec::Product;
use crate::iam::saml_metadata;

/// What stands unchanged in a part of a query.
const PART: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, PART).to_string()
}

/// The sign-on page of AD FS for one trust: both values are encoded, and both together once more.
pub(super) fn of_adfs(sign_in: &str, audience: &str, relay_state: &str) -> String {
    let inner = format!("RPID={}&RelayState={}", encoded(audience), encoded(relay_state));
    let base = sign_in.trim_end_matches('/');
    format!("{base}/idpinitiatedsignon.aspx?RelayState={}", encoded(&inner))
}

/// What stands before this end of an address, in upper or lower case.
fn before<'url>(url: &'url str, end: &str) -> Option<&'url str> {
    let at = url.len().checked_sub(end.len())?;
    let (base, rest) = url.split_at_checked(at)?;
    rest.eq_ignore_ascii_case(end).then_some(base)
}

/// Whether the address where people start follows from the metadata.
pub fn is_derived(product: Product) -> bool {
    match product {
        Product::Adfs | Product::PingOne | Product::PingFederate => true,
        Product::Okta | Product::Entra | Product::Google | Product::Other => false,
    }
}

/// The address where people start, of the identity provider that this metadata document describes.
///
/// Assumption: `pingone-start`. The address is beside that of the metadata.
/// Assumption: `pingfederate-start`. What the parameter holds becomes the relay state.
pub fn derived(product: Product, metadata: &str, audience: &str, relay_state: &str) -> Option<String> {
    let document = saml_metadata::parse(saml_metadata::body(metadata)).ok()?;
    let urls = document.sign_in_urls.iter().map(String::as_str);
    let secure = |url: &&str| url.starts_with("https://");
    let (audience_encoded, relay_encoded) = (encoded(audience), encoded(relay_state));
    urls.filter(secure).find_map(|url| match product {
        Product::Adfs => {
            let is_sign_in = before(url.trim_end_matches('/'), "/adfs/ls").is_some();
            is_sign_in.then(|| of_adfs(url, audience, relay_state))
        }
        Product::PingOne => before(url, "/saml20/idp/sso").map(|base| {
            format!("{base}/saml20/idp/startsso?spEntityId={audience_encoded}&applicationUrl={relay_encoded}")
        }),
        Product::PingFederate => before(url, "/idp/SSO.saml2").map(|base| {
            format!("{base}/idp/startSSO.ping?PartnerSpId={audience_encoded}&TargetResource={relay_encoded}")
        }),
        Product::Okta | Product::Entra | Product::Google | Product::Other => None,
    })
}

/// What a document has to have so that the address follows from it.
pub fn missing(product: Product) -> String {
    let address = match product {
        Product::Adfs => "https://HOST/adfs/ls/",
        Product::PingOne => "https://auth.pingone.com/ENVIRONMENT/saml20/idp/sso",
        _ => "https://HOST/idp/SSO.saml2",
    };
    format!(
        "metadata: it has no sign-on address of {} ({address}), from which the address where people start follows; if \
         yours is another one, give `start_url`, too",
        product.title()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sample with this sign-on address in place of its own.
    fn document(url: &str) -> String {
        let sample = include_str!("../iam/samples/metadata.xml");
        let own = saml_metadata::parse(sample).unwrap().sign_in_urls;
        own.iter().fold(sample.to_owned(), |text, own| {
            text.replace(&format!("\"{own}\""), &format!("\"{url}\""))
        })
    }

    const URN: &str = "urn:amazon:webservices";
    const STACK: &str = "https://appstream2.eu-west-1.aws.amazon.com/saml?stack=a&accountId=123456789012";

    #[test]
    fn the_relay_state_is_encoded_as_each_product_reads_it() {
        for (product, sign_in, link) in [
            (
                Product::Adfs,
                "https://adfs.example.com/adfs/ls/",
                "https://adfs.example.com/adfs/ls/idpinitiatedsignon.aspx?RelayState=RPID%3Durn%253Aamazon%253Awebservices\
                 %26RelayState%3Dhttps%253A%252F%252Fappstream2.eu-west-1.aws.amazon.com%252Fsaml%253Fstack%253Da%2526\
                 accountId%253D123456789012",
            ),
            (
                Product::PingOne,
                "https://auth.pingone.eu/9a8b7c6d/saml20/idp/sso",
                "https://auth.pingone.eu/9a8b7c6d/saml20/idp/startsso?spEntityId=urn%3Aamazon%3Awebservices&applicationUrl=\
                 https%3A%2F%2Fappstream2.eu-west-1.aws.amazon.com%2Fsaml%3Fstack%3Da%26accountId%3D123456789012",
            ),
            (
                Product::PingFederate,
                "https://pf.example.com:9031/idp/SSO.saml2",
                "https://pf.example.com:9031/idp/startSSO.ping?PartnerSpId=urn%3Aamazon%3Awebservices&TargetResource=\
                 https%3A%2F%2Fappstream2.eu-west-1.aws.amazon.com%2Fsaml%3Fstack%3Da%26accountId%3D123456789012",
            ),
        ] {
            assert_eq!(
                derived(product, &document(sign_in), URN, STACK).as_deref(),
                Some(link)
            );
            // A document of another product leads nowhere.
            let other = document("https://idp.example.com/saml/sign-in");
            assert_eq!(derived(product, &other, URN, STACK), None, "{product:?}");
            assert!(is_derived(product) && missing(product).contains("start_url"));
        }
        let google = document("https://accounts.google.com/o/saml2/idp?idpid=C01abcdef");
        assert_eq!(derived(Product::Google, &google, URN, STACK), None);
        assert!(!is_derived(Product::Google));
    }
}
