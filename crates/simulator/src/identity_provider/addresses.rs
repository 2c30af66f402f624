//! The addresses of identity providers: their names for themselves, where they publish metadata, and where people start.

use percent_encoding::percent_decode_str;

use super::form::Product;
use crate::wire::message::Message;

/// The simulated tenant in Entra, and the environment in `PingOne`.
const TENANT: &str = "9a8b7c6d-5e4f-4a3b-8c2d-1e0f9a8b7c6d";

/// The organization at Google.
const ORGANIZATION: &str = "idpid=C01abcdef";

const PING_ONE: &str = "https://auth.pingone.example.com";
const PING_FEDERATE: &str = "https://pf.example.com:9031";
const GOOGLE: &str = "https://accounts.google.example.com/o/saml2";

/// Where the application's metadata is published; Google's is not.
pub(super) fn metadata_url(product: Product, token: &str) -> String {
    match product {
        Product::Okta => format!("https://acme.okta.example.com/app/{token}/sso/saml/metadata"),
        Product::Entra => format!(
            "https://login.entra.example.com/{TENANT}/federationmetadata/2007-06/federationmetadata.xml?appid={token}"
        ),
        Product::Adfs => {
            "https://adfs.example.com/FederationMetadata/2007-06/FederationMetadata.xml".to_owned()
        }
        Product::PingOne => format!("{PING_ONE}/{TENANT}/saml20/metadata/{token}"),
        Product::PingFederate => {
            format!("{PING_FEDERATE}/pf/federation_metadata.ping?PartnerSpId=urn:amazon:webservices")
        }
        Product::Google | Product::Other => format!("https://idp.example.com/metadata/{token}"),
    }
}

/// Where people start, as far as the console shows it with its relay state.
pub(super) fn start_url(product: Product, token: &str) -> Option<String> {
    match product {
        Product::Okta => Some(format!(
            "https://acme.okta.example.com/home/acme/{token}/aln177a159h7Zf52X0g8"
        )),
        Product::Entra => Some(format!(
            "https://launcher.entra.example.com/api/signin/{token}?tenantId={TENANT}"
        )),
        Product::Google => Some(format!(
            "{GOOGLE}/initsso?{ORGANIZATION}&spid={token}&forceauthn=false"
        )),
        Product::Other => Some(format!("https://idp.example.com/start/{token}")),
        Product::Adfs | Product::PingOne | Product::PingFederate => None,
    }
}

/// The page, without its query, at which a sign-in of this application begins.
pub(super) fn start_page(product: Product, token: &str) -> String {
    let start = match product {
        Product::Adfs => "https://adfs.example.com/adfs/ls/idpinitiatedsignon.aspx".to_owned(),
        Product::PingOne => format!("{PING_ONE}/{TENANT}/saml20/idp/startsso"),
        Product::PingFederate => format!("{PING_FEDERATE}/idp/startSSO.ping"),
        Product::Okta | Product::Entra | Product::Google | Product::Other => {
            start_url(product, token).unwrap_or_default()
        }
    };
    start.split('?').next().unwrap_or_default().to_owned()
}

/// Where browsers are sent with a SAML request.
pub(super) fn sign_in(product: Product, token: &str) -> String {
    match product {
        Product::Adfs => "https://adfs.example.com/adfs/ls/".to_owned(),
        Product::Google => format!("{GOOGLE}/idp?{ORGANIZATION}"),
        Product::PingOne => format!("{PING_ONE}/{TENANT}/saml20/idp/sso"),
        Product::PingFederate => format!("{PING_FEDERATE}/idp/SSO.saml2"),
        Product::Okta | Product::Entra | Product::Other => start_url(product, token).unwrap_or_default(),
    }
}

/// The entity id of an application's issuer.
pub(super) fn issuer(product: Product, token: &str) -> String {
    match product {
        Product::Okta => format!("http://www.okta.example.com/{token}"),
        Product::Entra => format!("https://sts.entra.example.com/{TENANT}/"),
        Product::Adfs => "http://adfs.example.com/adfs/services/trust".to_owned(),
        Product::Google => format!("{GOOGLE}?{ORGANIZATION}"),
        Product::PingOne => format!("{PING_ONE}/{TENANT}"),
        Product::PingFederate => "https://pf.example.com".to_owned(),
        Product::Other => format!("https://idp.example.com/{token}"),
    }
}

/// What the tokens begin with of products that publish one document for all applications.
pub(super) fn shared(product: Product) -> &'static str {
    match product {
        Product::Adfs => "adfs",
        _ => "pf",
    }
}

/// Whether a host is one of these identity providers'.
pub(crate) fn is_host(host: &str) -> bool {
    [
        "acme.okta.example.com",
        "login.entra.example.com",
        "adfs.example.com",
        "auth.pingone.example.com",
        "pf.example.com",
        "idp.example.com",
    ]
    .contains(&host)
}

/// The token in a request for metadata at one of these hosts.
pub(crate) fn token(message: &Message) -> Option<&str> {
    let path = message.path.as_str();
    if path.ends_with("/federationmetadata.xml") {
        return message.parameter("appid");
    }
    if path.ends_with("/FederationMetadata.xml") {
        return Some(shared(Product::Adfs));
    }
    if path == "/pf/federation_metadata.ping" {
        return message
            .parameter("PartnerSpId")
            .map(|_| shared(Product::PingFederate));
    }
    if let Some((_, token)) = path.split_once("/saml20/metadata/") {
        return Some(token);
    }
    path.strip_prefix("/app/")
        .and_then(|rest| rest.strip_suffix("/sso/saml/metadata"))
        .or_else(|| path.strip_prefix("/metadata/"))
}

/// An address that starts a sign-in and says all of it itself.
pub(super) struct Start {
    pub(super) product: Product,
    pub(super) audience: String,
    pub(super) relay_state: Option<String>,
}

/// A value of a query, decoded once.
fn parameter(query: &str, name: &str) -> Option<String> {
    let value = query
        .split('&')
        .find_map(|part| part.strip_prefix(name)?.strip_prefix('='))?;
    Some(percent_decode_str(value).decode_utf8().ok()?.into_owned())
}

/// Reads an address that starts a sign-in, as the product does.
pub(super) fn read(url: &str) -> Option<Start> {
    let (address, query) = url.split_once('?')?;
    let (product, query, audience, relay_state) = match address {
        // Its relay state is a query of its own, which holds the trust's identifier and what is passed on.
        "https://adfs.example.com/adfs/ls/idpinitiatedsignon.aspx" => (
            Product::Adfs,
            parameter(query, "RelayState")?,
            "RPID",
            "RelayState",
        ),
        _ if address == format!("{PING_ONE}/{TENANT}/saml20/idp/startsso") => {
            (Product::PingOne, query.to_owned(), "spEntityId", "applicationUrl")
        }
        _ if address == format!("{PING_FEDERATE}/idp/startSSO.ping") => (
            Product::PingFederate,
            query.to_owned(),
            "PartnerSpId",
            "TargetResource",
        ),
        _ => return None,
    };
    Some(Start {
        product,
        audience: parameter(&query, audience)?,
        relay_state: parameter(&query, relay_state),
    })
}
