//! Tables as spreadsheets write them: CSV (RFC 4180), with a line of names first.

use std::fmt;

/// A table whose first line names its columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    columns: Vec<String>,
    rows: Vec<(usize, Vec<String>)>,
}

/// Why a table is not taken.
#[derive(Clone, Debug, PartialEq)]
pub struct BadTable {
    /// On which line, from 1; 0: the whole.
    pub line: usize,
    /// Why.
    pub why: String,
}

impl fmt::Display for BadTable {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => to.write_str(&self.why),
            line => write!(to, "line {line}: {}", self.why),
        }
    }
}

impl std::error::Error for BadTable {}

/// A row of a table.
#[derive(Clone, Copy, Debug)]
pub struct Line<'t> {
    table: &'t Table,
    fields: &'t [String],
    /// On which line it begins, from 1.
    pub number: usize,
}

impl Table {
    /// Reads a table. Fields are separated by commas, or by semicolons where the first line has these and no commas, as
    /// spreadsheets write them in countries where the comma is in numbers.
    ///
    /// # Errors
    /// If a quote is not closed, a column is missing or a line has another number of fields.
    pub fn read(text: &str, needed: &[&str]) -> Result<Table, BadTable> {
        let text = text.trim_start_matches('\u{feff}');
        let first = text.lines().next().unwrap_or_default();
        let separator = match first.contains(';') && !first.contains(',') {
            true => ';',
            false => ',',
        };
        let mut rows = fields(text, separator)?.into_iter();
        let Some((_, columns)) = rows.next() else {
            return Err(BadTable {
                line: 0,
                why: "it is empty".to_owned(),
            });
        };
        let columns: Vec<String> = columns
            .iter()
            .map(|name| name.trim().to_ascii_lowercase())
            .collect();
        if let Some(missing) = needed.iter().find(|name| !columns.iter().any(|has| has == *name)) {
            return Err(BadTable {
                line: 1,
                why: format!("there is no column `{missing}`; it has {}", columns.join(", ")),
            });
        }
        let rows: Vec<(usize, Vec<String>)> = rows.collect();
        if let Some((line, fields)) = rows.iter().find(|(_, fields)| fields.len() != columns.len()) {
            return Err(BadTable {
                line: *line,
                why: format!(
                    "it has {} fields, and the first line {}",
                    fields.len(),
                    columns.len()
                ),
            });
        }
        Ok(Table { columns, rows })
    }

    /// The rows.
    pub fn rows(&self) -> impl Iterator<Item = Line<'_>> {
        self.rows.iter().map(|(number, fields)| Line {
            table: self,
            fields,
            number: *number,
        })
    }
}

impl<'t> Line<'t> {
    /// What a column has; nothing where there is no such column.
    pub fn get(&self, column: &str) -> &'t str {
        let at = self.table.columns.iter().position(|name| name == column);
        at.map_or("", |at| self.fields[at].trim())
    }

    /// A mistake in this row.
    pub fn wrong(&self, why: impl Into<String>) -> BadTable {
        BadTable {
            line: self.number,
            why: why.into(),
        }
    }
}

/// The fields of each line that has any, and on which line it begins.
fn fields(text: &str, separator: char) -> Result<Vec<(usize, Vec<String>)>, BadTable> {
    let mut rows = Vec::new();
    let (mut row, mut field) = (Vec::new(), String::new());
    let (mut line, mut begun) = (1, 1);
    let mut is_quoted = false;
    let mut letters = text.chars().peekable();
    let mut end = |row: &mut Vec<String>, field: &mut String, begun: usize| {
        row.push(std::mem::take(field));
        let whole = std::mem::take(row);
        if whole.iter().any(|field| !field.trim().is_empty()) {
            rows.push((begun, whole));
        }
    };
    while let Some(letter) = letters.next() {
        match letter {
            '"' if is_quoted && letters.peek() == Some(&'"') => {
                letters.next();
                field.push('"');
            }
            '"' if is_quoted => is_quoted = false,
            '"' if field.is_empty() => is_quoted = true,
            '\n' => {
                line += 1;
                match is_quoted {
                    true => field.push('\n'),
                    false => {
                        if field.ends_with('\r') {
                            field.pop();
                        }
                        end(&mut row, &mut field, begun);
                        begun = line;
                    }
                }
            }
            _ if letter == separator && !is_quoted => row.push(std::mem::take(&mut field)),
            _ => field.push(letter),
        }
    }
    if is_quoted {
        return Err(BadTable {
            line: begun,
            why: "a quote is not closed".to_owned(),
        });
    }
    end(&mut row, &mut field, begun);
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<String>, String> {
        let table = Table::read(text, &["a", "b"]).map_err(|error| error.to_string())?;
        Ok(table
            .rows()
            .map(|row| format!("{}: {}|{}", row.number, row.get("a"), row.get("b")))
            .collect())
    }

    #[test]
    fn tables_are_read_as_spreadsheets_write_them() {
        assert_eq!(read("a,b\n1,2\n").unwrap(), ["2: 1|2"]);
        assert_eq!(
            read("\u{feff}B;A\r\n1;2\r\n\r\n3;4").unwrap(),
            ["2: 2|1", "4: 4|3"]
        );
        assert_eq!(
            read("a,b\n\"x, \"\"y\"\"\n z\",2\n3,4\n").unwrap(),
            ["2: x, \"y\"\n z|2", "4: 3|4"]
        );
        assert_eq!(read("a,b,c\n1,,3\n").unwrap(), ["2: 1|"]);
    }

    #[test]
    fn what_is_no_table_is_refused_with_its_line() {
        for (text, why) in [
            ("", "it is empty"),
            ("a\n1\n", "line 1: there is no column `b`; it has a"),
            ("a,b\n1,2\n3\n", "line 3: it has 1 fields, and the first line 2"),
            ("a,b\n1,\"2\n", "line 2: a quote is not closed"),
        ] {
            assert_eq!(read(text).unwrap_err(), why);
        }
    }
}
