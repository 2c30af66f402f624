//! Which fleet streams which stack.

use headset_aws::Aws;
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

pub(crate) async fn change(_aws: &Aws, field: &str, _way: usize) -> ExternalChange {
    match field {
        "fleet" | "stack" => ExternalChange::Fixed(
            "an association is nothing but these: another one is another association, and this one is gone",
        ),
        other => panic!("appstream.fleet_association: nothing here changes from outside `{other}`"),
    }
}
