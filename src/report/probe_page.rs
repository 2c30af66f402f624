//! A check of the network as a page with pictures, which needs nothing else.

use headset_probe::{Fitness, Loads, Row, Verdict, Watched};

use super::html_page::{escaped, head};
use super::probe_view::{NetworkCheck, VERDICTS, busy, lines, over_time, place, regions, settings};
use super::words::{plural, put};

/// The reports of drift have the same style; pictures are ours.
const STYLE: &str = concat!(include_str!("sheet/html.css"), include_str!("probe_page.css"));

/// How wide pictures are.
const WIDTH: f64 = 720.0;
/// How wide the names are that stand before bars.
const NAMES: f64 = 150.0;
/// How high a bar is, with the room around it.
const BAR: f64 = 24.0;

/// The page. What a check has found is text, and never code.
pub fn page(check: &NetworkCheck) -> String {
    let mut out = head("Headset: network check", STYLE);
    let proxy = match &check.proxy {
        Some(proxy) => format!(", through the proxy {}", escaped(proxy)),
        None => String::new(),
    };
    put(
        &mut out,
        format_args!(
            "<h1>Network check</h1>\n<section>\n<h2>{}: {}</h2>\n<p>{} tried from here{proxy}.</p>\n",
            escaped(&check.environment),
            escaped(check.side),
            plural(check.rows.len(), "row"),
        ),
    );
    out.push_str(&verdicts(check));
    rows(&mut out, check);
    out.push_str("</section>\n");
    machine(&mut out, check);
    far(&mut out, check);
    watched(&mut out, check);
    put(
        &mut out,
        format_args!(
            "</main>\n<footer>headset network check {}</footer>\n</body>\n</html>\n",
            env!("CARGO_PKG_VERSION")
        ),
    );
    out
}

/// A picture with a name for those who do not see it.
fn picture(height: f64, title: &str, caption: &str, content: &str) -> String {
    format!(
        "<figure>\n<svg viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" role=\"img\" aria-label=\"{}\">\n{content}</svg>\n\
         <figcaption>{}</figcaption>\n</figure>\n",
        escaped(title),
        escaped(caption)
    )
}

/// How many rows came to what, as one bar.
fn verdicts(check: &NetworkCheck) -> String {
    let whole = check.rows.len().max(1) as f64;
    let mut content = String::new();
    let mut left = 0.0;
    for verdict in VERDICTS {
        let width = check.count(verdict) as f64 / whole * WIDTH;
        if width > 0.0 {
            put(
                &mut content,
                format_args!(
                    "<rect class=\"{}\" x=\"{left:.1}\" y=\"0\" width=\"{width:.1}\" height=\"28\"/>\n",
                    verdict.word()
                ),
            );
        }
        left += width;
    }
    let counts = VERDICTS.map(|verdict| format!("{} {}", check.count(verdict), verdict.word()));
    let counts = counts.join(", ");
    picture(28.0, &format!("rows by result: {counts}"), &counts, &content)
}

fn rows(out: &mut String, check: &NetworkCheck) {
    out.push_str(
        "<table>\n<thead><tr><th scope=\"col\">result</th><th scope=\"col\">row</th><th scope=\"col\">what was found</th></tr></thead>\n\
         <tbody>\n",
    );
    let mut ordered: Vec<&Row> = check.rows.iter().collect();
    // The worst first; what is equal stays in the order of the list.
    ordered.sort_by_key(|row| std::cmp::Reverse(row.verdict));
    for row in ordered {
        let class = match row.verdict {
            Verdict::Open => "open",
            Verdict::Slow => "warning",
            Verdict::Unknown => "waived",
            Verdict::Intercepted | Verdict::Blocked => "error",
        };
        put(
            out,
            format_args!(
                "<tr class=\"{class}\"><td><span>{}</span></td><td><code>{}</code><br/><small>{}</small></td><td>{}</td></tr>\n",
                row.verdict.word(),
                escaped(&place(&row.target)),
                escaped(&row.target.purpose),
                lines(row)
                    .iter()
                    .map(|line| escaped(line))
                    .collect::<Vec<_>>()
                    .join("<br/>"),
            ),
        );
    }
    out.push_str("</tbody>\n</table>\n");
}

fn machine(out: &mut String, check: &NetworkCheck) {
    let clock = check.clock.as_ref();
    let settings = check.system_proxy.as_ref().map(settings);
    if check.machine.is_empty() && clock.is_none() && settings.is_none() {
        return;
    }
    out.push_str(
        "<section>\n<h2>This machine</h2>\n<table>\n<thead><tr><th scope=\"col\">result</th><th scope=\"col\">what</th><th \
         scope=\"col\">found</th></tr></thead>\n<tbody>\n",
    );
    let mut row = |class: &str, word: &str, what: &str, found: &str| {
        put(
            out,
            format_args!(
                "<tr class=\"{class}\"><td><span>{word}</span></td><td>{}</td><td>{}</td></tr>\n",
                escaped(what),
                escaped(found)
            ),
        );
    };
    for fact in &check.machine {
        let class = match fact.fitness {
            Fitness::Enough => "open",
            Fitness::Short => "error",
            Fitness::Unknown => "waived",
        };
        let found = format!("{} (needed: {})", fact.found, fact.needed);
        row(class, fact.fitness.word(), fact.about, &found);
    }
    if let Some(cause) = clock {
        let found = format!("{}: {}", cause.says(), cause.advice());
        row("error", "wrong", "clock", &found);
    }
    if let Some(found) = settings {
        row("note", "set", "proxy", &found);
    }
    out.push_str("</tbody>\n</table>\n</section>\n");
}

