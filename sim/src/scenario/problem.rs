//! What is wrong with a scenario, where, what is allowed, and the nearest valid name.

use super::source::{Source, SourceId};

/// A place in a file: bytes `start..end` of a source's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// Which file.
    pub source: SourceId,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// A value with the place where it was written.
#[derive(Clone, Debug)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub at: Location,
}

impl<T> std::ops::Deref for At<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

/// Whether a problem refuses the scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The scenario is refused.
    Error,
    /// It runs, and the report says so.
    Warning,
}

/// One fault of a scenario.
#[derive(Clone, Debug)]
pub struct Problem {
    /// Error or warning.
    pub severity: Severity,
    /// Where; `None` only if the file itself could not be opened.
    pub at: Option<Location>,
    /// What stands there and what is wrong with it, in one line.
    pub message: String,
    /// What is allowed, and the nearest valid name.
    pub hint: Option<String>,
}

/// All faults found so far. Every stage adds to it and goes on as far as it can.
#[derive(Debug, Default)]
pub struct Problems {
    /// Files read, for the messages' source lines.
    pub sources: Vec<Source>,
    /// In the order found.
    pub list: Vec<Problem>,
}

impl Problems {
    /// Everything found, as a person reads it: file:line:column, the source line, what is allowed.
    pub fn render(&self, colour: bool) -> String {
        let _ = colour;
        todo!()
    }

    /// Adds an error.
    pub fn error(&mut self, at: Location, message: impl Into<String>, hint: Option<String>) {
        self.list.push(Problem { severity: Severity::Error, at: Some(at), message: message.into(), hint });
    }

    /// Adds a warning.
    pub fn warning(&mut self, at: Location, message: impl Into<String>, hint: Option<String>) {
        self.list.push(Problem { severity: Severity::Warning, at: Some(at), message: message.into(), hint });
    }

    /// True if any problem refuses the scenario.
    pub fn refused(&self) -> bool {
        self.list.iter().any(|problem| problem.severity == Severity::Error)
    }
}

/// The valid name nearest to `written`, if one is near enough to have been meant.
pub fn nearest<'a>(written: &str, valid: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = written.to_lowercase();
    valid
        .into_iter()
        .map(|name| (strsim::jaro_winkler(&folded, &name.to_lowercase()), name))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)))
        .map(|(_, name)| name)
}
