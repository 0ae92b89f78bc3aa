//! Values that etcd replaces by its own.

use crate::facts::behaviours::Behaviour;
use crate::facts::catalogue::{Catalogue, EtcdOption};
use crate::facts::go_value::parse_duration;
use crate::facts::version::Release;

/// Returns the value that `release` uses where an option is given `text`, by a configuration file if `in_file`.
pub(super) fn enforced(
    catalogue: &Catalogue,
    option: &EtcdOption,
    release: Release,
    in_file: bool,
    text: String,
) -> String {
    let default = option.default_at(release, in_file);
    let is_replaced = match option.name.as_str() {
        "v2-deprecation" => {
            let counts = text == "write-only-skip-check"
                && catalogue.does(Behaviour::StageThatSkipsTheCheckCounts, release);
            catalogue.does(Behaviour::StageOfV2IsSetAside, release) && !counts
        }
        "raft-read-timeout" | "raft-write-timeout" => {
            catalogue.does(Behaviour::RaftTimeoutIsRaisedToItsDefault, release)
                && parse_duration(&text).ok() < parse_duration(default).ok()
        }
        // An empty text in a file is no list: server/embed/config.go:882@v3.7.1.
        "cors" | "host-whitelist" => in_file && text.is_empty(),
        _ => false,
    };
    if is_replaced {
        default.to_owned()
    } else {
        text
    }
}
