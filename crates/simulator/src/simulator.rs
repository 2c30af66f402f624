//! The simulator itself: one world, one clock, one way in for every request.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use serde::Serialize;
use serde_json::{Value, json};

use super::caller::caller;
use super::clock::{Moment, SimClock};
use super::cross_origin;
use super::fault::{self, Kind, Plan};
use super::hands::{Hands, Place};
use super::identity_provider;
use super::in_flight::{self, Change, InFlight};
use super::latency;
pub use super::latency::Latency;
use super::newer;
use super::reply::{Progress, identify, response, write};
use super::service::{self, Answer, Call, Fault, Service};
use super::throttle::{Asked, Throttle};
use super::wire::message::Message;
use super::wire::rest::Written;
use super::wire::route::{self, Route};
use super::wire::scope::{self, Scope};
use super::wire::{Protocol, cbor, chunked, json as json_codec, query, refusal, rest, table, validate};
use super::world::{Settings, World};

/// How a simulator starts.
#[derive(Clone, Debug)]
pub struct SimOptions {
    /// How the simulated cloud is set up.
    pub settings: Settings,
    /// The simulated time at the start.
    pub origin: Moment,
    /// Simulated seconds per second of tokio's clock.
    pub speed: f64,
    /// How long calls take, on the clients' clock.
    pub latency: Latency,
    /// Whether AWS's rates are enforced.
    pub throttle: bool,
    /// Feeds request ids and latencies.
    pub seed: u64,
    /// A simulated person reads worksheets and acts on them (`/_sim/operator`).
    pub operator: bool,
}

impl Default for SimOptions {
    fn default() -> SimOptions {
        SimOptions {
            settings: Settings::default(),
            origin: Moment(1_767_225_600_000),
            speed: 1.0,
            latency: Latency::None,
            throttle: false,
            seed: 0,
            operator: true,
        }
    }
}

/// One line of the call log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CallRecord {
    /// The order of arrival, from 1.
    pub sequence: u64,
    /// botocore's name of the service; empty where no service was found.
    pub service: String,
    /// The operation; what was asked for where there is none.
    pub operation: String,
    /// The HTTP status of the answer.
    pub status: u16,
    /// The error code, if it was an error.
    pub code: Option<String>,
    /// The simulated time.
    pub at: Moment,
    /// The region of the credential scope.
    pub region: String,
    /// The connection was lost: before the service saw the call, or after it carried it out.
    pub dropped: Option<&'static str>,
    /// Whoever made the call that is no client: somebody else, because a fault rule says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<&'static str>,
}

/// A connection that was lost on purpose (fault kinds `drop-before` and `drop-after`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("connection closed before the answer was complete")]
pub struct Dropped;

/// A simulated AWS. Share it by its `Arc`.
#[derive(Debug)]
pub struct Simulator {
    pub(super) options: SimOptions,
    pub(super) clock: SimClock,
    pub(super) world: Mutex<World>,
    pub(super) faults: Mutex<Plan>,
    pub(super) throttle: Mutex<Throttle>,
    pub(super) hands: Mutex<Hands>,
    pub(super) changes: InFlight,
    pub(super) log: Mutex<Vec<CallRecord>>,
    pub(super) sequence: AtomicU64,
}

