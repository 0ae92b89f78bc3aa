//! Mentions of commands that only the etcdctl of the v2 API knows, in any text.

use crate::facts::catalogue::Catalogue;
use crate::member::{Mention, MentionKind};
use crate::source::Span;

/// What may stand before a command.
const BEFORE: [&str; 9] = ["|", "&", ";", "(", "=`", "{", "!", "sudo", "run:"];

/// Finds the commands where a shell would run them.
#[must_use]
pub fn mentions(text: &str, catalogue: &Catalogue) -> Vec<Mention> {
    let says_api = text.contains("ETCDCTL_API");
    text.match_indices("etcdctl ")
        .filter(|(start, _)| is_run(&text[..*start]))
        .filter_map(|(start, name)| {
            let span = command(text, start + name.len(), &catalogue.etcdctl.v2_commands)?;
            let kind = MentionKind::EtcdctlCommand {
                name: span.of(text).to_owned(),
                says_api,
            };
            Some(Mention { kind, span })
        })
        .collect()
}

/// Whether the word behind `before` begins a command, a path to it and variables set for it left aside.
fn is_run(before: &str) -> bool {
    let line = &before[before.rfind('\n').map_or(0, |at| at + 1)..];
    let path = line.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || "/._-".contains(c));
    let path = if line.is_empty() || line.ends_with('/') {
        path
    } else {
        line
    };
    let words = path.trim_end_matches([' ', '\t']);
    let assigned = words.rsplit([' ', '\t']).next().unwrap_or_default();
    let words = match assigned.split_once('=') {
        Some((name, _)) if name.starts_with("ETCDCTL_") => &words[..words.len() - assigned.len()],
        _ => path,
    };
    let lead = words.trim();
    let begins_item = lead == "-" && words.ends_with([' ', '\t']);
    lead.is_empty() || begins_item || BEFORE.iter().any(|sign| lead.ends_with(sign))
}

/// The first word behind etcdctl's flags, if it is one of the commands.
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
        ] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }
}
