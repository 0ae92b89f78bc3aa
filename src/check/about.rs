//! What a finding is about, in words that stay the same when lines move. Findings are matched between runs by them.

use crate::facts::catalogue::Spelling;
use crate::member::{Member, Mention, Setting};
use crate::rule::{Finding, Subject};
use crate::source::Source;

/// Returns the setting as it is spelled, the option that is not set, the positional argument, or the text mentioned;
/// and the member's name.
pub(super) fn about(
    source: &Source,
    finding: &Finding,
    member: Option<&Member>,
    setting: Option<&Setting>,
    mention: Option<&Mention>,
) -> String {
    if let Some(mention) = mention {
        return mentioned(&source.text, mention).to_owned();
    }
    let argument = member.and_then(|member| member.positional_arguments.first());
    let what = match (setting, argument, &finding.option) {
        // The message that etcd exits with may change while the setting stays the same.
        (Some(setting), ..) if finding.rule == "start-refused" => {
            format!(
                "{} {}: {}",
                setting.spelling.word(),
                setting.name,
                finding.message
            )
        }
        (Some(setting), ..) => format!("{} {}", setting.spelling.word(), setting.name),
        (None, Some(argument), _) if finding.subject == Subject::PositionalArgument => {
            format!("word {}", argument.word)
        }
        (None, _, _) if finding.rule == "start-refused" => finding.message.clone(),
        (None, _, Some(option)) => format!("option {option}"),
        (None, _, None) => "member".to_owned(),
    };
    match member.and_then(name) {
        Some(name) => format!("{what} of {name}"),
        None => what,
    }
}

/// Returns the member's name, if the text sets it.
fn name(member: &Member) -> Option<&str> {
    let mut names = member.live().filter_map(|(_, setting)| {
        let is_name = match setting.spelling {
            Spelling::Flag | Spelling::Key => setting.name == "name",
            Spelling::Variable => setting.name == "ETCD_NAME",
        };
        setting.value.text().filter(|_| is_name)
    });
    names.next().filter(|name| !name.is_empty())
}

/// Returns the text mentioned and the path that follows it, which distinguishes several mentions of the same prefix.
fn mentioned<'t>(text: &'t str, mention: &Mention) -> &'t str {
    let rest = &text[mention.span.end..];
    let more = rest
        .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.')))
        .unwrap_or(rest.len());
    &text[mention.span.start..mention.span.end + more]
}
