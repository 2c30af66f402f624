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
        source: "Chromium's policy definitions, Microsoft's pages on Edge of May 2026 and on its updater of July 2024, Mozilla's schema \
                 of August 2026; of four policies of Edge only a text of 2025 was at hand, and of two of Chrome an early definition",
        fallback: "a policy that a browser does not know has no effect: `chrome://policy`, `edge://policy` and `about:policies` \
                   name it",
        signals: &[Signal::Person],
    },
    Evidence {
        id: "browser.oma-uris",
        belief: "Intune takes lists of the browsers' templates as numbers and entries with U+F000 between them, the element of a list \
                 of Chrome and Edge is the policy's name with Desc behind it, and groups have these names",
        source: "Mozilla's page of OMA-URIs shows the form; Microsoft's page shows URLBlocklistDesc, and semicolons between entries; \
                 the names of Edge's groups SleepingTabs and Performance are in settings that others published",
        fallback: "Intune reports an error for the setting: use the script or the file for Group Policy instead",
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
