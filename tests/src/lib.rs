//! What the cross-cutting tests share.

#[cfg(target_os = "linux")]
pub mod desktop;
