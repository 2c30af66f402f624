//! Images, and the builders on which they are captured.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::account;
use super::fields::{number, value, values};
use super::network::{self, Own};
use super::scripts::{self, Reader};
use crate::ccp;
use crate::draft::DesignDraft;
use crate::recipe::{self, Recipe};
use headset_blueprint::model::{
    AppstreamSection, BaseImage, Build, Copied, Image, ImageOrigin, Imported, Internet, ScriptPlace, Share,
    Source, Updated,
};
use headset_core::diagnostic::Diagnostic;
use headset_kinds::appstream::image as kinds;
use headset_kinds::appstream::{
    CopySource, CopySpec, ImageBuilderSpec, ImageSpec, ImportSource, ImportSpec, UpdateSpec,
};
use headset_kinds::names;
use headset_kinds::output;
use headset_kinds::spec::Existing;
use headset_kinds::{Address, Text, tag};

/// Draws an image. Returns who fetches its script, if its builder does.
pub(super) fn declare(
    draft: &mut DesignDraft<'_>,
    section: &AppstreamSection,
    key: &str,
    image: &Image,
) -> Option<Reader> {
    let address = Address::new(ImageSpec::KIND, key);
    let place = &image.entry.place;
    match &image.origin {
        ImageOrigin::Built(build) => return built(draft, section, key, image, build),
        // Whenever AWS publishes a newer one, fleets move over to it, in place: the plan shows which. A user who wants
        // to decide about that names a certain image by `existing`.
        ImageOrigin::Newest(prefix) => {
            let lookup = Existing::Newest {
                newest: prefix.value.clone(),
                usable_by: Some(Existing::ONLY_FLEETS),
            };
            draft.existing(&address, &lookup, place);
        }
        ImageOrigin::Shared(arn) => {
            let lookup = Existing::Arn {
                arn: arn.value.clone(),
            };
            draft.existing(&address, &lookup, place);
        }
        ImageOrigin::Copied(source) => copied(draft, key, image, source),
        ImageOrigin::Imported(source) => imported(draft, key, image, source),
        ImageOrigin::Updated(update) => updated(draft, section, key, image, update),
    }
    None
}

/// What tells the image of an entry from every other one; `None`: what it holds is not known yet, which is said there.
fn content(draft: &DesignDraft<'_>, key: &str, image: &Image) -> Option<String> {
    let origins = ccp::origins(draft.blueprint, draft.context);
    match &image.origin {
        ImageOrigin::Built(build) => {
            let recipe = Recipe::of(build, image.display_name.as_deref(), &origins)?;
            Some(recipe.hash())
        }
        ImageOrigin::Imported(source) => {
            let apps = recipe::applications(source.browser, &source.apps, &origins)?;
            Some(import_hash(
                &display_name(draft, key, image),
                &import_source(source),
                &apps,
            ))
        }
        ImageOrigin::Copied(source) => Some(copy_hash(draft, source)),
        ImageOrigin::Newest(_) | ImageOrigin::Shared(_) | ImageOrigin::Updated(_) => None,
    }
}

fn updated(
    draft: &mut DesignDraft<'_>,
    section: &AppstreamSection,
    key: &str,
    image: &Image,
    update: &Updated,
) {
    let source = section.images.get(&update.image.value);
    let Some(Source::Ours(source)) = source else {
        return;
    };
    let Some(content) = content(draft, &update.image.value, source) else {
        return;
    };
    let hash = hex::encode(Sha256::digest(format!("{content}/{}", update.day.value)));
    let of = Address::new(ImageSpec::KIND, &update.image.value);
    let spec = UpdateSpec {
        name: names::image(&draft.name(key, &image.entry), &hash),
        update_of: Text::after(&of, output::NAME),
        display_name: image.display_name.clone(),
        description: image.description.clone(),
        tags: draft.tags(&image.entry.tags),
        share: shares(image),
    };
    draft.entry(key, &spec, &image.entry);
}

