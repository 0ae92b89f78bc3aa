//! How a process is started: entry point, command, arguments, variables and image, wherever they are written.

mod command_line;
pub(super) mod engine;
pub(super) mod entry_point;
pub(super) mod image;
pub(super) mod program;
mod unknown_program;
pub(super) mod variable_word;

use super::command_line::Finder;
use super::evidence::is_telling;
use super::read_error::ReadError;
use super::reading::Reading;
use super::request::Request;
use crate::facts::catalogue::Catalogue;
use crate::member::{Completeness, Inputs, Member, NamedRelease, Place, Setting, mark_overridden};
use crate::source::Span;
use crate::text::words::Dialect;
use crate::text::yaml::Document;
use command_line::CommandLine;
pub(super) use command_line::Part;
use entry_point::EntryPoint;
use image::image_version;
use program::Program;
use unknown_program::has_option;

/// How a process is started. A container starts its entry point, followed by the command and the arguments.
#[derive(Default)]
pub(super) struct Launch<'a> {
    /// What replaces the entry point of the image, `ENTRYPOINT`: Kubernetes calls it `command`.
    pub(super) entry_point: Option<Part<'a>>,
    /// What replaces the command of the image, `CMD`: Kubernetes calls it `args`.
    pub(super) command: Option<Part<'a>>,
    /// What follows the command, if it is written separately.
    pub(super) arguments: Option<Part<'a>>,
    /// Its variables.
    pub(super) variables: Vec<Setting>,
    /// Whether other objects or files set more variables.
    pub(super) has_more_variables: bool,
    /// What other texts give the process.
    pub(super) inputs: Inputs,
    pub(super) image: Image,
}

/// The image of a container.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Image {
    pub(super) entry_point: EntryPoint,
    /// The release of etcd that its tag names.
    pub(super) release: Option<NamedRelease>,
    /// Where its name is written, if a finding about the member as a whole may point to it.
    pub(super) place: Option<Span>,
}

impl Image {
    /// Returns what is known of an image by its name.
    pub(super) fn named(name: &str) -> Self {
        Self {
            entry_point: EntryPoint::of(name),
            release: image_version(name).map(NamedRelease::fixed),
            place: None,
        }
    }

    /// Returns what is known of an image whose name is a scalar of a document. A name that other parts of the document
    /// share is not changed.
    pub(super) fn of_document(name: &str, document: &Document, place: Span) -> Self {
        let image = Self::named(name);
        if document.is_shared(place) {
            return image;
        }
        image.written_at(place)
    }

    /// Adds where its name is written.
    pub(super) fn written_at(mut self, place: Span) -> Self {
        if let Some(release) = &mut self.release {
            release.place = Some(Place::new(0, place));
        }
        self
    }
}

