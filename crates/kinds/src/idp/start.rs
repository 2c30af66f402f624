//! The address where people start, and the addresses that a person finds beside it and at which no one can start.

use super::answers::{self, host, path};
use super::spec::Product;
use super::{adfs, entra, google, okta, ping};

/// What an address of AWS's is at which no one can start a sign-in. `None`: it may be an address of one's own, since AWS
/// lends these hosts out (S3, load balancers, API Gateway), or it is not AWS's at all.
pub fn of_aws(url: &str) -> Option<&'static str> {
    let host = host(url);
    let is_below = |domain: &str| host == domain || host.ends_with(&format!(".{domain}"));
    if is_below("aws.amazon.com") || is_below("amazonaws-us-gov.com") {
        let has = |label: &str| host.split('.').any(|part| part == label);
        return Some(match () {
            () if has("signin") => "where AWS takes up a sign-in",
            () if host.starts_with("appstream2") => "where AppStream takes up a sign-in",
            () if has("console") || host.starts_with("console.") => "in AWS's console",
            () => "a page of AWS's own",
        });
    }
    let is_instance = is_below("my.connect.aws") || is_below("govcloud.connect.aws");
    if is_instance || (is_below("awsapps.com") && path(url).starts_with("/connect")) {
        return Some(
            "in Amazon Connect itself, which sends people who are not signed in to the identity provider",
        );
    }
    let services = ["amazonaws.com", "amazonaws.com.cn"];
    let service = services.iter().find_map(|domain| host.strip_suffix(domain))?;
    let mut labels = service.trim_end_matches('.').split('.');
    // Where customers publish pages of their own.
    let is_lent = |label: &str| {
        ["s3", "execute-api", "elb", "compute", "compute-1"].contains(&label) || label.starts_with("s3-")
    };
    if labels.clone().any(is_lent) {
        return None;
    }
    Some(match labels.next() {
        Some("identitycenter") => "what Identity Center calls itself (its issuer)",
        Some("scim") => "where an identity provider writes users into Identity Center",
        Some("portal") => {
            "one to which browsers are sent with a SAML request (the console shows it beside the metadata)"
        }
        _ => "one of AWS's APIs",
    })
}

/// Checks the address where people start, for an application of this product.
///
/// # Errors
/// Says what it is instead, where it is surely something else.
pub fn check(product: Product, url: &str) -> Result<(), String> {
    answers::check_start(url)?;
    let (what, asked) = match product {
        Product::Okta => (okta::beside(url), okta::START_URL),
        Product::Entra => (entra::beside(url), entra::START_URL),
        Product::Adfs => (adfs::beside(url), adfs::START_URL),
        Product::Google => (google::beside(url), google::START_URL),
        Product::PingOne | Product::PingFederate => (ping::beside(url), ping::START_URL),
        Product::Other => (None, "the application's own link, at which people start"),
    };
    match of_aws(url).or(what) {
        None => Ok(()),
        Some(what) => Err(format!(
            "start_url: `{url}` is {what}, and not the link of this application: copy {asked}"
        )),
    }
}

