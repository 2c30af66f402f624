//! What the engine's own tests share: a cloud that is a table, and designs by hand.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex};

use async_trait::async_trait;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::plan::{PlanInput, Selection};
use crate::session::Session;
use crate::state::{LocalStore, Locked, Origin, OtherEnvironments, Record, State};
use crate::survey::Survey;
use headset_core::{Address, AwsError, Class, Clock, Diff, KindId, Text, tag};
use headset_design::{Design, DesignContext, Desired, Given, Mode};
use headset_kinds::appstream::{StackLive, StackSpec};
use headset_kinds::cloud::NotMade;
use headset_kinds::connect::{ApprovedOriginLive, ApprovedOriginSpec, InstanceLive};
use headset_kinds::discovery::{Discovery, Part};
use headset_kinds::identity_center::{ApplicationLive, ApplicationSpec};
use headset_kinds::kind::{Checkpoint, Dependents, Forbidden, Kind, Live, Lookup, Observation, Published};
use headset_kinds::person;
use headset_kinds::regions::{Identity, Regions};
use headset_kinds::saml::judged::Arrival;
use headset_kinds::saml::posted::Posted;
use headset_kinds::{Caller, Check, Checked, Cloud, Extra, Holder, List, Observed, Rejected, Task};
use jiff::Timestamp;

/// The lineage of the environment.
pub(crate) const LINEAGE: &str = "6f1d0c1e-1111-4111-8111-111111111111";
/// The account.
pub(crate) const ACCOUNT: &str = "123456789012";
/// The instance of the designs.
pub(crate) const INSTANCE: &str = "connect.instance/main";
/// An origin on it.
pub(crate) const ORIGIN: &str = "connect.approved_origin/https://pages.example.com";

pub(crate) fn address(text: &str) -> Address {
    text.parse().unwrap()
}

/// No other environment is known ...
static ALONE: LazyLock<OtherEnvironments> = LazyLock::new(OtherEnvironments::default);
/// ... and everything is asked for.
static WHOLE: LazyLock<Selection> = LazyLock::new(Selection::default);

/// What a plan is made of where nothing else is said.
pub(crate) fn input<'a>(design: &'a Design, state: &'a State, survey: &'a Survey) -> PlanInput<'a> {
    PlanInput {
        design,
        state,
        moved: &[],
        others: &ALONE,
        survey,
        as_of: "2026-01-01T00:00:00Z",
        with_deposed: design.resources.is_empty(),
        scope: &WHOLE,
    }
}

/// A cloud whose things are entries of a table, by address.
#[derive(Debug)]
pub(crate) struct TableCloud {
    clock: Clock,
    regions: Regions,
    identity: Identity,
    things: Mutex<BTreeMap<Address, Observation>>,
    /// Things that are found by their identity or id, at any address.
    named: Mutex<Vec<Named>>,
    /// How creations are answered, if they are refused.
    refusal: Mutex<Option<NotMade>>,
    /// Each call, as `survey connect.user a, b` or `create connect.user/a`.
    calls: Mutex<Vec<String>>,
}

/// A thing that is found by its identity or id.
#[derive(Debug)]
struct Named {
    kind: KindId,
    spec: Value,
    id: String,
    thing: Observation,
    /// It shows from then on.
    from: Timestamp,
}

impl Named {
    fn has_identity(&self, kind: &dyn Kind, spec: &Value) -> bool {
        let mut fields = kind.identity().iter();
        self.kind == kind.id() && fields.all(|field| field.of(&self.spec) == field.of(spec))
    }
}

impl TableCloud {
    pub(crate) fn new(things: impl IntoIterator<Item = (Address, Observation)>) -> Arc<TableCloud> {
        Arc::new(TableCloud {
            clock: Clock::simulated("2026-01-01T00:00:00Z".parse().unwrap(), 1.0),
            regions: Regions::all_in("eu-west-2"),
            identity: Identity::Same,
            things: Mutex::new(things.into_iter().collect()),
            named: Mutex::default(),
            refusal: Mutex::default(),
            calls: Mutex::default(),
        })
    }

