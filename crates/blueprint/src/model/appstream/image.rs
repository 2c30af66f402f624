//! An entry of `appstream.images`.

use std::collections::BTreeMap;

use super::machine::{Machine, Network, OWN_NETWORK, instance_type, own_network};
use super::script::{Installer, ScriptPlace, check_role};
use super::update::Updated;
use crate::at::At;
use crate::declare::Value;
use crate::entry::{self, Entry};
use crate::limits::{self, WINDOWS_FAMILIES};
use crate::reader::{Item, Reader};
use crate::table::{Between, Shape, rule};
use headset_core::diagnostic::{Diagnostic, Place};
use headset_core::nearest::nearest;
use headset_derive::{Choice, Section};
use headset_kinds as kinds;

/// An entry of `appstream.images`, wherever it comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Image {
    /// The entry; with a name, image and builder are called after it.
    pub entry: Entry,
    /// Where the image comes from.
    pub origin: ImageOrigin,
    /// `display_name`.
    pub display_name: Option<String>,
    /// `description`.
    pub description: Option<String>,
    /// `share`: accounts that may use the image, and for what. `None`: not owned.
    pub share: Option<BTreeMap<String, Share>>,
    /// `keep_versions`: how many earlier images stay beside the current one. `None`: all.
    pub keep_versions: Option<u64>,
}

/// Where an image that is not merely `existing` comes from.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "a blueprint has a handful of images")]
pub enum ImageOrigin {
    /// `base`, `builder`, `apps`: captured in an image builder.
    Built(Build),
    /// `newest: PREFIX`: the newest public image of this family, as it is. Only read.
    Newest(At<String>),
    /// `copy: { image: NAME, region: REGION }`: copied by AWS, from another region or the same one.
    Copied(Copied),
    /// `import: { ami: ID, role: ARN }`, `apps`: imported by AWS.
    Imported(Imported),
    /// `update: { image: KEY, day: DATE }`: made by AWS out of another entry's image.
    Updated(Updated),
    /// `shared: ARN`: another account's image that it shares with ours. Only read.
    Shared(At<String>),
}

/// How an image is built.
#[derive(Clone, Debug, PartialEq)]
pub struct Build {
    /// `base`.
    pub base: BaseImage,
    /// `builder`: the builder's instance type.
    pub builder: At<String>,
    /// `browser`: the default of applications that open a URL.
    pub browser: Browser,
    /// `browser_package`: what installs the browser.
    pub installer: Option<Installer>,
    /// `apps` by name.
    pub apps: BTreeMap<String, App>,
    /// `network` of the builder, in place of `appstream.network`; the builder takes one subnet of it, the first.
    pub network: Option<Network>,
    /// `root_volume` in GB: 200 to 500; `None`: not owned.
    pub root_volume: Option<u64>,
    /// `imds_v1`: whether version 1 of the instance metadata service answers; `None`: not owned.
    pub imds_v1: Option<bool>,
    /// `role`: the ARN of the builder's IAM role.
    pub role: Option<At<String>>,
    /// `script`: how the script that captures comes to the builder.
    pub script: ScriptPlace,
    /// `agent`: `LATEST` or a version of the AppStream agent; `None`: the base image's.
    pub agent: Option<At<String>>,
}

/// How an image is imported.
#[derive(Clone, Debug, PartialEq)]
pub struct Imported {
    /// `import`.
    pub from: ImportedFrom,
    /// `browser`: the default of applications that open a URL.
    pub browser: Browser,
    /// `apps` by name.
    pub apps: BTreeMap<String, App>,
}

/// The keys that only an image has that is captured in a builder: an imported one has applications, too.
const CAPTURED: &[&str] = &[
    "builder",
    "browser_package",
    "network",
    "root_volume",
    "imds_v1",
    "role",
    "script",
    "agent",
    "keep_versions",
];
/// The keys that only an image has that is captured in a builder.
const BUILT: &[&str] = &[
    "builder",
    "apps",
    "browser",
    "browser_package",
    "network",
    "root_volume",
    "imds_v1",
    "role",
    "script",
    "agent",
    "keep_versions",
];
/// The keys that an image which is only read cannot have.
const OURS: &[&str] = &[
    "builder",
    "apps",
    "browser",
    "browser_package",
    "network",
    "root_volume",
    "imds_v1",
    "role",
    "script",
    "agent",
    "keep_versions",
    "name",
    "display_name",
    "description",
    "share",
    "protect",
    "tags",
    "timeouts",
    "owned",
];

