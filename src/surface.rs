//! Surfaces: the kinds of files that configure etcd. Each reads members out of a text and writes actions back into it.
//!
//! A surface never sees a rule or a version. To add one: a file here, a line in [`SURFACES`], fixtures.

pub mod cloud_config;
pub mod cluster_tool;
pub mod command_line;
pub mod compose;
pub mod config_file;
pub mod dockerfile;
mod encoded;
pub mod env_file;
mod hazards;
pub mod hcl;
pub mod ignition;
mod inner_text;
mod json_list;
pub mod manifest;
mod option_section;
mod prefilter;
mod reading;
mod server_sign;
mod site;
pub mod systemd_unit;
pub mod task_file;
mod uses;

use std::collections::HashSet;

use crate::edit::Edit;
use crate::facts::catalogue::{Catalogue, Spelling, ValueType};
use crate::limits::SETTINGS;
use crate::member::{Action, Member, Setting};
use crate::mention::{api_path, etcdctl};
use crate::source::{Source, Span};
use crate::text::template;
pub use hazards::reads_variable_files;
pub use prefilter::Prefilter;
pub use reading::Reading;
use server_sign::concerns_server;
pub use site::Unwritable;

/// A kind of file.
#[derive(Clone, Copy)]
pub struct Surface {
    /// Its name in reports and for `--surface`.
    pub name: &'static str,
    /// Reads a text, if it is of this kind.
    read: fn(&Request<'_>) -> Recognition,
}

/// Every surface, in the order in which they are tried.
pub const SURFACES: [Surface; 12] = [
    Surface {
        name: "cloud-config",
        read: cloud_config::read,
    },
    Surface {
        name: "ignition",
        read: ignition::read,
    },
    Surface {
        name: "hcl",
        read: hcl::read,
    },
    Surface {
        name: "dockerfile",
        read: dockerfile::read,
    },
    Surface {
        name: "manifest",
        read: manifest::read,
    },
    Surface {
        name: "cluster-tool",
        read: cluster_tool::read,
    },
    Surface {
        name: "compose",
        read: compose::read,
    },
    Surface {
        name: "systemd-unit",
        read: systemd_unit::read,
    },
    Surface {
        name: "config-file",
        read: config_file::read,
    },
    Surface {
        name: "env-file",
        read: env_file::read,
    },
    Surface {
        name: "task-file",
        read: task_file::read,
    },
    Surface {
        name: "command-line",
        read: command_line::read,
    },
];

/// The surface of that name.
#[must_use]
pub fn named(name: &str) -> Option<Surface> {
    SURFACES.into_iter().find(|surface| surface.name == name)
}

/// How sure it is that a text configures etcd.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Insistence {
    /// Found while walking a tree: only what is plainly etcd's counts.
    Walked,
    /// Named by the user: one option of etcd's is enough.
    Named,
    /// The user said which surface it is.
    Forced,
}

/// What a surface is given.
pub struct Request<'a> {
    /// The text, templates masked at equal length.
    pub text: &'a str,
    /// The file's name without its folder.
    pub file_name: &'a str,
    /// The facts, for names only.
    pub catalogue: &'a Catalogue,
    /// How sure the user is.
    pub insistence: Insistence,
    /// How many texts this one lies in.
    pub depth: usize,
}

impl Request<'_> {
    /// Whether a shell is to run the text, by its first line or its name.
    fn is_script(&self) -> bool {
        Self::is_script_named(self.file_name, self.text)
    }

    fn is_script_named(file_name: &str, text: &str) -> bool {
        let first_line = text.lines().next().unwrap_or_default();
        let first_line = first_line.trim_start_matches('\u{feff}');
        first_line.starts_with("#!") && first_line.contains("sh")
            || [".sh", ".bash", ".ksh", ".bat", ".cmd", ".ps1", ".psm1"]
                .iter()
                .any(|end| file_name.ends_with(end))
            || file_name.contains(".sh.")
    }
}

/// Surfaces that scripts belong to; what looks like another one inside a script is a file that it writes.
const SCRIPT_SURFACES: [&str; 2] = ["env-file", "command-line"];

