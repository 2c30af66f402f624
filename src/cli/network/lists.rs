//! `headset network lists`

use std::path::{Path, PathBuf};

use clap::Args;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::cli::exit::{Exit, Failure};
use crate::cli::terminal;
use crate::report::plural;
use headset_core::Clock;
use headset_network::data::{Endpoints, STALE_AFTER};

#[derive(Debug, Args)]
pub(in crate::cli) struct ListsArgs {
    /// Newer data in place of what this program carries.
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,
    /// One JSON document on standard output instead of text, with every row.
    #[arg(long)]
    json: bool,
}

/// The most that is read of data, in bytes.
const LARGEST: u64 = 4 << 20;

/// The data that lists are made of.
pub(in crate::cli) fn data(file: Option<&Path>) -> Result<Endpoints, Failure> {
    let Some(file) = file else {
        return Endpoints::embedded().map_err(|error| Failure::new(error.to_string()));
    };
    let name = file.display();
    let text = terminal::read_text(file, LARGEST)
        .map_err(|error| Failure::new(format!("cannot read `{name}`: {error}")))?;
    Endpoints::read(&text).map_err(|error| {
        Failure::new(format!("`{name}` is no data for allow-lists: {error}"))
            .help("its form is that of policies/network/endpoints.yaml in Headset's repository")
    })
}

/// The day, in UTC.
pub(in crate::cli) fn today() -> Date {
    Clock::wall().now().to_zoned(TimeZone::UTC).date()
}

/// How many days old data is.
fn age(data: &Endpoints) -> i32 {
    data.age(today())
}

/// Warns of data that is out of date.
pub(super) fn warn_if_stale(data: &Endpoints) {
    let age = age(data);
    if age > STALE_AFTER {
        terminal::warn(&format!(
            "the data of allow-lists is {age} days old (read on {}): compare it with AWS's pages, take a newer version of \
             Headset, or give newer data with `--data` of `headset network`",
            data.oldest()
        ));
    }
}

pub(super) fn lists(args: &ListsArgs) -> Result<Exit, Failure> {
    let data = data(args.data.as_deref())?;
    warn_if_stale(&data);
    if args.json {
        terminal::versioned_indented(&serde_json::json!({
            "oldest": data.oldest(),
            "newest": data.newest(),
            "days_old": age(&data),
            "stale_after_days": STALE_AFTER,
            "endpoints": data.rows,
            "browsers": data.browsers,
            "not_established": data.not_established,
        }));
        return Ok(Exit::Done);
    }
    let mut text = format!(
        "{}, read from {} to {} ({} old; it counts as out of date after {})\n\nread from\n",
        plural(data.rows.len(), "row"),
        data.oldest(),
        data.newest(),
        plural(usize::try_from(age(&data)).unwrap_or_default(), "day"),
        plural(usize::try_from(STALE_AFTER).unwrap_or_default(), "day"),
    );
    for (source, rows) in data.sources() {
        text = format!("{text}  {source} ({})\n", plural(rows, "row"));
    }
    if !data.browsers.is_empty() {
        text.push_str("\nnewest versions of browsers\n");
    }
    for browser in &data.browsers {
        text = format!(
            "{text}  {} {} of {}, by now {} or so ({})\n",
            browser.name,
            browser.newest,
            browser.released,
            browser.newest_by(today()),
            browser.source
        );
    }
    text.push_str("\nnot established\n");
    for gap in &data.not_established {
        text = format!("{text}  {}: {}\n", gap.id, gap.what);
    }
    terminal::text(&text);
    Ok(Exit::Done)
}
