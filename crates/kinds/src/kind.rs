//! The contract of a resource kind, the half of it that needs no network.
//!
//! A kind says how to see things of its sort, compare them and move them one step towards what is wanted.
//! Everything around that (ordering, waiting, retrying, journalling, ownership) is the engine's and is
//! written once. The contract that the conformance test holds every kind to:
//!
//! * after `create` and as many `update`s as it takes, `survey` reads back a thing whose `diff` is empty;
//! * every method may be cut off at any point and called again;
//! * `delete` of something that is gone is fine.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use headset_core::field::FieldId;
use headset_core::{Address, Arn, AwsError, Change, Class, Diff, Field, FieldChange, KindId};

pub use crate::checkpoint::{Answer, Checkpoint, Notice, Question};
use crate::discovery::{Found, Trace, Unread};
use crate::extra::List;
use crate::live::Observed;
pub use crate::live::{Condition, Live};
use crate::output;
use crate::outward::{HourlyCost, Quota, Terraform};
use crate::own::{Beside, Earlier, OwnName, Owner, Password};
pub use crate::published::Published;
use crate::service::Service;
use crate::spec::{Existing, Spec};
use crate::verify::{Asked, Check, Checked};

/// What to look for.
#[derive(Clone, Debug)]
pub struct Lookup {
    /// Whose lookup it is.
    pub address: Address,
    /// The spec, resolved as far as it can be; the kind's `identity` fields are known.
    pub spec: Value,
    /// The physical id that state remembers, if any.
    pub id: Option<String>,
    /// The answers to the checkpoint of this address, if it is one.
    pub answers: BTreeMap<String, String>,
    /// What may be believed without AWS's word of now.
    pub believed: Believed,
}

/// What a look may rest on besides descriptions of now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Believed {
    /// The outputs that state has of the thing: names of what it refers to are among them.
    pub noted: BTreeMap<String, String>,
    /// How much is read.
    pub reading: Reading,
}

/// How much is read where less may do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reading {
    /// What an index shows is taken, and what it does not show is not looked at.
    Quick,
    /// What an index shows as it is wanted is taken, and all else is described.
    #[default]
    Usual,
    /// Everything is described, and neither indexes nor state are believed.
    Full,
    /// Everything of what is settled; of what is on its way to another state, that alone. For looks in a row, which have no
    /// use for what takes further calls before it has settled.
    Settled,
}

impl Reading {
    /// Whether what an index shows is taken where it is as it is wanted.
    #[must_use]
    pub fn believes_indexes(self) -> bool {
        match self {
            Reading::Quick | Reading::Usual => true,
            Reading::Full | Reading::Settled => false,
        }
    }
}

/// What a survey found.
#[derive(Clone, Debug)]
pub enum Observation {
    /// AWS says that there is no such thing.
    Absent,
    /// There it is.
    Present(Live),
    /// It could not be read. Access denied, for one, is unknown and never absent.
    Unknown(AwsError),
}

/// What a look has shown: the thing, that there is none, or why it could not be read.
impl From<Result<Option<Live>, AwsError>> for Observation {
    fn from(look: Result<Option<Live>, AwsError>) -> Observation {
        match look {
            Ok(Some(live)) => Observation::Present(live),
            Ok(None) => Observation::Absent,
            Err(error) => Observation::Unknown(error),
        }
    }
}

/// How often an account may make and delete things of a kind before AWS refuses more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CreationLimit {
    /// So many creations and deletions together ...
    pub most: usize,
    /// ... in so many days, counted backwards from each.
    pub days: i64,
}