    fn called(&self, what: String) {
        self.calls.lock().unwrap().push(what);
    }

    /// The calls since the last time.
    pub(crate) fn calls(&self) -> Vec<String> {
        std::mem::take(&mut *self.calls.lock().unwrap())
    }

    /// Puts a thing where a lookup of its identity or id finds it, so many seconds from now on.
    pub(crate) fn put_named(&self, kind: KindId, spec: &Value, id: &str, thing: Observation, seconds: i64) {
        let from = self.clock.now() + jiff::SignedDuration::from_secs(seconds);
        self.named.lock().unwrap().push(Named {
            kind,
            spec: spec.clone(),
            id: id.to_owned(),
            thing,
            from,
        });
    }

    /// Answers creations with this error from now on.
    pub(crate) fn refuse(&self, refusal: Option<NotMade>) {
        *self.refusal.lock().unwrap() = refusal;
    }

    /// Whether a thing of this id is there.
    pub(crate) fn has_named(&self, id: &str) -> bool {
        let named = self.named.lock().unwrap();
        named
            .iter()
            .any(|one| one.id == id && matches!(one.thing, Observation::Present(_)))
    }

    fn look_for_named(&self, kind: &dyn Kind, lookup: &Lookup) -> Option<Observation> {
        let named = self.named.lock().unwrap();
        let by_id = named
            .iter()
            .find(|one| one.kind == kind.id() && Some(&one.id) == lookup.id.as_ref());
        let by_identity = || named.iter().find(|one| one.has_identity(kind, &lookup.spec));
        let found = by_id.or_else(by_identity)?;
        Some(match found.from > self.clock.now() {
            true => Observation::Absent,
            false => found.thing.clone(),
        })
    }

    /// Changes what is at an address.
    pub(crate) fn put(&self, at: &str, thing: Observation) {
        self.things.lock().unwrap().insert(address(at), thing);
    }
}

#[async_trait]
impl Cloud for TableCloud {
    fn clock(&self) -> &Clock {
        &self.clock
    }

    fn regions(&self) -> &Regions {
        &self.regions
    }

    fn identity(&self) -> &Identity {
        &self.identity
    }

    async fn caller(&self) -> Result<Caller, AwsError> {
        Ok(Caller {
            account: ACCOUNT.to_owned(),
            partition: "aws".to_owned(),
            arn: format!("arn:aws:iam::{ACCOUNT}:user/deployer"),
        })
    }

    async fn forbidden(
        &self,
        _kind: &dyn Kind,
        _want: &Value,
    ) -> Option<Result<Option<Forbidden>, AwsError>> {
        None
    }

    async fn discover(&self, _part: Part<'_>) -> Discovery {
        Discovery::default()
    }

