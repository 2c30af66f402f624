//! SAML applications at identity providers outside AWS, and what all such applications have in common.

pub mod answers;
pub mod application;
pub mod edit;
pub mod entra;
pub mod issuer;
pub mod okta;
pub mod other;
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
        Product::Other => Ok(()),
    }
}
