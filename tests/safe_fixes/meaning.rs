//! The values that a release uses for some options, and what they mean across releases.

use std::collections::{BTreeMap, BTreeSet};

use etcd_uplift::facts::catalogue::{Replacement, ReplacementKind, Spelling, ValueType};
use etcd_uplift::facts::go_value::parse_bool;
use etcd_uplift::facts::version::Release;
use etcd_uplift::member::Member;
use etcd_uplift::server::acceptance::{self, Acceptance};
use etcd_uplift::server::effective::Effective;

use super::judge::Judge;

/// The prefix of the name of one feature gate, as if it were an option.
pub(super) const GATE: &str = "feature-gates/";

impl Judge<'_> {
    /// The meaning of options, by their newest name: the value, and whether it is set.
    pub(super) fn meaning(
        &self,
        member: &Member,
        group: &BTreeSet<String>,
        release: Release,
    ) -> BTreeMap<String, (String, bool)> {
        let catalogue = &self.knowledge.catalogue;
        let effective = Effective::new(catalogue, member, release);
        let mut meaning = BTreeMap::new();
        for option in group.iter().filter_map(|name| catalogue.option(name)) {
            let Some(text) = effective.text(&option.name) else {
                continue;
            };
            let is_set = effective.set(&option.name).is_some();
            let by = option.replaced_by.as_ref();
            let gate = by.and_then(|by| by.gate.as_deref());
            let successor = by.filter(|by| by.how == ReplacementKind::Rename);
            let name = match (option.name.as_str(), gate, successor) {
                // These are compared together, by their state.
                ("debug" | "log-level", ..) => continue,
                (name, ..) if name.contains("ca-file") || name.contains("client-cert-auth") => {
                    continue;
                }
                (_, Some(gate), _) => format!("{GATE}{gate}"),
                (_, None, Some(by)) => by.option.clone().unwrap_or_default(),
                (name, None, None) => name.to_owned(),
            };
            // The facts list the values that may be deleted without a change.
            if by.is_some_and(|by| is_harmless(by, &text)) {
                continue;
            }
            let is_bool = option.type_at(release) == ValueType::Bool;
            let text = match parse_bool(&text).filter(|_| is_bool) {
                Some(value) => value.to_string(),
                None => text,
            };
            // A value that is set overrides a default of the other name.
            let held = meaning
                .entry(name)
                .or_insert_with(|| (text.clone(), is_set));
            if is_set {
                *held = (text, true);
            }
        }
        let gates = effective.text("feature-gates").unwrap_or_default();
        for pair in gates.split(',').filter_map(|pair| pair.split_once('=')) {
            let name = format!("{GATE}{}", pair.0);
            if group.contains(&name) {
                let value = parse_bool(pair.1).map_or(pair.1.to_owned(), |value| value.to_string());
                meaning.insert(name, (value, true));
            }
        }
        if group.contains("log-level") {
            let level = match effective.boolean("debug") {
                Some(true) => "debug".to_owned(),
                _ => effective.text("log-level").unwrap_or("info".to_owned()),
            };
            let is_set = ["debug", "log-level"]
                .iter()
                .any(|name| effective.set(name).is_some());
            meaning.insert("log-level".to_owned(), (level, is_set));
        }
        for peer in ["", "peer-"] {
            if let Some((authorities, demands)) = certificates(&effective, peer)
                && group.contains(&format!("{peer}ca-file"))
            {
                let is_set = !authorities.is_empty();
                let demanded = format!("{peer}certificates demanded");
                meaning.insert(format!("{peer}authorities"), (authorities, is_set));
                meaning.insert(demanded, (demands.to_string(), is_set));
            }
        }
        meaning
    }

    /// Returns what a release does with the settings of some options: values, and what it refuses or loses.
    pub(super) fn state(
        &self,
        member: &Member,
        group: &BTreeSet<String>,
        release: Release,
    ) -> State {
        let catalogue = &self.knowledge.catalogue;
        let effective = Effective::new(catalogue, member, release);
        let debugs = effective.boolean("debug") == Some(true);
        let mut state = State::default();
        let gates = effective.text("feature-gates").unwrap_or_default();
        for peer in ["", "peer-"] {
            if let Some((authorities, demands)) = certificates(&effective, peer)
                && group.contains(&format!("{peer}ca-file"))
            {
                state.values.insert(format!(
                    "{peer}authorities: {authorities}, certificates demanded: {demands}"
                ));
            }
        }
        for option in group.iter().map(String::as_str) {
            // If the facts let every value be deleted, it has no effect.
            let by = catalogue
                .option(option)
                .and_then(|known| known.replaced_by.as_ref());
            if by.is_some_and(|by| is_harmless(by, "*")) {
                continue;
            }
            if option.contains("ca-file") || option.contains("client-cert-auth") {
                continue;
            }
            if let Some(gate) = option.strip_prefix(GATE) {
                let mut pairs = gates.split(',').filter_map(|pair| pair.split_once('='));
                let value = pairs.rfind(|(name, _)| *name == gate);
                let value = value.map_or("default", |(_, value)| value);
                state.values.insert(format!("{option}={value}"));
                continue;
            }
            // `debug` is a log level, and 3.4 does not use `log-output`: see the rules for both.
            if option == "debug"
                || option == "log-output" && release.same_line(Release::new(3, 4, 0))
            {
                continue;
            }
            if option == "log-level" && debugs {
                state.values.insert("log-level=debug".to_owned());
            } else if let Some(text) = effective.text(option) {
                let is_bool = catalogue
                    .option(option)
                    .is_some_and(|known| known.type_at(release) == ValueType::Bool);
                let text = match parse_bool(&text).filter(|_| is_bool) {
                    Some(value) => value.to_string(),
                    None => text,
                };
                state.values.insert(format!("{option}={text}"));
            }
        }
        for (_, setting) in member.live() {
            let option = setting.option_in(catalogue);
            let name = option.map_or(setting.name.as_str(), |option| option.name.as_str());
            if !group.contains(name) {
                continue;
            }
            let lost = match acceptance::check(catalogue, setting, release) {
                Acceptance::Accepted | Acceptance::Ignored | Acceptance::ReadAs(_) => continue,
                Acceptance::Refused(_) => "refuses",
                Acceptance::Dropped | Acceptance::DroppedWithWarning(_) => "loses",
            };
            let is_empty =
                setting.spelling == Spelling::Variable && setting.value.text() == Some("");
            if !is_empty {
                state.lost.insert(format!("{lost} {}", setting.name));
            }
        }
        state
    }
}

