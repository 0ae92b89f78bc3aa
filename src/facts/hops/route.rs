//! The route of one upgrade: its stops and their conditions, as data and in words.

use super::{Condition, Hop, Hops, Minimum, Never, Skipped};
use crate::facts::catalogue::Catalogue;
use crate::facts::version::{Release, Upgrade, Version};

/// The route of one upgrade.
#[derive(Clone, Debug)]
pub struct Route {
    /// The running release.
    pub from: Release,
    /// Whether the patch of the running release is known.
    is_exact: bool,
    /// The releases to run one after another, after `from` and up to the last.
    pub stops: Vec<Stop>,
    /// The pairs on the route that were tried on real servers without the minors between.
    pub skipped: Vec<Skipped>,
}

/// A release at which the cluster runs, and the conditions of the hop to it.
#[derive(Clone, Debug)]
pub struct Stop {
    /// The release.
    pub release: Release,
    /// The minor that runs before.
    pub after: Version,
    /// The oldest patch that every member has to run before.
    pub minimum: Option<Minimum>,
    /// Why the release must not be run.
    pub never: Option<Never>,
    /// What has to be done before it, and what happens otherwise.
    pub conditions: Vec<Condition>,
}

impl Route {
    /// Finds the route of an upgrade; returns `None` if the running release is not known or no minor changes.
    ///
    /// `written` is the running release as the user wrote it: without a patch the patch is not known. If it is absent,
    /// the newest patch of a minor means any patch.
    #[must_use]
    pub fn new(
        hops: &Hops,
        catalogue: &Catalogue,
        upgrade: Upgrade,
        written: Option<Version>,
    ) -> Option<Self> {
        let (from, to) = (upgrade.from?, upgrade.to);
        let on_the_way: Vec<&Hop> = hops.between(from, to).collect();
        let first = on_the_way.first()?;
        let mut stops = Vec::new();
        let minimum = first.minimum.as_ref();
        if minimum.is_some_and(|minimum| from < minimum.release) {
            // The newest patch of the running minor comes first.
            let newest = catalogue.release(from.line()).unwrap_or(from);
            stops.push(Stop {
                release: newest,
                after: from.line(),
                minimum: None,
                never: None,
                conditions: Vec::new(),
            });
        }
        for hop in on_the_way {
            let release = if hop.to == to.line() { to } else { hop.target };
            let never = |never: &&Never| never.first <= release && release <= never.last;
            stops.push(Stop {
                release,
                after: hop.from,
                minimum: hop.minimum.clone(),
                never: hop.never.iter().find(never).cloned(),
                conditions: hop.conditions.clone(),
            });
        }
        let is_passed = |pair: &&Skipped| from.line() <= pair.from && pair.to <= to.line();
        Some(Self {
            from,
            is_exact: match written {
                Some(written) => written.patch.is_some(),
                None => catalogue.release(from.line()).ok() != Some(from),
            },
            stops,
            skipped: hops.skipped.iter().filter(is_passed).cloned().collect(),
        })
    }

    /// Returns the upgrade up to its first stop only; the arguments are those of [`Route::new`].
    #[must_use]
    pub fn one_stop(
        hops: &Hops,
        catalogue: &Catalogue,
        upgrade: Upgrade,
        written: Option<Version>,
    ) -> Upgrade {
        let route = Self::new(hops, catalogue, upgrade, written);
        let stop = route.and_then(|route| Some(route.stops.first()?.release));
        Upgrade {
            to: stop.unwrap_or(upgrade.to),
            ..upgrade
        }
    }

    /// Returns the minimum that the running release does not meet.
    #[must_use]
    pub fn unmet(&self) -> Option<&Minimum> {
        let minimums = self.stops.iter().filter_map(|stop| stop.minimum.as_ref());
        let mut minimums = minimums.filter(|minimum| minimum.release.same_line(self.from));
        minimums.find(|minimum| self.from < minimum.release)
    }

