//! Stub.

/// Stub.
#[derive(Debug)]
pub struct Writer {}
/// Failure to write: the file and the reason.
#[derive(Debug)]
pub struct WriteError {}

impl std::fmt::Display for WriteError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("failure to write")
    }
}
