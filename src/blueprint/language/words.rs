//! The words that choices are made from.

pub(in crate::blueprint) const BY_HAND: &[&str] = &["by_hand"];
pub(in crate::blueprint) const HOSTING: &[&str] = &["s3"];
pub(in crate::blueprint) const AUDIO: &[&str] = &["local", "session"];
pub(in crate::blueprint) const IDENTITY: &[&str] = &["saml", "connect-managed"];
pub(in crate::blueprint) const USER_NAME: &[&str] = &["email", "user_name"];
pub(in crate::blueprint) const SCOPE: &[&str] = &["user", "instance"];
pub(in crate::blueprint) const ENDPOINT: &[&str] = &["standard", "fips", "euc-sso", "euc-sso-fips"];
pub(in crate::blueprint) const INTERNET: &[&str] = &["nat", "default"];
pub(in crate::blueprint) const BROWSER: &[&str] = &["chrome", "edge", "firefox"];
pub(in crate::blueprint) const FLEET_TYPE: &[&str] = &["on-demand", "always-on"];
pub(in crate::blueprint) const VIEW: &[&str] = &["desktop", "app"];
pub(in crate::blueprint) const POWER: &[&str] = &["on", "off"];
pub(in crate::blueprint) const DIRECTION: &[&str] = &["none", "in", "out", "both"];
pub(in crate::blueprint) const PRINTING: &[&str] = &["none", "local"];
pub(in crate::blueprint) const DOMAIN_SIGN_IN: &[&str] = &["password", "smart-card", "both"];
pub(in crate::blueprint) const IMAGE_FORMAT: &[&str] = &["png", "jpeg"];
pub(in crate::blueprint) const USERS_MAY: &[&str] = &["watch", "stop", "nothing"];
pub(in crate::blueprint) const STREAMING: &[&str] = &["tcp", "udp"];
pub(in crate::blueprint) const COLOUR: &[&str] = &["light-blue", "blue", "pink", "red"];
