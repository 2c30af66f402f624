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
    Evidence {
        id: "browser.policy-names",
        belief: "today's Chrome, Edge and Firefox know every policy that Headset sets, under these names and with these types",
        source: "Chromium's list of 2023, Edge's page of 2020 with later release notes, the beginning of Mozilla's templates; the \
                 rest and the updaters' names are from memory",
        fallback: "a policy that a browser does not know has no effect: `chrome://policy`, `edge://policy` and `about:policies` \
                   name it",
        signals: &[Signal::Person],
    },
    Evidence {
        id: "browser.list-numbers",
        belief: "Chrome and Edge read list entries of the registry under any number, not only from 1 on without gaps",
        source: "from memory",
        fallback: "entries for agents' machines do not show on `chrome://policy`: number them from 1, together with your own",
        signals: &[Signal::Person],
    },
];
