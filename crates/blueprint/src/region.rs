//! Names of regions, as people type them.

use headset_core::diagnostic::Diagnostic;
use headset_core::nearest::nearest;
use headset_kinds::regions::{self, AS_OF};

/// A region that AWS's lists do not have: a warning, since they may be older than the region.
pub fn unlisted(region: &str) -> Option<Diagnostic> {
    if regions::NAMED.contains(&region) {
        return None;
    }
    let message = format!("AWS's lists of {AS_OF} have no region `{region}`");
    let taken = "Headset accepts it, since AWS may have opened it after that day.";
    Some(
        Diagnostic::warning("unlisted-region", message).help(match likely(region) {
            Some(likely) => format!("Did you mean `{likely}`? {taken}"),
            None => taken.to_owned(),
        }),
    )
}

/// Why a text can be no region, in a sentence without a full stop.
///
/// # Errors
/// If it has not the form of a region's name.
pub fn check_form(text: &str) -> Result<(), String> {
    if regions::has_form(text) {
        return Ok(());
    }
    let likely = likely(text).map(|likely| format!("; did you mean `{likely}`?"));
    Err(format!(
        "AWS has no region `{text}`: they look like `eu-west-2`{}",
        likely.unwrap_or_default()
    ))
}

/// The region that was meant, perhaps.
fn likely(text: &str) -> Option<&'static str> {
    nearest(text, regions::NAMED.iter().copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_told_and_a_new_region_is_taken() {
        assert_eq!(unlisted("eu-west-2"), None);
        let help = |region: &str| {
            unlisted(region)
                .and_then(|finding| finding.help)
                .unwrap_or_default()
        };
        assert!(
            help("eu-wset-2").starts_with("Did you mean `eu-west-2`?"),
            "{}",
            help("eu-wset-2")
        );
        assert!(
            help("nz-north-1").contains("Headset accepts it"),
            "{}",
            help("nz-north-1")
        );
        assert_eq!(check_form("nz-north-1"), Ok(()));
        let refused = check_form("mars").unwrap_err();
        assert!(
            refused.contains("`mars`") && !refused.contains("did you mean"),
            "{refused}"
        );
        let refused = check_form("eu-west2").unwrap_err();
        assert!(refused.contains("did you mean `eu-west-2`?"), "{refused}");
    }
}
