//! What Application Auto Scaling calls a fleet, and what Headset calls the fleet's policy and scheduled actions there.

/// What a fleet is called there.
pub(crate) fn resource_id(fleet: &str) -> String {
    format!("fleet/{fleet}")
}

/// The fleet that a resource id names.
pub(crate) fn fleet_of(resource_id: &str) -> Option<&str> {
    resource_id.strip_prefix("fleet/")
}

/// What a fleet's target tracking policy is called. It begins with the fleet's name, so that it cannot be another
/// fleet's.
pub(super) fn policy_name(fleet: &str) -> String {
    format!("{fleet}-utilization")
}

/// What the names of a fleet's scheduled actions begin with.
pub(super) fn action_prefix(fleet: &str) -> String {
    format!("{fleet}-schedule-")
}
