//! Who issued a metadata document, as far as that tells that another product did.
//!
//! IAM trusts every issuer that a document names. Metadata of another application's identity provider is a good
//! document, and no one can sign in with it.

use super::answers::host;
use super::{Product, adfs, entra, google, okta, ping};
use crate::iam::saml_metadata::{self, excerpt};

/// What the hosts of AWS's own addresses end with. AWS does not say which forms of addresses there are, so that only the
/// owner of the host is judged. Assumption: `idc-metadata-host`.
const AWS: &[&str] = &["amazonaws.com", "amazonaws.com.cn", "awsapps.com", "aws"];

/// Whether a host is one of a domain, or the domain itself.
fn is_in(host: &str, domain: &str) -> bool {
    let before = host.strip_suffix(domain);
    before.is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

/// Who issues metadata.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Issuer {
    /// IAM Identity Center.
    Aws,
    /// A product outside AWS.
    Product(Product),
}

impl Issuer {
    /// What it is called.
    fn title(self) -> &'static str {
        match self {
            Issuer::Aws => "AWS",
            Issuer::Product(product) => product.title(),
        }
    }
}

/// Who issued a document, where its form tells.
pub fn issuer_of(metadata: &str) -> Option<Issuer> {
    let document = saml_metadata::parse(saml_metadata::body(metadata)).ok()?;
    product_of(document.entity_id.trim())
}

/// The region in which IAM Identity Center issued a document, where its issuer tells. Assumption: `idc-metadata-host`.
pub fn region_of(metadata: &str) -> Option<String> {
    let document = saml_metadata::parse(saml_metadata::body(metadata)).ok()?;
    let host = host(document.entity_id.trim());
    let region = host.strip_prefix("portal.sso.")?.strip_suffix(".amazonaws.com")?;
    (!region.is_empty() && !region.contains('.')).then(|| region.to_owned())
}

/// Which product names itself so, where its form tells.
fn product_of(issuer: &str) -> Option<Issuer> {
    let host = host(issuer);
    let is_of = |domains: &[&str]| domains.iter().any(|domain| is_in(&host, domain));
    [
        (AWS, Issuer::Aws),
        (&okta::DOMAINS[..], Issuer::Product(Product::Okta)),
        (entra::ISSUERS, Issuer::Product(Product::Entra)),
        (&[google::ISSUER], Issuer::Product(Product::Google)),
        (ping::DOMAINS, Issuer::Product(Product::PingOne)),
    ]
    .into_iter()
    .find(|(domains, _)| is_of(domains))
    .map(|(_, issuer)| issuer)
    .or_else(|| {
        let issuer = issuer.trim_end_matches('/').to_ascii_lowercase();
        issuer
            .ends_with(adfs::ISSUER)
            .then_some(Issuer::Product(Product::Adfs))
    })
}

