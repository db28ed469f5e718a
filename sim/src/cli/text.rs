//! Plain text for people: aligned columns and readable numbers.

use std::io::{Result, Write};

/// Writes rows in columns, two blanks apart; columns named in `right` are aligned right. The last column is not padded.
pub(super) fn columns(
    out: &mut impl Write,
    indent: &str,
    right: &[usize],
    rows: &[Vec<String>],
) -> Result<()> {
    let n_columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| length(cell)).max();
    let widths: Vec<usize> = (0..n_columns).map(|column| width(column).unwrap_or(0)).collect();
    for row in rows {
        let mut line = indent.to_owned();
        for (column, cell) in row.iter().enumerate() {
            let padding = " ".repeat(widths[column] - length(cell));
            let (before, after) =
                if right.contains(&column) { (padding.as_str(), "") } else { ("", padding.as_str()) };
            line.extend([before, cell, after, "  "]);
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

/// Characters in a line where nobody says how wide the terminal is.
const WIDTH: usize = 100;
/// Narrower than this, lines are not broken further: words would stand alone.
const NARROWEST: usize = 40;

/// Characters in a line: `COLUMNS`, as shells set it, else 100.
fn width() -> usize {
    let columns = std::env::var("COLUMNS").ok().and_then(|text| text.trim().parse().ok());
    columns.unwrap_or(WIDTH).max(NARROWEST)
}

/// Writes a text in lines as wide as the terminal, each after the first indented by four more blanks.
pub(super) fn paragraph(out: &mut impl Write, indent: usize, text: &str) -> Result<()> {
    let mut line = " ".repeat(indent);
    let mut fresh = true;
    for word in text.split_whitespace() {
        if !fresh && length(&line) + 1 + length(word) > width() {
            writeln!(out, "{line}")?;
            line = " ".repeat(indent + 4);
            fresh = true;
        }
        if !fresh {
            line.push(' ');
        }
        line.push_str(word);
        fresh = false;
    }
    writeln!(out, "{}", line.trim_end())
}

/// Characters, which is what terminals align by for all but East Asian names.
fn length(cell: &str) -> usize {
    cell.chars().count()
}

/// A number to four significant digits, thousands apart: `1,234,568`, `12.35`, `0.001235`.
pub(super) fn amount(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    if !(value.abs() < 1e15) {
        return format!("{value:e}");
    }
    if value.abs() >= 999.5 {
        return grouped(&format!("{value:.0}"));
    }
    let magnitude = format!("{:e}", value.abs());
    let exponent: i32 = magnitude.split_once('e').and_then(|(_, digits)| digits.parse().ok()).unwrap_or(0);
    if exponent < -6 {
        return format!("{value:.3e}");
    }
    let decimals = usize::try_from(3 - exponent).unwrap_or(0);
    let text = format!("{value:.decimals$}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A share as a percentage with one decimal.
pub(super) fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

/// `1234567` as `1,234,567`.
fn grouped(digits: &str) -> String {
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |rest| ("-", rest));
    let mut text = sign.to_owned();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// An amount of memory or disk.
pub(super) fn bytes(bytes: f64) -> String {
    let units = [(1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB")];
    match units.into_iter().find(|(unit, _)| bytes >= *unit) {
        Some((unit, name)) => format!("{:.1} {name}", bytes / unit),
        None => format!("{bytes:.0} B"),
    }
}

/// A time on the clock.
pub(super) fn time(seconds: f64) -> String {
    match seconds {
        _ if seconds >= 7200.0 => format!("{:.1} h", seconds / 3600.0),
        _ if seconds >= 120.0 => format!("{:.1} min", seconds / 60.0),
        _ => format!("{seconds:.1} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_keep_four_digits_and_group_thousands() {
        let written = [0.0, 1_234_567.8, -1234.4, 12.3456, 0.001_234_56, 999.7, 100.0, 1e-9, f64::INFINITY];
        let read = ["0", "1,234,568", "-1,234", "12.35", "0.001235", "1,000", "100", "1.000e-9", "inf"];
        assert_eq!(written.map(amount), read);
    }

    #[test]
    fn long_texts_are_broken_between_words_and_indented() {
        let mut out = Vec::new();
        paragraph(&mut out, 2, &"word ".repeat(200)).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.lines().all(|line| length(line) <= width() && !line.ends_with(' ')));
        assert!(text.lines().skip(1).all(|line| line.starts_with("      word")));
        assert_eq!(text.matches("word").count(), 200);
    }

    #[test]
    fn columns_line_up_and_no_line_ends_in_blanks() {
        let rows =
            [vec!["a".to_owned(), "1".to_owned(), String::new()], vec!["ab".to_owned(), "10".to_owned()]];
        let mut out = Vec::new();
        columns(&mut out, " ", &[1], &rows).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), " a    1\n ab  10\n");
    }

    #[test]
    fn sizes_and_times_have_units_that_fit() {
        assert_eq!([12.0, 1.5e3, 2.34e6, 1e12].map(bytes), ["12 B", "1.5 kB", "2.3 MB", "1.0 TB"]);
        assert_eq!([0.25, 119.0, 180.0, 9000.0].map(time), ["0.2 s", "119.0 s", "3.0 min", "2.5 h"]);
    }
}
