//! AWS IAM: the providers that vouch for people and for pipelines, the roles that they assume, the policies of the account's
//! own, and the roles that services need.

mod grants;
pub mod oidc_provider;
pub mod policy;
pub mod role;
pub mod saml_metadata;
pub mod saml_provider;
pub mod service_role;

pub use oidc_provider::{OidcProvider, OidcProviderLive, OidcProviderSpec};
pub use policy::{Policy, PolicyLive, PolicySpec};
pub use role::{Role, RoleLive, RoleSpec};
pub use saml_provider::{SamlProvider, SamlProviderLive, SamlProviderSpec};
pub use service_role::{ServiceRole, ServiceRoleLive, ServiceRoleSpec};
