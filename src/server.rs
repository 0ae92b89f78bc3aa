//! A simulator of an etcd that reads the settings of a member: what it accepts, which settings are effective, why it
//! does not start.
//!
//! It works on settings alone; no text is in here.

pub mod acceptance;
pub mod effective;
pub mod startup;
