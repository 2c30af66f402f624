//! What a page of the Contact Control Panel says of itself, and which of the browser's devices it may use.

/// The names of the pages through which agents are heard: what is in their element `<meta name="headset-page">`.
pub const HEARD: [&str; 2] = ["audio-only", "whole"];

/// The header Permissions-Policy of a page whose agents are not heard.
pub const SILENT: &str = "camera=(), geolocation=(), microphone=()";

/// The same around the origin of the instance whose panel may use the microphone.
pub const AROUND: [&str; 2] = ["camera=(), geolocation=(), microphone=(self \"", "\")"];

/// The header Permissions-Policy that this page has to come with; `None`: it is no page of the panel.
pub fn permissions(page: &str) -> Option<String> {
    let after = |mark: &str, end: char| {
        let (_, rest) = page.split_once(mark)?;
        rest.split_once(end).map(|(value, _)| value)
    };
    let name = after("<meta name=\"headset-page\" content=\"", '"')?;
    let instance = after("frame-src ", ';')?;
    Some(match HEARD.contains(&name) {
        true => [AROUND[0], instance, AROUND[1]].concat(),
        false => SILENT.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_says_whether_it_may_use_the_microphone() {
        let page = |name: &str| {
            format!(
                "<meta content=\"frame-src https://a.my.connect.aws; x\"><meta name=\"headset-page\" content=\"{name}\">"
            )
        };
        let heard = "camera=(), geolocation=(), microphone=(self \"https://a.my.connect.aws\")";
        assert_eq!(permissions(&page("audio-only")).as_deref(), Some(heard));
        assert_eq!(permissions(&page("in-session")).as_deref(), Some(SILENT));
        assert_eq!(permissions("<p>"), None);
    }
}
