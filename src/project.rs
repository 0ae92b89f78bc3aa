//! The user's files: `etcd-uplift.toml`, files of rules, the walk through a tree, other files beside a file, the root of a host, writing.

pub mod configuration;
pub mod host_root;
pub mod neighbours;
pub mod own_rules;
pub mod walk;
pub mod write;
