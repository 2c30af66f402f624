//! The addresses that a recipe is made of.

use headset_blueprint::model::Audio;

/// Where the recipe's addresses come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origins {
    /// Where the agent's voice is: with [`Audio::Session`] the pages may use the session's microphone, and wherever the page in
    /// the session rings, it may do so without a click.
    pub audio: Audio,
    /// The origin of the two pages, if they are published: `https://HOST`.
    pub page: Option<String>,
    /// The address of the in-session page, if it is published.
    pub in_session: Option<String>,
    /// The origin of the Amazon Connect instance, if its alias is known.
    pub connect: Option<String>,
    /// The origins of other sites that embed the panel.
    pub sites: Vec<String>,
}
