//! A cursor over one TOML table: reads keys by name, notes which were read, and reports the rest.
//!
//! Every reader gives `None` both if the key is absent and if its value is wrong; a wrong value is reported, an absent
//! one only if [`Body::required`] asks for it. So a reader states its keys once and goes on past the first fault.

use super::calendar::Date;
use super::keys::Key;
use super::problem::{At, Location, Problems, nearest};
use super::value::{self, Wrong, describe, quoted};
use crate::random::Law;
use serde_spanned::Spanned;
use std::collections::BTreeSet;
use toml::de::{DeTable, DeValue};

/// A table being read.
#[derive(Clone, Debug)]
pub struct Body<'a> {
    /// `None` stands for the table of a bare name: `form = "ban"`.
    table: Option<&'a DeTable<'static>>,
    at: Location,
    what: String,
    read: BTreeSet<String>,
    /// Keys that were taken out of the table before: only for "did you mean".
    header: &'static [Key],
}

impl<'a> Body<'a> {
    /// Starts reading `table`; `what` begins every message: `hazard "cod_quota"`.
    pub fn new(table: &'a DeTable<'static>, at: Location, what: impl Into<String>) -> Body<'a> {
        Body { table: Some(table), at, what: what.into(), read: BTreeSet::new(), header: &[] }
    }

    /// The same table, whose keys in `header` another reader took out before.
    pub(super) fn beside(self, header: &'static [Key]) -> Body<'a> {
        Body { header, ..self }
    }

    /// The same table, called otherwise in messages.
    pub fn called(self, what: impl Into<String>) -> Body<'a> {
        Body { what: what.into(), ..self }
    }

    /// Where `key`'s value stands, or the table if it has none.
    pub fn location(&self, key: &str) -> Location {
        self.find(key).map_or(self.at, |value| Location::of(value.span()))
    }

    /// True if the table has `key`; does not count as reading it.
    pub fn has(&self, key: &str) -> bool {
        self.find(key).is_some()
    }

    /// The keys in the order of the file.
    pub fn keys(&self) -> Vec<At<String>> {
        let mut keys: Vec<At<String>> = self.table.into_iter().flatten().map(|(key, _)| named(key)).collect();
        keys.sort_by_key(|key| key.at);
        keys
    }

    /// True if the table has `key`, else reports that it is missing. `what_it_is` says what to write:
    /// `materials = ["cobalt_*"]`.
    pub fn required(&self, key: &str, what_it_is: &str, problems: &mut Problems) -> bool {
        if !self.has(key) {
            self.missing(key, Some(format!("write {what_it_is}")), problems);
        }
        self.has(key)
    }

    /// Reports that `key` is missing.
    pub fn missing(&self, key: &str, hint: Option<String>, problems: &mut Problems) {
        problems.error(self.at, self.missing_message(key), hint);
    }

    /// Reports `message` at `key`'s value, opened by what the table is.
    pub fn error(&self, key: &str, message: &str, hint: Option<String>, problems: &mut Problems) {
        problems.error(self.location(key), format!("{}{key}: {message}", self.who()), hint);
    }

    /// The value as written, whatever it is.
    pub fn value(&mut self, key: &str) -> Option<&'a Spanned<DeValue<'static>>> {
        self.read.insert(key.to_string());
        self.find(key)
    }

    /// True if the value is exactly the text `word`; then the key counts as read.
    pub fn says(&mut self, key: &str, word: &str) -> bool {
        let said = self.find(key).is_some_and(|value| value.get_ref().as_str() == Some(word));
        if said {
            self.read.insert(key.to_string());
        }
        said
    }

    /// True if the value is a table.
    pub fn is_table(&self, key: &str) -> bool {
        self.find(key).is_some_and(|value| value.get_ref().is_table())
    }

    /// A number, or a law's central value, which is noted as an assumption.
    pub fn number(&mut self, key: &str, problems: &mut Problems) -> Option<f64> {
        match value::number_or_law(self.value(key)?) {
            Ok(Ok(number)) => Some(number),
            Ok(Err(law)) => {
                problems.uncertain.push(self.location(key));
                problems.assume(
                    format!("{}.{key}", self.what),
                    law.central().to_string(),
                    "central value of its law",
                );
                Some(law.central())
            }
            Err(wrong) => self.report(key, wrong, problems),
        }
    }

    /// A number above 0.
    pub fn positive(&mut self, key: &str, problems: &mut Problems) -> Option<f64> {
        self.number(key, problems).filter(|number| {
            *number > 0.0 || self.refuse(key, format!("{number} is not above 0"), None, problems)
        })
    }

    /// A number of at least 0.
    pub fn non_negative(&mut self, key: &str, problems: &mut Problems) -> Option<f64> {
        self.number(key, problems).filter(|number| {
            *number >= 0.0 || self.refuse(key, format!("{number} is negative"), None, problems)
        })
    }

    /// A share in [0, 1]; `"35 %"` is 0.35.
    pub fn share(&mut self, key: &str, problems: &mut Problems) -> Option<f64> {
        let number = match self.value(key)?.get_ref() {
            DeValue::String(text) if text.contains('%') => value::percentage(text),
            _ => None,
        };
        let number = match number {
            Some(number) => number,
            None => self.number(key, problems)?,
        };
        if (0.0..=1.0).contains(&number) {
            return Some(number);
        }
        let meant =
            (number > 1.0 + 1e-6 && number <= 100.0).then(|| format!("did you mean {}?", number / 100.0));
        self.refuse(key, format!("{number} is no share: a share lies in [0, 1]"), meant, problems);
        None
    }

    /// A whole number of at least 0.
    pub fn whole(&mut self, key: &str, problems: &mut Problems) -> Option<u64> {
        let value = self.value(key)?;
        if let DeValue::Integer(number) = value.get_ref()
            && let Ok(number) = u64::from_str_radix(number.as_str(), number.radix())
        {
            return Some(number);
        }
        let message =
            format!("{} stands where a whole number of at least 0 is wanted", describe(value.get_ref()));
        self.refuse(key, message, None, problems);
        None
    }

    /// Text, not empty.
    pub fn text(&mut self, key: &str, problems: &mut Problems) -> Option<At<String>> {
        let value = self.value(key)?;
        self.text_of(key, value, problems)
    }

    /// A list of texts, or one text.
    pub fn names(&mut self, key: &str, problems: &mut Problems) -> Option<Vec<At<String>>> {
        let value = self.value(key)?;
        match value.get_ref() {
            DeValue::Array(items) => items.iter().map(|item| self.text_of(key, item, problems)).collect(),
            _ => self.text_of(key, value, problems).map(|text| vec![text]),
        }
    }

    /// A list of numbers.
    pub fn numbers(&mut self, key: &str, problems: &mut Problems) -> Option<Vec<At<f64>>> {
        let value = self.value(key)?;
        let DeValue::Array(items) = value.get_ref() else {
            self.refuse(key, "a list of numbers is wanted".into(), None, problems);
            return None;
        };
        let read = |item: &Spanned<DeValue<'static>>| match plain(item) {
            Ok(number) => Some(At { value: number, at: Location::of(item.span()) }),
            Err(wrong) => self.report(key, vec![wrong], problems),
        };
        items.iter().map(read).collect()
    }

    /// `true` or `false`.
    pub fn flag(&mut self, key: &str, problems: &mut Problems) -> Option<bool> {
        let value = self.value(key)?;
        if value.get_ref().as_bool().is_none() {
            let message = format!("{} stands where true or false is wanted", describe(value.get_ref()));
            self.refuse(key, message, None, problems);
        }
        value.get_ref().as_bool()
    }

    /// A date.
    pub fn date(&mut self, key: &str, problems: &mut Problems) -> Option<Date> {
        let value = self.value(key)?;
        value::date(value).map_or_else(|wrong| self.report(key, vec![wrong], problems), Some)
    }

    /// A list of dates, or one date.
    pub fn dates(&mut self, key: &str, problems: &mut Problems) -> Option<Vec<At<Date>>> {
        let value = self.value(key)?;
        let items = match value.get_ref() {
            DeValue::Array(items) => items.iter().collect(),
            _ => vec![value],
        };
        let read = |item: &Spanned<DeValue<'static>>| match value::date(item) {
            Ok(date) => Some(At { value: date, at: Location::of(item.span()) }),
            Err(wrong) => self.report(key, vec![wrong], problems),
        };
        items.into_iter().map(read).collect()
    }

    /// A number or a law.
    pub fn law(&mut self, key: &str, problems: &mut Problems) -> Option<Law> {
        let value = self.value(key)?;
        value::law(value).map_or_else(|wrong| self.report(key, wrong, problems), Some)
    }

    /// One of `options`, as text.
    pub fn choice<T: Clone>(
        &mut self,
        key: &str,
        options: &[(&str, T)],
        problems: &mut Problems,
    ) -> Option<T> {
        let written = self.text(key, problems)?;
        let found = options.iter().find(|(name, _)| *name == written.value);
        if found.is_none() {
            self.no_option(key, &written, options.iter().map(|(name, _)| *name).collect(), problems);
        }
        found.map(|(_, value)| value.clone())
    }

    /// A table inside this one; its messages begin as this one's, with the key.
    pub fn table(&mut self, key: &str, problems: &mut Problems) -> Option<Body<'a>> {
        let value = self.value(key)?;
        if let DeValue::Table(table) = value.get_ref() {
            return Some(self.inside(key, Some(table), Location::of(value.span())));
        }
        let message = format!("{} stands where a table {{ … }} is wanted", describe(value.get_ref()));
        self.refuse(key, message, None, problems);
        None
    }

    /// One of several forms: `{ quota = { … } }`, or `"ban"`, which is short for `{ ban = {} }`.
    pub fn variant(
        &mut self,
        key: &str,
        names: &[&str],
        problems: &mut Problems,
    ) -> Option<(At<String>, Body<'a>)> {
        let value = self.value(key)?;
        let (name, inside) = match value.get_ref() {
            DeValue::String(name) => (At { value: name.to_string(), at: Location::of(value.span()) }, None),
            DeValue::Table(table) if table.len() == 1 => {
                let (name, inside) = table.iter().next().expect("the table has one key");
                (named(name), Some(inside))
            }
            other => {
                let message = format!("{} stands where one form is wanted", describe(other));
                self.refuse(key, message, Some(one_of(names)), problems);
                return None;
            }
        };
        if !names.contains(&name.as_str()) {
            self.no_option(key, &name, names.to_vec(), problems);
            return None;
        }
        let path = format!("{key}.{}", name.value);
        match inside.map(|value| (value.get_ref(), Location::of(value.span()))) {
            None => Some((name.clone(), self.inside(&path, None, name.at))),
            Some((DeValue::Table(table), at)) => Some((name, self.inside(&path, Some(table), at))),
            Some((other, at)) => {
                let message =
                    format!("{}{path}: {} stands where a table is wanted", self.who(), describe(other));
                problems.error(at, message, Some(format!("write {{ {} = {{ … }} }}", name.value)));
                None
            }
        }
    }

    /// Ends the reading: every key that was not read is reported, with the nearest of `allowed`.
    pub fn finish(self, allowed: &[&str], problems: &mut Problems) {
        for key in self.keys().iter().filter(|key| !self.read.contains(&key.value)) {
            if allowed.contains(&key.as_str()) {
                problems.error(key.at, format!("{}{} has no effect here", self.who(), key.value), None);
                continue;
            }
            let valid = allowed.iter().copied().chain(self.header.iter().map(|key| key.name));
            let hint = match nearest(key, valid) {
                Some(name) => {
                    // A misspelt key is one fault: that the right one is missing is not a second.
                    let missing = self.missing_message(name);
                    problems.list.retain(|problem| problem.at != Some(self.at) || problem.message != missing);
                    format!("did you mean {name}?")
                }
                None => one_of(allowed),
            };
            problems.error(key.at, format!("{}unknown key {}", self.who(), quoted(key)), Some(hint));
        }
    }

    fn find(&self, key: &str) -> Option<&'a Spanned<DeValue<'static>>> {
        self.table?.get(key)
    }

    fn missing_message(&self, key: &str) -> String {
        format!("{}{key} is missing", self.who())
    }

    /// What begins every message of this table.
    fn who(&self) -> String {
        if self.what.is_empty() { String::new() } else { format!("{}: ", self.what) }
    }

    fn inside(&self, key: &str, table: Option<&'a DeTable<'static>>, at: Location) -> Body<'a> {
        Body { table, at, what: format!("{}{key}", self.who()), read: BTreeSet::new(), header: &[] }
    }

    fn text_of(
        &self,
        key: &str,
        value: &Spanned<DeValue<'static>>,
        problems: &mut Problems,
    ) -> Option<At<String>> {
        let at = Location::of(value.span());
        match value.get_ref() {
            DeValue::String(text) if !text.is_empty() => Some(At { value: text.to_string(), at }),
            DeValue::String(_) => self.report(key, vec![Wrong::new(at, "the text is empty", None)], problems),
            other => {
                let hint = Some(format!("write it in quotes: \"{other}\"", other = plainly(other)));
                let message = format!("{} stands where text is wanted", describe(other));
                self.report(key, vec![Wrong::new(at, message, hint.filter(|_| is_scalar(other)))], problems)
            }
        }
    }

    fn no_option(&self, key: &str, written: &At<String>, names: Vec<&str>, problems: &mut Problems) {
        let hint = match nearest(written, names.iter().copied()) {
            Some(name) => format!("{}; did you mean \"{name}\"?", one_of(&names)),
            None => one_of(&names),
        };
        let message = format!("{}{key} can't be {}", self.who(), quoted(written));
        problems.error(written.at, message, Some(hint));
    }

    /// Reports at the key's value; `false`, so that it can end a filter.
    fn refuse(&self, key: &str, message: String, hint: Option<String>, problems: &mut Problems) -> bool {
        self.error(key, &message, hint, problems);
        false
    }

    fn report<T>(&self, key: &str, wrong: Vec<Wrong>, problems: &mut Problems) -> Option<T> {
        for wrong in wrong {
            problems.error(wrong.at, format!("{}{key}: {}", self.who(), wrong.message), wrong.hint);
        }
        None
    }
}

fn named(key: &Spanned<toml::de::DeString<'static>>) -> At<String> {
    At { value: key.get_ref().to_string(), at: Location::of(key.span()) }
}

fn plain(value: &Spanned<DeValue<'static>>) -> Result<f64, Wrong> {
    value::plain_number(value.get_ref()).ok_or_else(|| {
        let message = format!("{} stands where a number is wanted", describe(value.get_ref()));
        Wrong::new(Location::of(value.span()), message, value::number_hint(value.get_ref()))
    })
}

fn is_scalar(value: &DeValue<'static>) -> bool {
    !matches!(value, DeValue::Array(_) | DeValue::Table(_))
}

fn plainly(value: &DeValue<'static>) -> String {
    match value {
        DeValue::Datetime(date) => date.to_string(),
        other => describe(other),
    }
}

/// `one of a, b, c`.
pub(super) fn one_of(names: &[&str]) -> String {
    format!("one of {}", names.join(", "))
}