/// The keys of an image, which say where it comes from.
#[derive(Section)]
#[section(
    existing(),
    rules(
        rule(
            Between::OneOf(&["base", "import", "newest", "copy", "update", "shared", "existing"]),
            "Say where the image comes from: `base` (built here), `import`, `newest`, `copy`, `update`, `shared` or `existing`.",
        ),
        rule(
            Between::Needs("import", &["apps"]),
            "An image is imported with its catalog, such as `apps: { crm: { program: 'C:\\Crm\\crm.exe' } }`.",
        ),
        rule(
            Between::Excludes("import", CAPTURED),
            "AWS imports the image without a builder. Delete this key; the role stands in `import`.",
        ),
        rule(
            Between::Needs("base", &["builder", "apps"]),
            "An image is built in a builder, such as `builder: stream.standard.medium`, and cannot be captured without an application, such as `apps: { crm: { open: \"https://crm.example.com\" } }`.",
        ),
        rule(
            Between::Excludes("copy", BUILT),
            "A copy is as its source is. Delete this key, or build the image from a `base`.",
        ),
        rule(
            Between::Excludes("update", BUILT),
            "An updated image has what the other one has. Delete this key, or build the image from a `base`.",
        ),
        rule(
            Between::Excludes("newest", OURS),
            "Headset uses this image as it is and never changes it. Delete this key, or build the image from a `base`.",
        ),
        rule(
            Between::Excludes("shared", OURS),
            "Headset uses this image as it is and never changes it. Delete this key, or build the image from a `base`.",
        ),
    )
)]
struct ImageKeys {
    /// What the image is built from, in an image builder: the newest public image of a family, or one by name or ARN.
    #[key(
        shape = Shape::Either(&[
            Newest::SHAPE,
            Shape::Pattern(&limits::APPSTREAM_NAME),
            Shape::Pattern(&limits::APPSTREAM_ARN),
        ]),
        read = base,
        example = "{ newest: AppStream-WinServer2022 }",
        to(kinds::appstream::ImageBuilderSpec::BASE)
    )]
    base: Option<BaseImage>,
    /// An AMI or an image of WorkSpaces that AWS makes an AppStream image of. No person is needed: what the image holds, and
    /// the browser's policies, are in it already.
    #[key(
        example = "{ ami: ami-0a1b2c3d4e5f60718, role: \"arn:aws:iam::123456789012:role/appstream-import\" }",
        to(kinds::appstream::ImportSpec::IMPORT)
    )]
    import: Option<ImportedFrom>,
    /// The newest public image whose name begins like this, as it is: nothing is built.
    #[key(pattern = limits::APPSTREAM_NAME, read = newest, example = "AppStream-WinServer2022")]
    newest: Option<At<String>>,
    /// A copy, made by AWS, of an image of this account.
    #[key(
        example = "{ image: agent-desktop-2026, region: eu-central-1 }",
        to(kinds::appstream::CopySpec::COPY_OF)
    )]
    copy: Option<Copied>,
    /// An image that AWS makes out of another entry's, with the newest base, drivers and AppStream agent that there are. No
    /// person is needed. Another day is another image: set it when AWS has something newer, and fleets move on to it.
    #[key(
        example = "{ image: agent-desktop, day: 2026-12-01 }",
        to(kinds::appstream::UpdateSpec::UPDATE_OF)
    )]
    update: Option<Updated>,
    /// The ARN of an image that another account shares with this one.
    #[key(pattern = limits::APPSTREAM_ARN, example = "arn:aws:appstream:eu-west-1:111122223333:image/agent-desktop")]
    shared: Option<At<String>>,
    /// The instance type of the image builder; of the same family as the fleets that will use the image.
    #[key(
        pattern = limits::STREAM_INSTANCE,
        read = instance_type,
        example = "stream.standard.medium",
        to(kinds::appstream::ImageBuilderSpec::INSTANCE_TYPE)
    )]
    builder: Option<At<String>>,
    /// The applications that the image offers, by name.
    #[key(
        entries = "an application",
        names = limits::APP_NAME,
        count = (1, 50),
        hint = "Write `apps: { crm: { open: \"https://crm.example.com\" } }`; an image without applications cannot be captured.",
        example = "{ crm: { open: \"https://crm.example.com\" } }",
        to(kinds::appstream::ImageSpec::APPS)
    )]
    apps: Option<BTreeMap<String, App>>,
    /// The browser that is set up for the pages, and that applications with a page open.
    #[key(
        default = "chrome",
        example = "edge",
        to(kinds::appstream::ImageSpec::POLICY_FILES)
    )]
    browser: Browser,
    /// The package that the script installs the browser from. Without one, the browser is there already or a person installs
    /// it.
    #[key(
        example = "{ url: \"https://downloads.example.com/chrome.msi\", sha256: 0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9 }",
        to(kinds::appstream::ImageSpec::INSTALLER)
    )]
    browser_package: Option<Installer>,
    #[key(from = own_network, keys(OWN_NETWORK))]
    network: Option<Network>,
    #[key(like = Machine, to(kinds::appstream::ImageBuilderSpec::ROOT_VOLUME))]
    root_volume: Option<u64>,
    #[key(like = Machine, to(kinds::appstream::ImageBuilderSpec::IMDS_V1))]
    imds_v1: Option<bool>,
    #[key(like = Machine, to(kinds::appstream::ImageBuilderSpec::ROLE))]
    role: Option<At<String>>,
    /// How the script that captures the image comes to the builder: the line that a person pastes carries it, or it lies in a
    /// bucket of the environment's own, from which a shorter line fetches it with the builder's `role`. The policy of that
    /// bucket lets the role read this script and nothing else.
    #[key(
        default = "pasted",
        example = "hosted",
        to(kinds::appstream::ImageSpec::HOSTED)
    )]
    script: At<ScriptPlace>,
    /// The version of the AppStream agent, or `LATEST`.
    #[key(
        pattern = limits::AGENT,
        example = "LATEST",
        otherwise = "the base image's",
        to(kinds::appstream::ImageBuilderSpec::AGENT)
    )]
    agent: Option<At<String>>,
    /// How many earlier images stay beside the current one, for a way back without a person; `apply` deletes older
    /// ones. One that the blueprint names, or that others use, stays; so does one that the blueprint has shared with other
    /// accounts, since AWS does not say whether they use it. Older ones go also where `protect` is true.
    #[key(
        number = limits::KEPT_VERSIONS,
        unit = "images",
        example = "3",
        otherwise = "all stay",
        to(kinds::appstream::ImageSpec::KEEP_VERSIONS)
    )]
    keep_versions: Option<u64>,
    /// Accounts that may use the image, and for what.
    #[key(
        entries = "an account",
        names = limits::ACCOUNT,
        count = (0, limits::MOST_SHARES),
        hint = "Write `share: { \"111122223333\": { fleet: true } }`.",
        example = "{ \"111122223333\": { fleet: true } }",
        otherwise = "left as it is",
        to(kinds::appstream::ImageSpec::SHARE)
    )]
    share: Option<BTreeMap<String, Share>>,
    #[key(like = Machine, to(kinds::appstream::ImageSpec::DISPLAY_NAME))]
    display_name: Option<String>,
    #[key(like = Machine, to(kinds::appstream::ImageSpec::DESCRIPTION))]
    description: Option<String>,
    #[key(
        from = entry::entry,
        keys(
            entry::name(&[kinds::appstream::ImageSpec::NAME, kinds::appstream::ImageBuilderSpec::NAME]),
            entry::PROTECT,
            entry::tags(
                "Tags of image and builder, beside those of the blueprint.",
                &[kinds::appstream::ImageSpec::TAGS, kinds::appstream::ImageBuilderSpec::TAGS]
            ),
            entry::TIMEOUTS,
            entry::OWNED
        )
    )]
    entry: Entry,
}

