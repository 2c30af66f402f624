//! From a blueprint to the resources it asks for: names, links, policies, pages. Pure.

mod alike;
mod applications;
mod appstream;
mod ccp;
mod companions;
mod connect;
mod desired;
mod drawing;
mod entries;
mod moves;
pub mod pages;
pub mod recipe;
mod sections;
mod setting;
mod sign_in;
mod tags;
#[cfg(test)]
mod tests;

pub use applications::{is_application, shared_application};
pub use desired::{Design, Desired, Mode, Move};
pub use entries::{ENTRIES, entries, rekeyed};
pub use setting::{FirstKeys, Setting};

use headset_blueprint::model::Blueprint;
use headset_core::diagnostic::Diagnostic;

/// Draws everything that a blueprint asks for, with all mistakes that only show once its parts are put together.
///
/// Pure: the same blueprint and setting always give the same design.
pub fn design(blueprint: &Blueprint, setting: &Setting) -> (Design, Vec<Diagnostic>) {
    design_under(blueprint, setting, &FirstKeys::new())
}

/// The same for an environment in which some entries were made under other keys.
pub fn design_under(
    blueprint: &Blueprint,
    setting: &Setting,
    first: &FirstKeys,
) -> (Design, Vec<Diagnostic>) {
    let mut drawing = sections::draw(blueprint, setting, first);
    let alike = alike::check(&drawing.design);
    drawing.diagnostics.extend(alike);
    moves::moves(&mut drawing, first);
    (drawing.design, drawing.diagnostics)
}