/// What is unusual about the address where people start, for an application of this product.
pub fn remark(product: Product, url: &str) -> Option<String> {
    let is_usual = match product {
        Product::Okta => okta::is_link(url),
        Product::Entra => entra::is_link(url),
        Product::Google => google::is_link(url),
        // Headset makes them itself; where it does not, they are of one's own.
        Product::Adfs | Product::PingOne | Product::PingFederate | Product::Other => true,
    };
    let (called, form) = match product {
        Product::Okta => ("an App Embed Link of Okta", "https://ORGANIZATION/home/NAME/ID"),
        Product::Entra => (
            "a User access URL of Entra",
            "https://launcher.myapps.microsoft.com/api/signin/ID?tenantId=ID",
        ),
        Product::Google => (
            "an app's link of Google",
            "https://accounts.google.com/o/saml2/initsso?idpid=ID&spid=ID",
        ),
        Product::Adfs | Product::PingOne | Product::PingFederate | Product::Other => return None,
    };
    (!is_usual).then(|| {
        format!(
            "start_url: `{url}` does not look like {called} ({form}): it is taken for an address of your own that leads \
             to it"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_surely_no_link_is_refused() {
        let okta = [
            (
                "https://acme-admin.okta.com/admin/app/acme/instance/0oa1b2c3d4",
                "Admin Console",
            ),
            ("https://acme-admin.oktapreview.com/", "Admin Console"),
            ("https://acme.okta.com/admin/apps/active", "Admin Console"),
            (
                "https://acme.okta.com/app/exk1a2b3c/sso/saml/metadata",
                "metadata",
            ),
            ("https://acme.okta.com/", "dashboard"),
            ("https://acme.okta.com/app/UserHome", "dashboard"),
            ("https://developer.okta.com/docs", "site"),
        ];
        let entra = [
            (
                "https://portal.azure.com/#view/Microsoft_AAD_IAM/ManagedAppMenuBlade",
                "administration",
            ),
            ("https://entra.microsoft.com/", "administration"),
            ("https://aad.portal.azure.com/", "administration"),
            (
                "https://login.microsoftonline.com/11111111-2222-4333-8444-555555555555/saml2",
                "SAML request",
            ),
            (
                "https://login.microsoftonline.com/t/federationmetadata/2007-06/federationmetadata.xml?appid=a",
                "metadata",
            ),
            (
                "https://sts.windows.net/11111111-2222-4333-8444-555555555555/",
                "SAML request",
            ),
            ("https://myapps.microsoft.com/", "My Apps"),
            ("https://myapplications.microsoft.com/?tenantid=t", "My Apps"),
        ];
        let adfs = [
            ("https://adfs.example.com/adfs/ls/", "SAML request"),
            ("https://adfs.example.com/adfs/services/trust", "SAML request"),
            (
                "https://adfs.example.com/adfs/ls/idpinitiatedsignon.aspx",
                "choose an application",
            ),
            (
                "https://adfs.example.com/FederationMetadata/2007-06/FederationMetadata.xml",
                "metadata",
            ),
        ];
        let google = [
            ("https://admin.google.com/ac/apps/unified", "Admin console"),
            (
                "https://accounts.google.com/o/saml2/idp?idpid=C01abcdef",
                "SAML request",
            ),
            ("https://accounts.google.com/o/saml2?idpid=C01abcdef", "entity ID"),
        ];
        let ping = [
            (
                "https://auth.pingone.eu/9a8b7c6d/saml20/metadata/1f2e3d4c",
                "metadata",
            ),
            ("https://auth.pingone.eu/9a8b7c6d/saml20/idp/sso", "SAML request"),
            (
                "https://auth.pingone.eu/9a8b7c6d/saml20/idp/startsso",
                "without its application",
            ),
            ("https://pf.example.com:9031/idp/SSO.saml2", "SAML request"),
        ];
        let all = [
            (
                "https://eu-west-2.signin.aws.amazon.com/saml",
                "takes up a sign-in",
            ),
            ("https://signin.aws.amazon.com/saml", "takes up a sign-in"),
            ("https://signin.amazonaws-us-gov.com/saml", "takes up a sign-in"),
            (
                "https://appstream2.eu-west-1.aws.amazon.com/saml?stack=a",
                "AppStream",
            ),
            (
                "https://eu-west-2.console.aws.amazon.com/connect/federate/x",
                "console",
            ),
            ("https://acme.my.connect.aws/ccp-v2", "Amazon Connect"),
            ("https://acme.awsapps.com/connect/login", "Amazon Connect"),
            (
                "https://identitycenter.amazonaws.com/ssoins-7223f0a1b2c3d4e5",
                "issuer",
            ),
            ("https://sts.eu-west-2.amazonaws.com/", "APIs"),
        ];
        for (product, own) in [
            (Product::Okta, &okta[..]),
            (Product::Entra, &entra),
            (Product::Adfs, &adfs),
            (Product::Google, &google),
            (Product::PingOne, &ping),
            (Product::PingFederate, &ping),
            (Product::Other, &[]),
        ] {
            for (url, what) in own.iter().chain(&all) {
                let said = check(product, url).unwrap_err();
                assert!(said.starts_with(&format!("start_url: `{url}` is")), "{said}");
                assert!(
                    said.contains(what) && said.contains("not the link of this application"),
                    "{said}"
                );
            }
        }
        // What one product's administrators use may be anything with another one.
        assert_eq!(check(Product::Other, okta[0].0), Ok(()));
    }

    #[test]
    fn links_and_addresses_of_ones_own_are_taken() {
        let okta = [
            "https://acme.okta.com/home/acme_acmeconnect_1/0oa1b2c3d4/aln1b2c3d4",
            "https://login.example.com/home/acme_acmeconnect_1/0oa1b2c3d4/aln1b2c3d4",
        ];
        let entra = [
            "https://launcher.myapps.microsoft.com/api/signin/11111111-2222-4333-8444-555555555555?tenantId=t",
            "https://myapps.microsoft.com/signin/acme/11111111-2222-4333-8444-555555555555?tenantId=t",
        ];
        let google = [
            "https://accounts.google.com/o/saml2/initsso?idpid=C01abcdef&spid=123456789012&forceauthn=false",
            "https://accounts.google.com/o/saml2/initsso?idpid=C01abcdef&spid=123456789012",
        ];
        for (product, links) in [
            (Product::Okta, okta),
            (Product::Entra, entra),
            (Product::Google, google),
        ] {
            for link in links {
                assert_eq!(
                    (check(product, link), remark(product, link)),
                    (Ok(()), None),
                    "{link}"
                );
            }
            // Accepted, with a remark.
            for own in [
                "https://phone.example.com/",
                "https://acme.s3.eu-west-2.amazonaws.com/start.html",
                "https://a1b2c3.execute-api.eu-west-2.amazonaws.com/start",
            ] {
                assert_eq!(check(product, own), Ok(()), "{own}");
                let told = remark(product, own).unwrap_or_default();
                assert!(
                    told.contains(own) && told.contains("does not look like"),
                    "{told}"
                );
            }
        }
        // It starts a sign-in, too, although it is not what the page shows as the link.
        let sso = "https://acme.okta.com/app/acme_1/exk1a2b3c/sso/saml";
        assert_eq!(check(Product::Okta, sso), Ok(()));
        assert!(remark(Product::Okta, sso).is_some());
        assert_eq!(remark(Product::Other, "https://phone.example.com/"), None);
    }
}
