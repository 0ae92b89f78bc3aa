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
        return text.unwrap_or_else(|| "give it a value".to_owned());
    }
    match option.key_type_at(release) {
        KeyType::Bool => "write true or false, without quotes".to_owned(),
        KeyType::Duration => "write a whole number of nanoseconds, without quotes".to_owned(),
        KeyType::Int | KeyType::Int64 | KeyType::Uint | KeyType::Uint32 | KeyType::Uint64 => {
            "write a whole number, without quotes".to_owned()
        }
        KeyType::List => "write a list of strings".to_owned(),
        KeyType::Unsupported => "delete it: etcd accepts no value in a file".to_owned(),
        KeyType::String => text.unwrap_or_else(|| {
            "write a string; quote what YAML 1.1 reads as a number or a boolean".to_owned()
        }),
    }
}

/// Returns which texts a flag accepts, in words, or `None` if it accepts any.
fn text_in_words(catalogue: &Catalogue, option: &EtcdOption, release: Release) -> Option<String> {
    let words = match option.type_at(release) {
        ValueType::Bool => "write true or false".to_owned(),
        ValueType::Int | ValueType::Int64 => "write a whole number".to_owned(),
        ValueType::Uint | ValueType::Uint32 | ValueType::Uint64 => {
            "write a whole number that is not negative".to_owned()
        }
        ValueType::Duration => "write a Go duration such as 10s".to_owned(),
        ValueType::Urls | ValueType::UniqueUrls => {
            "write URLs with scheme, host and port, such as http://10.0.0.1:2379, separated by commas"
                .to_owned()
        }
        ValueType::Enum => {
            let allowed = option.allowed.at_or_first(release)?;
            let shown: Vec<&str> = allowed
                .iter()
                .map(|value| {
                    if value.is_empty() {
                        "an empty string"
                    } else {
                        value
                    }
                })
                .collect();
            format!("write one of {}", shown.join(", "))
        }
        ValueType::IpPort => "write an IP address and a port, such as 10.0.0.1:2379".to_owned(),
        ValueType::FeatureGates => {
            let known: Vec<&str> = catalogue
                .gates
                .iter()
                .filter(|gate| gate.since <= release)
                .map(|gate| gate.name.as_str())
                .collect();
            format!(
                "write pairs such as {}=true, separated by commas; gates are {}",
                known.first()?,
                known.join(", ")
            )
        }
        ValueType::Rejected => "delete it".to_owned(),
        ValueType::String
        | ValueType::CorsOrigins
        | ValueType::Strings
        | ValueType::UniqueStrings
        | ValueType::Ignored => return None,
    };
    Some(words)
}
