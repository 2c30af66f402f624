//! How much of a plan's values is shown, and in which colours.

use anstyle::{AnsiColor, Style};

pub(super) const ADD: Style = AnsiColor::Green.on_default();
pub(super) const CHANGE: Style = AnsiColor::Yellow.on_default();
pub(super) const REMOVE: Style = AnsiColor::Red.on_default();
pub(super) const ASK: Style = AnsiColor::Cyan.on_default();
pub(super) const DIM: Style = Style::new().dimmed();
pub(super) const LOUD: Style = AnsiColor::Red.on_default().bold();

/// How much of a plan's values is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// New values are cut to a line, and of changed ones only what differs is shown.
    Short,
    /// Every value whole (`--full`).
    Full,
}
