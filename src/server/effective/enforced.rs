//! Values that etcd replaces by its own.

use crate::facts::catalogue::EtcdOption;
use crate::facts::go_value::parse_duration;
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
    let is_no_text = in_file && option.empty_key_is_default && text.is_empty();
    if !counts || is_too_small || is_no_text {
        default.to_owned()
    } else {
        text
    }
}
