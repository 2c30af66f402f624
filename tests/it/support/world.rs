//! The simulated cloud as nothing but a test can change it.

use headset_simulator::Simulator;
use serde_json::Value;

/// Changes the simulated cloud behind everybody's back: what is in a snapshot's world.
pub(crate) fn edit(simulator: &Simulator, change: impl FnOnce(&mut Value)) {
    let mut snapshot = simulator.snapshot();
    change(&mut snapshot["world"]);
    simulator.restore(&snapshot).unwrap();
}
