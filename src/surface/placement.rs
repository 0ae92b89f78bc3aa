//! Tasks of Ansible that write files on hosts: which text of a tree becomes which path.

use crate::limits::YAML_NESTING;
use crate::text::yaml::{self, Document, Kind, NodeId};

/// A task that writes a file on a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    /// The module, without its collection: `template`.
    pub module: &'static str,
    /// What it writes.
    pub content: PlacedContent,
    /// The path on the host; a variable is `{{ name }}`.
    pub path: String,
    /// The line of the task's module, 1-based.
    pub line: usize,
}

/// What a task writes to a path of a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlacedContent {
    /// A template, by its path as written.
    Template(String),
    /// A file, by its path as written.
    File(String),
    /// A text that the tree does not have as a file.
    Other,
    /// Lines of a file that is already there.
    Lines,
}

/// Returns the files that the tasks of a text write; none for a text that is no list of tasks or plays.
#[must_use]
pub fn placements(text: &str) -> Vec<Placement> {
    let is_named = |module: &&str| text.contains(*module);
    if !MODULES.iter().any(|module| is_named(&module.name)) {
        return Vec::new();
    }
    let documents = yaml::parse_all(text).unwrap_or_default();
    let mut found = Vec::new();
    for document in &documents {
        // Tasks and plays are lists.
        if document.items(document.root).is_empty() {
            continue;
        }
        let reader = PlacementReader { text, document };
        reader.node(document.root, &mut found, 0);
    }
    found
}

/// A module that writes files.
struct Module {
    name: &'static str,
    /// The parameters that are the path on the host.
    paths: &'static [&'static str],
    edits: bool,
}

const MODULES: [Module; 6] = [
    Module {
        name: "template",
        paths: &["dest"],
        edits: false,
    },
    Module {
        name: "copy",
        paths: &["dest"],
        edits: false,
    },
    Module {
        name: "lineinfile",
        paths: &["path", "dest", "destfile", "name"],
        edits: true,
    },
    Module {
        name: "blockinfile",
        paths: &["path", "dest", "destfile", "name"],
        edits: true,
    },
    Module {
        name: "replace",
        paths: &["path", "dest", "destfile", "name"],
        edits: true,
    },
    Module {
        name: "ini_file",
        paths: &["path", "dest"],
        edits: true,
    },
];

/// The collections of these modules.
const COLLECTIONS: [&str; 3] = ["ansible.builtin.", "ansible.legacy.", "community.general."];

/// Returns the name of a module without its collection.
pub(super) fn module_name(key: &str) -> &str {
    let mut collections = COLLECTIONS.iter();
    let rest = collections.find_map(|collection| key.strip_prefix(collection));
    rest.unwrap_or(key)
}

struct PlacementReader<'a> {
    text: &'a str,
    document: &'a Document,
}

impl PlacementReader<'_> {
    fn node(&self, id: NodeId, found: &mut Vec<Placement>, depth: usize) {
        let document = self.document;
        if depth > YAML_NESTING || matches!(document.node(id).kind, Kind::Alias(_)) {
            return;
        }
        for &item in document.items(id) {
            self.node(item, found, depth + 1);
        }
        for &(key, value) in document.entries(id) {
            let name = document.scalar(key).map(module_name);
            let module = MODULES.iter().find(|module| Some(module.name) == name);
            match module {
                Some(module) => self.task(module, (id, key, value), found),
                None => self.node(value, found, depth + 1),
            }
        }
    }

    fn task(
        &self,
        module: &Module,
        (task, key, value): (NodeId, NodeId, NodeId),
        found: &mut Vec<Placement>,
    ) {
        let document = self.document;
        let Some(parameters) = Parameters::of(document, value) else {
            return;
        };
        let mut paths = module.paths.iter();
        let Some(path) = paths.find_map(|name| parameters.get(name)) else {
            return;
        };
        let source = parameters.get("src");
        let is_on_host = matches!(
            parameters.get("remote_src").as_deref(),
            Some("yes" | "true" | "True")
        );
        let before = &self.text[..document.node(key).span.start];
        let line = before.matches('\n').count() + 1;
        for item in self.items(task) {
            let source = source.as_ref().map(|source| item.filled(source));
            let mut path = item.filled(&path);
            let content = match source {
                _ if module.edits => PlacedContent::Lines,
                None => PlacedContent::Other,
                Some(_) if is_on_host => PlacedContent::Other,
                Some(source) => {
                    if path.ends_with('/') {
                        let name = source.rsplit('/').next().unwrap_or_default();
                        path.push_str(name);
                    }
                    if module.name == "template" {
                        PlacedContent::Template(source)
                    } else {
                        PlacedContent::File(source)
                    }
                }
            };
            found.push(Placement {
                module: module.name,
                content,
                path,
                line,
            });
        }
    }

    /// Returns the items of the loop around a task, as far as they are written there.
    fn items(&self, task: NodeId) -> Vec<Item> {
        let document = self.document;
        let list = ["loop", "with_items"].iter();
        let list = list.filter_map(|key| document.value(task, key)).next();
        let items = list.map_or(&[][..], |list| document.items(list));
        let items: Vec<Item> = items
            .iter()
            .map(|&item| match document.scalar(item) {
                Some(text) => Item(vec![("item".to_owned(), text.to_owned())]),
                None => {
                    let entries = document.entries(item).iter().filter_map(|&(key, value)| {
                        let name = format!("item.{}", document.scalar(key)?);
                        Some((name, document.scalar(value)?.to_owned()))
                    });
                    Item(entries.collect())
                }
            })
            .collect();
        if items.is_empty() {
            vec![Item::default()]
        } else {
            items
        }
    }
}

