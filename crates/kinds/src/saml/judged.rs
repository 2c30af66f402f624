//! What a response says, held against what the environment has.

use std::collections::BTreeSet;
use std::time::Duration;

use headset_core::Address;
use headset_core::words::plural;
use jiff::Timestamp;
use serde_json::Value;

use super::assertion::{ATTRIBUTES, Assertion, envelope};
use super::checks::{
    AUDIENCE, DURATION, IN_TIME, ISSUER, PAIR, READ, RECIPIENT, SESSION_NAME, SIGNED, SUBJECT, TAGS,
};
use super::posted::Posted;
use super::refused::Refused;
use super::shape::{self, excerpt};
use super::signature::{self, Signed};
use crate::iam::saml_metadata::{self, SamlMetadata};
use crate::iam::{RoleSpec, SamlProvider, SamlProviderSpec};
use crate::identity_center::ApplicationSpec;
use crate::idp::{self, SessionName};
use crate::kind::Declared as _;
use crate::output;
use crate::person::Part;
use crate::relay::{self, Landing};
use crate::verify::{Check, Checked};

/// What STS takes as `SessionDuration`, in seconds (IAM user guide, "Configure SAML assertions for the authentication
/// response").
const DURATIONS: std::ops::RangeInclusive<u64> = 900..=43_200;
/// The session that AWS gives where a response says nothing.
const HOUR: Duration = Duration::from_secs(3600);
/// The format of subjects that `SAML:sub_type` calls persistent.
const PERSISTENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";

/// What was found out about a response.
#[derive(Debug, Default)]
pub struct Judged {
    /// Each check that was made, and the thing of the environment that it is about.
    pub found: Vec<(Address, Checked)>,
    /// Where the response leads, once that is proven.
    pub arrival: Option<Arrival>,
}

/// Where a response leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// The application that it comes from.
    pub application: Address,
    /// The role's ARN.
    pub role: String,
    /// The provider's ARN.
    pub provider: String,
    /// What the session is called, if the response names it well.
    pub session: Option<String>,
    /// The instance of Amazon Connect that the application leads to; none: it leads to a desktop.
    pub instance: Option<String>,
    /// Whether the response has ended, so that STS takes it no more.
    pub has_expired: bool,
}

/// What the blueprint asks of an application, whichever product has it.
#[derive(Debug)]
struct Expected {
    address: Address,
    role: String,
    provider: String,
    acs_url: String,
    audience: String,
    session: Duration,
    named: Option<SessionName>,
    tags: BTreeSet<String>,
    instance: Option<String>,
    is_desktop: bool,
}

/// A provider that IAM has, and its metadata.
struct Provider {
    arn: String,
    metadata: SamlMetadata,
    certificates: Vec<Vec<u8>>,
}

/// A response whose signature is proven, and what it is held against.
#[derive(Clone, Copy)]
struct Case<'a> {
    posted: &'a Posted,
    signed: &'a Signed,
    /// Those whose certificate signed it.
    providers: &'a [Provider],
    expected: &'a [Expected],
    parts: &'a [Part<'a>],
    now: Timestamp,
}

