//! The files of a person: `etcd-uplift.toml`, files of rules, the walk through a tree, what stands beside a file, writing.

pub mod configuration;
pub mod neighbours;
pub mod own_rules;
pub mod walk;
pub mod write;