/// Why a thing cannot be made or changed as it is wanted, as the account itself tells: a setting forbids it, or what it names
/// is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forbidden {
    /// The code of the finding.
    pub code: &'static str,
    /// Whether AWS refuses it, or nothing comes of it; otherwise it is made, and does not do what it is for.
    pub is_refused: bool,
    /// What, and by which setting: a sentence without a full stop.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl Forbidden {
    /// What is named is not there: the error that making it would come to says so. Another error says nothing about it.
    ///
    /// # Errors
    /// The other error.
    pub fn missing(error: AwsError, help: &str) -> Result<Option<Forbidden>, AwsError> {
        match error.class {
            Class::Invalid => Ok(Some(Forbidden {
                code: "not-there",
                is_refused: true,
                message: error.message,
                help: help.to_owned(),
            })),
            _ => Err(error),
        }
    }
}

/// Why AWS would refuse a thing because of another one that it refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incompatibility {
    /// The fields that do not fit together with it: a thing in which none of them changes is left alone.
    pub fields: Vec<FieldId>,
    /// What does not fit, in a sentence without a full stop.
    pub message: String,
}

/// What would be lost for good.
pub type Loss = &'static str;

/// What AWS ties to a thing itself, so that another one in its place does not serve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tied {
    /// What is lost, in a sentence without a full stop.
    pub loss: Loss,
    /// The way out.
    pub help: &'static str,
    /// Who says so.
    pub source: &'static str,
}

/// What the last thing of a kind in one place means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastOne {
    /// The field that says in which place it is.
    pub within: FieldId,
    /// The kind of that place.
    pub place: KindId,
    /// What happens once it is gone, in a sentence without a full stop.
    pub effect: &'static str,
}

/// What else hangs on a thing and is lost with it, by name: others made it there, and it is not Headset's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dependents {
    /// What sort of things they are, in the plural.
    pub what: String,
    /// Their names.
    pub names: Vec<String>,
}

/// The IAM actions that a kind needs, for `policy` and the reference pages.
#[derive(Clone, Copy, Debug)]
pub struct Actions {
    /// For `plan`, `drift` and `status`.
    pub read: &'static [&'static str],
    /// For `apply`, beyond `read`.
    pub write: &'static [&'static str],
    /// For `destroy`, beyond `read`.
    pub delete: &'static [&'static str],
}

