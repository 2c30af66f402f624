//! What the attributes of a response say: role and provider, and how the session is called, how long it lasts and which tags
//! it has.

use std::time::Duration;

use headset_core::words::plural;
use serde_json::Value;

use super::assertion::{ATTRIBUTES, Assertion};
use super::checks::{DURATION, SESSION_NAME, TAGS};
use super::expected::{Expected, split};
use super::refused::Refused;
use super::shape::excerpt;
use crate::iam::RoleSpec;
use crate::idp::SessionName;
use crate::person::Part;
use crate::verify::Checked;

/// What STS takes as `SessionDuration`, in seconds (IAM user guide, "Configure SAML assertions for the authentication
/// response").
const DURATIONS: std::ops::RangeInclusive<u64> = 900..=43_200;
/// The session that AWS gives where a response says nothing.
const HOUR: Duration = Duration::from_secs(3600);

/// The application whose pair a response names.
pub(super) fn pair<'a>(assertion: &Assertion, expected: &'a [Expected]) -> Result<&'a Expected, Refused> {
    let said = assertion.values("Role");
    let ours = |pair: &String| {
        let (role, provider) = split(pair)?;
        expected
            .iter()
            .find(|one| one.role == role && one.provider == provider)
    };
    let known: Vec<&Expected> = said.iter().filter_map(ours).collect();
    let compare = "compare the application's attributes with `headset checkpoint show`";
    match (known.as_slice(), said.len()) {
        ([one], 1) => Ok(*one),
        (_, 0) => Err(Refused::new("the response has no such attribute", compare)),
        ([], many) => Err(Refused::new(
            format!(
                "it names {}, and none of them is of this environment: {}",
                plural(many, "pair"),
                excerpt(&said.join("; "))
            ),
            compare,
        )),
        (_, many) => Err(Refused::new(
            format!("it names {many} pairs, so that AWS asks the person to choose one instead of going on"),
            "have the identity provider send the one pair that the worksheet says",
        )),
    }
}

/// Whether STS takes a text as the name of a session (`roleSessionNameType` in its service model).
fn is_session_name(name: &str) -> bool {
    (2..=64).contains(&name.chars().count())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c))
}

pub(super) fn session_name(assertion: &Assertion, one: &Expected) -> (Checked, Option<String>) {
    let looked_at = format!("the attribute {ATTRIBUTES}RoleSessionName");
    let wanted = match one.named {
        Some(SessionName::Email) => "the user's e-mail address",
        Some(SessionName::UserName) | None => "the user's name",
    };
    let help = format!("map it to {wanted} at the identity provider");
    let name = match assertion.values("RoleSessionName") {
        [name] => name,
        [] => {
            return (
                SESSION_NAME.failed(looked_at, "the response has no such attribute", help),
                None,
            );
        }
        all => {
            let why = format!("it has {} values", all.len());
            return (SESSION_NAME.failed(looked_at, why, help), None);
        }
    };
    let shown = excerpt(name);
    let why = if !is_session_name(name) {
        Some(format!(
            "`{shown}` is no name of a session: STS takes 2 to 64 letters, digits and _ + = , . @ -"
        ))
    } else if one.named == Some(SessionName::Email) && !name.contains('@') {
        Some(format!(
            "`{shown}` is no e-mail address, and the blueprint calls users by theirs"
        ))
    } else {
        None
    };
    match why {
        Some(why) => (SESSION_NAME.failed(looked_at, why, help), None),
        None => (
            SESSION_NAME.passed(format!("{looked_at}: {shown}")),
            Some(name.clone()),
        ),
    }
}

