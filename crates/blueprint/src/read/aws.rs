//! `aws`: where.

use super::draft::child;
use super::item::Item;
use super::reader::Reader;
use crate::model::{At, AwsSection, IdentityCenter};
use crate::nearest::nearest;
use crate::node::{Node, Value};
use headset_core::diagnostic::Diagnostic;
use headset_kinds::regions::{self, Has};

impl Reader<'_> {
    pub(super) fn aws(&mut self, item: Option<Item<'_>>, root: &Node) -> Option<AwsSection> {
        let by_default = AwsSection {
            account: None,
            region: None,
            connect_region: None,
            appstream_region: None,
            identity_center: IdentityCenter {
                region: None,
                role: None,
                by_hand: false,
            },
        };
        let Some(item) = item else { return Some(by_default) };
        let fields = self.fields(&item)?;
        let mut aws = by_default;
        aws.account = fields.get("account").and_then(|item| self.account(&item));
        aws.region = fields.get("region").and_then(|item| self.text(&item));
        if let Some(item) = fields.get("regions")
            && let Some(regions) = self.fields(&item)
        {
            aws.connect_region = regions.get("connect").and_then(|item| self.text(&item));
            aws.appstream_region = regions.get("appstream").and_then(|item| self.text(&item));
        }
        if let Some(item) = fields.get("identity_center") {
            aws.identity_center = self.identity_center(&item)?;
        }
        self.service_regions(&aws, root);
        Some(aws)
    }

    fn account(&mut self, item: &Item<'_>) -> Option<At<String>> {
        if let Value::Number(text) = &item.node.value {
            self.report(
                Diagnostic::error(
                    "wrong-type",
                    format!("`{}` is a number here, and numbers lose leading zeros", item.path),
                )
                .at(item.node.place.clone())
                .help(format!("Quote it: \"{}\".", text.trim_start_matches("0o"))),
            );
            return None;
        }
        self.text(item)
    }

    fn identity_center(&mut self, item: &Item<'_>) -> Option<IdentityCenter> {
        let by_hand = |by_hand| IdentityCenter {
            region: None,
            role: None,
            by_hand,
        };
        if let Value::Text(text) = &item.node.value {
            if text == "by_hand" {
                return Some(by_hand(true));
            }
            let help = "Write `by_hand`, or a map such as `{ region: us-east-1 }`.";
            self.bad_value(&item.path, text, item.node.place.clone(), help);
            return None;
        }
        let fields = self.fields(item)?;
        Some(IdentityCenter {
            region: fields.get("region").and_then(|item| self.text(&item)),
            role: fields.get("role").and_then(|item| self.text(&item)),
            by_hand: false,
        })
    }

    /// Warns of regions without the service. Not errors: AWS adds regions without asking us.
    fn service_regions(&mut self, aws: &AwsSection, root: &Node) {
        let connect = aws.connect_region.as_ref().or(aws.region.as_ref());
        if self.outline.connect || aws.connect_region.is_some() {
            self.service_region("Amazon Connect", "connect", connect, Has::Connect);
        }
        let appstream = aws.appstream_region.as_ref().or(aws.region.as_ref());
        if child(root, "appstream").is_some() || aws.appstream_region.is_some() {
            self.service_region("AppStream 2.0", "appstream", appstream, Has::AppStream);
        }
    }

    fn service_region(&mut self, service: &str, key: &str, region: Option<&At<String>>, what: Has) {
        let Some(region) = region.filter(|region| !regions::has(&region.value, what)) else {
            return;
        };
        let known = regions::with(what);
        let near = nearest(&region.value, known.iter().copied())
            .map(|near| format!("Did you mean `{near}`? "))
            .unwrap_or_default();
        self.report(
            Diagnostic::warning(
                "unknown-region",
                format!("{service} is not known to be in `{}`", region.value),
            )
            .at(region.place.clone())
            .help(format!(
                "{near}`aws.regions.{key}` sets a region for this service alone."
            ))
            .note(format!("known regions: {}", known.join(", "))),
        );
    }
}
