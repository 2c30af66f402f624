//! `headset network ranges diff`, `headset network ranges watch`

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use fs_err as fs;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use sha2::{Digest as _, Sha256};

use super::list::{ranges_of, read};
use super::lists;
use crate::cli::Global;
use crate::cli::access::{Asked, open_aws};
use crate::cli::exit::{Exit, Failure};
use crate::cli::library;
use crate::cli::rewrite::write_over;
use crate::cli::terminal;
use crate::report::plural;
use headset_core::Clock;
use headset_kinds::regions::{Identity, Regions};
use headset_network::changes::{Came, Changes, Followed, Seen, compare};
use headset_network::list::followed;
use headset_network::ranges::{self, Entry, Ranges};

/// Compare AWS's files of address ranges.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum RangesCommand {
    /// Show what came and what went between two files, for whom, and until when there is time. Exits with 2 while something is open.
    Diff(DiffArgs),
    /// Compare AWS's newest file with the one that the firewall was made of: for a job that runs each day. Exits with 2 while
    /// something is open.
    ///
    /// The newest file is kept in HEADSET_CACHE, or in `headset` below the folder that the system has for caches, and asked for by
    /// its ETag. With it is kept when a range was seen first: a later publication gives no more time.
    Watch(WatchArgs),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct DiffArgs {
    /// The file of which the firewall was made: a path or an https address.
    #[arg(value_name = "OLD")]
    old: String,
    /// A newer file: a path or an https address, such as AWS's own, `https://ip-ranges.amazonaws.com/ip-ranges.json`.
    #[arg(value_name = "NEW")]
    new: String,
    #[command(flatten)]
    whom: Whom,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct WatchArgs {
    /// Where the newest file is: a path or an https address.
    #[arg(value_name = "PLACE", default_value = ranges::URL)]
    place: String,
    /// The file of which the firewall was made.
    #[arg(long, value_name = "FILE")]
    against: PathBuf,
    #[command(flatten)]
    whom: Whom,
}

/// Whom changes concern, and how they are shown.
#[derive(Debug, Args)]
struct Whom {
    /// A blueprint: only what concerns its environment is shown; may be repeated.
    #[arg(long, value_name = "FILE")]
    blueprint: Vec<PathBuf>,
    /// One JSON document on standard output instead of text.
    #[arg(long)]
    json: bool,
}

pub(super) async fn ranges(global: &Global, command: &RangesCommand) -> Result<Exit, Failure> {
    match command {
        RangesCommand::Diff(args) => diff(global, args).await,
        RangesCommand::Watch(args) => watch(global, args).await,
    }
}

async fn diff(global: &Global, args: &DiffArgs) -> Result<Exit, Failure> {
    let (old, new) = (at(global, &args.old).await?, at(global, &args.new).await?);
    follows(&new, &args.new, &old)?;
    let followed = environments(global, &args.whom)?;
    let changes = compare(&old, &new, &followed, &Seen::default(), today());
    show(&changes, &args.whom, &followed)
}

/// The file at a path or an address.
async fn at(global: &Global, place: &str) -> Result<Ranges, Failure> {
    match is_address(place) {
        true => {
            no_simulation(global)?;
            Kept::of(place).newest(global, place).await
        }
        false => ranges_of(Path::new(place)),
    }
}

fn is_address(place: &str) -> bool {
    place.contains("://")
}

/// Refuses to ask the web in a simulation.
fn no_simulation(global: &Global) -> Result<(), Failure> {
    match global.sim {
        true => Err(Failure::usage(
            "the simulation has no file of address ranges, and the web is not asked in it",
        )
        .help("give the path of a file in place of the address, or leave --sim out")),
        false => Ok(()),
    }
}

async fn watch(global: &Global, args: &WatchArgs) -> Result<Exit, Failure> {
    let old = ranges_of(&args.against)?;
    let followed = environments(global, &args.whom)?;
    if !is_address(&args.place) {
        let new = ranges_of(Path::new(&args.place))?;
        follows(&new, &args.place, &old)?;
        let changes = compare(&old, &new, &followed, &Seen::default(), today());
        return show(&changes, &args.whom, &followed);
    }
    no_simulation(global)?;
    let kept = Kept::of(&args.place);
    let seen = match kept.last() {
        Some(last) => kept.seen().since(&last),
        None => kept.seen(),
    };
    let new = kept.newest(global, &args.place).await?;
    follows(&new, &args.place, &old)?;
    let changes = compare(&old, &new, &followed, &seen, today());
    kept.note(&seen.after(&changes, &new))?;
    show(&changes, &args.whom, &followed)
}

/// Refuses what cannot be newer than the file that is known.
fn follows(new: &Ranges, place: &str, old: &Ranges) -> Result<(), Failure> {
    new.follows(old).map_err(|error| {
        Failure::new(format!("`{place}` is refused: {error}"))
            .help("give the file that the firewall was made of first, and AWS's newest one after it")
    })
}

/// What the environments want of the file that are asked about.
fn environments(global: &Global, whom: &Whom) -> Result<Vec<Followed>, Failure> {
    let data = lists::data(None)?;
    let centers = whom.blueprint.iter().map(|file| read(global, file));
    centers.map(|center| Ok(followed(&center?, &data))).collect()
}

fn today() -> Date {
    Clock::wall().now().to_zoned(TimeZone::UTC).date()
}

/// What is kept of an address. Without a place for it, nothing is.
struct Kept {
    folder: Option<PathBuf>,
    name: String,
}

impl Kept {
    fn of(url: &str) -> Kept {
        Kept {
            folder: library::cache(),
            name: format!("ip-ranges-{}", &hex::encode(Sha256::digest(url))[..8]),
        }
    }

    fn path(&self, ending: &str) -> Option<PathBuf> {
        Some(self.folder.as_ref()?.join(format!("{}{ending}", self.name)))
    }

    fn text(&self, ending: &str) -> Option<String> {
        terminal::read_text(&self.path(ending)?, ranges::LARGEST).ok()
    }

    fn write(&self, ending: &str, text: &str) -> Result<(), Failure> {
        let (Some(folder), Some(path)) = (&self.folder, self.path(ending)) else {
            return Ok(());
        };
        fs::create_dir_all(folder)?;
        Ok(write_over(&path, text)?)
    }

    /// The newest file. What AWS says is the same as what is here is taken from here.
    async fn newest(&self, global: &Global, url: &str) -> Result<Ranges, Failure> {
        let here = self.text(".json");
        let etag = self.text(".etag").filter(|_| here.is_some());
        // No account is asked: the region is that of the client, and of nothing else.
        let access = open_aws(
            global,
            Asked::region(Some("us-east-1")),
            Identity::ByHand,
            Regions::all_in,
        )
        .await?;
        let answer = access
            .aws
            .get_unless(url, etag.as_deref())
            .await
            .map_err(|error| {
                Failure::new(format!(
                    "AWS's file of address ranges could not be fetched: {error}"
                ))
                .help("fetch it by other means, and give its path in place of the address")
            })?;
        let text = match (answer.status, here) {
            (200, _) => String::from_utf8(answer.body)
                .map_err(|_| Failure::new(format!("{url}: the answer is not text")))?,
            (304, Some(here)) => here,
            (status, _) => {
                return Err(
                    Failure::new(format!("{url}: it answered with HTTP status {status}"))
                        .help("fetch it by other means, and give its path in place of the address"),
                );
            }
        };
        let new = Ranges::read(&text)
            .map_err(|error| Failure::new(format!("what {url} answered is refused: {error}")))?;
        if answer.status == 200 {
            self.write(".json", &text)?;
            self.write(".etag", answer.headers.get("etag").map_or("", String::as_str))?;
        }
        Ok(new)
    }

    /// The file that was fetched last.
    fn last(&self) -> Option<Ranges> {
        Ranges::read(&self.text(".json")?).ok()
    }

    fn seen(&self) -> Seen {
        let text = self.text(".seen.json").unwrap_or_default();
        serde_json::from_str(&text).unwrap_or_default()
    }

    fn note(&self, seen: &Seen) -> Result<(), Failure> {
        self.write(".seen.json", &serde_json::json!(seen).to_string())
    }
}

fn show(changes: &Changes, whom: &Whom, followed: &[Followed]) -> Result<Exit, Failure> {
    match whom.json {
        true => terminal::versioned_indented(&serde_json::json!({
            "changes": changes,
            "environments": followed.iter().map(|one| &one.environment).collect::<Vec<_>>(),
            "open": changes.is_open(),
        })),
        false => terminal::text(&text(changes)),
    }
    Ok(match changes.is_open() {
        true => Exit::Changes,
        false => Exit::Done,
    })
}

fn text(changes: &Changes) -> String {
    let stamp = |name: &str, stamp: &ranges::Stamp| {
        format!(
            "{name}: createDate {}, syncToken {}\n",
            stamp.created, stamp.sync_token
        )
    };
    let mut out = vec![stamp("old", &changes.from), stamp("new", &changes.to)];
    if !changes.came.is_empty() {
        out.push("\ncame: to be allowed\n".to_owned());
    }
    for came in &changes.came {
        out.push(line(&came.entry, came.environments.iter()));
        out.push(format!("    {}\n", deadline(came)));
    }
    if !changes.went.is_empty() {
        out.push("\nwent: need be allowed no more\n".to_owned());
    }
    for went in &changes.went {
        out.push(line(&went.entry, went.environments.iter()));
    }
    if changes.held > 0 {
        out.push(format!(
            "\n{} that came need nothing: others hold them already\n",
            plural(changes.held, "range")
        ));
    }
    if !changes.is_open() {
        out.push("\nnothing is open\n".to_owned());
    }
    out.concat()
}

fn line<'a>(entry: &Entry, environments: impl Iterator<Item = &'a String>) -> String {
    let names: Vec<&str> = environments.map(String::as_str).collect();
    let whom = match names.is_empty() {
        true => String::new(),
        false => format!(" ({})", names.join(", ")),
    };
    format!("  {} {} {}{whom}\n", entry.range, entry.service, entry.region)
}

fn deadline(came: &Came) -> String {
    let days = |days: i32| plural(usize::try_from(days).unwrap_or_default(), "day");
    let left = match came.days_left {
        0.. => format!("{} left", days(came.days_left)),
        over => format!("{} ago", days(-over)),
    };
    format!(
        "by {} at the earliest ({left}); in full use from {} on",
        came.due, came.in_full_use
    )
}
