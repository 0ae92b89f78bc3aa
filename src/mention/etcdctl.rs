//! Finds, in any text, `etcdctl` commands that exist only for the v2 API.

use crate::facts::catalogue::Catalogue;
use crate::member::{Mention, MentionKind};
use crate::source::Span;
use regex::Regex;
use std::sync::LazyLock;

/// What precedes `etcdctl` where a shell runs it: the start of a line or of a list item, or a character after which a
/// command begins; then a variable for etcdctl, and the path to it.
static BEFORE_COMMAND: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"(?mx)
        (?: (?: ^ | [|&;({!] | =` | run: ) [^\S\n]* | (?-u:\b) sudo [^\S\n]+ | ^ [^\S\n]* - [^\S\n]* [\ \t] )
        (?: ETCDCTL_[^=\ \t\n]*=[^\ \t\n]* [\ \t]* )?
        (?: [0-9A-Za-z._/-]* / )?
        \z";
    Regex::new(pattern).expect("the pattern is constant")
});

/// Finds the commands where a shell would run them.
#[must_use]
pub fn mentions(text: &str, catalogue: &Catalogue) -> Vec<Mention> {
    let sets_api = text.contains("ETCDCTL_API");
    text.match_indices("etcdctl ")
        .filter(|(start, _)| BEFORE_COMMAND.is_match(&text[..*start]))
        .filter_map(|(start, name)| {
            let span = command(text, start + name.len(), &catalogue.etcdctl.v2_commands)?;
            let kind = MentionKind::EtcdctlCommand {
                name: span.of(text).to_owned(),
                sets_api,
            };
            Some(Mention { kind, span })
        })
        .collect()
}

/// Returns the first word after the flags of etcdctl, if it is one of `commands`.
fn command(text: &str, start: usize, commands: &[String]) -> Option<Span> {
    let rest = text[start..]
        .split(['\n', '|', ';', '&', ')', '`'])
        .next()?;
    let mut takes_value = false;
    let mut at = start;
    for word in rest.split(' ') {
        let span = Span::new(at, at + word.len());
        at = span.end + 1;
        if word.is_empty() {
            continue;
        }
        if word.starts_with('-') {
            takes_value = !word.contains('=');
        } else if commands.iter().any(|command| command == word) {
            return Some(span);
        } else if !std::mem::take(&mut takes_value) {
            return None;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let catalogue = Catalogue::built_in().unwrap();
        let spans = mentions(text, &catalogue)
            .into_iter()
            .map(|mention| mention.span);
        spans.map(|span| span.of(text).to_owned()).collect()
    }

    #[test]
    fn commands_of_the_old_api_are_found_where_they_are_run() {
        for text in [
            "etcdctl ls /\n",
            "  sudo etcdctl --endpoints http://a:2379 ls\n",
            "ETCDCTL_API=2 etcdctl --endpoints=http://a:2379 -C x ls / | wc\n",
            "x=$(/usr/bin/etcdctl ls)\n",
            "x=`etcdctl ls`\n",
            "      - etcdctl ls\n",
            "true && etcdctl ls; true\n",
            "x=$(ETCDCTL_API=2 etcdctl ls)\n",
            "export ETCDCTL_API=2; /usr/bin/etcdctl ls\n",
        ] {
            assert_eq!(found(text), ["ls"], "{text}");
        }
        for text in [
            "# etcdctl ls shows the keys\n",
            "use etcdctl ls for that\n",
            "- `etcdctl ls` shows the keys\n",
            "etcdctl get ls\n",
            "etcdctl member update x\n",
            "etcdctl --user root put set x\n",
            "my-etcdctl ls\n",
            "pseudosudo etcdctl ls\n",
            "-etcdctl ls\n",
            "X=1 etcdctl ls\n",
        ] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }
}
