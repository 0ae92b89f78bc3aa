//! From which release to which the open documents are judged.

use std::path::Path;

use serde_json::Value;

use crate::catalogue::Catalogue;
use crate::version::{Upgrade, Version};

/// The key under which an editor may keep the options of this server among others'.
const SECTION: &str = "etcd-uplift";

/// What the editor was told: `{"from": "3.4", "to": "3.5"}`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    from: Option<Version>,
    to: Option<Version>,
}

impl Asked {
    /// Reads the options; none where they say nothing of this server's: editors send `{}` and `null` when nothing was set.
    pub(super) fn read(options: &Value) -> Option<Result<Self, String>> {
        let options = options.get(SECTION).unwrap_or(options);
        if options.is_null() {
            return None;
        }
        let Some(fields) = options.as_object() else {
            return Some(Err(format!(
                "the options of etcd-uplift are an object such as {EXAMPLE}"
            )));
        };
        if !fields.contains_key("from") && !fields.contains_key("to") {
            return None;
        }
        let version = |name: &str| match fields.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => {
                let version = text.parse::<Version>();
                version
                    .map(Some)
                    .map_err(|error| format!("`{name}`: {error}"))
            }
            Some(_) => Err(format!("`{name}` is a text, as in {EXAMPLE}")),
        };
        Some(version("from").and_then(|from| {
            let to = version("to")?;
            Ok(Self { from, to })
        }))
    }

    /// What a document is judged for. A file beside the document that says it would be looked for here.
    pub(super) fn upgrade_for(
        self,
        _document: &Path,
        catalogue: &Catalogue,
    ) -> Result<Upgrade, String> {
        let upgrade = catalogue.upgrade(self.from, self.to);
        upgrade.map_err(|error| error.to_string())
    }
}

const EXAMPLE: &str = r#"{"from": "3.4", "to": "3.5"}"#;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::version::Release;

    #[test]
    fn options_stand_alone_or_under_the_server_s_name() {
        let catalogue = Catalogue::built_in().unwrap();
        for options in [
            json!({"from": "3.3", "to": "v3.4.20"}),
            json!({"etcd-uplift": {"from": "3.3", "to": "v3.4.20"}}),
        ] {
            let asked = Asked::read(&options).unwrap().unwrap();
            let upgrade = asked.upgrade_for(Path::new("x"), &catalogue).unwrap();
            assert_eq!(upgrade.from, Some(Release::new(3, 3, 27)));
            assert_eq!(upgrade.to, Release::new(3, 4, 20));
        }
    }

    #[test]
    fn options_that_say_nothing_change_nothing_and_bad_ones_are_told() {
        for options in [json!(null), json!({}), json!({"other": {"from": "x"}})] {
            assert_eq!(Asked::read(&options), None, "{options}");
        }
        let told = |options| Asked::read(&options).unwrap().unwrap_err();
        assert!(told(json!({"from": "x"})).contains("write it as 3.4"));
        assert!(told(json!({"to": 3.4})).contains("`to` is a text"));
        assert!(told(json!([])).contains("are an object"));
        let back = Asked::read(&json!({"from": "3.5", "to": "3.4"}));
        let catalogue = Catalogue::built_in().unwrap();
        let error = back.unwrap().unwrap();
        let error = error.upgrade_for(Path::new("x"), &catalogue).unwrap_err();
        assert!(error.contains("is newer than"), "{error}");
    }
}
