//! The environment of a generated member: the values of placeholders.

/// Ports, folders and files that values may name.
#[derive(Clone)]
pub(crate) struct Ground {
    pub(crate) client: u16,
    pub(crate) peer: u16,
    /// For metrics.
    pub(crate) other: u16,
    pub(crate) folder: String,
    /// Of a certificate, its key and its authority.
    pub(crate) certificate: [String; 3],
}

impl Ground {
    /// Returns the values for configurations that are not started.
    pub(crate) fn imagined() -> Ground {
        Ground {
            client: 2379,
            peer: 2380,
            other: 2381,
            folder: "/var/lib/etcd".to_owned(),
            certificate: ["/tls/member.crt", "/tls/member.key", "/tls/ca.crt"].map(str::to_owned),
        }
    }

    pub(crate) fn filled(&self, text: &str, name: &str) -> String {
        let [certificate, key, authority] = &self.certificate;
        text.replace("@client@", &self.client.to_string())
            .replace("@peer@", &self.peer.to_string())
            .replace("@other@", &self.other.to_string())
            .replace("@folder@", &self.folder)
            .replace("@certificate@", certificate)
            .replace("@key@", key)
            .replace("@authority@", authority)
            .replace("@name@", name)
    }
}