/// The parameters of a module: a mapping, or `name=value` in one text.
enum Parameters<'a> {
    Mapping(&'a Document, NodeId),
    Text(Vec<(String, String)>),
}

impl<'a> Parameters<'a> {
    fn of(document: &'a Document, id: NodeId) -> Option<Self> {
        if !document.entries(id).is_empty() {
            return Some(Self::Mapping(document, id));
        }
        let text = document.scalar(id)?;
        let pairs = words(text).into_iter().filter_map(|word| {
            let (name, value) = word.split_once('=')?;
            let value = value.trim_matches(['"', '\'']);
            Some((name.to_owned(), value.to_owned()))
        });
        Some(Self::Text(pairs.collect()))
    }

    fn get(&self, name: &str) -> Option<String> {
        match self {
            Self::Mapping(document, id) => {
                let value = document.value(*id, name)?;
                document.scalar(value).map(str::to_owned)
            }
            Self::Text(pairs) => {
                let mut pairs = pairs.iter();
                let pair = pairs.find(|(own, _)| own == name);
                pair.map(|(_, value)| value.clone())
            }
        }
    }
}

/// Splits a text at blanks that are in no quotes and no `{{ … }}`.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote: Option<char> = None;
    let mut depth = 0_usize;
    for c in text.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            '"' | '\'' if quote == Some(c) => quote = None,
            '"' | '\'' if quote.is_none() => quote = Some(c),
            _ => {}
        }
        if c.is_whitespace() && quote.is_none() && depth == 0 {
            words.push(String::new());
        } else if let Some(word) = words.last_mut() {
            word.push(c);
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The variables that an item of a loop sets, each with its value.
#[derive(Default)]
struct Item(Vec<(String, String)>);

impl Item {
    /// Returns the text with these variables replaced, and the others as `{{ name }}`.
    fn filled(&self, text: &str) -> String {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            filled.push_str(before);
            let Some((name, after)) = after.split_once("}}") else {
                filled.push_str("{{");
                rest = after;
                continue;
            };
            let name = name.trim();
            let plain = name.replace("['", ".").replace("[\"", ".");
            let plain = plain.replace("']", "").replace("\"]", "");
            match self.0.iter().find(|(own, _)| *own == plain) {
                Some((_, value)) => filled.push_str(value),
                None => {
                    filled.push_str("{{ ");
                    filled.push_str(name);
                    filled.push_str(" }}");
                }
            }
            rest = after;
        }
        filled.push_str(rest);
        filled
    }
}

/// Returns a path with its variables written as those of a [`Placement`].
#[must_use]
pub fn normalised(path: &str) -> String {
    Item::default().filled(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let found = placements(text).into_iter();
        let found = found.map(|one| {
            let content = match one.content {
                PlacedContent::Template(source) => format!("template {source}"),
                PlacedContent::File(source) => format!("file {source}"),
                PlacedContent::Other => "other".to_owned(),
                PlacedContent::Lines => format!("lines by {}", one.module),
            };
            format!("{}: {content} > {}", one.line, one.path)
        });
        found.collect()
    }

    #[test]
    fn tasks_say_what_becomes_which_path() {
        let text = "\
- name: Environment
  ansible.builtin.template:
    src: etcd-env.j2
    dest: /etc/etcd.env
- block:
    - copy: src=a.conf dest={{dir}}/b.conf mode=0644
    - copy: {content: 'A=1', dest: /etc/c}
    - copy: {src: /opt/c, remote_src: yes, dest: /etc/d}
  when: x
- lineinfile: {path: /etc/default/etcd, line: A=1}
- template: {src: '{{ item.from }}.j2', dest: '/etc/{{ item[\"to\"] }}'}
  loop:
    - {from: a, to: b}
    - {from: c, to: d}
- copy: {src: 'files/{{ item }}', dest: /etc/etcd/}
  with_items: [a.conf]
";
        assert_eq!(
            shown(text),
            [
                "2: template etcd-env.j2 > /etc/etcd.env",
                "6: file a.conf > {{ dir }}/b.conf",
                "7: other > /etc/c",
                "8: other > /etc/d",
                "10: lines by lineinfile > /etc/default/etcd",
                "11: template a.j2 > /etc/b",
                "11: template c.j2 > /etc/d",
                "15: file files/a.conf > /etc/etcd/a.conf",
            ]
        );
        assert!(shown("template:\n  src: a\n  dest: b\n").is_empty());
    }
}
