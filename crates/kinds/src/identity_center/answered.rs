//! What can be known about a person's answers on an application of Identity Center: its link and its ARN.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use percent_encoding::percent_decode_str;

use crate::iam::saml_metadata;
use crate::idp::{answers, start};

/// Whether an address is in the access portal of Identity Center: its host is AWS's own (AWS's guide to the portal).
pub fn is_in_portal(url: &str) -> bool {
    let host = answers::host(url);
    host.ends_with(".awsapps.com") || host.ends_with(".app.aws")
}

/// Checks the link of an application: the portal itself, in which people choose one, is none.
///
/// # Errors
/// Says what is wrong with it.
pub fn check_link(url: &str) -> Result<(), String> {
    answers::check_start(url)?;
    if let Some(what) = start::of_aws(url) {
        return Err(format!(
            "start_url: `{url}` is {what}, and not the link of this application: sign in to the access portal as a user \
             who is assigned, and copy the address behind the application, which goes on with `#/saml/`"
        ));
    }
    let fragment = url.split_once('#').map_or("", |(_, fragment)| fragment);
    let behind = fragment.trim_start_matches('/').strip_prefix("saml/");
    let is_one = behind.is_some_and(|behind| !behind.trim_matches('/').is_empty());
    if is_in_portal(url) && !is_one {
        return Err(format!(
            "start_url: `{url}` is the access portal, in which people choose an application, and not the link of this \
             one: sign in to the portal as a user who is assigned, and copy the address behind the application, which \
             goes on with `#/saml/`"
        ));
    }
    Ok(())
}

/// Which SAML application a token of Identity Center's names: the account that runs Identity Center, and the
/// application's instance, as `ACCOUNT_ins-` and hexadecimal digits. `None`: it cannot be read.
///
/// Assumption: idc-link-token. The token that a link ends in goes on with a part of its own (`_p-`), which no API tells.
fn instance_in_token(token: &str) -> Option<String> {
    let token = percent_decode_str(token).decode_utf8().ok()?;
    let token = token.trim_end_matches('=').replace('-', "+").replace('_', "/");
    let plain = String::from_utf8(STANDARD_NO_PAD.decode(token).ok()?).ok()?;
    let mut parts = plain.split('_');
    let (account, instance) = (parts.next()?, parts.next()?);
    let digits = instance.strip_prefix("ins-")?;
    let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    let is_instance = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    (is_account && is_instance).then(|| format!("{account}_{instance}"))
}

/// Which application an application's link leads to, if its token tells.
pub fn instance_in_link(url: &str) -> Option<String> {
    let (_, fragment) = url.split_once('#').filter(|_| is_in_portal(url))?;
    let path = fragment.split(['?', '&']).next()?;
    instance_in_token(path.trim_end_matches('/').rsplit('/').next()?)
}

/// Which application an answer about metadata is of, if a token in it tells: the document, or where it is published.
pub fn instance_in_metadata(metadata: &str) -> Option<String> {
    let in_path = |url: &str| instance_in_token(url.trim().trim_end_matches('/').rsplit('/').next()?);
    match saml_metadata::parse(saml_metadata::body(metadata)) {
        Ok(document) => document.sign_in_urls.iter().find_map(|url| in_path(url)),
        Err(_) => in_path(metadata),
    }
}

/// Checks that a link leads to the application with this token. What cannot be read is taken.
///
/// # Errors
/// Says which application it leads to.
pub fn check_instance(link: &str, instance: &str) -> Result<(), String> {
    match instance_in_link(link) {
        Some(other) if !instance.is_empty() && other != instance => Err(format!(
            "start_url: `{link}` is the link of another application: its token says `{other}`, and the one in this \
             application's metadata says `{instance}` (assumption idc-link-token)"
        )),
        _ => Ok(()),
    }
}

/// Checks that a link leads to the application that this metadata (a document, or its address) is of.
///
/// # Errors
/// Says which application it leads to.
pub fn check_link_of(link: &str, metadata: &str) -> Result<(), String> {
    instance_in_metadata(metadata).map_or(Ok(()), |instance| check_instance(link, &instance))
}

