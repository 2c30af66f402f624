//! Resource Groups Tagging API: an index of what carries tags. Here it has what AppStream has.

mod calls;
mod search;
#[cfg(test)]
mod tests;

pub(crate) use calls::Tagging;
