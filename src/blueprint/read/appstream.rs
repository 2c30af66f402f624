//! `appstream`: the network, and the images, fleets and stacks by name.

use std::collections::BTreeMap;

use super::Reader;
use super::item::{Fields, Item};
use crate::blueprint::limits::{self, Pattern};
use crate::blueprint::model::{AppstreamSection, At, Network, Source};
use crate::blueprint::node::Value;
use crate::diagnostic::Diagnostic;

impl Reader<'_> {
    pub(super) fn appstream(&mut self, item: &Item<'_>) -> Option<AppstreamSection> {
        let later = [
            (
                "users",
                "Agents reach the desktop by a streaming URL in this version.",
            ),
            ("name", "Names begin with the blueprint's `name`."),
            ("protect", "Set it on the entries, or at the top level."),
            ("tags", "Set them on the entries, or at the top level."),
        ];
        let fields = self.fields(item, &["network", "images", "fleets", "stacks"], &later)?;
        let network = match fields.get("network") {
            Some(item) => self.network(&item),
            None => Some(Network::default()),
        };
        let images = self.sources(&fields, "images", |reader, item| reader.image(item));
        let fleets = self.sources(&fields, "fleets", |reader, item| reader.fleet(item));
        let stacks = self.sources(&fields, "stacks", |reader, item| reader.stack(item));
        if !self.outline.stacks.is_empty() && self.outline.fleets.is_empty() && fields.get("fleets").is_none()
        {
            self.report(
                Diagnostic::error("missing-section", "`appstream.stacks` stream from fleets, but there is no `appstream.fleets`")
                    .at(item.place())
                    .help("Add a fleet, or `fleets: { agents: { existing: NAME-IN-AWS } }` for one that is there already."),
            );
        }
        Some(AppstreamSection {
            place: item.place(),
            network: network?,
            service_roles: true,
            usage_reports: None,
            images,
            fleets,
            stacks,
            users: BTreeMap::new(),
        })
    }

    fn network(&mut self, item: &Item<'_>) -> Option<Network> {
        let fields = self.fields(item, &["subnets", "security_groups", "internet"], &[])?;
        let subnets = self.ids(&fields, "subnets", &limits::SUBNET);
        let security_groups = self.ids(&fields, "security_groups", &limits::SECURITY_GROUP);
        if let Some(groups) = &security_groups
            && let Some(beyond) = groups.get(limits::MOST_SECURITY_GROUPS)
        {
            self.report(
                Diagnostic::error(
                    "bad-value",
                    format!("`{}.security_groups` lists {} groups", item.path, groups.len()),
                )
                .at(beyond.place.clone())
                .help(format!(
                    "AppStream takes at most {}.",
                    limits::MOST_SECURITY_GROUPS
                )),
            );
        }
        let default_internet_access = match fields.get("internet") {
            Some(item) => self.choice(&item, &[("nat", false), ("default", true)], &[]),
            None => Some(false),
        };
        if fields.get("subnets").is_none() && fields.get("security_groups").is_some() {
            self.require(
                &fields,
                "subnets",
                "Security groups belong to a VPC: name subnets of it.",
            );
            return None;
        }
        Some(Network {
            subnets: subnets?,
            security_groups: security_groups?,
            default_internet_access: default_internet_access?,
        })
    }

    fn ids(&mut self, fields: &Fields<'_>, key: &str, pattern: &Pattern) -> Option<Vec<At<String>>> {
        let Some(item) = fields.get(key) else {
            return Some(Vec::new());
        };
        let elements = self.list(&item)?;
        let count = elements.len();
        let mut ids = Vec::new();
        for element in elements {
            if let Some(id) = self.matching(&element, pattern) {
                self.check_once(&item, &ids, &id);
                ids.push(id);
            }
        }
        (ids.len() == count).then_some(ids)
    }

    /// The entries of a section, each ours or existing.
    fn sources<T>(
        &mut self,
        fields: &Fields<'_>,
        section: &str,
        read: impl Fn(&mut Self, &Item<'_>) -> Option<T>,
    ) -> BTreeMap<String, Source<T>> {
        let mut sources = BTreeMap::new();
        let Some(item) = fields.get(section) else {
            return sources;
        };
        let what = match section {
            "images" => "an image",
            "fleets" => "a fleet",
            _ => "a stack",
        };
        for (key, entry) in self.entries(&item, "Write entries as `name: { ... }`.") {
            let named = self.check_name(what, &key, &limits::ENTRY_KEY, &entry.place());
            let source = match self.existing(&entry) {
                Some(existing) => existing.map(Source::Existing),
                None => read(self, &entry).map(Source::Ours),
            };
            if let Some(source) = source
                && named
            {
                sources.insert(key, source);
            }
        }
        sources
    }

    /// `{ existing: NAME-or-ARN }`, and whether it is well written.
    fn existing(&mut self, entry: &Item<'_>) -> Option<Option<At<String>>> {
        let existing = entry.find("existing")?;
        if let Value::Map(entries) = &entry.node.value
            && entries.len() > 1
        {
            self.report(
                Diagnostic::error(
                    "conflict",
                    format!(
                        "`{}` is existing, so nothing else can be said about it",
                        entry.path
                    ),
                )
                .at(existing.place())
                .help(
                    "Headset links to what exists and never changes it. Delete `existing` or all other keys.",
                ),
            );
            return Some(None);
        }
        Some(self.name_or_arn(&existing))
    }

    /// The name or ARN of something in AppStream.
    pub(super) fn name_or_arn(&mut self, item: &Item<'_>) -> Option<At<String>> {
        let text = self.text(item)?;
        let pattern: &Pattern = if text.value.starts_with("arn:") {
            &limits::APPSTREAM_ARN
        } else {
            &limits::APPSTREAM_NAME
        };
        self.check_shape(&item.path, &text.value, pattern, &text.place)
            .then_some(text)
    }

    /// The key of a sibling. What lives outside is declared first, so that every link can be drawn.
    pub(super) fn reference(&mut self, item: &Item<'_>, section: &str) -> Option<At<String>> {
        if let Value::Map(_) = item.node.value
            && let Some(existing) = item.find("existing")
        {
            self.report(
                Diagnostic::error(
                    "wrong-type",
                    format!(
                        "`{}` should be a key of `appstream.{section}`, not a map",
                        item.path
                    ),
                )
                .at(existing.place())
                .help(format!(
                    "Declare it as `appstream.{section}.NAME: {{ existing: ... }}`, and write NAME here."
                )),
            );
            return None;
        }
        let name = self.text(item)?;
        let outline = self.outline;
        let declared = if section == "images" {
            &outline.images
        } else {
            &outline.fleets
        };
        self.check_reference(item, section, &name.value, declared);
        Some(name)
    }
}
