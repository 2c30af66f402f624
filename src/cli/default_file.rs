//! `blueprint.yaml`, which a command reads where no file is named.
//!
//! FILE is the first argument of most commands, and others follow it: `headset output FILE [NAME]`. Where the file is left
//! out, clap takes the next argument for it, or misses one. The command line is then read once more with the file in its
//! place, if that is there; what is wrong with a command line is said about the one that was written.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use clap::{Arg, ArgMatches, Command};

use super::given;
use super::subject::Subject;
use super::terminal::STANDARD_INPUT;

/// The file that a command reads where none is named.
pub(super) const FILE: &str = "blueprint.yaml";

/// That file, if it is there.
pub(super) fn here() -> Option<&'static Path> {
    let file = Path::new(FILE);
    file.is_file().then_some(file)
}

/// The arguments by which commands take blueprints.
const ONE: &str = "file";
const SEVERAL: &str = "files";

/// How blueprints are called that people write.
const ENDINGS: [&str; 3] = ["yaml", "yml", "json"];

/// The command line with the help of each FILE saying what may stand there.
pub(super) fn told(command: Command) -> Command {
    told_below(command, "")
}

fn told_below(mut command: Command, path: &str) -> Command {
    if given::reads_a_blueprint(path) {
        let ids = command
            .get_positionals()
            .map(|argument| argument.get_id().clone());
        let ids: Vec<clap::Id> = ids.collect();
        // Each of them, so that they stay in their order: clap puts what it changes behind the others.
        for id in ids {
            command = command.mut_arg(id, with_default);
        }
    }
    let below: Vec<String> = command
        .get_subcommands()
        .map(|below| below.get_name().to_owned())
        .collect();
    below.into_iter().fold(command, |command, name| {
        let path = match path.is_empty() {
            true => name.clone(),
            false => format!("{path} {name}"),
        };
        command.mut_subcommand(name, |below| told_below(below, &path))
    })
}

/// A file's argument whose help says what it is without one; another argument as it is.
fn with_default(argument: Arg) -> Arg {
    let is_file = [ONE, SEVERAL].contains(&argument.get_id().as_str());
    if !is_file || !argument.get_default_values().is_empty() {
        return argument;
    }
    let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
    let help = help.trim_end_matches('.');
    argument.help(format!(
        "{help} ({STANDARD_INPUT}: standard input) [default: {FILE}]"
    ))
}

/// Reads a command line, with [`FILE`] where a file is missing and that one is there.
///
/// # Errors
/// What clap says about the command line as it was written.
pub(super) fn matches(command: &mut Command, line: &[OsString]) -> Result<ArgMatches, clap::Error> {
    matches_if(command, line, || here().is_some())
}

/// The same, if the file is there.
fn matches_if(
    command: &mut Command,
    line: &[OsString],
    is_there: impl FnOnce() -> bool,
) -> Result<ArgMatches, clap::Error> {
    let written = command.try_get_matches_from_mut(line);
    let is_missing = match &written {
        Ok(matches) => names_no_file(command, matches),
        Err(error) => error.use_stderr(),
    };
    match is_missing && is_there() {
        true => with_file(command, line).map_or(written, Ok),
        false => written,
    }
}

/// The same line with the file where the command takes it: the first place at which it is read as that, and alone.
fn with_file(command: &mut Command, line: &[OsString]) -> Option<ArgMatches> {
    (1..=line.len()).find_map(|place| {
        let mut longer = line.to_vec();
        longer.insert(place, FILE.into());
        let matches = command.try_get_matches_from_mut(longer).ok()?;
        let (name, leaf) = leaf(&matches);
        (given::reads_a_blueprint(&name) && files(leaf) == [FILE]).then_some(matches)
    })
}

/// Whether a line that can be read takes another argument for its file: one that is no file, and is not called like one.
fn names_no_file(command: &Command, matches: &ArgMatches) -> bool {
    let (name, leaf) = leaf(matches);
    let one = leaf
        .try_get_raw(ONE)
        .ok()
        .flatten()
        .and_then(|mut raw| raw.next());
    // Of several files each is one.
    let Some(taken) = one.filter(|_| given::reads_a_blueprint(&name)).map(Path::new) else {
        return false;
    };
    let taken = &Subject::of(taken).file;
    let ending = taken.extension().and_then(OsStr::to_str).unwrap_or_default();
    let is_called_like_one = ENDINGS.contains(&ending) || taken.as_os_str() == STANDARD_INPUT;
    takes_more(command, &name) && !is_called_like_one && !taken.exists()
}

