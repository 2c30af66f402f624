//! The session on an image builder: the machine on which the operator pastes what a worksheet says.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::powershell::{Machine, Object};
use super::{Mistake, Operator};
use crate::clock::Moment;
use crate::service::iam::permissions;
use crate::service::{Call, Caller, Service as _, appstream, s3};
use crate::world::World;

/// An image builder that a person works on.
pub(super) struct Session<'a> {
    operator: Operator,
    world: &'a mut World,
    builder: &'a str,
    region: &'a str,
    now: Moment,
    /// The address and the SHA-256 of a package that the worksheet names: the internet has such a file, unless a test says what
    /// it serves there.
    pub(super) package: Option<(String, String)>,
    /// The capture has begun: the session is over.
    pub(super) is_over: bool,
}

/// The profile by which AWS's programs on a builder have its role (AppStream's guide).
const PROFILE: &str = "appstream_machine_role";

/// How registry entries are kept among the files.
const REGISTRY: &str = "registry:";

/// How a file begins that stands for a package of the internet.
const PACKAGE: &str = "package with the SHA-256 ";

/// What the browser's installer puts in place, with the words of its file by which it is known.
const INSTALLERS: &[(&str, &str)] = &[
    ("chrome", r"C:\Program Files\Google\Chrome\Application\chrome.exe"),
    (
        "edge",
        r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    ),
    ("firefox", r"C:\Program Files\Mozilla Firefox\firefox.exe"),
];

impl<'a> Session<'a> {
    pub(super) fn open(
        operator: Operator,
        world: &'a mut World,
        (builder, region): (&'a str, &'a str),
        now: Moment,
    ) -> Session<'a> {
        Session {
            operator,
            world,
            builder,
            region,
            now,
            package: None,
            is_over: false,
        }
    }

    fn console(&mut self, action: &str, mut input: Value) -> Option<Value> {
        input["region"] = json!(self.region);
        appstream::console(self.world, &[self.builder, action], &input, self.now).ok()
    }

    /// The files on the builder, by path in lower case.
    fn all(&mut self) -> BTreeMap<String, String> {
        let answer = self.console("files", json!({})).unwrap_or_default();
        serde_json::from_value(answer["files"].clone()).unwrap_or_default()
    }

    /// Runs `image-assistant.exe` with these words.
    fn assist(&mut self, mut words: Vec<String>) -> (i64, String) {
        let captures = words.first().is_some_and(|verb| verb == "create-image");
        if captures
            && let Some(at) = words.iter().position(|word| word == "--name")
            && let Some(name) = words.get_mut(at + 1)
        {
            *name = self.operator.typed(Mistake::ImageName, name);
        }
        let answer = self.console("assistant", json!({ "arguments": words }));
        let Some(answer) = answer else {
            return (255, String::new());
        };
        let code = answer["exit"].as_i64().unwrap_or(255);
        self.is_over |= captures && code == 0 && !words.iter().any(|word| word == "--dry-run");
        (code, answer["output"].as_str().unwrap_or_default().to_owned())
    }

    /// `aws.exe s3api get-object ... FILE`.
    fn aws(&mut self, words: &[String]) -> (i64, String) {
        let mut object = Object {
            profile: String::new(),
            region: String::new(),
            bucket: String::new(),
            key: String::new(),
        };
        let mut file = None;
        let mut rest = words.iter().map(String::as_str);
        if (rest.next(), rest.next()) != (Some("s3api"), Some("get-object")) {
            return (252, String::new());
        }
        while let Some(word) = rest.next() {
            let place = match word {
                "--profile" => &mut object.profile,
                "--region" => &mut object.region,
                "--bucket" => &mut object.bucket,
                "--key" => &mut object.key,
                other => {
                    file = Some(other.to_owned());
                    continue;
                }
            };
            rest.next().unwrap_or_default().clone_into(place);
        }
        let Some(file) = file else {
            return (252, String::new());
        };
        match self.object(&object) {
            Ok(content) => {
                self.write(&file, &content);
                (0, "{}".to_owned())
            }
            Err(why) => (254, why),
        }
    }

    /// Which of AWS's programs is on the builder.
    fn has(&self, command: &str) -> bool {
        let tools_only = self.world.quirk("appstream.builder-tools");
        match command.to_lowercase().trim_end_matches(".exe") {
            "aws" => !tools_only,
            "read-s3object" => tools_only,
            _ => false,
        }
    }

    /// `reg.exe import FILE`.
    fn import(&mut self, path: &str) -> (i64, String) {
        let content = Machine::read(self, path).unwrap_or_default();
        let mut lines = content.lines().map(str::trim);
        if lines.next() != Some("Windows Registry Editor Version 5.00") {
            return (1, String::new());
        }
        let mut key = String::new();
        for line in lines.filter(|line| !line.is_empty()) {
            if let Some(name) = line.strip_prefix("[-").and_then(|rest| rest.strip_suffix(']')) {
                let gone = format!("{REGISTRY}{}", name.to_lowercase());
                let below: Vec<String> = self
                    .all()
                    .into_keys()
                    .filter(|path| path.starts_with(&gone))
                    .collect();
                below.iter().for_each(|path| self.remove(path));
            } else if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                name.clone_into(&mut key);
            } else {
                let entry = line
                    .strip_prefix('"')
                    .and_then(|rest| rest.split_once("\"="))
                    .filter(|(_, value)| value.starts_with('"') || value.starts_with("dword:"));
                let Some((name, value)) = entry else {
                    return (1, String::new());
                };
                let value = value
                    .trim_matches('"')
                    .replace("\\\\", "\\")
                    .replace("\\\"", "\"");
                self.write(&format!("{REGISTRY}{key}\\{name}"), &value);
            }
        }
        (0, String::new())
    }

    /// `msiexec.exe /i FILE`.
    fn install(&mut self, words: &[String]) -> (i64, String) {
        let package = words.iter().find(|word| word.to_lowercase().ends_with(".msi"));
        let Some(content) = package.and_then(|path| Machine::read(self, path)) else {
            return (1619, String::new());
        };
        let content = content.to_lowercase();
        match INSTALLERS.iter().find(|(word, _)| content.contains(word)) {
            Some((_, program)) => {
                self.write(program, "");
                (0, String::new())
            }
            None => (1620, String::new()),
        }
    }
}

