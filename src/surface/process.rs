//! A process given as lists of arguments and variables, wherever such lists stand.

pub(in crate::surface) mod map;

use super::command_line::Finder;
use super::evidence::is_telling;
use super::read_error::ReadError;
use super::reading::Reading;
use super::request::Request;
use super::site::Site;
use super::site::item::Item;
use super::site::list::{ArgumentSite, AssignmentSite};
use super::site::word::{FlagValue, Reads};
use crate::facts::catalogue::{Catalogue, Spelling};
use crate::facts::version::Version;
use crate::member::{Completeness, Delivery, Member, Place, Setting, Value, mark_overridden};
use crate::source::Span;
use crate::text::words::Word;
use crate::text::yaml::{self, Document, NodeId, Style};

/// One argument.
#[derive(Clone, Debug)]
pub(in crate::surface) struct Argument {
    pub(in crate::surface) word: Word,
    /// The item of the list it is.
    pub(in crate::surface) item: Item,
    pub(in crate::surface) style: Style,
}

/// How expansions are written: what stands behind the `$`.
pub(in crate::surface) type Expansions = fn(&str) -> Vec<Span>;

/// The items of a list of arguments; none when one is no scalar.
pub(in crate::surface) fn arguments(
    text: &str,
    document: &Document,
    list: NodeId,
    expansions: Expansions,
) -> Option<Vec<Argument>> {
    let items = document.items(list);
    let flow = document.is_flow(list);
    items
        .iter()
        .enumerate()
        .map(|(index, &item)| {
            let decoded = yaml::decoded(text, document, item, flow)?;
            let item_site = Item::new(text, document, list, index)?;
            Some(Argument {
                word: Word {
                    span: item_site.span,
                    expansions: expansions(&decoded.text),
                    decoded,
                    unclosed: None,
                    endless: None,
                },
                item: item_site,
                style: document.style(item).unwrap_or(Style::Block),
            })
        })
        .collect()
}

/// Adds the members that a list of arguments starts; gives how many, or why one cannot be read.
///
/// `head` stands before them, for the program where an image or another text names it.
pub(in crate::surface) fn start(
    request: &Request<'_>,
    reading: &mut Reading,
    head: Vec<Word>,
    arguments: &[Argument],
) -> Result<usize, ReadError> {
    let first = reading.members.len();
    let mut words = head;
    words.extend(arguments.iter().map(|argument| argument.word.clone()));
    let mut finder = Finder::new(request, reading);
    finder.command(&words, 0, 0);
    if let Some(error) = finder.error {
        return Err(error);
    }
    let argument = |word: &Word| {
        let found = arguments
            .iter()
            .find(|argument| argument.word.span == word.span)?;
        Some((found.item.clone(), found.style))
    };
    for member in &reading.members[first..] {
        for setting in &member.settings {
            if setting.name_place.text != 0 {
                continue;
            }
            let site = &mut reading.sites[setting.site];
            let replaced = match &*site {
                Site::Flag(flag) => argument(&flag.word).map(|(item, style)| {
                    let value = match &flag.value {
                        FlagValue::Next(next) => argument(next),
                        _ => None,
                    };
                    Site::Argument(ArgumentSite {
                        flag: flag.clone(),
                        item,
                        style,
                        value,
                    })
                }),
                Site::VariableWord(variable) => argument(&variable.word).map(|(item, style)| {
                    Site::Assignment(AssignmentSite {
                        word: variable.word.clone(),
                        name: variable.name,
                        value: variable.value,
                        item,
                        style,
                        free: false,
                        reads: variable.reads,
                    })
                }),
                _ => continue,
            };
            // What stands in another text, before the list, is not edited.
            *site = replaced.unwrap_or(Site::Fixed);
        }
    }
    Ok(reading.members.len() - first)
}

/// What else is known of the process whose members these are.
pub(in crate::surface) struct Surroundings {
    /// The variables it is given.
    pub(in crate::surface) variables: Vec<Setting>,
    /// Other objects or files give it more.
    pub(in crate::surface) partial: bool,
    /// The version of its image.
    pub(in crate::surface) evidence: Option<Version>,
    /// The image is etcd's, and what it starts is not said.
    pub(in crate::surface) starts_etcd: bool,
}

/// Gives the members from `first` on their variables; a member of its own where there is none and only etcd reads them.
pub(in crate::surface) fn complete(
    catalogue: &Catalogue,
    reading: &mut Reading,
    first: usize,
    surroundings: Surroundings,
) {
    let Surroundings {
        mut variables,
        partial,
        evidence,
        starts_etcd,
    } = surroundings;
    if reading.members.len() == first {
        let is_server = |setting: &Setting| {
            catalogue
                .spelled(Spelling::Variable, &setting.name)
                .is_some()
                && (is_server_variable(&setting.name)
                    || starts_etcd && is_telling(catalogue, Spelling::Variable, &setting.name))
        };
        let Some(anchor) = variables.iter().find(|setting| is_server(setting)) else {
            return;
        };
        reading.members.push(Member {
            settings: Vec::new(),
            completeness: if starts_etcd {
                Completeness::Whole
            } else {
                Completeness::Partial
            },
            delivery: Delivery::Environment,
            ..Member::at(anchor.name_place)
        });
    }
    let several = reading.members.len() > first + 1;
    for member in &mut reading.members[first..] {
        member.evidence = member.evidence.or(evidence);
        // Of several commands one may be an alternative of the other; one shows the variables.
        if partial || several && !variables.is_empty() {
            member.completeness = Completeness::Partial;
        }
    }
    if let Some(member) = reading.members.get_mut(first) {
        let decided_by_file = variables
            .iter()
            .any(|setting| setting.name == "ETCD_CONFIG_FILE");
        if decided_by_file {
            member.completeness = Completeness::Partial;
        }
        variables.append(&mut member.settings);
        mark_overridden(&mut variables);
        member.settings = variables;
    }
}

/// The setting of a variable that is an item `NAME=value` of a list.
pub(in crate::surface) fn assignment(
    reading: &mut Reading,
    argument: Argument,
    expansions: Expansions,
) -> Option<Setting> {
    let Argument { word, item, style } = argument;
    let length = word.text().find('=')?;
    let name = Span::new(0, length);
    let value = Span::new(length + 1, word.text().len());
    Some(Setting {
        spelling: Spelling::Variable,
        name: name.of(word.text()).to_owned(),
        name_place: Place::new(0, word.outer(name)),
        value: text_value(value.of(word.text()), expansions),
        value_place: Place::new(0, word.outer(value)),
        overridden: false,
        site: reading.add_site(Site::Assignment(AssignmentSite {
            word,
            name,
            value,
            item,
            style,
            free: true,
            reads: Reads::Text,
        })),
    })
}

/// Whether only servers have the variable, by its name.
fn is_server_variable(name: &str) -> bool {
    ["ETCD_LISTEN_", "ETCD_ADVERTISE_", "ETCD_INITIAL_"]
        .iter()
        .any(|start| name.starts_with(start))
}

/// Whether a variable is one that etcd may read.
pub(in crate::surface) fn is_variable(name: &str) -> bool {
    name.starts_with("ETCD_") && !name.starts_with("ETCDCTL_")
}

/// A value that something else may decide in part.
pub(in crate::surface) fn text_value(text: &str, expansions: Expansions) -> Value {
    if expansions(text).is_empty() {
        Value::Text(text.to_owned())
    } else {
        Value::Unknown(text.to_owned())
    }
}
