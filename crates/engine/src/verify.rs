//! Would an agent get in? Every check of every kind, made on what is there.
//!
//! Nothing is changed. A check that could only fail because another one has failed is not made, so that what is wrong
//! stands alone in the report.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::StreamExt as _;
use futures_util::stream;
use serde_json::Value;

use headset_core::diagnostic::Diagnostic;
use headset_core::{AwsError, Class};
use headset_design::Design;
use headset_kinds::one_origin;
use headset_kinds::person::{self, Part};
use headset_kinds::saml::checks;
use headset_kinds::saml::judged::judged;
use headset_kinds::verify::{Asked, Check, Checked, Verdict};
use headset_kinds::{Address, Cloud, Kind, Live, Observation, registry, text};

use crate::assess::{Assessment, assess};
use crate::plan::beside::part;
use crate::session::{Session, Stop};
use crate::survey::Survey;

/// How many checks that take calls of their own are made at the same time.
const AT_ONCE: usize = 8;

/// What a check has shown.
#[derive(Clone, Debug)]
pub enum Finding {
    /// It is so.
    Passed,
    /// It is not so.
    Failed {
        /// Why not, in a sentence without a full stop.
        why: String,
        /// What to do, in a sentence without a full stop.
        help: String,
    },
    /// It could not be read.
    Unknown(AwsError),
    /// Nothing that Headset can ask says it.
    NotChecked {
        /// Why not, in a sentence without a full stop.
        why: String,
        /// Where a person looks, in a sentence without a full stop.
        look: String,
    },
    /// It was not made, because this other one did not pass.
    NotMade {
        /// Of which thing.
        of: Address,
        /// Which check.
        because: &'static str,
    },
}

impl Finding {
    /// Whether it is proven.
    pub fn is_passed(&self) -> bool {
        matches!(self, Finding::Passed)
    }

    /// Whether it says that something is wrong, or leaves open what it was to say.
    pub fn is_against(&self) -> bool {
        !matches!(self, Finding::Passed | Finding::NotChecked { .. })
    }
}

impl From<Verdict> for Finding {
    fn from(verdict: Verdict) -> Finding {
        match verdict {
            Verdict::Passed => Finding::Passed,
            Verdict::Failed { why, help } => Finding::Failed { why, help },
            Verdict::Unknown(error) => Finding::Unknown(error),
            Verdict::NotChecked { why, look } => Finding::NotChecked { why, look },
        }
    }
}

/// One check of one thing.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The thing.
    pub address: Address,
    /// Which check.
    pub check: &'static Check,
    /// What was looked at.
    pub looked_at: String,
    /// What it has shown.
    pub finding: Finding,
}

/// All checks of an environment, in the order of the addresses.
#[derive(Clone, Debug)]
pub struct Verification {
    /// The environment.
    pub environment: String,
    /// The checks.
    pub entries: Vec<Entry>,
    /// What is to be known besides. Errors mean that the blueprint cannot be applied as it is.
    pub findings: Vec<Diagnostic>,
}

impl Verification {
    /// Whether everything is proven that Headset can prove.
    pub fn is_passed(&self) -> bool {
        !self.entries.iter().any(|entry| entry.finding.is_against())
    }
}

/// Makes all checks.
///
/// # Errors
/// If the blueprint is older than the state, or state cannot be read.
pub async fn verify(session: &Session) -> Result<Verification, Stop> {
    let Assessment { survey, findings, .. } = assess(session, &session.design, &session.state).await?;
    let cloud = session.cloud.as_ref();
    let wanted = wanted(&session.design, &survey);
    let mut entries = answered(&session.design, &survey, &wanted, cloud);
    let all = resolved(&session.design, &survey);
    let of_all = one_origin::checked(&parts(&all, &survey)).into_iter();
    entries.extend(of_all.map(|(address, checked)| entry(&address, checked)));
    let waiting = waiting(&session.design, &survey, &wanted, &entries);
    let made: Vec<Option<Entry>> = stream::iter(waiting)
        .map(|waiting| waiting.made(cloud))
        .buffered(AT_ONCE)
        .collect()
        .await;
    entries.extend(made.into_iter().flatten());
    masked(&session.design, &mut entries);
    let order = |entry: &Entry| {
        let checks = registry::kind(entry.address.kind).checks();
        let place = checks.iter().position(|check| check.id == entry.check.id);
        (entry.address.clone(), place)
    };
    entries.sort_by_cached_key(order);
    Ok(Verification {
        environment: session.name.clone(),
        entries,
        findings,
    })
}

