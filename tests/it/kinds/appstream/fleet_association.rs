//! Which fleet streams which stack.

use aws_sdk_appstream::types::{ComputeCapacity, VpcConfig};
use headset_aws::Aws;
use headset_core::KindId;
use headset_kinds::appstream::FleetSpec;
use serde_json::json;

use super::fleet::fleet;
use super::image::captured_image;
use super::stack::stack;
use crate::invariants::conformance::{Case, ExternalChange, address, after};

pub(crate) fn case() -> Case {
    let mut before = captured_image();
    before.extend([fleet(), stack()]);
    Case {
        before,
        subject: (
            address("appstream.fleet_association/agents:agents"),
            json!({
                "fleet": after("appstream.fleet/agents", "name"),
                "stack": after("appstream.stack/agents", "name"),
            }),
        ),
        changes: vec![],
        unchanged: vec![],
    }
}

/// Gives the fleet to another stack, or another fleet to the stack, as others do.
pub(crate) async fn put(aws: &Aws, holder: KindId) -> String {
    let appstream = aws.appstream();
    let (fleet, stack) = match holder == FleetSpec::KIND {
        true => {
            appstream.create_stack().name("theirs").send().await.unwrap();
            ("acme-agents", "theirs")
        }
        false => {
            let capacity = ComputeCapacity::builder().desired_instances(1).build();
            let network = VpcConfig::builder()
                .subnet_ids("subnet-0a1b2c3d4e5f60718")
                .build();
            let request = appstream
                .create_fleet()
                .name("theirs")
                .image_name("acme-desktop-abcdef12");
            let request = request
                .instance_type("stream.standard.medium")
                .compute_capacity(capacity);
            request.vpc_config(network).send().await.unwrap();
            ("theirs", "acme-agents")
        }
    };
    let request = appstream.associate_fleet().fleet_name(fleet).stack_name(stack);
    request.send().await.unwrap();
    format!("{stack}/{fleet}")
}

pub(crate) async fn change(_aws: &Aws, field: &str, _way: usize) -> ExternalChange {
    match field {
        "fleet" | "stack" => ExternalChange::Fixed(
            "an association is nothing but these: another one is another association, and this one is gone",
        ),
        other => panic!("appstream.fleet_association: nothing here changes from outside `{other}`"),
    }
}
