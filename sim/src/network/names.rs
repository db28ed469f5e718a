//! Names of one noun, with their ids: every look-up that fails is a problem at the cell, with the nearest name.

use crate::scenario::At;
use crate::scenario::Location;
use crate::scenario::Problems;
use crate::scenario::nearest;
use std::collections::BTreeMap;
use unicode_normalization::UnicodeNormalization;

/// The names of one noun. Composed and decomposed forms of a letter are the same name.
pub(super) struct Names {
    /// What one is called in messages: `place`.
    noun: &'static str,
    /// Where they come from: `places are listed in places.csv`.
    listed: &'static str,
    ids: BTreeMap<String, usize>,
}

impl Names {
    /// Names in id order.
    pub(super) fn new<'a>(
        noun: &'static str,
        listed: &'static str,
        names: impl IntoIterator<Item = &'a str>,
    ) -> Names {
        let ids = names.into_iter().enumerate().map(|(id, name)| (composed(name), id)).collect();
        Names { noun, listed, ids }
    }

    /// Lets `other` stand for the item `id`, unless it is taken.
    pub(super) fn also(&mut self, other: &str, id: usize) {
        if !other.is_empty() {
            self.ids.entry(composed(other)).or_insert(id);
        }
    }

    /// The id of a name, if it is one.
    pub(super) fn get(&self, name: &str) -> Option<usize> {
        self.ids.get(&composed(name)).copied()
    }

    /// The id of a name; if there is none, a problem that starts with `who`.
    pub(super) fn find(&self, who: &str, written: &At<String>, problems: &mut Problems) -> Option<usize> {
        let id = self.get(written);
        if id.is_none() {
            let hint = self.hint(written);
            problems.error(written.at, format!("{who}no {} {:?}", self.noun, written.value), Some(hint));
        }
        id
    }

    /// Where such names are listed, and the one nearest to `written`.
    pub(super) fn hint(&self, written: &str) -> String {
        let folded = composed(written);
        match nearest(&folded, self.ids.keys().map(String::as_str)) {
            Some(name) => format!("{}; did you mean {name:?}?", self.listed),
            None => self.listed.to_string(),
        }
    }

    /// Every name with its id, in order of the name.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, usize)> {
        self.ids.iter().map(|(name, id)| (name.as_str(), *id))
    }
}

/// A name in composed form (NFC): `e` with a combining accent is `é`.
pub(super) fn composed(name: &str) -> String {
    name.nfc().collect()
}

/// Reports the second of two rows with the same key, unless its line was refused before.
pub(super) fn refuse_duplicate(first: Location, second: Location, what: &str, problems: &mut Problems) {
    let inside =
        |at: Location| at.source == second.source && second.start <= at.start && at.start <= second.end;
    if problems.list.iter().any(|problem| problem.at.is_some_and(inside)) {
        return;
    }
    let line = problems.sources.get(first.source.0 as usize).map(|source| {
        let before = source.text.as_bytes().iter().take(first.start);
        1 + before.filter(|byte| **byte == b'\n').count()
    });
    let hint = match line {
        Some(line) => format!("it stands on line {line} already; keep one row"),
        None => "it stands in an earlier row; keep one".to_string(),
    };
    problems.error(second, format!("{what} is listed twice"), Some(hint));
}
