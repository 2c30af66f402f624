//! What an edit of a text changes, as a unified diff.

use similar::TextDiff;

/// How many lines stand around what changes.
const AROUND: usize = 3;

/// The diff of an edit. Empty, if nothing differs.
pub fn patch(file: &str, before: &str, after: &str) -> String {
    TextDiff::from_lines(before, after)
        .unified_diff()
        .context_radius(AROUND)
        .header(file, file)
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_changes_stands_between_those_around_it() {
        let before = "a\nb\nc\nd: 1 # why\ne\nf\ng\nh\n";
        let after = before.replace("d: 1", "d: 2");
        assert_eq!(
            patch("x.yaml", before, &after),
            "--- x.yaml\n+++ x.yaml\n@@ -1,7 +1,7 @@\n a\n b\n c\n-d: 1 # why\n+d: 2 # why\n e\n f\n g\n"
        );
        assert_eq!(patch("x.yaml", before, before), "");
    }

    #[test]
    fn a_line_that_is_added_leaves_the_others() {
        assert_eq!(
            patch("x.yaml", "a\nb\n", "a\nnew\nb\n"),
            "--- x.yaml\n+++ x.yaml\n@@ -1,2 +1,3 @@\n a\n+new\n b\n"
        );
    }
}
