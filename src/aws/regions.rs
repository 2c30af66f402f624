//! Which services are in which regions, and which regions an account has to enable first.

use headset_core::AwsError;

/// When the lists below were read off AWS's endpoint data (botocore 1.44.8). They lag behind AWS, so that they only say
/// where to look when nothing else says it.
pub const AS_OF: &str = "2026-11";

/// Regions with Amazon Connect (endpoints.json, aws and aws-us-gov).
pub const CONNECT: [&str; 11] = [
    "af-south-1",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-west-2",
    "us-east-1",
    "us-west-2",
    "us-gov-west-1",
];

/// Regions with AppStream 2.0 (endpoints.json, aws and aws-us-gov).
pub const APPSTREAM: [&str; 23] = [
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-5",
    "ca-central-1",
    "ca-west-1",
    "eu-central-1",
    "eu-central-2",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "il-central-1",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-2",
    "us-gov-east-1",
    "us-gov-west-1",
];

/// The regions that every account has. AWS disables each one that came after 20 March 2019 until the account enables it
/// (Account Management guide, "Enable or disable AWS Regions in your account"), so that this list does not grow.
const ALWAYS_ENABLED: [&str; 19] = [
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "us-gov-east-1",
    "us-gov-west-1",
];

/// Whether a region belongs to this partition, of those two that have both services.
pub fn is_in_partition(region: &str, partition: &str) -> bool {
    match partition {
        "aws" => !region.starts_with("us-gov-"),
        "aws-us-gov" => region.starts_with("us-gov-"),
        _ => false,
    }
}

/// Whether a failed call means that the account has not enabled the region.
///
/// Assumption: `regions.refused-until-enabled` — services there answer good credentials as if nobody knew them.
pub fn is_not_enabled(region: &str, error: &AwsError) -> bool {
    let codes = [
        "AuthFailure",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidToken",
        "OptInRequired",
        "UnrecognizedClientException",
    ];
    !ALWAYS_ENABLED.contains(&region) && error.code.as_deref().is_some_and(|code| codes.contains(&code))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::Class;

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

    #[test]
    fn every_region_belongs_to_one_partition() {
        for region in CONNECT.iter().chain(&APPSTREAM).chain(&ALWAYS_ENABLED) {
            assert_ne!(
                is_in_partition(region, "aws"),
                is_in_partition(region, "aws-us-gov"),
                "{region}"
            );
        }
    }
}
