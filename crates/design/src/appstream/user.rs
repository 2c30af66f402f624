//! Users of the pool, and the stacks that they may stream from.

use serde_json::json;

use super::fields::owned_if_some;
use crate::desired::Mode;
use crate::drawing::Drawing;
use headset_blueprint::model::PoolUser;
use headset_kinds::{Address, Text};

pub(super) fn draw(drawing: &mut Drawing<'_>, name: &str, user: &PoolUser) {
    let address = Address::new("appstream.user", name);
    if user.existing {
        let spec = json!({ "name": name });
        drawing.add(address.clone(), Mode::Existing, spec, false, &user.entry.place);
    } else {
        let mut spec = json!({ "name": name, "enabled": user.enabled, "notify": user.notify });
        owned_if_some(&mut spec, "first_name", user.first.as_deref());
        owned_if_some(&mut spec, "last_name", user.last.as_deref());
        drawing.entry(address.clone(), spec, &user.entry);
    }
    for key in &user.stacks {
        let stack = Address::new("appstream.stack", &key.value);
        drawing.managed(
            Address::new("appstream.user_association", format!("{name}:{}", key.value)),
            json!({
                "user": Text::after(&address, "name"),
                "stack": Text::after(&stack, "name"),
                "notify": user.notify,
            }),
            false,
            &key.place,
        );
    }
}
