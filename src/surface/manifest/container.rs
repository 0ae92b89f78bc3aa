//! Reads containers of a pod: `command` and `args`, `env`, `image`.

use super::Pod;
use crate::facts::catalogue::Spelling;
use crate::member::{Completeness, Place, Setting, Value};
use crate::source::Span;
use crate::surface::document::DocumentReader;
use crate::surface::evidence::is_telling;
use crate::surface::launch::entry_point::EntryPoint;
use crate::surface::launch::{Image, Launch, Part};
use crate::surface::process::{Argument, arguments, is_variable, text_value};
use crate::surface::rendering::{Container, is_kubeadm_patch};
use crate::surface::site::Site;
use crate::surface::site::item::Item;
use crate::surface::site::list::PairSite;
use crate::text::yaml::{NodeId, Style};

impl DocumentReader<'_> {
    /// Adds the members that a container starts, and the container itself; `index` is its place in the pod, unless it only
    /// runs before the others.
    pub(super) fn container(&mut self, id: NodeId, pod: &Pod<'_>, index: Option<usize>) {
        let document = self.document;
        let text = self.request.text;
        let list = |key: &str| {
            document
                .value(id, key)
                .map(|list| arguments(text, document, list, expansions))
        };
        let (command, args) = (list("command"), list("args"));
        // An argument is not a text.
        if matches!(command, Some(None)) || matches!(args, Some(None)) {
            return;
        }
        let name = |image| Some((document.scalar(image)?, document.node(image).span));
        let image = document.value(id, "image").and_then(name);
        let variables = self.pairs(document.value(id, "env"), Spelling::Variable);
        let own_variables = variables.clone();
        let inputs = self.inputs(id, (pod.spec, pod.namespace), &variables);
        // A patch leaves out what it does not change.
        let is_bare = image.is_none()
            && command.is_none()
            && self.is_named_etcd(id)
            && self.is_of_server(&args, &variables);
        // Its `command` replaces ENTRYPOINT, its `args` replace CMD.
        let launch = Launch {
            entry_point: command.flatten().map(Part::List),
            command: args.flatten().map(Part::List),
            variables,
            inputs,
            image: match image {
                Some((name, place)) => Image {
                    place: Some(place),
                    ..Image::of_document(name, document, place)
                },
                None if is_bare => Image {
                    entry_point: EntryPoint::Etcd,
                    ..Image::named("")
                },
                None => Image::named(""),
            },
            ..Launch::default()
        };
        let release = launch.image.release;
        let before = self.reading.members.len();
        if let Err(error) = launch.add_members(self.request, self.reading) {
            self.refuse(error);
        }
        let has_image = document.value(id, "image").is_some();
        if let Some(index) = index {
            let container = self.described(id, pod, own_variables, before);
            self.reading
                .rendered
                .containers
                .push(Container { index, ..container });
        }
        // kubeadm has the rest of the pod.
        let file_name = self.request.file_name;
        let is_patch =
            is_kubeadm_patch(file_name) && (file_name.contains('+') || pod.object.kind.is_empty());
        if is_bare || !has_image && is_patch {
            for member in &mut self.reading.members[before..] {
                member.completeness = Completeness::Partial;
                member.lacks_only_expansions = false;
            }
        }
        if self.reading.members.len() > before {
            for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
                if let Some(probe) = document.value(id, probe) {
                    let span = document.resolved(probe).span;
                    self.reading
                        .add_probes(text, span, self.request.catalogue, release);
                }
            }
        }
    }

    fn is_named_etcd(&self, id: NodeId) -> bool {
        let name = self.document.value(id, "name");
        let name = name.and_then(|name| self.document.scalar(name));
        name.is_some_and(|name| name.contains("etcd"))
    }

    /// Whether only etcd has some of these arguments and variables.
    fn is_of_server(&self, args: &Option<Option<Vec<Argument>>>, variables: &[Setting]) -> bool {
        let catalogue = self.request.catalogue;
        let words = args.iter().flatten().flatten();
        let mut flags = words.filter_map(|argument| {
            let flag = argument.word.text().strip_prefix("--")?;
            flag.split('=').next()
        });
        let mut variables = variables.iter();
        flags.any(|name| is_telling(catalogue, Spelling::Flag, name))
            || variables.any(|own| is_telling(catalogue, own.spelling, &own.name))
    }

    /// Describes a container for patches; its members are those from `first` on.
    fn described(
        &self,
        id: NodeId,
        pod: &Pod<'_>,
        variables: Vec<Setting>,
        first: usize,
    ) -> Container {
        let document = self.document;
        let items = |key: &str| {
            let list = document.value(id, key)?;
            let items = document.items(list).iter();
            let spans = items.map(|&item| {
                let span = document.node(item).span;
                Span::new(
                    span.start,
                    span.start + span.of(self.request.text).trim_end().len(),
                )
            });
            Some(spans.collect())
        };
        let env = document.value(id, "env");
        let env = env.map_or(&[][..], |env| document.items(env));
        let names = env.iter().map(|&entry| {
            let name = document.value(entry, "name");
            let name = name.and_then(|name| document.scalar(name));
            name.unwrap_or_default().to_owned()
        });
        let is_directive = |node: NodeId| {
            let keys = document.entries(node).iter();
            let mut keys = keys.filter_map(|&(key, _)| document.scalar(key));
            keys.any(|key| key.starts_with('$'))
        };
        let name = document.value(id, "name");
        let name = name.and_then(|name| document.scalar(name));
        Container {
            text: 0,
            object: pod.object.clone(),
            name: name.unwrap_or_default().to_owned(),
            index: 0,
            is_patch: document.value(id, "image").is_none(),
            has_directive: is_directive(id)
                || is_directive(pod.spec)
                || env.iter().any(|&entry| is_directive(entry)),
            command: items("command"),
            args: items("args"),
            variable_names: names.collect(),
            variables,
            members: self.reading.members[first..].to_vec(),
            has_more_arguments: false,
        }
    }

    /// Returns the settings of a list of `name: X`, `value: Y`.
    pub(in crate::surface) fn pairs(
        &mut self,
        list: Option<NodeId>,
        spelling: Spelling,
    ) -> Vec<Setting> {
        let document = self.document;
        let text = self.request.text;
        let mut settings = Vec::new();
        let Some(list) = list else { return settings };
        for (index, &pair) in document.items(list).iter().enumerate() {
            let Some(name) = document.value(pair, "name") else {
                continue;
            };
            let (Some(name_text), Some(item)) = (
                document.scalar(name),
                Item::new(text, document, list, index),
            ) else {
                continue;
            };
            if spelling == Spelling::Variable && !is_variable(name_text) {
                continue;
            }
            let name_span = document.node(name).span;
            let value = document.value(pair, "value");
            let other = document
                .entries(pair)
                .iter()
                .find(|&&(key, _)| !matches!(document.scalar(key), Some("name" | "value")));
            let (value_read, value_span) = match (value, other) {
                (Some(value), _) => {
                    let span = document.node(value).span;
                    let span = Span::new(span.start, span.start + span.of(text).trim_end().len());
                    let read = match document.scalar(value) {
                        Some(value) => text_value(value, expansions),
                        None => Value::Unknown(span.of(text).to_owned()),
                    };
                    (read, span)
                }
                (None, Some(&(key, _))) => {
                    let from = document.node(key).span;
                    (Value::Unknown(from.of(text).to_owned()), from)
                }
                (None, None) => (Value::Text(String::new()), Span::at(name_span.end)),
            };
            let site_value = value.and_then(|value| {
                let style = document.style(value)?;
                let node = document.node(value);
                (!node.decorated && !node.span.is_empty()).then_some((node.span, style))
            });
            let site = self.reading.add_site(Site::Pair(PairSite {
                name: name_span,
                name_style: document.style(name).unwrap_or(Style::Block),
                bare: document.entries(pair).len() == 2 && site_value.is_some(),
                value: site_value,
                flow: item.flow || document.is_flow(pair),
                item,
            }));
            settings.push(Setting {
                spelling,
                name: name_text.to_owned(),
                name_place: Place::new(0, name_span),
                value: value_read,
                value_place: Place::new(0, value_span),
                overridden: false,
                elsewhere: None,
                site,
            });
        }
        settings
    }
}

/// Finds expansions: Kubernetes replaces `$(NAME)` by a variable of the container; `$$` is a dollar.
fn expansions(text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(dollar) = text[at..].find('$') {
        let start = at + dollar;
        let rest = &text[start + 1..];
        let length = match rest.as_bytes().first() {
            Some(b'$') => 2,
            Some(b'(') => match rest.find(')') {
                Some(end) => {
                    found.push(Span::new(start, start + end + 2));
                    end + 2
                }
                None => 1,
            },
            _ => 1,
        };
        at = start + length;
    }
    found
}
