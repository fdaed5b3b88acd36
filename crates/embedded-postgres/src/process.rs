//! Other processes: whether they live, and asking a server to end.

/// How a server is asked to end.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shutdown {
    /// Disconnect everyone, write everything down, leave.
    Fast,
    /// Leave at once; the next start recovers.
    Immediate,
}

#[cfg(unix)]
pub(crate) use unix::{is_alive, is_server_of, shut_down};

#[cfg(unix)]
mod unix {
    use std::path::Path;
    use std::process::Command;

    use rustix::io::Errno;
    use rustix::process::{Pid, Signal, kill_process, test_kill_process};

    use super::Shutdown;

    fn pid(id: u32) -> Option<Pid> {
        i32::try_from(id).ok().and_then(Pid::from_raw)
    }

    /// Whether a process of this id exists, whoever owns it.
    pub(crate) fn is_alive(id: u32) -> bool {
        pid(id).is_some_and(|pid| !matches!(test_kill_process(pid), Err(Errno::SRCH)))
    }

    pub(crate) fn shut_down(id: u32, shutdown: Shutdown) {
        let signal = match shutdown {
            Shutdown::Fast => Signal::INT,
            Shutdown::Immediate => Signal::QUIT,
        };
        if let Some(pid) = pid(id) {
            let _ = kill_process(pid, signal);
        }
    }

    /// Whether the process is a server of this cluster, as its command line says. Process ids are used
    /// again, so a living process proves nothing; one that ended but was not waited for has no command line.
    pub(crate) fn is_server_of(id: u32, cluster: &Path) -> bool {
        let command_line = std::fs::read(format!("/proc/{id}/cmdline")).or_else(|_| {
            let output = Command::new("ps").args(["-ww", "-o", "args=", "-p", &id.to_string()]).output();
            output.map(|output| output.stdout)
        });
        let Ok(command_line) = command_line else { return false };
        let cluster = cluster.as_os_str().as_encoded_bytes();
        !cluster.is_empty() && command_line.windows(cluster.len()).any(|part| part == cluster)
    }
}

#[cfg(windows)]
pub(crate) use windows::{is_alive, is_server_of, shut_down};

/// Windows has no signals: every Postgres process listens for them on a named pipe, one byte a signal
/// (Postgres's `src/port/kill.c`).
#[cfg(windows)]
mod windows {
    use std::fs::{File, OpenOptions};
    use std::io::{Read, Write};
    use std::path::Path;

    use super::Shutdown;

    fn pipe(id: u32) -> std::io::Result<File> {
        OpenOptions::new().read(true).write(true).open(format!(r"\\.\pipe\pgsignal_{id}"))
    }

    /// Whether a Postgres process of this id exists.
    pub(crate) fn is_alive(id: u32) -> bool {
        pipe(id).is_ok()
    }

    pub(crate) fn shut_down(id: u32, shutdown: Shutdown) {
        let signal = match shutdown {
            Shutdown::Fast => 2,
            Shutdown::Immediate => 3,
        };
        if let Ok(mut pipe) = pipe(id) {
            let _ = pipe.write_all(&[signal]).and_then(|()| pipe.read(&mut [0]));
        }
    }

    /// The pipe proves a Postgres; that the cluster's own file names it has to do for the rest.
    pub(crate) fn is_server_of(id: u32, _cluster: &Path) -> bool {
        is_alive(id)
    }
}
