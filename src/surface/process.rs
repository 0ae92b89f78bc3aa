//! Arguments and variables of a process in YAML lists and maps, for all surfaces that have them.

pub(in crate::surface) mod map;

use super::reading::Reading;
use super::site::Site;
use super::site::item::Item;
use super::site::list::AssignmentSite;
use super::site::word::Reads;
use crate::facts::catalogue::Spelling;
use crate::member::{Place, Setting, Value};
use crate::source::Span;
use crate::text::words::Word;
use crate::text::yaml::{self, Document, NodeId, Style};

/// One argument.
#[derive(Clone, Debug)]
pub(in crate::surface) struct Argument {
    pub(in crate::surface) word: Word,
    /// Its item in the list.
    pub(in crate::surface) item: Item,
    pub(in crate::surface) style: Style,
}

/// Finds the expansions in a text.
pub(in crate::surface) type Expansions = fn(&str) -> Vec<Span>;

/// Returns the items of a list of arguments; `None` if one is not a scalar.
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

/// Returns the setting of a variable that is an item `NAME=value` of a list.
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
        elsewhere: None,
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

/// Whether etcd may read a variable of that name.
pub(in crate::surface) fn is_variable(name: &str) -> bool {
    name.starts_with("ETCD_") && !name.starts_with("ETCDCTL_")
}

/// Returns the value of a text, unknown if it has expansions.
pub(in crate::surface) fn text_value(text: &str, expansions: Expansions) -> Value {
    if expansions(text).is_empty() {
        Value::Text(text.to_owned())
    } else {
        Value::Unknown(text.to_owned())
    }
}
