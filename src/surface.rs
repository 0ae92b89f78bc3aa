//! Surfaces: the kinds of files that configure etcd. Each reads members from a text, and turns actions into edits of
//! it.
//!
//! A surface never sees a rule or the releases of an upgrade. CONTRIBUTING.md has
//! the steps to add one.

mod argv;
mod cloud_config;
mod cluster_tool;
mod command_line;
mod compose;
pub mod config_file;
mod config_object;
mod container_state;
mod dockerfile;
mod document;
mod encoded;
mod env_file;
mod evidence;
mod hazards;
mod hcl;
mod ignition;
mod image_tag;
mod inner_text;
mod json_list;
mod launch;
mod manifest;
mod output;
mod placement;
mod prefilter;
mod process;
mod process_files;
mod process_list;
mod properties;
mod read_error;
mod reading;
mod rendering;
mod request;
mod section;
mod site;
mod systemctl_cat;
mod systemctl_show;
mod systemd_unit;
mod task_file;
mod unit_file;
mod uses;

use crate::edit::Edit;
use crate::facts::catalogue::Catalogue;
use crate::limits::SETTINGS;
use crate::member::{Action, Member, Mention};
use crate::mention::{api_path, etcdctl};
use crate::source::{Source, Span};
use crate::text::template;
pub use config_object::ConfigObject;
pub use hazards::reads_variable_files;
pub use image_tag::TagError;
pub use output::Doubt;
pub use placement::{PlacedContent, Placement, normalised, placements};
pub use prefilter::Prefilter;
pub use process_files::{ARGUMENTS, VARIABLES, is_process_file};
pub use properties::{Comments, Continuation, Surface, Syntax};
pub use read_error::ReadError;
pub use reading::{HostFile, Reading};
pub use rendering::{
    Container, JsonPatch, Kustomization, ObjectName, Operation, PatchSource, Rendered, Target,
    is_kubeadm_patch,
};
pub use request::Discovery;
use request::{Recognition, Request, SurfaceReader, has_fences, recognise, too_many_settings};
pub use site::Unwritable;
pub use unit_file::UnitFile;

/// Every surface, in the order in which they are tried.
static READERS: [SurfaceReader; 16] = [
    SurfaceReader {
        surface: process_files::SURFACE,
        read: process_files::read,
    },
    SurfaceReader {
        surface: process_list::SURFACE,
        read: process_list::read,
    },
    SurfaceReader {
        surface: container_state::SURFACE,
        read: container_state::read,
    },
    SurfaceReader {
        surface: systemctl_show::SURFACE,
        read: systemctl_show::read,
    },
    SurfaceReader {
        surface: cloud_config::SURFACE,
        read: cloud_config::read,
    },
    SurfaceReader {
        surface: ignition::SURFACE,
        read: ignition::read,
    },
    SurfaceReader {
        surface: hcl::SURFACE,
        read: hcl::read,
    },
    SurfaceReader {
        surface: dockerfile::SURFACE,
        read: dockerfile::read,
    },
    SurfaceReader {
        surface: manifest::SURFACE,
        read: manifest::read,
    },
    SurfaceReader {
        surface: cluster_tool::SURFACE,
        read: cluster_tool::read,
    },
    SurfaceReader {
        surface: compose::SURFACE,
        read: compose::read,
    },
    SurfaceReader {
        surface: systemd_unit::SURFACE,
        read: systemd_unit::read,
    },
    SurfaceReader {
        surface: config_file::SURFACE,
        read: config_file::read,
    },
    SurfaceReader {
        surface: env_file::SURFACE,
        read: env_file::read,
    },
    SurfaceReader {
        surface: task_file::SURFACE,
        read: task_file::read,
    },
    SurfaceReader {
        surface: command_line::SURFACE,
        read: command_line::read,
    },
];

/// Returns every surface, in the order in which they are tried.
pub fn surfaces() -> impl Iterator<Item = Surface> {
    READERS.iter().map(|reader| reader.surface)
}

/// Returns the surface of that name.
#[must_use]
pub fn named(name: &str) -> Option<Surface> {
    surfaces().find(|surface| surface.name == name)
}

