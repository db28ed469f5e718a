//! Order of materials: inputs before outputs.
