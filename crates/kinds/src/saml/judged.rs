//! What a response says, held against what the environment has.

use std::collections::BTreeSet;

use headset_core::Address;
use jiff::Timestamp;

use super::addressed::{audience, recipient, subject};
use super::assertion::{ATTRIBUTES, Assertion, envelope};
use super::attributes::{duration, pair, role, session_name, tags};
use super::checks::{IN_TIME, ISSUER, PAIR, READ, SIGNED};
use super::expected::{Expected, expected};
use super::posted::Posted;
use super::refused::Refused;
use super::shape::{self, excerpt};
use super::signature::{self, Signed};
use crate::iam::saml_metadata::{self, SamlMetadata};
use crate::iam::{SamlProvider, SamlProviderSpec};
use crate::kind::Declared as _;
use crate::output;
use crate::person::Part;
use crate::verify::{Check, Checked};

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