/// The role of this ARN, as the blueprint asks for it.
pub(super) fn role(parts: &[Part<'_>], arn: &str) -> Option<RoleSpec> {
    let of_kind = parts.iter().filter(|part| part.address.kind == RoleSpec::KIND);
    let mut specs = of_kind.filter_map(|part| serde_json::from_value::<RoleSpec>(part.want.clone()).ok());
    specs.find(|spec| arn.ends_with(&format!(":role{}{}", spec.path, spec.name)))
}

pub(super) fn duration(assertion: &Assertion, one: &Expected, role: Option<&RoleSpec>) -> Checked {
    let looked_at = format!("the attribute {ATTRIBUTES}SessionDuration");
    let asked = one.session.as_secs();
    let help = format!("set it to {asked} at the identity provider");
    let said = match assertion.values("SessionDuration") {
        [] if one.session == HOUR => return DURATION.passed(format!("{looked_at}: none, which is an hour")),
        [] => {
            let why = format!(
                "the response has no such attribute, so that the session ends after an hour instead of {asked} s"
            );
            return DURATION.failed(looked_at, why, help);
        }
        [said] => said,
        all => return DURATION.failed(looked_at, format!("it has {} values", all.len()), help),
    };
    let Some(seconds) = said
        .parse::<u64>()
        .ok()
        .filter(|seconds| DURATIONS.contains(seconds))
    else {
        let why = format!("`{}` is no number of seconds from 900 to 43200", excerpt(said));
        return DURATION.failed(looked_at, why, help);
    };
    let longest = role.map(|role| role.max_session.as_secs());
    if let Some(longest) = longest.filter(|longest| seconds > *longest) {
        let why =
            format!("it says {seconds} s, and the role allows {longest} s, so that AWS refuses the sign-in");
        return DURATION.failed(looked_at, why, help);
    }
    match seconds == asked {
        true => DURATION.passed(format!("{looked_at}: {seconds} s")),
        false => DURATION.failed(
            looked_at,
            format!("it says {seconds} s, and the blueprint asks for {asked} s"),
            help,
        ),
    }
}

/// The tags that a trust policy lets sessions have; none: it does not say.
fn tag_keys(trust: &str) -> Option<Vec<String>> {
    fn keys(value: &Value, found: &mut Option<Vec<String>>) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| keys(item, found)),
            Value::Object(members) => {
                for (name, member) in members {
                    if name == "aws:TagKeys" {
                        let texts = member.as_array().into_iter().flatten().filter_map(Value::as_str);
                        found
                            .get_or_insert_default()
                            .extend(texts.map(str::to_ascii_lowercase));
                    }
                    keys(member, found);
                }
            }
            _ => {}
        }
    }
    let mut found = None;
    keys(&serde_json::from_str(trust).ok()?, &mut found);
    found
}

pub(super) fn tags(assertion: &Assertion, one: &Expected, role: Option<&RoleSpec>) -> Option<Checked> {
    let said = assertion.tags();
    if said.is_empty() && one.tags.is_empty() {
        return None;
    }
    let looked_at = format!("the attributes {ATTRIBUTES}PrincipalTag:...");
    let is_there = |tag: &&String| {
        said.get(tag.as_str())
            .is_some_and(|values| values.iter().any(|one| !one.is_empty()))
    };
    let missing: Vec<&str> = one
        .tags
        .iter()
        .filter(|tag| !is_there(tag))
        .map(String::as_str)
        .collect();
    if !missing.is_empty() {
        return Some(TAGS.failed(
            looked_at,
            format!("it lacks {}, which entitlements look at", missing.join(", ")),
            "map each to the attribute that the worksheet says, and give the user a value there",
        ));
    }
    let allowed = role.and_then(|role| tag_keys(&role.trust.known()?));
    let refused: Vec<String> = said
        .keys()
        .filter(|tag| {
            allowed
                .as_ref()
                .is_some_and(|all| !all.contains(&tag.to_ascii_lowercase()))
        })
        .map(|tag| excerpt(tag))
        .collect();
    Some(match refused.is_empty() {
        true => TAGS.passed(looked_at),
        false => TAGS.failed(
            looked_at,
            format!(
                "the role's trust policy lets no session have {}",
                refused.join(", ")
            ),
            "take these attributes out of the application",
        ),
    })
}
