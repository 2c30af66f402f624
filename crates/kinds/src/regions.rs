//! What AWS lists for which region: services, hosts on the way of a sign-in, and whether an account has to enable it first.

use crate::evidence::dated;
use headset_core::AwsError;

/// The region of each service. Connect's and AppStream's sets of regions differ, and Identity Center has a home.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Regions {
    /// Where the Connect instance is.
    pub connect: String,
    /// Where builders, images, fleets and stacks are.
    pub appstream: String,
    /// Where the bucket of the pages is.
    pub s3: String,
    /// The home region of IAM Identity Center.
    pub identity_center: String,
}

impl Regions {
    /// All services in one region.
    pub fn all_in(region: &str) -> Regions {
        Regions {
            connect: region.to_owned(),
            appstream: region.to_owned(),
            s3: region.to_owned(),
            identity_center: region.to_owned(),
        }
    }
}

/// How to get at IAM Identity Center.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Identity {
    /// With the same credentials.
    Same,
    /// Through this role, which may be in any account.
    Role(String),
    /// Not at all: everything there is done by hand.
    ByHand,
}

/// When the table was read off AWS's pages and endpoint data ([`dated`]). It lags behind AWS, so that it only says where to
/// look, and what to expect, when nothing else says it.
pub const AS_OF: &str = dated::REGIONS.as_of;

/// What AWS lists for a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Has {
    /// Every account has the region. AWS disables each one that came after 20 March 2019 until the account enables it
    /// (Account Management guide, "Enable or disable AWS Regions in your account"), so that no region gets this any more.
    Enabled,
    /// Amazon Connect (endpoints.json of botocore 1.44.8, aws and aws-us-gov).
    Connect,
    /// AppStream 2.0 (the same).
    AppStream,
    /// A sign-in host of its own. Elsewhere the host of the whole partition serves: of AppStream's regions, its guide lists
    /// none for ap-northeast-3, ca-west-1 and eu-central-2; us-gov-west-1 has that of the partition.
    SignIn,
    /// Relay states with the host `appstream2-fips` (the guide of 2023).
    Fips,
    /// A host `appstream2.euc-sso` (the page of 2026).
    EucSso,
    /// A host `appstream2.euc-sso-fips` (the page of 2026).
    EucSsoFips,
}

use Has::{AppStream, Connect, Enabled, EucSso, EucSsoFips, Fips, SignIn};

/// What AWS lists for each region: when and where it was read, [`dated::REGIONS`], [`dated::SIGN_IN_HOSTS`] and
/// [`dated::RELAY_HOSTS`] say. Of their sources
///
/// * "Allowed Domains" of AppStream's guide has the sign-in hosts and the hosts of relay states by region,
/// * its "Setting Up SAML" of 2023 alone has whole relay states,
/// * the General Reference has the sign-in hosts of regions without AppStream.
const REGIONS: &[(&str, &[Has])] = &[
    ("af-south-1", &[Connect, SignIn]),
    ("ap-northeast-1", &[Enabled, Connect, AppStream, SignIn, EucSso]),
    ("ap-northeast-2", &[Enabled, Connect, AppStream, SignIn, EucSso]),
    ("ap-northeast-3", &[Enabled, AppStream]),
    ("ap-south-1", &[Enabled, AppStream, SignIn, EucSso]),
    ("ap-southeast-1", &[Enabled, Connect, AppStream, SignIn, EucSso]),
    ("ap-southeast-2", &[Enabled, Connect, AppStream, SignIn, EucSso]),
    ("ap-southeast-5", &[AppStream, SignIn, EucSso]),
    ("ca-central-1", &[Enabled, Connect, AppStream, SignIn, EucSso]),
    ("ca-west-1", &[AppStream]),
    ("eu-central-1", &[Enabled, Connect, AppStream, SignIn, EucSso]),
    ("eu-central-2", &[AppStream]),
    ("eu-north-1", &[Enabled]),
    ("eu-south-1", &[AppStream, SignIn, EucSso]),
    ("eu-south-2", &[AppStream, SignIn, EucSso]),
    ("eu-west-1", &[Enabled, AppStream, SignIn, EucSso]),
    ("eu-west-2", &[Enabled, Connect, AppStream, SignIn, EucSso]),
    ("eu-west-3", &[Enabled, AppStream, SignIn, EucSso]),
    ("il-central-1", &[AppStream, SignIn, EucSso]),
    ("sa-east-1", &[Enabled, AppStream, SignIn, EucSso]),
    (
        "us-east-1",
        &[Enabled, Connect, AppStream, SignIn, Fips, EucSso, EucSsoFips],
    ),
    ("us-east-2", &[Enabled, AppStream, SignIn, EucSso]),
    ("us-west-1", &[Enabled]),
    (
        "us-west-2",
        &[Enabled, Connect, AppStream, SignIn, Fips, EucSso, EucSsoFips],
    ),
    ("us-gov-east-1", &[Enabled, AppStream, SignIn, EucSso, EucSsoFips]),
    (
        "us-gov-west-1",
        &[Enabled, Connect, AppStream, Fips, EucSso, EucSsoFips],
    ),
];

/// Whether AWS lists this for a region.
pub fn has(region: &str, what: Has) -> bool {
    let mut listed = REGIONS.iter().filter(|(name, _)| *name == region);
    listed.any(|(_, all)| all.contains(&what))
}

/// The regions for which AWS lists this.
pub fn with(what: Has) -> Vec<&'static str> {
    let listed = REGIONS.iter().filter(|(_, all)| all.contains(&what));
    listed.map(|(name, _)| *name).collect()
}

