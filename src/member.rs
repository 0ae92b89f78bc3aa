//! What surfaces read: members, their settings, mentions; and what may be asked of them: actions.

use std::collections::HashSet;

use crate::facts::catalogue::{Catalogue, EtcdOption, Spelling};
use crate::facts::go_value;
use crate::facts::version::Version;
use crate::source::Span;

/// Which text of a reading: 0 is the file itself, others are texts inside it.
pub type TextId = usize;

/// A stretch of one text of a reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The text the span belongs to.
    pub text: TextId,
    /// The stretch, in bytes of that text.
    pub span: Span,
}

impl Place {
    /// That stretch of that text.
    #[must_use]
    pub fn new(text: TextId, span: Span) -> Self {
        Self { text, span }
    }
}

/// A value as etcd's decoder would get it.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A flag written without a value.
    Bare,
    /// A text: every flag's and variable's value, and YAML strings.
    Text(String),
    /// A YAML null: etcd keeps the default.
    Null,
    /// A YAML 1.1 boolean.
    Bool(bool),
    /// A YAML integer.
    Integer(i128),
    /// A YAML float.
    Float(f64),
    /// A YAML float with an exponent that has no sign, `8e9`: some releases read it as text.
    Exponent(f64),
    /// A YAML sequence.
    List(Vec<Value>),
    /// A YAML mapping where a value belongs.
    Mapping,
    /// Something else decides it: a shell variable, a unit specifier, a template. The text is as written.
    Unknown(String),
}

impl Value {
    /// The text, where the value is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Whether the value is not decided by this text.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        match self {
            Self::Unknown(_) => true,
            Self::List(items) => items.iter().any(Self::is_unknown),
            _ => false,
        }
    }
}

/// One option given a value.
#[derive(Clone, Debug)]
pub struct Setting {
    /// How it is written.
    pub spelling: Spelling,
    /// The name as etcd looks it up: a flag without dashes, a variable, a key path joined by `.`; keys keep their case.
    pub name: String,
    /// Where the name stands: the flag with its dashes, the variable, the last part of the key.
    pub name_place: Place,
    /// The value.
    pub value: Value,
    /// Where the value stands; empty behind the name when there is none.
    pub value_place: Place,
    /// A later setting of the same option wins over this one.
    pub overridden: bool,
    /// Where the surface remembers how to edit it.
    pub site: usize,
}

impl Setting {
    /// Name and value together, for pointing at.
    #[must_use]
    pub fn place(&self) -> Place {
        if self.name_place.text == self.value_place.text {
            let span = self.name_place.span.cover(self.value_place.span);
            Place::new(self.name_place.text, span)
        } else {
            self.name_place
        }
    }

    /// The option it is a setting of, in any release.
    #[must_use]
    pub fn option_in<'c>(&self, catalogue: &'c Catalogue) -> Option<&'c EtcdOption> {
        catalogue.spelled(self.spelling, &self.name)
    }

    /// Whether it gives that option a value.
    #[must_use]
    pub fn gives(&self, catalogue: &Catalogue, option: &str) -> bool {
        // Most answers are no, and need no look-up: a flag has the option's own name.
        if self.spelling == Spelling::Flag && self.name != option {
            return false;
        }
        self.option_in(catalogue)
            .is_some_and(|found| found.name == option)
    }

    /// Whether it says nothing: a null, or an empty text.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.value == Value::Null || self.value.text() == Some("")
    }
}

/// The section of etcd's file that a key path leads into, as it is written; none at the top.
#[must_use]
pub fn key_section(path: &str) -> Option<&str> {
    path.rsplit_once('.').map(|(section, _)| section)
}

/// Whether two key paths lead into the same section for etcd, which does not mind case; the text may have two of them.
#[must_use]
pub fn is_same_section(path: &str, other: &str) -> bool {
    match (key_section(path), key_section(other)) {
        (Some(section), Some(other)) => section.eq_ignore_ascii_case(other),
        (section, other) => section == other,
    }
}

/// A word that is no flag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PositionalArgument {
    /// The word.
    pub word: String,
    /// Where it stands.
    pub place: Place,
}

/// Whether a text shows all settings of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completeness {
    /// What is not set here is not set.
    Whole,
    /// It may be all, but says too little of a member to be held against what it leaves out.
    Fragment,
    /// Other files or variables set more.
    Partial,
}

/// How a member gets its options.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// From a configuration file; this text is that file.
    ConfigFile,
    /// From flags and environment variables.
    Environment,
}

/// One etcd process's configuration, or the part of it that one text shows.
#[derive(Clone, Debug)]
pub struct Member {
    /// In the order they are written.
    pub settings: Vec<Setting>,
    /// Whether this is all of it.
    pub completeness: Completeness,
    /// How etcd is given it.
    pub delivery: Delivery,
    /// Where a finding about the member as a whole points.
    pub anchor: Place,
    /// The running release, where the text names it.
    pub evidence: Option<Version>,
    /// A plain scalar with a colon inside a flow collection, which the YAML reader of old releases refuses.
    pub plain_colon_in_flow: Option<Place>,
    /// What the YAML reader of every release refuses in the file, in its words; the anchor is its place.
    pub decoder_refusal: Option<String>,
    /// Words behind etcd's flags that are no flags; etcd refuses them.
    pub positional_arguments: Vec<PositionalArgument>,
}

