//! Stub.

use super::Kind;

/// The kind.
pub const KIND: Kind = Kind {
    name: "outage",
    summary: "",
    severity: "",
    keys: &[],
    example: "",
    read: |_, _, _| todo!(),
};
