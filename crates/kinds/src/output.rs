//! What the outputs of things are called. A kind says in [`crate::Kind::outputs`] which of them its things have and what
//! each means there; the design refers to them, and the other half of the kind fills them in.

/// An ARN.
pub const ARN: &str = "arn";
/// An id that AWS gave.
pub const ID: &str = "id";
/// The name by which AWS and people call a thing.
pub const NAME: &str = "name";
/// The alias of a Connect instance.
pub const ALIAS: &str = "alias";
/// An address.
pub const URL: &str = "url";
/// The ARN of the role that AWS made for a Connect instance.
pub const SERVICE_ROLE: &str = "service_role";
/// What the things are called that it refers to, by id: JSON.
pub const NAMES: &str = "names";
/// When a thing was changed last, and a digest of what an index does not show of it.
pub const HIDDEN: &str = "hidden";
/// A web origin.
pub const ORIGIN: &str = "origin";
/// What the destination of a relay state begins with, percent-encoded.
pub const LANDING: &str = "landing";
/// How a relay state ends that leads to an instance.
pub const DOMAIN: &str = "domain";
/// A host name.
pub const HOST: &str = "host";
/// The key of an object.
pub const KEY: &str = "key";
/// The SHA-256 of an object's content.
pub const SHA256: &str = "sha256";
/// The operating system of an image.
pub const PLATFORM: &str = "platform";
/// The bucket of applications' settings, of a stack.
pub const SETTINGS_BUCKET: &str = "settings_bucket";
/// The bucket of usage reports.
pub const BUCKET: &str = "bucket";
/// The entityID of an identity provider.
pub const ENTITY_ID: &str = "entity_id";
/// When IAM takes the metadata of a provider to end.
pub const VALID_UNTIL: &str = "valid_until";
/// The metadata document of an identity provider.
pub const METADATA: &str = "metadata";
/// Where that document was fetched.
pub const METADATA_URL: &str = "metadata_url";
/// The ARN of an application in Identity Center.
pub const APPLICATION_ARN: &str = "application_arn";
/// Which application of Identity Center it is, as the tokens of its addresses say.
pub const INSTANCE: &str = "instance";
/// The address of the access portal.
pub const PORTAL: &str = "portal";
/// The id of a group or user in the directory of Identity Center.
pub const PRINCIPAL_ID: &str = "principal_id";
/// Where people sign in.
pub const START_URL: &str = "start_url";
