//! The token of authentication: `auth/store.go:1113@v3.3.27`, `server/auth/store.go:1261@v3.5.33`.

use std::collections::BTreeMap;

use super::Refusal;
use crate::facts::behaviours::Behaviour;
use crate::facts::go_value;
use crate::server::effective::Effective;

/// The rest of the token after its kind must be `key=value` pairs, each key once; a JWT needs a method and a key.
pub(super) fn token(effective: &Effective<'_>) -> Option<Refusal> {
    let token = effective.set("auth-token")?.text.clone()?;
    let refusal =
        |line: &str, advice: &str| Some(Refusal::new(effective, "auth-token", line, advice));
    let mut words = token.split(',');
    let kind = words.next().unwrap_or_default();
    let mut options = BTreeMap::new();
    for word in words {
        let pair = word
            .split_once('=')
            .filter(|(_, value)| !value.contains('='));
        let is_new = pair.is_some_and(|(key, value)| options.insert(key, value).is_none());
        if !is_new {
            return refusal(
                "auth: invalid auth options",
                "write key=value pairs, each key once",
            );
        }
    }
    match kind {
        "simple" => None,
        "jwt" => {
            let line = if effective.does(Behaviour::TokenJwtTakesThreeOptionsAndNoOther) {
                old_jwt(&options)?
            } else {
                jwt(&options)?
            };
            refusal(line, "write jwt with sign-method and keys that fit it")
        }
        "" if effective.does(Behaviour::EmptyAuthTokenIsNoToken) => None,
        _ => refusal("auth: invalid auth options", "write simple or jwt,…"),
    }
}

/// Only these options, none without a value.
fn old_jwt(options: &BTreeMap<&str, &str>) -> Option<&'static str> {
    let known = ["sign-method", "pub-key", "priv-key"];
    let filled = |name: &&str| options.get(*name).is_some_and(|value| !value.is_empty());
    let fits = options.keys().all(|name| known.contains(name)) && known.iter().all(filled);
    (!fits).then_some("auth: invalid auth options")
}

/// A method, and a key that fits it; unknown options are ignored.
fn jwt(options: &BTreeMap<&str, &str>) -> Option<&'static str> {
    let text = |name: &str| options.get(name).copied().unwrap_or_default();
    let time = text("ttl");
    let invalid = Some("auth: invalid auth options");
    if !time.is_empty() && go_value::parse_duration(time).is_err() {
        return invalid;
    }
    let (family, size) = text("sign-method").split_at_checked(2).unwrap_or_default();
    if !matches!(family, "HS" | "RS" | "PS" | "ES") || !matches!(size, "256" | "384" | "512") {
        return invalid;
    }
    let has_key = !text("priv-key").is_empty() || family != "HS" && !text("pub-key").is_empty();
    (!has_key).then_some("auth: missing key data")
}
