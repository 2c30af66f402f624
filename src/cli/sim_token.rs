//! The token of a served simulator's control plane: what the server asks for, and where the user's other commands find it.

use std::path::PathBuf;

/// The variable that holds it, for the server and its clients.
pub(super) const VARIABLE: &str = "HEADSET_SIM_TOKEN";

/// The token that the control plane behind an endpoint of loopback asks for, if this user's commands know it.
pub(super) fn of_endpoint(endpoint: &str) -> Option<String> {
    let port = || endpoint.trim_end_matches('/').rsplit(':').next()?.parse().ok();
    let kept = || std::fs::read_to_string(place(port()?)?).ok();
    own().or_else(kept).map(|token| token.trim().to_owned())
}

fn own() -> Option<String> {
    std::env::var(VARIABLE).ok().filter(|own| !own.is_empty())
}

/// The file that holds it while a server has this port. Other users cannot read it.
fn place(port: u16) -> Option<PathBuf> {
    let variable = |name: &str| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    let directory = variable("XDG_RUNTIME_DIR")
        .or_else(|| variable("XDG_CACHE_HOME"))
        .or_else(|| variable("LOCALAPPDATA"))
        .or_else(|| Some(variable("HOME")?.join(".cache")))?;
    Some(directory.join("headset").join(format!("sim-{port}.token")))
}

/// What the server does.
#[cfg(feature = "simulator")]
pub(super) mod server {
    use std::path::{Path, PathBuf};

    use crate::cli::exit::Failure;

    /// The token of a new server: the user's own, else a random one.
    pub(in crate::cli) fn of_server() -> Result<String, Failure> {
        if let Some(own) = super::own() {
            let is_plain = |c: char| c.is_ascii_graphic();
            return match own.len() >= 8 && own.chars().all(is_plain) {
                true => Ok(own),
                false => Err(Failure::usage(format!(
                    "{} has to be at least 8 visible ASCII characters",
                    super::VARIABLE
                ))),
            };
        }
        let mut random = [0; 16];
        getrandom::fill(&mut random)
            .map_err(|error| Failure::new(format!("there are no random numbers: {error}")))?;
        Ok(hex::encode(random))
    }

    /// Takes the file away when the server ends.
    #[derive(Debug)]
    pub(in crate::cli) struct Kept(PathBuf);

    impl Drop for Kept {
        fn drop(&mut self) {
            drop(std::fs::remove_file(&self.0));
        }
    }

    /// Keeps the token for other commands of this user. Where that cannot be, the variable does it.
    pub(in crate::cli) fn keep(port: u16, token: &str) -> Option<Kept> {
        let path = super::place(port)?;
        write(&path, token).ok()?;
        Some(Kept(path))
    }

    fn write(path: &Path, token: &str) -> std::io::Result<()> {
        use std::io::Write as _;
        if let Some(directory) = path.parent() {
            fs_err::create_dir_all(directory)?;
        }
        // What a server that was killed left has this port's name.
        drop(fs_err::remove_file(path));
        let mut options = fs_err::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use fs_err::os::unix::fs::OpenOptionsExt as _;
            options.mode(0o600);
        }
        options.open(path)?.write_all(token.as_bytes())
    }
}