/// What a surface makes of a text.
#[derive(Debug)]
pub enum Recognition {
    /// Not of this kind, and why.
    No(&'static str),
    /// Read.
    Read(Reading),
    /// Of this kind, and not readable.
    Unreadable(ReadError),
}

/// Why a file that looks like etcd configuration was not read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ReadError {
    /// What is wrong, for a person who wants to mend it.
    pub message: String,
    /// Where, in bytes of the file.
    pub offset: usize,
}

/// The edits of the file that carry out an action.
///
/// # Errors
/// When this surface has no exact form for it; nothing is guessed.
pub fn edits(
    source: &Source,
    reading: &Reading,
    member: Option<&Member>,
    action: &Action,
) -> Result<Vec<Edit>, Unwritable> {
    if let Action::Replace { span, text } = action {
        let edit = reading.file_edit(0, Edit::replacement(*span, text.as_str()))?;
        reading.hazards.check_mention(*span)?;
        return Ok(vec![edit]);
    }
    let setting = member.and_then(|member| member.settings.get(action.setting()?));
    let setting = setting.ok_or(Unwritable::Form)?;
    let place = reading.file_span(setting.place());
    reading.hazards.check_setting(setting, place)?;
    let text_id = setting.name_place.text;
    let text = match text_id {
        0 => source.text.as_str(),
        inner => reading.texts[inner - 1].decoded.text.as_str(),
    };
    let edits = reading.sites[setting.site].edits(text, action)?;
    let file_edit = |edit| {
        let edit = without_new_end(&source.text, reading.file_edit(text_id, edit)?);
        reading.hazards.check_edit(&source.text, &edit)?;
        Ok(edit)
    };
    edits.into_iter().map(file_edit).collect()
}

/// A deletion of the last line takes the line break before it where none is behind it: the text ends as it did.
fn without_new_end(text: &str, edit: Edit) -> Edit {
    let is_last_line = edit.text.is_empty()
        && !edit.span.is_empty()
        && edit.span.end == text.len()
        && !text.ends_with('\n');
    let before = &text[..edit.span.start];
    let line_break = before.len()
        - before.strip_suffix('\n').map_or(before.len(), |rest| {
            rest.strip_suffix('\r').unwrap_or(rest).len()
        });
    if is_last_line {
        Edit::deletion(Span::new(edit.span.start - line_break, edit.span.end))
    } else {
        edit
    }
}

