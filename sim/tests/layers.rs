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
const KEEPERS: [(&str, &[&str]); 12] = [
    ("libm", &["math"]),
    ("rand", &["random"]),
    ("rand_distr", &["random"]),
    ("parquet", &["results"]),
    ("arrow_array", &["results"]),
    ("arrow_schema", &["results"]),
    ("zstd", &["results"]),
    ("rayon", &["ensemble", "cli"]),
    ("indicatif", &["ensemble", "cli"]),
    ("object_store", &["cloud"]),
    ("tokio", &["cloud"]),
    ("rustls", &["cloud"]),
];

/// What of `std::fs` may be named anywhere: it changes nothing.
const READING: [&str; 4] = ["read", "read_to_string", "read_dir", "metadata"];

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

/// The only modules with unsafe code, and what they need it for: a version of a loop is called only where the processor has the instructions that it is compiled for.
const UNSAFE: [&str; 2] = ["sim/benches/kernel/mod.rs", "sim/src/instructions.rs"];

#[test]
fn unsafe_code_stands_in_one_module_of_the_program() {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let rust = files(&root().join("sim")).into_iter().filter(|path| is(path, &["rs"]));
    let found: Vec<String> = rust
        .filter(|path| {
            let text = code(&std::fs::read_to_string(path).unwrap());
            text.split(|c| !word(c)).any(|found| found == "unsafe")
        })
        .map(|path| shown(&path))
        .collect();
    assert_eq!(found, UNSAFE);
    println!("trust: no unsafe code outside one named module | {}", UNSAFE[1]);
}

/// What of the code changes files without `disk`. Tests, which stand at the end of a file, may.
fn writes(code: &str) -> Vec<String> {
    let code = code.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let hands = ["OpenOptions", "DirBuilder", "tempfile", "set_permissions", "hard_link", "symlink"];
    let named = code.split(|c| !word(c)).filter(|name| hands.contains(name));
    let files = code.match_indices("File::").filter(|(at, _)| !code[..*at].ends_with(word));
    let calls = code.split("fs::").skip(1).map(|rest| rest.split(|c| !word(c)).next().unwrap_or_default());
    named
        .chain(files.map(|(_, name)| name))
        .chain(calls.filter(|name| !READING.contains(name)))
        .map(str::to_owned)
        .collect()
}

#[test]
fn only_disk_changes_files() {
    let src = root().join("sim/src");
    let others =
        files(&src).into_iter().filter(|path| is(path, &["rs"]) && !path.starts_with(src.join("disk")));
    let mut found = Vec::new();
    // What stands under `cfg(test)` in `ensemble` looks at folders from outside.
    for path in others.filter(|path| !path.ends_with("ensemble/broken.rs")) {
        let named = writes(&code(&std::fs::read_to_string(&path).unwrap()));
        found.extend(named.iter().map(|name| format!("{}: names {name}", shown(&path))));
    }
    assert!(found.is_empty(), "{}\nfile operations go through crate::disk", found.join("\n"));
}

#[test]
fn the_test_of_files_sees_what_it_should() {
    let n = |text: &str| writes(&code(text)).len();
    assert_eq!(n("use std::fs;\nfs::read(path); fs::read_dir(path); std::fs::read_to_string(path)"), 0);
    assert_eq!(n("x\n#[cfg(test)]\nmod tests { use std::fs; fs::write(a, b); }"), 0);
    for text in ["fs::write(a, b)", "std::fs::remove_file(a)", "use std::fs::rename;", "File::create(a)"] {
        assert_eq!(n(text), 1, "{text}");
    }
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
