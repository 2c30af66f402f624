//! One page: a bar for each step on the time of the run.

use std::time::Duration;

use super::document::{Document, End, Span};
use crate::report::html_page::{escaped, head};
use crate::report::words::{plural, put, span as shown};

const STYLE: &str = include_str!("html.css");

/// The run as a page without scripts.
pub(super) fn page(document: &Document) -> String {
    let mut out = head("Headset: timeline", STYLE);
    put(
        &mut out,
        format_args!(
            "<h1>{}</h1>\n<p>{} from {}. {CRITICAL}</p>\n",
            escaped(&document.environment),
            span(document.seconds),
            escaped(&document.began)
        ),
    );
    run(&mut out, document, 0.0, document.seconds);
    out.push_str(END);
    out
}

/// The runs of several environments on one time, with how many seconds after the first each began.
pub(super) fn pages(runs: &[(f64, &Document)], began: &str, seconds: f64) -> String {
    let mut out = head("Headset: timeline", STYLE);
    put(
        &mut out,
        format_args!(
            "<h1>{}</h1>\n<p>{} from {}, all on one time. {CRITICAL}</p>\n",
            plural(runs.len(), "environment"),
            span(seconds),
            escaped(began)
        ),
    );
    for (from, document) in runs {
        put(
            &mut out,
            format_args!(
                "<h2>{}</h2>\n<p>{} from {}</p>\n",
                escaped(&document.environment),
                span(document.seconds),
                escaped(&document.began)
            ),
        );
        run(&mut out, document, *from, seconds);
    }
    out.push_str(END);
    out
}

const CRITICAL: &str =
    "<span class=\"key critical\">Critical</span> steps are the chain that the run was as long as.";
const END: &str = "</main>\n</body>\n</html>\n";

/// The steps of a run that began so many seconds after the beginning, on a time of so many.
fn run(out: &mut String, document: &Document, from: f64, whole: f64) {
    out.push_str("<table>\n<thead><tr><th scope=\"col\">step</th><th scope=\"col\">took</th><th scope=\"col\">when</th></tr></thead>\n<tbody>\n");
    for step in &document.spans {
        row(out, step, from, whole.max(f64::MIN_POSITIVE));
    }
    out.push_str("</tbody>\n</table>\n");
    if !document.waits.is_empty() {
        out.push_str(
            "<h2>Waited before calls, all tasks together</h2>\n<table>\n<thead><tr><th scope=\"col\">operation</th><th \
             scope=\"col\">times</th><th scope=\"col\">waited</th><th scope=\"col\">why</th></tr></thead>\n<tbody>\n",
        );
        for wait in &document.waits {
            put(
                out,
                format_args!(
                    "<tr><td><code>{}</code></td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                    escaped(&wait.operation),
                    wait.times,
                    span(wait.seconds),
                    wait.because()
                ),
            );
        }
        out.push_str("</tbody>\n</table>\n");
    }
}

fn row(out: &mut String, step: &Span, from: f64, whole: f64) {
    let class = match step.end {
        End::Failed => "failed",
        End::CutOff => "cut",
        End::Done if step.critical => "critical",
        End::Done => "done",
    };
    let end = match step.end {
        End::Done => "",
        End::Failed => ", failed",
        End::CutOff => ", not at its end",
    };
    let after = match step.after.as_slice() {
        [] => String::new(),
        several => {
            let names: Vec<String> = several
                .iter()
                .map(|address| escaped(&address.to_string()))
                .collect();
            format!("<br><small>after {}</small>", names.join(", "))
        }
    };
    put(
        out,
        format_args!(
            "<tr class=\"{class}\"><td><code>{}</code> {}{end}{after}</td><td>{}</td><td><div class=\"lane\"><div class=\"bar\" \
             style=\"left: {:.3}%; width: {:.3}%\"></div></div></td></tr>\n",
            escaped(&step.address.to_string()),
            escaped(step.what),
            span(step.ended - step.began),
            (from + step.began) / whole * 100.0,
            ((step.ended - step.began) / whole * 100.0).max(0.1)
        ),
    );
}

/// Seconds as people read them: to a tenth below a minute.
fn span(seconds: f64) -> String {
    match seconds {
        short if short < 60.0 => format!("{short:.1}s"),
        long => shown(Duration::try_from_secs_f64(long).unwrap_or_default()),
    }
}
