//! What etcd's releases know: options, their types and defaults, the releases themselves, and how to move between them.
//!
//! The data is `rules/options.toml` and `rules/hops.toml`; no advice is in here.

pub mod behaviours;
pub mod catalogue;
pub mod go_url;
pub mod go_value;
pub mod hops;
pub mod periods;
pub mod version;
