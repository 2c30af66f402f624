//! `requires`: the versions of Headset that a file is written for.
//!
//! It is looked at before anything else of the file: what an older version does not know would only be a list of mistakes
//! that are none.

use headset_core::diagnostic::{Diagnostic, Place};
use semver::{Version, VersionReq};

use super::node::{Entry, Value};

/// The code of the finding that a file needs another version. Where it stands, no other finding counts.
pub(super) const CODE: &str = "requires";

/// This version.
const OWN: &str = env!("CARGO_PKG_VERSION");

/// What is wrong where this version is not one that a file is for. A text that names no version is refused where it is read.
pub(super) fn unmet(text: &str, place: &Place) -> Option<Diagnostic> {
    let wanted = VersionReq::parse(text).ok()?;
    let own = Version::parse(OWN).ok()?;
    (!wanted.matches(&own)).then(|| {
        Diagnostic::error(CODE, format!("this is for Headset {wanted}, and this is Headset {OWN}"))
            .at(place.clone())
            .help("Install a version that it is for. To use this one, change `requires`; `validate` then shows what \
                this version does not know.")
    })
}

/// The same for the keys of one file.
pub(super) fn unmet_by(entries: &[Entry]) -> Option<Diagnostic> {
    let entry = entries.iter().find(|entry| entry.key == "requires")?;
    match &entry.node.value {
        Value::Text(text) => unmet(text, &entry.node.place),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::List(_) | Value::Map(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits;
    use crate::node::Source;

    #[test]
    fn what_the_key_takes_names_versions() {
        for good in [">=0.1", ">= 0.1.0", "0.1", "^0.1, <1", "=1.2.3", "~1.2", "<2,>=1"] {
            assert!(limits::VERSIONS.accepts(good), "{good}");
            assert!(VersionReq::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "new",
            ">=",
            "1.2.3.4",
            ">=0.1 <2",
            "01.2",
            ">=0.1,",
            "99999999999",
        ] {
            assert!(!limits::VERSIONS.accepts(bad), "{bad}");
        }
    }

    #[test]
    fn this_version_is_compared() {
        let place = Source::new("a.yaml", "x").place(0, 1);
        assert!(unmet(&format!(">={OWN}"), &place).is_none());
        assert!(unmet(&format!("={OWN}"), &place).is_none());
        let told = unmet(">=99.1", &place).unwrap();
        assert_eq!(
            told.message,
            format!("this is for Headset >=99.1, and this is Headset {OWN}")
        );
        assert!(unmet(&format!("<{OWN}"), &place).is_some());
    }
}
