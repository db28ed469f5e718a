//! What is wrong with a scenario, where, what is allowed, and the nearest valid name.

use super::Assumption;
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

/// Bits of a span that hold the byte; the source's number stands above them.
const BYTE_BITS: u32 = 40;
const _: () = assert!(usize::BITS == 64, "spans carry their source's number in their upper bits");

impl Location {
    /// The place of a span of a parsed document. The tables of one document may come from several sources (`--set`), so
    /// spans carry their source's number: 0, the `scenario.toml`, unless `Location::span_from` set another.
    pub fn of(span: std::ops::Range<usize>) -> Location {
        let mask = (1 << BYTE_BITS) - 1;
        Location {
            source: SourceId((span.start >> BYTE_BITS) as u32),
            start: span.start & mask,
            end: span.end & mask,
        }
    }

    /// `span`, marked as one of `source`.
    pub(super) fn span_from(source: SourceId, span: std::ops::Range<usize>) -> std::ops::Range<usize> {
        let base = (source.0 as usize) << BYTE_BITS;
        base + span.start..base + span.end
    }
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
    /// What was taken without the scenario saying so. [`super::load`] moves what it finds to the scenario; later stages
    /// leave theirs here.
    pub assumptions: Vec<Assumption>,
    /// Where a law stood for a number whose central value was taken.
    pub(super) uncertain: Vec<Location>,
}

impl Problems {
    /// Adds an error.
    pub fn error(&mut self, at: Location, message: impl Into<String>, hint: Option<String>) {
        self.list.push(Problem { severity: Severity::Error, at: Some(at), message: message.into(), hint });
    }

    /// Adds an error that may have no place: a file that can't be opened and that no other names.
    pub(super) fn push_error(&mut self, at: Option<Location>, message: String, hint: Option<String>) {
        self.list.push(Problem { severity: Severity::Error, at, message, hint });
    }

    /// Adds a warning.
    pub fn warning(&mut self, at: Location, message: impl Into<String>, hint: Option<String>) {
        self.list.push(Problem { severity: Severity::Warning, at: Some(at), message: message.into(), hint });
    }

    /// Notes a value that the scenario left open.
    pub fn assume(&mut self, about: impl Into<String>, value: impl Into<String>, why: &str) {
        self.assumptions.push(Assumption { about: about.into(), value: value.into(), why: why.into() });
    }

    /// All faults by their place in the files, whatever stage found them.
    pub fn in_order(&self) -> Vec<&Problem> {
        let mut ordered: Vec<&Problem> = self.list.iter().collect();
        ordered.sort_by_key(|problem| problem.at);
        ordered
    }

    /// Forgets what refuses nothing.
    pub fn drop_warnings(&mut self) {
        self.list.retain(|problem| problem.severity == Severity::Error);
    }

    /// True if any problem refuses the scenario.
    pub fn refused(&self) -> bool {
        self.list.iter().any(|problem| problem.severity == Severity::Error)
    }
}

/// The valid name nearest to `written`, if one is near enough to have been meant.
pub fn nearest<'a>(written: &str, valid: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = written.to_lowercase();
    let likeness = |name: &str| {
        let name = name.to_lowercase();
        // `rngseed` is nearer to `seed` than to any word with the same first letter.
        let inside = name.len() >= 4 && folded.contains(&name);
        // Codes are short: `CDO` is one slip of the finger from `COD`, and unlike it by any share of letters.
        let one_slip = name.len() >= 3 && strsim::damerau_levenshtein(&folded, &name) == 1;
        let likeness = strsim::jaro_winkler(&folded, &name);
        if inside {
            0.95
        } else if one_slip {
            likeness.max(0.9)
        } else {
            likeness
        }
    };
    valid
        .into_iter()
        .map(|name| (likeness(name), name))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)))
        .map(|(_, name)| name)
}

/// True if a name is one of those valid but for a slip: at most two letters wrong, missing, too many or swapped.
pub(super) fn is_slip<'a>(written: &str, valid: impl IntoIterator<Item = &'a str>) -> bool {
    let folded = written.to_lowercase();
    valid.into_iter().any(|name| strsim::damerau_levenshtein(&folded, &name.to_lowercase()) <= 2)
}
