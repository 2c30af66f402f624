//! Chrome's trace format: a bar for each step in lanes, and an arrow from each to what came after it.

use serde_json::{Value, json};

use super::document::{Document, Span};

/// Runs for `chrome://tracing` and Perfetto, each with how many seconds after the first it began: a process for each environment.
pub(super) fn trace(runs: &[(f64, &Document)]) -> String {
    let mut events = Vec::new();
    let mut arrow = 0_u64;
    for (index, (from, document)) in runs.iter().enumerate() {
        add(&mut events, &mut arrow, index + 1, *from, document);
    }
    format!("{}\n", json!({ "displayTimeUnit": "ms", "traceEvents": events }))
}

/// Adds the events of one run. `arrow`: the number of the last arrow.
fn add(events: &mut Vec<Value>, arrow: &mut u64, pid: usize, from: f64, document: &Document) {
    let lanes = lanes(&document.spans);
    events.push(json!({
        "name": "process_name", "ph": "M", "pid": pid, "tid": 0, "args": { "name": format!("headset: {}", document.environment) },
    }));
    for (span, lane) in document.spans.iter().zip(&lanes) {
        events.push(json!({
            "name": span.address, "cat": span.what, "ph": "X", "pid": pid, "tid": lane,
            "ts": micros(from + span.began), "dur": micros(span.ended).saturating_sub(micros(span.began)),
            "args": { "what": span.what, "phase": span.phase, "end": span.end, "critical": span.critical, "after": span.after },
        }));
    }
    for (span, lane) in document.spans.iter().zip(&lanes) {
        for after in &span.after {
            let before = document
                .spans
                .iter()
                .zip(&lanes)
                .find(|(other, _)| other.address == *after && other.phase == span.phase);
            let Some((before, other)) = before else {
                continue;
            };
            *arrow += 1;
            let id = *arrow;
            let end = |ph: &str, lane: usize, at: f64| json!({ "name": "after", "cat": "after", "ph": ph, "bp": "e", "id": id, "pid": pid, "tid": lane, "ts": micros(from + at) });
            events.push(end("s", *other, before.ended));
            events.push(end("f", *lane, span.began));
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a run is no longer than months, and begins at zero"
)]
fn micros(seconds: f64) -> u64 {
    (seconds * 1e6).round() as u64
}

/// The lane of each span: the first that is free.
fn lanes(spans: &[Span]) -> Vec<usize> {
    let mut free: Vec<u64> = Vec::new();
    let lane = |span: &Span| {
        let began = micros(span.began);
        let lane = free.iter().position(|until| *until <= began).unwrap_or_else(|| {
            free.push(0);
            free.len() - 1
        });
        free[lane] = micros(span.ended).max(began + 1);
        lane + 1
    };
    spans.iter().map(lane).collect()
}
