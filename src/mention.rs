//! References to etcd that are not settings and that an upgrade can break too: API paths and `etcdctl` commands.

pub mod api_path;
pub mod etcdctl;
