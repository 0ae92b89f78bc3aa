//! The values that a running server has.

use std::collections::BTreeSet;

use super::enforced::enforced;
use super::{Effective, url_text};
use crate::facts::catalogue::ValueType;
use crate::facts::go_value;
use crate::facts::urls_map;
use crate::member::Value;

impl Effective<'_> {
    /// Returns the value that the running server has: derived, completed and normalised, if the text decides it.
    #[must_use]
    pub fn resolved(&self, option: &str) -> Option<String> {
        let known = self.option(option)?;
        let text = match option {
            "initial-cluster" => return self.initial_cluster().map(|text| self.cluster_text(text)),
            "initial-cluster-token" => self.text(self.token_option())?,
            "election-timeout" => {
                // The server counts in ticks of the heartbeat: embed/config.go:825@v3.4.45.
                let tick = self.number("heartbeat-interval")?;
                let timeout = self.number(option)?;
                return Some((timeout.checked_div(tick)? * tick).to_string());
            }
            "data-dir" if !self.is_filled("data-dir") => {
                return Some(format!("{}.etcd", self.text("name")?));
            }
            _ if self.address_of(option).is_some() => return Some(url_text(&self.urls(option)?)),
            _ if known.type_at(self.release) == ValueType::FeatureGates => {
                return self.gates_in_force(option);
            }
            _ => match self.old_value(option) {
                Some(old) => old.clone()?,
                None => self.text(option)?,
            },
        };
        let text = enforced(known, self.release, self.in_file(), text);
        let value_type = known.type_at(self.release);
        let is_zero = value_type == ValueType::Duration && is_zero(&text);
        let effective_default = known.effective_default.at(self.release);
        if let Some(default) = effective_default.filter(|_| text.is_empty() || is_zero) {
            return Some(default.clone());
        }
        Some(match value_type {
            ValueType::Bool => go_value::parse_bool(&text)?.to_string(),
            number if number.is_number() => go_value::parse_whole(&text)?.to_string(),
            ValueType::Urls | ValueType::UniqueUrls if text != "*" => {
                url_text(&self.listed_urls(option)?)
            }
            ValueType::UniqueStrings if !self.is_list(option) => {
                let items: BTreeSet<&str> = text.split(',').collect();
                Vec::from_iter(items).join(",")
            }
            _ => text,
        })
    }

    /// Returns what an old name of the option sets, if that is in force. Names that exclude each other are never both set;
    /// of others a 0 beside the new name does not count: `server/etcdmain/config.go:389@v3.6.14`.
    fn old_value<'b>(&'b self, option: &'b str) -> Option<&'b Option<String>> {
        let is_set = self.set(option).is_some();
        let counts = |text: &Option<String>| !is_set || !text.as_deref().is_some_and(is_zero);
        let mut old = self.old_options(option).map(|(_, held)| &held.text);
        old.find(|text| counts(text))
    }

    /// Returns whether a list in a file gives the option; the items of another text are a set:
    /// `pkg/flags/unique_strings.go:32@v3.4.45`.
    fn is_list(&self, option: &str) -> bool {
        let held = self.set(option);
        let setting = held.and_then(|held| self.member.settings.get(held.setting));
        setting.is_some_and(|setting| matches!(setting.value, Value::List(_)))
    }

    /// Returns the members of a cluster as etcd prints them.
    fn cluster_text(&self, text: String) -> String {
        let members = urls_map::parse(self.catalogue, &text, self.release);
        members.map_or(text, |members| urls_map::text(&members))
    }
}

/// Returns whether a duration is 0.
fn is_zero(text: &str) -> bool {
    go_value::parse_duration(text) == Ok(0)
}