impl Launch<'_> {
    /// Adds the members that the process runs to the reading.
    ///
    /// # Errors
    /// If a command that starts etcd cannot be read.
    pub(super) fn add_members(
        mut self,
        request: &Request<'_>,
        reading: &mut Reading,
    ) -> Result<(), ReadError> {
        let first = reading.members.len();
        self.start(request, reading)?;
        self.complete(request.catalogue, reading, first);
        Ok(())
    }

    /// Adds the members that the command line starts.
    ///
    /// # Errors
    /// When a command that starts etcd cannot be read.
    pub(super) fn start(
        &mut self,
        request: &Request<'_>,
        reading: &mut Reading,
    ) -> Result<(), ReadError> {
        for part in [
            &mut self.entry_point,
            &mut self.command,
            &mut self.arguments,
        ] {
            // An empty part replaces nothing.
            part.take_if(|part| part.is_empty());
        }
        // A shell does not pass its arguments on.
        if let Some(Part::Script(text, place)) = self.entry_point {
            return run(text, place, request, reading);
        }
        if let Some(command_line) = self.command_line(request.catalogue) {
            return command_line.start(request, reading);
        }
        match self.command {
            Some(Part::Script(text, place)) => run(text, place, request, reading),
            _ => Ok(()),
        }
    }

    /// Returns the command line, if it starts etcd, a server with etcd inside, or a shell with a script; `None` for
    /// another program.
    fn command_line(&mut self, catalogue: &Catalogue) -> Option<CommandLine> {
        let rest = [&self.command, &self.arguments];
        let rest: Vec<&Part<'_>> = rest.into_iter().flatten().collect();
        let Some(entry_point) = &self.entry_point else {
            let place = self.image.place;
            let command = CommandLine::of(&rest);
            let command = command.with_program(self.image.entry_point, place, catalogue);
            return command.program(catalogue).is_some().then_some(command);
        };
        let mut all = vec![entry_point];
        all.extend(&rest);
        let all = CommandLine::of(&all);
        if all.program(catalogue).is_some() {
            return Some(all);
        }
        if !entry_point.may_run_rest() {
            return None;
        }
        // A script before a command usually runs the command at its end.
        let command = CommandLine::of(&rest);
        let command = if entry_point.is_script_file() {
            command.with_program(EntryPoint::Unknown, None, catalogue)
        } else {
            command
        };
        let is_started = match command.program(catalogue)? {
            Program::Etcd { arguments } => {
                entry_point.is_script_file() || has_option(&command.words[arguments..], catalogue)
            }
            _ => entry_point.is_script_file(),
        };
        self.has_more_variables |= is_started;
        is_started.then_some(command)
    }

    /// Adds what the process gets besides its command line to the members from `first` on. If there are none, the
    /// variables may be those of a member.
    pub(super) fn complete(self, catalogue: &Catalogue, reading: &mut Reading, first: usize) {
        let parts = [&self.entry_point, &self.command, &self.arguments];
        let starts_etcd =
            self.image.entry_point == EntryPoint::Etcd && parts.into_iter().all(Option::is_none);
        let mut variables = self.variables;
        if reading.members.len() == first {
            let is_server = |setting: &Setting| {
                setting.option_in(catalogue).is_some()
                    && (is_server_variable(&setting.name)
                        || starts_etcd && is_telling(catalogue, setting.spelling, &setting.name))
            };
            let anchor = variables.iter().find(|setting| is_server(setting));
            let anchor = anchor.map(|setting| setting.name_place);
            // All its variables may be in other texts.
            let given = self.inputs.variables.first().filter(|_| starts_etcd);
            let Some(anchor) = anchor.or(given.map(|given| given.place)) else {
                return;
            };
            reading.members.push(Member {
                completeness: if starts_etcd {
                    Completeness::Whole
                } else {
                    Completeness::Partial
                },
                lacks_only_expansions: starts_etcd,
                ..Member::at(anchor)
            });
        }
        let several = reading.members.len() > first + 1;
        // The image's own entry point may set more.
        let runs_unknown =
            self.entry_point.is_none() && self.image.entry_point == EntryPoint::Unknown;
        for member in &mut reading.members[first..] {
            member.evidence = member.evidence.or(self.image.release);
            // Several commands may be alternatives; only the first gets the variables as settings.
            if self.has_more_variables || runs_unknown || several && !variables.is_empty() {
                member.completeness = Completeness::Partial;
                member.lacks_only_expansions = false;
            }
        }
        if let Some(member) = reading.members.get_mut(first) {
            variables.append(&mut member.settings);
            mark_overridden(&mut variables);
            member.settings = variables;
            if !self.inputs.variables.is_empty() {
                member.completeness = Completeness::Partial;
            }
            member.inputs.extend(self.inputs);
        }
    }
}

/// Adds the members that a script starts.
fn run(
    text: &str,
    place: Place,
    request: &Request<'_>,
    reading: &mut Reading,
) -> Result<(), ReadError> {
    let mut finder = Finder::new(request, reading);
    finder.find(text, place.span, Dialect::Shell, place.text, 0);
    finder.error.map_or(Ok(()), Err)
}

/// Whether only servers have a variable of that name.
fn is_server_variable(name: &str) -> bool {
    ["ETCD_LISTEN_", "ETCD_ADVERTISE_", "ETCD_INITIAL_"]
        .iter()
        .any(|start| name.starts_with(start))
}
