//! What one account has in one region. AppStream's names are unique per kind within that.

pub(super) use crate::world::appstream::{Place, Tags};

impl Place {
    /// An empty place.
    pub(super) fn new(account: &str, region: &str) -> Place {
        Place {
            account: account.to_owned(),
            region: region.to_owned(),
            ..Place::default()
        }
    }

    /// The ARN of a thing of this account, such as `arn:aws:appstream:eu-west-1:123456789012:fleet/agents`.
    pub(super) fn arn(&self, kind: &str, name: &str) -> String {
        format!("arn:aws:appstream:{}:{}:{kind}/{name}", self.region, self.account)
    }
}
