//! The commands that scripts for image builders call.

use super::machine::Object;
use super::shell::Shell;
use super::stop::{Ran, Stop};
use super::value::Value;

/// The commands of PowerShell that are known here. Everything else is a program.
const CMDLETS: &[&str] = &[
    "write-host",
    "write-output",
    "read-host",
    "out-null",
    "join-path",
    "split-path",
    "test-path",
    "new-item",
    "new-object",
    "remove-item",
    "get-childitem",
    "get-command",
    "get-filehash",
    "invoke-webrequest",
    "read-s3object",
    "convertfrom-json",
    "foreach-object",
    "where-object",
];

/// Parameters that take no value.
const SWITCHES: &[&str] = &[
    "-force",
    "-recurse",
    "-file",
    "-parent",
    "-leaf",
    "-usebasicparsing",
];

pub(super) fn is_cmdlet(name: &str) -> bool {
    CMDLETS.contains(&name.to_lowercase().as_str())
}

/// Arguments of a cmdlet: by name, and those without one.
struct Given {
    named: Vec<(String, Value)>,
    rest: Vec<Value>,
}

impl Given {
    fn new(command: &str, arguments: Vec<(bool, Value)>) -> Given {
        let mut given = Given {
            named: Vec::new(),
            rest: Vec::new(),
        };
        let mut arguments = arguments.into_iter();
        while let Some((is_parameter, value)) = arguments.next() {
            if !is_parameter {
                given.rest.push(value);
                continue;
            }
            let name = value.shown().to_lowercase();
            // What is a switch of one command has a value at another one.
            let is_switch = SWITCHES.contains(&name.as_str()) && command != "read-s3object";
            let value = match is_switch {
                true => Value::Bool(true),
                false => arguments.next().map_or(Value::Null, |(_, value)| value),
            };
            given.named.push((name, value));
        }
        given
    }

    fn is(&self, name: &str) -> bool {
        self.named.iter().any(|(one, _)| one == name)
    }

    /// The value of the parameter, or of the argument without a name at this place.
    fn value(&self, name: &str, index: usize) -> Value {
        let named = self.named.iter().find(|(one, _)| one == name);
        named
            .map(|(_, value)| value.clone())
            .or_else(|| self.rest.get(index).cloned())
            .unwrap_or(Value::Null)
    }

    fn text(&self, name: &str, index: usize) -> String {
        self.value(name, index).shown()
    }

    /// A path, by the parameter that takes it as it is or the one that expands it.
    fn path(&self) -> String {
        match self.is("-literalpath") {
            true => self.text("-literalpath", 0),
            false => self.text("-path", 0),
        }
    }
}

