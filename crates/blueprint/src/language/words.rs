//! The words that choices are made from.

pub(crate) const BY_HAND: &[&str] = &["by_hand"];
pub(crate) const HOSTING: &[&str] = &["s3"];
pub(crate) const AUDIO: &[&str] = &["local", "session"];
pub(crate) const IDENTITY: &[&str] = &["saml", "connect-managed"];
pub(crate) const USER_NAME: &[&str] = &["email", "user_name"];
pub(crate) const SCOPE: &[&str] = &["user", "instance"];
pub(crate) const ENDPOINT: &[&str] = &["standard", "fips", "euc-sso", "euc-sso-fips"];
pub(crate) const INTERNET: &[&str] = &["nat", "default"];
pub(crate) const BROWSER: &[&str] = &["chrome", "edge", "firefox"];
pub(crate) const FLEET_TYPE: &[&str] = &["on-demand", "always-on"];
pub(crate) const VIEW: &[&str] = &["desktop", "app"];
pub(crate) const POWER: &[&str] = &["on", "off"];
pub(crate) const DIRECTION: &[&str] = &["none", "in", "out", "both"];
pub(crate) const PRINTING: &[&str] = &["none", "local"];
pub(crate) const DOMAIN_SIGN_IN: &[&str] = &["password", "smart-card", "both"];
pub(crate) const IMAGE_FORMAT: &[&str] = &["png", "jpeg"];
pub(crate) const USERS_MAY: &[&str] = &["watch", "stop", "nothing"];
pub(crate) const STREAMING: &[&str] = &["tcp", "udp"];
pub(crate) const COLOUR: &[&str] = &["light-blue", "blue", "pink", "red"];
