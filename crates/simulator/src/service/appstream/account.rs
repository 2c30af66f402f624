//! What one account has in one region. AppStream's names are unique per kind within that.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::app_block::AppBlock;
use super::application::Application;
use super::association::Association;
use super::busy::Last;
use super::directory::Directory;
use super::entitlement::Entitlement;
use super::export::Export;
use super::fleet::Fleet;
use super::image::Image;
use super::image_builder::Builder;
use super::session::Session;
use super::stack::Stack;
use super::theme::Theme;
use super::usage_report::Subscription;
use super::user::{User, UserStack};

/// Tags by key.
pub(super) type Tags = BTreeMap<String, String>;

/// Everything of one account in one region.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Place {
    pub(super) account: String,
    pub(super) region: String,
    pub(super) builders: BTreeMap<String, Builder>,
    pub(super) images: BTreeMap<String, Image>,
    pub(super) fleets: BTreeMap<String, Fleet>,
    pub(super) stacks: BTreeMap<String, Stack>,
    pub(super) associations: Vec<Association>,
    pub(super) sessions: Vec<Session>,
    pub(super) users: BTreeMap<String, User>,
    pub(super) user_stacks: Vec<UserStack>,
    pub(super) directories: BTreeMap<String, Directory>,
    /// By stack.
    pub(super) themes: BTreeMap<String, Theme>,
    /// By stack and name.
    pub(super) entitlements: Vec<((String, String), Entitlement)>,
    pub(super) app_blocks: BTreeMap<String, AppBlock>,
    pub(super) applications: BTreeMap<String, Application>,
    pub(super) exports: Vec<Export>,
    pub(super) usage_report: Option<Subscription>,
    /// When what was changed last, by kind and name.
    pub(super) changed: BTreeMap<String, Last>,
}

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
