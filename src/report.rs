//! The report of a run, and its formats. Each format owns its file and its wire types.

pub mod baseline;
pub mod clusters;
pub mod command;
pub mod concise;
pub mod documentation;
mod escape;
pub mod github;
pub mod gitlab;
pub mod identity;
pub mod json;
pub mod junit;
mod location;
pub(crate) mod markdown;
pub mod readiness;
mod run;
pub mod sarif;
pub mod style;
#[cfg(feature = "cli")]
pub mod text;
pub mod upgrade;

pub(crate) use escape::quiet_json;
pub use escape::{visible, visible_path};
pub use location::{Location, Root};
pub use run::{FileError, FileReport, ForClusters, LintedFile, Outcome, Report, Summary};

/// The name of standard input if it was given none.
pub const STANDARD_INPUT: &str = "<stdin>";
