//! SAML responses: what an identity provider makes a browser post to AWS, read and proven.
//!
//! `posted` takes what a person copied, `shape` refuses every document in which something else could be read than was
//! signed, `signature` proves who signed it, and `assertion` reads what was signed and nothing else. `checks` are what
//! `verify --saml-response` says of it. `expected` is what the blueprint asks for, `addressed` and `attributes` hold a part of the
//! response against it, and `judged` makes all checks.

mod addressed;
pub mod assertion;
mod attributes;
pub mod checks;
mod expected;
pub mod judged;
pub mod posted;
pub mod refused;
mod shape;
pub mod signature;
#[cfg(test)]
mod tests;

/// The namespace of the protocol.
pub(crate) const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
/// The namespace of assertions.
pub(crate) const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
/// The namespace of XML signatures.
pub(crate) const SIGNATURE: &str = "http://www.w3.org/2000/09/xmldsig#";
