//! Stub.

use super::Kind;

/// The kind.
pub const KIND: Kind = Kind { name: "allocation", summary: "", keys: &[], example: "", read: |_, _, _| todo!() };
