//! One TOML value: what it is in words, and as a number, a share, a law or a date.

use super::calendar::{Date, parse_date};
use super::document::composed;
use super::problem::Location;
use crate::random::Law;
use crate::random::laws::Fault;
use crate::random::laws::Parameter;
use serde_spanned::Spanned;
use toml::de::{DeTable, DeValue};

/// What is wrong with a value: where, what, and the way out.
#[derive(Debug)]
pub(super) struct Wrong {
    pub(super) at: Location,
    pub(super) message: String,
    pub(super) hint: Option<String>,
}

impl Wrong {
    pub(super) fn new(at: Location, message: impl Into<String>, hint: Option<String>) -> Wrong {
        Wrong { at, message: message.into(), hint }
    }
}

/// A value in words, as messages name it.
pub(super) fn describe(value: &DeValue<'static>) -> String {
    match value {
        DeValue::String(text) => format!("the text {}", quoted(text)),
        DeValue::Integer(number) => number.to_string(),
        DeValue::Float(number) => number.to_string(),
        DeValue::Boolean(flag) => flag.to_string(),
        DeValue::Datetime(date) => format!("the date {date}"),
        DeValue::Array(_) => "a list".into(),
        DeValue::Table(_) => "a table".into(),
    }
}

/// Text in double quotes, cut where it is long, without line breaks.
pub(super) fn quoted(text: &str) -> String {
    let shown: String = text.chars().take(60).flat_map(char::escape_debug).collect();
    if text.chars().count() > 60 { format!("\"{shown}…\"") } else { format!("\"{shown}\"") }
}

/// A value that the program made: `text` as TOML, or else as text. A number's digits are kept for good, as the table
/// borrows them: some bytes for each number drawn.
pub(super) fn generated(text: &str, span: std::ops::Range<usize>) -> Spanned<DeValue<'static>> {
    let value = match text.trim().parse::<f64>() {
        Ok(_) => DeValue::parse(Box::leak(text.trim().into())).map(Spanned::into_inner),
        Err(_) => DeValue::parse(text).map(|value| match value.into_inner() {
            DeValue::Boolean(flag) => DeValue::Boolean(flag),
            DeValue::Datetime(date) => DeValue::Datetime(date),
            DeValue::String(text) => DeValue::String(composed(&text)),
            _ => DeValue::String(composed(text)),
        }),
    };
    Spanned::new(span, value.unwrap_or_else(|_| DeValue::String(composed(text))))
}

/// The value as a finite number, if it is written as one. −0.0 is read as 0.
pub(super) fn plain_number(value: &DeValue<'static>) -> Option<f64> {
    let number = match value {
        DeValue::Integer(number) => i128::from_str_radix(number.as_str(), number.radix()).ok()? as f64,
        DeValue::Float(number) => number.as_str().parse().ok()?,
        _ => return None,
    };
    number.is_finite().then_some(number + 0.0)
}

/// A number as `"35 %"`, `"1e3"` or `"38,5"` would be meant; for hints, and for shares in per cent.
pub(super) fn percentage(text: &str) -> Option<f64> {
    let number: f64 = text.trim().strip_suffix('%')?.trim_end().parse().ok()?;
    // Dividing by 100 rounds once, as the reader of "35" would: 0.35.
    number.is_finite().then_some(number / 100.0)
}

/// What to do when text stands where a number is wanted.
pub(super) fn number_hint(value: &DeValue<'static>) -> Option<String> {
    let DeValue::String(text) = value else { return None };
    if text.parse::<f64>().is_ok() {
        return Some(format!("write it without quotes: {text}"));
    }
    let pointed = text.replace(',', ".");
    (pointed != text.as_ref() && pointed.parse::<f64>().is_ok())
        .then(|| format!("the decimal sign is a point: {pointed}"))
}

/// A number or a law; `Ok(Err(law))` is a law.
pub(super) fn number_or_law(value: &Spanned<DeValue<'static>>) -> Result<Result<f64, Law>, Vec<Wrong>> {
    let at = Location::of(value.span());
    if let Some(number) = plain_number(value.get_ref()) {
        return Ok(Ok(number));
    }
    match value.get_ref() {
        DeValue::Table(_) => law(value).map(Err),
        other => {
            let message = format!("{} stands where a number is wanted", describe(other));
            Err(vec![Wrong::new(at, message, number_hint(other))])
        }
    }
}

