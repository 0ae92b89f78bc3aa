//! Finds, in any text, HTTP paths that only some releases of etcd serve.

use std::sync::LazyLock;

use regex::Regex;

use crate::facts::catalogue::Catalogue;
use crate::member::{Mention, MentionKind};
use crate::source::Span;

/// A host, a port or a variable at the end of a line.
static HOST: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r#"(?x)
        (?: VARIABLE ["']?
          | // (?: [^/\ "']* @ )? AUTHORITY+
          | (?: AUTHORITY | VARIABLE | > ) :[0-9]+     # `http://<host>:2379`, as documentation has it, is a variable too
          | (?: ^ | [^0-9A-Za-z.:_\[\]-] ) (?: OCTET (?: \.OCTET ){3} (?: :[0-9A-Za-z._\[\]-]* )? | (?i-u:localhost) )
        )$"#;
    let variable = r"(?: \}\} | %\} | \$\{[^{]*\} | \{[^{\s]*\} | \$\([^(]*\) | %[0-9A-Za-z_]+% | \$[0-9A-Za-z_]+ )";
    let octet = "(?: 25[0-5] | 2[0-4][0-9] | 1[0-9][0-9] | [1-9]?[0-9] )";
    let pattern = pattern
        .replace("VARIABLE", variable)
        .replace("OCTET", octet);
    let pattern = pattern.replace("AUTHORITY", r"[0-9A-Za-z.:_\[\]-]");
    Regex::new(&pattern).expect("the pattern is constant")
});

/// What follows a prefix: the end of the path, a variable, or a service:
/// `etcdserver/etcdserverpb/rpc.proto:14@v3.4.0` and the lock and election protos.
static PATH: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r#"(?x)^
        (?: [.:]? (?: $ | [\s"'`)\]}>,;?|<\\] )        # a full stop or a colon ends a sentence, not the path's segment
          | / (?: $ | [^/.0-9A-Za-z_-] )
          | / (?: kv|watch|lease|cluster|maintenance|auth|election|lock ) (?: $ | [^0-9A-Za-z_-] )
        )"#;
    Regex::new(pattern).expect("the pattern is constant")
});

/// Slashes of a path in JSON: a pattern of sed has slashes of its own, and JSON knows no other escape inside a path.
static ESCAPED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^(?:[^/\\]|\\/)*$").expect("the pattern is constant"));

/// Finds API prefixes and other paths that follow a host, a port or a variable.
///
/// The newest prefix, `/v3`, is not a mention: the others are replaced by it, and many other APIs use it too.
#[must_use]
pub fn mentions(text: &str, catalogue: &Catalogue) -> Vec<Mention> {
    let mut mentions = Vec::new();
    for prefix in &catalogue.api_prefixes {
        let prefix = prefix.prefix.as_str();
        if prefix == "/v3" {
            continue;
        }
        for (start, _) in text.match_indices(prefix) {
            let end = start + prefix.len();
            let found = follows_host(&text[..start]) && begins_path(&text[end..])
                || is_in_escaped_path(&text[..start], &text[end..]);
            if found {
                mentions.push(Mention {
                    kind: MentionKind::ApiPrefix(prefix.to_owned()),
                    span: Span::new(start, end),
                });
            }
        }
    }
    for endpoint in &catalogue.endpoints {
        let path = endpoint.path.as_str();
        for (start, _) in text.match_indices(path) {
            let end = start + path.len();
            let continues = text[end..].starts_with('/');
            // Other servers have the paths of probes too.
            let is_etcd = endpoint.since.is_empty() || follows_port(&text[..start]);
            let follows = follows_host(&text[..start]) && begins_path(&text[end..]);
            if !continues && is_etcd && follows {
                mentions.push(Mention {
                    kind: MentionKind::Endpoint {
                        path: path.to_owned(),
                        named: None,
                    },
                    span: Span::new(start, end),
                });
            }
        }
    }
    mentions.sort_by_key(|mention| mention.span);
    mentions
}

