//! An entry of `appstream.images`.

use std::collections::BTreeMap;

use super::Reader;
use super::item::{Item, nearest};
use crate::blueprint::limits::{self, WINDOWS_FAMILIES};
use crate::blueprint::model::{App, BaseImage, Browser, Build, Image, ImageOrigin, Launch};
use crate::blueprint::node::Value;
use crate::diagnostic::Diagnostic;

const KEYS: &[&str] = &[
    "base",
    "builder",
    "browser",
    "apps",
    "display_name",
    "protect",
    "tags",
    "existing",
];
/// Longest launch parameters; our own limit, a quarter of what Windows takes.
const LONGEST_ARGUMENTS: usize = 2048;

impl Reader<'_> {
    pub(super) fn image(&mut self, item: &Item<'_>) -> Option<Image> {
        let later = [
            (
                "name",
                "The image is called after the blueprint's `name` and this entry's key.",
            ),
            ("timeouts", "Builders have fixed waits in this version."),
        ];
        let fields = self.fields(item, KEYS, &later)?;
        let base = self
            .require(
                &fields,
                "base",
                "Write `base: { newest: AppStream-WinServer2022 }`.",
            )
            .and_then(|item| self.base(&item));
        let builder = self
            .require(&fields, "builder", "Write `builder: stream.standard.medium`.")
            .and_then(|item| self.matching(&item, &limits::STREAM_INSTANCE));
        let browser = match fields.get("browser") {
            Some(item) => {
                let choices = [
                    ("chrome", Browser::Chrome),
                    ("edge", Browser::Edge),
                    ("firefox", Browser::Firefox),
                ];
                self.choice(&item, &choices, &[])
            }
            None => Some(Browser::Chrome),
        };
        let apps = self
            .require(&fields, "apps", "Write `apps: { crm: { open: \"https://crm.example.com\" } }`; an image without applications cannot be captured.")
            .map(|item| self.apps(&item));
        let display_name = self.display_name(&fields);
        Some(Image {
            entry: self.entry(item, &fields),
            origin: ImageOrigin::Built(Build {
                base: base?,
                builder: builder?,
                browser: browser?,
                apps: apps?,
                network: None,
                root_volume: None,
                imds_v1: None,
                role: None,
                agent: None,
            }),
            display_name,
            description: None,
            share: None,
        })
    }

    fn base(&mut self, item: &Item<'_>) -> Option<BaseImage> {
        if !matches!(item.node.value, Value::Map(_)) {
            return self.name_or_arn(item).map(BaseImage::Named);
        }
        let fields = self.fields(item, &["newest"], &[])?;
        let newest = self.require(&fields, "newest", "Write `newest: AppStream-WinServer2022`.")?;
        let prefix = self.matching(&newest, &limits::APPSTREAM_NAME)?;
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
                    .help(format!("{near}Headset prepares images with a PowerShell script, so the base has to be Windows."))
                    .note("assumption base-image-families: which public images there are is only known when the builder is made"),
            );
        }
        Some(BaseImage::Newest(prefix))
    }

    fn apps(&mut self, item: &Item<'_>) -> BTreeMap<String, App> {
        let mut apps = BTreeMap::new();
        let entries = self.entries(
            item,
            "Write `apps: { crm: { open: \"https://crm.example.com\" } }`.",
        );
        if entries.is_empty() && matches!(item.node.value, Value::Map(_)) {
            self.report(
                Diagnostic::error("empty-value", format!("`{}` is empty", item.path))
                    .at(item.node.place.clone())
                    .help("Add an application; an image without applications cannot be captured."),
            );
        }
        for (name, entry) in entries {
            let named = self.check_name("an application", &name, &limits::APP_NAME, &entry.place());
            if let Some(app) = self.app(&entry)
                && named
            {
                apps.insert(name, app);
            }
        }
        apps
    }

    fn app(&mut self, item: &Item<'_>) -> Option<App> {
        let later = [(
            "icon",
            "Applications have the program's own icon in this version.",
        )];
        let fields = self.fields(item, &["open", "program", "arguments", "display_name"], &later)?;
        let display_name = self.display_name(&fields);
        let arguments = fields
            .get("arguments")
            .map(|item| self.short_text(&item, LONGEST_ARGUMENTS));
        let launch = match (fields.get("open"), fields.get("program")) {
            (Some(open), None) => {
                if let Some(arguments) = fields.get("arguments") {
                    self.report(
                        Diagnostic::error(
                            "conflict",
                            format!("`{}` goes with `program`, not with `open`", arguments.path),
                        )
                        .at(arguments.place())
                        .help("Delete it, or start the browser yourself with `program`."),
                    );
                }
                self.open(&open)
            }
            (None, Some(program)) => self
                .matching(&program, &limits::PROGRAM)
                .map(|path| Launch::Program {
                    path,
                    arguments: arguments.flatten().map(|arguments| arguments.value),
                }),
            (Some(_), Some(program)) => {
                self.report(
                    Diagnostic::error(
                        "conflict",
                        format!("`{}` has both `open` and `program`", item.path),
                    )
                    .at(program.place())
                    .help("Keep `open` for a page in the browser, or `program` for an installed program."),
                );
                None
            }
            (None, None) => {
                self.report(
                    Diagnostic::error("missing-key", format!("`{}` lacks `open` or `program`", item.path))
                        .at(item.place())
                        .help("Write `open: ccp.in_session`, `open: \"https://...\"` or `program: 'C:\\...\\crm.exe'`."),
                );
                None
            }
        };
        Some(App {
            place: item.place(),
            launch: launch?,
            display_name,
        })
    }

    fn open(&mut self, item: &Item<'_>) -> Option<Launch> {
        const IN_SESSION: &str = "ccp.in_session";
        let text = self.text(item)?;
        if text.value == IN_SESSION {
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
            return Some(Launch::InSessionPage);
        }
        if text.value.starts_with("ccp") {
            let help = match nearest(&text.value, std::iter::once(IN_SESSION)) {
                Some(near) => format!("Did you mean `{near}`?"),
                None => format!("The page that can be opened in the session is `{IN_SESSION}`."),
            };
            self.bad_value(&item.path, &text.value, text.place, &help);
            return None;
        }
        let help = "It must be `ccp.in_session` or an `https://` address.";
        if limits::HTTPS_URL.accepts(&text.value) {
            return Some(Launch::Url(text));
        }
        self.bad_value(&item.path, &text.value, text.place, help);
        None
    }
}
