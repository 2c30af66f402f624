//! The kinds of Amazon EC2.

pub(crate) mod security_group;
pub(crate) mod vpc_endpoint;
