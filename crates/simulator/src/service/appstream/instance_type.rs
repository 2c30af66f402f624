//! Instance types: which family they belong to, and how many an account gets by default.

use super::fault;
use crate::service::Fault;

/// Every `stream.*` type of the model's documentation (CreateFleet, InstanceType), by family and sizes.
/// The second column is what `SupportedInstanceFamilies` of an image calls it.
const NATIVE: &[(&str, &str, &[&str])] = &[
    (
        "stream.standard",
        "General Purpose",
        &["small", "medium", "large", "xlarge", "2xlarge"],
    ),
    (
        "stream.compute",
        "Compute Optimized",
        &["large", "xlarge", "2xlarge", "4xlarge", "8xlarge"],
    ),
    (
        "stream.memory",
        "Memory Optimized",
        &["large", "xlarge", "2xlarge", "4xlarge", "8xlarge"],
    ),
    (
        "stream.memory.z1d",
        "Memory Optimized",
        &["large", "xlarge", "2xlarge", "3xlarge", "6xlarge", "12xlarge"],
    ),
    (
        "stream.graphics.g4dn",
        "Graphics G4",
        &["xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge"],
    ),
    (
        "stream.graphics.g5",
        "Graphics G5",
        &[
            "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge",
        ],
    ),
    (
        "stream.graphics.g6",
        "Graphics G6",
        &[
            "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge",
        ],
    ),
    ("stream.graphics.gr6", "Graphics G6", &["4xlarge", "8xlarge"]),
    (
        "stream.graphics.g6f",
        "Graphics G6",
        &["large", "xlarge", "2xlarge", "4xlarge"],
    ),
    ("stream.graphics.gr6f", "Graphics G6", &["4xlarge"]),
    // Assumption: appstream.g7-family. The types are listed, the name of their family is not.
    (
        "stream.graphics.g7",
        "Graphics G7",
        &[
            "2xlarge", "4xlarge", "8xlarge", "12xlarge", "24xlarge", "48xlarge",
        ],
    ),
];

/// The families that images made from an AMI run on, instead of `stream.*`.
const IMPORTED: &[&str] = &[
    "GeneralPurpose",
    "MemoryOptimized",
    "ComputeOptimized",
    "Accelerated",
];

/// What an instance type runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    /// AWS's own images and what is captured from them; by the name that images list.
    Native(&'static str),
    /// Images imported from an AMI.
    Imported,
}

/// The family of a type.
///
/// Assumption: appstream.unknown-instance-type. The model takes any string and no source names the error for a
/// type that does not exist.
pub(super) fn family(instance_type: &str) -> Result<Family, Fault> {
    let known = instance_type.rsplit_once('.').and_then(|(prefix, size)| {
        NATIVE
            .iter()
            .find(|(name, _, sizes)| *name == prefix && sizes.contains(&size))
            .map(|(_, family, _)| Family::Native(family))
    });
    if let Some(family) = known {
        return Ok(family);
    }
    let mut parts = instance_type.split('.');
    if parts.next().is_some_and(|first| IMPORTED.contains(&first)) && parts.count() >= 2 {
        return Ok(Family::Imported);
    }
    Err(fault::combination(format!(
        "The instance type {instance_type} is not supported."
    )))
}

/// Whether Elastic fleets can use the type: `stream.standard.*` only (CreateFleet, InstanceType).
pub(super) fn elastic(instance_type: &str) -> bool {
    instance_type.starts_with("stream.standard.")
}

/// Running instances of a type that an account may have in a region by default.
///
/// Assumption: appstream.instance-quotas. Known is that larger sizes and most graphics types default to zero,
/// and that default internet access ends at 100 instances; 50 stands for the rest.
pub(super) fn default_quota(instance_type: &str) -> u64 {
    let large = instance_type
        .rsplit_once('.')
        .and_then(|(_, size)| size.strip_suffix("xlarge"))
        .is_some_and(|times| !times.is_empty());
    let graphics = instance_type.starts_with("stream.graphics") || instance_type.starts_with("Accelerated");
    if graphics || (large && !elastic(instance_type)) {
        0
    } else {
        50
    }
}

#[cfg(test)]
mod tests {
    use super::{Family, default_quota, family};

    #[test]
    fn each_listed_type_has_its_family_and_others_do_not_exist() {
        assert_eq!(
            family("stream.standard.medium").unwrap(),
            Family::Native("General Purpose")
        );
        assert_eq!(
            family("stream.memory.z1d.3xlarge").unwrap(),
            Family::Native("Memory Optimized")
        );
        assert_eq!(family("GeneralPurpose.m6i.large").unwrap(), Family::Imported);
        for wrong in [
            "stream.standard.huge",
            "t3.medium",
            "stream.compute.small",
            "GeneralPurpose",
        ] {
            assert!(family(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn large_and_graphics_types_need_a_raised_quota() {
        assert_eq!(default_quota("stream.compute.2xlarge"), 0);
        assert_eq!(default_quota("stream.graphics.g5.xlarge"), 0);
        assert_eq!(default_quota("stream.standard.medium"), 50);
    }
}
