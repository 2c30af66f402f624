//! Reads as much of a Rust file as its imports take: modules, items, `use` declarations and paths, without tests.

use std::collections::BTreeSet;

/// What one module of a file declares and names. Inline modules are parts of their own.
#[derive(Debug, Default)]
pub(super) struct Part {
    /// The names of the inline modules around it, outermost first; none for the file itself.
    pub(super) inside: Vec<String>,
    /// Modules that stand in files of their own: the name, and the file if a `path` attribute says so.
    pub(super) files: Vec<(String, Option<String>)>,
    /// The functions, types, constants, traits and macros of its own.
    pub(super) items: BTreeSet<String>,
    /// The names that `use` declarations bring in.
    pub(super) imports: Vec<Import>,
    /// All other paths in its code, single names included.
    pub(super) paths: BTreeSet<Vec<String>>,
    /// The macros that it calls by a single name.
    pub(super) calls: BTreeSet<String>,
}

/// One name that a `use` declaration brings in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Import {
    /// What it is called here; `*` for everything that the path holds.
    pub(super) name: String,
    /// Where it comes from.
    pub(super) path: Vec<String>,
    /// Others can import it from here.
    pub(super) public: bool,
}

/// The parts of a file, the file itself first.
pub(super) fn read(text: &str) -> Vec<Part> {
    let tokens = tokens(text);
    let mut reader = Reader {
        tokens: &tokens,
        parts: vec![Part::default()],
    };
    reader.block(0, tokens.len(), 0, true);
    reader.parts
}

/// Names and the punctuation that matters; texts, numbers, lifetimes and comments are left out.
fn tokens(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let at = |index: usize| chars.get(index).copied().unwrap_or('\0');
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut found = Vec::new();
    let mut i = 0;
    while i < chars.len() {
        let c = at(i);
        if c == '/' && at(i + 1) == '/' {
            while i < chars.len() && at(i) != '\n' {
                i += 1;
            }
        } else if c == '/' && at(i + 1) == '*' {
            let mut depth = 0;
            while i < chars.len() {
                match (at(i), at(i + 1)) {
                    ('/', '*') => depth += 1,
                    ('*', '/') => depth -= 1,
                    _ => {
                        i += 1;
                        continue;
                    }
                }
                i += 2;
                if depth == 0 {
                    break;
                }
            }
        } else if c == '"' {
            let from = i + 1;
            i = after_text(&chars, i);
            // Kept for `#[path = "..."]`; no name begins with a quotation mark.
            found.push(format!("\"{}", chars[from..i - 1].iter().collect::<String>()));
        } else if c == '\'' {
            // A lifetime, or a character: only the latter ends with a quote.
            if at(i + 1) == '\\' {
                i += 3;
                while i < chars.len() && at(i) != '\'' {
                    i += 1;
                }
                i += 1;
            } else if at(i + 2) == '\'' {
                i += 3;
            } else {
                i += 1;
                while is_word(at(i)) {
                    i += 1;
                }
            }
        } else if is_word(c) {
            let from = i;
            while is_word(at(i)) {
                i += 1;
            }
            let word: String = chars[from..i].iter().collect();
            let raw = matches!(word.as_str(), "r" | "br" | "cr");
            if raw && at(i) == '#' && is_word(at(i + 1)) {
                i += 1; // `r#type`: the name follows.
            } else if raw && (at(i) == '"' || at(i) == '#') {
                i = after_raw_text(&chars, i);
            } else if matches!(word.as_str(), "b" | "c") && at(i) == '"' {
                i = after_text(&chars, i);
            } else if word == "b" && at(i) == '\'' {
                // The character follows and is left out.
            } else {
                found.push(word);
            }
        } else if c == ':' && at(i + 1) == ':' {
            found.push("::".to_owned());
            i += 2;
        } else {
            if !c.is_whitespace() {
                found.push(c.to_string());
            }
            i += 1;
        }
    }
    found
}

/// Behind the text that begins at `i`.
fn after_text(chars: &[char], mut i: usize) -> usize {
    i += 1;
    while i < chars.len() && chars[i] != '"' {
        i += if chars[i] == '\\' { 2 } else { 1 };
    }
    i + 1
}

