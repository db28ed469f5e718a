//! Stub.

use super::Kind;

/// The kind.
pub const KIND: Kind = Kind {
    name: "demand_surge",
    summary: "",
    severity: "",
    keys: &[],
    example: "",
    read: |_, _, _| todo!(),
};
