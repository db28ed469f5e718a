//! Stub.

use super::Kind;

/// The kind.
pub const KIND: Kind = Kind { name: "stockpile", summary: "", keys: &[], example: "", read: |_, _, _| todo!() };