impl Value for Image {
    const SHAPE: Shape = ImageKeys::SHAPE;

    fn read(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<Image> {
        let keys = ImageKeys::read(reader, item)?;
        let origin = if let Some(base) = keys.base {
            check_role(reader, item, &keys.script, keys.role.as_ref());
            ImageOrigin::Built(Build {
                base,
                builder: keys.builder?,
                browser: keys.browser,
                installer: keys.browser_package,
                apps: keys.apps?,
                network: keys.network,
                root_volume: keys.root_volume,
                imds_v1: keys.imds_v1,
                role: keys.role,
                script: keys.script.value,
                agent: keys.agent,
            })
        } else if let Some(from) = keys.import {
            for (key, text) in [
                ("display_name", &keys.display_name),
                ("description", &keys.description),
            ] {
                if let Some(text) = text.as_ref().filter(|text| !limits::IMPORT_TEXT.accepts(text)) {
                    let place = item.place();
                    let help = format!("It must be {}.", limits::IMPORT_TEXT.rule);
                    reader.bad_value(&format!("{}.{key}", item.path), text, place, &help);
                }
            }
            ImageOrigin::Imported(Imported {
                from,
                browser: keys.browser,
                apps: keys.apps?,
            })
        } else if let Some(newest) = keys.newest {
            ImageOrigin::Newest(newest)
        } else if let Some(copy) = keys.copy {
            ImageOrigin::Copied(copy)
        } else if let Some(update) = keys.update {
            ImageOrigin::Updated(update)
        } else {
            ImageOrigin::Shared(keys.shared?)
        };
        Some(Image {
            entry: keys.entry,
            origin,
            display_name: keys.display_name,
            description: keys.description,
            share: keys.share,
            keep_versions: keys.keep_versions,
        })
    }
}

/// `import`: what an image is imported from.
#[derive(Clone, Debug, PartialEq, Section)]
#[section(rules(
    rule(
        Between::OneOf(&["ami", "workspace_image"]),
        "Write `ami: ami-...` with a `role`, or `workspace_image: wsi-...`.",
    ),
    rule(
        Between::Needs("ami", &["role"]),
        "AppStream reads the AMI by a role that trusts `appstream.amazonaws.com` and allows `ec2:DescribeImages` and `ec2:ModifyImageAttribute`.",
    ),
    rule(
        Between::Excludes("workspace_image", &["role", "try_on"]),
        "AWS takes it for AMIs only. Delete this key.",
    ),
))]
pub struct ImportedFrom {
    /// An AMI of this account in AppStream's region: Windows Server 2022 or 2025 with UEFI and TPM 2.0, not encrypted.
    #[key(pattern = limits::AMI, example = "ami-0a1b2c3d4e5f60718", to(kinds::appstream::ImportSpec::IMPORT))]
    pub ami: Option<At<String>>,
    /// An image of WorkSpaces.
    #[key(pattern = limits::WORKSPACE_IMAGE, example = "wsi-0a1b2c3d4", to(kinds::appstream::ImportSpec::IMPORT))]
    pub workspace_image: Option<At<String>>,
    /// The ARN of the role by which AppStream reads the AMI.
    #[key(
        pattern = limits::ROLE_ARN,
        example = "arn:aws:iam::123456789012:role/appstream-import",
        to(kinds::appstream::ImportSpec::IMPORT)
    )]
    pub role: Option<At<String>>,
    /// The instance type on which AWS starts the image once, to try it; the instance costs.
    #[key(
        pattern = limits::IMPORT_INSTANCE,
        example = "GeneralPurpose.m6i.large",
        otherwise = "not tried",
        to(kinds::appstream::ImportSpec::IMPORT)
    )]
    pub try_on: Option<At<String>>,
    /// Whether instances always take the newest AppStream agent, in place of the newest one at the time of the import.
    #[key(default = "false", example = "true", to(kinds::appstream::ImportSpec::IMPORT))]
    pub newest_agent: bool,
}