/// Puts a program on the builder, as its installer does.
pub(super) fn install(world: &mut World, builder: &str, region: &str, path: &str, now: Moment) {
    let mut session = Session::open(Operator::careful(), world, (builder, region), now);
    session.write(path, "");
}

/// A line of arguments as the words that a program gets (CommandLineToArgvW): backslashes count only before a quote, and two
/// quotes inside of quotes are one.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let (mut quoted, mut backslashes) = (false, 0);
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter == '\\' {
            backslashes += 1;
            continue;
        }
        let text = (backslashes > 0 || letter == '"' || quoted || !matches!(letter, ' ' | '\t'))
            .then(|| word.get_or_insert_default());
        let Some(text) = text else {
            words.extend(word.take());
            continue;
        };
        if letter == '"' {
            text.push_str(&"\\".repeat(backslashes / 2));
            if backslashes % 2 == 1 {
                text.push('"');
            } else if quoted && letters.peek() == Some(&'"') {
                letters.next();
                text.push('"');
            } else {
                quoted = !quoted;
            }
            backslashes = 0;
            continue;
        }
        text.push_str(&"\\".repeat(std::mem::take(&mut backslashes)));
        match letter {
            ' ' | '\t' if !quoted => words.extend(word.take()),
            letter => text.push(letter),
        }
    }
    if backslashes > 0 {
        word.get_or_insert_default().push_str(&"\\".repeat(backslashes));
    }
    words.extend(word);
    words
}

