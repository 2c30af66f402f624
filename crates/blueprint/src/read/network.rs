//! Networks of builders and fleets.

use super::item::{Fields, Item};
use super::reader::Reader;
use crate::model::Network;

impl Reader<'_> {
    pub(super) fn network(&mut self, item: &Item<'_>) -> Option<Network> {
        let fields = self.fields(item)?;
        let subnets = self.texts_or_none(fields.get("subnets"));
        let security_groups = self.texts_or_none(fields.get("security_groups"));
        let choices = [("nat", false), ("default", true)];
        let default_internet_access = self.choice_or(fields.get("internet"), &choices, false);
        if fields.get("subnets").is_none() && fields.get("security_groups").is_some() {
            return None;
        }
        Some(Network {
            subnets: subnets?,
            security_groups: security_groups?,
            default_internet_access: default_internet_access?,
        })
    }

    /// The network of one builder or fleet. `None` if it is bad.
    pub(super) fn own_network(&mut self, fields: &Fields<'_>) -> Option<Option<Network>> {
        match fields.get("network") {
            Some(item) => self.network(&item).map(Some),
            None => Some(None),
        }
    }
}
