//! Old names of options, which set the new ones.

use super::{Effective, Held};
use crate::facts::behaviours::Behaviour;
use crate::facts::catalogue::{EtcdOption, Replacement};

impl<'a> Effective<'a> {
    /// Returns whether the value of `option` is in force under another option, which it is an old name of.
    #[must_use]
    pub fn is_taken_over(&self, option: &str) -> bool {
        self.does(Behaviour::OldOptionSetsTheNewOne)
            && self
                .option(option)
                .and_then(|option| self.successor_of(option))
                .is_some()
    }

    /// Returns what is in force instead of an old option, if the release has it.
    fn successor_of(&self, option: &'a EtcdOption) -> Option<&'a Replacement> {
        let name = option.replaced_by.as_ref()?.option.as_deref()?;
        self.option(name)?;
        option.successor(name)
    }

    /// Returns whether a key without a value still sets the new name of an option.
    pub(super) fn moves_to_new_name(&self, option: &'a EtcdOption) -> bool {
        let is_exclusive = |replacement: &Replacement| replacement.exclusive;
        self.does(Behaviour::OldOptionSetsTheNewOne)
            && option.exists_at(self.release)
            && self.successor_of(option).is_some_and(is_exclusive)
    }

    /// Returns the options that are set and whose value `option`, or a gate of it, takes over.
    pub(super) fn old_options<'b>(
        &'b self,
        option: &'b str,
    ) -> impl Iterator<Item = (&'a Replacement, &'b Held)> {
        let takes_over = self.does(Behaviour::OldOptionSetsTheNewOne);
        let held = self.all().filter(move |_| takes_over);
        held.filter_map(|(name, held)| Some((self.option(name)?.successor(option)?, held)))
    }
}
