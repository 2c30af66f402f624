//! The services that Headset uses through this client, and of each the operations that it uses. Members that it neither
//! sends nor reads are left out.

pub mod application_auto_scaling;
pub mod identity_store;
pub mod secrets_manager;
pub mod ssm;
