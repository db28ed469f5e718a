//! Every numbered equation of docs/model.md has exactly one home in the engine, and no unknown number is cited.
//!
//! A file is an equation's home if one of its doc comments says `Equation (n)` or `Equations (n) …`.

mod sources;

use sources::{files, is, root, shown};
use std::collections::{BTreeMap, BTreeSet};

/// Where equations live.
const ENGINE: [&str; 4] = ["step", "metrics", "baseline", "policies"];

/// The numbers written `**(n)**` in the model.
fn numbered(model: &str) -> BTreeSet<u32> {
    model.split("**(").skip(1).filter_map(|rest| rest.split_once(")**")?.0.parse().ok()).collect()
}

/// The doc comments of a file, each with its lines joined and code in backticks taken out.
fn docs(text: &str) -> Vec<String> {
    let mut comments = vec![String::new()];
    for line in text.lines().map(str::trim_start) {
        match line.strip_prefix("///").or_else(|| line.strip_prefix("//!")) {
            Some(words) => comments.last_mut().expect("there is one from the start").push_str(words),
            None => comments.push(String::new()),
        }
    }
    let prose = |comment: String| comment.split('`').step_by(2).collect::<Vec<_>>().join("`");
    comments.into_iter().filter(|comment| !comment.is_empty()).map(prose).collect()
}

/// Every `(n)` in prose that is no call.
fn cited(prose: &str) -> BTreeSet<u32> {
    let is_call = |at: usize| prose[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
    prose
        .match_indices('(')
        .filter(|(at, _)| !is_call(*at))
        .filter_map(|(at, _)| Some(number(&prose[at..])?.0))
        .collect()
}

/// The number of `(n)` at the start, and what follows it.
fn number(text: &str) -> Option<(u32, &str)> {
    let (digits, rest) = text.strip_prefix('(')?.split_once(')')?;
    (digits.len() <= 2).then_some(())?;
    Some((digits.parse().ok()?, rest))
}

/// The numbers of every `Equation (n)`, `Equations (n), (m) and (o)` or `Equations (n) to (m)`.
fn homes(prose: &str) -> BTreeSet<u32> {
    let mut found = BTreeSet::new();
    for (at, word) in prose.match_indices("Equation") {
        let mut rest = prose[at + word.len()..].trim_start_matches('s').trim_start();
        let mut range_from = None;
        while let Some((n, after)) = number(rest) {
            found.extend(range_from.unwrap_or(n)..=n);
            let after = after.trim_start();
            let separator =
                ["to ", "and ", ", and ", ", ", "– "].into_iter().find(|word| after.starts_with(word));
            let Some(separator) = separator else { break };
            range_from = ["to ", "– "].contains(&separator).then_some(n);
            rest = after[separator.len()..].trim_start();
        }
    }
    found
}

#[test]
fn every_equation_has_one_home_and_every_citation_an_equation() {
    let model =
        std::fs::read_to_string(root().join("docs/model.md")).expect("docs/model.md states the equations");
    let known = numbered(&model);
    assert!(!known.is_empty(), "docs/model.md numbers its equations **(1)**, **(2)**, …");
    let mut faults = Vec::new();
    let mut home: BTreeMap<u32, Vec<String>> = known.iter().map(|n| (*n, Vec::new())).collect();
    for folder in ENGINE {
        for path in files(&root().join("sim/src").join(folder)).into_iter().filter(|path| is(path, &["rs"])) {
            let text = std::fs::read_to_string(&path).unwrap();
            let prose = docs(&text);
            let unknown = prose.iter().flat_map(|doc| cited(doc)).filter(|n| !known.contains(n));
            faults.extend(
                unknown.map(|n| format!("{}: cites ({n}), which the model does not have", shown(&path))),
            );
            for n in prose.iter().flat_map(|doc| homes(doc)).collect::<BTreeSet<u32>>() {
                home.entry(n).or_default().push(shown(&path));
            }
        }
    }
    for (n, paths) in home {
        match paths.as_slice() {
            [_] => {}
            [] => faults.push(format!("({n}) has no home: no doc comment says \"Equation ({n})\"")),
            several => faults.push(format!("({n}) has several homes: {}", several.join(", "))),
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_test_of_the_equations_sees_what_it_should() {
    let set = |numbers: &[u32]| numbers.iter().copied().collect::<BTreeSet<u32>>();
    assert_eq!(numbered("x = 1 **(3)**\n## Prices **(12)**\n(4)"), set(&[3, 12]));
    let comments = docs("//! Equations (3) to\n//! (5).\nfn f() {} // (9)\n/// As `Some(7)`, see (2).\n");
    assert_eq!(comments.len(), 2);
    assert_eq!(homes(&comments[0]), set(&[3, 4, 5]));
    assert_eq!((cited(&comments[1]), homes(&comments[1])), (set(&[2]), set(&[])));
    assert_eq!(homes("Equation (2): D = R. Equations (7), (9) and (11)"), set(&[2, 7, 9, 11]));
    assert_eq!(homes("equations (1) to (18)"), set(&[]));
    assert_eq!(cited("in 2025 (1978) the row f(3) and (x)"), set(&[]));
}
