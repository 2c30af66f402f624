//! What an edit of a text changes, as a unified diff.

use super::words::put;

/// How many lines stand around what changes.
const AROUND: usize = 3;

/// The diff of one edit: everything between the first and the last line that differ is one hunk. Empty, if nothing differs.
pub fn patch(file: &str, before: &str, after: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let same = |(one, other): &(&&str, &&str)| one == other;
    let first = old.iter().zip(&new).take_while(same).count();
    let rest = (old[first..].iter().rev().zip(new[first..].iter().rev())).take_while(same);
    let last = rest.count();
    let (gone, come) = (&old[first..old.len() - last], &new[first..new.len() - last]);
    if gone.is_empty() && come.is_empty() {
        return String::new();
    }
    let begin = first.saturating_sub(AROUND);
    let end = (old.len() - last + AROUND).min(old.len());
    let behind = &old[old.len() - last..end];
    let around = first - begin + behind.len();
    let range = |lines: usize| match lines {
        // An empty range begins behind the line before it.
        0 => format!("{begin},0"),
        1 => format!("{}", begin + 1),
        many => format!("{},{many}", begin + 1),
    };
    let mut out = String::new();
    put(
        &mut out,
        format_args!(
            "--- {file}\n+++ {file}\n@@ -{} +{} @@\n",
            range(around + gone.len()),
            range(around + come.len())
        ),
    );
    let marked = (old[begin..first].iter().map(|line| (' ', line)))
        .chain(gone.iter().map(|line| ('-', line)))
        .chain(come.iter().map(|line| ('+', line)))
        .chain(behind.iter().map(|line| (' ', line)));
    for (mark, line) in marked {
        put(&mut out, format_args!("{mark}{line}\n"));
    }
    out
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