/// Returns the authorities that clients or peers may come from, and whether their certificates are required:
/// `pkg/transport/listener.go:241@v3.3.27`, `pkg/transport/listener.go:364@v3.4.0`.
fn certificates(effective: &Effective<'_>, peer: &str) -> Option<(String, bool)> {
    let text = |name: &str| effective.text(&format!("{peer}{name}"));
    let (old, new) = (
        text("ca-file").unwrap_or_default(),
        text("trusted-ca-file")?,
    );
    let auth = effective.boolean(&format!("{peer}client-cert-auth"))?;
    let by_authority = effective.release >= Release::new(3, 4, 0) && !new.is_empty();
    let demands = auth || !old.is_empty() || by_authority;
    let all: BTreeSet<String> = [old, new]
        .into_iter()
        .filter(|path| !path.is_empty())
        .collect();
    let all: Vec<String> = all.into_iter().collect();
    Some((all.join(" and "), demands))
}

/// The values that a release uses for some options.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct State {
    pub(super) values: BTreeSet<String>,
    pub(super) lost: BTreeSet<String>,
}

impl std::fmt::Display for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let all: Vec<&str> = self
            .values
            .iter()
            .chain(&self.lost)
            .map(String::as_str)
            .collect();
        f.write_str(&all.join(", "))
    }
}

/// Returns whether that value may be deleted without a change; `*` means every value.
fn is_harmless(by: &Replacement, text: &str) -> bool {
    let is_it = |value: &String| value == "*" || value == text;
    by.how == ReplacementKind::None && by.harmless.iter().any(is_it)
}
