//! Reads a script as PowerShell's parser does, as far as scripts for image builders need. What it does not know it refuses.

use super::letters::{
    escaped, is_blank, is_dash, is_double_quote, is_line_end, is_name, is_operator, is_single_quote,
};
use super::tree::{Argument, Block, Expression, Part, Pipeline, Stage, Statement, What};

/// The operators of each level, those that bind least first.
const LEVELS: [&[&str]; 5] = [
    &["-and", "-or"],
    &[
        "-eq",
        "-ne",
        "-gt",
        "-ge",
        "-lt",
        "-le",
        "-like",
        "-notlike",
        "-match",
        "-notmatch",
        "-contains",
        "-notcontains",
        "-in",
        "-notin",
        "-join",
        "-split",
        "-replace",
    ],
    &["+", "-"],
    &["*", "/"],
    &["-f"],
];

/// The deepest nesting.
const DEEPEST: usize = 60;

/// A position in a script.
struct Reader {
    letters: Vec<char>,
    at: usize,
    depth: usize,
    /// Whether a comma makes a list here, or parts the arguments of a method.
    lists: bool,
}

type Read<T> = Result<T, String>;

/// Reads a script.
///
/// # Errors
///
/// Says what PowerShell would complain about, or what this reader does not know.
pub(super) fn read(script: &str) -> Read<Block> {
    let mut reader = Reader {
        letters: script.chars().collect(),
        at: 0,
        depth: 0,
        lists: true,
    };
    let block = reader.statements(None)?;
    Ok(block)
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.letters.get(self.at).copied()
    }

    fn after(&self, count: usize) -> Option<char> {
        self.letters.get(self.at + count).copied()
    }

    fn next(&mut self) -> Option<char> {
        let letter = self.peek();
        self.at += usize::from(letter.is_some());
        letter
    }

    fn take(&mut self, letter: char) -> bool {
        let is = self.peek() == Some(letter);
        self.at += usize::from(is);
        is
    }

    fn expect(&mut self, letter: char) -> Read<()> {
        match self.take(letter) {
            true => Ok(()),
            false => Err(format!("line {}: `{letter}` is missing", self.line())),
        }
    }

    fn line(&self) -> usize {
        1 + self.letters[..self.at.min(self.letters.len())]
            .iter()
            .filter(|c| **c == '\n')
            .count()
    }

    /// Skips blanks, comments and, with `lines`, the ends of lines. A backtick at the end of a line continues it.
    fn blanks(&mut self, lines: bool) {
        while let Some(letter) = self.peek() {
            match letter {
                c if is_blank(c) => self.at += 1,
                c if is_line_end(c) && lines => self.at += 1,
                '`' if self.after(1).is_some_and(is_line_end) => {
                    self.at += 1 + usize::from(self.after(1) == Some('\r'));
                    self.take('\n');
                }
                '#' => {
                    while self.peek().is_some_and(|c| !is_line_end(c)) {
                        self.at += 1
                    }
                }
                _ => break,
            }
        }
    }

    /// The word that stands here, if it is made of letters.
    fn word(&self) -> String {
        let rest = &self.letters[self.at.min(self.letters.len())..];
        rest.iter()
            .take_while(|c| is_name(**c))
            .collect::<String>()
            .to_lowercase()
    }

    fn deeper<T>(&mut self, read: impl FnOnce(&mut Reader) -> Read<T>) -> Read<T> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err("the commands are nested too deeply".to_owned());
        }
        let read = read(self);
        self.depth -= 1;
        read
    }

    /// Reads with commas that make lists, or that part arguments.
    fn listing<T>(&mut self, lists: bool, read: impl FnOnce(&mut Reader) -> Read<T>) -> Read<T> {
        let before = std::mem::replace(&mut self.lists, lists);
        let read = read(self);
        self.lists = before;
        read
    }

    /// Statements up to this letter, or to the end.
    fn statements(&mut self, end: Option<char>) -> Read<Block> {
        self.listing(true, |reader| reader.statements_here(end))
    }

    fn statements_here(&mut self, end: Option<char>) -> Read<Block> {
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

    fn unexpected(&self) -> String {
        let line = self.line();
        match self.peek() {
            Some(c) if is_operator(c) => format!("line {line}: `{c}` is an operator of PowerShell here"),
            Some(c) => format!("line {line}: `{c}` is unexpected"),
            None => format!("line {line}: the script ends in the middle"),
        }
    }

    fn block(&mut self) -> Read<Block> {
        self.blanks(true);
        self.expect('{')?;
        self.deeper(|reader| reader.statements(Some('}')))
    }

    fn condition(&mut self) -> Read<Pipeline> {
        self.blanks(true);
        self.expect('(')?;
        let pipeline = self.pipeline()?;
        self.blanks(true);
        self.expect(')')?;
        Ok(pipeline)
    }

    fn statement(&mut self) -> Read<Statement> {
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
    fn parameters(&mut self) -> Read<Vec<String>> {
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

    fn assignment(&mut self) -> Read<Option<What>> {
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

    fn name(&mut self) -> Read<String> {
        let start = self.at;
        while self.peek().is_some_and(is_name) {
            self.at += 1;
        }
        match self.at > start {
            true => Ok(self.letters[start..self.at]
                .iter()
                .collect::<String>()
                .to_lowercase()),
            false => Err(self.unexpected()),
        }
    }

    fn pipeline(&mut self) -> Read<Pipeline> {
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

    fn stage(&mut self) -> Read<Stage> {
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

    fn command(&mut self, name: Expression) -> Read<Stage> {
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

    fn argument(&mut self) -> Read<Expression> {
        match self.peek() {
            Some('(' | '{') => self.postfix(),
            Some('$') if self.after(1).is_some_and(|c| is_name(c) || c == '(') => self.postfix(),
            Some('@') if matches!(self.after(1), Some('(' | '{')) => self.postfix(),
            Some('@') => Err(format!(
                "line {}: PowerShell would take a word with `@` before it for a list or a variable",
                self.line()
            )),
            Some(c) if is_operator(c) => Err(self.unexpected()),
            Some(c) if c.is_ascii_digit() => {
                let before = self.at;
                let number = self.number()?;
                let ends = |c: char| is_blank(c) || is_line_end(c) || is_operator(c);
                if self.peek().is_none_or(ends) {
                    return Ok(number);
                }
                self.at = before;
                self.bare()
            }
            _ => self.bare(),
        }
    }

    /// A word of a command: letters, quoted parts and variables up to a blank or an operator.
    fn bare(&mut self) -> Read<Expression> {
        let mut parts = Vec::new();
        let mut text = String::new();
        while let Some(letter) = self.peek() {
            match letter {
                c if is_blank(c) || is_line_end(c) || is_operator(c) => break,
                c if is_single_quote(c) => {
                    self.at += 1;
                    text.push_str(&self.literal()?);
                }
                c if is_double_quote(c) => {
                    self.at += 1;
                    for part in self.expandable()? {
                        match part {
                            Part::Letters(letters) => text.push_str(&letters),
                            value => parts.extend([Part::Letters(std::mem::take(&mut text)), value]),
                        }
                    }
                }
                '`' => {
                    self.at += 1;
                    if self.peek().is_some_and(is_line_end) {
                        self.at -= 1;
                        break;
                    }
                    text.extend(self.next().map(escaped));
                }
                '$' if self.expands() => {
                    let value = Part::Value(self.postfix()?);
                    parts.extend([Part::Letters(std::mem::take(&mut text)), value]);
                }
                c => {
                    self.at += 1;
                    text.push(c);
                }
            }
        }
        parts.push(Part::Letters(text));
        parts.retain(|part| *part != Part::Letters(String::new()));
        if parts.is_empty() {
            parts.push(Part::Letters(String::new()));
        }
        Ok(Expression::Text(parts))
    }

    /// Whether the `$` that stands here begins something.
    fn expands(&self) -> bool {
        self.after(1)
            .is_some_and(|c| is_name(c) || matches!(c, '(' | '{' | '$' | '?' | '^' | ':'))
    }

    /// Up to any single quote. Two in a row, of whichever form, stand for the second one.
    fn literal(&mut self) -> Read<String> {
        let mut text = String::new();
        while let Some(letter) = self.next() {
            if !is_single_quote(letter) {
                text.push(letter);
            } else if self.peek().is_some_and(is_single_quote) {
                text.extend(self.next());
            } else {
                return Ok(text);
            }
        }
        Err("a quote in the commands does not close".to_owned())
    }

    /// Up to any double quote. Two in a row, of whichever form, stand for the second one; a backtick escapes.
    fn expandable(&mut self) -> Read<Vec<Part>> {
        let mut parts = Vec::new();
        let mut text = String::new();
        while let Some(letter) = self.next() {
            match letter {
                c if is_double_quote(c) => {
                    if self.peek().is_some_and(is_double_quote) {
                        text.extend(self.next());
                    } else {
                        parts.push(Part::Letters(text));
                        return Ok(parts);
                    }
                }
                '`' if matches!(self.peek(), Some('u' | 'e')) => {
                    return Err("what `u and `e mean depends on the version of PowerShell".to_owned());
                }
                '`' => text.extend(self.next().map(escaped)),
                '$' => {
                    self.at -= 1;
                    if !self.expands() {
                        self.at += 1;
                        text.push('$');
                        continue;
                    }
                    // In a text, members are no part of a variable.
                    let value = Part::Value(self.deeper(Reader::primary)?);
                    parts.extend([Part::Letters(std::mem::take(&mut text)), value]);
                }
                other => text.push(other),
            }
        }
        Err("a quote in the commands does not close".to_owned())
    }

    /// The operator of this level that stands here.
    fn operator(&mut self, level: usize) -> Option<String> {
        let before = self.at;
        self.blanks(false);
        let first = self.peek()?;
        let mut found = first.to_string();
        if is_dash(first) && self.after(1).is_some_and(char::is_alphabetic) {
            self.at += 1;
            let word = self.word();
            self.at -= 1;
            found = format!("-{word}");
        }
        // A hyphen directly before a word is no minus.
        let fits = LEVELS[level].contains(&found.as_str());
        if fits {
            self.at += found.chars().count();
            return Some(found);
        }
        self.at = before;
        None
    }

    fn expression(&mut self, level: usize) -> Read<Expression> {
        if level == LEVELS.len() {
            return self.list();
        }
        let mut left = self.expression(level + 1)?;
        while let Some(operator) = self.operator(level) {
            self.blanks(true);
            let right = self.expression(level + 1)?;
            left = Expression::Binary(operator, Box::new(left), Box::new(right));
        }
        Ok(left)
    }

    /// `a, b, c`.
    fn list(&mut self) -> Read<Expression> {
        let mut items = vec![self.deeper(Reader::unary)?];
        loop {
            let before = self.at;
            self.blanks(false);
            if !(self.lists && self.take(',')) {
                self.at = before;
                break;
            }
            self.blanks(true);
            items.push(self.deeper(Reader::unary)?);
        }
        Ok(match items.len() {
            1 => items.remove(0),
            _ => Expression::List(items),
        })
    }

    fn unary(&mut self) -> Read<Expression> {
        match self.peek() {
            Some('!') => {
                self.at += 1;
                self.blanks(false);
                Ok(Expression::Not(Box::new(self.deeper(Reader::unary)?)))
            }
            Some(c) if is_dash(c) => {
                self.at += 1;
                if self.word() == "not" {
                    self.at += 3;
                    self.blanks(false);
                    return Ok(Expression::Not(Box::new(self.deeper(Reader::unary)?)));
                }
                match self.peek() {
                    Some(digit) if digit.is_ascii_digit() => match self.number()? {
                        Expression::Number(number) => Ok(Expression::Number(-number)),
                        other => Ok(other),
                    },
                    _ => Err(self.unexpected()),
                }
            }
            Some('[') => {
                let before = self.at;
                let name = self.type_name()?;
                self.blanks(false);
                if self.peek() == Some(':') {
                    self.at = before;
                    return self.postfix();
                }
                Ok(Expression::Cast(name, Box::new(self.deeper(Reader::unary)?)))
            }
            _ => self.postfix(),
        }
    }

    fn number(&mut self) -> Read<Expression> {
        let start = self.at;
        while self.peek().is_some_and(|c| c.is_ascii_digit()) {
            self.at += 1;
        }
        let digits: String = self.letters[start..self.at].iter().collect();
        digits
            .parse()
            .map(Expression::Number)
            .map_err(|_| self.unexpected())
    }

    fn type_name(&mut self) -> Read<String> {
        self.expect('[')?;
        let start = self.at;
        while self.peek().is_some_and(|c| is_name(c) || matches!(c, '.' | '[')) {
            self.at += 1 + usize::from(self.peek() == Some('['));
        }
        let name: String = self.letters[start..self.at].iter().collect();
        self.expect(']')?;
        let name = name.to_lowercase();
        Ok(name.strip_prefix("system.").unwrap_or(&name).to_owned())
    }

    fn arguments(&mut self) -> Read<Vec<Expression>> {
        self.expect('(')?;
        let mut arguments = Vec::new();
        loop {
            self.blanks(true);
            if self.take(')') {
                return Ok(arguments);
            }
            arguments.push(self.listing(false, |reader| reader.expression(0))?);
            self.blanks(true);
            if self.peek() != Some(')') {
                self.expect(',')?;
            }
        }
    }

    fn postfix(&mut self) -> Read<Expression> {
        let mut value = self.deeper(Reader::primary)?;
        loop {
            match self.peek() {
                Some('.') if self.after(1).is_some_and(|c| c.is_alphabetic() || c == '_') => {
                    self.at += 1;
                    let name = self.name()?;
                    value = match self.peek() {
                        Some('(') => Expression::Call(Box::new(value), name, self.arguments()?),
                        _ => Expression::Member(Box::new(value), name),
                    };
                }
                Some('[') => {
                    self.at += 1;
                    let index = self.listing(true, |reader| reader.expression(0))?;
                    self.expect(']')?;
                    value = Expression::Index(Box::new(value), Box::new(index));
                }
                _ => return Ok(value),
            }
        }
    }

    fn primary(&mut self) -> Read<Expression> {
        match self.peek() {
            Some(c) if is_single_quote(c) => {
                self.at += 1;
                Ok(Expression::text(self.literal()?))
            }
            Some(c) if is_double_quote(c) => {
                self.at += 1;
                Ok(Expression::Text(self.expandable()?))
            }
            Some(c) if c.is_ascii_digit() => self.number(),
            Some('(') => {
                self.at += 1;
                let pipeline = self.listing(true, Reader::pipeline)?;
                self.blanks(true);
                self.expect(')')?;
                Ok(Expression::Group(pipeline))
            }
            Some('{') => Ok(Expression::Block(self.block()?)),
            Some('[') => {
                let name = self.type_name()?;
                if !(self.take(':') && self.take(':')) {
                    return Err(self.unexpected());
                }
                let member = self.name()?;
                match self.peek() {
                    Some('(') => Ok(Expression::StaticCall(name, member, self.arguments()?)),
                    _ => Ok(Expression::Static(name, member)),
                }
            }
            Some('@') => {
                self.at += 1;
                match self.next() {
                    Some('(') => Ok(Expression::Statements(self.statements(Some(')'))?, true)),
                    Some('{') => self.map(),
                    _ => Err(format!(
                        "line {}: PowerShell would take a word with `@` before it for a list or a variable",
                        self.line()
                    )),
                }
            }
            Some('$') => self.variable(),
            _ => Err(self.unexpected()),
        }
    }

    fn variable(&mut self) -> Read<Expression> {
        self.at += 1;
        match self.peek() {
            Some('(') => {
                self.at += 1;
                Ok(Expression::Statements(self.statements(Some(')'))?, false))
            }
            Some(c) if is_name(c) => {
                let name = self.name()?;
                if name == "env" && self.take(':') {
                    return Ok(Expression::Environment(self.name()?));
                }
                Ok(Expression::Variable(name))
            }
            _ => Err(format!(
                "line {}: PowerShell would expand a variable in the commands here",
                self.line()
            )),
        }
    }

    fn map(&mut self) -> Read<Expression> {
        let mut entries = Vec::new();
        loop {
            self.blanks(true);
            match self.peek() {
                Some('}') => {
                    self.at += 1;
                    return Ok(Expression::Map(entries));
                }
                Some(';') => self.at += 1,
                _ => {
                    let name = self.name()?;
                    self.blanks(false);
                    self.expect('=')?;
                    self.blanks(true);
                    entries.push((name, self.deeper(Reader::statement)?));
                    self.blanks(false);
                }
            }
        }
    }
}
