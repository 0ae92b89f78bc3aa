//! Reads containers of a pod: `command` and `args`, `env`, `image`.

use crate::facts::catalogue::Spelling;
use crate::member::{Place, Setting, Value};
use crate::source::Span;
use crate::surface::document::DocumentReader;
use crate::surface::launch::{Image, Launch, Part};
use crate::surface::process::{arguments, is_variable, text_value};
use crate::surface::site::Site;
use crate::surface::site::item::Item;
use crate::surface::site::list::PairSite;
use crate::text::yaml::{NodeId, Style};

impl DocumentReader<'_> {
    /// Adds the members that a container starts; `pod` is the specification of its pod, and the namespace.
    pub(super) fn container(&mut self, id: NodeId, pod: (NodeId, Option<&str>)) {
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
        let inputs = self.inputs(id, pod, &variables);
        // Its `command` replaces ENTRYPOINT, its `args` replace CMD.
        let launch = Launch {
            entry_point: command.flatten().map(Part::List),
            command: args.flatten().map(Part::List),
            variables,
            inputs,
            image: image.map_or(Image::named(""), |(name, place)| Image {
                place: Some(place),
                ..Image::named(name).written_at(place)
            }),
            ..Launch::default()
        };
        let release = launch.image.release;
        let before = self.reading.members.len();
        if let Err(error) = launch.add_members(self.request, self.reading) {
            self.refuse(error);
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
