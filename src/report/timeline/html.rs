//! One page: a bar for each step on the time of the run.

use std::time::Duration;

use super::document::{Document, End, Span};
use crate::report::html_page::{escaped, head};
use crate::report::words::{put, span as shown};

const STYLE: &str = include_str!("html.css");

/// The run as a page without scripts.
pub(super) fn page(document: &Document) -> String {
    let mut out = head("Headset: timeline", STYLE);
    let whole = document.seconds.max(f64::MIN_POSITIVE);
    put(
        &mut out,
        format_args!(
            "<h1>{}</h1>\n<p>{} from {}. <span class=\"key critical\">Critical</span> steps are the chain that the run was as \
             long as.</p>\n",
            escaped(&document.environment),
            span(document.seconds),
            escaped(&document.began)
        ),
    );
    out.push_str("<table>\n<thead><tr><th scope=\"col\">step</th><th scope=\"col\">took</th><th scope=\"col\">when</th></tr></thead>\n<tbody>\n");
    for step in &document.spans {
        row(&mut out, step, whole);
    }
    out.push_str("</tbody>\n</table>\n");
    if !document.waits.is_empty() {
        out.push_str(
            "<h2>Waited before calls, all tasks together</h2>\n<table>\n<thead><tr><th scope=\"col\">operation</th><th \
             scope=\"col\">times</th><th scope=\"col\">waited</th><th scope=\"col\">why</th></tr></thead>\n<tbody>\n",
        );
        for wait in &document.waits {
            put(
                &mut out,
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
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

fn row(out: &mut String, step: &Span, whole: f64) {
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
            step.began / whole * 100.0,
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
