//! What the declarations of the model are good for beside reading: the JSON Schema, explanations, reference pages.

mod describe;
mod explain;
mod kinds;
mod page;
mod schema;

pub use explain::{every_field, explain_field, similar_fields};
pub use kinds::kinds_page;
pub use page::language_page;
pub use schema::schema;

#[cfg(test)]
mod tests;
