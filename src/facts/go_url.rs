//! URL lists as etcd reads them: Go's `url.Parse`, `net.SplitHostPort` and etcd's `types.NewURLs`.

use std::net::IpAddr;

use crate::facts::behaviours::Behaviour;
use crate::facts::catalogue::Catalogue;
use crate::facts::version::Release;

/// The parts of a URL that etcd looks at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Url {
    /// `http`, `https`, `unix`, `unixs`.
    pub scheme: String,
    /// Host and port as written.
    pub authority: String,
    /// The path; only `unix` URLs may have one.
    pub path: String,
    /// User and password with the `@` after them, as written.
    pub user: String,
    /// Query and fragment with the marks before them, as written.
    pub tail: String,
    /// Whether there is no `//` after the scheme, and so no host.
    pub omits_host: bool,
}

impl Url {
    /// Returns the host, without brackets around an IPv6 address.
    #[must_use]
    pub fn host(&self) -> &str {
        split_host_port(&self.authority).map_or(self.authority.as_str(), |(host, _)| host)
    }

    /// Returns whether it is a Unix socket.
    #[must_use]
    pub fn is_unix(&self) -> bool {
        self.scheme.starts_with("unix")
    }

    /// Returns whether the connection is encrypted.
    #[must_use]
    pub fn is_tls(&self) -> bool {
        self.scheme == "https" || self.scheme == "unixs"
    }

    /// Returns the URL as Go prints it.
    #[must_use]
    pub fn text(&self) -> String {
        let Self {
            scheme,
            user,
            authority,
            path,
            tail,
            omits_host,
        } = self;
        let slashes = if *omits_host { "" } else { "//" };
        format!("{scheme}:{slashes}{user}{authority}{path}{tail}")
    }
}

/// Parses a comma-separated text as `types.NewURLs` does: `pkg/types/urls.go:28@v2.3.8`,
/// `client/pkg/types/urls.go:28@v3.5.33`.
///
/// # Errors
/// Returns what etcd prints about the first URL that it refuses.
pub fn parse_list(catalogue: &Catalogue, text: &str, release: Release) -> Result<Vec<Url>, String> {
    let mut urls = Vec::new();
    for part in text.split(',') {
        urls.push(parse(catalogue, part.trim(), release)?);
    }
    urls.sort();
    Ok(urls)
}

fn parse(catalogue: &Catalogue, text: &str, release: Release) -> Result<Url, String> {
    let url = parse_url(catalogue, text, release)?;
    let has_unix = catalogue.does(Behaviour::UnixUrlsAreKnown, release);
    let known = matches!(url.scheme.as_str(), "http" | "https")
        || has_unix && matches!(url.scheme.as_str(), "unix" | "unixs");
    if !known {
        let schemes = if has_unix {
            "http, https, unix, or unixs"
        } else {
            "http or https"
        };
        return Err(format!("URL scheme must be {schemes}: {text}"));
    }
    if url.is_unix() && catalogue.does(Behaviour::UnixUrlNeedsNoPort, release) {
        return Ok(url);
    }
    if split_host_port(&url.authority).is_none() {
        return Err(format!(
            "URL address does not have the form \"host:port\": {text}"
        ));
    }
    if !url.path.is_empty() {
        return Err(format!("URL must not contain a path: {text}"));
    }
    Ok(url)
}

/// Parses a URL as Go's `url.Parse` does in the Go that `release` is built with.
///
/// # Errors
/// Returns why Go refuses the text.
pub fn parse_url(catalogue: &Catalogue, text: &str, release: Release) -> Result<Url, String> {
    let url = go_parse(text)?;
    match bad_ip_literal(catalogue, &url.authority, release) {
        Some(why) => Err(format!("parse \"{text}\": {why}")),
        None => Ok(url),
    }
}