/// Returns the edits of the file that perform an action.
///
/// # Errors
/// If the surface cannot write the action exactly; nothing is guessed.
pub fn edits(
    source: &Source,
    reading: &Reading,
    member: Option<&Member>,
    action: &Action,
) -> Result<Vec<Edit>, Unwritable> {
    if let Action::Replace { span, text } = action {
        let edit = reading.file_edit(0, Edit::replacement(*span, text.as_str()))?;
        reading.hazards.output.check(*span)?;
        reading.hazards.check_mention(*span)?;
        return Ok(vec![edit]);
    }
    let setting = member.and_then(|member| member.settings.get(action.setting()?));
    let setting = setting.ok_or(Unwritable::Form)?;
    let site = reading.sites.get(setting.site);
    let site = site.filter(|_| setting.elsewhere.is_none());
    let site = site.ok_or(Unwritable::Form)?;
    let place = reading.file_span(setting.place());
    reading.hazards.output.check(place)?;
    reading.hazards.check_setting(setting, place)?;
    let text_id = setting.name_place.text;
    let text = match text_id {
        0 => source.text.as_str(),
        inner => reading.texts[inner - 1].decoded.text.as_str(),
    };
    let edits = site.edits(text, action)?;
    let file_edit = |edit| {
        let edit = without_new_end(&source.text, reading.file_edit(text_id, edit)?);
        reading.hazards.check_edit(&source.text, &edit)?;
        Ok(edit)
    };
    edits.into_iter().map(file_edit).collect()
}

/// Extends a deletion of the last line to the line break before it if the text has none at its end, so that it ends as
/// before.
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

/// The result of reading a file.
#[derive(Debug)]
pub enum FileReading {
    /// etcd configuration, or a text that mentions API paths or commands of etcd.
    Read(Reading),
    /// Not etcd configuration, and why; empty if there is nothing to explain.
    NotEtcd(&'static str),
    /// etcd configuration that cannot be read.
    Unreadable(ReadError),
}

/// Reads a file: finds its surface by its content, its members and its mentions.
#[must_use]
pub fn read(
    source: &Source,
    catalogue: &Catalogue,
    discovery: Discovery,
    forced: Option<Surface>,
) -> FileReading {
    let is_tried = |reader: &&SurfaceReader| forced.is_none_or(|forced| forced == reader.surface);
    let tried: Vec<SurfaceReader> = READERS.iter().filter(is_tried).copied().collect();
    let recognised = |masked: &template::Masked| {
        let request = Request {
            text: masked.text.as_deref().unwrap_or(&source.text),
            file_name: source.file_name(),
            catalogue,
            discovery: if forced.is_some() {
                Discovery::Forced
            } else {
                discovery
            },
            depth: 0,
            readers: &READERS,
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
    if discovery > Discovery::Walked || !has_fences(&source.text) {
        mentions.extend(etcdctl::mentions(&source.text, catalogue));
    }
    let mut reading = match found {
        Some(reading) => reading,
        None if mentions.is_empty() && reason.is_empty() => {
            return FileReading::NotEtcd("it sets no etcd option");
        }
        None if mentions.is_empty() => return FileReading::NotEtcd(reason),
        None => Reading::default(),
    };
    if mentions.len() > SETTINGS {
        return FileReading::Unreadable(too_many_settings());
    }
    // A script that only calls etcd's API has no surface, but its branches count too.
    let masked_text = masked.text.as_deref().unwrap_or(&source.text);
    let is_script = Request::is_script_named(source.file_name(), masked_text);
    if is_script && reading.surface.is_none() && !mentions.is_empty() {
        let dialect = command_line::dialect(&source.file_name().to_ascii_lowercase());
        reading.hazards.branches = command_line::branches(masked_text, dialect);
    }
    // A probe names its release; its path may follow a host too.
    let is_new = |mention: &Mention| reading.mentions.iter().all(|own| own.span != mention.span);
    let mentions: Vec<Mention> = mentions.into_iter().filter(is_new).collect();
    reading.mentions.extend(mentions);
    let output = &reading.hazards.output;
    reading
        .mentions
        .retain(|mention| !output.is_repeated(mention.span));
    reading.mentions.sort_by_key(|mention| mention.span);
    reading.apply_masks(masked.spans, &source.text);
    reading.find_hazards(source);
    FileReading::Read(reading)
}
