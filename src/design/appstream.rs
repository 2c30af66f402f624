//! Builders, images, fleets and stacks.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Drawing, Mode, ccp};
use crate::blueprint::model::{
    AppstreamSection, At, BaseImage, Capacity, Direction, Fleet, FleetType, Image, ImageOrigin, Source,
    Stack, View,
};
use crate::diagnostic::Diagnostic;
use crate::image::Recipe;
use crate::resource::{Address, Text, tag};

pub(super) fn draw(drawing: &mut Drawing<'_>, section: &AppstreamSection) {
    for (key, image) in &section.images {
        match image {
            Source::Ours(image) => draw_image(drawing, section, key, image),
            Source::Existing(name) => existing(drawing, "appstream.image", key, name),
        }
    }
    for (key, fleet) in &section.fleets {
        match fleet {
            Source::Ours(fleet) => draw_fleet(drawing, section, key, fleet),
            Source::Existing(name) => existing(drawing, "appstream.fleet", key, name),
        }
    }
    for (key, stack) in &section.stacks {
        match stack {
            Source::Ours(stack) => draw_stack(drawing, key, stack),
            Source::Existing(name) => existing(drawing, "appstream.stack", key, name),
        }
        drawing.output(
            &format!("stack_{key}"),
            Text::after(&Address::new("appstream.stack", key), "name"),
        );
    }
}

fn existing(drawing: &mut Drawing<'_>, kind: &str, key: &str, name: &At<String>) {
    drawing.add(
        Address::new(kind, key),
        Mode::Existing,
        by_name(&name.value),
        false,
        &name.place,
    );
}

/// How something that exists is looked up: by ARN or by name.
fn by_name(name: &str) -> Value {
    if name.starts_with("arn:") {
        json!({ "arn": name })
    } else {
        json!({ "name": name })
    }
}

fn draw_image(drawing: &mut Drawing<'_>, section: &AppstreamSection, key: &str, image: &Image) {
    let ImageOrigin::Built(build) = &image.origin else {
        return;
    };
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
    let base = match &build.base {
        BaseImage::Newest(prefix) => {
            let address = Address::new("appstream.image", format!("newest:{}", prefix.value));
            let spec = json!({ "newest": prefix.value });
            drawing.add(address.clone(), Mode::Existing, spec, false, &prefix.place);
            Text::after(&address, "name")
        }
        BaseImage::Named(name) => Text::from(name.value.as_str()),
    };
    let prefix = drawing.name(key, &image.entry);
    let builder = Address::new("appstream.image_builder", key);
    let description = format!("Builds the image {key} of {}", drawing.blueprint.name.value);
    let mut spec = json!({
        "name": prefix,
        "base_image": base,
        "instance_type": build.builder.value,
        "description": description,
        "tags": drawing.tags(&image.entry.tags),
    });
    network(&mut spec, section);
    display_name(&mut spec, image.display_name.as_deref());
    drawing.entry(builder.clone(), spec, &image.entry);

    let hash = recipe.hash();
    let mut tags = drawing.tags(&image.entry.tags);
    tags.insert(tag::RECIPE.to_owned(), hash.clone());
    drawing.entry(
        Address::new("appstream.image", key),
        json!({
            "name": format!("{prefix}-{}", &hash[..8]),
            "builder": Text::after(&builder, "name"),
            "region": drawing.setting.appstream_region,
            "display_name": image.display_name.as_deref().unwrap_or(key),
            "description": format!("Image {key} of {}, recipe {}", drawing.blueprint.name.value, &hash[..8]),
            "apps": recipe.apps,
            "policy_files": recipe.policy_files(),
            "recipe": hash,
            "tags": tags,
        }),
        &image.entry,
    );
}

fn draw_fleet(drawing: &mut Drawing<'_>, section: &AppstreamSection, key: &str, fleet: &Fleet) {
    let mut spec = json!({
        "name": drawing.name(key, &fleet.entry),
        "image": Text::after(&Address::new("appstream.image", &fleet.image.value), "name"),
        "fleet_type": match fleet.fleet_type {
            FleetType::OnDemand => "ON_DEMAND",
            FleetType::AlwaysOn => "ALWAYS_ON",
        },
        "instance_type": fleet.instance.value,
        "desired_instances": match &fleet.capacity {
            Capacity::Fixed(number) => *number,
            Capacity::Scaled(scaling) => scaling.min,
        },
        "view": match fleet.view {
            View::Desktop => "DESKTOP",
            View::App => "APP",
        },
        "power": if fleet.power { "on" } else { "off" },
        "session": fleet.session,
        "disconnect": fleet.disconnect,
        "idle": fleet.idle,
        "tags": drawing.tags(&fleet.entry.tags),
    });
    network(&mut spec, section);
    display_name(&mut spec, fleet.display_name.as_deref());
    drawing.entry(Address::new("appstream.fleet", key), spec, &fleet.entry);
}

fn draw_stack(drawing: &mut Drawing<'_>, key: &str, stack: &Stack) {
    let address = Address::new("appstream.stack", key);
    let mut spec = json!({
        "name": drawing.name(key, &stack.entry),
        "user_settings": user_settings(stack),
        "storage_connectors": [],
        "embed_domains": [],
        "tags": drawing.tags(&stack.entry.tags),
    });
    display_name(&mut spec, stack.display_name.as_deref());
    drawing.entry(address.clone(), spec, &stack.entry);
    let fleet = Address::new("appstream.fleet", &stack.fleet.value);
    drawing.managed(
        Address::new(
            "appstream.fleet_association",
            format!("{key}:{}", stack.fleet.value),
        ),
        json!({ "fleet": Text::after(&fleet, "name"), "stack": Text::after(&address, "name") }),
        false,
        &stack.fleet.place,
    );
}

/// What users may do in the session, by AWS's names; what the blueprint does not open is closed, and owned.
fn user_settings(stack: &Stack) -> BTreeMap<&'static str, &'static str> {
    let inward = |direction| matches!(direction, Direction::In | Direction::Both);
    let outward = |direction| matches!(direction, Direction::Out | Direction::Both);
    [
        ("CLIPBOARD_COPY_FROM_LOCAL_DEVICE", inward(stack.clipboard)),
        ("CLIPBOARD_COPY_TO_LOCAL_DEVICE", outward(stack.clipboard)),
        ("FILE_UPLOAD", inward(stack.files)),
        ("FILE_DOWNLOAD", outward(stack.files)),
        ("PRINTING_TO_LOCAL_DEVICE", stack.printing),
        ("AUTO_TIME_ZONE_REDIRECTION", stack.time_zone),
    ]
    .into_iter()
    .map(|(action, on)| (action, if on { "ENABLED" } else { "DISABLED" }))
    .collect()
}

fn network(spec: &mut Value, section: &AppstreamSection) {
    let network = &section.network;
    let values = |list: &[At<String>]| list.iter().map(|at| at.value.clone()).collect::<Vec<_>>();
    spec["subnets"] = json!(values(&network.subnets));
    spec["security_groups"] = json!(values(&network.security_groups));
    spec["internet"] = json!(network.default_internet_access);
}

/// Sets the display name where the blueprint gives one; otherwise it is not owned.
fn display_name(spec: &mut Value, name: Option<&str>) {
    if let Some(name) = name {
        spec["display_name"] = json!(name);
    }
}
