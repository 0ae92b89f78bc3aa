//! What the running release refuses too: it is not the upgrade that breaks it.

use crate::diagnostic::{Consequence, Impact, Severity};
use crate::facts::catalogue::Catalogue;
use crate::facts::version::Upgrade;
use crate::member::Member;
use crate::rule::{Finding, Subject, UpgradeContext};
use crate::server::acceptance::{self, Acceptance};
use crate::server::startup;

/// Makes notes of refusals that the running release has for the same reason: such a member does not run as it is
/// written here. A finding about who may connect stays as it is, and so does a check of files for one release.
pub(super) fn lower(
    catalogue: &Catalogue,
    upgrade: Upgrade,
    member: &Member,
    findings: &mut [Finding],
) {
    let Some(from) = upgrade.from.filter(|from| *from < upgrade.to) else {
        return;
    };
    let is_refusal = |finding: &Finding| {
        finding.consequence == Consequence::Refused && finding.impact != Impact::Security
    };
    if !findings.iter().any(is_refusal) {
        return;
    }
    let running = startup::refusals(catalogue, member, from);
    for finding in findings.iter_mut().filter(|finding| is_refusal(finding)) {
        let is_old = match finding.subject {
            Subject::Setting(index) => {
                let setting = &member.settings[index];
                let refused = acceptance::check(catalogue, setting, from);
                matches!(refused, Acceptance::Refused(_))
                    || running.iter().any(|old| old.setting == Some(index))
            }
            Subject::PositionalArgument => true,
            Subject::Member => running.iter().any(|old| {
                old.setting.is_none() && old.option == finding.option.clone().unwrap_or_default()
            }),
            Subject::Mention => false,
        };
        if is_old {
            let context = UpgradeContext { catalogue, upgrade };
            finding.severity = Some(Severity::Note);
            finding.notes.push(format!(
                "{} refuses this too: the rest comes from elsewhere, or this text is not in use",
                context.shown(from)
            ));
        }
    }
}
