//! PowerShell, as far as scripts for image builders need it: what is pasted is read as PowerShell's parser reads it and carried
//! out on a machine.

mod commands;
mod cursor;
mod expression;
mod letters;
mod machine;
mod methods;
mod read;
mod run;
mod shell;
mod stop;
#[cfg(test)]
mod tests;
mod tree;
mod value;

pub(super) use machine::{Machine, Object};

/// Pastes a script at the prompt of a machine. What fails is shown, and the next statement runs.
///
/// # Errors
///
/// What PowerShell says of a script that it cannot read. Nothing of it has run then.
pub(super) fn paste(machine: &mut dyn Machine, script: &str) -> Result<Vec<String>, String> {
    let block = read::read(script)?;
    Ok(shell::Shell::new(machine).prompt(&block))
}
