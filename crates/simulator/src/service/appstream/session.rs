//! Streaming sessions: agents at work. Only people open them (see the console), only time or a call ends them.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::{Value, json};

use super::account::Place;
use super::input::{range, required};
use super::page::PAGER;
use super::{association, fault, place};
use crate::clock::Moment;
use crate::service::page::Pager;
use crate::service::{Answer, Call, Fault};
use crate::world::World;
pub(super) use crate::world::appstream::Session;

/// How long an expired session is still listed.
///
/// Assumption: appstream.sessions-listed. No source says for how long.
const LISTED_AFTER: Duration = Duration::from_secs(5 * 60);

impl Session {
    /// Whether the user is connected.
    pub(super) fn open(&self) -> bool {
        self.ended.is_none()
    }

    /// The instance that it runs on: one of its own, or that of others who share it.
    fn instance(&self) -> String {
        use sha2::{Digest, Sha256};
        match &self.host {
            Some(host) => host.clone(),
            None => format!("i-{}", &hex::encode(Sha256::digest(&self.id))[..17]),
        }
    }

    /// `shared`: the fleet's instances hold several sessions. Only such instances drain.
    fn view(&self, shared: bool) -> Value {
        let drain = match (shared, self.draining) {
            (false, _) => "NOT_APPLICABLE",
            (true, false) => "ACTIVE",
            (true, true) => "DRAINING",
        };
        json!({
            "InstanceId": self.instance(), "Id": self.id, "UserId": self.user, "StackName": self.stack, "FleetName": self.fleet,
            "State": if self.open() { "ACTIVE" } else { "EXPIRED" },
            "ConnectionState": if self.open() { "CONNECTED" } else { "NOT_CONNECTED" },
            "StartTime": self.started.epoch_seconds(), "MaxExpirationTime": self.expires.epoch_seconds(),
            "AuthenticationType": self.authentication, "InstanceDrainStatus": drain,
        })
    }
}

/// How a fleet's instances are used.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Use {
    /// People who stream.
    pub(super) sessions: u64,
    /// Instances with an open session.
    pub(super) instances: u64,
    /// Those of them that take no further session, and who streams there.
    pub(super) draining: u64,
    pub(super) drained: u64,
}

/// How this fleet's instances are used.
pub(super) fn usage(place: &Place, fleet: &str) -> Use {
    let here = || place.sessions.iter().filter(|it| it.open() && it.fleet == fleet);
    let instances = |all: &mut dyn Iterator<Item = &Session>| {
        all.map(Session::instance).collect::<BTreeSet<String>>().len() as u64
    };
    Use {
        sessions: here().count() as u64,
        instances: instances(&mut here()),
        draining: instances(&mut here().filter(|it| it.draining)),
        drained: here().filter(|it| it.draining).count() as u64,
    }
}

/// An instance of this fleet that holds at most `most` sessions and has room for one more.
pub(super) fn instance_with_room(place: &Place, fleet: &str, most: u64) -> Option<String> {
    let mut taken: BTreeMap<String, u64> = BTreeMap::new();
    for it in &place.sessions {
        if it.open() && it.fleet == fleet && !it.draining {
            *taken.entry(it.instance()).or_default() += 1;
        }
    }
    taken
        .into_iter()
        .find(|(_, count)| *count < most)
        .map(|(instance, _)| instance)
}

