//! Values that etcd replaces by its own.

use crate::facts::catalogue::EtcdOption;
use crate::facts::go_value::{parse_duration, parse_whole};
use crate::facts::version::Release;

/// Returns the value that `release` uses where an option is given `text`, by a configuration file if `in_file`.
pub(super) fn enforced(
    option: &EtcdOption,
    release: Release,
    in_file: bool,
    text: String,
) -> String {
    let default = option.default_at(release, in_file);
    let counts = option
        .kept_values
        .at(release)
        .is_none_or(|kept| kept.contains(&text));
    let is_too_small = !in_file
        && option
            .minimum_is_default
            .is_some_and(|since| since <= release)
        && parse_duration(&text).ok() < parse_duration(default).ok();
    let is_zero = option.type_at(release).is_number() && parse_whole(&text) == Some(0);
    let is_empty = in_file && option.empty_key_is_default && (text.is_empty() || is_zero);
    if !counts || is_too_small || is_empty {
        default.to_owned()
    } else {
        text
    }
}
