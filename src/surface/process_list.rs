//! Lists of processes, as `ps`, `pgrep -a` and `docker top` print them: a member for each line whose program is a server
//! of etcd.

use super::argv;
use super::output::Doubt;
use super::properties::{Comments, Continuation, Surface, Syntax};
use super::reading::Reading;
use super::request::{Discovery, Recognition, Request};
use super::site::unwritable::Unwritable;
use crate::member::{Completeness, Member};
use crate::source::Span;
use crate::text::words::are_too_many;

/// The properties of this surface.
pub(super) const SURFACE: Surface = Surface {
    name: "process-list",
    syntax: Syntax::Other,
    comments: Comments::OwnLine,
    continuation: Continuation::None,
    is_script: false,
};

pub(super) fn read(request: &Request<'_>) -> Recognition {
    let text = request.text;
    let Some(commands) = commands(text, request.discovery) else {
        return Recognition::No("");
    };
    let mut reading = Reading::of(SURFACE);
    reading
        .hazards
        .output
        .set_read_only(Span::new(0, text.len()), Unwritable::Process);
    for command in commands {
        let words = argv::joined_by_spaces(text, command);
        // Without arguments the list may show the names of the programs only.
        if words.len() < 2 || !argv::is_server(&words) {
            continue;
        }
        if are_too_many(&words) || reading.is_full() {
            reading.report_unread_rest(&words, 0);
            continue;
        }
        match argv::add_member(request, &mut reading, &words) {
            Ok(Some(member)) => add_doubts(text, &mut reading, member, command),
            Ok(None) => {}
            Err(error) => return Recognition::Unreadable(error),
        }
    }
    if reading.is_empty() {
        return Recognition::No("no process of its list is an etcd server with flags");
    }
    Recognition::Read(reading)
}

/// Records what a list does not show of a process.
fn add_doubts(text: &str, reading: &mut Reading, member: usize, command: Span) {
    argv::join_values(text, reading, member, "a list of processes");
    let member: &mut Member = &mut reading.members[member];
    member.completeness = Completeness::Partial;
    member.lacks_only_expansions = false;
    let program = member.anchor.span;
    reading.hazards.output.doubts.push(Doubt {
        span: if program.is_empty() { command } else { program },
        ..argv::no_variables("a list of processes")
    });
}

/// Returns the commands of a list of processes that may be servers; `None` if the text is none.
///
/// Of files that nobody named only those with the line of headings count, because logs show processes too.
fn commands(text: &str, discovery: Discovery) -> Option<Vec<Span>> {
    let mut lines = lines(text).filter(|line| !line.of(text).trim().is_empty());
    let first = lines.clone().next()?;
    let headings: Vec<&str> = first.of(text).split_whitespace().collect();
    if is_head(&headings, discovery) {
        let rows = lines.skip(1);
        return Some(
            rows.filter_map(|row| command_below(text, row, &headings))
                .filter(|command| may_be_server(text, *command))
                .collect(),
        );
    }
    if discovery == Discovery::Walked {
        return None;
    }
    // Without headings each line must have the form of one.
    let commands: Option<Vec<Span>> = lines.try_fold(Vec::new(), |mut found, line| {
        let command = command_of(text, line)?;
        found.extend(may_be_server(text, command).then_some(command));
        Some(found)
    });
    commands
}

/// Whether the program of a command may be a server.
fn may_be_server(text: &str, command: Span) -> bool {
    let program = command.of(text).split(' ').next();
    program.is_some_and(argv::is_program_of_server)
}

/// Whether these are the headings of a list of processes that ends with their commands.
fn is_head(headings: &[&str], discovery: Discovery) -> bool {
    let is_heading = |word: &&str| {
        word.bytes()
            .all(|byte| byte.is_ascii_uppercase() || b"%+_".contains(&byte))
    };
    let ends_with_command = matches!(headings.last(), Some(&("COMMAND" | "CMD" | "ARGS")));
    let is_told_apart = headings.contains(&"PID") || discovery > Discovery::Walked;
    ends_with_command && headings.iter().all(is_heading) && is_told_apart
}

fn lines(text: &str) -> impl Iterator<Item = Span> + Clone {
    text.split_inclusive('\n').scan(0, |at, line| {
        let start = *at;
        *at += line.len();
        Some(Span::new(start, start + line.trim_end().len()))
    })
}

