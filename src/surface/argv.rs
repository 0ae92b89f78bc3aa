//! The arguments of a running process, as a process list or `/proc` shows them.

use super::command_line::Finder;
use super::output::Doubt;
use super::read_error::ReadError;
use super::reading::Reading;
use super::request::Request;
use crate::member::{Place, Value};
use crate::source::{Span, base_name};
use crate::text::decoded::Decoded;
use crate::text::nul_list::LINE_BREAK;
use crate::text::quoting::Quoting;
use crate::text::words::Word;

/// Returns the argument that is written in the span. A line break in an argument is written as
/// [`LINE_BREAK`], because each argument is one line.
pub(super) fn argument(text: &str, span: Span) -> Word {
    let mut decoded = Decoded::default();
    for (at, c) in span.of(text).char_indices() {
        let raw = Span::new(span.start + at, span.start + at + c.len_utf8());
        let c = if c == LINE_BREAK { '\n' } else { c };
        decoded.push(c, raw, Quoting::Fixed);
    }
    decoded_argument(span, decoded)
}

/// Returns the argument that a text in the span is decoded to.
pub(super) fn decoded_argument(span: Span, decoded: Decoded) -> Word {
    Word {
        span,
        decoded,
        expansions: Vec::new(),
        unclosed: None,
        endless: None,
    }
}

/// Returns the arguments that are written in the range with one space between them.
pub(super) fn joined_by_spaces(text: &str, range: Span) -> Vec<Word> {
    let mut words = Vec::new();
    let mut at = range.start;
    for part in range.of(text).split(' ') {
        let span = Span::new(at, at + part.len());
        words.push(argument(text, span));
        at = span.end + 1;
    }
    words
}

/// Whether a process with these arguments is a server of etcd, or one with etcd inside.
pub(super) fn is_server(words: &[Word]) -> bool {
    let mut words = words.iter().map(Word::text);
    let program = words.next().unwrap_or_default();
    match base_name(program) {
        "k3s" | "rke2" => words.next() == Some("server"),
        _ => {
            let is_other = matches!(words.next(), Some("gateway" | "grpc-proxy"));
            is_program_of_server(program) && !is_other
        }
    }
}

/// Whether a program of that name may be a server of etcd, or have one inside.
pub(super) fn is_program_of_server(program: &str) -> bool {
    matches!(
        base_name(program),
        "etcd" | "etcd2" | "etcd3" | "etcd.exe" | "k3s" | "rke2"
    )
}

/// Adds the member that is started with these arguments; returns its index.
///
/// # Errors
/// If they cannot be read.
pub(super) fn add_member(
    request: &Request<'_>,
    reading: &mut Reading,
    words: &[Word],
) -> Result<Option<usize>, ReadError> {
    let mut finder = Finder::new(request, reading);
    let found = finder.command(words, 0, 0);
    finder.error.map_or(Ok(found.first().copied()), Err)
}

/// Takes the words of a member that are no flags as parts of the value before them: the spaces between arguments and
/// those in arguments look the same, and a server with such words would not run.
pub(super) fn join_values(text: &str, reading: &mut Reading, member: usize, shown_by: &str) {
    let member = &mut reading.members[member];
    let mut doubted: Vec<usize> = Vec::new();
    for argument in std::mem::take(&mut member.positional_arguments) {
        let end = argument.place.span.end;
        let settings = member.settings.iter().enumerate();
        let before = settings.filter(|(_, setting)| setting.place().span.start < end);
        let Some((index, _)) = before.max_by_key(|(_, setting)| setting.place().span.start) else {
            member.positional_arguments.push(argument);
            continue;
        };
        let setting = &mut member.settings[index];
        let value = Span::new(setting.value_place.span.start, end);
        setting.value = Value::Unknown(value.of(text).trim_start().to_owned());
        setting.value_place = Place::new(0, value);
        if !doubted.contains(&index) {
            doubted.push(index);
        }
    }
    for index in doubted {
        let setting = &member.settings[index];
        let written = setting.spelling.written(&setting.name);
        reading.hazards.output.doubts.push(Doubt {
            span: setting.place().span,
            title: format!(
                "the value of {written} is uncertain: {shown_by} does not show where an argument with a space ends"
            ),
            message: "the value is not checked",
            instead: "read the arguments of the process with --process PID",
        });
    }
}

/// Returns what is to be said where a text does not show the variables of a process.
pub(super) fn no_variables(what: &str) -> Doubt {
    Doubt {
        span: Span::at(0),
        title: format!("{what} shows no environment variables"),
        message: "defaults, and conflicts that only variables decide, are not checked",
        instead: "read the variables of the process too with --process PID",
    }
}