/// `copy`: the source of a copied image.
#[derive(Clone, Debug, PartialEq, Section)]
pub struct Copied {
    /// The source's name.
    #[key(pattern = limits::APPSTREAM_NAME, example = "agent-desktop-2026")]
    pub image: At<String>,
    /// The source's region.
    #[key(
        pattern = limits::REGION,
        example = "eu-central-1",
        otherwise = "AppStream's region of this blueprint"
    )]
    pub region: Option<At<String>>,
}

/// What another account may do with an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Section)]
#[section(check = Share::check)]
pub struct Share {
    /// Whether its fleets may use the image.
    #[key(default = "true", example = "true")]
    pub fleet: bool,
    /// Whether its image builders may start from the image.
    #[key(default = "false", example = "true")]
    pub builder: bool,
}

impl Share {
    #[expect(clippy::unnecessary_wraps, reason = "it has the shape that the derive calls")]
    fn check(
        reader: &mut Reader<'_>,
        item: &Item<'_>,
        _: &crate::reader::Fields<'_>,
        share: Share,
    ) -> Option<Share> {
        if !share.fleet && !share.builder {
            reader.report(
                Diagnostic::error(
                    "bad-value",
                    format!("`{}` may use the image for nothing", item.path),
                )
                .at(item.place())
                .help("Delete the account, or allow `fleet` or `builder`."),
            );
        }
        Some(share)
    }
}

/// `appstream.images.*.base`.
#[derive(Clone, Debug, PartialEq)]
pub enum BaseImage {
    /// `newest: PREFIX`: the newest public image of this family when the builder is made.
    Newest(At<String>),
    /// A certain image by name or ARN.
    Named(At<String>),
}

/// `base: { newest: PREFIX }`.
#[derive(Section)]
struct Newest {
    /// The newest public image whose name begins like this, at the time when the builder is made.
    #[key(pattern = limits::APPSTREAM_NAME, read = base_family, example = "AppStream-WinServer2022")]
    newest: At<String>,
}

