//! Where members run: folders and ports of their own.

use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU16, Ordering};

use tempfile::TempDir;

/// The folder below a place for files that servers are given.
pub(crate) const GIVEN: &str = "given";

/// Where a member runs: a folder of its own and free ports on loopback.
pub(crate) struct Place {
    pub(crate) folder: TempDir,
    /// The port for clients: plain, or TLS for a member with certificates.
    pub(crate) client: u16,
    /// A port for clients that is always plain. The same as `client` without TLS.
    pub(crate) plain: u16,
    /// The port for other members.
    pub(crate) peer: u16,
}

impl Place {
    /// Creates a place for a member that uses HTTP.
    pub(crate) fn plain() -> Place {
        let client = free_port();
        Place {
            client,
            plain: client,
            ..Place::secure()
        }
    }

    /// Creates a place for a member that uses HTTPS. It has one more plain port, for health requests.
    pub(crate) fn secure() -> Place {
        Place {
            folder: TempDir::new().expect("a temporary folder"),
            client: free_port(),
            plain: free_port(),
            peer: free_port(),
        }
    }

    /// Removes what earlier servers have left, wherever they were configured to write; the files given to them are
    /// kept.
    pub(crate) fn clear(&self) {
        let entries = fs::read_dir(self.folder.path()).expect("the folder is there");
        for path in entries.flatten().map(|entry| entry.path()) {
            if !path.ends_with(GIVEN) {
                let removed = fs::remove_dir_all(&path).or_else(|_| fs::remove_file(&path));
                removed.expect("what a server left can be removed");
            }
        }
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Returns the settings that every member here needs, by their names in a file.
    pub(crate) fn settings(&self) -> Vec<(&'static str, String)> {
        let scheme = if self.client == self.plain {
            "http"
        } else {
            "https"
        };
        let client = format!("{scheme}://127.0.0.1:{}", self.client);
        let peer = format!("{scheme}://127.0.0.1:{}", self.peer);
        let listen = match scheme {
            "https" => format!("{client},http://127.0.0.1:{}", self.plain),
            _ => client.clone(),
        };
        vec![
            ("name", "m1".to_owned()),
            ("data-dir", self.data().display().to_string()),
            ("listen-client-urls", listen),
            ("advertise-client-urls", client),
            ("listen-peer-urls", peer.clone()),
            ("initial-advertise-peer-urls", peer.clone()),
            ("initial-cluster", format!("m1={peer}")),
        ]
    }

    /// Writes a file into a new folder below this place.
    pub(crate) fn write(&self, folder: &str, name: &str, text: &str) -> PathBuf {
        let folder = self.folder.path().join(folder);
        fs::create_dir_all(&folder).expect("a folder in a temporary folder");
        let file = folder.join(name);
        fs::write(&file, text).expect("a file in a temporary folder");
        file
    }
}

/// Returns a loopback port that nobody listens on, below those that the system gives to clients.
fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = std::process::id() % 100 * 100;
    for _ in 0..10_000 {
        let step = u32::from(NEXT.fetch_add(1, Ordering::Relaxed));
        let port = u16::try_from(20_000 + (first + step) % 10_000).expect("below 30000");
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
    panic!("no free port on loopback");
}
