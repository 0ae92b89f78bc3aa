//! How texts are written: YAML, HCL, words of shells, templates, and texts inside texts.
//!
//! Nothing of etcd is in here.

pub mod decoded;
pub(crate) mod hcl;
pub mod quoting;
pub mod template;
pub mod words;
pub mod yaml;