/// Parses a URL as Go's `url.Parse` does in every release, as far as etcd's checks can distinguish results.
///
/// # Errors
/// Returns why Go refuses the text.
pub fn go_parse(text: &str) -> Result<Url, String> {
    let refused = |why: &str| Err(format!("parse \"{text}\": {why}"));
    if text.contains(|c: char| c.is_ascii_control()) {
        return refused("net/url: invalid control character in URL");
    }
    let (without_fragment, fragment) = cut(text, '#');
    // Go does not keep an empty fragment: `URL.String` in net/url.
    let fragment = if fragment == "#" { "" } else { fragment };
    let (scheme, rest) = match scheme(without_fragment) {
        Some(Ok(length)) => (
            without_fragment[..length].to_ascii_lowercase(),
            &without_fragment[length + 1..],
        ),
        Some(Err(())) => return refused("missing protocol scheme"),
        None => (String::new(), without_fragment),
    };
    let (rest, query) = cut(rest, '?');
    let tail = format!("{query}{fragment}");
    let Some(after) = rest.strip_prefix("//") else {
        if scheme.is_empty()
            && !rest.starts_with('/')
            && rest.split('/').next().unwrap_or_default().contains(':')
        {
            return refused("first path segment in URL cannot contain colon");
        }
        // After a scheme and without a slash the rest is opaque, and not parsed.
        let is_opaque = !scheme.is_empty() && !rest.starts_with('/');
        if let Some(bad) = bad_escape(fragment).or_else(|| bad_escape(rest).filter(|_| !is_opaque))
        {
            return refused(&format!("invalid URL escape \"{bad}\""));
        }
        return Ok(Url {
            scheme,
            authority: String::new(),
            path: rest.to_owned(),
            user: String::new(),
            tail,
            omits_host: true,
        });
    };
    let (authority, path) = cut(after, '/');
    let (user, authority) = match authority.rfind('@') {
        Some(at) => authority.split_at(at + 1),
        None => ("", authority),
    };
    if !user.chars().all(is_user_character) {
        return refused("net/url: invalid userinfo");
    }
    if let Some(bad) = authority
        .chars()
        .find(|c| matches!(c, ' ' | '\\' | '^' | '`' | '{' | '|' | '}'))
    {
        return refused(&format!("invalid character \"{bad}\" in host name"));
    }
    let port = if authority.starts_with('[') {
        let Some(bracket) = authority.rfind(']') else {
            return refused("missing ']' in host");
        };
        &authority[bracket + 1..]
    } else {
        authority.rfind(':').map_or("", |colon| &authority[colon..])
    };
    let valid_port =
        port.is_empty() || port.starts_with(':') && port[1..].bytes().all(|b| b.is_ascii_digit());
    if !valid_port {
        return refused(&format!("invalid port \"{port}\" after host"));
    }
    let bad = bad_escape(user)
        .or_else(|| bad_escape_in_host(authority))
        .or_else(|| bad_escape(path))
        .or_else(|| bad_escape(fragment));
    if let Some(bad) = bad {
        return refused(&format!("invalid URL escape \"{bad}\""));
    }
    Ok(Url {
        scheme,
        authority: authority.to_owned(),
        path: path.to_owned(),
        user: user.to_owned(),
        tail,
        omits_host: false,
    })
}

/// Returns the text before a mark, and the rest with the mark; the rest is empty if there is no mark.
fn cut(text: &str, mark: char) -> (&str, &str) {
    text.split_at(text.find(mark).unwrap_or(text.len()))
}

/// Returns whether the text is valid to `net/url`'s `validUserinfo`.
fn is_user_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._:~!$&'()*+,;=%@".contains(c)
}

/// Finds a percent sign without two hexadecimal digits after it.
fn bad_escape(text: &str) -> Option<&str> {
    text.match_indices('%').find_map(|(at, _)| {
        let digits = text.as_bytes().get(at + 1..at + 3);
        let fits = digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        let end = text[at..]
            .char_indices()
            .nth(3)
            .map_or(text.len(), |(length, _)| at + length);
        (!fits).then(|| &text[at..end])
    })
}