/// Every region that AWS names (partitions.json of botocore 1.44.5), by partition. New ones come: see [`has_form`].
pub const NAMED: &[&str] = &[
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-central-1",
    "ca-west-1",
    "eu-central-1",
    "eu-central-2",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "me-west-1",
    "mx-central-1",
    "sa-east-1",
    "sa-west-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "cn-north-1",
    "cn-northwest-1",
    "eusc-de-east-1",
    "us-iso-east-1",
    "us-iso-west-1",
    "us-isob-east-1",
    "us-isob-west-1",
    "eu-isoe-west-1",
    "us-isof-east-1",
    "us-isof-south-1",
    "us-gov-east-1",
    "us-gov-west-1",
];

/// Whether a text has the form of a region's name: letters for the part of the world, words, and a number. AWS opens
/// regions that [`NAMED`] does not have yet; what has not even the form is none of them.
pub fn has_form(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [world, words @ .., number] = parts.as_slice() else {
        return false;
    };
    let is_word = |word: &&str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
    (2..=4).contains(&world.len())
        && is_word(world)
        && !words.is_empty()
        && words.iter().all(is_word)
        && (1..=2).contains(&number.len())
        && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// The partition of a region, by what its name begins with (`regionRegex` of each partition in endpoints.json of botocore
/// 1.44.8).
pub fn partition_of(region: &str) -> &'static str {
    const BEGINNINGS: &[(&str, &str)] = &[
        ("us-gov-", "aws-us-gov"),
        ("cn-", "aws-cn"),
        ("us-iso-", "aws-iso"),
        ("us-isob-", "aws-iso-b"),
        ("eu-isoe-", "aws-iso-e"),
        ("us-isof-", "aws-iso-f"),
        ("eusc-", "aws-eusc"),
    ];
    let found = BEGINNINGS
        .iter()
        .find(|(beginning, _)| region.starts_with(beginning));
    found.map_or("aws", |(_, partition)| partition)
}

/// What the hosts of AWS's services end with in a partition (`dnsSuffix` in partitions.json of botocore 1.44.8).
pub fn domain(partition: &str) -> &'static str {
    match partition {
        "aws-cn" => "amazonaws.com.cn",
        "aws-eusc" => "amazonaws.eu",
        "aws-iso" => "c2s.ic.gov",
        "aws-iso-b" => "sc2s.sgov.gov",
        "aws-iso-e" => "cloud.adc-e.uk",
        "aws-iso-f" => "csp.hci.ic.gov",
        _ => "amazonaws.com",
    }
}

/// Whether a region belongs to this partition.
pub fn is_in_partition(region: &str, partition: &str) -> bool {
    partition_of(region) == partition
}

/// Whether a failed call means that the account has not enabled the region.
///
/// Assumption: `regions.refused-until-enabled` — services there answer good credentials as if they were unknown.
pub fn is_not_enabled(region: &str, error: &AwsError) -> bool {
    let codes = [
        "AuthFailure",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidToken",
        "OptInRequired",
        "UnrecognizedClientException",
    ];
    !has(region, Enabled) && error.code.as_deref().is_some_and(|code| codes.contains(&code))
}

#[cfg(test)]
mod tests {
    use super::*;
    use headset_core::Class;

    fn refused(code: &str) -> AwsError {
        AwsError {
            code: Some(code.to_owned()),
            ..AwsError::new("appstream", "DescribeFleets", Class::Denied, "no")
        }
    }

    #[test]
    fn only_a_region_that_has_to_be_enabled_can_be_not_enabled() {
        let unknown = refused("UnrecognizedClientException");
        assert!(is_not_enabled("eu-south-2", &unknown));
        assert!(!is_not_enabled("eu-west-1", &unknown), "every account has it");
        // A policy that denies a region says so, and says nothing about what is in it.
        assert!(!is_not_enabled("eu-south-2", &refused("AccessDeniedException")));
    }

    /// As many as AWS's pages and data list, in order, so that a line that is lost is noticed.
    #[test]
    fn the_table_has_what_was_read() {
        let counts =
            [Enabled, Connect, AppStream, SignIn, Fips, EucSso, EucSsoFips].map(|what| with(what).len());
        assert_eq!(counts, [19, 11, 23, 20, 3, 20, 4]);
        let order = |name: &str| (name.starts_with("us-gov-"), name.to_owned());
        assert!(REGIONS.windows(2).all(|pair| order(pair[0].0) < order(pair[1].0)));
        // A host that only AppStream has is of no use without it.
        for what in [Fips, EucSso, EucSsoFips] {
            assert!(with(what).iter().all(|region| has(region, AppStream)), "{what:?}");
        }
    }

    #[test]
    fn a_region_that_is_new_has_the_form_of_one() {
        for region in NAMED.iter().chain(&["nz-north-1", "eu-west-12"]) {
            assert!(has_form(region), "{region}");
        }
        for other in [
            "mars",
            "",
            "eu-west",
            "eu-1",
            "EU-west-2",
            "eu-west-2a",
            "eu--2",
            "eu-west-2-",
            "e-west-1",
            "eu-west-123",
        ] {
            assert!(!has_form(other), "{other}");
        }
        assert!(REGIONS.iter().all(|(region, _)| NAMED.contains(region)));
    }

    #[test]
    fn every_region_belongs_to_one_partition() {
        for (region, _) in REGIONS {
            assert_ne!(
                is_in_partition(region, "aws"),
                is_in_partition(region, "aws-us-gov"),
                "{region}"
            );
        }
    }
}
