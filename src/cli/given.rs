//! The options that a command was given, as a further command needs them.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::parser::ValueSource;
use clap::{ArgMatches, Command};

use super::exit::Failure;
use super::terminal;
use headset_core::shell::{option, word};

/// Which further commands need an option of the command that names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Again {
    /// It says how the blueprint is read: every command that reads one.
    Blueprint,
    /// It says which cloud that is, as whom, and where state is: every command that reaches a cloud.
    Cloud,
    /// It says how the command works: every command that takes it.
    Work,
    /// None, for this reason.
    Never(&'static str),
}

/// The next command may report in another form.
const FORM: Again = Again::Never("it is about the form of one command's report");
/// A user agrees to one plan.
const CONSENT: Again = Again::Never("a user agrees to one plan, and the next plan may be another one");
/// What was made anew would be made anew again.
const ONCE: Again = Again::Never("it is done once, and the same command would do it once more");
/// Advice writes what its command is about.
const SUBJECT: Again = Again::Never("it says what the command is about, and the advice writes that itself");
/// `init` leads to commands on the file that it has written.
const WRITTEN: Again = Again::Never("it is in the file that was written");
/// A server has it from its start.
const SERVER: Again = Again::Never("it belongs to a server that goes on");

/// Every option of the command line.
const OPTIONS: &[(&str, Again)] = &[
    ("set", Again::Blueprint),
    ("vars", Again::Blueprint),
    ("from", SUBJECT),
    ("allow-outside", Again::Blueprint),
    ("profile", Again::Cloud),
    ("state-dir", Again::Cloud),
    ("state", Again::Cloud),
    ("lock-timeout", Again::Work),
    ("sim", Again::Cloud),
    ("speed", Again::Cloud),
    ("quirks", Again::Cloud),
    ("faults", Again::Cloud),
    ("throttle", Again::Cloud),
    ("latency", Again::Cloud),
    ("operator", Again::Cloud),
    ("strict-directory", Again::Cloud),
    ("record", Again::Cloud),
    ("offline", Again::Work),
    ("read-all", Again::Work),
    (
        "quick",
        Again::Never("the next command may change what was not looked at"),
    ),
    ("wait", Again::Work),
    ("wait-for-sessions", Again::Work),
    ("parallelism", Again::Work),
    ("allow-unknown", Again::Work),
    ("allow-disruption", CONSENT),
    ("allow-irreversible", CONSENT),
    ("allow-creation-limit", CONSENT),
    ("target", Again::Work),
    ("exclude", Again::Work),
    ("only", Again::Work),
    ("replace", ONCE),
    ("accept", SUBJECT),
    ("destroy", SUBJECT),
    ("write", CONSENT),
    ("yes", CONSENT),
    ("detailed-exitcode", FORM),
    ("format", FORM),
    ("all", FORM),
    ("user", SUBJECT),
    ("saml-response", SUBJECT),
    ("sign-in", CONSENT),
    ("call", SUBJECT),
    ("record-result", SUBJECT),
    ("full", FORM),
    ("last", FORM),
    ("json", FORM),
    ("line", FORM),
    ("log", FORM),
    ("color", FORM),
    ("quiet", FORM),
    ("verbose", FORM),
    ("timings", FORM),
    ("timeline", FORM),
    ("expired", SUBJECT),
    ("shard", SUBJECT),
    ("for", SUBJECT),
    ("lineage", SUBJECT),
    ("account", SUBJECT),
    ("name", SUBJECT),
    ("alias", SUBJECT),
    ("stack", SUBJECT),
    ("discover", SUBJECT),
    ("all-regions", SUBJECT),
    ("store-lost", CONSENT),
    ("region", SUBJECT),
    ("list", WRITTEN),
    ("template", WRITTEN),
    ("out", WRITTEN),
    ("block-public-access", SERVER),
    ("directory-of", SERVER),
    ("fresh-account", SERVER),
    ("older", CONSENT),
    ("no-open", FORM),
    ("port", SERVER),
    ("time", SERVER),
    ("proxy", SUBJECT),
    ("resolver", SUBJECT),
    ("gateway", SUBJECT),
    ("known", SUBJECT),
    ("report", FORM),
    ("network", SUBJECT),
    ("contact", SUBJECT),
    ("ccp-log", SUBJECT),
    ("network-result", SUBJECT),
    ("script", SUBJECT),
    ("watch", SUBJECT),
    ("side", SUBJECT),
    ("mode", FORM),
    ("stateless", SUBJECT),
    ("turn", FORM),
    ("cloudfront", FORM),
    ("with", SUBJECT),
    ("ranges", SUBJECT),
    ("data", SUBJECT),
    ("against", SUBJECT),
    ("blueprint", SUBJECT),
    ("site", SUBJECT),
    ("workload", SUBJECT),
    ("shift", SUBJECT),
    ("screen-recording", SUBJECT),
    ("reports", SUBJECT),
];