/// Finds an escape that a host must not have: only bytes beyond ASCII are escaped, and in the zone of an IPv6 address,
/// which begins with an escaped percent sign, whatever a host may have unescaped. `unescape` in Go's `net/url`.
fn bad_escape_in_host(authority: &str) -> Option<&str> {
    let end = authority.rfind(']').unwrap_or(0);
    let zone = authority[..end].find("%25").unwrap_or(end)..end;
    bad_escape(authority).or_else(|| {
        authority.match_indices('%').find_map(|(at, _)| {
            let escape = authority.get(at..at + 3)?;
            let byte = u8::from_str_radix(&escape[1..], 16).ok()?;
            let allowed = if zone.contains(&at) {
                byte.is_ascii_alphanumeric() || b" !$&'()*+,;=:[]<>\"-_.~%".contains(&byte)
            } else {
                !byte.is_ascii() || byte == b'%'
            };
            (!allowed).then_some(escape)
        })
    })
}

/// Returns why the Go that a release is built with refuses what is in brackets, which must be an IPv6 address.
fn bad_ip_literal(catalogue: &Catalogue, authority: &str, release: Release) -> Option<String> {
    if !catalogue.does(Behaviour::BracketsOfAUrlNeedAnIpv6Address, release) {
        return None;
    }
    let inside = authority
        .strip_prefix('[')
        .and_then(|rest| Some(&rest[..rest.rfind(']')?]))?;
    let (address, zone) = match inside.split_once("%25") {
        Some((address, zone)) => (address, Some(zone)),
        None => (inside, None),
    };
    match address.parse::<IpAddr>() {
        Ok(IpAddr::V4(_)) => Some("invalid IP-literal".to_owned()),
        Ok(IpAddr::V6(mapped))
            if mapped.to_ipv4_mapped().is_some()
                && catalogue.does(Behaviour::BracketsOfAUrlRefuseAMappedAddress, release) =>
        {
            Some("invalid IPv6 host".to_owned())
        }
        Ok(IpAddr::V6(_)) if zone == Some("") => Some(format!(
            "invalid host: ParseAddr(\"{address}%\"): zone must be a non-empty string"
        )),
        Ok(IpAddr::V6(_)) => None,
        Err(_) => Some(format!(
            "invalid host: ParseAddr(\"{inside}\"): unable to parse IP"
        )),
    }
}

/// Parses an IP address as Go's `net.ParseIP` does.
#[must_use]
pub fn parse_ip(catalogue: &Catalogue, text: &str, release: Release) -> Option<IpAddr> {
    let decimal = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if text.split('.').all(decimal)
        && catalogue.does(Behaviour::NumberOfAnIpMayBeginWithAZero, release)
    {
        let numbers = text.split('.').map(|part| {
            let digits = part.trim_start_matches('0');
            if digits.is_empty() && !part.is_empty() {
                "0"
            } else {
                digits
            }
        });
        return numbers.collect::<Vec<_>>().join(".").parse().ok();
    }
    text.parse().ok()
}

/// Returns the length of the scheme, `None` if there is no scheme, or an error for a leading colon.
fn scheme(text: &str) -> Option<Result<usize, ()>> {
    for (at, c) in text.char_indices() {
        match c {
            'a'..='z' | 'A'..='Z' => {}
            '0'..='9' | '+' | '-' | '.' if at > 0 => {}
            ':' if at == 0 => return Some(Err(())),
            ':' => return Some(Ok(at)),
            _ => return None,
        }
    }
    None
}