/// DescribeSessions. Without an authentication type only those of streaming URLs (API) are described: agents who
/// came by SAML are not among them. That is what the model says; by quirk everybody is.
pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let stack = required(&call.input, "StackName")?;
    let fleet = required(&call.input, "FleetName")?;
    let user = call.text("UserId");
    let instance = call.text("InstanceId");
    let asked = call.text("AuthenticationType");
    if user.is_some() && asked.is_none() {
        return Err(fault::combination("A UserId needs an AuthenticationType."));
    }
    range(&call.input, "Limit", 1, 50, true)?;
    let kind = asked.or(if world.quirk("appstream.sessions-of-all-kinds") {
        None
    } else {
        Some("API")
    });
    let refuses = world.quirk("appstream.sessions-of-unknown-pair-refused");
    let place = place(world, call);
    if !association::linked(place, &fleet, &stack) && refuses {
        // Quirk `appstream.sessions-of-unknown-pair-refused`. Whether a pair without an association is an error or empty.
        return Err(fault::combination(format!("{fleet} does not serve {stack}.")));
    }
    let shared = place
        .fleets
        .get(&fleet)
        .is_some_and(|it| it.per_instance().is_some());
    let sessions: Vec<Value> = place
        .sessions
        .iter()
        .filter(|it| it.stack == stack && it.fleet == fleet)
        .filter(|it| instance.is_none_or(|instance| it.instance() == instance))
        .filter(|it| {
            user.is_none_or(|user| it.user == user) && kind.is_none_or(|kind| it.authentication == kind)
        })
        .map(|it| it.view(shared))
        .collect();
    let pager = Pager {
        size: "Limit",
        most: 50,
        ..PAGER
    };
    pager.page(world, call, "Sessions", sessions)
}

/// ExpireSession.
///
/// Assumption: appstream.unknown-without-error. It declares no errors: an unknown session has ended already.
pub(super) fn expire(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let id = required(&call.input, "SessionId")?;
    for session in &mut place(world, call).sessions {
        if session.id == id && session.open() {
            session.ended = Some(call.now);
        }
    }
    Ok(Answer::empty())
}

/// DrainSessionInstance: the session's instance takes no further ones, "only applies to multi-session fleets".
pub(super) fn drain(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let id = required(&call.input, "SessionId")?;
    let place = place(world, call);
    let found = place.sessions.iter().find(|it| it.id == id && it.open());
    let session = found.ok_or_else(|| fault::not_found("session", &id))?;
    let (fleet, instance) = (session.fleet.clone(), session.instance());
    if place
        .fleets
        .get(&fleet)
        .is_none_or(|it| it.per_instance().is_none())
    {
        return Err(fault::not_permitted(format!(
            "{fleet} is not a multi-session fleet."
        )));
    }
    for session in &mut place.sessions {
        session.draining |= session.instance() == instance;
    }
    Ok(Answer::empty())
}

/// CreateStreamingURL: for a minute unless told otherwise.
pub(super) fn streaming_url(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let stack = required(&call.input, "StackName")?;
    let fleet = required(&call.input, "FleetName")?;
    let place = place(world, call);
    if !place.stacks.contains_key(&stack) {
        return Err(fault::not_found("stack", &stack));
    }
    let found = place
        .fleets
        .get(&fleet)
        .ok_or_else(|| fault::not_found("fleet", &fleet))?;
    if !association::linked(place, &fleet, &stack) {
        return Err(fault::not_permitted(format!("{fleet} does not serve {stack}.")));
    }
    if !found.running() {
        return Err(fault::not_available(format!("The fleet {fleet} is not running.")));
    }
    url(world, call, 60)
}

/// A URL with a fresh token, valid for `Validity` seconds (1 to 604800).
pub(super) fn url(world: &mut World, call: &Call, default: u64) -> Result<Answer, Fault> {
    range(&call.input, "Validity", 1, 604_800, false)?;
    let validity = call
        .input
        .get("Validity")
        .and_then(Value::as_u64)
        .unwrap_or(default);
    let token = world.hex(64);
    let host = match &call.base_url {
        Some(base) => base.clone(),
        None => format!("https://appstream2.{}.aws.amazon.com", call.region),
    };
    Ok(Answer::of(json!({
        "StreamingURL": format!("{host}/authenticate?parameters={token}"),
        "Expires": call.now.after(Duration::from_secs(validity)).epoch_seconds(),
    })))
}

/// Ends what lasted too long and forgets what ended a while ago.
pub(super) fn tick(place: &mut Place, now: Moment) {
    for session in &mut place.sessions {
        if session.open() && session.expires <= now {
            session.ended = Some(session.expires);
        }
    }
    place
        .sessions
        .retain(|it| it.ended.is_none_or(|ended| ended.after(LISTED_AFTER) > now));
}