    async fn person(&self, _who: &str, _parts: &[person::Part<'_>]) -> Vec<(Address, Checked)> {
        Vec::new()
    }

    async fn contact(&self, instance: &str, id: &str) -> Checked {
        headset_kinds::acceptance::CONTACT.passed(format!("{id} of {instance}"))
    }

    async fn arrive(&self, _arrival: &Arrival, _posted: Option<&Posted>) -> Vec<Checked> {
        Vec::new()
    }

    async fn survey(&self, kind: &dyn Kind, lookups: &[Lookup]) -> Vec<Observation> {
        let keys: Vec<&str> = lookups.iter().map(|lookup| lookup.address.key.as_str()).collect();
        self.called(format!("survey {} {}", kind.name(), keys.join(", ")));
        let things = self.things.lock().unwrap();
        let at = |lookup: &Lookup| {
            let named = self.look_for_named(kind, lookup);
            named.or_else(|| things.get(&lookup.address).cloned())
        };
        lookups
            .iter()
            .map(|lookup| at(lookup).unwrap_or(Observation::Absent))
            .collect()
    }

    async fn extras(
        &self,
        _kind: &dyn Kind,
        _list: &List,
        _holder: Holder<'_>,
    ) -> Result<Vec<Extra>, AwsError> {
        Ok(Vec::new())
    }

    async fn create(&self, kind: &dyn Kind, task: &Task<'_>, want: &Value) -> Result<String, NotMade> {
        self.called(format!("create {}", task.address));
        if let Some(refusal) = self.refusal.lock().unwrap().clone() {
            return Err(refusal);
        }
        let is_there =
            |one: &Named| one.has_identity(kind, want) && !matches!(one.thing, Observation::Absent);
        if self.named.lock().unwrap().iter().any(is_there) {
            return Err(NotMade {
                error: AwsError::own(Class::AlreadyThere, "it is there already"),
                in_part: false,
            });
        }
        let thing = live_of(task.address, want);
        let id = thing.id.clone();
        self.things
            .lock()
            .unwrap()
            .insert(task.address.clone(), Observation::Present(thing));
        Ok(id)
    }

    async fn update(
        &self,
        _kind: &dyn Kind,
        task: &Task<'_>,
        want: &Value,
        _live: &Live,
        _diff: &Diff,
    ) -> Result<(), AwsError> {
        self.called(format!("update {}", task.address));
        let thing = live_of(task.address, want);
        self.things
            .lock()
            .unwrap()
            .insert(task.address.clone(), Observation::Present(thing));
        Ok(())
    }

    async fn check(
        &self,
        _kind: &dyn Kind,
        check: &'static Check,
        _want: &Value,
        live: &Live,
    ) -> Option<Checked> {
        self.called(format!("check {} of {}", check.id, live.id));
        Some(check.passed(live.id.as_str()))
    }

    async fn delete(&self, _kind: &dyn Kind, task: &Task<'_>, live: &Live) -> Result<(), AwsError> {
        self.called(format!("delete {} {}", task.address, live.id));
        let mut named = self.named.lock().unwrap();
        if let Some(one) = named.iter_mut().find(|one| one.id == live.id) {
            one.thing = Observation::Absent;
            return Ok(());
        }
        self.things
            .lock()
            .unwrap()
            .insert(task.address.clone(), Observation::Absent);
        Ok(())
    }

    async fn dependents(&self, _kind: &dyn Kind, _live: &Live) -> Option<Result<Dependents, AwsError>> {
        None
    }

    async fn made_and_deleted(
        &self,
        _kind: &dyn Kind,
        _since: jiff::Timestamp,
    ) -> Option<Result<usize, AwsError>> {
        None
    }

    async fn in_use_by(&self, _kind: &dyn Kind, _live: &Live) -> Option<String> {
        None
    }

    async fn check_answers(
        &self,
        _kind: &dyn Kind,
        _want: &Value,
        answers: &BTreeMap<String, String>,
    ) -> Result<BTreeMap<String, String>, Rejected> {
        Ok(answers.clone())
    }

    async fn published(&self, _kind: &dyn Kind, _answers: &BTreeMap<String, String>) -> Option<Published> {
        None
    }

    async fn remarks(
        &self,
        _kind: &dyn Kind,
        _want: &Value,
        _answers: &BTreeMap<String, String>,
    ) -> Vec<String> {
        Vec::new()
    }

    async fn notice(&self, _kind: &dyn Kind, _want: &Value, checkpoint: Checkpoint) -> Checkpoint {
        checkpoint
    }

    async fn prepare(&self, _kind: &dyn Kind, _task: &Task<'_>, _want: &Value) -> Result<bool, AwsError> {
        Ok(true)
    }

    async fn conclude(&self, _kind: &dyn Kind, _task: &Task<'_>, _want: &Value) -> Result<(), AwsError> {
        Ok(())
    }
}

fn as_asked<T: Observed + DeserializeOwned>(id: &str, want: &Value) -> Live {
    Live::of(id, "ACTIVE", serde_json::from_value::<T>(want.clone()).unwrap())
}

/// What a spec is once it is there: every field reads as it was asked.
pub(crate) fn live_of(address: &Address, want: &Value) -> Live {
    let id = format!("id-of-{}", address.key);
    let mut live = match address.kind {
        ApprovedOriginSpec::KIND => as_asked::<ApprovedOriginLive>(&id, want),
        ApplicationSpec::KIND => as_asked::<ApplicationLive>(&id, want),
        StackSpec::KIND => as_asked::<StackLive>(&id, want),
        _ => as_asked::<InstanceLive>(&id, want),
    };
    if let Some(tags) = want.get("tags") {
        live = live.tagged(serde_json::from_value(tags.clone()).unwrap());
    }
    let known = [
        ("id", id.clone()),
        (
            "arn",
            format!("arn:aws:connect:eu-west-2:{ACCOUNT}:instance/{id}"),
        ),
        ("origin", address.key.clone()),
    ];
    live.outputs = known.map(|(name, value)| (name.to_owned(), value)).into();
    live
}

/// The tags of a lineage.
pub(crate) fn tags(lineage: &str) -> Value {
    json!({ tag::ENVIRONMENT: "acme", tag::LINEAGE: lineage })
}

/// Something that is wanted.
pub(crate) fn desired(at: &str, spec: Value) -> Desired {
    Desired {
        address: address(at),
        mode: Mode::Managed,
        spec,
        after: Vec::new(),
        protect: false,
        place: None,
        answers: BTreeMap::new(),
        is_named: false,
        waits: Default::default(),
    }
}

/// An instance.
pub(crate) fn instance() -> Desired {
    let spec = json!({
        "alias": "acme", "identity": "SAML", "inbound": true, "outbound": true, "attributes": {},
        "tags": tags(LINEAGE),
    });
    desired(INSTANCE, spec)
}

/// An origin on the instance, whose id it is part of.
pub(crate) fn origin() -> Desired {
    let id = serde_json::to_value(Text::after(&address(INSTANCE), "id")).unwrap();
    desired(
        ORIGIN,
        json!({ "instance_id": id, "origin": "https://pages.example.com" }),
    )
}

pub(crate) fn design(things: impl IntoIterator<Item = Desired>) -> Design {
    let things = things.into_iter().map(|one| (one.address.clone(), one));
    Design {
        resources: things.collect(),
        ..Design::default()
    }
}

/// A state that knows nothing.
pub(crate) fn empty_state() -> State {
    State::new("acme", ACCOUNT, "eu-west-2", LINEAGE.to_owned())
}

/// What state has of something that Headset made so.
pub(crate) fn record(at: &str, spec: &Value, after: &[&str]) -> Record {
    let live = live_of(&address(at), spec);
    Record {
        id: live.id,
        origin: Origin::Created,
        spec: spec.clone(),
        outputs: live.outputs,
        protect: false,
        after: after.iter().map(|at| address(at)).collect(),
        waits: Default::default(),
        as_found: false,
    }
}

/// An environment on a cloud, with its state in a directory.
pub(crate) fn session(cloud: Arc<TableCloud>, directory: &Path, design: Design, state: State) -> Session {
    let context = DesignContext {
        account: ACCOUNT.to_owned(),
        partition: "aws".to_owned(),
        region: "eu-west-2".to_owned(),
        appstream_region: "eu-west-2".to_owned(),
        identity_center_region: "eu-west-2".to_owned(),
        lineage: state.lineage.clone(),
        expires: None,
        given: Given::default(),
        library: headset_design::Library::StandIn,
    };
    Session {
        name: "acme".to_owned(),
        cloud,
        context,
        design,
        remarks: Vec::new(),
        store: LocalStore::new(directory.join("acme").join("place")),
        state,
        source: None,
        lifetime: None,
        is_placed: true,
        says_regions: true,
        asks: false,
        scope: Default::default(),
        reading: Default::default(),
    }
}

/// The lock of its state.
pub(crate) fn held(session: &Session) -> Locked {
    session.store.lock(|| session.state.clone()).unwrap()
}

/// Runs on time that jumps as soon as everything waits.
pub(crate) fn on_virtual_time<T>(test: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build();
    runtime.unwrap().block_on(test)
}
