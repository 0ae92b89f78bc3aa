//! Findings that follow from the facts alone, without a rule.

mod harmless;
mod replacement;
mod wanted;

use crate::diagnostic::{Consequence, Impact, Severity};
use crate::edit::Applicability;
use crate::facts::catalogue::{Catalogue, EtcdOption, Spelling, nearest};
use crate::facts::version::Upgrade;
use crate::member::{Action, CONFIG_FILE, Member, Setting, Value, sets_nothing};
use crate::rule::{Finding, Subject, UpgradeContext, refused_message};
use crate::server::effective::{counts_beside_file, is_decided_by_other_file};
use crate::server::startup::{self, Refusal};

/// The ids of findings that need no rule, each with its summary.
pub const DERIVED: [(&str, &str); 12] = [
    (
        "setting-not-read",
        "A flag or variable that etcd ignores, because it reads a configuration file.",
    ),
    (
        "option-removed",
        "The new release no longer has the option.",
    ),
    (
        "option-unknown",
        "No release has this flag, variable or key.",
    ),
    (
        "option-not-yet-available",
        "Only a later release, or a later patch release of this minor, has the option.",
    ),
    (
        "option-deprecated",
        "The new release still has the option, but it is deprecated.",
    ),
    (
        "value-rejected",
        "The new release does not accept the value.",
    ),
    (
        "flag-without-effect",
        "A positional argument, which etcd refuses.",
    ),
    (
        "start-refused",
        "The settings can be parsed, but the new release does not start with them.",
    ),
    (
        "member-incomplete",
        "A file that the member refers to is not in the tree, so what it does not set here is not checked.",
    ),
    NAMED_RELEASE_DIFFERS,
    RELEASE_WITH_A_FAULT,
    (
        "template-not-rendered",
        "A configuration file under the name that etcd is given contains a template expression.",
    ),
];

/// The note about a release that a text names, and no upgrade concerns.
pub const NAMED_RELEASE_DIFFERS: (&str, &str) = (
    "named-release-differs",
    "The text names a release of etcd that is neither the running nor the new one.",
);

/// A release that no member should run.
pub(super) const RELEASE_WITH_A_FAULT: (&str, &str) = (
    "release-with-a-known-fault",
    "The text or --to names a release that no member should run.",
);

/// Returns findings for what keeps the new release from starting, across all settings, unless a rule found it already.
///
/// A text that is only a part of a member's configuration is checked for what it sets, not for what it leaves out.
pub(super) fn startup(
    catalogue: &Catalogue,
    upgrade: Upgrade,
    member: &Member,
    found: &[Finding],
) -> Vec<Finding> {
    let context = UpgradeContext { catalogue, upgrade };
    let refusals = startup::refusals(catalogue, member, upgrade.to);
    let is_found = |refusal: &Refusal| {
        refusal.setting.is_some_and(|setting| {
            found.iter().any(|finding| {
                finding.subject == Subject::Setting(setting)
                    && finding.consequence == Consequence::Refused
            })
        })
    };
    refusals
        .into_iter()
        .filter(|refusal| !is_found(refusal))
        .map(|refusal| (subject(member, &refusal), refusal))
        .map(|(subject, refusal)| {
            let rule = match subject {
                Subject::PositionalArgument => "flag-without-effect",
                _ => "start-refused",
            };
            let message = refused_message(&context.to(), &refusal.line);
            Finding {
                related: refusal.beside.into_iter().collect(),
                option: Some(refusal.option).filter(|option| !option.is_empty()),
                impact: Impact::Availability,
                title: format!("{} does not start with this configuration", context.to()),
                instead: refusal.advice,
                ..Finding::derived(rule, subject, Consequence::Refused, message)
            }
        })
        .collect()
}

/// Returns what a refusal is about. Of the positional arguments etcd looks at the first.
fn subject(member: &Member, refusal: &Refusal) -> Subject {
    match refusal.setting {
        Some(setting) => Subject::Setting(setting),
        None if !member.positional_arguments.is_empty() => Subject::PositionalArgument,
        None => Subject::Member,
    }
}

/// Returns whether a setting is a variable of a process that reads a configuration file and no variable.
pub(super) fn is_unread_variable(
    catalogue: &Catalogue,
    upgrade: Upgrade,
    member: &Member,
    index: usize,
) -> bool {
    let setting = &member.settings[index];
    setting.spelling == Spelling::Variable
        && !setting.gives(catalogue, CONFIG_FILE)
        && is_decided_by_other_file(catalogue, member, upgrade.to)
}

