//! `theme` and `storage` of a stack.

use super::item::Item;
use super::reader::Reader;
use crate::model::{At, OneDrive, S3Location, Storage, Theme};

impl Reader<'_> {
    pub(super) fn storage(&mut self, item: &Item<'_>) -> Option<Storage> {
        let fields = self.fields(item)?;
        let home_folders = self.boolean_or(fields.get("home_folders"), false);
        let google_drive = match fields.get("google_drive") {
            Some(item) => {
                let fields = self.fields(&item)?;
                Some(self.texts(&fields.get("domains")?)?)
            }
            None => None,
        };
        let one_drive = match fields.get("one_drive") {
            Some(item) => {
                let fields = self.fields(&item)?;
                let domains = self.texts(&fields.get("domains")?);
                let admin_consent = self.texts_or_none(fields.get("admin_consent"));
                Some(OneDrive {
                    domains: domains?,
                    admin_consent: admin_consent?,
                })
            }
            None => None,
        };
        let kept = fields.get("keep_sign_in");
        let keep_sign_in = kept
            .filter(|item| self.boolean_or(Some(item.clone()), false))
            .map(|item| item.place());
        Some(Storage {
            home_folders,
            google_drive,
            one_drive,
            keep_sign_in,
        })
    }

    pub(super) fn theme(&mut self, item: &Item<'_>) -> Option<Theme> {
        let fields = self.fields(item)?;
        let title = fields.get("title").and_then(|item| self.text(&item));
        let choices = [
            ("light-blue", "LIGHT_BLUE"),
            ("blue", "BLUE"),
            ("pink", "PINK"),
            ("red", "RED"),
        ];
        let styling = fields
            .get("colour")
            .and_then(|item| self.choice(&item, &choices, &[]));
        let logo = fields.get("logo").and_then(|item| self.object(&item));
        let favicon = fields.get("favicon").and_then(|item| self.object(&item));
        let mut links: Vec<(String, At<String>)> = Vec::new();
        if let Some(item) = fields.get("links") {
            for link in self.entries(&item) {
                if let Some(address) = self.text(&link.item) {
                    links.push((link.name, address));
                }
            }
        }
        let enabled = self.boolean_or(fields.get("enabled"), true);
        Some(Theme {
            place: item.place(),
            title: title?,
            styling: styling?.to_owned(),
            logo: logo?,
            favicon: favicon?,
            links,
            enabled,
        })
    }

    fn object(&mut self, item: &Item<'_>) -> Option<S3Location> {
        let fields = self.fields(item)?;
        let bucket = fields.get("bucket").and_then(|item| self.text(&item));
        let key = fields.get("key").and_then(|item| self.text(&item));
        Some(S3Location {
            bucket: bucket?,
            key: key?,
        })
    }
}
