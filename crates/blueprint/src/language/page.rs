//! `docs/reference/blueprint.md`: the whole language, key by key.

use std::fmt::Write as _;

use super::describe;
use crate::model::BLUEPRINT;
use crate::table::{Key, Map, Shape};

const HEAD: &str = "# The blueprint language

*Generated from the language's table by the test `reference`; `HEADSET_ACCEPT=1` writes it anew.*

A blueprint is one YAML file (version 1.2: `yes`, `no`, `on` and `off` are words). `*` in a path stands for a name of
your choice. `headset explain appstream.fleets.agents.capacity` shows the same about one key, and `headset schema`
prints the same as a JSON Schema, for editors.

- **Durations** are a whole number and `s`, `m`, `h` or `d`: `90s`, `15m`, `12h`, `3d`.
- **References** are the bare key of a sibling: `image: agent-desktop`.
- **`existing: NAME-or-ARN`** stands for something that Headset only links to, and never changes or deletes.
- **`extends: base.yaml`** lays this file over others: maps merge, lists replace, `null` removes. Paths are relative to
  the file that holds them, and lead to files of the same project: the checkout, or, without git, the directory in which
  the command runs. `--allow-outside` lets them lead anywhere.
- **`--vars FILE`** lays a YAML file over this one from outside, as if it extended it: values of one environment, maps and
  lists as well.
- **`--set path=value`** sets one value from outside; a name with dots in it is quoted: `--set 'connect.users.\"a@example.com\".first=Ada'`.
- **`${env:NAME}`** inside a value is replaced by an environment variable, which has to be set. Any other `${` is an
  error, and `$${` stands for a plain `${`. Keys have no variables. A variable whose name says that it holds a
  credential (`GITHUB_TOKEN`, `AWS_SECRET_ACCESS_KEY`) is refused.
- **Secrets** are not in a blueprint; it says where they are: `{ env: NAME }`, `{ file: PATH }`, `{ secret: ARN }` or
  `{ ssm: PATH }`.

\"Changing\" says what it takes to change a value after the resource was made: *in place* disturbs no one, *needs a stop*
ends sessions (and is refused while there are any), *makes a new one* replaces the resource, and *cannot be changed* is
refused. *Counts when it is made* does not affect what exists already.
";

/// The page, as Markdown.
pub fn language_page() -> String {
    let mut page = HEAD.to_owned();
    if let Some(map) = BLUEPRINT.map() {
        section(&mut page, "", "The top level", map);
    }
    page
}

fn section(page: &mut String, path: &str, title: &str, map: &'static Map) {
    let heading = if path.is_empty() {
        title.to_owned()
    } else {
        format!("`{path}`")
    };
    write!(page, "\n## {heading}\n\n").expect("a string takes everything");
    if !path.is_empty() {
        write!(page, "{title}\n\n").expect("a string takes everything");
    }
    for rule in map.rules {
        writeln!(page, "- {}", describe::rule(rule)).expect("a string takes everything");
    }
    if !map.rules.is_empty() {
        page.push('\n');
    }
    page.push_str("| key | meaning | value | without it | changing |\n|---|---|---|---|---|\n");
    for key in map.keys {
        row(page, key);
    }
    for key in map.keys {
        let path = if path.is_empty() {
            key.name.to_owned()
        } else {
            format!("{path}.{}", key.name)
        };
        below(page, &path, key.about, &key.shape);
    }
}

fn row(page: &mut String, key: &Key) {
    writeln!(
        page,
        "| `{}` | {} Example: `{}` | {} | {} | {} |",
        key.name,
        cell(key.about),
        cell(key.example),
        cell(&describe::shape(&key.shape)),
        cell(&describe::default(key)),
        describe::changing(key)
    )
    .expect("a string takes everything");
}

fn below(page: &mut String, path: &str, about: &str, shape: &'static Shape) {
    for shape in shape.alternatives() {
        match shape {
            Shape::Map(map) => section(page, path, about, map),
            Shape::Entries(entries) => below(page, &format!("{path}.*"), about, &entries.of),
            Shape::List { of, .. } => below(page, path, about, of),
            _ => {}
        }
    }
}

/// A text that stays inside of its cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
