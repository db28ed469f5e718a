//! The reference in Markdown, for docs/scenario-format.md.

use super::{PROVENANCE, REQUIRED, reference};
use std::fmt::Write;

/// What holds for all tables, before their keys.
const INTRODUCTION: &str = "\
# Scenario format

Written by the program from the tables its reader uses: `UPDATE_DOCS=1 cargo test --test format`.

A scenario is a folder with one `scenario.toml` and CSV tables beside it. Units stand in the names of keys and columns.
Unknown keys and columns are refused, and all faults are reported in one go.

- **Numbers.** A key that takes a number also takes a law, `{ triangular = { min = 1, mode = 2, max = 4 } }`. With
  `[run] draws = D` it is drawn once for each of D draws, each with its own runs (a Latin hypercube over all such numbers); without,
  its central value is used and listed among the assumptions. A parameter of a law may be a law in turn:
  `duration_months = { lognormal = { mean = { uniform = { low = 6, high = 12 } }, sd = 6 } }` is not sure of its mean. A share
  is a number from 0 to 1; the text `\"35 %\"` is 0.35.
- **Sweeps.** Any value may be `{ sweep = [0, 30, 90] }`. Sweeps make a grid: every combination is a point, the last sweep in the
  file moves first. Runs of equal draw and number have the same events at every point, as far as the hazards are the same.
- **Dates.** `\"2027-03-01\"`, or `\"2027-03\"` for the first of the month.
- **Names.** Text of at most 120 bytes without line breaks or other control characters, and without blanks at either end.
  Case counts. No file is called after a name, so slashes, `..` and `CON` are fine, and `Gallium` and `gallium` are two.
  Composed and decomposed letters (NFC, NFD) are the same; names are kept in composed form.
- **Places.** Where a table wants a place, its code or its name from places.csv will do.
- **CSV.** UTF-8, commas between cells, a decimal point, no sign between thousands. A byte order mark and CRLF are
  accepted; semicolons, decimal commas, UTF-16 and Latin-1 are refused with the way out. Only the empty cell is missing:
  `NA` is a name. Codes stay text: `0260` and `260` are two. A row whose cells are all empty is skipped. Two rows with the
  same key are refused.
- **Command line.** `--set hazard.cod_quota.sample=2` replaces or adds a key; the value is TOML, or else text.

";

/// Everything of [`reference()`], in Markdown.
pub fn markdown() -> String {
    let mut text = INTRODUCTION.to_string();
    for table in reference() {
        let rows = table.keys.iter().map(|key| [key.name, key.unit, key.default, key.meaning]);
        text += &section(2, table.title, table.summary, rows);
    }
    let rows = PROVENANCE.iter().map(|key| [key.name, key.unit, key.default, key.meaning]);
    text + &section(2, "Columns of every CSV table", "They are free, and none is needed.", rows)
}

/// A heading, a sentence, and a table of keys: name, unit, default, meaning.
pub fn section<'a>(
    level: usize,
    title: &str,
    summary: &str,
    keys: impl Iterator<Item = [&'a str; 4]>,
) -> String {
    let mut text = format!("{} {title}\n\n{summary}\n\n", "#".repeat(level));
    let mut keys = keys.peekable();
    if keys.peek().is_some() {
        text += "| key | unit | default | meaning |\n|---|---|---|---|\n";
        for [name, unit, default, meaning] in keys {
            let default = if default == REQUIRED { "**required**" } else { default };
            writeln!(text, "| `{name}` | {} | {} | {} |", cell(unit), cell(default), cell(meaning))
                .expect("writing to text can't fail");
        }
        text.push('\n');
    }
    text
}

/// Text that does not end its cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
