//! Patterns over names: a name, a bloc, or a glob with `*` and `?`.

use super::problem::At;

/// One written pattern.
#[derive(Clone, Debug)]
pub struct Selector {
    /// As written.
    pub pattern: At<String>,
}

impl Selector {
    /// True if `name` fits the pattern; case counts.
    pub fn matches(&self, name: &str) -> bool {
        let _ = name;
        todo!()
    }
}
