//! Documents for tests of IAM and STS.

/// A self-signed certificate of `CN=idp.example.com`.
pub(in crate::service) const CERTIFICATE: &str = "MIIBijCCAS+gAwIBAgIUL2QsuQSbJyohWPNG3S2fM/DxU4wwCgYIKoZIzj0EAwIwGjEYMBYGA1UEAwwPaWRwLmV4YW1wbGUuY29tMB4XDTI2MTEyMTA1NDAxN1oXDTM2MTExODA1NDAxN1owGjEYMBYGA1UEAwwPaWRwLmV4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEksVrgary9dkqwgoorKAp2VKhij2NCNL3idlpx4BY/lkSoW2ZBO9IXgFRsIasts4o5pEx+JxKVsl03pRY4prTbqNTMFEwHQYDVR0OBBYEFJp3bdB15kD94g4OgcUTac53ULhNMB8GA1UdIwQYMBaAFJp3bdB15kD94g4OgcUTac53ULhNMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSQAwRgIhAPMRiIYwM5IfSJ0P9Szbd2c+WSKxMTZZbvjjrmMndbA5AiEAhrSXQC+oxHy9gmL1f7mtzBHDZNHuiAzhNYB/OS5s0ho=";

/// Another one.
pub(in crate::service) const OTHER_CERTIFICATE: &str = "MIIBjjCCATOgAwIBAgIUCDaLYhiK6BspPTpTsRenRQkqwpUwCgYIKoZIzj0EAwIwHDEaMBgGA1UEAwwRb3RoZXIuZXhhbXBsZS5jb20wHhcNMjYxMTIxMDU0MDE3WhcNMzYxMTE4MDU0MDE3WjAcMRowGAYDVQQDDBFvdGhlci5leGFtcGxlLmNvbTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABJhDjYVukBxaI/0fAPiZqUwO2XVIgk57XUqkrD5gtVJzVs7HngOOIvQ/IJUcNwyYIDcOHjLpX+raqIcVc0Jlp3mjUzBRMB0GA1UdDgQWBBQ2rBUCyuVSYnbFYpbh2onaAxwCuTAfBgNVHSMEGDAWgBQ2rBUCyuVSYnbFYpbh2onaAxwCuTAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0kAMEYCIQC0VcSpVD0ceUa6s3Y7nyJbyC3b03wFvZrQyWLl8HE8NAIhANLEVUivZy7dEL0cyyjl1Q5tYKBGXYJjP48iNLA1rhO/";

/// Metadata of the identity provider `https://idp.example.com/saml`, with attributes for its root element.
pub(crate) fn metadata(root: &str) -> String {
    let endpoint = |binding: &str| {
        format!(
            r#"<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:{binding}" Location="https://idp.example.com/sso/{binding}"/>"#
        )
    };
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.example.com/saml"{root}>
  <md:IDPSSODescriptor WantAuthnRequestsSigned="false" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:KeyDescriptor use="signing">
      <ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">
        <ds:X509Data><ds:X509Certificate>
          {CERTIFICATE}
        </ds:X509Certificate></ds:X509Data>
      </ds:KeyInfo>
    </md:KeyDescriptor>
    <md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:persistent</md:NameIDFormat>
    {}{}
  </md:IDPSSODescriptor>
</md:EntityDescriptor>"#,
        endpoint("HTTP-POST"),
        endpoint("HTTP-Redirect"),
    )
}
