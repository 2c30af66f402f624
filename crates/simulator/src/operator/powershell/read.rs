//! Reads a script as PowerShell's parser does, as far as scripts for image builders need. What it does not know it refuses.

use super::cursor::{Read, Reader};
use super::letters::{is_dash, is_double_quote, is_line_end, is_name, is_operator, is_single_quote};
use super::tree::{Argument, Block, Expression, Part, Pipeline, Stage, Statement, What};

/// Reads a script.
///
/// # Errors
///
/// Says what PowerShell would complain about, or what this reader does not know.
pub(super) fn read(script: &str) -> Read<Block> {
    let mut reader = Reader::new(script);
    reader.statements(None)
}

impl Reader {
    /// Statements up to this letter, or to the end.
    pub(super) fn statements(&mut self, end: Option<char>) -> Read<Block> {
        self.listing(true, |reader| reader.statements_here(end))
    }

    pub(super) fn statements_here(&mut self, end: Option<char>) -> Read<Block> {
        let mut block = Block::new();
        loop {
            self.blanks(true);
            match self.peek() {
                None if end.is_none() => return Ok(block),
                None => {
                    return Err(format!(
                        "line {}: `{}` is missing",
                        self.line(),
                        end.unwrap_or(' ')
                    ));
                }
                Some(letter) if Some(letter) == end => {
                    self.at += 1;
                    return Ok(block);
                }
                Some(';') => self.at += 1,
                Some(_) => {
                    block.push(self.deeper(Reader::statement)?);
                    self.blanks(false);
                    let over = self.peek();
                    let ended = over.is_none_or(|c| is_line_end(c) || c == ';' || Some(c) == end);
                    let is_block = !matches!(
                        block.last().map(|last| &last.what),
                        Some(What::Run(_) | What::Assign { .. } | What::Return(_) | What::Throw(_))
                    );
                    if !ended && !is_block {
                        return Err(self.unexpected());
                    }
                }
            }
        }
    }

    pub(super) fn block(&mut self) -> Read<Block> {
        self.blanks(true);
        self.expect('{')?;
        self.deeper(|reader| reader.statements(Some('}')))
    }

    pub(super) fn condition(&mut self) -> Read<Pipeline> {
        self.blanks(true);
        self.expect('(')?;
        let pipeline = self.pipeline()?;
        self.blanks(true);
        self.expect(')')?;
        Ok(pipeline)
    }

    pub(super) fn statement(&mut self) -> Read<Statement> {
        let line = self.line();
        let mut word = self.word();
        let skip = word.chars().count();
        // `ForEach-Object` is a command.
        if self.after(skip).is_some_and(is_dash) {
            word.clear();
        }
        let what = match word.as_str() {
            "if" => {
                self.at += skip;
                let mut cases = vec![(self.condition()?, self.block()?)];
                let mut otherwise = None;
                loop {
                    let before = self.at;
                    self.blanks(true);
                    match self.word().as_str() {
                        "elseif" => {
                            self.at += 6;
                            cases.push((self.condition()?, self.block()?));
                        }
                        "else" => {
                            self.at += 4;
                            otherwise = Some(self.block()?);
                            break;
                        }
                        _ => {
                            self.at = before;
                            break;
                        }
                    }
                }
                What::If { cases, otherwise }
            }
            "foreach" => {
                self.at += skip;
                self.blanks(true);
                self.expect('(')?;
                self.blanks(true);
                self.expect('$')?;
                let name = self.name()?;
                self.blanks(true);
                if self.word() != "in" {
                    return Err(self.unexpected());
                }
                self.at += 2;
                let over = self.pipeline()?;
                self.blanks(true);
                self.expect(')')?;
                let body = self.block()?;
                What::Foreach { name, over, body }
            }
            "function" => {
                self.at += skip;
                self.blanks(false);
                let start = self.at;
                while self.peek().is_some_and(|c| is_name(c) || c == '-') {
                    self.at += 1;
                }
                let name: String = self.letters[start..self.at].iter().collect();
                self.blanks(false);
                let parameters = match self.peek() {
                    Some('(') => self.parameters()?,
                    _ => Vec::new(),
                };
                let body = self.block()?;
                What::Function {
                    name: name.to_lowercase(),
                    parameters,
                    body,
                }
            }
            "return" | "throw" => {
                self.at += skip;
                self.blanks(false);
                let ends = self
                    .peek()
                    .is_none_or(|c| is_line_end(c) || matches!(c, ';' | '}'));
                let value = if ends { None } else { Some(self.pipeline()?) };
                match word.as_str() {
                    "return" => What::Return(value),
                    _ => What::Throw(value),
                }
            }
            "try" => {
                self.at += skip;
                let body = self.block()?;
                self.blanks(true);
                if self.word() != "catch" {
                    return Err(self.unexpected());
                }
                self.at += 5;
                let caught = self.block()?;
                What::Try { body, caught }
            }
            "while" | "for" | "do" | "switch" | "trap" | "class" | "using" | "param" | "exit" => {
                return Err(format!("line {line}: I cannot follow `{word}` in the commands"));
            }
            _ => match self.assignment()? {
                Some(assignment) => assignment,
                None => What::Run(self.pipeline()?),
            },
        };
        Ok(Statement { line, what })
    }