impl Member {
    /// A member without settings yet, whose flags and variables are all there; findings about it as a whole point to
    /// `anchor`.
    #[must_use]
    pub fn at(anchor: Place) -> Self {
        Self {
            settings: Vec::new(),
            completeness: Completeness::Whole,
            delivery: Delivery::Environment,
            anchor,
            evidence: None,
            plain_colon_in_flow: None,
            decoder_refusal: None,
            positional_arguments: Vec::new(),
        }
    }

    /// Whether etcd is given a configuration file that is another text. A release that reads the variable does so where
    /// the flag names none (`etcdmain/config.go:298@v3.4.0`); an empty name is none (`etcdmain/config.go:235@v3.1.20`).
    #[must_use]
    pub fn names_config_file(&self, reads_variable: bool) -> bool {
        let names_it = |setting: &Setting| match setting.spelling {
            Spelling::Flag => setting.name == CONFIG_FILE,
            Spelling::Variable => reads_variable && setting.name == "ETCD_CONFIG_FILE",
            Spelling::Key => false,
        };
        self.delivery == Delivery::Environment
            && self
                .live()
                .any(|(_, setting)| names_it(setting) && setting.value.text() != Some(""))
    }

    /// Whether etcd is asked to print something and exit: it starts no member then.
    #[must_use]
    pub fn only_informs(&self) -> bool {
        only_informs(&self.settings)
    }

    /// The settings that count, without those a later duplicate overrides.
    pub fn live(&self) -> impl Iterator<Item = (usize, &Setting)> {
        self.settings
            .iter()
            .enumerate()
            .filter(|(_, setting)| !setting.overridden)
    }
}

/// The option that names a configuration file.
pub const CONFIG_FILE: &str = "config-file";

/// Whether Go's flag package prints the help for a flag of that name, whatever its value, and reads nothing behind it.
#[must_use]
pub fn asks_for_help(flag: &str) -> bool {
    matches!(flag, "help" | "h")
}

/// Whether the flag sets nothing: it makes etcd print something, or names a file.
#[must_use]
pub fn sets_nothing(flag: &str) -> bool {
    asks_for_help(flag) || matches!(flag, VERSION | CONFIG_FILE)
}

/// Whether the flags among the settings make etcd print something and exit, in every release before it reads a variable
/// or a file: `etcdmain/config.go:249@v2.3.8`, `server/etcdmain/config.go:142@v3.6.14`. Of several `--version` the last
/// counts.
#[must_use]
pub fn only_informs(settings: &[Setting]) -> bool {
    let flags = || {
        let settings = settings.iter();
        settings.filter(|setting| setting.spelling == Spelling::Flag)
    };
    let version = flags().rfind(|flag| flag.name == VERSION);
    let is_true = |flag: &Setting| match &flag.value {
        Value::Bare => true,
        value => value.text().and_then(go_value::parse_bool) == Some(true),
    };
    version.is_some_and(is_true) || flags().any(|flag| asks_for_help(&flag.name))
}

/// The flag that makes etcd print its version.
const VERSION: &str = "version";

/// A reference to etcd outside any member's settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// What is referred to.
    pub kind: MentionKind,
    /// Where, as a span of the file.
    pub span: Span,
}

/// What a mention refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MentionKind {
    /// The prefix of a path of the v3 API over HTTP, such as `/v3alpha`.
    ApiPrefix(String),
    /// A path that etcd answers in some releases only, such as `/config/local/log`.
    Endpoint(String),
    /// A command that only the etcdctl of the v2 API knows.
    EtcdctlCommand {
        /// The command, such as `ls`.
        name: String,
        /// Whether the text says anywhere which API etcdctl is to speak.
        says_api: bool,
    },
}

/// A value to be written; the surface finds its form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewValue {
    /// A text; YAML makes sure that it reads as a string.
    Text(String),
    /// A boolean.
    Bool(bool),
    /// An unsigned number.
    Number(u64),
    /// A list; flags and variables join it by commas.
    List(Vec<String>),
}

impl Action {
    /// The setting that it changes or adds to, by its index in the member.
    #[must_use]
    pub fn setting(&self) -> Option<usize> {
        match self {
            Self::Rename { setting, .. }
            | Self::SetValue { setting, .. }
            | Self::Remove { setting } => Some(*setting),
            Self::Insert { after, .. } => Some(*after),
            Self::Replace { .. } => None,
        }
    }
}

/// A change of a text, said without bytes. Settings are named by their index in the member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Give the setting another name, in its own spelling.
    Rename {
        /// Which.
        setting: usize,
        /// The new flag without dashes, variable, or key path.
        to: String,
    },
    /// Give the setting another value.
    SetValue {
        /// Which.
        setting: usize,
        /// The new value.
        value: NewValue,
    },
    /// Take the setting away.
    Remove {
        /// Which.
        setting: usize,
    },
    /// Add a setting behind another one, in the same spelling and style.
    Insert {
        /// Behind which.
        after: usize,
        /// The flag without dashes, variable, or key path.
        name: String,
        /// Its value.
        value: NewValue,
    },
    /// Replace a mention.
    Replace {
        /// Where, as a span of the file.
        span: Span,
        /// By what.
        text: String,
    },
}

/// Marks all but the last setting of each option as overridden: flags and variables, the later wins.
pub(crate) fn mark_overridden(settings: &mut [Setting]) {
    let mut later = HashSet::new();
    for setting in settings.iter_mut().rev() {
        setting.overridden |= !later.insert((setting.spelling, setting.name.clone()));
    }
}
