//! The checker itself, on small invented crates.

use std::collections::BTreeMap;

use super::imports::Crate;

fn invented(files: &[(&str, &str)]) -> Crate {
    let files = files
        .iter()
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    Crate::read(&files.collect::<BTreeMap<_, _>>(), "lib.rs")
}

fn circles(files: &[(&str, &str)]) -> Vec<String> {
    invented(files)
        .circles()
        .into_iter()
        .map(|circle| circle.path)
        .collect()
}

#[test]
fn two_files_that_use_each_other_are_a_circle() {
    let found = circles(&[
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", "use crate::b::B; pub struct A(B);"),
        ("b.rs", "pub struct B; fn f(_: super::a::A) {}"),
    ]);
    assert_eq!(found, ["a.rs -> b.rs -> a.rs"]);
}

#[test]
fn a_circle_names_the_paths_that_make_it() {
    let found = invented(&[
        ("lib.rs", "mod a; mod b; mod c;"),
        ("a.rs", "pub fn a() { crate::b::b() }"),
        ("b.rs", "use super::c; pub fn b() { c::c() }"),
        ("c.rs", "use crate::a::a; pub fn c() { a() }"),
    ]);
    let [circle] = &found.circles()[..] else {
        panic!("one circle of three files");
    };
    assert_eq!(circle.path, "a.rs -> b.rs -> c.rs -> a.rs");
    assert_eq!(
        circle.why,
        "    a.rs uses `crate::b::b` of b.rs\n    b.rs uses `c::c` of c.rs\n    c.rs uses `a`, `crate::a::a` of a.rs"
    );
}

#[test]
fn a_parent_that_only_declares_and_hands_on_is_in_no_circle() {
    let found = circles(&[
        ("lib.rs", "pub mod shop;"),
        (
            "shop/mod.rs",
            "mod price; mod till; pub use price::Price; pub(crate) use self::till::Till;",
        ),
        ("shop/price.rs", "pub struct Price;"),
        ("shop/till.rs", "use super::Price; pub struct Till(Price);"),
    ]);
    assert_eq!(found, [""; 0]);
}

#[test]
fn what_a_parent_hands_on_belongs_to_the_childs_file() {
    let found = circles(&[
        ("lib.rs", "mod shop; mod bank;"),
        ("shop/mod.rs", "mod price; pub use price::*;"),
        ("shop/price.rs", "pub struct Price(crate::bank::Coin);"),
        (
            "bank.rs",
            "use crate::shop::Price; pub struct Coin; fn f(_: Price) {}",
        ),
    ]);
    assert_eq!(found, ["bank.rs -> shop/price.rs -> bank.rs"]);
}

#[test]
fn a_path_through_a_module_is_not_of_the_function_with_its_name() {
    let found = circles(&[
        (
            "lib.rs",
            "mod a; mod read; use read::Draft; pub fn read() { a::f() }",
        ),
        ("a.rs", "use crate::read::Draft; pub fn f() { let _ = Draft; }"),
        ("read.rs", "pub struct Draft;"),
    ]);
    assert_eq!(found, [""; 0]);
    // The function itself is the parent's.
    let found = circles(&[
        ("lib.rs", "mod a; mod read; pub fn read() { a::f() }"),
        ("a.rs", "pub fn f() { crate::read() }"),
        ("read.rs", "pub struct Draft;"),
    ]);
    assert_eq!(found, ["a.rs -> lib.rs -> a.rs"]);
}

#[test]
fn a_parent_and_a_child_that_use_each_other_are_a_circle() {
    let found = circles(&[
        ("lib.rs", "mod shop;"),
        (
            "shop.rs",
            "mod till; pub struct Price; fn open() { till::ring() }",
        ),
        ("shop/till.rs", "pub fn ring() -> super::Price { super::Price }"),
    ]);
    assert_eq!(found, ["shop.rs -> shop/till.rs -> shop.rs"]);
    // What it hands on, it also uses.
    let found = circles(&[
        ("lib.rs", "mod shop;"),
        (
            "shop.rs",
            "mod till; pub use till::Till; pub struct Price; fn f(_: Till) {}",
        ),
        ("shop/till.rs", "use super::Price; pub struct Till(Price);"),
    ]);
    assert_eq!(found, ["shop.rs -> shop/till.rs -> shop.rs"]);
}

#[test]
fn a_private_import_of_a_parent_is_a_way_through() {
    let found = circles(&[
        ("lib.rs", "mod shop; mod bank;"),
        (
            "shop/mod.rs",
            "mod price; use crate::bank::Coin; fn f(_: Coin) {}",
        ),
        (
            "shop/price.rs",
            "use super::Coin as Money; pub fn price() -> Money { todo!() }",
        ),
        (
            "bank.rs",
            "pub struct Coin; fn f() { crate::shop::price::price(); }",
        ),
    ]);
    assert_eq!(found, ["bank.rs -> shop/price.rs -> bank.rs"]);
}

