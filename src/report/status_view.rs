//! `status`: what is there, what costs money, what waits for whom, and what runs out.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::Timestamp;
use serde::Serialize;

use super::metadata_view::{self, PublishedRow};
use super::words::{WIDTH, pairs, plural, put};
use headset_core::AwsError;
use headset_engine::metadata::{self, Certificate};
use headset_engine::plan::{Action, Plan, Step};
use headset_engine::survey::Survey;
use headset_kinds::appstream::{FleetSpec, Image, ImageSpec};
use headset_kinds::kind::Declared;
use headset_kinds::{Condition, HourlyCost, Live, Observation, registry};

/// The status of one environment.
#[derive(Clone, Debug, Serialize)]
pub struct Status {
    /// Its name.
    pub environment: String,
    /// The account.
    pub account: String,
    /// The region of Connect.
    pub region: String,
    /// When its lifetime is over (RFC 3339), if it has one.
    pub expires: Option<String>,
    /// Every resource.
    pub resources: Vec<Row>,
    /// What costs money by the hour right now.
    pub costs: Vec<Line>,
    /// Checkpoints that wait for a person.
    pub checkpoints: Vec<Line>,
    /// Until when the identity providers' certificates and metadata are valid.
    pub certificates: Vec<Certificate>,
    /// Whether the identity providers still publish the metadata that was read.
    pub metadata: Vec<PublishedRow>,
    /// Whether images are what their recipes say.
    pub images: Vec<Line>,
    /// What an administrator needs: addresses above all.
    pub outputs: BTreeMap<String, String>,
}

/// One resource.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// Its address.
    pub address: String,
    /// AWS's word for its state; `absent`, `unknown` or `waits for a person` where there is none.
    pub state: String,
    /// What else is known.
    pub detail: String,
    /// Whether it is on and should be, or the other way round; `None` for what has no switch.
    pub power: Option<String>,
    /// How many people use it right now; `None`: AWS does not say.
    pub sessions: Option<u32>,
    /// Why it could not be read, with AWS's code and the id of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<AwsError>,
}

/// Something to say about one resource.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    /// Its address.
    pub address: String,
    /// What.
    pub what: String,
}

/// Puts the status together.
pub fn status(plan: &Plan, survey: &Survey, now: Timestamp) -> Status {
    let live = |step: &Step| match survey.observations.get(&step.address) {
        Some(Observation::Present(live)) => Some(live.clone()),
        _ => None,
    };
    let mut status = Status {
        environment: plan.environment.clone(),
        account: String::new(),
        region: String::new(),
        expires: None,
        resources: Vec::new(),
        costs: Vec::new(),
        checkpoints: Vec::new(),
        certificates: metadata::certificates(survey, now),
        metadata: metadata_view::rows(&metadata::publications(plan, survey)),
        images: Vec::new(),
        outputs: BTreeMap::new(),
    };
    for step in plan.steps.values() {
        let address = step.address.to_string();
        let live = live(step);
        status.resources.push(row(step, survey));
        let line = |what: String| Line {
            address: address.clone(),
            what,
        };
        let kind = registry::kind(step.address.kind);
        if let Some(billed) = live.as_ref().and_then(|live| kind.hourly_cost(live)) {
            status.costs.push(line(cost(billed)));
        }
        if let Action::Await { checkpoint, .. } = &step.action {
            status.checkpoints.push(line(checkpoint.title.clone()));
            let notes = checkpoint.notes().into_iter();
            status
                .checkpoints
                .extend(notes.map(|note| line(format!("note: {note}"))));
        }
        let recipe = recipe(step, live.as_ref()).map(str::to_owned);
        let age = live.as_ref().and_then(|live| age(step, live, now));
        let about: Vec<String> = recipe.into_iter().chain(age).collect();
        if !about.is_empty() {
            status.images.push(line(about.join("; ")));
        }
    }
    status
}

fn row(step: &Step, survey: &Survey) -> Row {
    let observation = survey.observations.get(&step.address);
    let (state, detail, power, sessions) = match observation {
        Some(Observation::Present(live)) => {
            let detail = match &live.condition {
                Condition::Settled { .. } => String::new(),
                Condition::Moving { detail, error, .. } => error.clone().unwrap_or_else(|| detail.clone()),
                Condition::Failed { reason, .. } => reason.clone(),
            };
            let state = live.condition.state().to_owned();
            (state, detail, power(step, live), live.sessions)
        }
        Some(Observation::Unknown(error)) => ("unknown".to_owned(), error.to_string(), None, None),
        Some(Observation::Absent) | None => {
            let state = match step.action {
                Action::Await { .. } => "waits for a person",
                _ => "absent",
            };
            (state.to_owned(), String::new(), None, Some(0))
        }
    };
    Row {
        address: step.address.to_string(),
        state,
        detail,
        power,
        sessions,
        error: match observation {
            Some(Observation::Unknown(error)) => Some(error.clone()),
            _ => None,
        },
    }
}

/// Whether something with a switch is on, and whether it should be.
fn power(step: &Step, live: &Live) -> Option<String> {
    let have = live.reported(FleetSpec::POWER.name).as_str()?;
    Some(match FleetSpec::POWER.text(&step.want) {
        Some(want) if want != have => format!("{have}, should be {want}"),
        _ => have.to_owned(),
    })
}