    /// `([type] $a, $b)`.
    pub(super) fn parameters(&mut self) -> Read<Vec<String>> {
        self.expect('(')?;
        let mut names = Vec::new();
        loop {
            self.blanks(true);
            match self.peek() {
                Some(')') => {
                    self.at += 1;
                    return Ok(names);
                }
                Some(',') => self.at += 1,
                Some('[') => {
                    self.type_name()?;
                }
                Some('$') => {
                    self.at += 1;
                    names.push(self.name()?);
                }
                _ => return Err(self.unexpected()),
            }
        }
    }

    pub(super) fn assignment(&mut self) -> Read<Option<What>> {
        if self.peek() != Some('$') {
            return Ok(None);
        }
        let before = self.at;
        let target = self.deeper(Reader::postfix)?;
        self.blanks(false);
        let adds = self.peek() == Some('+') && self.after(1) == Some('=');
        self.at += usize::from(adds);
        if self.peek() != Some('=') {
            self.at = before;
            return Ok(None);
        }
        self.at += 1;
        self.blanks(true);
        let value = Box::new(self.deeper(Reader::statement)?);
        Ok(Some(What::Assign { target, adds, value }))
    }

    pub(super) fn pipeline(&mut self) -> Read<Pipeline> {
        let mut stages = Pipeline::new();
        loop {
            self.blanks(true);
            stages.push(self.deeper(Reader::stage)?);
            self.blanks(false);
            if self.peek() == Some('|') && self.after(1) != Some('|') {
                self.at += 1;
            } else {
                return Ok(stages);
            }
        }
    }

    pub(super) fn stage(&mut self) -> Read<Stage> {
        match self.peek() {
            Some('&') => {
                self.at += 1;
                self.blanks(false);
                let name = match self.peek() {
                    Some(c) if matches!(c, '$' | '(' | '{') || is_single_quote(c) || is_double_quote(c) => {
                        self.postfix()?
                    }
                    _ => self.bare()?,
                };
                self.command(name)
            }
            Some(c)
                if matches!(c, '$' | '(' | '@' | '[' | '{' | '!')
                    || c.is_ascii_digit()
                    || is_dash(c)
                    || is_single_quote(c)
                    || is_double_quote(c) =>
            {
                Ok(Stage::Expression(self.expression(0)?))
            }
            Some(c) if !is_operator(c) => {
                let name = self.bare()?;
                self.command(name)
            }
            _ => Err(self.unexpected()),
        }
    }

    pub(super) fn command(&mut self, name: Expression) -> Read<Stage> {
        let mut arguments = Vec::new();
        loop {
            self.blanks(false);
            match self.peek() {
                None | Some(';' | '|' | ')' | '}') => break,
                Some(c) if is_line_end(c) => break,
                Some(c) if is_dash(c) && self.after(1).is_some_and(|next| next.is_alphabetic()) => {
                    let Expression::Text(parts) = self.bare()? else {
                        return Err(self.unexpected());
                    };
                    match parts.as_slice() {
                        [Part::Letters(name)] if c == '-' && name[1..].chars().all(is_name) => {
                            arguments.push(Argument::Parameter(name.clone()));
                        }
                        _ => arguments.push(Argument::Value(Expression::Text(parts))),
                    }
                }
                Some(c) if is_dash(c) && c != '-' => {
                    return Err(format!(
                        "line {}: PowerShell would take the word that begins with {c:?} for a parameter",
                        self.line()
                    ));
                }
                Some(_) => {
                    let mut values = vec![self.argument()?];
                    loop {
                        let before = self.at;
                        self.blanks(false);
                        if !self.take(',') {
                            self.at = before;
                            break;
                        }
                        self.blanks(true);
                        values.push(self.argument()?);
                    }
                    let value = match values.len() {
                        1 => values.remove(0),
                        _ => Expression::List(values),
                    };
                    arguments.push(Argument::Value(value));
                }
            }
        }
        Ok(Stage::Command { name, arguments })
    }
}
