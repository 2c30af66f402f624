//! What is assumed of images, and of the programs in them.

use super::model::{Evidence, Signal};

pub(super) const ALL: &[Evidence] = &[
    Evidence {
        id: "chrome-path",
        belief: "Chrome's installer puts it below C:\\Program Files",
        source: "field use; older 32-bit installers put it below C:\\Program Files (x86)",
        fallback: "use `program:` with a path",
        signals: &[Signal::Person],
    },
    Evidence {
        id: "edge-path",
        belief: "Edge's installer puts it below C:\\Program Files (x86)",
        source: "field use",
        fallback: "use `program:` with a path",
        signals: &[Signal::Person],
    },
    Evidence {
        id: "firefox-path",
        belief: "Firefox's installer puts it below C:\\Program Files",
        source: "field use; it is the default of Mozilla's 64-bit installer",
        fallback: "use `program:` with a path",
        signals: &[Signal::Person],
    },
    Evidence {
        id: "base-image-families",
        belief: "public base images are named FAMILY-DATE, with the families of today",
        source: "the names that are public now",
        fallback: "ignore the warning of an unknown family: it is no more than a warning",
        signals: &[Signal::Person],
    },
];
