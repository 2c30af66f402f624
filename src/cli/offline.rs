//! Whether a command asks identity providers again what they publish.

use clap::Args;

/// The option of commands that compare what AWS has with what identity providers publish.
#[derive(Clone, Copy, Debug, Args)]
pub(super) struct Asking {
    /// Do not fetch SAML metadata from the identity provider; use what was read last.
    #[arg(long)]
    pub(super) offline: bool,
}
