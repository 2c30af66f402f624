//! Assumptions that may be wrong, as people read them.

use super::words::put;
use headset_kinds::evidence::Evidence;

/// What may be wrong and what to do then, in a sentence without a full stop.
pub(super) fn sentence(evidence: &Evidence) -> String {
    format!(
        "Headset assumes that {} (`headset explain {}`); if that is wrong, {}",
        evidence.belief, evidence.id, evidence.fallback
    )
}

/// Everything about one assumption.
pub fn page(evidence: &Evidence) -> String {
    let mut out = format!(
        "{}\n\n  Headset assumes that {}.\n\n",
        evidence.id, evidence.belief
    );
    for (what, text) in [("source", evidence.source), ("if wrong", evidence.fallback)] {
        put(&mut out, format_args!("{what:<10} {text}\n"));
    }
    for shown in evidence.shows() {
        put(&mut out, format_args!("{:<10} {shown}\n", "it shows"));
    }
    put(
        &mut out,
        format_args!("{:<10} docs/unproven.md lists all assumptions\n", "more"),
    );
    out
}

#[cfg(test)]
mod tests {
    use super::super::written::check;
    use super::*;
    use headset_kinds::evidence;

    /// One assumption of each signal.
    #[test]
    fn each_assumption_is_read_once_and_understood() {
        let mut out = String::new();
        let mut seen = std::collections::BTreeSet::new();
        for one in evidence::all() {
            let signal = format!("{:?}", one.signals[0]);
            let signal = signal.split(['(', ' ']).next().unwrap_or_default().to_owned();
            if seen.insert(signal) {
                put(&mut out, format_args!("{}\n{}.\n\n", page(one), sentence(one)));
            }
        }
        assert_eq!(seen.len(), 10, "{seen:?}");
        check("evidence.txt", &out);
    }
}
