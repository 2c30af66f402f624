//! What of the pages and the image changes with what: each row is one change of the blueprint, with all that the plan does
//! about it, and nothing else.

use std::collections::BTreeMap;

use headset_design::{DesignContext, Library};
use headset_engine::plan::{Action, Plan};
use headset_simulator::world::Settings;

use crate::support::fixtures::with;
use crate::support::{example, on_virtual_time, ready_for};

/// An address, where a digest or a version is a `#`, with what happens to it.
type Planned = BTreeMap<String, String>;

/// The eight or more hexadecimal digits at the end of a name, or before its ending, are a digest of what it is.
fn undigested(key: &str) -> String {
    let is_digest = |part: &str| part.len() >= 8 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let parts = key.split('-').map(|part| match part.split_once('.') {
        Some((stem, ending)) if is_digest(stem) => format!("#.{ending}"),
        None if is_digest(part) => "#".to_owned(),
        _ => part.to_owned(),
    });
    parts.collect::<Vec<_>>().join("-")
}

/// All that a plan does.
fn all_of(plan: &Plan) -> Planned {
    let mut planned = Planned::new();
    for step in plan.steps.values() {
        let what = match &step.action {
            Action::Keep | Action::Read => continue,
            Action::Create => "made".to_owned(),
            Action::Delete => "deleted".to_owned(),
            Action::Await { .. } => "a person".to_owned(),
            action => {
                let fields = action.diff().iter().map(|change| change.field.as_str());
                fields.collect::<Vec<_>>().join(" ")
            }
        };
        let name = format!("{}/{}", step.address.kind, undigested(&step.address.key));
        let before = planned.entry(name).or_default();
        // The old name and the new one differ in the digest alone.
        *before = match before.is_empty() {
            true => what,
            false => {
                let mut both = [before.as_str(), &what];
                both.sort_unstable();
                both.join(" and ")
            }
        };
    }
    planned
}

/// All that the plan of a changed blueprint does.
fn planned(changes: &[(&str, &str)]) -> Planned {
    on_virtual_time(async {
        let mut sandbox = ready_for("split-ccp.yaml", Settings::default()).await;
        let outcome = sandbox.apply(None).await;
        assert!(outcome.is_done(), "{outcome:?}");
        sandbox.rewrite(&with(&example("split-ccp.yaml").1, changes));
        all_of(&sandbox.plan().await)
    })
}

/// The change, and what the plan does: an address and what happens to it on each line.
type Row = (
    &'static [(&'static str, &'static str)],
    &'static [(&'static str, &'static str)],
);

const ROWS: &[Row] = &[
    // A text of the pages: the two pages, and the policy stays.
    (
        &[("ccp: { hosting: s3 }", "ccp: { hosting: s3, title: Support }")],
        &[
            ("s3.object/audio-only.html", "sha256"),
            ("s3.object/in-session.html", "sha256"),
        ],
    ),
    // Their words are in the script that both load, whose name changes: so do the policy and the pages.
    (
        &[("ccp: { hosting: s3 }", "ccp: { hosting: s3, language: de }")],
        &[
            ("s3.bucket/ccp", "policy"),
            ("s3.object/audio-only.html", "sha256"),
            ("s3.object/in-session.html", "sha256"),
            ("s3.object/page-#.js", "deleted and made"),
        ],
    ),
    // A colour is in the style.
    (
        &[(
            "ccp: { hosting: s3 }",
            "ccp: { hosting: s3, accent: \"#0b5cad\" }",
        )],
        &[
            ("s3.bucket/ccp", "policy"),
            ("s3.object/audio-only.html", "sha256"),
            ("s3.object/in-session.html", "sha256"),
            ("s3.object/page-#.css", "deleted and made"),
        ],
    ),
    // What the page on the agent's own machine shows.
    (
        &[(
            "ccp: { hosting: s3 }",
            "ccp: { hosting: s3, audio_page: { controls: shown } }",
        )],
        &[("s3.object/audio-only.html", "sha256")],
    ),
    // The addresses that may read them.
    (
        &[(
            "ccp: { hosting: s3 }",
            "ccp: { hosting: s3, from: [203.0.113.0/24] }",
        )],
        &[("s3.bucket/ccp", "public_access_block policy")],
    ),
    // Another browser is in the image, and no page knows it: a person captures the next image, and the fleet takes it.
    (
        &[("browser: chrome", "browser: edge")],
        &[
            ("appstream.fleet/agents", "image"),
            ("appstream.image/agent-desktop", "a person"),
        ],
    ),
    // Another program in the image.
    (
        &[("display_name: Customers", "display_name: Clients")],
        &[
            ("appstream.fleet/agents", "image"),
            ("appstream.image/agent-desktop", "a person"),
        ],
    ),
];

#[test]
fn a_change_changes_exactly_what_it_must() {
    let mut wrong = Vec::new();
    for (changes, expected) in ROWS {
        let expected: Planned = expected
            .iter()
            .map(|(address, what)| ((*address).to_owned(), (*what).to_owned()))
            .collect();
        let planned = planned(changes);
        if planned != expected {
            wrong.push((changes, planned, expected));
        }
    }
    assert!(
        wrong.is_empty(),
        "the change, what is planned, what has to be: {wrong:#?}"
    );
}

/// Another copy of the library is another script, its licence and its notice: its files come and go, and the pages name them.
#[test]
fn another_library_changes_its_files_and_what_names_them() {
    on_virtual_time(async {
        let sandbox = ready_for("split-ccp.yaml", Settings::default()).await;
        sandbox.apply(None).await;
        let aws = sandbox.aws(None).await;
        let state = sandbox.state();
        let regions = aws.regions();
        let context = DesignContext {
            account: "123456789012".to_owned(),
            partition: "aws".to_owned(),
            region: regions.connect.clone(),
            appstream_region: regions.appstream.clone(),
            identity_center_region: regions.identity_center.clone(),
            lineage: state.lineage.clone(),
            expires: None,
            given: headset_design::Given::default(),
            library: Library::Package,
        };
        let (design, _) = headset_engine::state::designed(sandbox.blueprint(), &context, &state);
        let plan = sandbox.assess(&aws, &design, &state).await.plan;
        let mut planned = all_of(&plan);
        // The image is that of an answer, which a design alone does not know.
        planned.retain(|address, _| !address.starts_with("appstream."));
        let expected = [
            ("s3.bucket/ccp", "policy"),
            ("s3.object/audio-only.html", "sha256"),
            ("s3.object/connect-streams-2.28.2-#.js", "made"),
            ("s3.object/connect-streams-2.28.2-LICENSE-#.txt", "made"),
            ("s3.object/connect-streams-notice-#.txt", "made"),
            ("s3.object/connect-streams-stand-in-#.js", "deleted"),
            ("s3.object/in-session.html", "sha256"),
        ];
        let expected = expected.map(|(address, what)| (address.to_owned(), what.to_owned()));
        assert_eq!(planned, expected.into());
    });
}
