//! The services that Headset uses through this client, and of each the operations that it uses. Members that it neither
//! sends nor reads are left out.

pub mod app_stream;
pub mod application_auto_scaling;
pub mod cloud_front;
pub mod cloud_trail;
pub mod ec2;
pub mod identity_store;
pub mod s3_control;
pub mod secrets_manager;
pub mod ssm;
pub mod tagging;

use crate::service::Service;

/// All of them.
pub static SERVICES: [&Service; 10] = [
    &app_stream::SERVICE,
    &application_auto_scaling::SERVICE,
    &cloud_front::SERVICE,
    &cloud_trail::SERVICE,
    &ec2::SERVICE,
    &identity_store::SERVICE,
    &s3_control::SERVICE,
    &secrets_manager::SERVICE,
    &ssm::SERVICE,
    &tagging::SERVICE,
];

/// The service that programs call by this name.
pub fn named(name: &str) -> Option<&'static Service> {
    SERVICES.into_iter().find(|service| service.name == name)
}