/// Whether the environment has an application that a response could come from.
pub fn signs_in(parts: &[Part<'_>]) -> bool {
    !expected(parts).is_empty()
}

/// Judges a response.
pub fn judged(copied: &str, parts: &[Part<'_>], now: Timestamp) -> (Judged, Option<Posted>) {
    let expected = expected(parts);
    let mut judged = Judged::default();
    let Some(first) = expected.first().map(|one| one.address.clone()) else {
        return (judged, None);
    };
    let posted = Posted::read(copied).and_then(|posted| {
        let document = shape::parsed(posted.xml().expose())?;
        shape::of(&document)?;
        Ok(posted)
    });
    let looked_at = "what was given as the response";
    let posted = match posted {
        Ok(posted) => posted,
        Err(refused) => {
            judged.found.push((first, failed(&READ, looked_at, refused)));
            return (judged, None);
        }
    };
    judged.found.push((first.clone(), READ.passed(looked_at)));
    let (checked, proven) = signed(&posted, parts);
    judged.found.push((first.clone(), checked));
    if let Some((signed, provider)) = proven {
        let case = Case {
            posted: &posted,
            signed: &signed,
            providers: &provider,
            expected: &expected,
            parts,
            now,
        };
        judged.signed(&case, &first);
    }
    (judged, Some(posted))
}

fn failed(check: &'static Check, looked_at: impl Into<String>, refused: Refused) -> Checked {
    check.failed(looked_at, refused.why, refused.help)
}

/// Which of the providers signed it. One certificate may be that of several.
fn signed(posted: &Posted, parts: &[Part<'_>]) -> (Checked, Option<(Signed, Vec<Provider>)>) {
    let mut all = Vec::new();
    for part in parts
        .iter()
        .filter(|part| part.address.kind == SamlProviderSpec::KIND)
    {
        let looked_at = format!("the metadata of {}", part.address);
        if let Some(error) = part.unread {
            return (SIGNED.unknown(looked_at, error.clone()), None);
        }
        let Some(live) = part.live else {
            continue;
        };
        let text = SamlProvider.read(live).metadata.clone().unwrap_or_default();
        let read = saml_metadata::parse(&text)
            .and_then(|metadata| Ok((metadata, saml_metadata::signing_certificates(&text)?)));
        if let Ok((metadata, certificates)) = read {
            let arn = live.outputs.get(output::ARN).unwrap_or(&live.id).clone();
            all.push(Provider {
                arn,
                metadata,
                certificates,
            });
        }
    }
    let arns: Vec<&str> = all.iter().map(|provider| provider.arn.as_str()).collect();
    let looked_at = match arns.is_empty() {
        true => "the SAML providers of the environment".to_owned(),
        false => format!("the certificates of {}", arns.join(", ")),
    };
    if all.is_empty() {
        let why = "IAM has no provider of this environment with metadata that can be read";
        return (SIGNED.failed(looked_at, why, "run `headset apply` first"), None);
    }
    let certificates: Vec<Vec<u8>> = all.iter().flat_map(|one| one.certificates.clone()).collect();
    match signature::proven(posted.xml().expose(), &certificates) {
        Ok(signed) => {
            let by = certificates.get(signed.signer()).cloned().unwrap_or_default();
            all.retain(|one| one.certificates.contains(&by));
            (SIGNED.passed(looked_at), Some((signed, all)))
        }
        Err(refused) => (failed(&SIGNED, looked_at, refused), None),
    }
}

impl Judged {
    /// Adds what follows from what was signed.
    fn signed(&mut self, case: &Case<'_>, first: &Address) {
        let Case {
            posted,
            signed,
            providers,
            expected,
            parts,
            now,
        } = *case;
        let outside = envelope(posted.xml().expose());
        let read = Assertion::read(signed).and_then(|assertion| Ok((assertion, outside?)));
        let (assertion, (destination, issuer)) = match read {
            Ok(read) => read,
            Err(refused) => {
                self.found.retain(|(_, checked)| checked.check.id != READ.id);
                self.found.push((
                    first.clone(),
                    failed(&READ, "what the signature is over", refused),
                ));
                return;
            }
        };
        let pair = pair(&assertion, expected);
        let address = pair.as_ref().map_or(first, |one| &one.address).clone();
        let mut put = |checked: Checked| self.found.push((address.clone(), checked));
        put(from(&assertion, issuer.as_deref(), providers));
        put(in_time(&assertion, now));
        let looked_at = format!("the attribute {ATTRIBUTES}Role");
        let one = match pair {
            Ok(one) if !providers.iter().any(|provider| provider.arn == one.provider) => {
                let arns: Vec<&str> = providers.iter().map(|one| one.arn.as_str()).collect();
                return put(PAIR.failed(
                    looked_at,
                    format!(
                        "it names {}, and its signature is by a certificate of {}",
                        one.provider,
                        arns.join(", ")
                    ),
                    "each application has the pair of its own provider: compare both with `headset checkpoint show`",
                ));
            }
            Ok(one) => one,
            Err(refused) => return put(failed(&PAIR, looked_at, refused)),
        };
        put(PAIR.passed(format!("{looked_at}: {} by {}", one.role, one.provider)));
        put(audience(&assertion, one));
        put(recipient(&assertion, destination, one));
        put(subject(&assertion, one));
        let (checked, session) = session_name(&assertion, one);
        put(checked);
        let role = role(parts, &one.role);
        put(duration(&assertion, one, role.as_ref()));
        if let Some(checked) = tags(&assertion, one, role.as_ref()) {
            put(checked);
        }
        self.arrival = Some(Arrival {
            application: one.address.clone(),
            role: one.role.clone(),
            provider: one.provider.clone(),
            session,
            instance: one.instance.clone(),
            has_expired: assertion.ends.is_some_and(|ends| ends <= now),
        });
    }
}

/// What the blueprint asks of each application that leads to AWS by a role.
fn expected(parts: &[Part<'_>]) -> Vec<Expected> {
    let landing = |relay_state: &headset_core::Text| relay::read(&relay_state.known()?).ok();
    let instance = |landing: &Option<Landing>| match landing {
        Some(Landing::Connect { instance, .. }) => Some(instance.clone()),
        _ => None,
    };
    let is_desktop = |landing: &Option<Landing>| matches!(landing, Some(Landing::Desktop { .. }));
    let mut all = Vec::new();
    for part in parts {
        if part.address.kind == ApplicationSpec::KIND {
            let Ok(spec) = serde_json::from_value::<ApplicationSpec>(part.want.clone()) else {
                continue;
            };
            let mapped = |name: &str| {
                let attribute = format!("{ATTRIBUTES}{name}");
                let mapping = spec.mappings.iter().find(|one| one.attribute == attribute);
                mapping.and_then(|one| one.value.known())
            };
            let Some((role, provider)) = mapped("Role").as_deref().and_then(split) else {
                continue;
            };
            let tag = |name: &str| {
                Some(
                    name.strip_prefix(ATTRIBUTES)?
                        .strip_prefix("PrincipalTag:")?
                        .to_owned(),
                )
            };
            let landing = landing(&spec.relay_state);
            all.push(Expected {
                address: part.address.clone(),
                role,
                provider,
                named: match mapped("RoleSessionName").as_deref() {
                    Some("${user:email}") => Some(SessionName::Email),
                    Some("${user:subject}" | "${user:preferredUsername}") => Some(SessionName::UserName),
                    _ => None,
                },
                tags: spec
                    .mappings
                    .iter()
                    .filter_map(|one| tag(&one.attribute))
                    .collect(),
                instance: instance(&landing),
                is_desktop: is_desktop(&landing),
                acs_url: spec.acs_url,
                audience: spec.audience,
                session: spec.session,
            });
        } else if part.address.kind == idp::ApplicationSpec::KIND {
            let Ok(spec) = serde_json::from_value::<idp::ApplicationSpec>(part.want.clone()) else {
                continue;
            };
            let landing = landing(&spec.relay_state);
            all.push(Expected {
                address: part.address.clone(),
                role: spec.role_arn,
                provider: spec.provider_arn,
                named: Some(spec.session_name),
                tags: spec.session_tags.into_keys().collect(),
                instance: instance(&landing),
                is_desktop: is_desktop(&landing),
                acs_url: spec.acs_url,
                audience: spec.audience,
                session: spec.session,
            });
        }
    }
    all
}

/// Role and provider of a pair, which AWS takes in either order.
fn split(pair: &str) -> Option<(String, String)> {
    let (one, other) = pair.split_once(',')?;
    let (one, other) = (one.trim().to_owned(), other.trim().to_owned());
    match one.contains(":saml-provider/") {
        true => Some((other, one)),
        false => Some((one, other)),
    }
}

/// The application whose pair a response names.
fn pair<'a>(assertion: &Assertion, expected: &'a [Expected]) -> Result<&'a Expected, Refused> {
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

fn from(assertion: &Assertion, response: Option<&str>, providers: &[Provider]) -> Checked {
    let ids: BTreeSet<&str> = providers
        .iter()
        .map(|one| one.metadata.entity_id.as_str())
        .collect();
    let looked_at = format!(
        "the issuer, and the entity id {}",
        ids.iter().copied().collect::<Vec<_>>().join(", ")
    );
    let said = [Some(assertion.issuer.as_str()), response];
    let other = said.into_iter().flatten().find(|issuer| !ids.contains(issuer));
    match other {
        None => ISSUER.passed(looked_at),
        Some(other) => ISSUER.failed(
            looked_at,
            format!("it says that it comes from {}", excerpt(other)),
            "give the metadata of the application that people sign in by: each has an entity id of its own",
        ),
    }
}

/// A person is slower than a response lasts, so that one that has ended says nothing against the sign-in.
fn in_time(assertion: &Assertion, now: Timestamp) -> Checked {
    let looked_at = "NotBefore and NotOnOrAfter";
    let clock = "set the clock of the identity provider, or of this computer";
    match (assertion.begins, assertion.ends) {
        (Some(begins), _) if begins > now => IN_TIME.failed(
            looked_at,
            format!("it counts from {begins}, and it is {now}"),
            clock,
        ),
        (_, None) => IN_TIME.failed(
            looked_at,
            "it has no end",
            "have the identity provider send NotOnOrAfter, which STS asks for",
        ),
        (_, Some(ends)) if ends <= now => IN_TIME.not_checked(
            looked_at,
            format!("it has expired: it counted until {ends}, and it is {now}"),
            "all the rest was checked; AWS itself takes a new one only, within minutes after the sign-in",
        ),
        (_, Some(ends)) => IN_TIME.passed(format!("{looked_at}: it counts until {ends}")),
    }
}

/// The sign-in of the whole partition, where this is that of a region.
fn global(acs_url: &str) -> Option<String> {
    let host = acs_url.strip_prefix("https://")?;
    let (_, rest) = host.split_once("signin.")?;
    Some(format!("https://signin.{rest}"))
}

/// Assumption: `saml-audiences`.
fn audience(assertion: &Assertion, one: &Expected) -> Checked {
    let looked_at = "Audience";
    let mut known: Vec<String> = vec![
        // Entra cuts off what stands behind `#`.
        one.audience.split('#').next().unwrap_or_default().to_owned(),
        one.acs_url.clone(),
    ];
    known.extend(global(&one.acs_url));
    known.push(match one.role.starts_with("arn:aws-us-gov:") {
        true => "urn:amazon:webservices:govcloud".to_owned(),
        false => "urn:amazon:webservices".to_owned(),
    });
    let help = format!("set the audience of the application to {}", one.audience);
    match assertion.audiences.as_slice() {
        [] => AUDIENCE.failed(looked_at, "it does not say whom it is for", help),
        all if all.iter().any(|said| known.contains(said)) => AUDIENCE.passed(looked_at),
        all => AUDIENCE.failed(looked_at, format!("it is for {}", excerpt(&all.join(", "))), help),
    }
}

fn recipient(assertion: &Assertion, destination: Option<String>, one: &Expected) -> Checked {
    let looked_at = "Recipient and Destination";
    let known: BTreeSet<String> = [Some(one.acs_url.clone()), global(&one.acs_url)]
        .into_iter()
        .flatten()
        .collect();
    let help = format!(
        "set the assertion consumer service of the application to {}",
        one.acs_url
    );
    if assertion.recipients.is_empty() {
        return RECIPIENT.failed(looked_at, "its subject is confirmed for no recipient", help);
    }
    let said = assertion.recipients.iter().chain(&destination);
    match said.into_iter().find(|said| !known.contains(*said)) {
        None => RECIPIENT.passed(looked_at),
        Some(other) => RECIPIENT.failed(looked_at, format!("it was sent to {}", excerpt(other)), help),
    }
}

fn subject(assertion: &Assertion, one: &Expected) -> Checked {
    let looked_at = "NameID and its format";
    let help = "set the format of the subject (NameID) to persistent at the identity provider";
    if assertion.subject.is_empty() {
        return SUBJECT.failed(
            looked_at,
            "it is empty",
            "map the subject (NameID) to the user's name",
        );
    }
    match one.is_desktop && assertion.subject_format != PERSISTENT {
        true => SUBJECT.failed(
            looked_at,
            match assertion.subject_format.as_str() {
                "" => "it has no format, and the role for desktops asks for a persistent one".to_owned(),
                other => format!(
                    "its format is {}, and the role for desktops asks for a persistent one",
                    excerpt(other)
                ),
            },
            help,
        ),
        false => SUBJECT.passed(looked_at),
    }
}

/// Whether STS takes a text as the name of a session (`roleSessionNameType` in its service model).
fn is_session_name(name: &str) -> bool {
    (2..=64).contains(&name.chars().count())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c))
}

fn session_name(assertion: &Assertion, one: &Expected) -> (Checked, Option<String>) {
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
fn role(parts: &[Part<'_>], arn: &str) -> Option<RoleSpec> {
    let of_kind = parts.iter().filter(|part| part.address.kind == RoleSpec::KIND);
    let mut specs = of_kind.filter_map(|part| serde_json::from_value::<RoleSpec>(part.want.clone()).ok());
    specs.find(|spec| arn.ends_with(&format!(":role{}{}", spec.path, spec.name)))
}

fn duration(assertion: &Assertion, one: &Expected, role: Option<&RoleSpec>) -> Checked {
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

fn tags(assertion: &Assertion, one: &Expected, role: Option<&RoleSpec>) -> Option<Checked> {
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
