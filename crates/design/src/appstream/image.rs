//! Images, and the builders on which they are captured.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::account;
use super::fields::{network, owned_if_some};
use crate::desired::Mode;
use crate::drawing::Drawing;
use crate::recipe::Recipe;
use crate::{ccp, names};
use headset_blueprint::model::{AppstreamSection, BaseImage, Build, Copied, Image, ImageOrigin, Share};
use headset_core::diagnostic::Diagnostic;
use headset_kinds::{Address, Text, tag};

pub(super) fn draw(drawing: &mut Drawing<'_>, section: &AppstreamSection, key: &str, image: &Image) {
    let address = Address::new("appstream.image", key);
    let place = &image.entry.place;
    match &image.origin {
        ImageOrigin::Built(build) => built(drawing, section, key, image, build),
        // Whenever AWS publishes a newer one, fleets move over to it, in place: the plan shows which. Whoever wants to
        // decide about that names a certain image by `existing`.
        ImageOrigin::Newest(prefix) => {
            let spec = json!({ "newest": prefix.value, "usable_by": "fleet" });
            drawing.add(address, Mode::Existing, spec, false, place);
        }
        ImageOrigin::Shared(arn) => {
            let spec = json!({ "arn": arn.value });
            drawing.add(address, Mode::Existing, spec, false, place);
        }
        ImageOrigin::Copied(source) => copied(drawing, key, image, source),
    }
}

fn copied(drawing: &mut Drawing<'_>, key: &str, image: &Image, source: &Copied) {
    let region = source
        .region
        .as_ref()
        .map_or(&drawing.setting.appstream_region, |region| &region.value);
    let source = &source.image;
    // Another source is another image, as another recipe is: images cannot be changed.
    let hash = hex::encode(Sha256::digest(format!("{region}/{}", source.value)));
    let mut spec = json!({
        "name": names::image(&drawing.name(key, &image.entry), &hash),
        "copy_of": { "name": source.value, "region": region },
        "tags": drawing.tags(&image.entry.tags),
    });
    owned_if_some(&mut spec, "description", image.description.as_deref());
    share(&mut spec, image);
    drawing.entry(Address::new("appstream.image", key), spec, &image.entry);
}

fn built(drawing: &mut Drawing<'_>, section: &AppstreamSection, key: &str, image: &Image, build: &Build) {
    let origins = ccp::origins(drawing.blueprint, drawing.setting);
    if origins.page.is_some() && origins.connect.is_none() {
        drawing.complain(
            Diagnostic::warning(
                "instance-without-alias",
                format!(
                    "the browser policies of image `{key}` leave out the instance, whose address is not known"
                ),
            )
            .at(image.entry.place.clone())
            .help("name the existing instance by its alias"),
        );
    }
    let Some(recipe) = Recipe::of(build, image.display_name.as_deref(), &origins) else {
        drawing.complain(
            Diagnostic::error(
                "image-without-page",
                format!("image `{key}` opens the in-session page, and there is none"),
            )
            .at(image.entry.place.clone())
            .help("add a `ccp` section, or open an address instead"),
        );
        return;
    };
    let prefix = drawing.name(key, &image.entry);
    let first = drawing.first_key("appstream.image", key).to_owned();
    let builder = builder(drawing, section, key, image, build, &prefix);
    let hash = recipe.hash();
    let mut tags = drawing.tags(&image.entry.tags);
    tags.insert(tag::RECIPE.to_owned(), hash.clone());
    let description = match &image.description {
        Some(description) => description.clone(),
        None => format!(
            "Image {first} of {}, recipe {}",
            drawing.blueprint.name.value,
            &hash[..8]
        ),
    };
    let mut spec = json!({
        "name": names::image(&prefix, &hash),
        "builder": Text::after(&builder, "name"),
        "region": drawing.setting.appstream_region,
        "display_name": image.display_name.as_deref().unwrap_or(&first),
        "description": description,
        "apps": recipe.apps,
        "policy_files": recipe.policy_files(),
        "recipe": hash,
        "tags": tags,
    });
    share(&mut spec, image);
    drawing.entry(Address::new("appstream.image", key), spec, &image.entry);
}

/// Draws the builder and returns its address.
fn builder(
    drawing: &mut Drawing<'_>,
    section: &AppstreamSection,
    key: &str,
    image: &Image,
    build: &Build,
    name: &str,
) -> Address {
    let base = match &build.base {
        BaseImage::Newest(prefix) => {
            let address = Address::new("appstream.image", format!("newest:{}", prefix.value));
            let spec = json!({ "newest": prefix.value });
            drawing.add(address.clone(), Mode::Existing, spec, false, &prefix.place);
            Text::after(&address, "name")
        }
        BaseImage::Named(name) => Text::from(name.value.as_str()),
    };
    let address = Address::new("appstream.image_builder", key);
    // AWS cannot change a builder's description: it keeps the key that it was made with.
    let first = drawing.first_key("appstream.image", key);
    let mut spec = json!({
        "name": name,
        "base_image": base,
        "instance_type": build.builder.value,
        "description": format!("Builds the image {first} of {}", drawing.blueprint.name.value),
        "role": build.role.as_ref().map(|role| &role.value),
        "tags": drawing.tags(&image.entry.tags),
    });
    network(&mut spec, build.network.as_ref().unwrap_or(&section.network));
    owned_if_some(&mut spec, "display_name", image.display_name.as_deref());
    owned_if_some(&mut spec, "root_volume", build.root_volume);
    owned_if_some(&mut spec, "imds_v1", build.imds_v1);
    owned_if_some(&mut spec, "agent", build.agent.as_ref().map(|agent| &agent.value));
    drawing.entry(address.clone(), spec, &image.entry);
    drawing.after(&address, account::service_access(section));
    address
}

fn share(spec: &mut Value, image: &Image) {
    let Some(accounts) = &image.share else { return };
    let allowed = |share: &Share| json!({ "fleet": share.fleet, "builder": share.builder });
    spec["share"] = accounts
        .iter()
        .map(|(account, share)| (account.clone(), allowed(share)))
        .collect();
}
