//! What a person does in an environment: how far each checkpoint is, its worksheet, and the answers to it.

mod answer;
mod find;
mod list;

pub use answer::{Note, Refusal, Taken};
pub use find::Checkpoints;
pub use list::{Listed, Progress};
