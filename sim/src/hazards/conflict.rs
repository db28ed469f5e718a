//! Stub.

use super::Kind;

/// The kind.
pub const KIND: Kind = Kind {
    name: "conflict",
    summary: "",
    severity: "",
    keys: &[],
    example: "",
    read: |_, _, _| todo!(),
};
