//! `headset sim replay`: sends the calls of a recording to a fresh simulator and compares the answers.
//!
//! The calls are rebuilt by the simulator's own tables and codecs, and sent in the recorded order at the recorded
//! times on the simulator's clock. Names are the recording's; ids that a cloud makes up are learnt from the answers.
//! What people did in consoles is inferred as far as answers give it away (see `fixtures`), and everything inferred is
//! said.

mod account;
mod answer;
mod certificates;
mod compare;
mod fixtures;
mod log;
mod mapping;
mod networks;
mod rebuild;
mod report;

use std::collections::VecDeque;
use std::time::Duration;

pub use compare::Kind;
pub use log::ReplayError;
pub use report::{Counted, Latency, Report, StateHistory};

use self::answer::Answered;
use self::fixtures::{ConsoleAction, Fixtures};
use self::log::{Recorded, Recording};
use self::mapping::Mapping;
use self::report::Collector;
use super::simulator::{SimOptions, Simulator};

/// Where the count of ids begins that fixtures get: far from all others.
const FIXTURE_IDS: u64 = 1 << 40;

/// Replays a recording's text on a fresh simulator with this seed of quirks. Call it inside a tokio runtime.
///
/// # Errors
/// If the text is no recording that can be read.
pub async fn replay(text: &str, quirks: u64) -> Result<Report, ReplayError> {
    let recording = Recording::read(text)?;
    let fixtures = Fixtures::of(&recording, quirks);
    let simulator = Simulator::new(SimOptions {
        settings: fixtures.settings.clone(),
        origin: recording.origin,
        seed: quirks,
        ..SimOptions::default()
    });
    let mut mapping = Mapping::default();
    account::roles(&recording.calls, &mut mapping);
    let mut collector = Collector::default();
    collector.report.runs = recording.runs.len();
    collector.report.quirks = quirks;
    let supposed = simulator.with_world(|world, now| {
        // Ids that the world gives out from here on are those that it would give out without any fixtures.
        let issued = std::mem::replace(&mut world.issued, FIXTURE_IDS);
        let supposed = fixtures.set_up(world, &mut mapping, now);
        world.issued = issued;
        supposed
    });
    collector.report.supposed.extend(supposed);
    let mut actions: VecDeque<ConsoleAction> = fixtures.actions.into();
    let origin = i64::try_from(recording.origin.0).unwrap_or_default();
    let mut absent = 0;
    for (index, call) in recording.calls.iter().enumerate() {
        while let Some(action) = actions.pop_front_if(|action| {
            action.at < call.start || (action.at == call.start && action.shows_in(call))
        }) {
            advance(&simulator, &recording, action.at);
            let done = simulator.with_world(|world, now| action.perform(world, &mut mapping, (origin, now)));
            let note = done.map_or_else(|why| why, |()| action.words());
            collector.report.supposed.push(note);
        }
        advance(&simulator, &recording, call.start);
        collector.call(call);
        if let Some(why) = unsent(call, &recording.calls[index + 1..]) {
            collector.not_sent(why);
            continue;
        }
        let Some(request) = rebuild::request(call, origin, &mut mapping) else {
            collector.missing(call);
            continue;
        };
        let response = simulator.handle(request).await;
        let answered = Answered::of(&response, &call.protocol, call.operation == "GetObject");
        if answered.status == 501 {
            collector.missing(call);
            continue;
        }
        // An answer without a status is one that was lost: it was sent again for its effect only.
        if call.status.is_none() {
            collector.not_sent("the answer was lost; sent for its effect, not compared");
            continue;
        }
        absent += usize::from(call.succeeded() && answered.status == 404);
        let found = compare::compare(call, &answered, &mut mapping);
        collector.found(call, found);
    }
    if absent > 0 {
        collector.report.supposed.push(format!(
            "{absent} calls found something in AWS that the simulator does not have: it was there before the recording \
             began, or it was made by hand"
        ));
    }
    Ok(collector.finish())
}

/// Lets simulated time pass until so many milliseconds after the beginning.
fn advance(simulator: &Simulator, recording: &Recording, at: i64) {
    let then = recording.origin.0.saturating_add_signed(at);
    let now = simulator.now().0;
    simulator.skip(Duration::from_millis(then.saturating_sub(now)));
}

/// Why a call is not sent again, if it is not. `later` are the calls after it.
fn unsent(call: &Recorded, later: &[Recorded]) -> Option<&'static str> {
    if call.protocol == "http" {
        return Some("no call to AWS's APIs: a document, or credentials");
    }
    if call.throttled() {
        return Some("throttled");
    }
    if call.status.is_some_and(|status| status >= 500) {
        return Some("AWS failed (HTTP 5xx)");
    }
    if call.status.is_none() && call.lost.is_some() {
        // Whether it took effect shows at the same call's next try: only what is there already is refused.
        let next = later.iter().find(|other| {
            other.operation == call.operation && other.request == call.request && other.path == call.path
        });
        let refused =
            next.is_some_and(|next| !next.succeeded() && next.status.is_some() && !next.throttled());
        if !refused {
            return Some("the answer was lost, and nothing says that the call took effect");
        }
    }
    None
}
