//! What fleets and image builders have in common: the machines that they run on.

use aws_sdk_appstream::types::{VolumeConfig, VpcConfig};
use serde_json::json;

use super::listing::text_or_null;
use crate::kinds::kind::Live;
use headset_kinds::appstream::FleetSpec;

/// A machine as AWS reports it, of a fleet or a builder.
#[derive(Debug)]
pub(super) struct Machine<'a> {
    pub(super) instance_type: Option<&'a str>,
    pub(super) network: Option<&'a VpcConfig>,
    pub(super) internet: Option<bool>,
    pub(super) root_volume: Option<&'a VolumeConfig>,
    pub(super) disable_imdsv1: Option<bool>,
    pub(super) role: Option<&'a str>,
    pub(super) display_name: Option<&'a str>,
    pub(super) description: Option<&'a str>,
}

impl Machine<'_> {
    /// Adds the machine's fields. Both kinds call them the same, as a test in `headset_kinds` holds them to.
    pub(super) fn describe(&self, live: Live) -> Live {
        let (subnets, groups) = match self.network {
            Some(network) => (network.subnet_ids(), network.security_group_ids()),
            None => (&[][..], &[][..]),
        };
        let volume = self.root_volume.and_then(VolumeConfig::volume_size_in_gb);
        live.field(FleetSpec::INSTANCE_TYPE, text_or_null(self.instance_type))
            .field(FleetSpec::SUBNETS, json!(subnets))
            .field(FleetSpec::SECURITY_GROUPS, json!(groups))
            .field(FleetSpec::INTERNET, self.internet.unwrap_or(false))
            .field(FleetSpec::ROOT_VOLUME, json!(volume))
            .field(FleetSpec::IMDS_V1, !self.disable_imdsv1.unwrap_or(false))
            .field(FleetSpec::ROLE, text_or_null(self.role))
            .field(FleetSpec::DISPLAY_NAME, text_or_null(self.display_name))
            .field(FleetSpec::DESCRIPTION, text_or_null(self.description))
    }
}
