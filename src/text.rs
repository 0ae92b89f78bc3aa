//! Parsers and writers for YAML, HCL, shell words, templates, and texts inside texts.
//!
//! Nothing here knows etcd.

pub mod decoded;
pub(crate) mod hcl;
pub mod nul_list;
pub mod quoting;
pub mod template;
pub mod words;
pub mod yaml;