/// Behind the raw text whose hash signs, if any, begin at `i`.
fn after_raw_text(chars: &[char], mut i: usize) -> usize {
    let mut hashes = 0;
    while chars.get(i) == Some(&'#') {
        hashes += 1;
        i += 1;
    }
    i += 1;
    while i < chars.len() {
        let closed = chars[i] == '"' && chars[i + 1..].iter().take_while(|c| **c == '#').count() >= hashes;
        i += 1;
        if closed {
            return i + hashes;
        }
    }
    i
}

const KEYWORDS: [&str; 36] = [
    "as", "async", "await", "break", "const", "continue", "dyn", "else", "enum", "extern", "false", "fn",
    "for", "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub", "ref", "return",
    "static", "struct", "trait", "true", "type", "union", "unsafe", "use", "where", "while", "_",
];

fn is_name(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_') && !KEYWORDS.contains(&token)
}

struct Reader<'t> {
    tokens: &'t [String],
    parts: Vec<Part>,
}

impl Reader<'_> {
    fn at(&self, index: usize) -> &str {
        self.tokens.get(index).map_or("", String::as_str)
    }

    /// Behind the bracket that closes the one at `i`.
    fn after_group(&self, mut i: usize) -> usize {
        let mut depth = 0;
        while i < self.tokens.len() {
            match self.at(i) {
                "(" | "[" | "{" => depth += 1,
                ")" | "]" | "}" => depth -= 1,
                _ => {}
            }
            i += 1;
            if depth == 0 {
                break;
            }
        }
        i
    }

    /// Behind the item, statement or field that begins at `i`: past its braces, or its semicolon or comma.
    fn after_item(&self, mut i: usize) -> usize {
        if self.at(i) == "pub" {
            i = if self.at(i + 1) == "(" {
                self.after_group(i + 1)
            } else {
                i + 1
            };
        }
        let keyword = self.at(i);
        // `const X: Y = Y { .. };` goes on behind its braces, and so do `use a::{b};` and `let x = Y { .. };`.
        let to_semicolon = matches!(keyword, "use" | "let" | "static")
            || keyword == "const" && !matches!(self.at(i + 1), "fn" | "unsafe" | "async" | "extern");
        // A comma ends fields, variants and arms only.
        let to_comma = is_name(keyword) && keyword != "macro_rules";
        let mut angles = 0;
        while i < self.tokens.len() {
            match self.at(i) {
                "{" if to_semicolon => i = self.after_group(i),
                "{" => return self.after_group(i),
                "(" | "[" => i = self.after_group(i),
                ";" => return i + 1,
                "," if to_comma && angles == 0 => return i + 1,
                ")" | "]" | "}" => return i,
                token => {
                    match token {
                        "<" => angles += 1,
                        ">" if !matches!(self.at(i - 1), "-" | "=") => angles -= 1,
                        _ => {}
                    }
                    i += 1;
                }
            }
        }
        i
    }

    /// Reads the tokens from `i` to `end` into a part. `declares` says whether items here are items of the part:
    /// those in a function's body, or in an `impl`, are not.
    fn block(&mut self, mut i: usize, end: usize, part: usize, declares: bool) {
        let mut path = None;
        while i < end {
            let token = self.at(i).to_owned();
            match token.as_str() {
                "#" => {
                    let open = if self.at(i + 1) == "!" { i + 2 } else { i + 1 };
                    if self.at(open) != "[" {
                        i += 1;
                        continue;
                    }
                    let close = self.after_group(open);
                    let words = &self.tokens[open + 1..close - 1];
                    let test = is_test(words);
                    if let [name, equals, file] = words
                        && name == "path"
                        && equals == "="
                    {
                        path = Some(file.trim_start_matches('"').to_owned());
                    }
                    i = close;
                    if test {
                        while self.at(i) == "#" && self.at(i + 1) == "[" {
                            i = self.after_group(i + 1);
                        }
                        i = self.after_item(i).min(end);
                    }
                }
                "mod" if is_name(self.at(i + 1)) && self.at(i + 2) == ";" => {
                    let name = self.at(i + 1).to_owned();
                    self.parts[part].files.push((name, path.take()));
                    i += 3;
                }
                "mod" if is_name(self.at(i + 1)) && self.at(i + 2) == "{" => {
                    let mut inside = self.parts[part].inside.clone();
                    inside.push(self.at(i + 1).to_owned());
                    self.parts.push(Part {
                        inside,
                        ..Part::default()
                    });
                    let ends = self.after_group(i + 2);
                    self.block(i + 3, ends - 1, self.parts.len() - 1, true);
                    i = ends;
                }
                "use" => {
                    let public = self.is_public(i);
                    let ends = (i..end).find(|i| self.at(*i) == ";").unwrap_or(end);
                    self.tree(i + 1, ends, &[], public, part);
                    i = ends + 1;
                }
                "fn" | "struct" | "enum" | "union" | "trait" | "type" | "const" | "static"
                    if declares && is_name(self.at(i + 1)) =>
                {
                    let name = self.at(i + 1).to_owned();
                    self.parts[part].items.insert(name);
                    i += 2;
                }
                // `static mut`, `const fn` and the like: the name comes later, or behind the next keyword.
                "macro_rules" if self.at(i + 1) == "!" => {
                    let name = self.at(i + 2).to_owned();
                    self.parts[part].items.insert(name);
                    i += 3;
                }
                "{" => {
                    let ends = self.after_group(i);
                    self.block(i + 1, ends - 1, part, false);
                    i = ends;
                }
                _ if is_name(&token) => i = self.path(i, end, part),
                _ => i += 1,
            }
        }
    }

    /// Whether `pub`, `pub(crate)` or the like stands before the token at `i`.
    fn is_public(&self, i: usize) -> bool {
        let Some(mut before) = i.checked_sub(1) else {
            return false;
        };
        if self.at(before) == ")" {
            while before > 0 && self.at(before) != "(" {
                before -= 1;
            }
            before = before.saturating_sub(1);
        }
        self.at(before) == "pub"
    }

    /// Notes the path that begins at `i`, and returns where it ends.
    fn path(&mut self, mut i: usize, end: usize, part: usize) -> usize {
        let before = if i == 0 { "" } else { self.at(i - 1) };
        let leads_on = before == "." || before == "::";
        let mut segments = vec![self.at(i).to_owned()];
        i += 1;
        while i + 1 < end && self.at(i) == "::" && is_name(self.at(i + 1)) {
            segments.push(self.at(i + 1).to_owned());
            i += 2;
        }
        // `name:` is a field or a parameter, `.name` a method, `>::name` belongs to a type.
        let label = segments.len() == 1 && self.at(i) == ":";
        if segments.len() == 1 && self.at(i) == "!" && self.at(i + 1) != "=" {
            self.parts[part].calls.insert(segments[0].clone());
        }
        if !leads_on && !label {
            self.parts[part].paths.insert(segments);
        }
        i
    }

    /// Reads a tree of a `use` declaration.
    fn tree(&mut self, mut i: usize, end: usize, above: &[String], public: bool, part: usize) {
        let mut path = above.to_vec();
        while i < end {
            match self.at(i) {
                "::" => i += 1,
                "{" => {
                    let ends = self.after_group(i);
                    let mut from = i + 1;
                    while from < ends - 1 {
                        let mut to = from;
                        while to < ends - 1 && self.at(to) != "," {
                            to = if self.at(to) == "{" {
                                self.after_group(to)
                            } else {
                                to + 1
                            };
                        }
                        self.tree(from, to, &path, public, part);
                        from = to + 1;
                    }
                    return;
                }
                "as" => {
                    let name = self.at(i + 1).to_owned();
                    return self.import(name, path, public, part);
                }
                segment => {
                    path.push(segment.to_owned());
                    i += 1;
                }
            }
        }
        if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
            path.pop();
        }
        if let Some(name) = path.last().cloned() {
            self.import(name, path, public, part);
        }
    }

    fn import(&mut self, name: String, mut path: Vec<String>, public: bool, part: usize) {
        if name == "*" {
            path.pop();
        }
        self.parts[part].imports.push(Import { name, path, public });
    }
}

/// Whether an attribute leaves what follows to tests: `test`, `tokio::test`, `cfg(test)`, `cfg(all(test, ...))`.
fn is_test(words: &[String]) -> bool {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["cfg", "(", "test", ")"] => true,
        ["cfg", "(", "all", "(", rest @ ..] => {
            let mut depth = 0;
            rest.iter().any(|word| {
                match *word {
                    "(" => depth += 1,
                    ")" => depth -= 1,
                    _ => {}
                }
                depth == 0 && *word == "test"
            })
        }
        ["test"] => true,
        _ => words.windows(2).any(|pair| pair == ["::", "test"]),
    }
}