/// Finds out why a person cannot sign in, or gets no call.
///
/// # Errors
/// If the blueprint is older than the state, or state cannot be read.
pub async fn person(session: &Session, who: &str) -> Result<Verification, Stop> {
    let Assessment { survey, findings, .. } = assess(session, &session.design, &session.state).await?;
    let wanted = resolved(&session.design, &survey);
    let found = session.cloud.person(who, &parts(&wanted, &survey)).await;
    Ok(about(session, found, &person::ALL, findings))
}

/// Proves what an identity provider made a browser post, as it was copied, and tries to sign in with it if that is asked
/// for. Nothing of it is kept.
///
/// # Errors
/// If the blueprint is older than the state, or state cannot be read.
pub async fn response(session: &Session, copied: &str, sign_in: bool) -> Result<Verification, Stop> {
    let Assessment { survey, findings, .. } = assess(session, &session.design, &session.state).await?;
    let wanted = resolved(&session.design, &survey);
    let (judged, posted) = judged(copied, &parts(&wanted, &survey), session.cloud.clock().now());
    let mut found = judged.found;
    if let Some(arrival) = &judged.arrival {
        let posted = posted.as_ref().filter(|_| sign_in);
        let arrived = session.cloud.arrive(arrival, posted).await;
        found.extend(
            arrived
                .into_iter()
                .map(|checked| (arrival.application.clone(), checked)),
        );
    }
    let is_asked =
        |check: &&&'static Check| sign_in || ![checks::TAKEN.id, checks::ENTERED.id].contains(&check.id);
    let asked: Vec<&'static Check> = checks::ALL.iter().filter(is_asked).copied().collect();
    Ok(about(session, found, &asked, findings))
}

/// What the blueprint asks for, as far as it is known.
fn resolved<'a>(design: &'a Design, survey: &Survey) -> BTreeMap<&'a Address, Value> {
    let resolve = |desired: &headset_design::Desired| text::resolve(&desired.spec, &survey.outputs);
    let resources = design.resources.iter();
    resources
        .map(|(address, desired)| (address, resolve(desired)))
        .collect()
}

/// The things of an environment, asked for and there.
fn parts<'a>(wanted: &'a BTreeMap<&'a Address, Value>, survey: &'a Survey) -> Vec<Part<'a>> {
    let part = |(address, want): (&&'a Address, &'a Value)| {
        let (live, unread) = match survey.observations.get(*address) {
            Some(Observation::Present(live)) => (Some(live), None),
            Some(Observation::Unknown(error)) => (None, Some(error)),
            Some(Observation::Absent) | None => (None, None),
        };
        Part {
            address,
            want,
            live,
            unread,
        }
    };
    wanted.iter().map(part).collect()
}

