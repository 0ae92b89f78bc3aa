//! A variable beside the flag of the same option, at releases that only warn about it.

use super::{Case, Finding, Subject};
use crate::diagnostic::Consequence;
use crate::edit::Applicability;
use crate::facts::catalogue::Spelling;
use crate::member::{Action, Delivery, Setting};
use crate::server::effective::is_decided_by_other_file;

/// Finds variables that a flag overrides.
pub(super) fn check(case: &Case<'_>) -> Vec<Finding> {
    let member = case.member;
    // With a configuration file etcd reads no variables.
    let reads_variables = member.delivery == Delivery::Environment
        && !is_decided_by_other_file(case.catalogue, member, case.upgrade.to);
    if !case.rule.matters_at(case.upgrade.to) || !reads_variables {
        return Vec::new();
    }
    let option_of = |setting: &Setting, spelling: Spelling| {
        let option = setting.option_in(case.catalogue)?;
        let accepted = option.accepts(spelling, case.upgrade.to);
        (setting.spelling == spelling && accepted).then(|| option.name.clone())
    };
    let settings = member.settings.iter().enumerate();
    settings
        .filter_map(|(setting, variable)| {
            let option = option_of(variable, Spelling::Variable)?;
            let is_flag = |(_, other): (usize, &Setting)| {
                option_of(other, Spelling::Flag).as_ref() == Some(&option)
            };
            if variable.is_blank() {
                return None;
            }
            let (flag, _) = member.live().find(|found| is_flag(*found))?;
            // pkg/flags/flag.go:123@v3.3.27
            let message = format!(
                "{} uses the flag and prints: recognized environment variable {}, but unused: shadowed by corresponding flag",
                case.context().to(),
                variable.name
            );
            let mut finding = Finding::new(
                case.rule,
                Subject::Setting(setting),
                Consequence::Deprecated,
                message,
            );
            finding.related = vec![flag];
            finding.option = Some(option);
            finding.actions = vec![Action::Remove { setting }];
            finding.applicability = Applicability::Safe;
            "Delete the variable; etcd uses the flag".clone_into(&mut finding.fix_title);
            Some(finding)
        })
        .collect()
}
