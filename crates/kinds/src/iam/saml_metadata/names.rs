//! The namespaces in a metadata document.

/// The namespace of SAML 2.0 metadata.
pub(super) const METADATA: &str = "urn:oasis:names:tc:SAML:2.0:metadata";

/// The namespace of XML signatures, to which the certificates belong.
pub(super) const SIGNATURE: &str = "http://www.w3.org/2000/09/xmldsig#";
