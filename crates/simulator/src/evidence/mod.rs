//! What the simulator believes about AWS although no source settles it.
//!
//! An entry with a `fallback` is a quirk: both behaviours are plausible, and the seed of [`Settings::quirks`] picks one of
//! them ([`is_on`]). The code asks for it by `World::quirk`. An entry without one is an assumption: only one behaviour
//! makes sense, or the simulator takes the stricter one, so that a client that works here works on AWS too. A comment
//! `Assumption: id` stands where the code decides it. Tests hold the catalogue, the questions and the comments together.
//!
//! The engine has a catalogue of its own, of the same form. Neither may teach the other its mistakes.
//!
//! [`Settings::quirks`]: crate::world::Settings::quirks

mod appstream;
mod appstream_fleets;
mod auto_scaling;
mod cloud_front;
mod cloud_trail;
mod connect;
mod ec2;
mod entry;
mod iam;
mod identity_center;
mod s3;
mod tagging;
mod wire;

#[cfg(test)]
mod tests;

pub use entry::Evidence;

/// The catalogue by service, each part with its title.
const PARTS: &[(&str, &[Evidence])] = &[
    (
        "AppStream: fleets, associations, sessions",
        appstream_fleets::ENTRIES,
    ),
    ("AppStream: stacks, images, builders, users", appstream::ENTRIES),
    ("Application Auto Scaling", auto_scaling::ENTRIES),
    ("CloudFront", cloud_front::ENTRIES),
    ("CloudTrail", cloud_trail::ENTRIES),
    ("Amazon Connect", connect::ENTRIES),
    ("EC2", ec2::ENTRIES),
    ("IAM and STS", iam::ENTRIES),
    ("IAM Identity Center", identity_center::ENTRIES),
    ("S3", s3::ENTRIES),
    ("Resource Groups Tagging API", tagging::ENTRIES),
    ("Protocols, lists, rates", wire::ENTRIES),
];

/// The whole catalogue.
pub fn all() -> impl Iterator<Item = &'static Evidence> {
    PARTS.iter().flat_map(|(_, entries)| entries.iter())
}

/// Whether this seed turns the quirk of this name on: always the same way for the same seed, and never for seed 0.
pub fn is_on(seed: u64, id: &str) -> bool {
    use sha2::{Digest, Sha256};
    if seed == 0 {
        return false;
    }
    let mut hash = Sha256::new();
    hash.update(seed.to_le_bytes());
    hash.update(id.as_bytes());
    hash.finalize()[0] & 1 == 1
}

/// The catalogue as a page of documentation.
pub fn page() -> String {
    let mut out = String::from(
        "# What the simulator believes about AWS without proof\n\n\
         No source settles the points on this page. For each, the second column says what the simulator does, and the \
         third what comes closest to a source.\n\n\
         Where the fourth column has an entry, the other behaviour is plausible too, and the point is a *quirk*: \
         `--quirks SEED` turns some of them on, always the same ones for the same seed, and the simulator then does what \
         that column says. Without the option, or with 0, all are off. `headset sim quirks --quirks SEED` lists which ones \
         a seed turns on. Where the column is empty, only one behaviour makes sense, or the simulator takes the stricter \
         one.\n\n\
         The last column names the operations, and the members of their answers, in which a difference from AWS would \
         show. This page is generated from `crates/simulator/src/evidence`.\n",
    );
    for (title, entries) in PARTS {
        out.push_str(&["\n## ", title, "\n\n"].concat());
        out.push_str("| id | what the simulator does | what comes closest to a source | quirk: what it does instead | where it would show |\n");
        out.push_str("|---|---|---|---|---|\n");
        for one in *entries {
            let signals: Vec<String> = one.signals.iter().map(|signal| format!("`{signal}`")).collect();
            let cells = [
                &format!("`{}`", one.id),
                one.belief,
                one.source,
                one.fallback.unwrap_or_default(),
                &signals.join(", "),
            ];
            out.push_str(&["| ", &cells.join(" | "), " |\n"].concat());
        }
    }
    out
}