/// A panic in one call must not take the whole simulator down: the world stays usable.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Simulator {
    /// A new simulated cloud. Call it inside a tokio runtime: its clock is tokio's.
    pub fn new(options: SimOptions) -> Arc<Simulator> {
        let world = World::new(options.settings.clone(), options.origin);
        Arc::new(Simulator {
            clock: SimClock::new(options.origin, options.speed),
            world: Mutex::new(world),
            faults: Mutex::new(Plan::new(options.seed)),
            throttle: Mutex::new(Throttle::new(options.throttle)),
            hands: Mutex::default(),
            changes: InFlight::default(),
            log: Mutex::default(),
            sequence: AtomicU64::new(0),
            options,
        })
    }

    /// The simulated time.
    pub fn now(&self) -> Moment {
        self.clock.now()
    }

    /// Lets simulated time jump ahead.
    pub fn skip(&self, span: Duration) {
        self.clock.skip(span);
    }

    /// Whether a simulated person is there to read worksheets.
    pub fn operator(&self) -> bool {
        self.options.operator
    }

    /// Forgets all faults, and picks those of rules with `percent` by another seed from now on.
    pub fn reseed(&self, seed: u64) {
        self.heal();
        *lock(&self.faults) = Plan::new(seed);
    }

    /// Sets a fault.
    pub fn inject(&self, rule: fault::Rule) {
        let now = self.now();
        let spell = lock(&self.faults).add(rule, now);
        if let Some(spell) = spell {
            lock(&self.world).spells.cast(spell, now);
        }
    }

    /// Forgets all faults. What is stuck goes on, and somebody else goes home.
    pub fn heal(&self) {
        lock(&self.faults).clear();
        lock(&self.hands).clear();
        lock(&self.world).spells.clear();
    }

    /// Looks at the world, or changes it behind AWS's back. Whatever is due happens first.
    pub fn with_world<T>(&self, act: impl FnOnce(&mut World, Moment) -> T) -> T {
        self.let_others_act();
        let now = self.now();
        let mut world = lock(&self.world);
        tick(&mut world, now);
        act(&mut world, now)
    }

    /// Every call so far, in the order of arrival.
    pub fn call_log(&self) -> Vec<CallRecord> {
        let mut log = lock(&self.log).clone();
        log.sort_by_key(|record| record.sequence);
        log
    }

    /// The whole world, object bodies included, with its time.
    pub fn snapshot(&self) -> Value {
        let now = self.now();
        let world = lock(&self.world);
        json!({
            "version": 1,
            "now": now,
            "world": serde_json::to_value(&*world).expect("a world is made of JSON's types"),
        })
    }

    /// Replaces the world by a snapshot's. The clock moves on to the snapshot's time, never back.
    ///
    /// # Errors
    /// If the value is no snapshot of this version.
    pub fn restore(&self, snapshot: &Value) -> Result<(), String> {
        if snapshot["version"] != 1 {
            return Err("this is no snapshot of version 1".to_owned());
        }
        let then: Moment =
            serde_json::from_value(snapshot["now"].clone()).map_err(|error| error.to_string())?;
        let mut world: World =
            serde_json::from_value(snapshot["world"].clone()).map_err(|error| error.to_string())?;
        let mut held = lock(&self.world);
        // Faults are not of the world; those in force stay.
        world.spells = std::mem::take(&mut held.spells);
        let now = self.now();
        self.clock
            .skip(Duration::from_millis(then.0.saturating_sub(now.0)));
        *held = world;
        Ok(())
    }

    /// Starts over: a new world with the same settings, no faults, an empty log. Time goes on.
    pub fn reset(&self) {
        let now = self.now();
        *lock(&self.world) = World::new(self.options.settings.clone(), now);
        self.heal();
        lock(&self.throttle).refill();
        lock(&self.log).clear();
        self.sequence.store(0, Ordering::Relaxed);
    }

    /// Answers one request. A dropped connection (see [`fault`]) shows as HTTP 500 with code `Dropped` here; the
    /// in-process client and the server make a real one of it.
    pub async fn handle(&self, request: Request<Bytes>) -> Response<Bytes> {
        match self.exchange(request, None).await {
            Ok(response) => response,
            Err(Dropped) => response(Written {
                status: 500,
                body: Bytes::from_static(b"{\"__type\":\"Dropped\"}"),
                ..Written::default()
            }),
        }
    }

    /// Answers one request; `base_url` is where the caller reached the simulator, if not in process.
    ///
    /// # Errors
    /// If a fault says that the connection is lost.
    pub async fn exchange(
        &self,
        request: Request<Bytes>,
        base_url: Option<String>,
    ) -> Result<Response<Bytes>, Dropped> {
        let message = Message::of(request);
        if message.path.starts_with("/_sim/") {
            return Ok(response(self.control(&message, base_url.as_deref())));
        }
        if let Some(written) = self.saml_metadata(&message, base_url.is_some()) {
            return Ok(response(written));
        }
        if let Some(written) = self.preflight(&message) {
            return Ok(response(written));
        }
        self.aws(message, base_url).await.map(response)
    }

    /// The public metadata documents of SAML applications, in IAM Identity Center and elsewhere.
    fn saml_metadata(&self, message: &Message, loopback: bool) -> Option<Written> {
        let elsewhere = identity_provider::is_host(message.host());
        let token = match message.path.strip_prefix("/saml/metadata/") {
            Some(token) => token,
            None => identity_provider::token(message).filter(|_| elsewhere)?,
        };
        let portal = elsewhere || message.host().starts_with("portal.sso.");
        if message.method != "GET" || !(portal || loopback) || message.header("authorization").is_some() {
            return None;
        }
        let document = self.with_world(|world, _| {
            let of_identity_center = service::sso_admin::saml_metadata(world, token).filter(|_| !elsewhere);
            of_identity_center.or_else(|| identity_provider::metadata(world, token))
        });
        let headers = vec![("content-type".to_owned(), "application/xml".to_owned())];
        match document {
            Some(text) => Some(Written {
                status: 200,
                headers,
                body: text.into(),
            }),
            None if portal => Some(Written {
                status: 404,
                ..Written::default()
            }),
            None => None,
        }
    }

    /// What is known of a call before it is looked at.
    pub(super) fn begin(&self) -> Progress {
        let sequence = self.sequence.fetch_add(1, Ordering::Relaxed) + 1;
        Progress {
            sequence,
            request_id: request_id(self.options.seed, sequence),
            service: "",
            operation: String::new(),
            region: "us-east-1".to_owned(),
            protocol: Protocol::RestXml,
            head: false,
        }
    }

    async fn aws(&self, mut message: Message, base_url: Option<String>) -> Result<Written, Dropped> {
        let begun = self.begin();
        let seconds = i64::try_from(wall().0 / 1000).unwrap_or_default();
        let (signed, problem) = match scope::read(&message, seconds) {
            Ok(signed) => (signed, None),
            // The destination still decides how the refusal is written.
            Err(why) => (scope_regardless(&message), Some(why)),
        };
        let mut progress = Progress {
            operation: format!("{} {}", message.method, message.path),
            head: message.method == "HEAD",
            ..begun
        };
        if let Some(scope) = &signed {
            progress.region.clone_from(&scope.region);
        }
        let route = match route::find(&message, signed.as_ref()) {
            Ok(route) => route,
            Err(lost) => {
                let (service, protocol, fault) = refusal::of_lost(&lost);
                (progress.service, progress.protocol) = (service, protocol);
                return Ok(self.refuse(&progress, &fault));
            }
        };
        progress.service = &route.table.service;
        progress.operation = route.name.to_owned();
        progress.protocol = route.protocol;
        if let Some(why) = problem {
            let fault = refusal::of_unacceptable(progress.service, route.protocol, why);
            return Ok(self.refuse(&progress, &fault));
        }
        let loopback = base_url.is_some();
        if let Err(fault) = self.admit(&route, signed.as_ref(), &progress, loopback) {
            return Ok(self.refuse(&progress, &fault));
        }
        let origin = cross_origin::origin(&message, progress.service);
        let change = match self.change(&route) {
            Ok(change) => change,
            Err(fault) => return Ok(self.refuse(&progress, &fault)),
        };
        if self.options.latency == Latency::Aws {
            let noise = digest(self.options.seed, progress.sequence);
            let span = latency::span(progress.service, route.name, noise);
            self.clock.pass(span, loopback).await;
        } else if change.is_some() {
            self.clock.pass(in_flight::CHANGE, loopback).await;
        }
        self.let_others_act();
        let struck = lock(&self.faults).strike(progress.service, route.name);
        self.let_others_do(&struck.before);
        let (mut drop_after, mut garbage) = (false, false);
        let mut changes: Vec<fn(&table::Table, &str, &mut Value)> = Vec::new();
        for kind in struck.kinds {
            match kind {
                Kind::Delay { seconds } => self.clock.pass(fault::span(seconds), loopback).await,
                Kind::DropBefore => {
                    self.record(&progress, 0, None, Some("before"));
                    return Err(Dropped);
                }
                Kind::DropAfter => drop_after = true,
                Kind::Garbage => garbage = true,
                Kind::UnknownValues => changes.push(newer::unknown_values),
                Kind::Nulls => changes.push(newer::nulls),
                Kind::Error { code, status } => {
                    let mut fault = Fault::new(&code, "injected by a fault rule");
                    fault.status = status;
                    return Ok(self.refuse(&progress, &fault));
                }
            }
        }
        let result = self.carry_out(&mut message, signed, &route, base_url, &progress);
        self.let_others_do(&struck.after);
        let dropped = drop_after.then_some("after");
        let mut written = match result {
            Ok(mut answer) => {
                if let Some(shape) = &route.operation.output {
                    for change in changes {
                        change(route.table, shape, &mut answer.output);
                    }
                }
                let written = write(&route, &answer, &progress);
                self.record(&progress, written.status, None, dropped);
                written
            }
            Err(fault) => {
                let mut written = refusal::encode(
                    progress.service,
                    progress.protocol,
                    &fault,
                    &progress.request_id,
                    progress.head,
                );
                identify(&mut written, &progress);
                self.record(&progress, written.status, Some(fault.code), dropped);
                written
            }
        };
        self.allow_origin(origin.as_ref(), &mut written);
        if garbage {
            written.body = Bytes::from_static(b"\x00<!-- not what anybody expected");
            written.headers.retain(|(name, _)| name != "content-length");
        }
        drop(change);
        if drop_after { Err(Dropped) } else { Ok(written) }
    }

    /// Begins what the call changes alone.
    fn change(&self, route: &Route) -> Result<Option<Change<'_>>, Fault> {
        let service = served(&route.table.service);
        let Some((thing, conflict)) = service.exclusive(route.name, &route.labels) else {
            return Ok(None);
        };
        let thing = format!("{} {thing}", service.name());
        self.changes.begin(thing).map(Some).ok_or(conflict)
    }

    /// Counts the call against its rate, before anything else happens to it.
    fn admit(
        &self,
        route: &Route,
        signed: Option<&Scope>,
        progress: &Progress,
        loopback: bool,
    ) -> Result<(), Fault> {
        let world = lock(&self.world);
        let caller = caller(&world, signed, self.now(), progress);
        let asked = Asked {
            account: caller
                .as_ref()
                .map_or(&world.settings.account, |one| &one.account),
            region: &progress.region,
            service: progress.service,
            operation: route.name,
            model: route.operation,
        };
        let place = Place {
            account: asked.account.to_owned(),
            region: progress.region.clone(),
        };
        lock(&self.hands).seen(progress.service, place);
        let now = self.clock.of_clients(loopback);
        lock(&self.throttle).take(&world, &asked, now)
    }

    fn carry_out(
        &self,
        message: &mut Message,
        signed: Option<Scope>,
        route: &Route,
        base_url: Option<String>,
        progress: &Progress,
    ) -> Result<Answer, Fault> {
        let service = served(progress.service);
        if route.operation.errors.is_none() || !service.operations().contains(&route.name) {
            return Err(Fault::not_implemented(progress.service, route.name));
        }
        let (input, body) = read(message, route)?;
        if let Some(shape) = &route.operation.input {
            let violations = validate::check(route.table, shape, &input);
            if !violations.is_empty() {
                return Err(refusal::of_violations(progress.service, &violations));
            }
        }
        let now = self.now();
        let mut world = lock(&self.world);
        tick(&mut world, now);
        world.wall = Some(wall());
        let caller = caller(&world, signed.as_ref(), now, progress)?;
        let call = Call {
            operation: route.name.to_owned(),
            input,
            body,
            headers: std::mem::take(&mut message.headers),
            region: progress.region.clone(),
            caller,
            now,
            base_url,
        };
        service.call(&mut world, &call)
    }

    fn refuse(&self, progress: &Progress, fault: &Fault) -> Written {
        let mut written = refusal::encode(
            progress.service,
            progress.protocol,
            fault,
            &progress.request_id,
            progress.head,
        );
        identify(&mut written, progress);
        self.record(progress, written.status, Some(fault.code.clone()), None);
        written
    }

    pub(super) fn record(
        &self,
        progress: &Progress,
        status: u16,
        code: Option<String>,
        dropped: Option<&'static str>,
    ) {
        lock(&self.log).push(CallRecord {
            sequence: progress.sequence,
            service: progress.service.to_owned(),
            operation: progress.operation.clone(),
            status,
            code,
            at: self.now(),
            region: progress.region.clone(),
            dropped,
            by: None,
        });
    }
}

