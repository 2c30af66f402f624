//! `appstream`: the section itself.

use std::collections::BTreeMap;

use super::fleet::Fleet;
use super::image::{Image, ImageOrigin};
use super::machine::Network;
use super::pool::{PoolUser, pool_users};
use super::stack::Stack;
use crate::at::At;
use crate::limits;
use crate::model::source::Source;
use crate::reader::{Item, Reader};
use headset_core::diagnostic::{Diagnostic, Place};
use headset_derive::Section;

/// `appstream`.
#[derive(Clone, Debug, PartialEq, Section)]
#[section(
    before = stacks_have_fleets,
    later(
        name = "Names begin with the blueprint's `name`; entries may have their own.",
        protect = "Set it on the entries, or at the top level.",
        tags = "Set them on the entries, or at the top level.",
    ),
)]
pub struct AppstreamSection {
    /// Where the section stands.
    #[key(place)]
    pub place: Place,
    /// The network of builders and fleets that have no `network` of their own.
    #[key(
        absent,
        example = "{ subnets: [subnet-0a1b2c3d4e5f60718] }",
        otherwise = "AppStream's own network"
    )]
    pub network: Network,
    /// Whether Headset makes the roles that AppStream needs in the account and that its console makes on first use.
    /// They are shared and never deleted.
    #[key(default = "true", example = "false")]
    pub service_roles: bool,
    /// Whether AppStream writes daily usage reports to a bucket: one setting for the whole account and region, which
    /// Headset switches on and never off; `false` is only a warning.
    #[key(example = "true", otherwise = "left as it is")]
    pub usage_reports: Option<At<bool>>,
    /// The images by key.
    #[key(entries = "an image", names = limits::ENTRY_KEY, example = "{ agent-desktop: { newest: AppStream-WinServer2022 } }")]
    pub images: BTreeMap<String, Source<Image>>,
    /// The fleets by key.
    #[key(
        entries = "a fleet",
        names = limits::ENTRY_KEY,
        example = "{ agents: { image: agent-desktop, instance: stream.standard.medium, capacity: 2 } }"
    )]
    pub fleets: BTreeMap<String, Source<Fleet>>,
    /// The stacks by key.
    #[key(entries = "a stack", names = limits::ENTRY_KEY, example = "{ agents: { fleet: agents } }")]
    pub stacks: BTreeMap<String, Source<Stack>>,
    /// The users of AppStream's own user pool by e-mail address, in exact case.
    #[key(
        read = pool_users,
        entries = "a user of the pool",
        names = limits::POOL_USER,
        count = (0, 10_000),
        hint = "Write `users: { agent1@example.com: { first: Agent, last: One, stacks: [agents] } }`.",
        example = "{ agent1@example.com: { first: Agent, last: One, stacks: [agents] } }"
    )]
    pub users: BTreeMap<String, PoolUser>,
}

impl AppstreamSection {
    /// Every network that machines of this blueprint are in.
    pub fn networks(&self) -> impl Iterator<Item = &Network> {
        let fleets = self.fleets.values().filter_map(|fleet| match fleet {
            Source::Ours(fleet) => fleet.network.as_ref(),
            Source::Existing(_) => None,
        });
        let images = self.images.values().filter_map(|image| match image {
            Source::Ours(Image {
                origin: ImageOrigin::Built(build),
                ..
            }) => build.network.as_ref(),
            _ => None,
        });
        std::iter::once(&self.network).chain(fleets).chain(images)
    }
}

fn stacks_have_fleets(reader: &mut Reader<'_>, item: &Item<'_>) {
    if reader.outline.needs_fleets && !item.has("fleets") {
        reader.report(
            Diagnostic::error("missing-section", "`appstream.stacks` stream from fleets, but there is no `appstream.fleets`")
                .at(item.place())
                .help("Add a fleet, or `fleets: { agents: { existing: NAME-IN-AWS } }` for one that is there already."),
        );
    }
}