/// How far regions are, as bars.
fn far(out: &mut String, check: &NetworkCheck) {
    let times: Vec<(&str, f64)> = check
        .latency
        .iter()
        .filter_map(|time| Some((time.region.as_str(), time.millis?)))
        .collect();
    let longest = times.iter().map(|(_, millis)| *millis).fold(1.0, f64::max);
    if check.latency.is_empty() {
        return;
    }
    out.push_str("<section>\n<h2>Regions</h2>\n");
    if !times.is_empty() {
        let mut content = String::new();
        for (at, (region, millis)) in times.iter().enumerate() {
            let top = at as f64 * BAR;
            let width = millis / longest * (WIDTH - NAMES - 80.0);
            let class = match check.home.as_deref() == Some(*region) {
                true => "home",
                false => "bar",
            };
            put(
                &mut content,
                format_args!(
                    "<text x=\"0\" y=\"{:.1}\">{}</text><rect class=\"{class}\" x=\"{NAMES}\" y=\"{:.1}\" width=\"{width:.1}\" \
                     height=\"{:.1}\"/><text x=\"{:.1}\" y=\"{:.1}\">{millis:.0} ms</text>\n",
                    top + 16.0,
                    escaped(region),
                    top + 3.0,
                    BAR - 6.0,
                    NAMES + width + 6.0,
                    top + 16.0,
                ),
            );
        }
        let all: Vec<String> = times
            .iter()
            .map(|(region, millis)| format!("{region} {millis:.0} ms"))
            .collect();
        out.push_str(&picture(
            times.len() as f64 * BAR,
            &format!("round trip to each region: {}", all.join(", ")),
            "Round trip to each region of Amazon Connect; the environment's own is marked.",
            &content,
        ));
    }
    if let Some(advice) = regions(check).last() {
        put(out, format_args!("<p>{}</p>\n", escaped(advice)));
    }
    out.push_str("</section>\n");
}

/// What became of relays and of the machine over time, as lines.
fn watched(out: &mut String, check: &NetworkCheck) {
    let load = check.load.as_ref().filter(|load| !load.course.is_empty());
    if check.watched.is_empty() && load.is_none() {
        return;
    }
    out.push_str("<section>\n<h2>Over time</h2>\n");
    for Watched { host, course, .. } in &check.watched {
        out.push_str(&course_of(
            &format!("packets lost on the way to {host}, in per cent"),
            course,
        ));
    }
    for watched in &check.watched {
        put(out, format_args!("<p>{}</p>\n", escaped(&over_time(watched))));
    }
    if let Some(load) = load {
        let Loads { course, .. } = load;
        out.push_str(&course_of("load of this machine, in per cent", course));
        put(
            out,
            format_args!("<p>{}</p>\n", escaped(&busy(load).unwrap_or_default())),
        );
    }
    out.push_str("</section>\n");
}

/// Per cents over time. The scale ends at ten per cent, or where the line does.
fn course_of(title: &str, course: &[(u64, f64)]) -> String {
    const HEIGHT: f64 = 120.0;
    const LEFT: f64 = 60.0;
    const BOTTOM: f64 = 20.0;
    let Some((last, _)) = course.last() else {
        return String::new();
    };
    let most = course.iter().map(|(_, percent)| *percent).fold(10.0, f64::max);
    let whole = (*last).max(1) as f64;
    let points: Vec<String> = course
        .iter()
        .map(|(at, percent)| {
            let x = LEFT + *at as f64 / whole * (WIDTH - LEFT - 10.0);
            let y = (HEIGHT - BOTTOM) * (1.0 - percent / most) + 10.0;
            format!("{x:.1},{y:.1}")
        })
        .collect();
    let base = HEIGHT - BOTTOM + 10.0;
    let content = format!(
        "<line class=\"axis\" x1=\"{LEFT}\" y1=\"{base}\" x2=\"{WIDTH}\" y2=\"{base}\"/>\n<line class=\"axis\" x1=\"{LEFT}\" y1=\"10\" \
         x2=\"{LEFT}\" y2=\"{base}\"/>\n<text x=\"0\" y=\"20\">{most:.0} %</text><text x=\"0\" y=\"{base}\">0 %</text>\n\
         <polyline class=\"line\" points=\"{}\"/>\n",
        points.join(" ")
    );
    let minutes = last / 60;
    let caption = format!("{title}, over {minutes} minutes");
    let worst = course.iter().map(|(_, percent)| *percent).fold(0.0, f64::max);
    picture(
        HEIGHT + 15.0,
        &format!("{caption}: at most {worst:.0}"),
        &caption,
        &content,
    )
}