fn copied(draft: &mut DesignDraft<'_>, key: &str, image: &Image, source: &Copied) {
    let region = copied_from(draft, source);
    let hash = copy_hash(draft, source);
    let source = &source.image;
    let spec = CopySpec {
        name: names::image(&draft.name(key, &image.entry), &hash),
        copy_of: CopySource {
            name: source.value.clone(),
            region,
        },
        description: image.description.clone(),
        tags: draft.tags(&image.entry.tags),
        share: shares(image),
    };
    draft.entry(key, &spec, &image.entry);
}

/// The region of what is copied.
fn copied_from(draft: &DesignDraft<'_>, source: &Copied) -> String {
    let own = source.region.as_ref().map(|region| &region.value);
    own.unwrap_or(&draft.context.appstream_region).clone()
}

/// Another source is another image, as another recipe is: images cannot be changed.
fn copy_hash(draft: &DesignDraft<'_>, source: &Copied) -> String {
    let region = copied_from(draft, source);
    hex::encode(Sha256::digest(format!("{region}/{}", source.image.value)))
}

fn imported(draft: &mut DesignDraft<'_>, key: &str, image: &Image, source: &Imported) {
    let origins = ccp::origins(draft.blueprint, draft.context);
    let Some(apps) = recipe::applications(source.browser, &source.apps, &origins) else {
        without_page(draft, key, image);
        return;
    };
    let import = import_source(source);
    let first = draft.first_key(ImageSpec::KIND, key).to_owned();
    let display_name = display_name(draft, key, image);
    let hash = import_hash(&display_name, &import, &apps);
    let description = image
        .description
        .clone()
        .unwrap_or_else(|| format!("Image {first} of {} ({})", draft.blueprint.name.value, &hash[..8]));
    let spec = ImportSpec {
        name: names::image(&draft.name(key, &image.entry), &hash),
        import,
        apps,
        display_name: Some(display_name),
        description: Some(description),
        tags: draft.tags(&image.entry.tags),
        share: shares(image),
    };
    draft.entry(key, &spec, &image.entry);
}

fn import_source(source: &Imported) -> ImportSource {
    let from = &source.from;
    ImportSource {
        ami: value(from.ami.as_ref()),
        workspace_image: value(from.workspace_image.as_ref()),
        role: value(from.role.as_ref()),
        try_on: value(from.try_on.as_ref()),
        newest_agent: from.newest_agent,
    }
}

/// An image cannot be changed: other content is another image.
fn import_hash(display_name: &str, import: &ImportSource, apps: &[kinds::Application]) -> String {
    let content = serde_json::to_string(&(display_name, import, apps)).unwrap_or_default();
    hex::encode(Sha256::digest(content))
}

/// The name that the console shows: the entry's own, or the key that it was made with.
fn display_name(draft: &DesignDraft<'_>, key: &str, image: &Image) -> String {
    let first = || draft.first_key(ImageSpec::KIND, key).to_owned();
    image.display_name.clone().unwrap_or_else(first)
}

fn without_page(draft: &mut DesignDraft<'_>, key: &str, image: &Image) {
    if draft.blueprint.ccp.is_some() {
        draft.complain(
            Diagnostic::error(
                "image-before-address",
                format!(
                    "image `{key}` opens the in-session page, whose address is not known before CloudFront has given it one"
                ),
            )
            .at(image.entry.place.clone())
            .help(
                "give the pages a name of your own with `ccp.domain`; or apply the blueprint once without this image and what \
                 uses it, and then with them",
            ),
        );
        return;
    }
    draft.complain(
        Diagnostic::error(
            "image-without-page",
            format!("image `{key}` opens the in-session page, and there is none"),
        )
        .at(image.entry.place.clone())
        .help("add a `ccp` section, or open an address instead"),
    );
}

