//! The reasons why a setting has no exact rewrite.

/// Why an action cannot be written exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unwritable {
    /// The edit would touch a template.
    #[error("a template fills this place, and templates are never edited")]
    Template,
    /// The quoting of the place cannot express the new text.
    #[error("the quotes around this place cannot contain the new text")]
    Quoting,
    /// The setting is conditional.
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
    #[error("a second etcd command uses the same variable; change it by hand")]
    SecondEtcd,
    /// Flags next to `"$@"`, which the script sets.
    #[error("the script sets its own arguments and passes them to the command; change it by hand")]
    Arguments,
    /// A variable of flags that may belong to another program.
    #[error("it is not certain that etcd gets the flags in this variable; change it by hand")]
    OtherProgram,
    /// A statement of a template on the same line.
    #[error(
        "a template statement on this line may join it to the next one when it is rendered; change it by hand"
    )]
    Joined,
    /// A quote that is never closed.
    #[error("a quote in this text is never closed, so the end of the setting is not certain")]
    Unclosed,
    /// A patch.
    #[error("the lines of a patch must match the file it changes; change that file instead")]
    Patch,
    /// Copies of what `/proc` shows of a process, or of what `ps` prints.
    #[error("this is what a running process got; change the file or command that starts it")]
    Process,
    /// The output of `docker inspect`.
    #[error("this is the state of a container; change the file or command that creates it")]
    Container,
    /// The output of `kubectl get`.
    #[error("this is the state of an object in a cluster; change the manifest, not this output")]
    LiveObject,
    /// The output of `systemctl`.
    #[error("this is output of systemctl; change the file of the unit, not this output")]
    UnitOutput,
    /// An anchor that other parts use.
    #[error(
        "the place is shared through a YAML anchor or merge key; other parts of the file would change too"
    )]
    Shared,
    /// The name of a tool for an option of etcd.
    #[error("the name belongs to the tool, which translates it for etcd")]
    NamedByTool,
    /// A text that k3s turns into a value of another type.
    #[error(
        "k3s and RKE2 cannot pass this value on as a string; they write a number as a number, and only a duration such as 24h as a string"
    )]
    Retyped,
    /// A section of a tool that passes on only some options and values.
    #[error("the tool that passes this section on to etcd does not pass on the new setting")]
    Section,
    /// A block scalar, a complex key, an entry without siblings.
    #[error("a setting in this form cannot be edited exactly")]
    Form,
}
