//! The exit statuses of every command.

/// Nothing at or above the threshold.
pub const CLEAN: u8 = 0;

/// Something was found.
pub const FOUND: u8 = 1;

/// The tool could not do its work.
pub const FAILED: u8 = 2;