/// Returns the command of a line under these headings.
fn command_below(text: &str, line: Span, headings: &[&str]) -> Option<Span> {
    let fields: Vec<&str> = line.of(text).split_whitespace().collect();
    let started = headings.iter().position(|heading| *heading == "STARTED");
    // `Tue Dec  1 03:27:16 2026`, `Dec 01`
    let more = started.map_or(0, |at| match fields.get(at) {
        Some(field) if WEEKDAYS.contains(field) => 4,
        Some(field) if MONTHS.contains(field) => 1,
        _ => 0,
    });
    after_fields(text, line, headings.len() - 1 + more)
}

const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// Returns the command of a line without headings: one of `ps aux`, `ps -ef` or `pgrep -a`.
fn command_of(text: &str, line: Span) -> Option<Span> {
    let fields: Vec<&str> = line.of(text).split_whitespace().collect();
    let is = |at: usize, allowed: fn(char) -> bool| {
        fields
            .get(at)
            .is_some_and(|field| field.chars().all(allowed))
    };
    let number = |at: usize| is(at, |c| c.is_ascii_digit());
    let decimal = |at: usize| is(at, |c| c.is_ascii_digit() || c == '.');
    let time =
        |at: usize| is(at, |c| c.is_ascii_digit() || ":-.".contains(c)) && fields[at].contains(':');
    let before = if number(1) && decimal(2) && decimal(3) && number(4) && number(5) && time(9) {
        10
    } else if number(1) && number(2) && number(3) && time(6) {
        7
    } else if number(0) {
        1
    } else {
        return None;
    };
    after_fields(text, line, before)
}

/// Returns the rest of a line after that many fields, without the drawing of a tree of processes.
fn after_fields(text: &str, line: Span, fields: usize) -> Option<Span> {
    let mut rest = line.of(text).trim_start();
    for _ in 0..fields {
        rest = rest.trim_start_matches(|c: char| !c.is_whitespace());
        rest = rest.trim_start();
    }
    while let Some(inner) = rest
        .strip_prefix("\\_ ")
        .or_else(|| rest.strip_prefix("| "))
    {
        rest = inner.trim_start();
    }
    (!rest.is_empty()).then(|| Span::new(line.end - rest.len(), line.end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, discovery: Discovery) -> Vec<&str> {
        let commands = commands(text, discovery).unwrap_or_default();
        commands.into_iter().map(|span| span.of(text)).collect()
    }

    #[test]
    fn commands_are_found_by_the_headings() {
        let walked = |text| of(text, Discovery::Walked);
        let text = "USER PID %CPU %MEM VSZ RSS TTY STAT START TIME COMMAND\n\
                    root 1 0.0 1.2 9 8 ? Ssl Dec01 1:02 etcd --name=a\n\
                    root 2 0.0 1.2 9 8 ? S 10:00 0:00  |   \\_ etcd --name=b\n\
                    root 3 0.0 1.2 9 8 ? S 10:00 0:00 sleep 1\n";
        assert_eq!(walked(text), ["etcd --name=a", "etcd --name=b"]);
        let text = "  PID                  STARTED COMMAND\n    1 Tue Dec  1 03:27:16 2026 etcd -a\n    2   Dec 01 etcd -b\n";
        assert_eq!(walked(text), ["etcd -a", "etcd -b"]);
        assert_eq!(walked("COMMAND\netcd --name=a\n"), [] as [&str; 0]);
        assert_eq!(
            of("COMMAND\netcd --name=a\n", Discovery::Explicit),
            ["etcd --name=a"]
        );
    }

    #[test]
    fn lines_without_headings_count_if_all_have_a_known_form() {
        let named = |text| of(text, Discovery::Explicit);
        let text = "root 1 0.0 1.2 9 8 ? Ssl 10:00 1:02 /bin/etcd -a\n";
        assert_eq!(named(text), ["/bin/etcd -a"]);
        assert_eq!(of(text, Discovery::Walked), [] as [&str; 0]);
        assert_eq!(
            named("root 7 1 0 Dec01 ? 1-00:00:02 etcd -b\n"),
            ["etcd -b"]
        );
        assert_eq!(named("7 etcd -c\n\n8 etcd -d\n"), ["etcd -c", "etcd -d"]);
        assert_eq!(named("7 etcd -c\nstarted etcd -d\n"), [] as [&str; 0]);
    }
}
