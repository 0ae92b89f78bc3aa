//! The handles that a command reads and writes.

use std::io::{Read, Write};

/// The handles that a command reads and writes.
pub(super) struct Terminal<'t> {
    pub(super) input: &'t mut (dyn Read + Send),
    pub(super) out: &'t mut (dyn Write + Send),
    pub(super) err: &'t mut dyn Write,
}
