//! Who did something to a state, for those who look back.

use headset_engine::state::By;
use headset_kinds::Caller;

use super::environment::holder;

/// Who this run is, as AWS knows the caller.
pub(super) fn by(caller: &Caller) -> By {
    By {
        caller: caller.arn.clone(),
        ..unasked()
    }
}

/// The same where AWS was not asked.
pub(super) fn unasked() -> By {
    By {
        caller: String::new(),
        on: holder(),
        headset: env!("CARGO_PKG_VERSION").to_owned(),
    }
}
