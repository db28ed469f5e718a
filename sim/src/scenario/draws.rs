//! The uncertain numbers of a scenario: laws that stand for a number, drawn once for each draw.

use super::body::Body;
use super::document;
use super::key_path::{KeyPath, walk};
use super::limits::MOST_VALUES;
use super::problem::{Location, Problems};
use super::value;
use crate::random;
use crate::random::Key;
use crate::random::laws::Allowed;
use crate::random::laws::KINDS;
use serde_spanned::Spanned;
use std::collections::BTreeMap;
use toml::de::{DeTable, DeValue};

/// The uncertain numbers, and where in its law each stands in each draw.
#[derive(Debug, Default)]
pub(super) struct Draws {
    /// Deepest first: a law's parameters are drawn before the law.
    keys: Vec<KeyPath>,
    /// `[key][draw]`, in (0, 1).
    shares: Vec<Vec<f64>>,
}

/// An uncertain number in one draw.
#[derive(Clone, Debug, PartialEq)]
pub struct Number {
    /// Dotted key at which its law stands.
    pub key: String,
    /// Share of the law that lies below it.
    pub share: f64,
    /// The number.
    pub value: f64,
}

impl Draws {
    /// A Latin hypercube of `n` draws over `keys`, correlated as the document says.
    pub(super) fn new(
        mut keys: Vec<KeyPath>,
        n: u64,
        seed: u64,
        document: &DeTable<'static>,
        problems: &mut Problems,
    ) -> Draws {
        keys.sort_by(|a, b| b.depth().cmp(&a.depth()).then_with(|| a.cmp(b)));
        keys.dedup();
        if n.saturating_mul(keys.len() as u64) > MOST_VALUES {
            let at = document.get("run").map_or(Location::of(0..0), |run| Location::of(run.span()));
            let message = format!(
                "{n} draws of {} uncertain numbers: at most {MOST_VALUES} values are allowed",
                keys.len()
            );
            problems.error(at, message, None);
            return Draws::default();
        }
        let hash = |key: &KeyPath| Key { seed, draw: 0, name: &format!("uncertain {key}") }.hashed();
        let mut shares: Vec<Vec<f64>> = keys.iter().map(|key| random::latin(hash(key), n as usize)).collect();
        correlate(&keys, &mut shares, document, problems);
        Draws { keys, shares }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &KeyPath> {
        self.keys.iter()
    }

    /// The keys with their shares in a draw.
    pub(super) fn of(&self, draw: u64) -> impl Iterator<Item = (&KeyPath, f64)> {
        self.keys.iter().zip(&self.shares).map(move |(key, shares)| (key, shares[draw as usize]))
    }

    /// Puts a draw's numbers in the place of their laws; gives them.
    pub(super) fn put(
        &self,
        draw: u64,
        document: &mut DeTable<'static>,
        problems: &mut Problems,
    ) -> Vec<Number> {
        let mut drawn = Vec::new();
        for (key, share) in self.of(draw) {
            let Some(value) = key.get(document) else { continue };
            match value::law(value) {
                Ok(law) => {
                    let (number, span) = (law.quantile(share), value.span());
                    key.put(document, value::generated(&format!("{number:?}"), span));
                    drawn.push(Number { key: key.to_string(), share, value: number });
                }
                // Only a sweep can have put something else here.
                Err(wrong) => {
                    for wrong in wrong {
                        problems.error(wrong.at, format!("{key}: {}", wrong.message), wrong.hint);
                    }
                }
            }
        }
        drawn
    }
}

/// Where laws stand for a parameter of a law.
pub(super) fn nested(document: &DeTable<'static>) -> Vec<KeyPath> {
    let mut found = Vec::new();
    // The walk goes on inside, so that each law is met as a parameter of the one around it.
    walk(document, &mut |path, value| {
        let around = path.parent();
        let law = around.as_ref().and_then(KeyPath::last_key);
        if law.zip(path.last_key()).is_some_and(|(law, name)| is_number(law, name)) && is_law(value) {
            found.push(path.clone());
        }
        true
    });
    found
}

/// True if `parameter` of the law `law` is a number.
fn is_number(law: &str, parameter: &str) -> bool {
    let kind = KINDS.iter().find(|kind| kind.name == law);
    let known = kind.and_then(|kind| kind.parameters.iter().find(|known| known.name == parameter));
    known.is_some_and(|known| !matches!(known.allowed, Allowed::Numbers | Allowed::Laws))
}

fn is_law(value: &Spanned<DeValue<'static>>) -> bool {
    let only =
        value.get_ref().as_table().filter(|table| table.len() == 1).and_then(|table| table.iter().next());
    only.is_some_and(|(name, _)| KINDS.iter().any(|kind| kind.name == name.get_ref().as_ref()))
}

/// Reorders the draws of the keys that `[correlation]` names.
fn correlate(
    keys: &[KeyPath],
    shares: &mut [Vec<f64>],
    document: &DeTable<'static>,
    problems: &mut Problems,
) {
    let Some(value) = document.get("correlation") else { return };
    let at = Location::of(value.span());
    let Some(table) = value.get_ref().as_table() else {
        problems.error(at, "[correlation] is no table", None);
        return;
    };
    let pairs = pairs(Body::new(table, at, "[correlation]"), keys, problems);
    let mut named: Vec<usize> = pairs.keys().flat_map(|(a, b)| [*a, *b]).collect();
    named.sort_unstable();
    named.dedup();
    if named.is_empty() {
        return;
    }
    let of =
        |a: &usize, b: &usize| if a == b { 1.0 } else { *pairs.get(&(*a.min(b), *a.max(b))).unwrap_or(&0.0) };
    let target: Vec<Vec<f64>> = named.iter().map(|a| named.iter().map(|b| of(a, b)).collect()).collect();
    let columns: Vec<Vec<f64>> = named.iter().map(|key| shares[*key].clone()).collect();
    match random::correlated(&columns, &target) {
        Some(reordered) => {
            for (key, column) in named.into_iter().zip(reordered) {
                shares[key] = column;
            }
        }
        None => {
            let message =
                "[correlation]: no numbers can be correlated so: the matrix is not positive definite";
            problems.error(at, message, Some("bring the correlations nearer to 0".into()));
        }
    }
}

/// Correlations by the numbers of their keys, the lower first.
fn pairs(mut body: Body<'_>, keys: &[KeyPath], problems: &mut Problems) -> BTreeMap<(usize, usize), f64> {
    let mut found = BTreeMap::new();
    let names: Vec<String> = keys.iter().map(KeyPath::to_string).collect();
    let find = |written: &super::At<String>, problems: &mut Problems| {
        let path = document::key_path(written);
        let known = path.and_then(|path| keys.iter().position(|key| *key == path));
        if known.is_none() {
            let hint = match super::nearest(written, names.iter().map(String::as_str)) {
                Some(name) => format!("did you mean \"{name}\"?"),
                None if names.is_empty() => "no number of the scenario is a law".into(),
                None => format!("laws stand at {}", names.join(", ")),
            };
            problems.error(written.at, format!("[correlation]: {:?} is no law", written.value), Some(hint));
        }
        known
    };
    for first in body.keys() {
        let a = find(&first, problems);
        let Some(mut inner) = body.table(&first, problems) else { continue };
        for second in inner.keys() {
            let b = find(&second, problems);
            let Some(rank) = inner.number(&second, problems) else { continue };
            if !(-1.0 < rank && rank < 1.0) {
                inner.error(&second, &format!("{rank} is no correlation between -1 and 1"), None, problems);
            } else if let (Some(a), Some(b)) = (a, b) {
                if a == b {
                    inner.error(&second, "a number and itself", None, problems);
                } else if found.insert((a.min(b), a.max(b)), rank).is_some() {
                    inner.error(&second, "this pair is given already", None, problems);
                }
            }
        }
    }
    found
}
