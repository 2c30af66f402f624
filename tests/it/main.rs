//! The one integration binary. Each module is one way of holding Headset to its promises.
#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test that cannot go on says why and ends"
)]

mod answers;
mod application;
mod broken;
mod captured;
mod commands;
mod conformance;
mod consent;
mod damaged_state;
mod destroy;
mod drift;
mod earlier;
mod errors;
mod existing;
mod foreign;
mod found_again;
mod guide;
mod hints;
mod import;
mod init;
mod kill;
mod kinds_appstream;
mod kinds_connect;
mod lessons;
mod life;
mod lifetime;
mod link;
mod lost;
mod lost_answers;
mod metadata;
mod middlebox;
mod mistakes;
mod moves;
mod new_kind;
mod newer;
mod own_words;
mod planner;
mod record;
mod reference;
mod rehearsal;
mod release;
mod secrets;
mod sign_in;
mod strange;
mod support;
mod terraform_ids;
mod tidy;
mod widths;
