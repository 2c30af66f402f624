//! Every identity provider has the same keys.

use super::*;

#[test]
fn every_identity_provider_reads_alike() {
    for (key, product, metadata) in [
        (
            "okta",
            IdpProduct::Okta,
            "https://example.okta.com/app/exk1234567890/sso/saml/metadata",
        ),
        (
            "entra",
            IdpProduct::Entra,
            "https://login.microsoftonline.com/11111111-2222-4333-8444-555555555555/federationmetadata/2007-06/\
             federationmetadata.xml?appid=66666666-7777-4888-8999-000000000000",
        ),
        (
            "adfs",
            IdpProduct::Adfs,
            "https://adfs.example.com/FederationMetadata/2007-06/FederationMetadata.xml",
        ),
        (
            "google",
            IdpProduct::Google,
            "https://files.example.com/GoogleIDPMetadata.xml",
        ),
        (
            "pingone",
            IdpProduct::PingOne,
            "https://auth.pingone.eu/9a8b7c6d/saml20/metadata/1f2e3d4c",
        ),
        (
            "pingfederate",
            IdpProduct::PingFederate,
            "https://pf.example.com:9031/pf/federation_metadata.ping?PartnerSpId=urn:amazon:webservices",
        ),
        ("other", IdpProduct::Other, "https://example.com/metadata"),
    ] {
        let text = EXISTING
            // Only IAM Identity Center tells Headset whom it assigns.
            .replace("owned: only-declared, ", "")
            .replace(
                "identity_center: { application",
                &format!("{key}: {{ application"),
            )
            .replace("https://example.com/metadata", metadata);
        assert_eq!(whole(&text).sign_in.expect("sign_in").idp.product, product);
    }
}
