//! The files that the pages of documentation name are there.

use std::path::Path;

/// Every code span of a text that names a file or a folder of this repository.
fn named(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2).filter(|span| {
        let first = span.split('/').next().unwrap_or_default();
        span.contains('/')
            && [
                "crates",
                "src",
                "tests",
                "docs",
                "policies",
                "blueprints",
                "benches",
            ]
            .contains(&first)
            && !span.contains(['<', '*', '{', ' ', '$', '\n'])
    })
}

#[test]
fn every_file_that_a_page_names_is_there() {
    assert_eq!(
        named("`a::b`, `src/cli` and `tests/it/<name>.rs`").collect::<Vec<_>>(),
        ["src/cli"]
    );
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut wrong = Vec::new();
    for page in [
        "README.md",
        "docs/architecture.md",
        "docs/adding-a-resource.md",
        "docs/lessons.md",
    ] {
        let text = std::fs::read_to_string(root.join(page)).unwrap();
        for path in named(&text).filter(|path| !root.join(path).exists()) {
            wrong.push(format!("{page}: {path}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
