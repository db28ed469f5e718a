//! The way to a value in scenario.toml: `hazard.cod_quota.severity`, `hazard.ban.rate_when[0].factor`.

use super::document::composed;
use serde_spanned::Spanned;
use std::fmt;
use toml::de::{DeArray, DeTable, DeValue};

/// A dotted key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyPath(Vec<Step>);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Key(String),
    Item(usize),
}

impl fmt::Display for KeyPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            let dot = if position == 0 { "" } else { "." };
            match step {
                Step::Item(index) => write!(f, "[{index}]")?,
                Step::Key(key) if is_bare(key) => write!(f, "{dot}{key}")?,
                Step::Key(key) => write!(f, "{dot}{key:?}")?,
            }
        }
        Ok(())
    }
}

fn is_bare(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

impl KeyPath {
    /// A path of keys.
    pub(super) fn of(keys: impl IntoIterator<Item = String>) -> KeyPath {
        KeyPath(keys.into_iter().map(Step::Key).collect())
    }

    /// The table of scenario.toml that it leads into.
    pub(super) fn root(&self) -> &str {
        match self.0.first() {
            Some(Step::Key(key)) => key,
            _ => "",
        }
    }

    /// The path of the table or list around the value.
    pub(super) fn parent(&self) -> Option<KeyPath> {
        self.0.split_last().map(|(_, around)| KeyPath(around.to_vec()))
    }

    /// The last key.
    pub(super) fn last_key(&self) -> Option<&str> {
        match self.0.last()? {
            Step::Key(key) => Some(key),
            Step::Item(_) => None,
        }
    }

    /// Steps.
    pub(super) fn depth(&self) -> usize {
        self.0.len()
    }

    /// The value there.
    pub(super) fn get<'a>(&self, document: &'a DeTable<'static>) -> Option<&'a Spanned<DeValue<'static>>> {
        let (first, rest) = self.0.split_first()?;
        let Step::Key(key) = first else { return None };
        rest.iter().try_fold(document.get(key.as_str())?, |value, step| match (step, value.get_ref()) {
            (Step::Key(key), DeValue::Table(table)) => table.get(key.as_str()),
            (Step::Item(index), DeValue::Array(items)) => items.get(*index),
            _ => None,
        })
    }

    /// Puts a value there, with the tables on the way; `false` if something else than a table stands in the way.
    pub(super) fn put(&self, document: &mut DeTable<'static>, value: Spanned<DeValue<'static>>) -> bool {
        put(document, &self.0, value)
    }
}

fn put(table: &mut DeTable<'static>, path: &[Step], value: Spanned<DeValue<'static>>) -> bool {
    let Some((Step::Key(key), rest)) = path.split_first() else { return false };
    let key = key.as_str();
    if rest.is_empty() {
        match table.get_mut(key) {
            Some(old) => *old = value,
            None => drop(table.insert(Spanned::new(value.span(), composed(key)), value)),
        }
        return true;
    }
    if table.get(key).is_none() {
        let inner = Spanned::new(value.span(), DeValue::Table(DeTable::new()));
        table.insert(Spanned::new(value.span(), composed(key)), inner);
    }
    match table.get_mut(key).map(Spanned::get_mut) {
        Some(DeValue::Table(inner)) => put(inner, rest, value),
        Some(DeValue::Array(items)) => put_item(items, rest, value),
        _ => false,
    }
}

fn put_item(items: &mut DeArray<'static>, path: &[Step], value: Spanned<DeValue<'static>>) -> bool {
    let Some((Step::Item(index), rest)) = path.split_first() else { return false };
    let Some(item) = items.get_mut(*index) else { return false };
    if rest.is_empty() {
        *item = value;
        return true;
    }
    match item.get_mut() {
        DeValue::Table(inner) => put(inner, rest, value),
        DeValue::Array(items) => put_item(items, rest, value),
        _ => false,
    }
}

/// Shows every value of the document to `visit`, with its path; goes inside those for which it says so.
pub(super) fn walk(
    document: &DeTable<'static>,
    visit: &mut impl FnMut(&KeyPath, &Spanned<DeValue<'static>>) -> bool,
) {
    let mut path = KeyPath(Vec::new());
    walk_table(document, &mut path, visit);
}

fn walk_table(
    table: &DeTable<'static>,
    path: &mut KeyPath,
    visit: &mut impl FnMut(&KeyPath, &Spanned<DeValue<'static>>) -> bool,
) {
    for (key, value) in table {
        path.0.push(Step::Key(key.get_ref().to_string()));
        walk_value(value, path, visit);
        path.0.pop();
    }
}

fn walk_value(
    value: &Spanned<DeValue<'static>>,
    path: &mut KeyPath,
    visit: &mut impl FnMut(&KeyPath, &Spanned<DeValue<'static>>) -> bool,
) {
    if !visit(path, value) {
        return;
    }
    match value.get_ref() {
        DeValue::Table(table) => walk_table(table, path, visit),
        DeValue::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                path.0.push(Step::Item(index));
                walk_value(item, path, visit);
                path.0.pop();
            }
        }
        _ => {}
    }
}