/// Lets whatever is due by `now` happen.
pub(super) fn tick(world: &mut World, now: Moment) {
    for service in service::all() {
        service.tick(world, now);
    }
}

fn served(name: &str) -> &'static dyn Service {
    *service::all()
        .iter()
        .find(|service| service.name() == name)
        .expect("every table has its service")
}

/// The scope of a request whose date was refused, so that the refusal is written in its service's way.
fn scope_regardless(message: &Message) -> Option<Scope> {
    let credential = message.parameter("X-Amz-Credential").or_else(|| {
        let (_, rest) = message.header("authorization")?.split_once("Credential=")?;
        rest.split(',').next()
    })?;
    let parts: Vec<&str> = credential.rsplitn(5, '/').collect();
    match parts.as_slice() {
        [_, service, region, _, access_key] => Some(Scope {
            access_key: (*access_key).to_owned(),
            region: (*region).to_owned(),
            service: (*service).to_owned(),
            presigned: false,
        }),
        _ => None,
    }
}

/// Reads the input of the operation.
fn read(message: &mut Message, route: &Route) -> Result<(Value, Bytes), Fault> {
    let service = route.table.service.as_str();
    if service == "s3" {
        chunked::unwrap(message)?;
        let checksum = message
            .headers
            .iter()
            .any(|(name, _)| name == "content-md5" || name.starts_with("x-amz-checksum-"));
        if !checksum
            && route
                .operation
                .checksum
                .as_ref()
                .is_some_and(|rule| rule.request_checksum_required)
        {
            let text = "Missing required header for this request: Content-MD5 OR x-amz-checksum-*";
            return Err(Fault::new("InvalidRequest", text).with_status(400));
        }
    }
    let table = route.table;
    let empty = || Ok(Value::Object(serde_json::Map::new()));
    let plain = |shape: &str| match route.protocol {
        Protocol::Cbor => cbor::decode(table, shape, &message.body),
        Protocol::Json if message.body.is_empty() => empty(),
        Protocol::Json => serde_json::from_slice(&message.body)
            .map_err(|error| super::wire::Malformed(format!("the body is not JSON: {error}")))
            .and_then(|value: Value| json_codec::decode(table, shape, &value)),
        _ => {
            let mut form = super::wire::message::form(&String::from_utf8_lossy(&message.body));
            form.extend(message.query.iter().cloned());
            query::decode(table, shape, &form)
        }
    };
    match route.protocol {
        Protocol::RestJson | Protocol::RestXml => {
            rest::decode(table, route.operation, route.protocol, message, &route.labels)
        }
        _ => route
            .operation
            .input
            .as_deref()
            .map_or_else(empty, plain)
            .map(|input| (input, Bytes::new())),
    }
    .map_err(|error| refusal::of_malformed(service, &error))
}

/// The real time.
pub(super) fn wall() -> Moment {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    Moment(since.map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX)))
}

/// Random bytes of a call's own.
pub(super) fn digest(seed: u64, sequence: u64) -> [u8; 32] {
    use sha2::{Digest, Sha256};
    let mut hash = Sha256::new();
    hash.update(seed.to_le_bytes());
    hash.update(sequence.to_le_bytes());
    hash.finalize().into()
}

fn request_id(seed: u64, sequence: u64) -> String {
    let text = hex::encode(digest(seed, sequence));
    format!(
        "{}-{}-4{}-8{}-{}",
        &text[..8],
        &text[8..12],
        &text[13..16],
        &text[17..20],
        &text[20..32]
    )
}

/// The version of the models whose constraints the simulator enforces.
pub(super) fn models_version() -> &'static str {
    &table::table("sts").expect("a table").botocore
}
