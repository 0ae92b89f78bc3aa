//! Every limit on what is read and written, in one place.
//!
//! If a text that configures etcd exceeds one, the report has an error with the place, and the exit status is 2;
//! findings in the other parts of the file are still reported. No limit is silent: `tests/limits.rs` has a case for
//! each, and compares this file with the table in `docs/reliability.md`.

use std::time::Duration;

/// Bytes of a file, or of standard input. A larger one is not read.
pub const FILE_SIZE: u64 = 64 * 1024 * 1024;

/// Settings and mentions of etcd in one file, texts in it included. A file with more is not checked.
pub const SETTINGS: usize = 10_000;

/// Depth of texts inside texts, such as a unit in a script in a manifest. Deeper ones are not read.
pub const TEXTS_IN_TEXTS: usize = 4;

/// Depth of shells started by shells: `sh -c`, `$(…)`, here-documents. Deeper ones are not read.
pub const SHELLS_IN_SHELLS: usize = 4;

/// Words of one command, of one array, or of one line of variables. A longer one is not read.
pub const COMMAND_WORDS: usize = 100_000;

/// Bytes of `${…}` or `$(…)` of a shell. An etcd command with a longer one is not read.
pub const EXPANSION_LENGTH: usize = 2048;

/// Depth of nested collections in YAML or JSON. A deeper text is not read.
pub const YAML_NESTING: usize = 200;

/// Values that aliases and merge keys add to one YAML document. A text with more is not read.
pub const YAML_EXPANSIONS: usize = 10_000;

/// Bytes of an etcd configuration file that libyaml checks, because etcd's YAML reader is a port of it. For a larger
/// file an error reports that etcd may refuse it.
pub const LIBYAML_SIZE: usize = 1024 * 1024;

/// Bytes of an etcd configuration file that is repaired where only YAML 1.2 refuses it. A larger file is refused
/// unrepaired.
pub const YAML_REPAIR_SIZE: usize = 64 * 1024;

/// Repairs of such a file. A file that needs more is refused.
pub const YAML_REPAIRS: usize = 16;

/// Bytes of a YAML scalar that is edited. Findings in a longer one have no fix, and state why.
pub const EDITED_SCALAR_SIZE: usize = 64 * 1024;

/// Depth of nested lists of Kubernetes objects. Deeper ones are not read.
pub const LISTS_IN_LISTS: usize = 4;

/// Depth of nested blocks, lists and objects in HCL. A deeper text is not read.
pub const HCL_NESTING: usize = 100;

/// Bytes of `${…}` or `%{…}` of HCL. A text with a longer one is not read.
pub const HCL_TEMPLATE_LENGTH: usize = 16 * 1024;

/// Passes of a rewrite. A text that still changes after them is not written.
pub const REWRITE_PASSES: usize = 32;

/// Attempts at a rewrite to find which of its fixes is wrong. Fixes that are not tried are not applied.
pub const REWRITE_ATTEMPTS: usize = 64;

/// Bytes of a compiled regular expression of a rule. A rule with a larger one is an error, and nothing is checked.
pub const PATTERN_SIZE: usize = 10 * 1024 * 1024;

/// Files that are searched for uses of a variable. In a larger tree no fix changes a variable.
pub const SEARCHED_FILES: usize = 500_000;

/// Values of a text that are compared after a rewrite. A text with more is not written.
pub const COMPARED_VALUES: usize = 100_000;

/// Bytes of a text that a second parser compares after a rewrite. A larger text is not written.
pub const COMPARED_SIZE: usize = 4 * 1024 * 1024;

/// Time to search for the shortest diff. A diff found after it is correct, and may be longer.
pub const DIFF_TIME: Duration = Duration::from_secs(2);
