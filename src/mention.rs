//! What is no setting and breaks all the same: paths of etcd's API and commands of its client.

pub mod api_path;
pub mod etcdctl;
