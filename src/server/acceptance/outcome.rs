//! What a release does with one setting.

/// What a release does with a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Acceptance {
    /// It takes effect.
    Accepted,
    /// It has no effect, and is meant to have none: a null, an empty variable, an ignored flag.
    Ignored,
    /// It is lost without a word.
    Dropped,
    /// etcd cannot read it, says nothing, and takes this for it.
    ReadAs(String),
    /// It is lost; etcd prints this.
    DroppedWithWarning(String),
    /// etcd exits and prints this.
    Refused(String),
}