/// Returns the finding that the facts give for one setting, if any.
pub(super) fn finding(
    catalogue: &Catalogue,
    upgrade: Upgrade,
    member: &Member,
    index: usize,
) -> Option<Finding> {
    let setting = &member.settings[index];
    let check = SettingCheck {
        catalogue,
        context: UpgradeContext { catalogue, upgrade },
        upgrade,
        member,
        index,
        setting,
    };
    // An overridden flag still has to parse; an overridden key or variable has no effect.
    if setting.overridden && setting.spelling != Spelling::Flag {
        return None;
    }
    // A process that only prints something reads the flags, and no variable.
    if setting.spelling == Spelling::Variable && member.only_informs() {
        return None;
    }
    // etcd treats an empty variable as not set.
    let empty = setting.spelling == Spelling::Variable && setting.value.text() == Some("");
    if setting.value == Value::Null || empty {
        return None;
    }
    let dead = check.not_read();
    if setting.spelling == Spelling::Variable && dead.is_some() {
        return dead;
    }
    let finding = if member.only_informs() {
        check.refused()?
    } else {
        check.refused().or(dead).or_else(|| check.deprecated())?
    };
    let is_live_elsewhere = setting.overridden
        && member.live().any(|(_, other)| {
            let option = other.option_in(catalogue);
            other.spelling == setting.spelling
                && option.is_some_and(|option| setting.gives(catalogue, &option.name))
        });
    // The finding about the effective setting covers those that it overrides.
    let actions = if is_live_elsewhere {
        Vec::new()
    } else {
        finding.actions
    };
    Some(Finding { actions, ..finding })
}

struct SettingCheck<'a> {
    catalogue: &'a Catalogue,
    context: UpgradeContext<'a>,
    upgrade: Upgrade,
    member: &'a Member,
    index: usize,
    setting: &'a Setting,
}

