//! What people make at other identity providers.

pub(crate) mod application;
