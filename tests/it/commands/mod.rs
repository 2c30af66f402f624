//! What each command does, as a user runs it.

mod advice;
mod apply;
mod bootstrap;
mod ccp;
mod checkpoint;
mod completions;
mod destroy;
pub(crate) mod drift;
mod explain;
mod graph;
mod history;
mod import;
mod init;
mod options;
mod plan;
mod policy;
mod record;
pub(crate) mod shared_state;
mod simulated;
mod state;
mod status;
mod stopped;
mod timeline;
mod validate;
mod verify;
mod verify_user;