fn base(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<BaseImage> {
    if item.is_map() {
        Newest::read(reader, item).map(|base| BaseImage::Newest(base.newest))
    } else {
        reader.text(item).map(BaseImage::Named)
    }
}

fn base_family(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<At<String>> {
    let prefix = reader.text(item)?;
    check_family(
        reader,
        &prefix,
        "Headset prepares images with a PowerShell script, so the base has to be Windows.",
    );
    Some(prefix)
}

fn newest(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<At<String>> {
    let prefix = reader.text(item)?;
    check_family(reader, &prefix, "Fleets of this version stream Windows.");
    Some(prefix)
}

/// Warns of a family that is not known to be one of Windows.
fn check_family(reader: &mut Reader<'_>, prefix: &At<String>, why: &str) {
    let known = WINDOWS_FAMILIES
        .iter()
        .any(|family| prefix.value.starts_with(family));
    if known {
        return;
    }
    let near = nearest(&prefix.value, WINDOWS_FAMILIES.into_iter())
        .map(|near| format!("Did you mean `{near}`? "))
        .unwrap_or_default();
    reader.report(
        Diagnostic::warning(
            "unknown-base-image",
            format!(
                "no family of public Windows images is known to begin with `{}`",
                prefix.value
            ),
        )
        .at(prefix.place.clone())
        .help(format!("{near}{why}"))
        .note("assumption base-image-families: which public images exist is only known when the builder is made"),
    );
}

/// `appstream.images.*.browser`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum Browser {
    /// Google Chrome, the default.
    Chrome,
    /// Microsoft Edge.
    Edge,
    /// Mozilla Firefox.
    Firefox,
}

/// An entry of `appstream.images.*.apps`.
#[derive(Clone, Debug, PartialEq)]
pub struct App {
    /// Where the entry stands.
    pub place: Place,
    /// `open` or `program`.
    pub launch: Launch,
    /// `display_name`.
    pub display_name: Option<String>,
}

/// What an application is.
#[derive(Clone, Debug, PartialEq)]
pub enum Launch {
    /// `open: ccp.in_session`: the in-session page in the image's browser.
    InSessionPage,
    /// `open: URL`: a page in the image's browser.
    Url(At<String>),
    /// `program: C:\...exe`, with `arguments`.
    Program {
        /// The absolute path.
        path: At<String>,
        /// The launch parameters, if any.
        arguments: Option<String>,
    },
}

/// The keys of an application.
#[derive(Section)]
#[section(
    rules(
        rule(
            Between::OneOf(&["open", "program"]),
            "Write `open: ccp.in_session`, `open: \"https://...\"` or `program: 'C:\\...\\crm.exe'`.",
        ),
        rule(
            Between::Excludes("open", &["arguments"]),
            "Delete it, or start the browser yourself with `program`.",
        ),
    ),
    later(icon = "Applications have the program's own icon in this version.")
)]
struct AppKeys {
    /// A page that the image's browser opens: the panel's page for sessions, or a web address.
    #[key(
        shape = Shape::Either(&[Shape::Word("ccp.in_session"), Shape::Pattern(&limits::HTTPS_URL)]),
        read = open,
        example = "ccp.in_session",
        to(kinds::appstream::ImageSpec::APPS)
    )]
    open: Option<Launch>,
    /// An installed program, by its absolute path.
    #[key(pattern = limits::PROGRAM, example = "'C:\\Program Files\\Crm\\crm.exe'", to(kinds::appstream::ImageSpec::APPS))]
    program: Option<At<String>>,
    /// What the program is started with.
    #[key(text = limits::ARGUMENTS, example = "--kiosk", to(kinds::appstream::ImageSpec::APPS))]
    arguments: Option<String>,
    #[key(like = Machine, to(kinds::appstream::ImageSpec::APPS))]
    display_name: Option<String>,
}

impl Value for App {
    const SHAPE: Shape = AppKeys::SHAPE;

    fn read(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<App> {
        let keys = AppKeys::read(reader, item)?;
        let launch = match keys.open {
            Some(open) => open,
            None => Launch::Program {
                path: keys.program?,
                arguments: keys.arguments,
            },
        };
        Some(App {
            place: item.place(),
            launch,
            display_name: keys.display_name,
        })
    }
}

fn open(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<Launch> {
    let text = reader.text(item)?;
    if text.value != "ccp.in_session" {
        return Some(Launch::Url(text));
    }
    if !reader.outline.ccp {
        reader.report(
            Diagnostic::error(
                "missing-section",
                format!(
                    "`{}` opens a page of `ccp`, but there is no `ccp` section",
                    item.path
                ),
            )
            .at(text.place)
            .help("Add `ccp: { hosting: s3 }`."),
        );
    }
    Some(Launch::InSessionPage)
}
