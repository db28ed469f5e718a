//! What runs write: Parquet tables, manifest, datapackage. The only module that names parquet and arrow.

mod manifest;
mod parquet;
mod tables;
mod writer;

pub use manifest::Manifest;
pub use writer::{WriteError, Writer};
