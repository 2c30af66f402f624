//! The kinds of Application Auto Scaling.

pub(crate) mod fleet;
