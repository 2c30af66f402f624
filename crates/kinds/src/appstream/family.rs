//! Which images run on which instances, as far as AWS tells before anything is made.
//!
//! Assumption: `appstream.captured-families`. AWS's model names the families without a word about images of one's own.

use super::Image;
use crate::field::FieldId;
use crate::kind::{Condition, Declared, Incompatibility, Live};

/// What `SupportedInstanceFamilies` of an image calls the families of instance types, by how the types begin.
const FAMILIES: &[(&str, &str)] = &[
    ("stream.standard.", "General Purpose"),
    ("stream.compute.", "Compute Optimized"),
    ("stream.memory.", "Memory Optimized"),
    ("stream.graphics.g4dn.", "Graphics G4"),
    ("stream.graphics.g5.", "Graphics G5"),
    ("stream.graphics.g6.", "Graphics G6"),
    ("stream.graphics.g6f.", "Graphics G6"),
    ("stream.graphics.gr6.", "Graphics G6"),
    ("stream.graphics.gr6f.", "Graphics G6"),
];

/// Why a thing of this instance type cannot start from an image; the fields are those of the image and of the instance
/// type. `builds`: it is an image builder.
///
/// What AWS does not say, or says in words that are newer than this program, is no reason: then AWS decides.
pub(super) fn incompatibility(
    image: &Live,
    (field, instance): (FieldId, FieldId),
    instance_type: &str,
    builds: bool,
) -> Option<Incompatibility> {
    let because = |fields: &[FieldId], message: String| {
        Some(Incompatibility {
            fields: fields.to_vec(),
            message,
        })
    };
    if let Condition::Failed { state, reason } = &image.condition {
        return because(&[field], format!("the image {} is {state}: {reason}", image.id));
    }
    let reported = Image.read(image);
    if builds && reported.builder_supported == Some(false) {
        return because(
            &[field],
            format!("no image builder can start from the image {}", image.id),
        );
    }
    // An image of one's own AMI runs on families of its own, and on no other.
    let is_imported = reported.image_type.as_deref().map(|kind| kind == "CUSTOM");
    let takes_imported = !instance_type.starts_with("stream.");
    if let Some(is_imported) =
        is_imported.filter(|imported| *imported != takes_imported && !instance_type.is_empty())
    {
        let message = match is_imported {
            true => format!(
                "the image {} was imported from an AMI and runs on GeneralPurpose, MemoryOptimized, ComputeOptimized and \
                 Accelerated only, not on {instance_type}",
                image.id
            ),
            false => format!(
                "only an image that was imported from an AMI runs on {instance_type}, and {} was not",
                image.id
            ),
        };
        return because(&[field, instance], message);
    }
    let listed: Vec<&str> = reported.families.iter().flatten().map(String::as_str).collect();
    let (_, family) = FAMILIES
        .iter()
        .find(|(begin, _)| instance_type.starts_with(begin))?;
    let is_known = |listed: &&str| FAMILIES.iter().any(|(_, known)| known == listed);
    if listed.is_empty() || !listed.iter().all(is_known) || listed.contains(family) {
        return None;
    }
    because(
        &[field, instance],
        format!(
            "the image {} does not run on {instance_type}: it is for {}, and that is {family}",
            image.id,
            listed.join(", ")
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::super::{ImageBuilderSpec, ImageLive};
    use super::*;

    fn image(families: &[&str], builder_supported: Option<bool>) -> Live {
        let image = ImageLive {
            builder_supported,
            families: Some(families.iter().map(|family| (*family).to_owned()).collect()),
            ..ImageLive::default()
        };
        Live::of("base", "AVAILABLE", image)
    }

    fn fields(image: &Live, instance_type: &str, builds: bool) -> Option<Vec<&'static str>> {
        let of = (ImageBuilderSpec::BASE_IMAGE, ImageBuilderSpec::INSTANCE_TYPE);
        let found = incompatibility(image, of, instance_type, builds)?;
        Some(found.fields.iter().map(|field| field.name).collect())
    }

    #[test]
    fn an_image_of_other_families_does_not_fit() {
        let plain = image(&["General Purpose", "Compute Optimized"], Some(true));
        assert_eq!(fields(&plain, "stream.standard.medium", true), None);
        assert_eq!(fields(&plain, "stream.compute.large", false), None);
        let both = Some(vec!["base_image", "instance_type"]);
        assert_eq!(fields(&plain, "stream.graphics.g4dn.xlarge", true), both);
        assert_eq!(fields(&plain, "stream.memory.z1d.large", false), both);
        let graphics = image(&["Graphics G6"], Some(true));
        assert_eq!(fields(&graphics, "stream.graphics.gr6f.4xlarge", false), None);
        assert_eq!(fields(&graphics, "stream.standard.medium", false), both);
    }

    #[test]
    fn what_aws_does_not_tell_or_this_program_does_not_know_is_no_reason() {
        for families in [&[][..], &["General Purpose", "Graphics G9"]] {
            let image = image(families, None);
            assert_eq!(fields(&image, "stream.memory.large", true), None);
        }
        let plain = image(&["General Purpose"], Some(true));
        for newer in ["stream.graphics.g9.xlarge", "GeneralPurpose.m6i.large", ""] {
            assert_eq!(fields(&plain, newer, true), None, "{newer}");
        }
    }

    #[test]
    fn an_imported_image_has_instance_types_of_its_own() {
        let image = |kind: &str| {
            let image = ImageLive {
                image_type: Some(kind.to_owned()),
                ..ImageLive::default()
            };
            Live::of("base", "AVAILABLE", image)
        };
        let both = Some(vec!["base_image", "instance_type"]);
        assert_eq!(fields(&image("CUSTOM"), "GeneralPurpose.m6i.large", false), None);
        assert_eq!(fields(&image("CUSTOM"), "stream.standard.medium", false), both);
        assert_eq!(fields(&image("NATIVE"), "GeneralPurpose.m6i.large", false), both);
        assert_eq!(fields(&image("BYOL"), "stream.standard.medium", false), None);
    }

    #[test]
    fn builders_need_an_image_for_builders_and_nobody_a_failed_one() {
        let mut image = image(&["General Purpose"], Some(false));
        assert_eq!(fields(&image, "stream.standard.medium", false), None);
        assert_eq!(
            fields(&image, "stream.standard.medium", true),
            Some(vec!["base_image"])
        );
        image.condition = Condition::Failed {
            state: "FAILED".to_owned(),
            reason: "gone".to_owned(),
        };
        assert_eq!(
            fields(&image, "stream.standard.medium", false),
            Some(vec!["base_image"])
        );
    }
}
