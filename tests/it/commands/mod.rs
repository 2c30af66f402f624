//! What each command does, as a user runs it.

mod advice;
mod apply;
mod as_json;
mod bootstrap;
mod ccp;
mod checkpoint;
mod completions;
mod default_file;
mod destroy;
pub(crate) mod drift;
mod edited_state;
mod env;
mod explain;
mod graph;
mod history;
pub(crate) mod import;
mod init;
mod library;
mod many;
mod network;
mod network_check;
mod options;
mod plan;
mod policy;
mod record;
/// It signs in the tests of the crate that proves signatures as well.
#[path = "../../../crates/kinds/src/saml/tests/signer.rs"]
mod saml_signer;
pub(crate) mod shared_state;
mod simulated;
mod state;
mod status;
mod stopped;
mod support;
mod timeline;
mod validate;
mod verify;
mod verify_call;
mod verify_response;
mod verify_user;
mod volume;
