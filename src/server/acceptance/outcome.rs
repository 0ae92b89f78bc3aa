//! What a release does with one setting.

/// What a release does with a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Acceptance {
    /// It takes effect.
    Accepted,
    /// It has no effect, as intended: a null, an empty variable, an ignored flag.
    Ignored,
    /// It is silently ignored.
    Dropped,
    /// etcd cannot read it, prints nothing, and uses this value.
    ReadAs(String),
    /// It is ignored; etcd prints this warning.
    DroppedWithWarning(String),
    /// etcd exits and prints this.
    Refused(String),
}