/// What something costs by the hour as it is now, for people.
fn cost(cost: HourlyCost) -> String {
    match cost {
        HourlyCost::Machine { instance } => format!("1 x {instance}, until it is stopped"),
        HourlyCost::AlwaysOn { count, instance } => format!("{count} x {instance}, in use or not"),
        HourlyCost::OnDemand {
            count,
            sessions,
            instance,
        } => format!(
            "{count} x {instance}: {} at the full price, the rest at the fee for stopped instances",
            plural(sessions as usize, "session")
        ),
        HourlyCost::ByUse { instance } => instance,
    }
}

/// Whether a built image is what its recipe asks for.
fn recipe(step: &Step, live: Option<&Live>) -> Option<&'static str> {
    ImageSpec::RECIPE.of(&step.want)?;
    Some(match (&step.action, live) {
        (Action::Keep | Action::Adopt { .. } | Action::Update { .. }, Some(_)) => {
            "up to date with its recipe"
        }
        (Action::Await { .. }, Some(_)) => "outdated: the recipe changed, and a new image has to be captured",
        (Action::Await { .. }, None) => "not captured yet",
        (Action::Refused { .. }, _) => "not this environment's",
        (Action::Unknown { .. }, _) => "unknown",
        _ => "being replaced",
    })
}

/// How old the base of an image of ours and its AppStream agent are.
fn age(step: &Step, live: &Live, now: Timestamp) -> Option<String> {
    if step.address.kind != ImageSpec::KIND {
        return None;
    }
    let image = Image.read(live);
    let mut parts = Vec::new();
    if let Some(released) = &image.base_released {
        let at = released.parse::<jiff::civil::Date>().ok()?;
        let at = at.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp();
        let days = now.duration_since(at).as_hours() / 24;
        parts.push(format!(
            "its base is of {released} ({} old)",
            plural(days.try_into().ok()?, "day")
        ));
    }
    if let Some(agent) = &image.agent {
        let newest = match image.agent_is_newest {
            Some(true) => ", the newest",
            Some(false) => "; there is a newer one",
            None => "",
        };
        parts.push(format!("its AppStream agent is {agent}{newest}"));
    }
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// For people.
pub fn text(status: &Status) -> String {
    let mut out = String::new();
    let expires = match &status.expires {
        Some(at) => format!(", expires {at}"),
        None => String::new(),
    };
    put(
        &mut out,
        format_args!(
            "{} in {} {}{expires}\n\n",
            status.environment, status.account, status.region
        ),
    );
    let widest = status
        .resources
        .iter()
        .map(|row| row.state.len())
        .max()
        .unwrap_or_default()
        .min(WIDTH);
    for row in &status.resources {
        put(&mut out, format_args!("{}\n", resource(row, widest)));
    }
    section(&mut out, "costs money by the hour", &status.costs);
    section(&mut out, "waits for a person", &status.checkpoints);
    section(&mut out, "images", &status.images);
    let certificates: Vec<Line> = status
        .certificates
        .iter()
        .flat_map(|certificate| {
            let line = |what| Line {
                address: certificate.address.to_string(),
                what,
            };
            metadata_view::lines(certificate).into_iter().map(line)
        })
        .collect();
    section(&mut out, "certificates", &certificates);
    let news: Vec<Line> = status
        .metadata
        .iter()
        .filter(|row| !row.what.is_empty())
        .map(|row| Line {
            address: row.address.clone(),
            what: row.what.clone(),
        })
        .collect();
    section(&mut out, "metadata of identity providers", &news);
    if !status.outputs.is_empty() {
        out.push('\n');
        out.push_str(&pairs(&status.outputs));
    }
    out
}

/// The lines of one resource. Its state comes first, since addresses may be longer than a terminal is wide.
fn resource(row: &Row, widest: usize) -> String {
    let mut line = format!("{:widest$}  {}", row.state, row.address);
    if let Some(power) = &row.power {
        // Writing to a string never fails.
        let _ = write!(line, "  power {power}");
    }
    if let Some(sessions @ 1..) = row.sessions {
        let _ = write!(line, "  {}", plural(sessions as usize, "open session"));
    }
    if !row.detail.is_empty() {
        let _ = write!(line, "\n{:widest$}  {}", "", row.detail);
    }
    line
}

fn section(out: &mut String, title: &str, lines: &[Line]) {
    if lines.is_empty() {
        return;
    }
    put(out, format_args!("\n{title}\n"));
    for line in lines {
        // Each on a line of its own: sentences wrap in a terminal, and addresses stay whole.
        put(out, format_args!("  {}\n    {}\n", line.address, line.what));
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::super::written::check;
    use super::*;

    #[test]
    fn a_status_reads_so_for_people_and_so_for_programs() {
        let now = "2026-11-28T10:00:00Z".parse().unwrap();
        let status = Status {
            account: "123456789012".to_owned(),
            region: "eu-west-1".to_owned(),
            ..status(&samples::plan(), &samples::survey(), now)
        };
        check("status_view.txt", &text(&status));
        let json = serde_json::to_string_pretty(&status).unwrap();
        check("status_view.json", &format!("{json}\n"));
    }
}
