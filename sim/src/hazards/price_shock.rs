//! Stub.

use super::Kind;

/// The kind.
pub const KIND: Kind = Kind {
    name: "price_shock",
    summary: "",
    severity: "",
    keys: &[],
    example: "",
    read: |_, _, _| todo!(),
};