/// Splits a text as `net.SplitHostPort` does.
#[must_use]
pub fn split_host_port(text: &str) -> Option<(&str, &str)> {
    let colon = text.rfind(':')?;
    if let Some(inside) = text.strip_prefix('[') {
        let close = inside.find(']')?;
        let after = &inside[close + 1..];
        let port = after.strip_prefix(':')?;
        return (!port.contains([':', '[', ']'])).then_some((&inside[..close], port));
    }
    let host = &text[..colon];
    (!host.contains([':', '[', ']'])).then_some((host, &text[colon + 1..]))
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;

    static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::built_in().unwrap());

    const NEW: Release = Release::new(3, 7, 1);

    fn list(text: &str, release: Release) -> Result<Vec<Url>, String> {
        parse_list(&CATALOGUE, text, release)
    }

    fn error(text: &str, release: Release) -> String {
        list(text, release).unwrap_err()
    }

    #[test]
    fn refusals_are_etcds() {
        assert_eq!(
            error("127.0.0.1:2379", NEW),
            "parse \"127.0.0.1:2379\": first path segment in URL cannot contain colon"
        );
        assert_eq!(
            error("a.example.com", NEW),
            "URL scheme must be http, https, unix, or unixs: a.example.com"
        );
        assert_eq!(
            error("http://127.0.0.1", NEW),
            "URL address does not have the form \"host:port\": http://127.0.0.1"
        );
        assert_eq!(
            error("http://127.0.0.1:1/v2", NEW),
            "URL must not contain a path: http://127.0.0.1:1/v2"
        );
        assert!(error("http://a:x", NEW).contains("invalid port"));
        assert!(list("http://a:1,", NEW).is_err());
        assert!(error("unix://a:1", Release::new(2, 3, 8)).contains("http or https"));
        assert!(list("unix:///run/etcd.sock", Release::new(3, 4, 45)).is_err());
        assert!(list("unix:///run/etcd.sock", Release::new(3, 5, 12)).is_err());
        assert!(error("http://us er@a:1", NEW).contains("invalid userinfo"));
        for text in [
            "http://u%zz@a:1",
            "http://[::1%lo]:1",
            "http://a:1#%zz",
            "http://a:1/%",
        ] {
            assert!(error(text, NEW).contains("invalid URL escape"), "{text}");
        }
    }

    #[test]
    fn hosts_are_what_go_takes() {
        for text in [
            "http://%6cocalhost:1",
            "http://127.0.0.%31:1",
            "http://a%20:1",
            "http://[fe80::1%25e%c3]:1",
            "http://[fe80::1%25e%2f]:1",
        ] {
            assert!(error(text, NEW).contains("invalid URL escape"), "{text}");
        }
        for text in [
            "http://a%c3%a9:1",
            "http://a<b:1",
            "http://[fe80::1%25e%20n]:1",
            "http://[::ffff:127.0.0.1]:1",
        ] {
            assert!(list(text, NEW).is_ok(), "{text}");
        }
        for text in ["http://[127.0.0.1]:1", "http://[a]:1", "http://[::1%25]:1"] {
            assert!(list(text, NEW).is_err(), "{text}");
            assert!(list(text, Release::new(3, 4, 37)).is_ok(), "{text}");
            assert!(list(text, Release::new(3, 5, 24)).is_err(), "{text}");
        }
        let mapped = "http://[::ffff:127.0.0.1]:1";
        assert!(list(mapped, Release::new(3, 5, 23)).is_ok());
        assert!(list(mapped, Release::new(3, 5, 24)).is_err());
        assert!(list(mapped, Release::new(3, 5, 25)).is_ok());
    }

    #[test]
    fn zeros_before_a_number_of_an_ip() {
        let ip = |text, release| parse_ip(&CATALOGUE, text, release);
        let old = Release::new(3, 5, 6);
        assert_eq!(ip("010.0.0.001", old), "10.0.0.1".parse().ok());
        assert_eq!(ip("010.0.0.1", NEW), None);
        assert_eq!(ip("10.0..1", old), None);
        assert_eq!(ip("::1", old), "::1".parse().ok());
    }

    #[test]
    fn what_etcd_takes() {
        for text in [
            "http://127.0.0.1:2379",
            "https://[::1]:2379",
            "http://:2379",
            " http://a:1 , http://b:2",
            "unix://a:1",
            "http://a:1?x=%zz",
            "http://user:pw%41@a:1",
        ] {
            assert!(list(text, NEW).is_ok(), "{text}");
        }
        assert!(list("unix:///run/etcd.sock", NEW).is_ok());
        let urls = list("http://[::1]:2379", NEW).unwrap();
        assert_eq!(urls[0].host(), "::1");
    }

    #[test]
    fn urls_are_printed_as_etcd_prints_them() {
        for (text, printed) in [
            ("unix:a.sock", "unix:a.sock"),
            ("unix://a.sock", "unix://a.sock"),
            ("http://127.0.0.1:2380#", "http://127.0.0.1:2380"),
            ("http://127.0.0.1:2380?", "http://127.0.0.1:2380?"),
        ] {
            let urls = list(text, NEW).unwrap();
            assert_eq!(urls.len(), 1);
            assert_eq!(urls[0].text(), printed);
        }
    }
}
