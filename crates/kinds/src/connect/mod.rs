//! Amazon Connect: the instance, the origins that may embed its pages, its hours of operation, its queues and its users.

pub mod approved_origin;
pub mod hours_of_operation;
pub mod instance;
pub mod password;
pub mod period;
pub mod queue;
pub mod user;

pub use approved_origin::{ApprovedOrigin, ApprovedOriginLive, ApprovedOriginSpec};
pub use hours_of_operation::{HoursOfOperation, HoursOfOperationLive, HoursOfOperationSpec};
pub use instance::{ConnectInstance, InstanceLive, InstanceSpec};
pub use password::password_mistake;
pub use period::{Day, Period};
pub use queue::{Queue, QueueLive, QueueSpec};
pub use user::{User, UserLive, UserSpec};

/// The id in an instance's id or ARN (`arn:...:instance/ID`). AWS takes either where it asks for an id.
pub fn instance_id(id_or_arn: &str) -> &str {
    headset_core::arn::name_in(id_or_arn)
}
