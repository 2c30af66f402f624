//! One request: from bytes to bytes. Decoded, admitted, checked against the model, carried out by its service, written.

use std::sync::atomic::Ordering;

use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value;

use super::authorise;
use super::caller::caller;
use super::clock::wall;
use super::control_panel;
use super::cross_origin;
use super::fault::{self, Kind};
use super::forward_compatibility;
use super::identity_provider;
use super::in_flight::{self, Change};
use super::latency::{self, Latency};
use super::lock::lock;
use super::other_client::Place;
use super::reply::{Progress, identify, response, write};
use super::service::{self, Answer, Call, Fault, Service, tick};
use super::simulator::{Simulator, digest};
use super::throttle::Asked;
use super::wire::message::Message;
use super::wire::rest::Written;
use super::wire::route::{self, Route};
use super::wire::scope::{self, Scope};
use super::wire::{Protocol, cbor, chunked, json as json_codec, query, refusal, rest, table, validate};

/// A connection that was lost on purpose (fault kinds `drop-before` and `drop-after`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("connection closed before the answer was complete")]
pub struct Dropped;

impl Simulator {
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
        self.requests.fetch_add(1, Ordering::AcqRel);
        let answered = self.answer(request, base_url).await;
        // Once more: what is saved between now and then lacks what this request has done.
        self.requests.fetch_add(1, Ordering::AcqRel);
        answered
    }

    async fn answer(
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
        // Hosts of old instances are where portals of IAM Identity Center are, too.
        if self.with_world(|world, _| control_panel::is_host(world, message.host())) {
            return Ok(response(
                self.with_world(|world, now| control_panel::answer(world, &message, now)),
            ));
        }
        if identity_provider::may_be_start(&message)
            && let Some(written) = self.with_world(|world, _| identity_provider::start_page(world, &message))
        {
            return Ok(response(written));
        }
        if self.with_world(|world, _| service::cloud_front::is_host(world, message.host())) {
            let now = self.now();
            return Ok(response(self.with_world(|world, _| {
                service::cloud_front::serve(world, &message, now)
            })));
        }
        if let Some(written) = self.preflight(&message) {
            return Ok(response(written));
        }
        self.aws(message, base_url).await.map(response)
    }

    /// The public metadata documents of SAML applications, in IAM Identity Center and elsewhere.
    fn saml_metadata(&self, message: &Message, loopback: bool) -> Option<Written> {
        let external = identity_provider::is_host(message.host());
        let token = match message.path.strip_prefix("/saml/metadata/") {
            Some(token) => token,
            None => identity_provider::token(message).filter(|_| external)?,
        };
        let portal = external || message.host().starts_with("portal.sso.");
        if message.method != "GET" || !(portal || loopback) || message.header("authorization").is_some() {
            return None;
        }
        let document = self.with_world(|world, _| {
            let of_identity_center = service::sso_admin::saml_metadata(world, token).filter(|_| !external);
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

    async fn aws(&self, mut message: Message, base_url: Option<String>) -> Result<Written, Dropped> {
        let begun = self.begin();
        let seconds = i64::try_from(wall().0 / 1000).unwrap_or_default();
        let seconds = seconds.saturating_add(lock(&self.world).settings.clock_ahead);
        let (signed, problem) = match scope::read(&message, seconds) {
            Ok(signed) => (signed, None),
            // The destination still decides how the refusal is written.
            Err(why) => (scope_regardless(&message), Some(why)),
        };
        let mut progress = Progress {
            operation: format!("{} {}", message.method, message.path),
            date: seconds,
            head: message.method == "HEAD",
            ..begun
        };
        if let Some(scope) = &signed {
            progress.region.clone_from(&scope.region);
        }
        let route = match route::find(&message, signed.as_ref()) {
            Ok(route) => route,
            Err(lost) => {
                let (service, protocol, fault) = refusal::of_no_route(&lost);
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
        self.make_due_external_changes();
        let faults = lock(&self.faults).faults_of(progress.service, route.name);
        self.make_external_changes(&faults.before);
        let (mut drop_after, mut garbage) = (false, false);
        let mut changes: Vec<fn(&table::Table, &str, &mut Value)> = Vec::new();
        for kind in faults.kinds {
            match kind {
                Kind::Delay { seconds } => self.clock.pass(fault::span(seconds), loopback).await,
                Kind::DropBefore => {
                    self.record(&progress, 0, None, Some("before"));
                    return Err(Dropped);
                }
                Kind::DropAfter => drop_after = true,
                Kind::Garbage => garbage = true,
                Kind::UnknownValues => changes.push(forward_compatibility::unknown_values),
                Kind::Nulls => changes.push(forward_compatibility::nulls),
                Kind::Error { code, status } => {
                    let mut fault = Fault::new(&code, "injected by a fault rule");
                    fault.status = status;
                    return Ok(self.refuse(&progress, &fault));
                }
            }
        }
        let result = self.carry_out(&mut message, signed, &route, base_url, &mut progress);
        self.make_external_changes(&faults.after);
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
            written.body = Bytes::from_static(b"\x00<!-- not what a client expects");
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
        lock(&self.other_client).seen(progress.service, place);
        let now = self.clock.of_clients(loopback);
        lock(&self.throttle).take(&world, &asked, now)
    }

    fn carry_out(
        &self,
        message: &mut Message,
        signed: Option<Scope>,
        route: &Route,
        base_url: Option<String>,
        progress: &mut Progress,
    ) -> Result<Answer, Fault> {
        let service = served(progress.service);
        if route.operation.errors.is_none() || service.handler(route.name).is_none() {
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
        let result = match authorise::admit(&world, progress.service, &call) {
            Ok(()) if !world.s3.has_room_for(call.body.len()) => {
                let why = "the simulator has no room for so many bytes of objects";
                Err(Fault::new("ServiceUnavailable", why).with_status(503))
            }
            Ok(()) => service.call(&mut world, &call),
            Err(fault) => Err(fault),
        };
        if let Some(permissions) = &call.caller.permissions {
            progress.needed = permissions.asked();
        }
        result
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
