//! How a process is started: the program of a command, container engines, names of images.

pub(super) mod engine;
pub(super) mod image;
pub(super) mod program;
pub(super) mod variable_word;
