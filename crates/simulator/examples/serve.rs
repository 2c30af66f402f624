//! Starts a simulated AWS on loopback and says how clients reach it, until Ctrl-C:
//!
//! ```sh
//! cargo run -p headset-simulator --example serve -- 4566
//! ```
//!
//! Without a port the operating system picks one.
#![expect(clippy::print_stdout, reason = "a person reads where it listens")]

use std::error::Error;

use headset_simulator::{SimOptions, Simulator};
use tokio::net::TcpListener;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let port = std::env::args().nth(1).unwrap_or_else(|| "0".to_owned());
    let listener = TcpListener::bind(("127.0.0.1", port.parse()?)).await?;
    println!("export AWS_ENDPOINT_URL=http://{}", listener.local_addr()?);
    println!("export AWS_REGION=eu-west-2");
    println!("export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE AWS_SECRET_ACCESS_KEY=simulated");
    // One simulated minute per second: a fleet of AppStream starts while you watch.
    let options = SimOptions {
        speed: 60.0,
        ..SimOptions::default()
    };
    Simulator::new(options)
        .serve(listener, async { drop(tokio::signal::ctrl_c().await) })
        .await?;
    Ok(())
}
