//! Copies of `/proc/PID/cmdline` and `/proc/PID/environ`: what a running process got. Each argument and each variable is
//! a line, because [`crate::lint::decode`] writes line breaks for the NUL bytes.

use super::argv;
use super::command_line::variable_setting;
use super::output::Doubt;
use super::process::is_variable;
use super::properties::{Comments, Continuation, Surface, Syntax};
use super::reading::Reading;
use super::request::{Discovery, Recognition, Request};
use super::site::unwritable::Unwritable;
use crate::facts::catalogue::Spelling;
use crate::limits::COMMAND_WORDS;
use crate::member::{Completeness, Member, Place, Reference, ReferenceKind, mark_overridden};
use crate::source::Span;
use crate::text::words::Word;

/// The properties of this surface.
pub(super) const SURFACE: Surface = Surface {
    name: "process",
    syntax: Syntax::Other,
    comments: Comments::OwnLine,
    continuation: Continuation::None,
    is_script: false,
};

/// The file of `/proc` with the arguments of a process.
pub const ARGUMENTS: &str = "cmdline";

/// The file of `/proc` with the variables of a process.
pub const VARIABLES: &str = "environ";

pub(super) fn read(request: &Request<'_>) -> Recognition {
    let forced = request.discovery == Discovery::Forced;
    let mut reading = Reading::of(SURFACE);
    reading
        .hazards
        .output
        .set_read_only(Span::new(0, request.text.len()), Unwritable::Process);
    if request.file_name == VARIABLES {
        return variables(request, reading);
    }
    let is_named = request.file_name == ARGUMENTS || forced;
    if !is_named && (request.discovery == Discovery::Walked || !is_list(request.text)) {
        return Recognition::No("");
    }
    let words: Vec<Word> = lines(request.text).take(COMMAND_WORDS + 1).collect();
    if !argv::is_server(&words) {
        return Recognition::No(if is_named {
            "the process is no etcd server"
        } else {
            ""
        });
    }
    match argv::add_member(request, &mut reading, &words) {
        Ok(Some(member)) => add_variables(&mut reading, member, is_named, &words),
        Ok(None) => return Recognition::No("the process is no etcd server"),
        Err(error) => return Recognition::Unreadable(error),
    }
    Recognition::Read(reading)
}

/// Records where the variables of the process are.
fn add_variables(reading: &mut Reading, member: usize, is_file: bool, words: &[Word]) {
    let place = reading.members[member].anchor;
    if is_file {
        reading.members[member].inputs.variables.push(Reference {
            kind: ReferenceKind::Process,
            path: VARIABLES.to_owned(),
            place,
            is_optional: false,
            object: None,
        });
        return;
    }
    reading.members[member].completeness = Completeness::Partial;
    reading.hazards.output.doubts.push(Doubt {
        span: words[0].span,
        ..argv::no_variables("a list of arguments")
    });
}

/// Whether a text begins as a list of arguments: one on each line. A command has a space after the program.
fn is_list(text: &str) -> bool {
    let mut lines = text.lines();
    let program = lines.next().unwrap_or_default();
    let argument = lines.next().unwrap_or_default();
    argument.starts_with('-') && !program.contains([' ', '\\'])
}

/// Returns the items of a list, which are lines.
fn lines(text: &str) -> impl Iterator<Item = Word> {
    let mut at = 0;
    let items = text.strip_suffix('\n').unwrap_or(text);
    items.split('\n').map(move |line| {
        // A copy may have been made on Windows.
        let length = line.strip_suffix('\r').map_or(line.len(), str::len);
        let span = Span::new(at, at + length);
        at += line.len() + 1;
        argv::argument(text, span)
    })
}

/// Reads the variables of a process. Only those that some release of etcd reads are settings; the others may be secrets
/// of other programs.
fn variables(request: &Request<'_>, mut reading: Reading) -> Recognition {
    let catalogue = request.catalogue;
    let mut settings = Vec::new();
    for word in lines(request.text) {
        if reading.is_full() {
            break;
        }
        let name = word.text().split('=').next().unwrap_or_default();
        let is_etcds = word.text().contains('=')
            && is_variable(name)
            && catalogue.spelled(Spelling::Variable, name).is_some();
        if !is_etcds {
            reading.hazards.output.hide(word.span);
            continue;
        }
        let name = Span::new(0, name.len());
        let setting = variable_setting(&mut reading, &word, name, String::new(), word.span, 0);
        settings.push(setting);
    }
    if settings.is_empty() && request.discovery < Discovery::Forced {
        return Recognition::No("the process has no variable that etcd reads");
    }
    // Of two variables of the same name a program gets the first.
    settings.reverse();
    mark_overridden(&mut settings);
    settings.reverse();
    let anchor = settings.first().map(|setting| setting.name_place);
    reading.members.push(Member {
        settings,
        completeness: Completeness::Part,
        ..Member::at(anchor.unwrap_or(Place::new(0, Span::at(0))))
    });
    Recognition::Read(reading)
}

/// Whether a file of that name may be one of the two.
#[must_use]
pub fn is_process_file(file_name: &str) -> bool {
    matches!(file_name, ARGUMENTS | VARIABLES)
}
