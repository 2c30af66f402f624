//! The language as a table: every key with its meaning, shape, limits and default, and where it ends up.
//!
//! Pure data. The readers take their known keys, patterns, ranges and choices from it, and so do the JSON Schema, the
//! explanations and the reference pages: a key that is not here exists nowhere.

mod appstream;
mod connect;
mod describe;
mod entry;
mod explain;
mod fleet;
mod image;
mod kinds;
mod machine;
mod page;
mod schema;
mod sign_in;
mod stack;
mod table;
mod top;
mod words;

pub use explain::{explain_field, similar_fields};
pub use kinds::kinds_page;
pub use page::language_page;
pub use schema::schema;
pub(super) use table::{Between, Key, Map, Rule, Shape};

/// The shape of a whole blueprint.
pub(super) static BLUEPRINT: Shape = Shape::Map(&top::TOP);

/// A key with the path that leads to it, in which `*` stands for names of the user's choice and `[]` for elements.
#[derive(Debug)]
pub(super) struct Place {
    pub path: String,
    pub key: &'static Key,
}

/// Every key of the language, in the table's order.
pub(super) fn every_key() -> Vec<Place> {
    fn walk(shape: &'static Shape, path: &str, found: &mut Vec<Place>) {
        for shape in shape.alternatives() {
            match shape {
                Shape::Map(map) => {
                    for key in map.keys {
                        let path = if path.is_empty() {
                            key.name.to_owned()
                        } else {
                            format!("{path}.{}", key.name)
                        };
                        found.push(Place {
                            path: path.clone(),
                            key,
                        });
                        walk(&key.shape, &path, found);
                    }
                }
                Shape::Entries(entries) => walk(&entries.of, &format!("{path}.*"), found),
                Shape::List { of, .. } => walk(of, &format!("{path}[]"), found),
                _ => {}
            }
        }
    }
    let mut found = Vec::new();
    walk(&BLUEPRINT, "", &mut found);
    found
}

#[cfg(test)]
mod tests;
