//! Stub.

/// Stub.
#[derive(Debug)]
pub struct Manifest {}
