//! The output of `systemctl show`: the properties of units, with the commands and variables that systemd has joined from
//! their files.

use super::argv;
use super::command_line::Finder;
use super::properties::{Comments, Continuation, Surface, Syntax};
use super::reading::Reading;
use super::request::{Recognition, Request};
use super::site::unwritable::Unwritable;
use super::systemd_unit::{complete, directives, environment, hide_others, read_each};
use super::unit_file::UnitFile;
use crate::member::{Place, Reference, ReferenceKind};
use crate::source::Span;
use crate::text::words::Word;

/// The properties of this surface.
pub(super) const SURFACE: Surface = Surface {
    name: "systemctl-show",
    syntax: Syntax::Other,
    comments: Comments::OwnLine,
    continuation: Continuation::None,
    is_script: false,
};

/// What precedes the arguments of a command, and what follows them.
const ARGUMENTS: (&str, &str) = (" argv[]=", " ; ");

pub(super) fn read(request: &Request<'_>) -> Recognition {
    let text = request.text;
    if !text.contains("ExecStart={ path=") {
        return Recognition::No("");
    }
    let units = units(text);
    if let [_, _, ..] = units.as_slice() {
        return read_each(request, output(text), units);
    }
    let mut reading = output(text);
    let mut unit = UnitFile::default();
    let mut variables = Vec::new();
    let mut commands: Vec<Vec<Word>> = Vec::new();
    let mut files: Vec<&str> = Vec::new();
    for property in directives(text) {
        let value = property.value.of(text);
        match property.name {
            "ExecStart" => commands.extend(arguments(text, property.value)),
            "Environment" => {
                hide_others(request.catalogue, text, &mut reading, property.value);
                match environment(request, &mut reading, &property) {
                    Ok(found) => variables.extend(found),
                    Err(error) => return Recognition::Unreadable(error),
                }
            }
            "EnvironmentFiles" => unit
                .environment_files
                .extend(environment_file(value, property.value)),
            "UnsetEnvironment" => {
                let names = value.split_whitespace().map(str::to_owned);
                unit.unset.extend(names);
            }
            "FragmentPath" | "DropInPaths" => files.extend(value.split_whitespace()),
            _ => {}
        }
    }
    if !files.is_empty() {
        let origin = format!("this unit is in {}", files.join(", "));
        reading.hazards.output.begin(0, origin);
    }
    let start = |finder: &mut Finder<'_>| {
        for command in &commands {
            finder.command(command, 0, 0);
        }
    };
    let mut recognition = complete(request, reading, (unit, variables), start);
    if let Recognition::Read(reading) = &mut recognition {
        for member in 0..reading.members.len() {
            argv::join_values(text, reading, member, "systemctl show");
        }
    }
    recognition
}

/// Creates the reading of an output.
fn output(text: &str) -> Reading {
    let mut reading = Reading::of(SURFACE);
    let all = Span::new(0, text.len());
    reading
        .hazards
        .output
        .set_read_only(all, Unwritable::UnitOutput);
    reading
}

/// Returns the spans of the units, between which there are empty lines.
fn units(text: &str) -> Vec<Span> {
    let mut units: Vec<Span> = Vec::new();
    let mut is_after_blank = true;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let end = at + line.len();
        let is_blank = line.trim().is_empty();
        match units.last_mut() {
            Some(unit) if !is_after_blank && !is_blank => unit.end = end,
            _ if !is_blank => units.push(Span::new(at, end)),
            _ => {}
        }
        is_after_blank = is_blank;
        at = end;
    }
    units
}

/// Returns the arguments in `{ path=/bin/etcd ; argv[]=/bin/etcd --name=a ; ignore_errors=no ; … }`; systemd writes them
/// with spaces between them, and without quotes.
fn arguments(text: &str, value: Span) -> Option<Vec<Word>> {
    let body = value.of(text);
    let start = body.find(ARGUMENTS.0)? + ARGUMENTS.0.len();
    let rest = &body[start..];
    // An argument may be a semicolon.
    let end = rest
        .find(" ; ignore_errors=")
        .or_else(|| rest.rfind(ARGUMENTS.1))?;
    let range = Span::new(value.start + start, value.start + start + end);
    let mut words = argv::joined_by_spaces(text, range);
    for word in &mut words {
        word.expansions = expansions(word.text());
    }
    Some(words)
}

/// Finds the variables that systemd replaces: `${NAME}`, and `$NAME` as a whole argument.
fn expansions(argument: &str) -> Vec<Span> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let is_whole = argument
        .strip_prefix('$')
        .is_some_and(|name| !name.is_empty() && name.chars().all(is_name));
    if is_whole {
        return vec![Span::new(0, argument.len())];
    }
    let found = argument.match_indices("${").filter_map(|(at, _)| {
        let length = argument[at..].find('}')?;
        let name = &argument[at + 2..at + length];
        name.chars()
            .all(is_name)
            .then(|| Span::new(at, at + length + 1))
    });
    found.collect()
}

/// Reads `/etc/etcd.env (ignore_errors=no)`.
fn environment_file(value: &str, span: Span) -> Option<Reference> {
    let (path, ignores) = value.rsplit_once(" (ignore_errors=")?;
    Some(Reference {
        kind: ReferenceKind::Variables,
        path: path.to_owned(),
        place: Place::new(0, Span::new(span.start, span.start + path.len())),
        is_optional: ignores.starts_with("yes"),
        object: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_separated_by_empty_lines() {
        let text = "\nId=a\nType=b\n\n\nId=c\n";
        let units: Vec<&str> = units(text).into_iter().map(|unit| unit.of(text)).collect();
        assert_eq!(units, ["Id=a\nType=b\n", "Id=c\n"]);
    }

    #[test]
    fn arguments_end_before_the_state_of_the_command() {
        let text = "{ path=/e ; argv[]=/e --name ${N} ; x $OPTS ; ignore_errors=no ; pid=0 }";
        let words = arguments(text, Span::new(0, text.len())).unwrap();
        let texts: Vec<&str> = words.iter().map(Word::text).collect();
        assert_eq!(texts, ["/e", "--name", "${N}", ";", "x", "$OPTS"]);
        let expanded = words.iter().map(|word| word.expansions.len());
        assert_eq!(expanded.sum::<usize>(), 2);
    }
}
