//! What an address of a service tells by itself.

/// Whether an endpoint is on this machine: a simulator, most likely.
pub fn is_loopback(endpoint: &str) -> bool {
    ["http://127.", "http://localhost", "http://[::1]"]
        .iter()
        .any(|start| endpoint.starts_with(start))
}
