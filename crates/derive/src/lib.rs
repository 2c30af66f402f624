//! The derives by which the language and the kinds are declared.
//!
//! A struct of the blueprint's model with `#[derive(Section)]` is a map of the language: each field is a key, the doc
//! comment is what the reference says about it, and `#[key(...)]` says the rest (limits, default, example, and where it
//! goes). An enum with `#[derive(Choice)]` is a choice of words. The reader, the JSON Schema, `explain`, the reference
//! pages and the completions all come from this one declaration.
//!
//! A kind's spec with `#[derive(Fields)]` is its field table in the same way, and what AWS reports of its things.
//!
//! The generated code names modules of the crates that it is for: `Section` and `Choice` are for `headset-blueprint`,
//! `Fields` for `headset-kinds`.

mod choice;
mod fields;
mod section;
mod text;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Makes a struct with named fields a map of the language.
///
/// On the struct, `#[section(...)]`:
/// - `existing(FIELD, ...)`: an entry may be `existing: NAME`, and then has no other key but `owned`; the field is where it goes
/// - `rules(EXPR, ...)`: what holds between the keys
/// - `later(key = "what to do instead", ...)`: keys that people try and this version does not have
/// - `before = FN`: `fn(&mut Reader, &Item)`, called before anything is read
/// - `check = FN`: `fn(&mut Reader, &Item, &Fields, Self) -> Option<Self>`, called with what was read
/// - `lenient`: a field with a mistake becomes its type's default, and the others are kept
///
/// On a field, `#[key(...)]`:
/// - `name = "type"`: the key, where it is not the field's name
/// - what the value looks like, where the type does not say: `pattern = PATH`, `text = MOST`,
///   `number = RANGE, unit = "GB"`, `duration = RANGE`, `minutes = RANGE` (with `also = 0`), `reference = "images"`, or
///   `shape = EXPR`; of a list's elements with `count = (LEAST, MOST)`; of a map's values with `entries = "a fleet"`,
///   `names = PATH`, `hint = "Write ..."` and `count`
/// - `example = "..."`: a value as it is written; every key has one
/// - `default = "..."`: what holds without it, as it would be written; `otherwise = "..."`: the same in words
/// - `required`: also of a type that may be absent
/// - `absent`: of a section; without it, each of its keys is as without itself
/// - `fallback = FN`: `fn(&mut Reader, &Item) -> T`, the value without it, of the map
/// - `to(FIELD, ...)`: the fields that it ends up in
/// - `like = TYPE`: as the key of the same name of that section, but for what is said here
/// - `read = FN`: `fn(&mut Reader, &Item) -> Option<T>`, in place of the type's own reader
/// - `from = FN`: `fn(&mut Reader, &Item, &Fields) -> Option<T>`; the field is no key, and `keys(EXPR, ...)` are those that
///   it is made of
/// - `place`: the field is where the map stands
#[proc_macro_derive(Section, attributes(section, key))]
pub fn derive_section(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    section::expand(&input)
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}

/// Makes an enum without data a choice of words: each variant's name in lower case with hyphens, or what
/// `#[word("...")]` says. `#[later("word" = "what to do instead")]` on the enum names words that people try.
#[proc_macro_derive(Choice, attributes(word, later))]
pub fn derive_choice(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    choice::expand(&input)
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}

/// Makes the fields of a spec the field table of its kind, and a struct of what AWS reports of such a thing.
///
/// On the struct, `#[fields(kind = "service.noun", of = Kind, live = KindLive)]`: the kind's name and type, and what the
/// struct of what is reported is to be called; the spec and that struct become the kind's types. `live = KindLive { fact:
/// Type }` adds facts that no spec has (with `#[field(...)]`, a fact is a row of the table, too). Where a spec has another
/// form, `also(FIELD, ...)` adds its fields, and `wanted = Type` is the type of both.
///
/// On each field, `#[field(...)]`: what changing it takes (`in_place`, `stopped`, `replace`, `forbidden`, `at_creation`),
/// `compared = Set` where it is not compared exactly, `always` where the thing has a value in any case, and `listed` where it
/// is a list of things. The doc
/// comment is what the reference says about it, without the full stop. Each field becomes a constant: `FleetSpec::VIEW`.
///
/// What is reported has each field as `Option`, in the spec's type with texts that are known, but for tags and what is
/// compared as `WriteOnly` or `Applied`: these only where `reported` says so. `reported = Type` is another type. On the
/// struct, `reported` says so of all fields, as they are in the spec: a person has typed them.
#[proc_macro_derive(Fields, attributes(fields, field))]
pub fn derive_fields(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    fields::expand(&input)
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}
