//! The clusters of a run.

use std::path::PathBuf;

use crate::cluster::{Key, TextOf};
use crate::facts::version::Release;

/// A cluster of which there are two or more members.
#[derive(Clone, Debug)]
pub struct ReportedCluster {
    /// Its token, if it is known.
    pub token: Option<String>,
    /// Its members, in order of place.
    pub members: Vec<ReportedMember>,
    /// The members that an initial cluster names and that were not found, or not whole.
    pub not_found: Vec<String>,
    /// The release that it is upgraded to.
    pub to: Release,
}

/// A member of a cluster.
#[derive(Clone, Debug)]
pub struct ReportedMember {
    /// Its name.
    pub name: String,
    /// The file that starts it.
    pub path: PathBuf,
    /// The line there, 1-based.
    pub line: usize,
    /// What distinguishes it from other members.
    pub key: Key,
    /// The texts that configure it.
    pub texts: Vec<TextOf>,
}
