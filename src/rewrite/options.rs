//! What a rewrite is given, and what comes of it.

use super::verify::VerifyError;
use super::withhold::Withheld;
use crate::diagnostic::Diagnostic;
use crate::edit::Applicability;
use crate::limits::REWRITE_PASSES;
use crate::lint::LintOptions;
use crate::suppression::Suppressed;

/// A rewritten text.
#[derive(Clone, Debug)]
pub struct Rewrite {
    /// The new text; equal to the old one when nothing was to be done.
    pub text: String,
    /// How many fixes were made.
    pub fixes: usize,
    /// What is left to be said about the new text.
    pub remaining: Vec<Diagnostic>,
    /// What is silenced in the new text.
    pub suppressed: Vec<Suppressed>,
    /// Fixes that could be made and were not, in order of place.
    pub withheld: Vec<Withheld>,
}

/// Why a text is not rewritten.
#[derive(Debug, thiserror::Error)]
pub enum RewriteError {
    /// The result cannot be read any more.
    #[error("the rewritten text cannot be read ({0})")]
    Unreadable(String),
    /// The passes did not end.
    #[error("fixes still change the text after {REWRITE_PASSES} passes")]
    DidNotConverge,
    /// The result is not what was meant.
    #[error("{0}")]
    Verify(VerifyError),
    /// The new release would do something with the result that it did not do with the text as it was.
    #[error("the rewritten text would have a finding that the text does not have: {0}")]
    NewFinding(String),
    /// A comment cannot stand where it would have to.
    #[error(
        "comments above the lines of the findings would not suppress them, or would change what the text means: see \
         `ignore` and `per-file` of etcd-uplift.toml"
    )]
    NoPlaceForComment,
    /// Some readers take a carriage return alone for the end of a line, others do not.
    #[error("the text has lines that end with a carriage return alone: convert it first")]
    CarriageReturn,
    /// There is too much to show what the result is.
    #[error("{0}")]
    TooLarge(VerifyError),
}

impl From<VerifyError> for RewriteError {
    fn from(error: VerifyError) -> Self {
        match error {
            VerifyError::TooLarge => Self::TooLarge(error),
            _ => Self::Verify(error),
        }
    }
}

/// How a text is rewritten.
#[derive(Clone, Copy)]
pub struct RewriteOptions<'a> {
    /// How it is read and judged; what is suppressed is not rewritten either.
    pub lint: LintOptions<'a>,
    /// The least applicability of the fixes to be made.
    pub least: Applicability,
}