/// Whether the prefix is in a JSON string whose slashes are escaped: `"http:\/\/localhost:2379\/v3beta\/kv"`.
fn is_in_escaped_path(before: &str, after: &str) -> bool {
    let Some(before) = before.strip_suffix('\\') else {
        return false;
    };
    let line = end_of_line(before);
    let Some(open) = line.rfind('"') else {
        return false;
    };
    let string = &line[open + 1..];
    let rest = after.split(['"', '\n']).next().unwrap_or_default();
    let unescaped = |text: &str| text.replace("\\/", "/");
    ESCAPED.is_match(string)
        && ESCAPED.is_match(rest)
        && follows_host(&unescaped(string))
        && begins_path(&unescaped(rest))
}

/// Whether `before` ends with a host, a port or a variable.
fn follows_host(before: &str) -> bool {
    HOST.is_match(end_of_line(before))
}

/// Whether `before` ends with a port that etcd serves clients or metrics on by default.
fn follows_port(before: &str) -> bool {
    [":2379", ":2381", ":4001"]
        .iter()
        .any(|port| before.ends_with(port))
}

/// The longest host or variable that is recognised, in bytes.
const LONGEST: usize = 512;

/// Returns the last line of a text, cut to [`LONGEST`] bytes, so that many prefixes on one line do not take quadratic
/// time.
fn end_of_line(text: &str) -> &str {
    let mut start = text.len().saturating_sub(LONGEST);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    let text = &text[start..];
    &text[text.rfind('\n').map_or(0, |at| at + 1)..]
}

/// Whether `after`, the text after the prefix, is the end of the path or continues with one of the API's services.
fn begins_path(after: &str) -> bool {
    PATH.is_match(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> usize {
        mentions(text, &Catalogue::built_in().unwrap()).len()
    }

    #[test]
    fn a_prefix_counts_after_a_host_a_port_or_a_variable() {
        for text in [
            "curl http://localhost:2379/v3alpha/kv/put",
            "curl -L 10.0.0.1:2379/v3beta/kv/range",
            "curl ${ENDPOINT}/v3alpha/watch",
            "curl $ENDPOINT/v3alpha/lease/grant",
            "curl \"$ENDPOINT\"/v3alpha/kv/txn",
            "url: https://{{ host }}:2379/v3beta/auth/enable",
            "BASE=https://etcd.example.com/v3alpha",
            "http://[::1]:2379/v3alpha/kv/put",
            "curl ${HOST}:2379/v3alpha/$PATH",
            "curl %ENDPOINT%/v3alpha/kv/put",
            "The base is http://localhost:2379/v3alpha.",
            "http://<host>:2379/v3alpha/kv/put",
            "https://user:secret@etcd.example.com/v3beta/kv/put",
            r#"{"url": "http:\/\/localhost:2379\/v3beta\/kv\/put"}"#,
            r#"["https:\/\/etcd.example.com\/v3alpha"]"#,
            "curl http://127.0.0.1:2379/config/local/log -XPUT -d '{\"Level\":\"DEBUG\"}'",
            "curl $ENDPOINT/config/local/log",
        ] {
            assert_eq!(found(text), 1, "{text}");
        }
    }

    #[test]
    fn other_words_stay() {
        for text in [
            "http://localhost:2379/v3alpha1/kv/put",
            "import \"github.com/coreos/etcd/v3alpha/kv\"",
            "etcd/v3alpha",
            "api/v3alpha.yaml",
            "localhost:2379/v3alpha.yaml",
            "mail me@example.com/v3alpha",
            "https://github.com/coreos/etcd/v3alpha/kv",
            "the prefix /v3alpha/kv was renamed",
            "http://localhost:8080/v3alpha/pets",
            "localhost:2379/v3/kv/put",
            r"sed 's/localhost:2379\/v3alpha/x/'",
            r#"sed "s/localhost:2379\/v3alpha/x/""#,
            r#""localhost:2379\\/v3alpha\\/kv""#,
            "/etc/config/local/log",
            "localhost:2379/config/local/logs",
            "localhost:2379/config/local/log/x",
        ] {
            assert_eq!(found(text), 0, "{text}");
        }
    }

    #[test]
    fn hostile_texts_end() {
        for part in [
            "}/v3alpha",
            ")/v3alpha",
            "%/v3alpha",
            "a/v3alpha",
            "@/v3alpha",
        ] {
            assert_eq!(found(&part.repeat(20_000)), 0, "{part}");
        }
    }
}
