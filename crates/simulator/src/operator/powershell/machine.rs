//! The machine on which a script runs.

/// An object of S3 that a script asks for, and by which profile of AWS's programs.
pub(in super::super) struct Object {
    pub(in super::super) profile: String,
    pub(in super::super) region: String,
    pub(in super::super) bucket: String,
    pub(in super::super) key: String,
}

/// Windows, as far as a script asks for it.
pub(in super::super) trait Machine {
    /// Starts a program with a line of arguments, and gives its exit code and what it wrote. `None`: there is no such program.
    fn start(&mut self, program: &str, line: &str) -> Option<(i64, String)>;
    /// Whether there is a command of this name: a program, or one of a module.
    fn knows(&mut self, command: &str) -> bool;
    /// The content of an object of S3.
    fn object(&mut self, object: &Object) -> Result<String, String>;
    /// The content of a file.
    fn read(&mut self, path: &str) -> Option<String>;
    /// Whether there is a file or a folder.
    fn exists(&mut self, path: &str) -> bool;
    /// The files below a folder.
    fn files(&mut self, folder: &str) -> Vec<String>;
    /// Writes a file.
    fn write(&mut self, path: &str, content: &str);
    /// Takes a file away.
    fn remove(&mut self, path: &str);
    /// The content that the internet serves at an address.
    fn fetch(&mut self, url: &str) -> Result<String, String>;
    /// The SHA-256 of a file, in hexadecimal.
    fn hash(&mut self, path: &str) -> Option<String>;
    /// Asks the person at the machine.
    fn ask(&mut self, question: &str) -> String;
    /// Shows a text.
    fn say(&mut self, text: &str);
}
