//! One page that needs nothing else: no script, no style sheet, no font from elsewhere.

use super::{Row, Sheet};
use crate::report::html_page::{escaped, head};
use crate::report::plural;
use crate::report::words::put;
use headset_core::diagnostic::Severity;

const STYLE: &str = include_str!("html.css");

/// The sheet as a page.
pub fn html(sheet: &Sheet) -> String {
    let mut out = head(
        &format!("Headset: {}", sheet.command.title().to_lowercase()),
        STYLE,
    );
    put(
        &mut out,
        format_args!("<h1>{}</h1>\n", escaped(sheet.command.title())),
    );
    for chapter in &sheet.chapters {
        put(
            &mut out,
            format_args!(
                "<section>\n<h2>{}</h2>\n<p>{}</p>\n",
                escaped(&chapter.environment),
                escaped(&chapter.summary)
            ),
        );
        if !chapter.rows.is_empty() {
            out.push_str(
                "<table>\n<thead><tr><th scope=\"col\">sort</th><th scope=\"col\">what</th><th scope=\"col\">why</th></tr></thead>\n\
                 <tbody>\n",
            );
            chapter.rows.iter().for_each(|row| line(&mut out, row));
            out.push_str("</tbody>\n</table>\n");
        }
        if !chapter.quiet.is_empty() {
            put(
                &mut out,
                format_args!(
                    "<details><summary>{} as wanted</summary>\n<ul>\n",
                    plural(chapter.quiet.len(), "resource")
                ),
            );
            for address in &chapter.quiet {
                put(
                    &mut out,
                    format_args!("<li><code>{}</code></li>\n", escaped(address)),
                );
            }
            out.push_str("</ul>\n</details>\n");
        }
        out.push_str("</section>\n");
    }
    put(
        &mut out,
        format_args!(
            "</main>\n<footer>headset {} {}</footer>\n</body>\n</html>\n",
            escaped(sheet.command.word()),
            env!("CARGO_PKG_VERSION")
        ),
    );
    out
}

fn line(out: &mut String, row: &Row) {
    let class = match (&row.waived, row.severity) {
        (Some(_), _) => "waived",
        (None, Severity::Error) => "error",
        (None, Severity::Warning) => "warning",
        (None, Severity::Note) => "note",
    };
    let place = row
        .place
        .as_ref()
        .map(|place| format!("<br><small>{}</small>", escaped(&place.to_string())));
    put(
        out,
        format_args!(
            "<tr class=\"{class}\"><td><span>{}</span></td><td><code>{}</code>{}</td><td>{}",
            escaped(row.sort()),
            escaped(row.subject()),
            place.unwrap_or_default(),
            escaped(&row.sentence())
        ),
    );
    if !row.lines.is_empty() {
        put(
            out,
            format_args!("\n<pre>{}</pre>", escaped(&row.lines.join("\n"))),
        );
    }
    if let Some(help) = &row.help {
        put(out, format_args!("<br><small>{}</small>", escaped(help)));
    }
    out.push_str("</td></tr>\n");
}
