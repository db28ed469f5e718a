//! Stub.

/// Stub.
#[derive(Debug)]
pub struct Writer {}
/// Failure to write: the file and the reason.
#[derive(Debug)]
pub struct WriteError {}