#[test]
fn globs_count_by_what_is_named() {
    let crate_of = |body: &str| {
        let a = format!("use super::b::*; pub struct A; {body}");
        circles(&[
            ("lib.rs", "mod a; mod b;"),
            ("a.rs", a.as_str()),
            ("b.rs", "pub struct B; fn f(_: crate::a::A) {}"),
        ])
    };
    assert_eq!(crate_of(""), [""; 0]);
    assert_eq!(crate_of("fn f(_: B) {}"), ["a.rs -> b.rs -> a.rs"]);
}

#[test]
fn the_long_way_up_counts_too() {
    let found = circles(&[
        ("lib.rs", "mod a; mod z;"),
        ("a/mod.rs", "pub mod b;"),
        ("a/b/mod.rs", "pub mod c;"),
        ("a/b/c.rs", "pub fn c() { super::super::super::z::z(); }"),
        (
            "z.rs",
            "use crate::a::{b::{c::{self, c as again}}}; pub fn z() { c::c(); again(); }",
        ),
    ]);
    assert_eq!(found, ["a/b/c.rs -> z.rs -> a/b/c.rs"]);
}

#[test]
fn tests_comments_and_texts_use_nothing() {
    let found = circles(&[
        ("lib.rs", "mod a; mod b; #[cfg(test)] mod nowhere;"),
        (
            "a.rs",
            r####"
            //! See [`crate::b::B`]. use crate::b::B;
            /* use crate::b::B; /* nested */ crate::b::f() */
            pub struct A<'b> { one: &'b str, crate_b: char }
            const TEXT: &str = "crate::b::B";
            const RAW: &str = r#"use "crate::b::B";"#;
            const QUOTE: char = '"'; const SLASH: char = '\\'; const BYTE: u8 = b'"';
            #[cfg(test)]
            use crate::b::B;
            #[cfg(test)]
            pub fn only<K, V>(_: crate::b::B) -> Vec<(K, V)> where K: Copy { crate::b::f() }
            #[cfg(all(test, unix))]
            const X: crate::b::B = crate::b::B { };
            #[test]
            fn checks() { crate::b::f(); }
            #[tokio::test(start_paused = true)]
            async fn checks_more() { crate::b::f(); }
            #[cfg(test)]
            mod tests { use crate::b::B; use super::*; }
            "####,
        ),
        ("b.rs", "use crate::a::A; pub struct B; pub fn f() {}"),
    ]);
    assert_eq!(found, [""; 0]);
    let kept = circles(&[
        ("lib.rs", "mod a; mod b;"),
        (
            "a.rs",
            "pub struct A { #[cfg(test)] seen: Vec<(u8, u8)>, b: crate::b::B }",
        ),
        ("b.rs", "pub struct B; fn f(_: crate::a::A) {}"),
    ]);
    assert_eq!(
        kept,
        ["a.rs -> b.rs -> a.rs"],
        "what follows a test's field counts"
    );
}

#[test]
fn macros_count_where_their_name_is_enough() {
    let found = circles(&[
        (
            "lib.rs",
            "macro_rules! sum { () => { 1 } } mod a; pub fn f() { a::a() }",
        ),
        ("a.rs", "pub fn a() -> u8 { sum!() }"),
    ]);
    assert_eq!(found, ["a.rs -> lib.rs -> a.rs"]);
}

#[test]
fn inline_modules_and_named_files_are_followed() {
    let found = circles(&[
        (
            "lib.rs",
            "mod outer { pub mod inner; pub struct Own; } #[path = \"odd name.rs\"] mod other;",
        ),
        ("outer/inner.rs", "pub fn f() { super::super::other::g(); }"),
        ("odd name.rs", "pub fn g() { crate::outer::inner::f(); }"),
    ]);
    assert_eq!(found, ["odd name.rs -> outer/inner.rs -> odd name.rs"]);
}

#[test]
fn crates_of_others_with_our_names_lead_nowhere() {
    let found = circles(&[
        ("lib.rs", "mod a; mod b;"),
        (
            "a.rs",
            "use hex::hex; use hex::prelude::*; pub fn a() { hex(); unknown(); b::b(); }",
        ),
        ("b.rs", "pub fn b() { super::a::a() }"),
    ]);
    assert_eq!(found, [""; 0], "`b` of a.rs is no module of this crate");
}

#[test]
fn imports_that_run_upwards_are_found_whatever_their_form() {
    let found = invented(&[
        ("lib.rs", "mod low; mod high; pub use high::High;"),
        ("low/mod.rs", "mod deep; mod deeper; mod handed;"),
        ("low/deep.rs", "use crate::high::{self, High}; fn f(_: High) {}"),
        ("low/deeper.rs", "fn f() { super::super::high::g() }"),
        ("low/handed.rs", "use crate::High; fn f(_: High) {}"),
        (
            "high.rs",
            "pub struct High; pub fn g() {} use crate::low::nothing;",
        ),
    ]);
    assert_eq!(
        found.upward(&["low", "high"]),
        [
            "low/deep.rs uses `High`, `crate::high::High` of high.rs: high stands above low",
            "low/deeper.rs uses `super::super::high::g` of high.rs: high stands above low",
            "low/handed.rs uses `High`, `crate::High` of high.rs: high stands above low",
        ]
    );
    assert_eq!(found.upward(&["high", "low"]), [""; 0]);
    assert_eq!(found.top_level(), ["low", "high"]);
}
