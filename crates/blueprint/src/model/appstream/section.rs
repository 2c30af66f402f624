//! `appstream`: the section itself.

use std::collections::BTreeMap;

use super::endpoint::Endpoints;
use super::fleet::Fleet;
use super::image::{Image, ImageOrigin};
use super::machine::Network;
use super::pool::{PoolUser, pool_users};
use super::stack::Stack;
use crate::at::At;
use crate::limits;
use crate::model::source::Source;
use crate::reader::{Fields, Item, Reader};
use headset_core::diagnostic::{Diagnostic, Place};
use headset_derive::Section;

/// `appstream`.
#[derive(Clone, Debug, PartialEq, Section)]
#[section(
    before = stacks_have_fleets,
    check = AppstreamSection::check,
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
    /// Interface endpoints that Headset makes in the VPC of `network`: sessions are streamed, or AppStream is called, without a way
    /// over the internet.
    #[key(
        example = "{ streaming: { from: [10.0.0.0/8] } }",
        otherwise = "none: all goes over the internet, or through endpoints of others"
    )]
    pub endpoints: Option<Endpoints>,
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
    /// An endpoint is in subnets of a VPC.
    fn check(
        reader: &mut Reader<'_>,
        _: &Item<'_>,
        _: &Fields<'_>,
        section: AppstreamSection,
    ) -> Option<AppstreamSection> {
        let Some(endpoints) = &section.endpoints else {
            return Some(section);
        };
        let lacks = match (section.network.subnets.is_empty(), section.network.vpc.is_some()) {
            (false, true) => return Some(section),
            (true, _) => "subnets",
            (false, false) => "vpc",
        };
        reader.report(
            Diagnostic::error(
                "missing-key",
                format!("`appstream.endpoints` are made in `appstream.network`, which lacks `{lacks}`"),
            )
            .at(endpoints.place.clone())
            .help("Add `subnets` and `vpc` there, such as `vpc: vpc-0a1b2c3d4e5f60718`."),
        );
        Some(section)
    }

    /// The network of a fleet: its own, or that of all.
    pub fn network_of(&self, fleet: &str) -> &Network {
        match self.fleets.get(fleet) {
            Some(Source::Ours(fleet)) => fleet.network.as_ref().unwrap_or(&self.network),
            Some(Source::Existing(_)) | None => &self.network,
        }
    }

    /// The subnets of endpoints that have some of their own.
    pub fn endpoint_subnets(&self) -> impl Iterator<Item = &At<String>> {
        let both = self.endpoints.iter();
        let both = both.flat_map(|both| both.streaming.iter().chain(&both.api));
        both.flat_map(|endpoint| &endpoint.subnets)
    }

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
