//! SAML applications at identity providers outside AWS, and what all such applications have in common.

pub mod adfs;
pub mod answers;
pub mod application;
pub mod edit;
pub mod entra;
pub mod google;
pub mod issuer;
pub mod link;
pub mod okta;
pub mod other;
pub mod ping;
pub mod sheet;
pub mod spec;
pub mod start;

pub use answers::WORKSHEET;
pub use application::Application;
pub use spec::{ApplicationLive, ApplicationSpec, Product, SessionName};

/// Checks that a product publishes an application's metadata at such an address.
///
/// # Errors
/// What the address is not, and where to find the right one.
pub fn check_metadata_url(product: Product, url: &str) -> Result<(), String> {
    match product {
        Product::Okta => okta::check_metadata_url(url),
        Product::Entra => entra::check_metadata_url(url),
        Product::Adfs => adfs::check_metadata_url(url),
        Product::Google => google::check_metadata_url(url),
        Product::PingOne => ping::check_one_metadata_url(url),
        Product::PingFederate => ping::check_federate_metadata_url(url),
        Product::Other => Ok(()),
    }
}