fn built(
    draft: &mut DesignDraft<'_>,
    section: &AppstreamSection,
    key: &str,
    image: &Image,
    build: &Build,
) -> Option<Reader> {
    let origins = ccp::origins(draft.blueprint, draft.context);
    if origins.page.is_some() && origins.connect.is_none() {
        draft.complain(
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
        without_page(draft, key, image);
        return None;
    };
    let prefix = draft.name(key, &image.entry);
    let first = draft.first_key(ImageSpec::KIND, key).to_owned();
    let builder = builder(draft, section, key, image, build, &prefix);
    let hash = recipe.hash();
    let mut tags = draft.tags(&image.entry.tags);
    tags.insert(tag::RECIPE.to_owned(), hash.clone());
    let description = match &image.description {
        Some(description) => description.clone(),
        None => format!(
            "Image {first} of {}, recipe {}",
            draft.blueprint.name.value,
            &hash[..8]
        ),
    };
    let mut spec = ImageSpec {
        name: names::image(&prefix, &hash),
        builder: Text::after(&builder, output::NAME),
        base: Some(recipe::base(&build.base)),
        region: draft.context.appstream_region.clone(),
        display_name: Some(image.display_name.clone().unwrap_or(first)),
        description: Some(description),
        policy_files: recipe.policy_files(),
        apps: recipe.apps,
        installer: recipe.installer,
        recipe: hash,
        hosted: None,
        keep_versions: image.keep_versions.and_then(|kept| u32::try_from(kept).ok()),
        share: shares(image),
        tags,
    };
    let role = build
        .role
        .as_ref()
        .filter(|_| build.script == ScriptPlace::Hosted);
    let Some(role) = role else {
        draft.entry(key, &spec, &image.entry);
        return None;
    };
    let (hosted, object, reader) = scripts::declare(draft, key, &spec, &role.value, &role.place);
    spec.hosted = Some(hosted);
    let address = draft.entry(key, &spec, &image.entry);
    // A person pastes the line when the script is there, and the policy that lets the builder read it.
    draft.after(&address, vec![object, scripts::bucket_address()]);
    Some(reader)
}

/// Draws the builder and returns its address.
fn builder(
    draft: &mut DesignDraft<'_>,
    section: &AppstreamSection,
    key: &str,
    image: &Image,
    build: &Build,
    name: &str,
) -> Address {
    let base = match &build.base {
        BaseImage::Newest(prefix) => {
            let address = Address::new(ImageSpec::KIND, format!("newest:{}", prefix.value));
            let lookup = Existing::Newest {
                newest: prefix.value.clone(),
                usable_by: None,
            };
            draft.existing(&address, &lookup, &prefix.place);
            Text::after(&address, output::NAME)
        }
        BaseImage::Named(name) => Text::from(name.value.as_str()),
    };
    // AWS cannot change a builder's description: it keeps the key that it was made with.
    let first = draft.first_key(ImageSpec::KIND, key).to_owned();
    let own = build.network.as_ref().map(|network| Own {
        network,
        of: ImageSpec::KIND,
        key,
        first: &first,
    });
    let security_groups = network::groups(draft, section, own.as_ref());
    let network = build.network.as_ref().unwrap_or(&section.network);
    let spec = ImageBuilderSpec {
        name: name.to_owned(),
        base_image: base,
        base: Some(recipe::base(&build.base)),
        instance_type: build.builder.value.clone(),
        subnets: values(&network.subnets),
        vpc: value(network.vpc.as_ref()),
        security_groups,
        internet: network.internet == Internet::Default,
        display_name: image.display_name.clone(),
        description: Some(format!(
            "Builds the image {first} of {}",
            draft.blueprint.name.value
        )),
        root_volume: build.root_volume.map(number),
        imds_v1: build.imds_v1,
        role: value(build.role.as_ref()),
        agent: value(build.agent.as_ref()),
        tags: draft.tags(&image.entry.tags),
    };
    let address = draft.entry(key, &spec, &image.entry);
    draft.after(&address, account::service_access(section));
    address
}

/// The accounts that may use it; `None`: not owned.
fn shares(image: &Image) -> Option<BTreeMap<String, kinds::Share>> {
    let allowed = |share: &Share| kinds::Share {
        fleet: share.fleet,
        builder: share.builder,
    };
    let accounts = image.share.as_ref()?;
    Some(
        accounts
            .iter()
            .map(|(account, share)| (account.clone(), allowed(share)))
            .collect(),
    )
}
