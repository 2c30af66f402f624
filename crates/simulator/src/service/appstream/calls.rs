//! Which call goes where.

use super::super::{Answer, Call, Fault, Handler, Operation, Service};
use super::{association, concurrent_change, export, fleet, image, image_builder, session};
use crate::clock::Moment;
use crate::service::appstream::app_block;
use crate::service::appstream::application;
use crate::service::appstream::directory;
use crate::service::appstream::entitlement;
use crate::service::appstream::stack;
use crate::service::appstream::tag;
use crate::service::appstream::theme;
use crate::service::appstream::usage_report;
use crate::service::appstream::user;
use crate::service::ask::{Fleets, Scaled};
use crate::world::World;
use fleet::scaling;

/// The service.
#[derive(Debug)]
pub(crate) struct AppStream;

impl Service for AppStream {
    fn name(&self) -> &'static str {
        "appstream"
    }

    fn table(&self) -> &'static [Operation] {
        OPERATIONS
    }

    fn tick(&self, world: &mut World, now: Moment) {
        let lost = image::lost(world);
        // Taken out so that a fleet can be judged against the rest of the world (its role, the service role).
        let mut places = std::mem::take(&mut world.appstream.places);
        for (key, place) in &mut places {
            let lost = lost.get(key).map(Vec::as_slice).unwrap_or_default();
            image_builder::tick(world, place, now);
            image::tick(world, place, now);
            fleet::tick(world, place, lost, now);
            session::tick(place, now);
            export::tick(place, now);
            association::tick(place, now);
        }
        world.appstream.places = places;
    }

    fn carry_out(&self, world: &mut World, call: &Call, handler: Handler) -> Result<Answer, Fault> {
        concurrent_change::check(world, call)?;
        let changes = !concurrent_change::changes_nothing(world, call);
        let answer = handler(world, call)?;
        if changes {
            concurrent_change::note(world, call);
        }
        Ok(answer)
    }
}

impl Fleets for World {
    fn move_fleets(&mut self, now: Moment) {
        AppStream.tick(self, now);
    }

    fn scaled(&self, account: &str, region: &str, name: &str) -> Option<Scaled> {
        scaling::capacity_of(self, account, region, name)
    }

    fn scale(
        &mut self,
        account: &str,
        region: &str,
        name: &str,
        desired: u64,
        now: Moment,
    ) -> Result<(), Fault> {
        scaling::ask_for(self, account, region, name, desired, now)
    }
}

const OPERATIONS: &[Operation] = &[
    ("AssociateApplicationFleet", application::associate),
    ("AssociateApplicationToEntitlement", entitlement::associate),
    ("AssociateFleet", association::associate),
    ("BatchAssociateUserStack", user::batch_associate),
    ("BatchDisassociateUserStack", user::batch_disassociate),
    ("CopyImage", image::copy::copy),
    ("CreateAppBlock", app_block::create),
    ("CreateApplication", application::create),
    ("CreateDirectoryConfig", directory::create),
    ("CreateEntitlement", entitlement::create),
    ("CreateExportImageTask", export::create),
    ("CreateFleet", fleet::create::create),
    ("CreateImageBuilder", image_builder::create),
    ("CreateImageBuilderStreamingURL", image_builder::streaming_url),
    ("CreateImportedImage", image::copy::import),
    ("CreateStack", stack::create),
    ("CreateStreamingURL", session::streaming_url),
    ("CreateThemeForStack", theme::create),
    ("CreateUpdatedImage", image::copy::update),
    ("CreateUsageReportSubscription", usage_report::create),
    ("CreateUser", user::create),
    ("DeleteAppBlock", app_block::delete),
    ("DeleteApplication", application::delete),
    ("DeleteDirectoryConfig", directory::delete),
    ("DeleteEntitlement", entitlement::delete),
    ("DeleteFleet", fleet::delete),
    ("DeleteImage", image::delete),
    ("DeleteImageBuilder", image_builder::delete),
    ("DeleteImagePermissions", image::permission::delete),
    ("DeleteStack", stack::delete),
    ("DeleteThemeForStack", theme::delete),
    ("DeleteUsageReportSubscription", usage_report::delete),
    ("DeleteUser", user::delete),
    ("DescribeAppBlocks", app_block::describe),
    (
        "DescribeApplicationFleetAssociations",
        application::describe_associations,
    ),
    ("DescribeApplications", application::describe),
    ("DescribeDirectoryConfigs", directory::describe),
    ("DescribeEntitlements", entitlement::describe),
    ("DescribeFleets", fleet::describe),
    ("DescribeImageBuilders", image_builder::describe),
    ("DescribeImagePermissions", image::permission::describe),
    ("DescribeImages", image::describe),
    ("DescribeSessions", session::describe),
    ("DescribeStacks", stack::describe),
    ("DescribeThemeForStack", theme::describe),
    ("DescribeUsageReportSubscriptions", usage_report::describe),
    ("DescribeUserStackAssociations", user::describe_associations),
    ("DescribeUsers", user::describe),
    ("DisableUser", user::disable),
    ("DisassociateApplicationFleet", application::disassociate),
    (
        "DisassociateApplicationFromEntitlement",
        entitlement::disassociate,
    ),
    ("DisassociateFleet", association::disassociate),
    ("DrainSessionInstance", session::drain),
    ("EnableUser", user::enable),
    ("ExpireSession", session::expire),
    ("GetExportImageTask", export::get),
    ("ListAssociatedFleets", association::list_fleets),
    ("ListAssociatedStacks", association::list_stacks),
    ("ListEntitledApplications", entitlement::list),
    ("ListExportImageTasks", export::list),
    ("ListTagsForResource", tag::list),
    ("StartFleet", fleet::start),
    ("StartImageBuilder", image_builder::start),
    ("StopFleet", fleet::stop),
    ("StopImageBuilder", image_builder::stop),
    ("TagResource", tag::tag),
    ("UntagResource", tag::untag),
    ("UpdateApplication", application::update),
    ("UpdateDirectoryConfig", directory::update),
    ("UpdateEntitlement", entitlement::update),
    ("UpdateFleet", fleet::update::update),
    ("UpdateImageBuilder", image_builder::update),
    ("UpdateImagePermissions", image::permission::update),
    ("UpdateStack", stack::update),
    ("UpdateThemeForStack", theme::update),
];
