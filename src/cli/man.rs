//! `headset man`: pages made from the definition of the command line, with the sections that tell what a command leaves, reads
//! and keeps. Those are the tables of docs/commands.md.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use clap_mangen::Man;
use clap_mangen::roff::{Inline, Roff, bold, roman};
use fs_err as fs;

use super::exit::{Exit, Failure};
use super::rewrite::write_over;
use super::terminal;

/// Print the man page, or write one for each command into a directory.
#[derive(Debug, Args)]
pub(super) struct ManArgs {
    /// Write headset.1, headset-apply.1 and so on into this directory instead, which is made if needed.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// The page that has the tables.
const PAGE: &str = include_str!("../../docs/commands.md");

/// The sections that are tables there: the name in a man page, and the heading.
const TABLES: [(&str, &str); 3] = [
    ("EXIT STATUS", "### Exit codes"),
    ("ENVIRONMENT", "### Environment variables"),
    ("FILES", "### Files"),
];

pub(super) fn man(args: &ManArgs, command: clap::Command) -> Result<Exit, Failure> {
    match &args.out {
        Some(directory) => {
            fs::create_dir_all(directory)?;
            let mut command = command.disable_help_subcommand(true);
            command.build();
            write_all(&command, directory)?;
        }
        None => terminal::data(&String::from_utf8_lossy(&page(command)?)),
    }
    Ok(Exit::Done)
}

/// Writes the page of a command, and those of the commands below it.
fn write_all(command: &clap::Command, directory: &Path) -> Result<(), Failure> {
    for below in command.get_subcommands().filter(|below| !below.is_hide_set()) {
        write_all(below, directory)?;
    }
    let name = Man::new(command.clone()).get_filename();
    write_over(&directory.join(name), page(command.clone())?)?;
    Ok(())
}

/// The page of a command.
fn page(command: clap::Command) -> Result<Vec<u8>, Failure> {
    let mut page = Vec::new();
    let has_commands = command.get_subcommands().any(|below| !below.is_hide_set());
    let has_version = command.get_version().is_some();
    let has_more = command.get_after_help().is_some() || command.get_after_long_help().is_some();
    let man = Man::new(command);
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if has_commands {
        man.render_subcommands_section(&mut page)?;
    }
    if has_more {
        man.render_extra_section(&mut page)?;
    }
    tables(&mut page)?;
    if has_version {
        man.render_version_section(&mut page)?;
    }
    Ok(page)
}

fn tables(page: &mut dyn Write) -> Result<(), Failure> {
    let mut roff = Roff::default();
    for (name, heading) in TABLES {
        roff.control("SH", [name]);
        for (term, about) in rows(heading) {
            roff.control("TP", []);
            roff.text(inlines(term, true));
            roff.text(inlines(about, false));
        }
    }
    Ok(roff.to_writer(page)?)
}

/// The rows of the table below a heading: each with two cells.
pub(super) fn rows(heading: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let from = PAGE.split_once(&format!("\n{heading}\n"));
    let lines = from.map_or("", |(_, below)| below).lines();
    let section = lines.take_while(|line| !line.starts_with('#'));
    let table = section.filter(|line| line.starts_with("| "));
    // The first row is the head.
    table.skip(1).filter_map(|line| {
        let cells = line.trim().strip_prefix("| ")?.strip_suffix(" |")?;
        cells.split_once(" | ")
    })
}

/// Markdown with its code in bold; a term is bold altogether.
fn inlines(text: &str, is_term: bool) -> Vec<Inline> {
    let pieces = text.split('`').enumerate();
    let pieces = pieces.filter(|(_, piece)| !piece.is_empty());
    pieces
        .map(|(index, piece)| match is_term || index % 2 == 1 {
            true => bold(piece),
            false => roman(piece),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_section_has_rows() {
        for (name, heading) in TABLES {
            assert!(rows(heading).count() > 3, "{name}");
        }
        let codes: Vec<&str> = rows("### Exit codes").map(|(code, _)| code).collect();
        let exits = [
            Exit::Done,
            Exit::Error,
            Exit::Changes,
            Exit::Checkpoints,
            Exit::Locked,
            Exit::Refused,
            Exit::Usage,
            Exit::Interrupted,
        ];
        let own: Vec<String> = exits.iter().map(|exit| (*exit as u8).to_string()).collect();
        assert_eq!(codes, own);
    }

    #[test]
    fn variables_of_options_are_in_the_table() {
        use clap::CommandFactory as _;
        fn variables(command: &clap::Command, found: &mut Vec<String>) {
            let own = command.get_arguments().filter_map(clap::Arg::get_env);
            found.extend(own.map(|name| name.to_string_lossy().into_owned()));
            command
                .get_subcommands()
                .for_each(|below| variables(below, found));
        }
        let mut found = Vec::new();
        variables(&crate::cli::Cli::command(), &mut found);
        assert!(!found.is_empty());
        for name in found {
            let cell = format!("`{name}`");
            assert!(
                rows("### Environment variables").any(|(term, _)| term.contains(&cell)),
                "{name}"
            );
        }
    }
}
