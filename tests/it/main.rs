//! The one integration binary. A behaviour's tests are where its name says:
//! `browser` in Chromium, `commands` by command, `kinds` by service and kind, `blueprint` by key, `interop` by the clients of
//! others, `invariants` what always holds, `regressions` what has gone wrong once.
#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test that cannot go on says why and ends"
)]

mod blueprint;
mod browser;
mod commands;
mod interop;
mod invariants;
mod kinds;
mod regressions;
mod support;
