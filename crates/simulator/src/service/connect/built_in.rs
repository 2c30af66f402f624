//! What every new instance has in it.

use crate::service::connect::entity::blank;
use crate::service::connect::instance::Instance;
use crate::world::World;
use crate::world::connect::{Entity, Kind};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What every new instance contains: the defaults that a user's names collide with.
pub(super) fn built_in(world: &mut World, one: &Instance) -> BTreeMap<String, Entity> {
    let mut made = BTreeMap::new();
    let mut add = |world: &mut World, kind, name: &str, body: Value, hidden: Value| {
        let id = world.uuid();
        let mut entity = blank(one, kind, &id, name, one.created);
        entity.built_in = true;
        entity.body = body.as_object().cloned().unwrap_or_default();
        entity.hidden = hidden.as_object().cloned().unwrap_or_default();
        made.insert(id.clone(), entity);
        id
    };
    let days = [
        "MONDAY",
        "TUESDAY",
        "WEDNESDAY",
        "THURSDAY",
        "FRIDAY",
        "SATURDAY",
        "SUNDAY",
    ];
    let config: Vec<Value> = days
        .iter()
        .map(|day| {
            json!({ "Day": day, "StartTime": { "Hours": 9, "Minutes": 0 }, "EndTime": { "Hours": 17, "Minutes": 0 } })
        })
        .collect();
    let hours = json!({ "TimeZone": "America/New_York", "Config": config, "Description": "Default hours" });
    let hours = add(world, Kind::Hours, "Basic Hours", hours, json!({}));
    let queue = json!({ "HoursOfOperationId": hours, "Status": "ENABLED", "Description": "Default queue" });
    let queue = add(world, Kind::Queue, "BasicQueue", queue, json!({}));
    let routing = json!({
        "InstanceId": one.id,
        "Description": "A simple routing profile",
        "MediaConcurrencies": [{ "Channel": "VOICE", "Concurrency": 1 }, { "Channel": "CHAT", "Concurrency": 2 }],
        "DefaultOutboundQueueId": queue,
        "AgentAvailabilityTimer": "TIME_SINCE_LAST_ACTIVITY",
        "IsDefault": true,
    });
    let queues = json!({ "Queues": [
        { "QueueReference": { "QueueId": queue, "Channel": "VOICE" }, "Priority": 1, "Delay": 0 },
        { "QueueReference": { "QueueId": queue, "Channel": "CHAT" }, "Priority": 1, "Delay": 0 },
    ] });
    add(
        world,
        Kind::RoutingProfile,
        "Basic Routing Profile",
        routing,
        queues,
    );
    for (name, permissions) in [
        (
            "Admin",
            &[
                "BasicAgentAccess",
                "OutboundCallAccess",
                "Users.Create",
                "Users.Edit",
                "Users.View",
            ][..],
        ),
        ("Agent", &["BasicAgentAccess", "OutboundCallAccess"][..]),
        (
            "CallCenterManager",
            &["BasicAgentAccess", "OutboundCallAccess", "Users.View"][..],
        ),
        ("QualityAnalyst", &["AccessMetrics", "ListenCallRecordings"][..]),
    ] {
        let body = json!({ "OrganizationResourceId": one.id, "Type": "CUSTOMER_MANAGED" });
        add(
            world,
            Kind::SecurityProfile,
            name,
            body,
            json!({ "Permissions": permissions }),
        );
    }
    for (name, kind, order) in [("Available", "ROUTABLE", 1), ("Offline", "OFFLINE", 2)] {
        let body = json!({ "Type": kind, "State": "ENABLED", "DisplayOrder": order });
        add(world, Kind::AgentStatus, name, body, json!({}));
    }
    for (name, kind) in super::contact_flow::BUILT_IN {
        let body = super::contact_flow::built_in(kind);
        add(world, Kind::ContactFlow, name, body, json!({}));
    }
    made
}