impl Machine for Session<'_> {
    fn start(&mut self, program: &str, line: &str) -> Option<(i64, String)> {
        if self.is_over {
            return None;
        }
        let words = words(line);
        let name = program.rsplit('\\').next().unwrap_or_default().to_lowercase();
        match name.trim_end_matches(".exe") {
            "image-assistant" => Some(self.assist(words)),
            "reg" => Some(match words.as_slice() {
                [verb, path] if verb == "import" => self.import(path),
                _ => (1, String::new()),
            }),
            "msiexec" => Some(self.install(&words)),
            "aws" if self.has("aws") => Some(self.aws(&words)),
            _ => None,
        }
    }

    fn knows(&mut self, command: &str) -> bool {
        self.has(command)
    }

    fn object(&mut self, object: &Object) -> Result<String, String> {
        let answer = self.console("role", json!({})).unwrap_or_default();
        let role = answer["role"].as_str().filter(|_| object.profile == PROFILE);
        let Some((prefix, name)) = role.and_then(|role| role.split_once(":role/")) else {
            return Err(format!(
                "The config profile ({}) could not be found",
                object.profile
            ));
        };
        let account = prefix.rsplit(':').next().unwrap_or_default().to_owned();
        let name = name.rsplit('/').next().unwrap_or_default();
        let mut caller = Caller {
            arn: format!("arn:aws:sts::{account}:assumed-role/{name}/{}", self.builder),
            account,
            access_key: Some("ASIAIOSFODNN7EXAMPLE".to_owned()),
            permissions: None,
        };
        caller.permissions = permissions(&self.world.iam, &caller).map(Into::into);
        let call = Call {
            operation: "GetObject".to_owned(),
            input: json!({ "Bucket": object.bucket, "Key": object.key }),
            body: Default::default(),
            headers: Vec::new(),
            region: object.region.clone(),
            caller,
            now: self.now,
            base_url: None,
        };
        let answer = s3::S3.call(self.world, &call);
        let answer = answer.map_err(|fault| {
            format!(
                "An error occurred ({}) when calling the GetObject operation: {}",
                fault.code, fault.message
            )
        })?;
        String::from_utf8(answer.body.unwrap_or_default().to_vec())
            .map_err(|_| "the object is no text".to_owned())
    }

    fn read(&mut self, path: &str) -> Option<String> {
        self.all().remove(&path.to_lowercase())
    }

    fn exists(&mut self, path: &str) -> bool {
        let path = path.to_lowercase();
        let below = format!("{path}\\");
        path.starts_with(r"c:\windows\")
            || self
                .all()
                .keys()
                .any(|file| *file == path || file.starts_with(&below))
    }

    fn files(&mut self, folder: &str) -> Vec<String> {
        let below = format!("{}\\", folder.to_lowercase());
        self.all()
            .into_keys()
            .filter(|file| file.starts_with(&below))
            .collect()
    }

    fn write(&mut self, path: &str, content: &str) {
        self.console("write", json!({ "path": path, "content": content }));
    }

    fn remove(&mut self, path: &str) {
        self.console("remove", json!({ "path": path }));
    }

    fn fetch(&mut self, url: &str) -> Result<String, String> {
        let input = json!({ "url": url });
        let served = appstream::console(self.world, &["downloads", "read"], &input, self.now);
        let content = served
            .ok()
            .and_then(|served| Some(served["content"].as_str()?.to_owned()));
        let package = self.package.as_ref().filter(|(address, _)| address == url);
        let as_expected = || package.map(|(url, hash)| format!("{PACKAGE}{hash} {url}"));
        content
            .or_else(as_expected)
            .ok_or_else(|| format!("The remote name could not be resolved: {url}"))
    }

    fn hash(&mut self, path: &str) -> Option<String> {
        let content = Machine::read(self, path)?;
        // A file that has the hash which it is expected to have.
        let expected = content
            .strip_prefix(PACKAGE)
            .and_then(|rest| rest.split(' ').next());
        Some(expected.map_or_else(|| hex::encode(Sha256::digest(&content)), str::to_owned))
    }

    fn ask(&mut self, _: &str) -> String {
        String::new()
    }

    fn say(&mut self, _: &str) {}
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn a_line_of_arguments_is_split_as_windows_splits_it() {
        for (line, expected) in [
            (r#"a "b c" d"#, &["a", "b c", "d"][..]),
            (r#"--x="b c" "" e"#, &["--x=b c", "", "e"]),
            (r#""a \"b\" c""#, &[r#"a "b" c"#]),
            (r#""C:\x y\\" z"#, &[r"C:\x y\", "z"]),
            (r#""a ""b"" c""#, &[r#"a "b" c"#]),
            (r"C:\a\b  \\c", &[r"C:\a\b", r"\\c"]),
            (r#""a "b" c""#, &["a b c"]),
        ] {
            assert_eq!(words(line), expected, "{line}");
        }
    }
}
