//! What a command asks again: of identity providers what they publish, of AWS what indexes and state tell as well.

use clap::Args;
use headset_kinds::Reading;

/// The option of commands that compare what AWS has with what identity providers publish.
#[derive(Clone, Copy, Debug, Args)]
pub(super) struct Asking {
    /// Do not fetch SAML metadata from the identity provider; use what was read last.
    #[arg(long)]
    pub(super) offline: bool,
}

/// The option of commands that take what an index or state tells where that is enough.
#[derive(Clone, Copy, Debug, Args)]
pub(super) struct Doubting {
    /// Read everything by itself: believe neither indexes that lag behind, nor names that state remembers.
    #[arg(long)]
    read_all: bool,
}

impl Doubting {
    /// How much is read.
    pub(super) fn reading(self) -> Reading {
        match self.read_all {
            true => Reading::Full,
            false => Reading::Usual,
        }
    }
}