    /// Returns what to know before anything else, one line each: the stops if there are several or a patch is required,
    /// patches that must not be run, and the conditions.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        // For one hop from a minor without a patch, the patch that it requires has to be named.
        let is_open = !self.is_exact && self.stops.iter().any(|stop| stop.minimum.is_some());
        if self.stops.len() > 1 || is_open {
            lines.push(self.stops_in_words());
        }
        for stop in &self.stops {
            let (before, release) = (stop.after, stop.release);
            let hop = format!("{before} to {}", release.line());
            if let Some(never) = &stop.never {
                lines.push(format!(
                    "{hop}: do not stop at etcd {release}: {}",
                    never.why
                ));
            }
            for condition in &stop.conditions {
                let Condition {
                    instruction,
                    otherwise,
                    ..
                } = condition;
                lines.push(format!("{hop}: {instruction}; otherwise {otherwise}"));
            }
        }
        lines
    }

    fn stops_in_words(&self) -> String {
        let mut way = if self.is_exact {
            self.from.to_string()
        } else {
            self.from.line().to_string()
        };
        let next = self.stops.first().and_then(|stop| stop.minimum.as_ref());
        if let Some(minimum) = next.filter(|_| !self.is_exact) {
            way.push_str(&format!(" ({} or later)", minimum.release));
        }
        for stop in &self.stops {
            way.push_str(&format!(" -> {}", stop.release));
        }
        let mut line = format!("upgrade all members one step at a time: {way}");
        if let Some(minimum) = self.unmet() {
            let next = self.stops.iter().find(|stop| stop.minimum.is_some());
            let next = next.map_or(self.from.line(), |stop| stop.release.line());
            line.push_str(&format!(
                "; etcd {next} requires {} or later on every member: {}",
                minimum.release, minimum.why
            ));
        }
        if !self.skipped.is_empty() {
            line.push_str("; skipped minors, as seen on real servers: ");
            line.push_str(&self.skipped_in_words().join("; "));
        }
        line
    }

    /// Pairs with the same result are named together.
    fn skipped_in_words(&self) -> Vec<String> {
        let mut seen: Vec<(&str, Vec<String>)> = Vec::new();
        for pair in &self.skipped {
            let hop = format!("{} to {}", pair.from, pair.to);
            match seen.iter_mut().find(|(what, _)| *what == pair.seen) {
                Some((_, hops)) => hops.push(hop),
                None => seen.push((&pair.seen, vec![hop])),
            }
        }
        let seen = seen.iter();
        seen.map(|(what, hops)| format!("{}: {what}", hops.join(", ")))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

    use super::*;

    fn lines(from: &str, to: &str) -> Vec<String> {
        let catalogue = Catalogue::built_in().unwrap();
        let hops = Hops::built_in().unwrap();
        let (from, to) = (from.parse().unwrap(), to.parse().unwrap());
        let upgrade = catalogue.upgrade(Some(from), Some(to)).unwrap();
        let route = Route::new(&hops, &catalogue, upgrade, Some(from));
        route.map_or_else(Vec::new, |route| route.lines())
    }

    /// Returns the last known patch of a minor.
    fn last(line: &str) -> String {
        let catalogue = Catalogue::built_in().unwrap();
        let release = catalogue.release(line.parse().unwrap());
        release.unwrap().to_string()
    }

    #[test]
    fn several_hops_name_their_stops_and_what_a_skipped_minor_does() {
        let lines = lines("3.4", "3.6");
        let stops = format!(": 3.4 -> {} -> {}; ", last("3.5"), last("3.6"));
        assert!(lines[0].contains(&stops), "{lines:?}");
        assert!(
            lines[0].contains("3.4 to 3.6: one member on the newer"),
            "{lines:?}"
        );
        assert!(
            lines[1].starts_with("3.4 to 3.5: change no users"),
            "{lines:?}"
        );
        assert!(lines[2].contains("etcdutl check v2store"), "{lines:?}");
        assert_eq!(lines.len(), 3);
    }

    #[test]
    fn a_patch_that_is_too_old_is_a_stop() {
        let lines = lines("3.5.10", "3.6");
        let stops = format!(": 3.5.10 -> {} -> {}; ", last("3.5"), last("3.6"));
        assert!(lines[0].contains(&stops), "{lines:?}");
        assert!(
            lines[0].contains("3.6 requires 3.5.32 or later"),
            "{lines:?}"
        );
    }

    #[test]
    fn one_hop_from_a_good_patch_has_its_conditions_only() {
        assert_eq!(lines(&last("3.3"), "3.4"), [] as [&str; 0]);
        let open = lines("3.3", "3.4");
        let stops = format!(": 3.3 (3.3.21 or later) -> {}", last("3.4"));
        assert!(open[0].ends_with(&stops), "{open:?}");
        assert_eq!(lines("3.5", &last("3.5")), [] as [&str; 0]);
        assert_eq!(lines(&last("3.5"), "3.6").len(), 1);
    }

    #[test]
    fn a_patch_that_is_no_place_to_stop_is_named() {
        let lines = lines("3.4", "3.5.1");
        assert!(
            lines[0].contains("do not stop at etcd 3.5.1: "),
            "{lines:?}"
        );
    }

    #[test]
    fn minimums_of_later_hops_are_met_by_the_stops() {
        let lines = lines("3.5", "3.7");
        let stops = format!(
            "3.5 (3.5.32 or later) -> {} -> {}",
            last("3.6"),
            last("3.7")
        );
        assert!(lines[0].contains(&stops), "{lines:?}");
        assert!(!lines[0].contains("requires"), "{lines:?}");
    }
}