/// What the token of an application's link begins with: as much of it as the token in the metadata tells.
pub(super) fn token_start(instance: &str) -> Option<String> {
    let plain = format!("{instance}_p-");
    // Only whole groups of three bytes are written alike before any other bytes.
    let whole = plain.len() / 3 * 3;
    (!instance.is_empty()).then(|| STANDARD_NO_PAD.encode(&plain.as_bytes()[..whole]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const INSTANCE: &str = "123456789012_ins-0123456789abcdef";
    /// `123456789012_ins-0123456789abcdef_p-fedcba9876543210` in base64.
    const TOKEN: &str = "MTIzNDU2Nzg5MDEyX2lucy0wMTIzNDU2Nzg5YWJjZGVmX3AtZmVkY2JhOTg3NjU0MzIxMA";

    fn link(token: &str) -> String {
        format!("https://d-9067f1c2a3.awsapps.com/start/#/saml/custom/Acme%20Support/{token}")
    }

    #[test]
    fn a_links_token_tells_its_application() {
        for token in [
            TOKEN.to_owned(),
            format!("{TOKEN}=="),
            format!("{TOKEN}%3D%3D"),
            format!("{TOKEN}%3D%3D/"),
            format!("{TOKEN}?locale=en"),
        ] {
            assert_eq!(
                instance_in_link(&link(&token)).as_deref(),
                Some(INSTANCE),
                "{token}"
            );
        }
        for token in ["abcdef", "", "MTIzNDU2Nzg5MDEyX2FwcC0wMTIz", "%ff"] {
            assert_eq!(instance_in_link(&link(token)), None, "{token}");
        }
        // An address of one's own may end in any way.
        assert_eq!(
            instance_in_link(&format!("https://go.example.com/#/saml/custom/a/{TOKEN}")),
            None
        );
    }

    #[test]
    fn addresses_beside_the_link_are_refused() {
        for (url, what) in [
            (
                "https://us-east-1.console.aws.amazon.com/singlesignon/home",
                "AWS's console",
            ),
            (
                "https://portal.sso.us-east-1.amazonaws.com/saml/assertion/MTIz",
                "SAML request",
            ),
            ("https://d-9067f1c2a3.awsapps.com/start", "is the access portal"),
            (
                "https://d-9067f1c2a3.awsapps.com/start/#/saml/",
                "is the access portal",
            ),
            (
                "https://identitycenter.amazonaws.com/ssoins-7223f0a1b2c3d4e5",
                "(its issuer)",
            ),
            ("https://scim.us-east-1.amazonaws.com/x/scim/v2/", "writes users"),
            (
                "https://us-east-1.signin.aws.amazon.com/platform/saml/acs/x",
                "takes up a sign-in",
            ),
            ("https://acme.my.connect.aws/ccp-v2", "Amazon Connect itself"),
        ] {
            let said = check_link(url).unwrap_err();
            assert!(said.contains(what) && said.contains("`#/saml/`"), "{said}");
        }
        for url in [
            &link(TOKEN),
            "https://go.example.com/phone",
            "https://pages.s3.eu-west-2.amazonaws.com/start.html",
        ] {
            assert_eq!(check_link(url), Ok(()), "{url}");
        }
    }

    #[test]
    fn the_link_of_another_application_is_refused() {
        let other = INSTANCE.replace("0123", "3210");
        let said = check_instance(&link(TOKEN), &other).unwrap_err();
        assert!(said.contains(INSTANCE) && said.contains(&other), "{said}");
        for (url, instance) in [
            (link(TOKEN), INSTANCE),
            (link(TOKEN), ""),
            (link("abcdef"), other.as_str()),
            ("https://go.example.com/phone".to_owned(), other.as_str()),
        ] {
            assert_eq!(check_instance(&url, instance), Ok(()), "{url}");
        }
    }

    #[test]
    fn metadata_and_its_address_tell_the_application() {
        let token = STANDARD_NO_PAD.encode(INSTANCE);
        let address = format!("https://portal.sso.us-east-1.amazonaws.com/saml/metadata/{token}");
        assert_eq!(instance_in_metadata(&address).as_deref(), Some(INSTANCE));
        assert_eq!(check_link_of(&link(TOKEN), &address), Ok(()));
        let sample = include_str!("../iam/samples/metadata.xml");
        assert_eq!(instance_in_metadata(sample), None, "of another product");
    }

    #[test]
    fn what_is_known_of_the_token_is_how_it_begins() {
        let start = token_start(INSTANCE).unwrap();
        assert!(TOKEN.starts_with(&start) && start.len() == 48, "{start}");
        assert_eq!(token_start(""), None);
    }
}
