//! Fields that the kinds of AppStream share.

use serde_json::{Value, json};

use headset_blueprint::model::{At, Internet, Network};

/// Where machines are.
pub(super) fn network(spec: &mut Value, network: &Network) {
    let values = |list: &[At<String>]| list.iter().map(|at| at.value.clone()).collect::<Vec<_>>();
    spec["subnets"] = json!(values(&network.subnets));
    spec["security_groups"] = json!(values(&network.security_groups));
    spec["internet"] = json!(network.internet == Internet::Default);
}

/// Sets a field where the blueprint says something about it; otherwise it is not owned.
pub(super) fn owned_if_some<T: serde::Serialize>(spec: &mut Value, field: &str, value: Option<T>) {
    if let Some(value) = value {
        spec[field] = json!(value);
    }
}
