//! Removed options whose loss changes nothing.

use super::SettingCheck;
use crate::facts::catalogue::{EtcdOption, Spelling, ValueType};
use crate::facts::go_value;
use crate::facts::version::Release;
use crate::server::effective::flag_text;

impl SettingCheck<'_> {
    /// Whether the value is the default that held before the option went, or one known to change nothing. A default
    /// that changes is reported of members that do not set the option.
    pub(super) fn loses_nothing(&self, option: &EtcdOption, removed: Release) -> bool {
        let Some(text) = flag_text(&self.setting.value).filter(|text| !text.is_empty()) else {
            return false;
        };
        let replaced = option.replaced_by.iter();
        let mut harmless = replaced.flat_map(|new| &new.harmless);
        if harmless.any(|value| value == "*" || *value == text) {
            return true;
        }
        let lines = self.catalogue.lines().map(|(_, _, last)| last);
        let Some(before) = lines.filter(|last| *last < removed).max() else {
            return false;
        };
        let default = option.default_at(before, self.setting.spelling == Spelling::Key);
        let is_same_bool = || go_value::parse_bool(&text) == Some(default == "true");
        match option.type_at(before) {
            ValueType::Bool => is_same_bool(),
            ValueType::Duration => duration(&text) == duration(default),
            _ => text == default,
        }
    }
}

/// A duration in nanoseconds, as a flag or a file has it.
fn duration(text: &str) -> Option<i64> {
    let whole = text.parse().ok();
    whole.or_else(|| go_value::parse_duration(text).ok())
}