/// Commands that reach no cloud.
const OFFLINE: &[&str] = &[
    "ccp",
    "graph",
    "init",
    "network",
    "report",
    "validate",
    "schema",
    "sim",
    "completions",
    "man",
    "simulation",
    "voice",
    "help",
];

/// Whether a command reads a blueprint, so that values can be set in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reads {
    /// Every time.
    Blueprint,
    /// Where this argument of its own is given.
    With(&'static str),
    /// Unless this argument of its own is given.
    Unless(&'static str),
    /// Never.
    Nothing,
}

/// Every command that does something, by the words that name it.
const COMMANDS: &[(&str, Reads)] = &[
    ("apply", Reads::Blueprint),
    // Or the template that it writes.
    ("bootstrap", Reads::Blueprint),
    ("ccp build", Reads::Blueprint),
    ("ccp embed", Reads::Blueprint),
    ("ccp fetch", Reads::Nothing),
    ("ccp preview", Reads::Blueprint),
    ("checkpoint answer", Reads::Blueprint),
    ("checkpoint list", Reads::Blueprint),
    ("checkpoint show", Reads::Blueprint),
    ("completions", Reads::Nothing),
    ("destroy", Reads::With("files")),
    ("drift", Reads::Blueprint),
    ("env list", Reads::Nothing),
    ("explain", Reads::With("file")),
    ("graph", Reads::Blueprint),
    ("history", Reads::Blueprint),
    ("image connect", Reads::Nothing),
    ("image stop", Reads::Nothing),
    ("image script", Reads::Blueprint),
    ("image update", Reads::Blueprint),
    ("import", Reads::Blueprint),
    // The template that it writes.
    ("init", Reads::Unless("list")),
    ("man", Reads::Nothing),
    ("network check", Reads::Blueprint),
    ("network list", Reads::Blueprint),
    ("network lists", Reads::Nothing),
    ("network plan", Reads::Blueprint),
    ("network ranges diff", Reads::With("blueprint")),
    ("network ranges watch", Reads::With("blueprint")),
    ("network trial", Reads::Nothing),
    ("output", Reads::Blueprint),
    ("plan", Reads::Blueprint),
    ("policy show", Reads::Blueprint),
    ("report merge", Reads::Nothing),
    ("schema", Reads::Nothing),
    ("sim quirks", Reads::Nothing),
    ("sim replay", Reads::Nothing),
    ("sim serve", Reads::Nothing),
    ("simulation", Reads::Nothing),
    ("state list", Reads::Blueprint),
    ("state migrate", Reads::Blueprint),
    ("state mv", Reads::Blueprint),
    ("state pull", Reads::Blueprint),
    ("state push", Reads::Blueprint),
    ("state restore", Reads::With("file")),
    ("state rm", Reads::Blueprint),
    ("state show", Reads::Blueprint),
    ("status", Reads::Blueprint),
    ("support bundle", Reads::Blueprint),
    ("unlock", Reads::Blueprint),
    ("user invite", Reads::Blueprint),
    ("validate", Reads::Blueprint),
    ("verify", Reads::Blueprint),
    ("voice code", Reads::Nothing),
    ("voice latency", Reads::Nothing),
];

/// The options of a command line that further commands need.
#[derive(Clone, Debug, Default)]
pub(super) struct Given {
    /// Each as it is written, in the table's order.
    options: Vec<(&'static str, Again, String)>,
    /// Which commands take which options of their own.
    taken: BTreeSet<(String, String)>,
    /// Why no value can be set in a blueprint: the command reads none. `None`: it reads one.
    no_blueprint: Option<NoBlueprint>,
}

/// A command that reads no blueprint.
#[derive(Clone, Debug)]
struct NoBlueprint {
    /// The words that name it.
    command: String,
    /// With a blueprint's file it would read that.
    takes_a_file: bool,
}

impl Given {
    /// The options that stand on the command line. What the environment says holds for the next command as well.
    pub(super) fn read(command: &Command, matches: &ArgMatches) -> Given {
        let (mut inner, mut matched) = (command, matches);
        let mut words = Vec::new();
        while let Some((name, below)) = matched.subcommand() {
            let Some(next) = inner.find_subcommand(name) else {
                break;
            };
            words.push(name);
            (inner, matched) = (next, below);
        }
        let mut options = Vec::new();
        for (long, again) in OPTIONS {
            let Some(argument) = inner
                .get_arguments()
                .chain(command.get_arguments())
                .find(|argument| argument.get_long() == Some(long))
            else {
                continue;
            };
            let id = argument.get_id().as_str();
            if matches!(again, Again::Never(_)) || matched.value_source(id) != Some(ValueSource::CommandLine)
            {
                continue;
            }
            match argument.get_action().takes_values() {
                true => options.extend(
                    matched
                        .get_raw(id)
                        .into_iter()
                        .flatten()
                        .map(|value| (*long, *again, option(long, &value.to_string_lossy()))),
                ),
                false => options.push((*long, *again, format!("--{long}"))),
            }
        }
        let mut taken = BTreeSet::new();
        takes(command, "", &mut taken);
        Given {
            options,
            taken,
            no_blueprint: no_blueprint(&words.join(" "), matched),
        }
    }

    /// Refuses values for a blueprint where the command reads none: `said` is the option that was given.
    pub(super) fn sets_something(&self, said: Option<&str>) -> Result<(), Failure> {
        let (
            Some(said),
            Some(NoBlueprint {
                command,
                takes_a_file,
            }),
        ) = (said, &self.no_blueprint)
        else {
            return Ok(());
        };
        let (what, help) = match takes_a_file {
            true => (
                "was given none",
                format!("give the blueprint's file, or leave {said} out"),
            ),
            false => ("reads none", format!("leave {said} out")),
        };
        Err(Failure::usage(format!(
            "{said} changes values of a blueprint, and `headset {command}` {what}"
        ))
        .help(help))
    }

    /// The options that a command needs, too: `words` are those of the command itself, behind `headset`.
    pub(super) fn needed_by(&self, words: &[&str], reads_blueprint: bool) -> Vec<&str> {
        let offline = words.first().is_some_and(|first| OFFLINE.contains(first));
        let commands = words.iter().take_while(|word| !word.starts_with('-'));
        let commands: Vec<&str> = commands.copied().collect();
        let takes = |long: &str| {
            (1..=commands.len()).any(|length| {
                let key = (commands[..length].join(" "), long.to_owned());
                self.taken.contains(&key)
            })
        };
        let needed = |(long, again, written): &&(&'static str, Again, String)| {
            let is_there = words
                .iter()
                .any(|word| *word == format!("--{long}") || word.starts_with(&format!("--{long}=")));
            let needs = match again {
                Again::Blueprint => reads_blueprint,
                Again::Cloud => !offline && !is_there,
                Again::Work => takes(long) && !is_there,
                Again::Never(_) => false,
            };
            // What was completed already stays as it is.
            let is_whole = written
                .split_once(' ')
                .is_some_and(|(name, value)| words.windows(2).any(|pair| pair == [name, value]));
            needs && !is_whole
        };
        self.options
            .iter()
            .filter(needed)
            .map(|(_, _, written)| written.as_str())
            .collect()
    }

    /// The same with only what leads to the cloud.
    pub(super) fn only_the_cloud(mut self) -> Given {
        self.options.retain(|(_, again, _)| *again == Again::Cloud);
        self
    }

    /// The same with these values set in the blueprint, by files and one by one.
    pub(super) fn setting(mut self, values: &[PathBuf], sets: &[String]) -> Given {
        let sets = sets
            .iter()
            .map(|set| ("set", Again::Blueprint, option("set", set)));
        let values = values.iter().map(|path| {
            let written = option("vars", &path.display().to_string());
            ("vars", Again::Blueprint, written)
        });
        let all: Vec<_> = sets.chain(values).collect();
        self.options.splice(0..0, all);
        self
    }

    /// The same without the values that are set in the blueprint.
    pub(super) fn without_sets(mut self) -> Given {
        self.options.retain(|(_, again, _)| *again != Again::Blueprint);
        self
    }
}

/// Whether this command reads no blueprint with these arguments.
fn no_blueprint(command: &str, matched: &ArgMatches) -> Option<NoBlueprint> {
    let (_, reads) = COMMANDS.iter().find(|(name, _)| *name == command)?;
    let is_given = |id: &str| matched.value_source(id) == Some(ValueSource::CommandLine);
    let (reads_one, takes_a_file) = match reads {
        Reads::Blueprint => (true, true),
        Reads::With(file) => (is_given(file), true),
        Reads::Unless(option) => (!is_given(option), false),
        Reads::Nothing => (false, false),
    };
    (!reads_one).then(|| NoBlueprint {
        command: command.to_owned(),
        takes_a_file,
    })
}

/// Which commands have which options of their own.
fn takes(command: &Command, path: &str, found: &mut BTreeSet<(String, String)>) {
    for below in command.get_subcommands() {
        let path = format!("{path}{}", below.get_name());
        let options = below.get_arguments().filter(|option| !option.is_global_set());
        found.extend(
            options
                .filter_map(|option| option.get_long())
                .map(|long| (path.clone(), long.to_owned())),
        );
        takes(below, &format!("{path} "), found);
    }
}

/// Whether a command, named by its words, reads a blueprint with some of its arguments.
pub(super) fn reads_a_blueprint(command: &str) -> bool {
    let mut commands = COMMANDS.iter();
    commands.any(|(name, reads)| *name == command && *reads != Reads::Nothing)
}

/// A file on a command line: never taken for an option. `-` is standard input.
pub(super) fn file(path: &std::path::Path) -> String {
    let path = path.display().to_string();
    match path.starts_with('-') && path != terminal::STANDARD_INPUT {
        true => word(&format!("./{path}")),
        false => word(&path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    /// What the options of a command line make of a further command.
    fn after(line: &str, words: &str) -> String {
        let mut command = crate::cli::Cli::command();
        let line: Vec<&str> = line.split(' ').collect();
        let matches = command.try_get_matches_from_mut(line).unwrap();
        let given = Given::read(&command, &matches);
        let words: Vec<&str> = words.split(' ').collect();
        given.needed_by(&words, true).join(" ")
    }

    #[test]
    fn every_option_of_the_command_line_is_decided_about() {
        fn longs(command: &Command, found: &mut BTreeSet<String>) {
            found.extend(
                command
                    .get_arguments()
                    .filter_map(|option| option.get_long().map(str::to_owned)),
            );
            for below in command.get_subcommands() {
                longs(below, found);
            }
        }
        let mut there = BTreeSet::new();
        longs(&crate::cli::Cli::command(), &mut there);
        let decided: BTreeSet<String> = OPTIONS.iter().map(|(long, _)| (*long).to_owned()).collect();
        assert_eq!(decided.len(), OPTIONS.len(), "an option is decided about once");
        let simulator_only: BTreeSet<String> = OPTIONS
            .iter()
            .filter(|(_, again)| *again == SERVER)
            .map(|(long, _)| (*long).to_owned())
            .collect();
        let forgotten: Vec<_> = there.difference(&decided).collect();
        assert!(forgotten.is_empty(), "decide what advice does with {forgotten:?}");
        let stale: Vec<_> = decided
            .difference(&there)
            .filter(|long| cfg!(feature = "simulator") || !simulator_only.contains(*long))
            .collect();
        assert!(stale.is_empty(), "no command has {stale:?}");
        let names: BTreeSet<String> = crate::cli::Cli::command()
            .get_subcommands()
            .map(|command| command.get_name().to_owned())
            .collect();
        for command in OFFLINE
            .iter()
            .filter(|command| !["help", "sim"].contains(*command))
        {
            assert!(names.contains(*command), "there is no command {command}");
        }
    }

    #[test]
    fn of_every_command_it_is_known_whether_it_reads_a_blueprint() {
        fn leaves(command: &Command, path: &str, found: &mut BTreeSet<String>) {
            for below in command.get_subcommands() {
                let path = format!("{path}{}", below.get_name());
                match below.has_subcommands() {
                    true => leaves(below, &format!("{path} "), found),
                    false => drop(found.insert(path)),
                }
            }
        }
        let mut there = BTreeSet::new();
        leaves(&crate::cli::Cli::command(), "", &mut there);
        let decided: BTreeSet<String> = COMMANDS
            .iter()
            .map(|(name, _)| (*name).to_owned())
            .filter(|name| cfg!(feature = "simulator") || !name.starts_with("sim "))
            .collect();
        assert_eq!(decided, there);
    }

    #[test]
    fn a_value_is_set_only_where_a_blueprint_is_read() {
        let refusal = |line: &str| {
            let mut command = crate::cli::Cli::command();
            let line = format!("headset {line} --set a.b=c");
            let matches = command.try_get_matches_from_mut(line.split(' ')).unwrap();
            let refused = Given::read(&command, &matches).sets_something(Some("--set"));
            refused.err().map(|failure| format!("{failure:?}"))
        };
        for line in [
            "init",
            "init new.yaml",
            "validate a.yaml",
            "plan a.yaml",
            "apply a.yaml",
            "drift a.yaml",
            "destroy a.yaml",
            "status a.yaml",
            "output a.yaml",
            "checkpoint list a.yaml",
            "explain appstream.fleet/agents a.yaml",
        ] {
            assert_eq!(refusal(line), None, "{line}");
        }
        for (line, words) in [
            ("init --list", "`headset init` reads none"),
            ("destroy --name acme", "`headset destroy` was given none"),
            ("destroy --expired", "`headset destroy` was given none"),
            ("explain connect.alias", "`headset explain` was given none"),
            ("image connect acme-desk", "`headset image connect` reads none"),
            ("schema", "`headset schema` reads none"),
            ("completions bash", "`headset completions` reads none"),
            ("man", "`headset man` reads none"),
        ] {
            let refused = refusal(line).unwrap_or_else(|| panic!("{line} ignores it"));
            assert!(refused.contains(words), "{line}: {refused}");
        }
    }

    #[test]
    fn an_option_is_repeated_where_it_decides_something() {
        let line = "headset apply a.yaml --sim --operator off --strict-directory --state-dir -x --set a.b=c --wait 2h \
                    --yes --json --offline --parallelism 3 --quirks 7 --faults f.yaml --log debug";
        let cloud = "--state-dir=-x --sim --quirks 7 --faults f.yaml --operator off --strict-directory";
        // `--state-dir -x` is no command line.
        let line = line.replace("--state-dir -x", "--state-dir=-x");
        assert_eq!(
            after(&line, "apply FILE"),
            format!("--set a.b=c {cloud} --offline --wait 2h --parallelism 3")
        );
        assert_eq!(
            after(&line, "plan FILE"),
            format!("--set a.b=c {cloud} --offline")
        );
        assert_eq!(
            after(&line, "checkpoint list FILE"),
            format!("--set a.b=c {cloud}")
        );
        assert_eq!(after(&line, "validate FILE"), "--set a.b=c");
        // What stands there already is not written twice.
        assert_eq!(
            after(
                "headset plan a.yaml --sim --set a.b=c",
                "plan FILE --sim --set a.b=c"
            ),
            ""
        );
        assert_eq!(
            after(
                "headset plan - --vars one.yaml --vars=-x.yaml --sim",
                "apply FILE --sim"
            ),
            "--vars one.yaml --vars=-x.yaml"
        );
    }
}