/// The checks of one sign-in, in the order in which it meets them.
fn about(
    session: &Session,
    found: Vec<(Address, Checked)>,
    checks: &[&'static Check],
    findings: Vec<Diagnostic>,
) -> Verification {
    let mut entries: Vec<Entry> = found
        .into_iter()
        .map(|(address, checked)| entry(&address, checked))
        .collect();
    entries.extend(not_made(&entries, checks));
    let place = |entry: &Entry| checks.iter().position(|check| check.id == entry.check.id);
    entries.sort_by_key(|entry| (place(entry), entry.address.clone()));
    Verification {
        environment: session.name.clone(),
        entries,
        findings,
    }
}

/// Those of these checks that were not made because an earlier one did not pass.
fn not_made(made: &[Entry], checks: &[&'static Check]) -> Vec<Entry> {
    let mut missing: Vec<Entry> = Vec::new();
    for check in checks {
        if made.iter().any(|entry| entry.check.id == check.id) {
            continue;
        }
        let before = made.iter().chain(&missing);
        let mut against = before.filter(|entry| entry.finding.is_against());
        if let Some(first) = against.find(|entry| check.after.contains(&entry.check.id)) {
            let address = first.address.clone();
            let finding = Finding::NotMade {
                of: address.clone(),
                because: first.check.id,
            };
            missing.push(Entry {
                looked_at: address.to_string(),
                address,
                check,
                finding,
            });
        }
    }
    missing
}

/// What is asked of each thing that is there and has checks, its references resolved as far as they are known.
fn wanted<'a>(design: &'a Design, survey: &Survey) -> BTreeMap<&'a Address, Value> {
    let there = design.resources.iter().filter(|(address, _)| {
        let observation = survey.observations.get(*address);
        matches!(observation, Some(Observation::Present(_)))
            && !registry::kind(address.kind).checks().is_empty()
    });
    there
        .map(|(address, desired)| (address, text::resolve(&desired.spec, &survey.outputs)))
        .collect()
}

/// What follows from what AWS reports.
fn answered(
    design: &Design,
    survey: &Survey,
    wanted: &BTreeMap<&Address, Value>,
    cloud: &dyn Cloud,
) -> Vec<Entry> {
    let now = cloud.clock().now();
    let mut entries = Vec::new();
    for (address, desired) in &design.resources {
        let kind = registry::kind(address.kind);
        let checks = kind.checks();
        let Some(first) = checks.first() else {
            continue;
        };
        let finding = match survey.observations.get(address) {
            Some(Observation::Present(live)) => {
                // What refers to something that is not there: see `Waiting`.
                let known = wanted
                    .get(address)
                    .filter(|want| text::references(want).is_empty());
                let Some(want) = known else {
                    continue;
                };
                let (_, own) = part(kind, design.lists_of(desired), live, want, None, None);
                let asked = Asked {
                    want,
                    live: own.as_ref().unwrap_or(live),
                    now,
                    published: survey.published.get(address),
                };
                entries.extend(
                    kind.check(asked)
                        .into_iter()
                        .map(|checked| entry(address, checked)),
                );
                continue;
            }
            Some(Observation::Unknown(error)) => Finding::Unknown(error.clone()),
            Some(Observation::Absent) | None => Finding::Failed {
                why: "there is none".to_owned(),
                help: "make it with `headset apply`; `headset checkpoint list` shows what waits for a person"
                    .to_owned(),
            },
        };
        let all = checks.iter().map(|check| Entry {
            address: address.clone(),
            check,
            looked_at: address.to_string(),
            finding: match check.id == first.id {
                true => finding.clone(),
                false => Finding::NotMade {
                    of: address.clone(),
                    because: first.id,
                },
            },
        });
        entries.extend(all);
    }
    entries
}

fn entry(address: &Address, checked: Checked) -> Entry {
    Entry {
        address: address.clone(),
        check: checked.check,
        looked_at: checked.looked_at,
        finding: checked.verdict.into(),
    }
}

/// A check that takes calls of its own, or whose thing refers to something that is not there.
struct Waiting<'a> {
    address: &'a Address,
    kind: &'static dyn Kind,
    check: &'static Check,
    want: &'a Value,
    live: &'a Live,
    /// Why it is not made.
    blocked: Option<(Address, &'static str)>,
}

