//! The error for a text that is not read.

/// Why a file that looks like etcd configuration was not read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ReadError {
    /// What is wrong, for the user who fixes it.
    pub message: String,
    /// Where, in bytes of the file.
    pub offset: usize,
}
