//! The values that etcd accepts, in words.

use crate::facts::catalogue::{Catalogue, EtcdOption, KeyType, Spelling, ValueType};
use crate::facts::version::Release;

/// Returns which values `release` accepts for the option in that spelling, in words.
pub(super) fn in_words(
    catalogue: &Catalogue,
    option: &EtcdOption,
    spelling: Spelling,
    release: Release,
) -> String {
    let text = text_in_words(catalogue, option, release);
    if spelling != Spelling::Key {
        return text.unwrap_or_else(|| "a value".to_owned());
    }
    match option.key_type_at(release) {
        KeyType::Bool => "true or false, without quotes".to_owned(),
        KeyType::Duration => "a whole number of nanoseconds, without quotes".to_owned(),
        KeyType::Int | KeyType::Int64 | KeyType::Uint | KeyType::Uint32 | KeyType::Uint64 => {
            "a whole number, without quotes".to_owned()
        }
        KeyType::List => "a list of strings".to_owned(),
        KeyType::Unsupported => "nothing: delete it, no value of a file fits".to_owned(),
        KeyType::String => text.unwrap_or_else(|| {
            "a string; quote what YAML 1.1 reads as a number or a boolean".to_owned()
        }),
    }
}

/// Returns which texts a flag accepts, in words, or `None` if it accepts any.
fn text_in_words(catalogue: &Catalogue, option: &EtcdOption, release: Release) -> Option<String> {
    let words = match option.type_at(release) {
        ValueType::Bool => "true or false".to_owned(),
        ValueType::Int | ValueType::Int64 => "a whole number".to_owned(),
        ValueType::Uint | ValueType::Uint32 | ValueType::Uint64 => {
            "a whole number that is not negative".to_owned()
        }
        ValueType::Duration => "a Go duration such as 10s".to_owned(),
        ValueType::Urls | ValueType::UniqueUrls => {
            "URLs with a scheme, a host and a port, such as http://10.0.0.1:2379, joined by commas"
                .to_owned()
        }
        ValueType::Enum => {
            let allowed = option.allowed.at_or_first(release)?;
            let shown: Vec<&str> = allowed
                .iter()
                .map(|value| {
                    if value.is_empty() {
                        "an empty text"
                    } else {
                        value
                    }
                })
                .collect();
            format!("one of {}", shown.join(", "))
        }
        ValueType::IpPort => "an IP address and a port, such as 10.0.0.1:2379".to_owned(),
        ValueType::FeatureGates => {
            let known: Vec<&str> = catalogue
                .gates
                .iter()
                .filter(|gate| gate.since <= release)
                .map(|gate| gate.name.as_str())
                .collect();
            format!(
                "pairs such as {}=true, joined by commas; gates are {}",
                known.first()?,
                known.join(", ")
            )
        }
        ValueType::Rejected => "nothing: delete it".to_owned(),
        ValueType::String
        | ValueType::CorsOrigins
        | ValueType::Strings
        | ValueType::UniqueStrings
        | ValueType::Ignored => return None,
    };
    Some(words)
}
