//! Problems as a person reads them, and as a program does.

use super::limits::MOST_SHOWN;
use super::problem::{Location, Problem, Problems, Severity};
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use serde_json::json;
use std::fmt::Write;

/// Characters of a source line that are shown: enough to see the fault, and no table of a thousand columns.
const LONGEST_LINE: usize = 160;

impl Problems {
    /// What was found, as a person reads it: file:line:column, the source line, what is allowed; of hundreds of faults the
    /// first, and the number of the others.
    pub fn render(&self, colour: bool) -> String {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        let mut text = String::new();
        let ordered = self.in_order();
        for problem in ordered.iter().take(MOST_SHOWN) {
            let space = if text.is_empty() { "" } else { "\n" };
            writeln!(text, "{space}{}", self.render_one(problem, &renderer))
                .expect("writing to text can't fail");
        }
        if ordered.len() > MOST_SHOWN {
            writeln!(text, "\nand {} more", ordered.len() - MOST_SHOWN).expect("writing to text can't fail");
        }
        text
    }

    /// What was found, as far as it is shown to people, for editors and CI: a list of objects with severity, file, line, column, end_line, end_column,
    /// message and hint.
    pub fn to_json(&self) -> serde_json::Value {
        let object = |problem: &Problem| {
            let severity = match problem.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            };
            let mut object =
                json!({ "severity": severity, "message": problem.message, "hint": problem.hint });
            if let Some((at, source)) = self.source_of(problem) {
                let (line, column) = position(&source.text, at.start);
                let (end_line, end_column) = position(&source.text, at.end);
                object["file"] = json!(source.path.display().to_string());
                object["line"] = json!(line);
                object["column"] = json!(column);
                object["end_line"] = json!(end_line);
                object["end_column"] = json!(end_column);
            }
            object
        };
        self.in_order().into_iter().take(MOST_SHOWN).map(object).collect()
    }

    /// Line and column, from 1, as an editor counts them: in characters, after a byte order mark.
    pub fn position(&self, at: Location) -> Option<(usize, usize)> {
        let source = self.sources.get(at.source.0 as usize)?;
        Some(position(&source.text, at.start))
    }

    fn source_of(&self, problem: &Problem) -> Option<(Location, &super::Source)> {
        let at = problem.at?;
        Some((at, self.sources.get(at.source.0 as usize)?))
    }

    fn render_one(&self, problem: &Problem, renderer: &Renderer) -> String {
        let level = match problem.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let hint = problem.hint.as_deref().map(|hint| Level::HELP.message(hint));
        let Some((at, source)) = self.source_of(problem) else {
            let group = level.primary_title(problem.message.as_str()).elements(hint);
            return renderer.render(&[group]);
        };
        let (line, column) = position(&source.text, at.start);
        let path = source.path.display();
        let title = match source.is_file() {
            true => format!("{path}:{line}:{column}: {}", problem.message),
            false => format!("{path}: {}", problem.message),
        };
        let (shown, span) = source_line(&source.text, at);
        let snippet = Snippet::source(shown).line_start(line).annotation(AnnotationKind::Primary.span(span));
        renderer.render(&[level.primary_title(title).element(snippet).elements(hint)])
    }
}

/// Line and column of a byte, both from 1.
fn position(text: &str, byte: usize) -> (usize, usize) {
    let before = text.get(..byte).unwrap_or(text);
    let line = 1 + before.matches('\n').count();
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    (line, 1 + before[start..].chars().count())
}

/// The line that `at` begins on, cut where it is long, and the bytes of it that are meant.
fn source_line(text: &str, at: Location) -> (String, std::ops::Range<usize>) {
    let before = text.get(..at.start).unwrap_or(text);
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let end = text[start..].find('\n').map_or(text.len(), |length| start + length);
    let line = text[start..end].trim_end_matches('\r');
    // The cut begins before the fault, so that the fault is always shown.
    let fault = before.len() - start;
    let first =
        line[..fault.min(line.len())].char_indices().rev().nth(LONGEST_LINE / 2).map_or(0, |(byte, _)| byte);
    let last = line[first..].char_indices().nth(LONGEST_LINE).map_or(line.len(), |(byte, _)| first + byte);
    let from = fault.clamp(first, last) - first;
    let to = at.end.saturating_sub(start).clamp(from + first, last) - first;
    (line[first..last].to_string(), from..to)
}