/// The only law without parameters; it may be written as text.
const PERMANENT: &str = "permanent";

/// A law: a number (always that), the name of a law without parameters, or `{ NAME = { … } }`.
pub(super) fn law(value: &Spanned<DeValue<'static>>) -> Result<Law, Vec<Wrong>> {
    let at = Location::of(value.span());
    if let Some(number) = plain_number(value.get_ref()) {
        return Ok(Law::fixed(number));
    }
    match value.get_ref() {
        DeValue::String(name) if name == PERMANENT => build(name, &[], None, at),
        DeValue::Table(table) if table.len() == 1 => {
            let (name, inside) = table.iter().next().expect("the table has one key");
            let parameters = parameters(inside)?;
            build(name.get_ref(), &parameters, inside.get_ref().as_table(), Location::of(name.span()))
        }
        other => {
            let message = format!("{} stands where a number or a law is wanted", describe(other));
            let hint = number_hint(other)
                .or_else(|| Some("a law is written as { lognormal = { mean = 9, sd = 6 } }".into()));
            Err(vec![Wrong::new(at, message, hint)])
        }
    }
}

/// The parameters inside `{ NAME = … }`: a table, or the only parameter (`value` of one number, `values` of numbers,
/// `parts` of laws).
fn parameters(inside: &Spanned<DeValue<'static>>) -> Result<Vec<(String, Parameter)>, Vec<Wrong>> {
    if let DeValue::Table(table) = inside.get_ref() {
        let mut read = Vec::new();
        let mut wrong = Vec::new();
        for (key, value) in table {
            match parameter(value) {
                Ok(parameter) => read.push((key.get_ref().to_string(), parameter)),
                Err(faults) => wrong.extend(faults),
            }
        }
        return if wrong.is_empty() { Ok(read) } else { Err(wrong) };
    }
    let only = parameter(inside)?;
    let key = match only {
        Parameter::Number(_) => "value",
        Parameter::List(_) => "values",
        Parameter::Laws(_) => "parts",
    };
    Ok(vec![(key.to_string(), only)])
}

fn parameter(value: &Spanned<DeValue<'static>>) -> Result<Parameter, Vec<Wrong>> {
    if let DeValue::Array(items) = value.get_ref() {
        let numbers: Option<Vec<f64>> = items.iter().map(|item| plain_number(item.get_ref())).collect();
        if let Some(numbers) = numbers {
            return Ok(Parameter::List(numbers));
        }
        return items.iter().map(law).collect::<Result<Vec<Law>, _>>().map(Parameter::Laws);
    }
    if value.get_ref().is_table() {
        return law(value).map(|law| Parameter::Laws(vec![law]));
    }
    match plain_number(value.get_ref()) {
        Some(number) => Ok(Parameter::Number(number)),
        None => {
            let message = format!("{} stands where a number is wanted", describe(value.get_ref()));
            Err(vec![Wrong::new(Location::of(value.span()), message, number_hint(value.get_ref()))])
        }
    }
}

/// Builds the law; a fault of a parameter is shown at that parameter.
fn build(
    name: &str,
    parameters: &[(String, Parameter)],
    table: Option<&DeTable<'static>>,
    at: Location,
) -> Result<Law, Vec<Wrong>> {
    Law::build(name, parameters).map_err(|faults| {
        let place = |fault: &Fault| {
            let key = fault.key.as_deref()?;
            table?.iter().find(|(written, _)| written.get_ref() == key)
        };
        let located = |fault: &Fault| place(fault).map_or(at, |(key, _)| Location::of(key.span()));
        faults.into_iter().map(|fault| Wrong::new(located(&fault), fault.message, fault.hint)).collect()
    })
}

/// A date: a TOML date, or text with a date or a month.
pub(super) fn date(value: &Spanned<DeValue<'static>>) -> Result<Date, Wrong> {
    let at = Location::of(value.span());
    let wrong = |message: String| Wrong::new(at, message, None);
    match value.get_ref() {
        DeValue::String(text) => parse_date(text).map_err(wrong),
        DeValue::Datetime(written) => parse_date(&written.to_string()).map_err(wrong),
        other @ DeValue::Integer(number) => {
            Err(wrong(parse_date(number.as_str()).err().unwrap_or_else(|| describe(other))))
        }
        other => {
            Err(wrong(format!("{} stands where a date such as \"2027-01-01\" is wanted", describe(other))))
        }
    }
}
