//! An entry of `appstream.images`.

use std::collections::BTreeMap;

use super::item::{Fields, Item};
use super::reader::Reader;
use crate::limits::WINDOWS_FAMILIES;
use crate::model::{App, At, BaseImage, Browser, Build, Image, ImageOrigin, Launch, Share};
use crate::nearest::nearest;
use headset_core::diagnostic::Diagnostic;

impl Reader<'_> {
    pub(super) fn image(&mut self, item: &Item<'_>) -> Option<Image> {
        let fields = self.fields(item)?;
        // Everything is read wherever it stands, so that no mistake hides behind another.
        let built = self.build(&fields);
        let newest = fields.get("newest").and_then(|item| {
            let prefix = self.text(&item)?;
            self.check_family(&prefix, "Fleets of this version stream Windows.");
            Some(ImageOrigin::Newest(prefix))
        });
        let copied = fields.get("copy").and_then(|item| self.copy(&item));
        let shared = fields
            .get("shared")
            .and_then(|item| self.text(&item))
            .map(ImageOrigin::Shared);
        let share = fields.get("share").map(|item| self.share(&item));
        let display_name = self.label(&fields, "display_name");
        let description = self.label(&fields, "description");
        let entry = self.entry(item, &fields);
        Some(Image {
            entry,
            origin: built.or(newest).or(copied).or(shared)?,
            display_name,
            description,
            share,
        })
    }

    fn build(&mut self, fields: &Fields<'_>) -> Option<ImageOrigin> {
        let base = fields.get("base").map(|item| self.base(&item));
        let builder = fields.get("builder").and_then(|item| self.instance_type(&item));
        let browsers = [
            ("chrome", Browser::Chrome),
            ("edge", Browser::Edge),
            ("firefox", Browser::Firefox),
        ];
        let browser = self.choice_or(fields.get("browser"), &browsers, Browser::Chrome);
        let apps = fields.get("apps").map(|item| self.apps(&item));
        let network = self.own_network(fields);
        let root_volume = self.optional_number(fields.get("root_volume"));
        let imds_v1 = fields.get("imds_v1").and_then(|item| self.boolean(&item));
        let role = self.optional(fields.get("role"));
        let agent = self.optional(fields.get("agent"));
        Some(ImageOrigin::Built(Build {
            base: base??,
            builder: builder?,
            browser: browser?,
            apps: apps?,
            network: network?,
            root_volume: root_volume?,
            imds_v1,
            role: role?,
            agent: agent?,
        }))
    }

    fn copy(&mut self, item: &Item<'_>) -> Option<ImageOrigin> {
        let fields = self.fields(item)?;
        let image = fields.get("image").and_then(|item| self.text(&item));
        let region = self.optional(fields.get("region"));
        Some(ImageOrigin::Copied {
            image: image?,
            region: region?,
        })
    }

    fn share(&mut self, item: &Item<'_>) -> BTreeMap<String, Share> {
        let mut shares = BTreeMap::new();
        for account in self.entries(item) {
            let Some(fields) = self.fields(&account.item) else {
                continue;
            };
            let share = Share {
                fleet: self.boolean_or(fields.get("fleet"), true),
                builder: self.boolean_or(fields.get("builder"), false),
            };
            if !share.fleet && !share.builder {
                self.report(
                    Diagnostic::error(
                        "bad-value",
                        format!("`{}` may use the image for nothing", account.item.path),
                    )
                    .at(account.item.place())
                    .help("Delete the account, or allow `fleet` or `builder`."),
                );
            }
            if account.good {
                shares.insert(account.name, share);
            }
        }
        shares
    }

    fn base(&mut self, item: &Item<'_>) -> Option<BaseImage> {
        if !item.is_map() {
            return self.text(item).map(BaseImage::Named);
        }
        let fields = self.fields(item)?;
        let prefix = self.text(&fields.get("newest")?)?;
        self.check_family(
            &prefix,
            "Headset prepares images with a PowerShell script, so the base has to be Windows.",
        );
        Some(BaseImage::Newest(prefix))
    }

    /// Warns of a family that is not known to be one of Windows.
    fn check_family(&mut self, prefix: &At<String>, why: &str) {
        let known = WINDOWS_FAMILIES
            .iter()
            .any(|family| prefix.value.starts_with(family));
        if !known {
            let near = nearest(&prefix.value, WINDOWS_FAMILIES.into_iter())
                .map(|near| format!("Did you mean `{near}`? "))
                .unwrap_or_default();
            self.report(
                Diagnostic::warning("unknown-base-image", format!("no family of public Windows images is known to begin with `{}`", prefix.value))
                    .at(prefix.place.clone())
                    .help(format!("{near}{why}"))
                    .note("assumption base-image-families: which public images there are is only known when the builder is made"),
            );
        }
    }

    fn apps(&mut self, item: &Item<'_>) -> BTreeMap<String, App> {
        let mut apps = BTreeMap::new();
        for entry in self.entries(item) {
            if let Some(app) = self.app(&entry.item)
                && entry.good
            {
                apps.insert(entry.name, app);
            }
        }
        apps
    }

    fn app(&mut self, item: &Item<'_>) -> Option<App> {
        let fields = self.fields(item)?;
        let display_name = self.label(&fields, "display_name");
        let arguments = self.optional(fields.get("arguments"));
        let page = fields.get("open").and_then(|item| self.open(&item));
        let program = fields.get("program").and_then(|item| {
            Some(Launch::Program {
                path: self.text(&item)?,
                arguments: arguments?.map(|arguments| arguments.value),
            })
        });
        Some(App {
            place: item.place(),
            launch: page.or(program)?,
            display_name,
        })
    }

    fn open(&mut self, item: &Item<'_>) -> Option<Launch> {
        let text = self.text(item)?;
        if text.value != "ccp.in_session" {
            return Some(Launch::Url(text));
        }
        if !self.outline.ccp {
            self.report(
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
}
