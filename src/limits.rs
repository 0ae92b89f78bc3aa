//! Every limit on what is read and written, in one place.
//!
//! Where one is hit in a text that concerns etcd, the report has an error row with the place, and the exit status is 2;
//! what the other parts of the file say is still reported. No limit is hit in silence: `tests/limits.rs` has a case for
//! each, and compares this file with the table in `docs/reliability.md`.

use std::time::Duration;

/// Bytes of a file, or of standard input. A larger one is not read.
pub const FILE_SIZE: u64 = 64 * 1024 * 1024;

/// Settings and mentions of etcd in one file, texts in it included. A file with more is not judged.
pub const SETTINGS: usize = 10_000;

/// Texts that lie in one another, such as a unit in a script in a manifest. What lies deeper is not read.
pub const TEXTS_IN_TEXTS: usize = 4;

/// Shells that run in one another: `sh -c`, `$(…)`, here-documents. What runs deeper is not read.
pub const SHELLS_IN_SHELLS: usize = 4;

/// Words of one command, of one array, or of one line of variables. A longer one is not read.
pub const COMMAND_WORDS: usize = 100_000;

/// Bytes of `${…}` or `$(…)` of a shell. A command of etcd's with a longer one is not read.
pub const EXPANSION_LENGTH: usize = 2048;

/// Collections of YAML or JSON that lie in one another. A text with more is not read.
pub const YAML_NESTING: usize = 200;

/// Values that aliases and merge keys make of one document of YAML. A text with more is not read.
pub const YAML_EXPANSIONS: usize = 10_000;

/// Bytes of etcd's file that libyaml is asked about, as etcd's reader is a port of it. Of a larger file it is not known
/// whether etcd reads it, and an error says so.
pub const LIBYAML_SIZE: usize = 1024 * 1024;

/// Bytes of etcd's file that are mended where only YAML 1.2 refuses them. A larger file is refused as it stands.
pub const YAML_REPAIR_SIZE: usize = 64 * 1024;

/// Places mended in such a file. With more the file is refused as it stands.
pub const YAML_REPAIRS: usize = 16;

/// Bytes of a YAML scalar that is edited. A longer one gets findings without a fix, which say why.
pub const EDITED_SCALAR_SIZE: usize = 64 * 1024;

/// Lists of Kubernetes objects that lie in one another. What lies deeper is not read.
pub const LISTS_IN_LISTS: usize = 4;

/// Blocks, lists and objects of HCL that lie in one another. A text with more is not read.
pub const HCL_NESTING: usize = 100;

/// Bytes of `${…}` or `%{…}` of HCL. A text with a longer one is not read.
pub const HCL_TEMPLATE_LENGTH: usize = 16 * 1024;

/// Passes of a rewrite. A text that still changes behind them is not written.
pub const REWRITE_PASSES: usize = 32;

/// Attempts at a rewrite to find which of its fixes is wrong. What is not tried is not made.
pub const REWRITE_ATTEMPTS: usize = 64;

/// Bytes that a regular expression of a rule takes when it is compiled. A rule with a larger one is an error, and nothing
/// is judged.
pub const PATTERN_SIZE: usize = 10 * 1024 * 1024;

/// Files that are searched for uses of a variable. In a larger tree no fix changes a variable.
pub const SEARCHED_FILES: usize = 500_000;

/// Values of a text that are compared after a rewrite. A text with more is not written.
pub const COMPARED_VALUES: usize = 100_000;

/// Bytes of a text that a second parser compares after a rewrite. A larger text is not written.
pub const COMPARED_SIZE: usize = 4 * 1024 * 1024;

/// Time for the shortest diff. Behind it the diff is right and longer.
pub const DIFF_TIME: Duration = Duration::from_secs(2);