/// What a file turned out to be.
#[derive(Debug)]
pub enum FileReading {
    /// etcd configuration, or a text that mentions etcd's API.
    Read(Reading),
    /// Nothing of etcd's, and why.
    NotEtcd(&'static str),
    /// etcd configuration that cannot be read.
    Unreadable(ReadError),
}

/// Reads a file: its surface by content, its members and mentions.
#[must_use]
pub fn read(
    source: &Source,
    catalogue: &Catalogue,
    insistence: Insistence,
    forced: Option<Surface>,
) -> FileReading {
    let tried: Vec<Surface> = forced.map_or_else(|| SURFACES.to_vec(), |surface| vec![surface]);
    let recognised = |masked: &template::Masked| {
        let request = Request {
            text: masked.text.as_deref().unwrap_or(&source.text),
            file_name: source.file_name(),
            catalogue,
            insistence: if forced.is_some() {
                Insistence::Forced
            } else {
                insistence
            },
            depth: 0,
        };
        recognise(&request, &tried)
    };
    let mut masked = template::mask(&source.text);
    let mut recognition = recognised(&masked);
    if !matches!(recognition, Recognition::Read(_))
        && let Some(other) = template::mask_other_branches(&source.text, &masked)
    {
        let again = recognised(&other);
        if matches!(again, Recognition::Read(_)) {
            (masked, recognition) = (other, again);
        }
    }
    let (found, reason) = match recognition {
        Recognition::Read(reading) => (Some(reading), ""),
        Recognition::Unreadable(error) => return FileReading::Unreadable(error),
        Recognition::No(why) => (None, why),
    };
    let mut mentions = api_path::mentions(&source.text, catalogue);
    if insistence > Insistence::Walked || !has_fences(&source.text) {
        mentions.extend(etcdctl::mentions(&source.text, catalogue));
    }
    let mut reading = match found {
        Some(reading) => reading,
        None if mentions.is_empty() && reason.is_empty() => {
            return FileReading::NotEtcd("it sets no option of etcd");
        }
        None if mentions.is_empty() => return FileReading::NotEtcd(reason),
        None => Reading::default(),
    };
    if mentions.len() > SETTINGS {
        return FileReading::Unreadable(too_many_settings());
    }
    // A script that only calls etcd's API is no surface's, and its branches count all the same.
    let masked_text = masked.text.as_deref().unwrap_or(&source.text);
    let is_script = Request::is_script_named(source.file_name(), masked_text);
    if is_script && reading.surface.is_empty() && !mentions.is_empty() {
        let dialect = command_line::dialect(&source.file_name().to_ascii_lowercase());
        reading.hazards.branches = command_line::branches(masked_text, dialect);
    }
    reading.mentions = mentions;
    reading.apply_masks(masked.spans, &source.text);
    reading.find_hazards(source);
    FileReading::Read(reading)
}

/// What the first of the surfaces that knows the text makes of it.
fn recognise(request: &Request<'_>, surfaces: &[Surface]) -> Recognition {
    let mut reason = "";
    let is_script = request.insistence < Insistence::Forced && request.is_script();
    if request.insistence == Insistence::Walked
        && request.depth == 0
        && !is_script
        && has_fences(request.text)
    {
        return Recognition::No("a document with examples; they are read when it is named");
    }
    for surface in surfaces {
        if is_script && !SCRIPT_SURFACES.contains(&surface.name) {
            continue;
        }
        match (surface.read)(request) {
            Recognition::No(why) => reason = if reason.is_empty() { why } else { reason },
            Recognition::Read(reading) if reading.is_full() => {
                return Recognition::Unreadable(too_many_settings());
            }
            found => return found,
        }
    }
    Recognition::No(reason)
}

/// What is said of a text that sets more than is judged.
fn too_many_settings() -> ReadError {
    ReadError {
        message: format!(
            "it has more than {SETTINGS} settings or mentions of etcd and is not judged"
        ),
        offset: 0,
    }
}

/// Whether the text has fenced blocks, as documents have around their examples; no other text begins a line so.
fn has_fences(text: &str) -> bool {
    text.lines().any(|line| line.starts_with("```"))
}

/// Marks all but the last setting of each option as overridden: flags and variables, the later wins.
fn mark_overridden(settings: &mut [Setting]) {
    let mut later = HashSet::new();
    for setting in settings.iter_mut().rev() {
        setting.overridden |= !later.insert((setting.spelling, setting.name.clone()));
    }
}

/// Whether etcd reads the variable itself, so that a value with a dash in front is no list of flags.
fn names_option(catalogue: &Catalogue, variable: &str) -> bool {
    let option = catalogue.spelled(Spelling::Variable, variable);
    option.is_some_and(|option| {
        option
            .value_type
            .values()
            .any(|kind| *kind != ValueType::Ignored)
    })
}

/// Whether the name is one that only etcd has; `name` or `debug` alone prove nothing.
fn is_telling(catalogue: &Catalogue, spelling: Spelling, name: &str) -> bool {
    catalogue.spelled(spelling, name).is_some_and(|option| {
        let name = option.name.as_str();
        let common = COMMON_NAMES.contains(&name)
            || spelling == Spelling::Key && COMMON_KEYS.contains(&name);
        name.contains('-') && !common
    })
}

/// Options whose names other programs have too.
const COMMON_NAMES: [&str; 6] = [
    "config-file",
    "log-level",
    "log-format",
    "cert-file",
    "key-file",
    "data-dir",
];

/// Options that files of other programs have as keys too, Kubernetes' components above all.
const COMMON_KEYS: [&str; 6] = [
    "auth-token",
    "cipher-suites",
    "enable-pprof",
    "feature-gates",
    "tls-max-version",
    "tls-min-version",
];
