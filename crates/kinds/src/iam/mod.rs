//! AWS IAM: the SAML provider that stands for an identity provider, the roles that people assume
//! through it, and those that services need.

mod grants;
pub mod role;
pub mod saml_metadata;
pub mod saml_provider;
pub mod service_role;

pub use role::{Role, RoleLive, RoleSpec};
pub use saml_provider::{SamlProvider, SamlProviderLive, SamlProviderSpec};
pub use service_role::{ServiceRole, ServiceRoleLive, ServiceRoleSpec};
