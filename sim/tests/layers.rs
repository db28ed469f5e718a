//! The order of the modules and the walls between them, as lib.rs and ARCHITECTURE.md state them.

#[path = "sources/code.rs"]
mod code;
mod sources;

use code::code;
use sources::{files, is, root, shown};

/// A module of the crate that must not name another, besides those below it.
const WALLS: [(&str, &str); 5] = [
    ("step", "hazards"),
    ("step", "policies"),
    ("step", "history"),
    ("step", "scenario"),
    ("results", "step"),
];

/// A crate, and the only modules that may name it.
const KEEPERS: [(&str, &[&str]); 11] = [
    ("libm", &["math"]),
    ("rand", &["random"]),
    ("rand_distr", &["random"]),
    ("parquet", &["results"]),
    ("arrow_array", &["results"]),
    ("arrow_schema", &["results"]),
    ("rayon", &["ensemble", "cli"]),
    ("indicatif", &["ensemble", "cli"]),
    ("object_store", &["cloud"]),
    ("tokio", &["cloud"]),
    ("rustls", &["cloud"]),
];

/// The modules in the order of lib.rs.
fn order() -> Vec<String> {
    let lib = code(&std::fs::read_to_string(root().join("sim/src/lib.rs")).expect("there is a lib.rs"));
    let name = |line: &str| Some(line.trim().strip_prefix("pub mod ")?.strip_suffix(';')?.to_owned());
    lib.lines().filter_map(name).collect()
}

/// What the code of module `own` names against the rules, one line each.
fn breaches(order: &[String], own: &str, code: &str) -> Vec<String> {
    let place = |module: &str| order.iter().position(|name| name == module);
    let mut found = Vec::new();
    for path in paths(code) {
        if path[0] == "crate" {
            let Some(named) = path.get(1) else {
                found.push("names several modules in one `use`; write each on its own line".to_owned());
                continue;
            };
            if place(named) > place(own) {
                found.push(format!("names {named}, which stands below {own}"));
            }
            if WALLS.iter().any(|(wall, hidden)| *wall == own && hidden == named) {
                found.push(format!("names {named}, which {own} must not know"));
            }
        }
        for (keeper, modules) in KEEPERS {
            if path[0] == keeper && !modules.contains(&own) {
                found.push(format!("names the crate {keeper}, which is for {} alone", modules.join(" and ")));
            }
        }
    }
    found
}

/// The first two names of every path `a::b` in the code; one name if a brace or a star follows.
fn paths(code: &str) -> Vec<Vec<&str>> {
    let mut found = Vec::new();
    let word = |c: char| c.is_alphanumeric() || c == '_';
    for (at, _) in code.match_indices("::") {
        let start =
            code[..at].char_indices().rev().take_while(|(_, c)| word(*c)).last().map(|(index, _)| index);
        let Some(start) = start.filter(|start| !code[..*start].ends_with("::")) else { continue };
        let after = &code[at + 2..];
        let end = after.find(|c| !word(c)).unwrap_or(after.len());
        found.push([&code[start..at], &after[..end]].into_iter().filter(|name| !name.is_empty()).collect());
    }
    found
}

#[test]
fn a_module_names_only_modules_above_it_and_respects_the_walls() {
    let order = order();
    let src = root().join("sim/src");
    let mut found = Vec::new();
    for path in files(&src).into_iter().filter(|path| is(path, &["rs"])) {
        let first = path.strip_prefix(&src).unwrap().components().next().unwrap();
        let own = first.as_os_str().to_string_lossy().trim_end_matches(".rs").to_owned();
        if own == "lib" || own == "main" {
            continue;
        }
        assert!(order.contains(&own), "{}: module {own} is not in lib.rs", shown(&path));
        let text = code(&std::fs::read_to_string(&path).unwrap());
        found.extend(
            breaches(&order, &own, &text).into_iter().map(|breach| format!("{}: {breach}", shown(&path))),
        );
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_test_of_the_layers_sees_what_it_should() {
    let order = ["math", "scenario", "step", "results", "cli"].map(str::to_owned);
    let check = |own: &str, text: &str| breaches(&order, own, &code(text));
    assert!(check("step", "use crate::math::Row;\nfn f() { super::g(); }").is_empty());
    assert!(check("step", "/// See [`crate::cli::main`].\nconst A: &str = \"crate::cli\";").is_empty());
    assert!(check("results", "mod parquet;\nuse parquet::arrow::ArrowWriter;").is_empty());
    assert_eq!(check("math", "fn f() -> crate::step::State { todo() }").len(), 1);
    assert_eq!(check("step", "use crate::scenario::Allocation;").len(), 1);
    assert_eq!(check("step", "use crate::{math, scenario};").len(), 1);
    assert_eq!(check("step", "let x = libm::exp(1.0);").len(), 1);
    assert_eq!(check("cli", "use rand::Rng;").len(), 1);
    assert_eq!(check("results", "use crate::step::State;").len(), 1);
}

#[test]
fn strings_comments_and_characters_are_no_code() {
    let text = "a /* b /* c */ d */ \"e\\\"f\" r#\"g\"h\"# '\\'' 'i' &'j k // l\nm";
    assert_eq!(code(text).split_whitespace().collect::<Vec<_>>(), ["a", "&'j", "k", "m"]);
}
