//! The texts of a member, and the member that they make.

use std::path::Path;
use std::sync::Arc;

use crate::facts::catalogue::Catalogue;
use crate::member::{Elsewhere, Member, Place, Reference, Setting, TextId};
use crate::source::{Source, Span};
use crate::surface::{Reading, Target};

/// The text that is checked, and what was read from it.
pub(super) type Own<'a> = (&'a Source, &'a Reading);

/// Another text of the tree.
#[derive(Debug)]
pub struct OtherText {
    /// Its path, as it is shown.
    pub path: Arc<Path>,
    /// The text.
    pub source: Source,
    /// What was read from it.
    pub reading: Reading,
}

/// A text that configures a process.
#[derive(Clone, Debug)]
pub enum Part {
    /// The text that is checked.
    Own,
    /// Another text of the tree.
    Other(Arc<OtherText>),
    /// A text inside the text that is checked; settings and places are those of the outer one.
    Inside(Arc<Reading>),
}

impl Part {
    /// Whether it is the text that is checked, or inside it.
    pub(super) fn is_here(&self) -> bool {
        !matches!(self, Self::Other(_))
    }
}

/// What is rendered from objects and patches: a kustomization, or the static pod of kubeadm.
#[derive(Clone, Debug)]
pub struct Rendering {
    /// The text that says so, as it is shown.
    pub path: Arc<Path>,
    /// The texts with the objects.
    pub manifests: Vec<Part>,
    /// The patches, in the order in which they are applied.
    pub patches: Vec<Patch>,
    /// Whether it changes the objects in other ways too.
    pub has_more: bool,
    /// Whether it changes images.
    pub sets_images: bool,
    /// Whether nothing uses the objects without the patches.
    pub is_only_use: bool,
}

/// A patch of objects.
#[derive(Clone, Debug)]
pub struct Patch {
    /// The text with the patch.
    pub part: Part,
    /// The text inside that one, if only that is the patch.
    pub text: Option<TextId>,
    /// What it changes; `None` if it names that itself.
    pub target: Option<Target>,
}

/// A task that writes lines of a file on a host which is not in the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditingTask {
    /// Its module: `lineinfile`.
    pub module: &'static str,
    /// The file with the task, as it is shown.
    pub path: Arc<Path>,
    /// The line, 1-based.
    pub line: usize,
}

/// The files of the tree that a path on the host may be.
#[derive(Clone, Debug, Default)]
pub enum Referred {
    /// None, or several of which none is the likeliest.
    #[default]
    Unknown,
    /// One file.
    One(Part),
    /// One file for each instance of a unit, by the name of the instance.
    Instances(Vec<(String, Part)>),
    /// A text that is there and is not read.
    Unread,
    /// None; a task writes lines of the file on the host.
    Edited(EditingTask),
}

impl Referred {
    /// Returns the file, or that of the instance of that name.
    pub(super) fn of_instance(&self, name: Option<&str>) -> Option<&Part> {
        match self {
            Self::One(part) => Some(part),
            Self::Instances(parts) => {
                let mut parts = parts.iter();
                let own = parts.find(|(instance, _)| Some(instance.as_str()) == name);
                own.map(|(_, part)| part)
            }
            Self::Unknown | Self::Unread | Self::Edited(_) => None,
        }
    }
}

/// Finds the other texts of a tree.
pub trait OtherFiles {
    /// Returns the units that the file is a file of, each as the unit followed by its drop-ins in systemd's order. There
    /// are several for a template unit whose instances have drop-ins of their own.
    fn units_of(&self, catalogue: &Catalogue, file: &Path) -> Vec<Vec<Part>>;

    /// Returns the units that name the file as one of their environment files.
    fn units_that_read(&self, catalogue: &Catalogue, file: &Path) -> Vec<Vec<Part>>;

    /// Returns the other texts of the tree whose processes get variables from files or objects, and are no units.
    fn processes(&self, catalogue: &Catalogue, file: &Path) -> Vec<Part>;

    /// Returns what is rendered from the file and others.
    fn renderings(&self, catalogue: &Catalogue, file: &Path) -> Vec<Rendering>;

