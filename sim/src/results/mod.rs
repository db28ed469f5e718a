//! What runs write: Parquet tables, manifest, datapackage. The only module that names parquet and arrow.

mod bins;
mod chunk;
mod columns;
mod document;
mod draft;
mod folder;
mod hold;
mod keep;
mod manifest;
mod mirror;
mod names;
mod objects;
mod parquet;
mod part;
mod receipt;
mod shard;
mod subject;
mod sums;
mod tables;
mod tails;
mod writer;

pub use chunk::{Chunk, EncodedSegment, Encoder, Piece};
pub use document::{datapackage, reference};
pub use draft::{Done, Draft, Plan, Status};
pub use folder::Found;
pub use hold::{Busy, Held, enter, tidy};
pub use keep::Keep;
pub use manifest::{Digest, Manifest, TableFile};
pub use mirror::{begin, begun, gather, kept, look, resume, status};
pub use objects::{Home, Objects, Take};
pub use receipt::Receipt;
pub use shard::Shard;
pub use subject::Subject;
pub use tables::{Column, TABLES, Table, Type};
pub use tails::{Tail, tails};
pub use writer::{finish, fixed};
