//! The options and the result of a rewrite.

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
    /// The new text; equal to the old one if nothing was changed.
    pub text: String,
    /// How many fixes were applied.
    pub fixes: usize,
    /// How many tags of images were set, which are among the fixes.
    pub tags: usize,
    /// The findings that remain in the new text.
    pub remaining: Vec<Diagnostic>,
    /// The suppressed findings in the new text.
    pub suppressed: Vec<Suppressed>,
    /// Fixes that could be applied and were withheld, in order of place.
    pub withheld: Vec<Withheld>,
}

/// Why a text is not rewritten.
#[derive(Debug, thiserror::Error)]
pub enum RewriteError {
    /// The result cannot be read.
    #[error("the rewritten text cannot be read ({0})")]
    Unreadable(String),
    /// The passes did not converge.
    #[error("fixes still change the text after {REWRITE_PASSES} passes")]
    DidNotConverge,
    /// The result is not what was intended.
    #[error("{0}")]
    Verify(VerifyError),
    /// The new release would refuse, ignore or change something in the result that it did not in the old text.
    #[error("the rewritten text would have a new finding: {0}")]
    NewFinding(String),
    /// A comment cannot be added where it would have to be.
    #[error(
        "comments above the lines of the findings would not suppress them, or would change what the text means: see \
         `ignore` and `per-file` of etcd-uplift.toml"
    )]
    NoPlaceForComment,
    /// Some readers treat a carriage return alone as the end of a line, others do not.
    #[error("the text has lines that end with a carriage return alone: convert it first")]
    CarriageReturn,
    /// There is too much to verify.
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
    /// How it is read and checked; the fixes of suppressed findings are not applied.
    pub lint: LintOptions<'a>,
    /// The lowest applicability of the fixes to apply.
    pub least: Applicability,
}
