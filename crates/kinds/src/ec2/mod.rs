//! EC2, as far as the network of desktops goes.

pub mod security_group;
pub mod vpc_endpoint;

pub use security_group::{SecurityGroup, SecurityGroupLive, SecurityGroupSpec};
pub use vpc_endpoint::{VpcEndpoint, VpcEndpointLive, VpcEndpointSpec};
