//! The known name nearest to one that no release has.

use strsim::osa_distance;

use super::{Catalogue, EtcdOption, Spelling, ValueType};
use crate::facts::version::Release;

/// What the author may have meant.
pub(crate) struct Nearest {
    /// The name in the spelling that was used, a key with its path.
    pub(crate) name: String,
    /// Whether it is the same option under the name of another spelling: a flag's name written as a key.
    pub(crate) is_same_option: bool,
}

/// Returns the name that `release` has and that is nearest to `written`, or `None` if none is near.
pub(crate) fn name(
    catalogue: &Catalogue,
    spelling: Spelling,
    written: &str,
    release: Release,
) -> Option<Nearest> {
    if spelling == Spelling::Key
        && let Some(nearest) = flag_name_as_key(catalogue, written, release)
    {
        return Some(nearest);
    }
    let written = folded(written);
    let words = words(&written);
    let options = catalogue.options().iter();
    let names = options.filter_map(|option| known(option, spelling, release));
    names
        .filter_map(|name| {
            let distance = distance(&written, &words, &folded(&name), spelling)?;
            Some((distance, name))
        })
        .min()
        .map(|(_, name)| Nearest {
            name,
            is_same_option: false,
        })
}

/// Returns the catalogue name of the option that a name in any spelling and of any release may mean.
pub(crate) fn option<'c>(catalogue: &'c Catalogue, written: &str) -> Option<&'c str> {
    let written = written.trim_start_matches('-');
    let elsewhere = [Spelling::Variable, Spelling::Key]
        .iter()
        .find_map(|spelling| catalogue.spelled(*spelling, written));
    if let Some(option) = catalogue.option(written).or(elsewhere) {
        return Some(&option.name);
    }
    among(
        catalogue
            .options()
            .iter()
            .map(|option| option.name.as_str()),
        written,
    )
}

/// Returns the name nearest to `written` among names of no spelling.
pub(crate) fn among<'n>(names: impl Iterator<Item = &'n str>, written: &str) -> Option<&'n str> {
    let written = folded(written);
    let words = words(&written);
    names
        .filter_map(|name| {
            let distance = distance(&written, &words, &folded(name), Spelling::Flag)?;
            Some((distance, name))
        })
        .min()
        .map(|(_, name)| name)
}

fn known(option: &EtcdOption, spelling: Spelling, release: Release) -> Option<String> {
    let sets_something = option.type_at(release) != ValueType::Ignored;
    (sets_something && option.accepts(spelling, release))
        .then(|| option.spelled(spelling, release))
        .flatten()
}

/// `peer-cert-file` at the top, `peer-client-cert-auth` inside `peer-transport-security`.
fn flag_name_as_key(catalogue: &Catalogue, written: &str, release: Release) -> Option<Nearest> {
    let last = written.rsplit('.').next().unwrap_or(written);
    let option = catalogue.option(&last.to_ascii_lowercase())?;
    let name = option.key_at(release)?.to_owned();
    (!name.eq_ignore_ascii_case(written)).then_some(Nearest {
        name,
        is_same_option: true,
    })
}

/// Returns a name in the form in which names are compared.
fn folded(name: &str) -> String {
    name.trim_start_matches("ETCD_").to_ascii_lowercase()
}

/// Returns the words of a name, sorted and without the `s` of a plural.
fn words(name: &str) -> Vec<&str> {
    let words = name.split(['-', '_', '.']);
    let mut words: Vec<&str> = words.map(|word| word.trim_end_matches('s')).collect();
    words.sort_unstable();
    words
}

/// Returns the distance of two names, or `None` if they are not near. Words in another order are near.
fn distance(written: &str, ours: &[&str], name: &str, spelling: Spelling) -> Option<usize> {
    let allowed = match written.len() {
        0..=3 => 0,
        4..=5 => 1,
        6..=11 => 2,
        _ => 3,
    };
    if written.len().abs_diff(name.len()) <= allowed {
        // Swapping two adjacent characters is one edit.
        let edits = osa_distance(written, name);
        if edits <= allowed {
            return Some(edits);
        }
    }
    // Variables of other programs share words with etcd's, so only typing errors are near there.
    if spelling == Spelling::Variable {
        return None;
    }
    let theirs = words(name);
    if ours == theirs {
        return Some(allowed + 1);
    }
    // A word that one name repeats is shared once.
    let mut rest = theirs.clone();
    let mut take = |word: &&str| {
        let at = rest.iter().position(|other| other == word);
        at.map(|at| rest.swap_remove(at)).is_some()
    };
    let shared = ours.iter().filter(|word| take(word)).count();
    let apart = ours.len() + theirs.len() - 2 * shared;
    (shared >= 2 && apart <= 1).then_some(allowed + 1 + apart)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nearest(spelling: Spelling, written: &str) -> Option<String> {
        let catalogue = Catalogue::built_in().unwrap();
        name(&catalogue, spelling, written, catalogue.newest()).map(|nearest| nearest.name)
    }

    #[test]
    fn a_name_may_repeat_a_word() {
        assert_eq!(nearest(Spelling::Flag, "log-log-level-level"), None);
    }

    #[test]
    fn near_names_are_found() {
        for (spelling, written, expected) in [
            (Spelling::Flag, "listen-client-url", "listen-client-urls"),
            (Spelling::Flag, "client-listen-urls", "listen-client-urls"),
            (Spelling::Flag, "data_dir", "data-dir"),
            (
                Spelling::Key,
                "peer-cert-file",
                "peer-transport-security.cert-file",
            ),
            (
                Spelling::Key,
                "peer-transport-security.peer-client-cert-auth",
                "peer-transport-security.client-cert-auth",
            ),
            (
                Spelling::Variable,
                "ETCD_LISTEN_CLIENT_URL",
                "ETCD_LISTEN_CLIENT_URLS",
            ),
        ] {
            assert_eq!(
                nearest(spelling, written).as_deref(),
                Some(expected),
                "{written}"
            );
        }
    }

    #[test]
    fn an_option_is_found_by_any_of_its_names() {
        let catalogue = Catalogue::built_in().unwrap();
        for (written, expected) in [
            ("ETCD_CA_FILE", Some("ca-file")),
            ("--ca-file", Some("ca-file")),
            ("client-transport-security.ca-file", Some("ca-file")),
            ("ca-flie", Some("ca-file")),
            ("kubeconfig", None),
        ] {
            assert_eq!(option(&catalogue, written), expected, "{written}");
        }
    }

    #[test]
    fn nothing_is_near_what_is_strange() {
        assert_eq!(nearest(Spelling::Flag, "kubeconfig"), None);
        assert_eq!(nearest(Spelling::Variable, "ETCD_IMAGE_TAG"), None);
        assert_eq!(nearest(Spelling::Variable, "ETCD_VER"), None);
    }
}