impl SettingCheck<'_> {
    fn refused(&self) -> Option<Finding> {
        let (consequence, message) = self.context.refusal(self.setting)?;
        let to = self.upgrade.to;
        let written = self.written();
        let Some(option) = self.setting.option_in(self.catalogue) else {
            return self.unknown(consequence, message);
        };
        let nothing_lost = consequence == Consequence::Dropped
            && self.setting.value.text() == Some("")
            && option.default_at(to, true).is_empty();
        if nothing_lost {
            return None;
        }
        if option.accepts(self.setting.spelling, to) {
            let mut finding = self.base("value-rejected", consequence, message, Some(option));
            finding.title = format!(
                "{} does not accept this value of {written}",
                self.context.to()
            );
            finding.instead = wanted::in_words(self.catalogue, option, self.setting.spelling, to);
            // etcd sets ETCD_VERSION aside.
            let is_set_aside = sets_nothing(&option.name) && option.name != CONFIG_FILE;
            if is_set_aside && consequence != Consequence::Refused {
                finding.severity = Some(Severity::Note);
                "leave it, or delete it: it changes nothing".clone_into(&mut finding.instead);
            }
            return Some(finding);
        }
        let Some(removed) = option.lost_since(self.setting.spelling, to) else {
            let mut finding = self.base(
                "option-not-yet-available",
                consequence,
                message,
                Some(option),
            );
            finding.title = format!("{} does not have {written} yet", self.context.to());
            finding.instead = match option.since.iter().rev().find(|since| since.same_line(to)) {
                Some(since) => format!("upgrade to etcd {since} or a later patch release"),
                None => "delete it until you run a release that has it".to_owned(),
            };
            return Some(finding);
        };
        let mut finding = self.base("option-removed", consequence, message, Some(option));
        if consequence != Consequence::Refused && self.loses_nothing(option, removed) {
            finding.severity = Some(Severity::Note);
            finding
                .notes
                .push("nothing changes: the value is what holds without the setting".to_owned());
        }
        finding.title = format!("{written} is removed in etcd {}", removed.line());
        finding.since = Some(removed);
        self.replace(&mut finding, option);
        Some(finding)
    }

    /// Reports a setting beside a configuration file, which etcd reads alone: `etcdmain/config.go:307@v3.3.27`.
    fn not_read(&self) -> Option<Finding> {
        let option = self.setting.option_in(self.catalogue)?;
        let is_dead = |release| {
            is_decided_by_other_file(self.catalogue, self.member, release)
                && !counts_beside_file(self.catalogue, self.setting, release)
        };
        let is_exempt = match self.setting.spelling {
            Spelling::Flag => sets_nothing(&option.name),
            _ => option.name == CONFIG_FILE,
        };
        if is_exempt || !is_dead(self.upgrade.to) {
            return None;
        }
        let message = format!(
            "{} reads the configuration file and ignores this {}",
            self.context.to(),
            self.setting.spelling.word()
        );
        let mut finding = self.base(
            "setting-not-read",
            Consequence::Dropped,
            message,
            Some(option),
        );
        finding.title = format!("{} has no effect with a configuration file", self.written());
        "move the setting to the configuration file".clone_into(&mut finding.instead);
        // If the running release reads the setting, deleting it changes the member before the upgrade.
        if self.upgrade.from.is_some_and(is_dead) {
            finding.severity = Some(Severity::Note);
            finding
                .notes
                .push("nothing changes: the running release ignores it too".to_owned());
        }
        if self.upgrade.from.is_none_or(is_dead) {
            finding.actions = vec![Action::Remove {
                setting: self.index,
            }];
            finding.applicability = Applicability::Safe;
            "Delete it".clone_into(&mut finding.fix_title);
        }
        Some(finding)
    }

    /// Reports a name that no release has. A variable that is not near one of etcd's belongs to a client, an image or a
    /// script.
    fn unknown(&self, consequence: Consequence, message: String) -> Option<Finding> {
        let setting = self.setting;
        // YAML authors keep anchors below `x-…`.
        if setting.spelling == Spelling::Key && setting.name.starts_with("x-") {
            return None;
        }
        let nearest = nearest::name(
            self.catalogue,
            setting.spelling,
            &setting.name,
            self.upgrade.to,
        );
        if setting.spelling == Spelling::Variable
            && (nearest.is_none() || is_service_link(&setting.name) || self.is_of_other_program())
        {
            return None;
        }
        let mut finding = self.base("option-unknown", consequence, message, None);
        finding.title = format!("etcd has no {} {}", setting.spelling.word(), self.written());
        let Some(nearest) = nearest else {
            "use a name that this release has (see etcd-uplift option NAME), or delete it"
                .clone_into(&mut finding.instead);
            return Some(finding);
        };
        finding.instead = self.setting.spelling.written(&nearest.name);
        if nearest.is_same_option {
            finding.notes.push(
                "this is the name of the flag; the key of the file has another name".to_owned(),
            );
            finding.actions = self.renamed(&nearest.name);
            // The setting has had no effect so far.
            finding.applicability = Applicability::Unsafe;
            finding.fix_title = format!("Rename to {}", nearest.name);
        }
        Some(finding)
    }

    fn is_of_other_program(&self) -> bool {
        let mut programs = self.catalogue.other_programs.iter();
        programs.any(|program| program.reads(&self.setting.name))
    }

    fn deprecated(&self) -> Option<Finding> {
        let option = self.setting.option_in(self.catalogue)?;
        let deprecated = option.deprecated.as_ref()?;
        let to = self.upgrade.to;
        if !deprecated.holds_at(to)
            || !option.accepts(self.setting.spelling, to)
            || self.setting.overridden
        {
            return None;
        }
        let prints = deprecated.prints_from.unwrap_or(deprecated.since) <= to;
        let message = match deprecated.prints.as_ref().filter(|_| prints) {
            Some(line) => format!("{} accepts it and prints: {line}", self.context.to()),
            None => format!("{} accepts it without a warning", self.context.to()),
        };
        let mut finding = self.base(
            "option-deprecated",
            Consequence::Deprecated,
            message,
            Some(option),
        );
        finding.since = Some(deprecated.since);
        finding.title = match option.removed {
            Some(removed) => format!("{} is removed in etcd {}", self.written(), removed.line()),
            None => format!("{} is deprecated", self.written()),
        };
        self.replace(&mut finding, option);
        Some(finding)
    }

    fn base(
        &self,
        id: &str,
        consequence: Consequence,
        message: String,
        option: Option<&EtcdOption>,
    ) -> Finding {
        Finding {
            option: option.map(|option| option.name.clone()),
            impact: Impact::Availability,
            docs: option
                .map(|option| option.sources.clone())
                .unwrap_or_default(),
            ..Finding::derived(id, Subject::Setting(self.index), consequence, message)
        }
    }

    fn written(&self) -> String {
        format!("`{}`", self.setting.spelling.written(&self.setting.name))
    }
}

/// Returns whether Kubernetes sets the variable for a service called etcd.
fn is_service_link(name: &str) -> bool {
    name.contains("_SERVICE_HOST")
        || name.contains("_SERVICE_PORT")
        || name.contains("_PORT_")
        || name.ends_with("_PORT")
}