    /// Returns the file of that name in the folder of `part`, which is a part of what `file` belongs to.
    fn beside(&self, catalogue: &Catalogue, file: &Path, part: &Part, name: &str) -> Option<Part>;

    /// Returns the file, or the text with the object, that a reference in `part`, which is a part of what `file` belongs to, leads to.
    fn referred(
        &self,
        catalogue: &Catalogue,
        file: &Path,
        part: &Part,
        reference: &Reference,
    ) -> Referred;
}

/// No other file.
pub(super) struct NoFiles;

impl OtherFiles for NoFiles {
    fn units_of(&self, _: &Catalogue, _: &Path) -> Vec<Vec<Part>> {
        Vec::new()
    }

    fn units_that_read(&self, _: &Catalogue, _: &Path) -> Vec<Vec<Part>> {
        Vec::new()
    }

    fn processes(&self, _: &Catalogue, _: &Path) -> Vec<Part> {
        Vec::new()
    }

    fn renderings(&self, _: &Catalogue, _: &Path) -> Vec<Rendering> {
        Vec::new()
    }

    fn beside(&self, _: &Catalogue, _: &Path, _: &Part, _: &str) -> Option<Part> {
        None
    }

    fn referred(&self, _: &Catalogue, _: &Path, _: &Part, _: &Reference) -> Referred {
        Referred::Unknown
    }
}

/// A reference that led to no file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// Which.
    pub reference: Reference,
    /// Why.
    pub why: Why,
}

/// Why a reference leads to no text that is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// The tree has none, or several.
    NotThere,
    /// The text is there and is not read.
    Unread,
    /// A task writes lines of the file on the host.
    Edited(EditingTask),
    /// It is a patch whose result is not known exactly.
    NotRendered,
}

impl Missing {
    /// Creates what is missing because a reference led to `referred`.
    pub(super) fn of(reference: &Reference, referred: &Referred) -> Self {
        Self {
            reference: reference.clone(),
            why: match referred {
                Referred::Edited(task) => Why::Edited(task.clone()),
                Referred::Unread => Why::Unread,
                _ => Why::NotThere,
            },
        }
    }
}

/// A member as its process gets it, seen from one of its texts.
#[derive(Clone, Debug)]
pub struct Assembled {
    /// The settings of all texts.
    pub member: Member,
    /// Whether this text starts the process: findings about the member as a whole are its own.
    pub is_started_here: bool,
    /// The references of this text that led to no file.
    pub missing: Vec<Missing>,
    /// The paths of files that other texts of the member name, and that are not in the tree.
    pub missing_for_others: Vec<String>,
    /// The configuration file that decides instead of flags and variables, if it is in the tree.
    pub config_file: Option<Part>,
}

impl Assembled {
    /// Creates the member that a text describes alone.
    pub(super) fn alone(member: &Member) -> Self {
        Self {
            member: member.clone(),
            is_started_here: true,
            missing: Vec::new(),
            missing_for_others: Vec::new(),
            config_file: None,
        }
    }
}

/// Returns the setting as one of that part.
pub(super) fn of_part(setting: &Setting, part: &Part) -> Setting {
    let elsewhere = match part {
        Part::Own | Part::Inside(_) => None,
        Part::Other(text) => {
            let span = text.reading.file_span(setting.place());
            Some(Elsewhere {
                path: Arc::clone(&text.path),
                line: text.source.line_column(span.start).line,
            })
        }
    };
    Setting {
        elsewhere,
        ..setting.clone()
    }
}

/// Where a member of a part is anchored, for the text that is checked.
pub(super) fn anchor_of(member: &Member, part: &Part) -> Place {
    match part {
        Part::Own | Part::Inside(_) => member.anchor,
        Part::Other(_) => Place::new(0, Span::at(0)),
    }
}

/// Returns what was read from a part.
pub(super) fn reading_of<'a>(own: Own<'a>, part: &'a Part) -> &'a Reading {
    match part {
        Part::Own => own.1,
        Part::Other(text) => &text.reading,
        Part::Inside(reading) => reading,
    }
}
