//! `headset import FILE --alias ALIAS`: writes a blueprint of what exists.

mod desk;
mod discover;
mod draft;
mod pages;
mod sections;
mod sign_in;
mod wanted;

use std::path::Path;

use self::desk::{Alternative, Desk};
use self::draft::{plain, sentence};
pub(super) use self::wanted::{Stack, Wanted};
use super::Global;
use super::access::{Asked, open_aws};
use super::exit::Failure;
use super::{new_file, terminal};
use headset_core::words::plural;
use headset_kinds::regions::{Identity, Regions};

/// Writes the blueprint of what exists to a file that is not there yet.
pub(super) async fn write_down(global: &Global, file: &Path, wanted: &Wanted) -> Result<(), Failure> {
    let name = file.display().to_string();
    new_file::is_free(file)?;
    let mut refused = None;
    let access = open_aws(
        global,
        Asked::region(wanted.region.as_deref()),
        Identity::Same,
        |region| {
            wanted.regions(region).unwrap_or_else(|why| {
                refused = Some(why);
                Regions::all_in(region)
            })
        },
    )
    .await?;
    if let Some(why) = refused {
        return Err(why);
    }
    let mut desk = Desk::new(global, access);
    let all = match wanted.discover {
        true => desk.discover(wanted).await?,
        false => wanted.clone(),
    };
    desk.begin(&all).await?;
    desk.fill().await?;
    desk.add_sign_in(&file.with_extension("")).await?;
    desk.add_pages().await?;
    desk.share_tags().await?;
    let whole = text(&desk, wanted, &name);
    for (name, text) in &desk.files {
        let beside = file.with_file_name(name);
        new_file::write(&beside, text)?;
        terminal::talk(&format!("wrote {}", beside.display()));
    }
    new_file::write(file, &whole)?;
    terminal::talk(&format!("wrote {name}"));
    if let count @ 1.. = desk.left.len() + desk.open.len() + desk.notes.len() + desk.alternatives.len() {
        terminal::talk(&format!(
            "what it does not say is in comments at its end: {}",
            plural(count, "point")
        ));
    }
    Ok(())
}

/// The blueprint, with what is to be known about it.
fn text(desk: &Desk<'_>, wanted: &Wanted, file: &str) -> String {
    let mut text = format!(
        "# What existed when `headset import {file} {}` wrote this.\n# `headset import {file}` takes it over; the next plan \
         then shows Headset's tags, which `apply` adds, and nothing else.\n\n{}",
        wanted.said(),
        plain(&desk.draft)
    );
    let unread = desk.unread.iter();
    let unread = unread.map(|(address, why)| format!("{address} could not be read: {why}"));
    let left: Vec<String> = unread
        .chain(desk.left.iter().cloned())
        .chain(desk.open.iter().map(sentence))
        .collect();
    if !left.is_empty() {
        let lines = left.iter().map(|line| bullet(line));
        text.push_str("\n# Not said above, and left as it is:\n");
        text.extend(lines);
    }
    if !desk.notes.is_empty() {
        text.push_str("\n# Besides:\n");
        text.extend(desk.notes.iter().map(|line| bullet(line)));
    }
    for Alternative { why, section } in &desk.alternatives {
        text.push_str("\n# Left out, because of this:\n");
        text.extend(why.iter().map(|line| bullet(line)));
        text.push_str(
            "# To take it in, delete the `# ` before each of these lines, and look at the next plan:\n",
        );
        text.extend(plain(section).lines().map(|line| format!("# {line}\n")));
    }
    text
}

/// A point of a comment.
fn bullet(line: &str) -> String {
    format!("# - {}\n", line.replace('\n', " "))
}
