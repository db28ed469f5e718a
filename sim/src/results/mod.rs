//! What runs write: Parquet tables, manifest, datapackage. The only module that names parquet and arrow.

mod document;
mod files;
mod folder;
mod manifest;
mod names;
mod parquet;
mod part;
mod subject;
mod tables;
mod writer;

pub use document::{datapackage, reference};
pub use files::WriteError;
pub use folder::{Found, look};
pub use manifest::{Digest, Manifest, TableFile};
pub use part::Part;
pub use subject::Subject;
pub use tables::{Column, TABLES, Table, Type};
pub use writer::Writer;