/// A kind of resource: what such a thing is, and what follows from what is known of it. How AWS is asked for one and
/// made to change it is in its other half (`headset_aws::kinds`).
pub trait Kind: Named + Send + Sync + std::fmt::Debug {
    /// Its name: service and noun, such as `appstream.fleet`.
    fn name(&self) -> &'static str {
        self.id().name()
    }

    /// One sentence for reference pages: what such a thing is.
    fn about(&self) -> &'static str;

    /// How such a thing is found where no state knows of it.
    fn trace(&self) -> Trace;

    /// The service whose region it is in; `None` for what has no region.
    fn service(&self) -> Option<Service> {
        Service::of(self.id())
    }

    /// The region that a thing names itself, by its spec or outputs; `None`: it is where its service is looked for. Pure.
    fn region(&self, _spec: &Value, outputs: &BTreeMap<String, String>) -> Option<String> {
        match self.service()? {
            Service::AppStream => {
                let arn = Arn::parse(outputs.get(output::ARN)?)?;
                arn.in_region().map(str::to_owned)
            }
            // The environment's own region is Connect's; the ARNs of buckets and applications name no region.
            Service::Connect | Service::S3 | Service::IdentityCenter => None,
        }
    }

    /// The fields that have to be known before such a thing can be looked up.
    fn identity(&self) -> &'static [FieldId];

    /// The fields by which a thing is known again although its identity changed, such as an application by where it
    /// leads to: sets of them, each enough by itself, the surest first. None: another identity is another thing.
    fn known_by(&self) -> &'static [&'static [FieldId]] {
        &[]
    }

    /// What names one thing among all of its kind, so that two addresses cannot both mean it. `None`: nothing does.
    fn claim(&self, live: &Live) -> Option<String> {
        Some(live.id.clone())
    }

    /// The field that says what a thing is called, where it has a name of its own.
    fn called_by(&self) -> &'static str {
        Existing::NAME
    }

    /// Whether a thing of the first name is what is wanted under the second one, in any generation. Pure.
    fn is_called(&self, name: &str, wanted: &str) -> bool {
        name == wanted
    }

    /// Whether such things hold data that nothing brings back, so that tags alone do not prove whose they are.
    fn holds_data(&self) -> bool {
        false
    }

    /// Whether a thing is called as an environment would call its own, where no blueprint says the name. Asked only of
    /// what [`Kind::holds_data`]. Pure.
    ///
    /// # Errors
    /// What its own would be called.
    fn check_name(&self, _found: &Found, _owner: &Owner<'_>) -> Result<(), OwnName> {
        Ok(())
    }

    /// Whether a thing whose tags cannot be read may be an environment's own, by its name and what else is known, where
    /// no blueprint asks for this name. Pure.
    fn may_be_own(&self, _name: &str, _unread: &Unread, _owner: &Owner<'_>) -> bool {
        true
    }

    /// What AWS makes on its own beside such a thing, and keeps after it. Pure.
    fn beside(&self, _want: &Value, _account: &str) -> Option<Beside> {
        None
    }

    /// The password that is given when such a thing is made, if one is.
    fn password(&self) -> Option<Password> {
        None
    }

    /// What earlier versions of Headset kept of such a thing in the record of one of another kind with the same key. Pure.
    fn earlier(&self, _of: KindId, _spec: &Value, _outputs: &BTreeMap<String, String>) -> Option<Earlier> {
        None
    }

    /// The outputs that others may refer to, each with its meaning.
    fn outputs(&self) -> &'static [(&'static str, &'static str)];

    /// The IAM actions it needs.
    fn actions(&self) -> Actions;

    /// The IAM actions that searching for such things by their tags takes, beside reading each.
    fn searching(&self) -> &'static [&'static str] {
        &[]
    }

    /// The lists of other things in which such things are, where there may be more of them than the blueprint declares. Of a
    /// kind's own list, [`List::holder`] is the kind itself.
    fn lists(&self) -> &'static [List] {
        &[]
    }

    /// What AWS puts into the lists of such a thing when it is made, as fields of a spec: that is no other's, also where the
    /// lists are shared with others. Pure.
    fn born_with(&self) -> Option<Value> {
        None
    }

    /// The checks that `verify` makes of such a thing. Where there is none of it, the first one fails.
    fn checks(&self) -> &'static [&'static Check] {
        &[]
    }

    /// Answers those checks that follow from what AWS reports of a thing, and concern it. Pure.
    fn check(&self, _asked: Asked<'_>) -> Vec<Checked> {
        Vec::new()
    }

    /// Whether this change cuts off the users of a thing that runs. Pure.
    fn cuts_off(&self, change: &FieldChange) -> bool {
        change.change == Change::Stopped
    }

    /// Compares what is wanted with what is there.
    fn diff(&self, want: &Value, live: &Live) -> Diff {
        live.diff(self.fields(), want)
    }

    /// What has to be done again where an earlier change was begun and its end is not known, although AWS shows all as it is
    /// wanted: a call of that change has an effect that no read shows. Pure.
    fn unfinished(&self, _want: &Value) -> Diff {
        Diff::new()
    }

    /// What AWS would refuse about such a thing because of something that lives outside and that it refers to.
    /// `referred` gives what a field refers to, as it is there now. Pure.
    fn incompatibility<'a>(
        &self,
        _want: &Value,
        _referred: &dyn Fn(FieldId) -> Option<&'a Live>,
    ) -> Option<Incompatibility> {
        None
    }

    /// What deleting such a thing loses for good, if anything.
    fn loss(&self, _live: &Live) -> Option<Loss> {
        None
    }

    /// Whether nothing is lost for good where a thing goes with just these dependents, although [`Kind::loss`] says what may be.
    /// Pure.
    fn is_spared(&self, _dependents: &Dependents) -> bool {
        false
    }

    /// How many predecessors of such a thing, which a person made, stay beside it; `None`: all of them. Pure.
    fn keeps(&self, _want: &Value) -> Option<usize> {
        None
    }

    /// Whether a predecessor that was applied like this stays, however many there are: others were given it, and AWS does not say
    /// whether they use it. Pure.
    fn is_given_away(&self, _spec: &Value) -> bool {
        false
    }

    /// Why such a thing that runs need not, where nothing that refers to it waits for a person: what to do about it. AWS does not
    /// say whether a person works on it, so that nothing stops it by itself. Pure.
    fn runs_for_people(&self, _live: &Live) -> Option<String> {
        None
    }

    /// What AWS ties to such a thing itself, so that one of the same purpose or even name does not replace it. Pure.
    fn tied(&self, _want: &Value) -> Option<Tied> {
        None
    }

    /// What else deleting such a thing does to what is not its own, in a sentence without a full stop. Pure.
    fn removal(&self, _live: &Live) -> Option<String> {
        None
    }

    /// What happens once the last of such things in one place is gone, where the place stays. What is new there comes before
    /// what goes. Pure.
    fn last_one(&self) -> Option<LastOne> {
        None
    }

    /// What to do where AWS refuses to delete such a thing as long as it has these dependents.
    fn why_not_deleted(&self, _dependents: &Dependents) -> Option<String> {
        None
    }

    /// Why such a thing is not deleted as long as it has these dependents, of which there is at least one, also where the
    /// user allows losses: what it holds is not Headset's to delete, or others rely on it. A sentence without a full stop. Pure.
    fn kept_for(&self, _dependents: &Dependents) -> Option<String> {
        None
    }

    /// How often such things may come and go, where AWS limits that.
    fn creation_limit(&self) -> Option<CreationLimit> {
        None
    }

    /// What to do where AWS refuses to make such a thing, or begins and fails, if something is particular to it.
    fn why_not_made(&self) -> Option<&'static str> {
        None
    }

    /// What AWS bills by the hour for such a thing as it is now. Pure.
    fn hourly_cost(&self, _live: &Live) -> Option<HourlyCost> {
        None
    }

    /// The quotas that limit how many such things there may be.
    fn quotas(&self) -> &'static [Quota] {
        &[]
    }

    /// What manages such a thing in Terraform, if its AWS provider has a resource for it.
    fn terraform(&self) -> Option<Terraform> {
        None
    }

    /// Why another thing has to take the place of such a thing, where a field that AWS cannot change is not the whole
    /// story: a sentence without a full stop.
    fn why_replaced(&self, _changed: &[&str]) -> Option<String> {
        None
    }

    /// Why AWS cannot change this field, where nothing may take the place of the thing either: a sentence without a full stop.
    fn why_unchangeable(&self, _field: &str) -> Option<&'static str> {
        None
    }

    /// Why a person makes such a thing, where [`Kind::checkpoint`] says that one does: a sentence without a full stop.
    fn why_manual(&self) -> &'static str {
        "AWS has no API that makes it"
    }

    /// What a person has to do, where the thing is absent and Headset does not make it. Pure: same spec, same worksheet.
    fn checkpoint(&self, _address: &Address, _want: &Value) -> Option<Checkpoint> {
        None
    }

    /// What a person has to change by hand, where the thing is there and differs, and no API can change it. The
    /// worksheet lists only what differs. Pure. `None`: `update` does it.
    fn edit(&self, _address: &Address, _want: &Value, _live: &Live, _diff: &Diff) -> Option<Checkpoint> {
        None
    }

    /// What of earlier answers stays valid with all further answers. Pure.
    fn lasting_answers(&self, _answers: &BTreeMap<String, String>) -> BTreeMap<String, String> {
        BTreeMap::new()
    }

    /// Where in the blueprint the answers about a thing may stand, as keys joined by dots. Pure.
    fn answers_at<'a>(&self, _want: &'a Value) -> Option<&'a str> {
        None
    }

    /// What a person may report of a thing at any time once it was answered, besides what its worksheets ask.
    fn reports(&self) -> Vec<Question> {
        Vec::new()
    }

    /// What answers name that is one thing's alone, each with the key of the answer: no other address of the kind can be
    /// answered with it. Pure.
    fn answers_name(
        &self,
        _want: &Value,
        _answers: &BTreeMap<String, String>,
    ) -> Vec<(&'static str, String)> {
        Vec::new()
    }

    /// What answers tell already of a thing while others are still missing, as outputs: enough for a look at what hangs on
    /// it. Pure.
    fn told(&self, _answers: &BTreeMap<String, String>) -> BTreeMap<String, String> {
        BTreeMap::new()
    }

    /// Whether only a person's answers say that such a thing is there, so that without them nothing is known of it. Pure.
    fn rests_on_answers(&self, _want: &Value) -> bool {
        self.outlives()
    }

    /// Whether what a person made stays when its environment goes, so that what was answered about it is kept: the next
    /// environment of that name takes it up again.
    fn outlives(&self) -> bool {
        false
    }

    /// What a person can do where AWS refuses to: the spec whose [`Kind::checkpoint`] says so. `None`: the refusal
    /// stands.
    fn manual_fallback(&self, _want: &Value, _refusal: &AwsError) -> Option<Value> {
        None
    }

    /// Keys of maps under which AWS reports what other fields say.
    fn said_elsewhere(&self) -> &'static [&'static str] {
        &[]
    }

    /// The lookup of what stands for a thing of which AWS has nothing to make ([`Class::UpToDate`]), with the name that the
    /// blueprint makes. `None`: nothing does. Pure.
    ///
    /// [`Class::UpToDate`]: headset_core::Class::UpToDate
    fn stand_in(&self, _want: &Value) -> Option<Value> {
        None
    }

    /// The kind of a thing with the same key at which this one's answers are taken, too, and which answers: earlier
    /// versions asked for them there.
    fn answered_with(&self) -> Option<(KindId, &'static [&'static str])> {
        None
    }

    /// The name that a person's answers give to the thing, in place of the one in the spec's field `name`: an image was
    /// captured under another one. Pure.
    fn answered_name<'a>(&self, _want: &Value, _answers: &'a BTreeMap<String, String>) -> Option<&'a str> {
        None
    }

    /// Whether an old thing has to go before a new one can come although their names differ: a stack has one fleet.
    fn is_exclusive(&self) -> bool {
        false
    }

    /// How long creation, a change of state or deletion may take before the wait is given up, in seconds.
    /// Assumption: `waits.long-enough`.
    fn timeout(&self) -> u64 {
        600
    }
}

/// Which kind it is, and its field table: what `#[derive(Fields)]` of its spec says of a kind.
pub trait Named {
    /// Which one it is.
    fn id(&self) -> KindId;

    /// The field table.
    fn fields(&self) -> &'static [Field];
}

/// The types of a kind, which the same derive says.
pub trait Declared: Kind + Sized {
    /// What is asked of such a thing.
    type Spec: Spec + DeserializeOwned + Send + Sync;
    /// What is reported of it.
    type Live: Observed;

    /// What is reported of a thing of this kind.
    fn read<'a>(&self, live: &'a Live) -> &'a Self::Live {
        live.read()
    }
}

/// Reads a spec as its kind's type.
///
/// # Errors
/// If its kind does not understand the spec: another version of Headset made it.
pub fn parse<T: for<'de> Deserialize<'de>>(want: &Value) -> Result<T, AwsError> {
    serde_json::from_value(want.clone()).map_err(|error| AwsError::other_version(&error))
}
