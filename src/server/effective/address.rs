//! Addresses that etcd 2.3 makes URLs of: `pkg/flags/flag.go:143@v2.3.8`.

use crate::facts::catalogue::EtcdOption;
use crate::facts::go_url::split_host_port;

/// An address that is set in place of URLs.
pub(crate) struct AddressInPlace<'a> {
    /// The option of the address, which etcd sets itself if only the option whose port it takes is set.
    pub(crate) option: &'a EtcdOption,
    /// The option whose URLs it replaces.
    pub(crate) urls: &'a str,
    /// The setting, by its index in the member.
    pub(crate) setting: usize,
    /// The address; `None` if it is set elsewhere.
    pub(super) text: Option<&'a str>,
    /// Whether only its port is taken.
    pub(super) has_port_alone: bool,
    /// Whether it becomes a URL of https.
    pub(super) is_https: bool,
}

impl AddressInPlace<'_> {
    /// Returns the URL that etcd makes of it.
    pub(super) fn url(&self) -> Option<String> {
        let scheme = if self.is_https { "https" } else { "http" };
        let text = self.text?;
        if !self.has_port_alone {
            return Some(format!("{scheme}://{text}"));
        }
        let (_, port) = split_host_port(text)?;
        Some(format!("{scheme}://[::]:{port}"))
    }
}