/// Runs a command.
pub(super) fn run(
    shell: &mut Shell<'_>,
    name: &str,
    arguments: Vec<(bool, Value)>,
    passed: Option<Vec<Value>>,
) -> Ran<Vec<Value>> {
    let command = name.to_lowercase();
    if !CMDLETS.contains(&command.as_str()) {
        return program(shell, name, &arguments);
    }
    let given = Given::new(&command, arguments);
    let passed = passed.unwrap_or_default();
    let known = [
        "-path",
        "-literalpath",
        "-itemtype",
        "-parent",
        "-leaf",
        "-force",
        "-recurse",
        "-file",
        "-childpath",
        "-algorithm",
        "-uri",
        "-outfile",
        "-usebasicparsing",
        "-prompt",
        "-foregroundcolor",
        "-typename",
        "-erroraction",
        "-profilename",
        "-region",
        "-bucketname",
        "-key",
    ];
    if let Some((unknown, _)) = given
        .named
        .iter()
        .find(|(name, _)| !known.contains(&name.as_str()))
    {
        return Err(Stop::Error(format!(
            "{name} has no parameter {unknown} that I know"
        )));
    }
    Ok(match command.as_str() {
        "write-host" => {
            let texts: Vec<String> = given.rest.iter().map(Value::shown).collect();
            shell.machine.say(&texts.join(" "));
            Vec::new()
        }
        "write-output" => given.rest.into_iter().flat_map(Value::items).collect(),
        "read-host" => vec![Value::Text(shell.machine.ask(&given.text("-prompt", 0)))],
        "out-null" => Vec::new(),
        "join-path" => {
            let (folder, name) = (given.text("-path", 0), given.text("-childpath", 1));
            vec![Value::Text(format!("{}\\{name}", folder.trim_end_matches('\\')))]
        }
        "split-path" => {
            let path = given.path();
            let (folder, name) = path.rsplit_once('\\').unwrap_or(("", &path));
            vec![Value::text(if given.is("-leaf") { name } else { folder })]
        }
        "test-path" => vec![Value::Bool(shell.machine.exists(&given.path()))],
        // A folder is there as soon as a file is in it.
        "new-item" if given.text("-itemtype", 9).eq_ignore_ascii_case("directory") => {
            vec![Value::Text(given.path())]
        }
        "new-object" => match given
            .text("-typename", 0)
            .to_lowercase()
            .trim_start_matches("system.")
        {
            "diagnostics.processstartinfo" => vec![Value::Map(Default::default())],
            other => return Err(Stop::Error(format!("I do not know the type {other}"))),
        },
        "remove-item" => {
            shell.machine.remove(&given.path());
            Vec::new()
        }
        "get-childitem" => {
            let files = shell.machine.files(&given.path());
            files.into_iter().map(file).collect()
        }
        "get-command" => {
            let name = given.text("-name", 0);
            match shell.machine.knows(&name) {
                true => vec![Value::Text(name)],
                false
                    if given
                        .text("-erroraction", 9)
                        .eq_ignore_ascii_case("silentlycontinue") =>
                {
                    Vec::new()
                }
                false => return Err(Stop::Error(format!("The term '{name}' is not recognized"))),
            }
        }
        "read-s3object" => {
            if !shell.machine.knows(&command) {
                return Err(Stop::Error(
                    "The term 'Read-S3Object' is not recognized".to_owned(),
                ));
            }
            let object = Object {
                profile: given.text("-profilename", 9),
                region: given.text("-region", 9),
                bucket: given.text("-bucketname", 9),
                key: given.text("-key", 9),
            };
            let content = shell.machine.object(&object)?;
            shell.machine.write(&given.text("-file", 9), &content);
            Vec::new()
        }
        "get-filehash" => {
            let path = given.path();
            let hash = shell.machine.hash(&path);
            let hash = hash.ok_or_else(|| format!("Cannot find path '{path}' because it does not exist."))?;
            let hash = Value::Text(hash.to_uppercase());
            vec![Value::Map([("hash".to_owned(), hash)].into())]
        }
        "invoke-webrequest" => {
            let content = shell.machine.fetch(&given.text("-uri", 0))?;
            shell.machine.write(&given.text("-outfile", 9), &content);
            Vec::new()
        }
        "convertfrom-json" => {
            let text: Vec<String> = passed.iter().map(Value::shown).collect();
            let json: serde_json::Value = serde_json::from_str(&text.join("\n"))
                .map_err(|error| format!("ConvertFrom-Json: invalid JSON primitive: {error}"))?;
            vec![Value::from(&json)]
        }
        "foreach-object" | "where-object" => {
            let Some(Value::Block(body)) = given.rest.first().cloned() else {
                return Err(Stop::Error(format!("{name} takes a block")));
            };
            let mut out = Vec::new();
            for item in passed {
                shell.set("_", item.clone());
                let mut written = Vec::new();
                shell.block(&body, &mut written)?;
                match command.as_str() {
                    "foreach-object" => out.extend(written),
                    _ if Value::of(written).is_true() => out.push(item),
                    _ => {}
                }
            }
            out
        }
        _ => return Err(Stop::Error(format!("I cannot follow {name} here"))),
    })
}

/// A file as Get-ChildItem gives it.
fn file(path: String) -> Value {
    let name = path.rsplit('\\').next().unwrap_or_default().to_owned();
    let extension = name
        .rfind('.')
        .map(|at| name[at..].to_owned())
        .unwrap_or_default();
    Value::Map(
        [
            ("fullname".to_owned(), Value::Text(path)),
            ("name".to_owned(), Value::Text(name)),
            ("extension".to_owned(), Value::Text(extension)),
        ]
        .into(),
    )
}

/// Starts a program as Windows PowerShell 5.1 does: an argument with a blank gets quotes around it, quotes inside stay as they
/// are, and an empty argument is left out.
fn program(shell: &mut Shell<'_>, name: &str, arguments: &[(bool, Value)]) -> Ran<Vec<Value>> {
    let mut line = Vec::new();
    for word in arguments.iter().flat_map(|(_, value)| value.clone().items()) {
        let word = word.shown();
        match word.contains([' ', '\t']) {
            _ if word.is_empty() => {}
            true => line.push(format!("\"{word}\"")),
            false => line.push(word),
        }
    }
    let ran = shell.machine.start(name, &line.join(" "));
    let Some((code, output)) = ran else {
        return Err(Stop::Error(format!(
            "The term '{name}' is not recognized as the name of a cmdlet, function, script file, or operable program."
        )));
    };
    shell.set("lastexitcode", Value::Number(code));
    Ok(output.lines().map(Value::text).collect())
}
