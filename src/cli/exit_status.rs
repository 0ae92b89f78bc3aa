//! The exit statuses of every command.

/// No finding is at or above the threshold.
pub const CLEAN: u8 = 0;

/// A finding is at or above the threshold.
pub const FOUND: u8 = 1;

/// The command failed.
pub const FAILED: u8 = 2;
