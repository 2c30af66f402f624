//! From a blueprint to the resources it asks for: names, links, policies, pages. Pure.

mod alike;
mod applications;
mod appstream;
mod bootstrap;
mod browsers;
mod ccp;
mod companions;
mod connect;
mod context;
mod desired;
mod draft;
mod embed;
mod entries;
mod hosting;
mod moves;
pub mod pages;
pub mod permissions;
pub mod recipe;
mod sections;
mod sign_in;
mod tags;
#[cfg(test)]
mod tests;
mod waivers;

pub use applications::{is_application, shared_application};
pub use browsers::{BrowserPolicies, browser_policies};
pub use ccp::origins;
pub use connect::instance as connect_instance;
pub use context::{DesignContext, FirstKeys, Given, Library, SAMPLE_HOST};
pub use desired::{Design, Desired, LeftOut, Lists, Mode, Move};
pub use embed::{Product, Site, sites};
pub use entries::{ENTRIES, entries, rekeyed};
pub use hosting::distribution as pages_distribution;

use headset_blueprint::model::Blueprint;
use headset_core::diagnostic::Diagnostic;

/// Draws everything that a blueprint asks for, with all mistakes that only show once its parts are put together.
///
/// Pure: the same blueprint and setting always give the same design.
pub fn design(blueprint: &Blueprint, context: &DesignContext) -> (Design, Vec<Diagnostic>) {
    design_under(blueprint, context, &FirstKeys::new())
}

/// The same for an environment in which some entries were made under other keys.
pub fn design_under(
    blueprint: &Blueprint,
    context: &DesignContext,
    first: &FirstKeys,
) -> (Design, Vec<Diagnostic>) {
    let mut draft = sections::declare(blueprint, context, first);
    let alike = alike::check(&draft.design);
    draft.diagnostics.extend(alike);
    moves::moves(&mut draft, first);
    waivers::waivers(&mut draft);
    (draft.design, draft.diagnostics)
}
