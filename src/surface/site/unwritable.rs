//! Why a setting cannot be rewritten exactly.

/// Why an action cannot be written exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unwritable {
    /// The edit would touch a template.
    #[error("the place is filled by a template, which is never edited")]
    Template,
    /// Quoting around the place has no form for the new text.
    #[error("the quoting around this place cannot hold the new text")]
    Quoting,
    /// A condition decides whether the setting counts.
    #[error(
        "the setting is in a branch of a script or template, and what else is set depends on the branch; change it by hand"
    )]
    Branch,
    /// A variable that something else uses.
    #[error(
        "the variable is used elsewhere in this file, not only by one etcd command; change it by hand"
    )]
    Used,
    /// A variable in the environment of two servers.
    #[error("a second etcd command gets the same variable; change it by hand")]
    SecondEtcd,
    /// Flags beside `"$@"`, which the script sets.
    #[error(
        "the command is also given the script's own arguments, which the script sets; change it by hand"
    )]
    Arguments,
    /// A variable of flags that may be another program's.
    #[error("nothing shows that etcd is given the flags in this variable; change it by hand")]
    OtherProgram,
    /// A statement of a template on the same line.
    #[error(
        "a template statement on this line may join it to the next one when it is rendered; change it by hand"
    )]
    Joined,
    /// A quote that is never closed.
    #[error("a quote in this text is never closed, so where the setting ends is not certain")]
    Unclosed,
    /// A file of differences.
    #[error("the lines of a patch must match the file it changes; change that file instead")]
    Patch,
    /// An anchor that other parts use.
    #[error(
        "the place is shared through a YAML anchor or merge key; other parts of the file would change with it"
    )]
    Shared,
    /// A name of a tool's for an option of etcd's.
    #[error("the name is the tool's, which gives the setting to etcd under the name it knows")]
    NamedByTool,
    /// A text that k3s hands on as another kind of value.
    #[error(
        "k3s and RKE2 hand no text on as this value; a number becomes a number of the file, a duration such as 24h stays a string"
    )]
    Retyped,
    /// A section whose reader passes on only some options and values.
    #[error("the tool that hands this section on to etcd does not pass the new setting on")]
    Section,
    /// A block scalar, a complex key, an entry without siblings.
    #[error("this way of writing the setting has no exact edit")]
    Form,
}
