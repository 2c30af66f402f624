//! What each kind of resource is: specs, fields and their comparison, facts, costs, limits, worksheets.
//!
//! One file per kind below the folder of its service; `registry` lists them. Nothing here makes a request or knows an SDK:
//! the half of a kind that does is in `headset_aws::kinds`, under the same path. `evidence` is the catalogue of what is
//! believed about AWS without a source.

pub mod acceptance;
pub mod appstream;
pub mod autoscaling;
pub mod checkpoint;
pub mod cloud;
pub mod cloudfront;
pub mod connect;
pub mod discovery;
pub mod ec2;
pub mod evidence;
pub mod extra;
pub mod iam;
pub mod identity_center;
pub mod idp;
pub mod kept;
pub mod kind;
pub mod live;
pub mod names;
pub mod novelty;
pub mod objects;
pub mod one_origin;
pub mod output;
pub mod outward;
pub mod own;
pub mod person;
pub mod png;
pub mod published;
pub mod regions;
pub mod registry;
pub mod rejected;
pub mod relay;
pub mod s3;
pub mod saml;
pub mod service;
pub mod spec;
pub mod svg;
pub mod verify;

pub use cloud::{Caller, Cloud, Task};
pub use extra::{Extra, Holder, List};
pub use headset_core::{
    Address, AtHand, Change, Compare, Diff, Field, FieldChange, KindId, Leaf, Outputs, Secret, Text, address,
    field, leaf, policy, seconds, secret, shell, tag, template, text, words,
};
pub use kind::{
    Actions, Believed, Checkpoint, CreationLimit, Declared, Dependents, Forbidden, Incompatibility, Kind,
    LastOne, Lookup, Named, Observation, Published, Question, Reading, Tied,
};
pub use live::{Condition, Live, Observed};
pub use novelty::Novelty;
pub use outward::{HourlyCost, Quota, Terraform};
pub use own::{Beside, Earlier, OwnName, Owner, Password};
pub use rejected::Rejected;
pub use service::Service;
pub use verify::{Asked, Check, Checked, Verdict};