/// Whether a command takes other arguments behind its file.
fn takes_more(command: &Command, name: &str) -> bool {
    let leaf = name
        .split(' ')
        .try_fold(command, |command, word| command.find_subcommand(word));
    let ids = leaf.into_iter().flat_map(Command::get_positionals);
    ids.last().is_some_and(|last| last.get_id() != ONE)
}

/// The words of the command of a line, and what it was given.
fn leaf(matches: &ArgMatches) -> (String, &ArgMatches) {
    let (mut words, mut leaf) = (Vec::new(), matches);
    while let Some((word, below)) = leaf.subcommand() {
        words.push(word);
        leaf = below;
    }
    (words.join(" "), leaf)
}

/// The files that a command was given.
fn files(leaf: &ArgMatches) -> Vec<&OsStr> {
    let raw = [ONE, SEVERAL].map(|id| leaf.try_get_raw(id).ok().flatten());
    raw.into_iter().flatten().flatten().collect()
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::cli::Cli;

    /// What a line is read as if the file is there: its command, its files, and the arguments behind them.
    fn read(line: &str) -> Option<(String, Vec<String>)> {
        let mut command = told(Cli::command());
        let line: Vec<OsString> = format!("headset {line}").split(' ').map(OsString::from).collect();
        let matches = matches_if(&mut command, &line, || true).ok()?;
        let (name, leaf) = leaf(&matches);
        let files = files(leaf);
        let files = files.iter().map(|file| file.to_string_lossy().into_owned());
        Some((name, files.collect()))
    }

    #[test]
    fn a_file_that_is_left_out_is_the_one_that_is_always_called_the_same() {
        for line in [
            "plan",
            "--sim plan --target appstream.fleet/agents",
            "plan --state-dir plan",
            "apply --yes",
            "destroy",
            "drift --format json",
            "output",
            "output portal",
            "import",
            "import connect.user/agent1@example.com",
            "checkpoint list",
            "checkpoint show appstream.image/desk",
            "checkpoint answer appstream.image/desk image=acme",
            "policy show apply",
            "image script desk",
            "state push backup",
            "history --sim",
        ] {
            let (_, files) = read(line).unwrap_or_else(|| panic!("{line} is refused"));
            assert_eq!(files, [FILE], "{line}");
        }
    }

    #[test]
    fn what_is_written_stays_as_it_is() {
        for (line, expected) in [
            ("plan a.yaml", &["a.yaml"][..]),
            ("plan prod", &["prod"]),
            ("plan a.yaml b.yaml", &["a.yaml", "b.yaml"]),
            ("output -", &["-"]),
            ("output other.yml portal", &["other.yml"]),
            ("output other.yml#eu", &["other.yml#eu"]),
            ("import gone.yaml", &["gone.yaml"]),
            ("image update center.yaml desk", &["center.yaml"]),
            ("state push center.yaml backup", &["center.yaml"]),
            ("policy show apply center.yaml", &["center.yaml"]),
            ("destroy --expired", &[]),
            ("destroy --name acme", &[]),
            ("explain connect.alias", &[]),
            ("init --list", &["blueprint.yaml"]),
            ("image connect acme", &[]),
        ] {
            let (_, files) = read(line).unwrap_or_else(|| panic!("{line} is refused"));
            assert_eq!(files, expected, "{line}");
        }
        for line in [
            "plan --out",
            "plan --colour",
            "pla",
            "checkpoint",
            "image connect",
        ] {
            assert_eq!(read(line), None, "{line}");
        }
    }

    #[test]
    fn each_command_that_reads_a_blueprint_says_which_one() {
        fn leaves(command: &Command, path: &str, found: &mut Vec<String>) {
            for below in command.get_subcommands() {
                let path = format!("{path}{}", below.get_name());
                leaves(below, &format!("{path} "), found);
                let silent = below.get_positionals().any(|argument| {
                    let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
                    let is_file = [ONE, SEVERAL].contains(&argument.get_id().as_str());
                    is_file && argument.get_default_values().is_empty() && !help.contains(FILE)
                });
                if silent {
                    found.push(path);
                }
            }
        }
        let mut silent = Vec::new();
        leaves(&told(Cli::command()), "", &mut silent);
        assert_eq!(silent, ["sim replay"]);
    }
}