/// Why a document was issued by another product than the one that a blueprint names (`None`: Identity Center): a
/// sentence without a full stop. Nothing is said of what is not known: a document that cannot be read, an issuer that
/// an organization has named itself.
///
/// Identity Center names its applications by AWS's own addresses, and they cannot be changed; Okta's and Entra's can be
/// named otherwise, so that there only another known product tells.
pub fn of_another(product: Option<Product>, metadata: &str) -> Option<String> {
    let document = saml_metadata::parse(saml_metadata::body(metadata)).ok()?;
    let issuer = document.entity_id.trim();
    let known = product_of(issuer);
    let (what, here) = match (product, known) {
        (None, Some(Issuer::Aws)) | (Some(Product::Other), _) => return None,
        (None, _) => (
            "which is no address of AWS's: if that is another identity provider",
            None,
        ),
        (Some(product), Some(other)) if other != Issuer::Product(product) => {
            ("which is", Some((other.title(), product)))
        }
        (Some(_), _) => return None,
    };
    let issuer = excerpt(issuer);
    Some(match here {
        None => format!(
            "`{issuer}` issued this document, {what}, IAM would trust it and people could not sign in through this \
             application"
        ),
        Some((other, product)) => format!(
            "`{issuer}` issued this document, {what} of {other} and not of {}: IAM would trust it, and people could not \
             sign in through this application",
            product.title()
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_of_another_product_is_noticed_and_one_of_ones_own_is_not() {
        let sample = include_str!("../iam/samples/metadata.xml");
        let own = saml_metadata::parse(sample).unwrap().entity_id;
        let of = |issuer: &str| {
            let document = sample.replace(&format!("\"{own}\""), &format!("\"{issuer}\""));
            assert!(document.contains(issuer));
            document
        };
        let aws = "https://portal.sso.us-east-1.amazonaws.com/saml/assertion/MTIz";
        let okta = "http://www.okta.com/exk1a2b3c4d5e6f7g8h9";
        let entra = "https://sts.windows.net/0a1b2c3d-0000-4000-8000-000000000000/";
        let another = "https://idp.example.com/saml";
        let adfs = "http://adfs.example.com/adfs/services/trust";
        let google = "https://accounts.google.com/o/saml2?idpid=C01abcdef";
        let pingone = "https://auth.pingone.eu/9a8b7c6d-5e4f-4a3b-8c2d-1e0f9a8b7c6d";
        for (product, issuer, said) in [
            (None, aws, None),
            (None, okta, Some("no address of AWS's")),
            (None, entra, Some("no address of AWS's")),
            (None, another, Some("no address of AWS's")),
            (Some(Product::Okta), okta, None),
            (Some(Product::Okta), another, None),
            (
                Some(Product::Okta),
                entra,
                Some("of Microsoft Entra ID and not of Okta"),
            ),
            (Some(Product::Okta), aws, Some("of AWS and not of Okta")),
            (Some(Product::Entra), entra, None),
            (Some(Product::Entra), another, None),
            (
                Some(Product::Entra),
                okta,
                Some("of Okta and not of Microsoft Entra ID"),
            ),
            (Some(Product::Adfs), adfs, None),
            (Some(Product::Adfs), another, None),
            (
                Some(Product::Adfs),
                google,
                Some("of Google Workspace and not of AD FS"),
            ),
            (Some(Product::Google), google, None),
            (Some(Product::Google), adfs, Some("of AD FS and not of Google")),
            (Some(Product::PingOne), pingone, None),
            (Some(Product::PingOne), okta, Some("of Okta and not of PingOne")),
            (Some(Product::PingFederate), another, None),
            (
                Some(Product::PingFederate),
                pingone,
                Some("of PingOne and not of PingFederate"),
            ),
            (Some(Product::Okta), adfs, Some("of AD FS and not of Okta")),
            (Some(Product::Other), okta, None),
            (Some(Product::Other), aws, None),
        ] {
            let told = of_another(product, &of(issuer));
            match said {
                None => assert_eq!(told, None, "{product:?} {issuer}"),
                Some(words) => assert!(
                    told.as_ref()
                        .is_some_and(|told| told.contains(words) && told.contains(&issuer[..20])),
                    "{product:?} {issuer}: {told:?}"
                ),
            }
        }
        assert_eq!(of_another(None, "no document"), None);
        assert_eq!(issuer_of(&of(adfs)), Some(Issuer::Product(Product::Adfs)));
        assert_eq!(issuer_of(&of(aws)), Some(Issuer::Aws));
        assert_eq!(region_of(&of(aws)).as_deref(), Some("us-east-1"));
        assert_eq!(region_of(&of(okta)), None);
        for (host, is_other) in [
            ("portal.sso.us-gov-west-1.amazonaws.com", false),
            ("portal.sso.cn-north-1.amazonaws.com.cn", false),
            ("ssoins-7223f0a1b2c3d4e5.portal.eu-west-2.app.aws", false),
            ("portal.sso.eu-west-2.amazonaws.com.example.com", true),
            ("portal-sso-amazonaws.com", true),
        ] {
            let document = of(&format!("https://{host}/saml/assertion/x"));
            assert_eq!(of_another(None, &document).is_some(), is_other, "{host}");
        }
    }
}
