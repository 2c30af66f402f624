//! What has gone wrong once, here or elsewhere, and must not again. Bugs of one command or kind stand with it.

pub(crate) mod lessons;
