//! How both ends of an upgrade read old and new forms, in words.

use crate::diagnostic::Consequence;
use crate::edit::When;
use crate::facts::catalogue::{Catalogue, Spelling};
use crate::facts::version::{Release, Upgrade};
use crate::member::Setting;
use crate::server::acceptance::{self, Acceptance};

/// The facts for one upgrade.
#[derive(Clone, Copy)]
pub struct UpgradeContext<'a> {
    /// The facts.
    pub catalogue: &'a Catalogue,
    /// The upgrade.
    pub upgrade: Upgrade,
}

impl UpgradeContext<'_> {
    /// Returns the running release, or the last one of the minor before the new one if it is not known.
    #[must_use]
    pub fn running(&self) -> Option<Release> {
        self.upgrade
            .from
            .or_else(|| self.catalogue.line_before(self.upgrade.to))
    }

    /// Returns a release in words: the patch only if it is not the newest of its minor.
    #[must_use]
    pub fn shown(&self, release: Release) -> String {
        let newest = self
            .catalogue
            .release(release.line())
            .is_ok_and(|newest| newest == release);
        if newest {
            format!("etcd {}", release.line())
        } else {
            format!("etcd {release}")
        }
    }

    /// Returns the new release in words.
    #[must_use]
    pub fn to(&self) -> String {
        self.shown(self.upgrade.to)
    }

    /// Returns when a change may be made, from the releases that accept the old and the new form.
    pub fn when(
        &self,
        accepts_old: impl Fn(Release) -> bool,
        accepts_new: impl Fn(Release) -> bool,
    ) -> Option<(When, String)> {
        let running = self.running()?;
        let to = self.upgrade.to;
        let names = (self.shown(running), self.to());
        let answer = if accepts_new(running) {
            (
                When::Before,
                format!("{} accepts the new form too", names.0),
            )
        } else if accepts_old(to) {
            let why = format!(
                "{} does not accept the new form, {} accepts both",
                names.0, names.1
            );
            (When::After, why)
        } else {
            let stops = self.catalogue.stops(running, to);
            let shared = stops.iter().find(|&&stop| {
                stop != running && stop != to && accepts_old(stop) && accepts_new(stop)
            });
            let why = match shared {
                Some(&stop) => format!(
                    "{} does not accept the new form, {} not the old one; {} between them accepts both",
                    names.0,
                    names.1,
                    self.shown(stop)
                ),
                None => format!("{} does not accept the new form", names.0),
            };
            (When::With, why)
        };
        Some(answer)
    }

    /// Returns what the new release does with a setting that it does not plainly accept.
    #[must_use]
    pub fn refusal(&self, setting: &Setting) -> Option<(Consequence, String)> {
        let to = self.to();
        match acceptance::check(self.catalogue, setting, self.upgrade.to) {
            Acceptance::Accepted | Acceptance::Ignored => None,
            Acceptance::Refused(line) => Some((Consequence::Refused, refused_message(&to, &line))),
            Acceptance::Dropped if setting.spelling == Spelling::Key => Some((
                Consequence::Dropped,
                format!("{to} silently ignores this key; the setting has no effect"),
            )),
            Acceptance::Dropped => Some((
                Consequence::Dropped,
                format!("{to} cannot parse this value and silently treats it as not set"),
            )),
            Acceptance::ReadAs(stored) => Some((
                Consequence::Dropped,
                format!("{to} cannot parse this value and silently uses {stored}"),
            )),
            Acceptance::DroppedWithWarning(line) => Some((
                Consequence::DroppedWithWarning,
                format!("{to} starts without this setting and prints: {line}"),
            )),
        }
    }
}

/// Returns that a release exits, and what it prints.
#[must_use]
pub fn refused_message(release: &str, line: &str) -> String {
    format!("{release} does not start: {line}")
}