impl Waiting<'_> {
    async fn made(self, cloud: &dyn Cloud) -> Option<Entry> {
        if let Some((of, because)) = self.blocked {
            return Some(Entry {
                address: self.address.clone(),
                check: self.check,
                looked_at: self.address.to_string(),
                finding: Finding::NotMade { of, because },
            });
        }
        let checked = match text::references(self.want).into_iter().next() {
            Some((of, _)) => {
                let error = AwsError::own(Class::NotFound, format!("it refers to {of}, which is not there"));
                self.check.unknown(self.address.to_string(), error)
            }
            None => cloud.check(self.kind, self.check, self.want, self.live).await?,
        };
        Some(entry(self.address, checked))
    }
}

/// The checks that no kind has answered by itself.
fn waiting<'a>(
    design: &'a Design,
    survey: &'a Survey,
    wanted: &'a BTreeMap<&'a Address, Value>,
    entries: &[Entry],
) -> Vec<Waiting<'a>> {
    let answered: BTreeSet<(&Address, &str)> = entries
        .iter()
        .map(|entry| (&entry.address, entry.check.id))
        .collect();
    let not_passed = not_passed(entries);
    let mut waiting = Vec::new();
    for (address, want) in wanted {
        let address = *address;
        let Some(Observation::Present(live)) = survey.observations.get(address) else {
            continue;
        };
        let kind = registry::kind(address.kind);
        for check in kind.checks() {
            if answered.contains(&(address, check.id)) {
                continue;
            }
            let absent = || {
                let referred = text::references(want).into_iter().map(|(of, _)| of);
                referred
                    .into_iter()
                    .find_map(|of| Some((not_passed.get(&of)?.first().copied()?, of)))
            };
            let blocked = blocked(design, address, check, &not_passed)
                .or_else(|| absent().map(|(because, of)| (of, because)));
            waiting.push(Waiting {
                address,
                kind,
                check,
                want,
                live,
                blocked,
            });
        }
    }
    waiting
}

/// The checks that speak against something, by address.
fn not_passed(entries: &[Entry]) -> BTreeMap<&Address, Vec<&'static str>> {
    let mut not_passed: BTreeMap<&Address, Vec<&'static str>> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| entry.finding.is_against()) {
        not_passed.entry(&entry.address).or_default().push(entry.check.id);
    }
    not_passed
}

/// What has to pass before a check says anything and did not: of the thing itself or of what it needs, or of anything.
fn blocked(
    design: &Design,
    address: &Address,
    check: &Check,
    not_passed: &BTreeMap<&Address, Vec<&'static str>>,
) -> Option<(Address, &'static str)> {
    let failed = |of: &Address, before: &[&str]| {
        let failed = not_passed.get(of)?.iter().find(|id| before.contains(id))?;
        Some((of.clone(), *failed))
    };
    let needed = needed(design, address);
    needed
        .into_iter()
        .find_map(|of| failed(of, check.after))
        .or_else(|| not_passed.keys().find_map(|of| failed(of, check.across)))
}

/// A thing and everything that it needs, itself first.
fn needed<'a>(design: &'a Design, address: &'a Address) -> Vec<&'a Address> {
    let mut needed = vec![address];
    let mut at = 0;
    while let Some(one) = needed.get(at) {
        if let Some((_, desired)) = design.resources.get_key_value(*one) {
            for other in desired.dependencies() {
                let known = design.resources.get_key_value(&other);
                if let Some((known, _)) = known.filter(|(known, _)| !needed.contains(known)) {
                    needed.push(known);
                }
            }
        }
        at += 1;
    }
    needed
}

/// What failed only because something else did counts as not made.
fn masked(design: &Design, entries: &mut [Entry]) {
    let before = entries.to_vec();
    let not_passed = not_passed(&before);
    for entry in entries.iter_mut() {
        if matches!(entry.finding, Finding::Failed { .. } | Finding::Unknown(_))
            && let Some((of, because)) = blocked(design, &entry.address, entry.check, &not_passed)
        {
            entry.finding = Finding::NotMade { of, because };
        }
    }
}
