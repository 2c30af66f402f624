//! The copy of amazon-connect-streams that lies beside the pages. It is not part of this project: the design names it by its
//! digest, and who publishes the pages has fetched it before.

use headset_kinds::template::fill;

use super::file::{Asset, FOR_GOOD, JAVASCRIPT, PageFile, versioned};
use crate::context::Library;

/// The version of amazon-connect-streams that the pages load.
pub const VERSION: &str = "2.28.2";

/// The npm package that it is in.
pub const PACKAGE: &str = "amazon-connect-streams";

/// One file of the package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LibraryFile {
    /// Its path in the package.
    pub path: &'static str,
    /// Its SHA-256 in hexadecimal. The version that the script itself reports is wrong (2.28.1), so that only the digest
    /// proves what it is.
    pub sha256: &'static str,
}

/// The script, minified.
pub const SCRIPT: LibraryFile = LibraryFile {
    path: "release/connect-streams-min.js",
    sha256: "a3a19302dfb8b54a4c19d362ee6b6ffee3129f31fcae91479ca450c8bf067d62",
};

/// Its licence.
pub const LICENCE: LibraryFile = LibraryFile {
    path: "LICENSE.txt",
    sha256: "09e8a9bcec8067104652c168685ab0931e7868f9c8284b66f5ae6edae5f1130b",
};

/// The digest of the script that browsers check before they run it.
const INTEGRITY: &str = "sha384-UtUVt9Krtp9WinrT0hcajzcaK/Hea1SFlsV/XFwmhCp3zVkm/Qw0u6t1msf2r9qs";

const TEXT: &str = "text/plain; charset=utf-8";
const STAND_IN: &str = include_str!("files/stand-in.js");
const NOTICE: &str = include_str!("files/notice.txt");

/// The files of the library: the script that pages load, and what goes with it.
pub(super) fn files(library: Library) -> (Asset, Vec<PageFile>) {
    match library {
        Library::StandIn => (
            versioned("connect-streams-stand-in", "js", JAVASCRIPT, STAND_IN),
            Vec::new(),
        ),
        Library::Package => {
            let script = of_package(&SCRIPT, "js", "", JAVASCRIPT);
            let licence = of_package(&LICENCE, "txt", "-LICENSE", TEXT);
            let notice = fill(
                NOTICE,
                &[
                    ("streams", script.key.as_str().into()),
                    ("version", VERSION.into()),
                    ("digest", SCRIPT.sha256.into()),
                    ("licence", licence.key.as_str().into()),
                ],
            );
            let notice = versioned("connect-streams-notice", "txt", TEXT, &notice.to_string()).file;
            let asset = Asset {
                file: script,
                integrity: INTEGRITY.to_owned(),
            };
            (asset, vec![licence, notice])
        }
    }
}

fn of_package(file: &LibraryFile, extension: &str, sort: &str, content_type: &'static str) -> PageFile {
    PageFile {
        key: format!(
            "connect-streams-{VERSION}{sort}-{}.{extension}",
            &file.sha256[..8]
        ),
        content_type,
        cache_control: FOR_GOOD,
        body: "".into(),
        asset: Some(file.sha256.to_owned()),
        versioned: true,
    }
}
