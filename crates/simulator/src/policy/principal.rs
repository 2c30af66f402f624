//! Which names the `Principal` element takes for services and for identity providers.

use std::collections::BTreeSet;
use std::sync::OnceLock;

/// The names in the table, in full.
fn services() -> &'static BTreeSet<String> {
    static SERVICES: OnceLock<BTreeSet<String>> = OnceLock::new();
    SERVICES.get_or_init(|| {
        let lines = include_str!("service_principals.txt").lines();
        let words = lines
            .filter(|line| !line.starts_with('#'))
            .flat_map(str::split_whitespace);
        words
            .map(|word| match word.ends_with(".amazon.com") {
                true => word.to_owned(),
                false => format!("{word}.amazonaws.com"),
            })
            .collect()
    })
}

/// `eu-west-2`, `us-gov-west-1`: letters, a hyphen, and so on, a number at the end.
fn is_region(label: &str) -> bool {
    let parts: Vec<&str> = label.split('-').collect();
    let Some((number, words)) = parts.split_last() else {
        return false;
    };
    let letters = |word: &&str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase());
    words.len() >= 2 && words[0].len() == 2 && words.iter().all(letters) && number.parse::<u8>().is_ok()
}

/// Whether this is the name of one of AWS's services: `connect.amazonaws.com`, in China also with `.cn` behind it.
///
/// Assumption: iam.regional-service-principals. A known service may be named with a region
/// (`states.eu-west-2.amazonaws.com`), as some have it.
pub(super) fn is_service(name: &str) -> bool {
    let global = name.strip_suffix(".cn").unwrap_or(name);
    if services().contains(global) {
        return true;
    }
    let Some(stem) = global.strip_suffix(".amazonaws.com") else {
        return false;
    };
    match stem.rsplit_once('.') {
        Some((service, region)) if is_region(region) => {
            services().contains(&format!("{service}.amazonaws.com"))
        }
        _ => false,
    }
}

/// Whether this is the name of an identity provider: "Federated principals must be valid domain names or SAML metadata
/// ARNs", IAM's error says, and takes the ARNs of providers of OpenID Connect as well.
pub(super) fn is_federated(name: &str) -> bool {
    if name.starts_with("arn:") {
        let parts: Vec<&str> = name.splitn(6, ':').collect();
        let [_, partition, "iam", "", account, resource] = parts.as_slice() else {
            return false;
        };
        let provider = ["saml-provider/", "oidc-provider/"]
            .iter()
            .find_map(|kind| resource.strip_prefix(kind));
        let number = account.len() == 12 && account.bytes().all(|digit| digit.is_ascii_digit());
        return partition.starts_with("aws") && number && provider.is_some_and(|it| !it.is_empty());
    }
    is_domain(name)
}

/// `accounts.google.com`, `cognito-identity.amazonaws.com`: at least two labels, the last one of letters.
fn is_domain(name: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let labels: Vec<&str> = name.split('.').collect();
    let last = labels.last().copied().unwrap_or_default();
    labels.len() >= 2
        && labels.iter().copied().all(label)
        && last.len() >= 2
        && last.chars().all(|c| c.is_ascii_alphabetic())
}

/// What a trust policy may allow.
const TRUSTED: &[&str] = &[
    "assumerole",
    "assumerolewithsaml",
    "assumerolewithwebidentity",
    "assumeroot",
    "setcontext",
    "setsourceidentity",
    "tagsession",
];

/// The other actions of STS.
const OTHERS: &[&str] = &[
    "decodeauthorizationmessage",
    "getaccesskeyinfo",
    "getcalleridentity",
    "getdelegatedaccesstoken",
    "getfederationtoken",
    "getservicebearertoken",
    "getsessiontoken",
    "getwebidentitytoken",
];

/// Whether a trust policy takes an action, by its name behind `sts:`.
///
/// Assumption: iam.trust-action-wildcards. A pattern is taken if it means nothing but what a trust policy may allow:
/// `AssumeRole*`, and not `*`.
pub(super) fn is_trust_action(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let means = |action: &&&str| super::wildcard_matches(&name, action);
    TRUSTED.iter().any(|action| means(&action)) && !OTHERS.iter().any(|action| means(&action))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_are_those_of_the_table_in_all_regions() {
        for (name, real) in [
            ("appstream.amazonaws.com", true),
            ("appstream.application-autoscaling.amazonaws.com", true),
            ("logging.s3.amazonaws.com", true),
            ("states.eu-west-2.amazonaws.com", true),
            ("ec2.amazonaws.com.cn", true),
            ("alexa-appkit.amazon.com", true),
            ("appstrem.amazonaws.com", false),
            ("appstream2.amazonaws.com", false),
            ("anything.eu-west-2.amazonaws.com", false),
            ("states.nowhere.amazonaws.com", false),
            ("amazonaws.com", false),
            ("appstream", false),
        ] {
            assert_eq!(is_service(name), real, "{name}");
        }
    }

    #[test]
    fn federated_principals_are_domains_or_providers() {
        for (name, taken) in [
            ("arn:aws:iam::123456789012:saml-provider/acme", true),
            ("arn:aws-us-gov:iam::123456789012:saml-provider/acme", true),
            (
                "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com",
                true,
            ),
            ("accounts.google.com", true),
            ("cognito-identity.amazonaws.com", true),
            ("arn:aws:iam::123456789012:saml-provider/", false),
            ("arn:aws:iam::123456789012:role/acme", false),
            ("arn:aws:iam::acme:saml-provider/acme", false),
            ("https://idp.example.com/saml", false),
            ("idp.example.com/saml", false),
            ("my identity provider", false),
            ("okta", false),
        ] {
            assert_eq!(is_federated(name), taken, "{name}");
        }
    }

    #[test]
    fn a_trust_policy_allows_to_take_the_role_and_what_goes_with_it() {
        for (name, taken) in [
            ("AssumeRole", true),
            ("assumerolewithsaml", true),
            ("AssumeRole*", true),
            ("TagSession", true),
            ("SetSourceIdentity", true),
            ("*", false),
            ("Get*", false),
            ("GetCallerIdentity", false),
            ("AssumeRoles", false),
        ] {
            assert_eq!(is_trust_action(name), taken, "{name}");
        }
    }
}
