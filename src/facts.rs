//! What is known of etcd's releases: options, their types and defaults, the releases themselves, and how to move
//! between them.
//!
//! The data is in `rules/options.toml`, `rules/behaviours.toml` and `rules/hops.toml`. No advice is here.

pub mod behaviours;
pub mod catalogue;
pub mod go_url;
pub mod go_value;
pub mod hops;
pub mod periods;
pub mod urls_map;
pub mod version;
