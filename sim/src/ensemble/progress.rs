//! How far a run is, for people: a bar in a terminal, else a plain line now and then.

/// How progress is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// A bar in a terminal, lines elsewhere.
    Auto,
    /// A bar.
    Bar,
    /// Plain lines.
    Lines,
    /// Nothing.
    None,
}
