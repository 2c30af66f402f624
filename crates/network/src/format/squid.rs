//! Lines for the configuration of Squid, the proxy.

use std::collections::BTreeSet;

use super::formed::{Formed, Unfit, put};
use super::names::{dotted, rows, sides};
use crate::list::AllowList;
use crate::terms::Protocol;

/// An access list for each side.
///
/// # Errors
/// If the list has nothing that goes through a proxy.
pub fn lines(list: &AllowList) -> Result<Formed, Unfit> {
    let mut out = format!(
        "# {}: what the proxy has to let through, by AWS's pages of {}\n# No proxy may cache or intercept these.\nacl \
         headset_connect method CONNECT\n",
        list.environment, list.data_of
    );
    let mut left_out = BTreeSet::new();
    let mut has_names = false;
    for side in sides(list) {
        let (names, widened) = dotted(rows(list, side));
        left_out.extend(widened);
        if !names.is_empty() {
            has_names = true;
            let ports: BTreeSet<String> = rows(list, side)
                .flat_map(|row| &row.ports)
                .filter(|ports| ports.protocol == Protocol::Tcp)
                .map(crate::terms::Ports::numbers)
                .collect();
            let ports: Vec<String> = ports.into_iter().collect();
            let acl = format!("headset_{}", side.word());
            put(
                &mut out,
                format_args!("\n# {}\nacl {acl}_ports port {}\n", side.name(), ports.join(" ")),
            );
            for name in &names {
                put(&mut out, format_args!("acl {acl} dstdomain {name}\n"));
            }
            put(
                &mut out,
                format_args!("http_access allow headset_connect {acl}_ports {acl}\n"),
            );
        }
        for row in list.outward(side) {
            let is_udp = |ports: &crate::terms::Ports| ports.protocol == Protocol::Udp;
            if row.stands_for_names {
                left_out.insert(format!(
                    "{}: add {} by hand",
                    row.id,
                    row.destinations().join(", ")
                ));
            }
            if row.entries.is_some() {
                left_out.insert(format!(
                    "{}: a proxy goes by names; leave `--mode domains`",
                    row.id
                ));
            }
            if row.ports.iter().any(is_udp) {
                left_out.insert(format!(
                    "{}: no proxy carries UDP; the firewall has to allow it",
                    row.id
                ));
            }
        }
    }
    if !has_names {
        return Err(Unfit {
            why: "there is no name in this list that a proxy could let through".to_owned(),
            help: "give `--mode domains`, and `--side agent` or `--side session`".to_owned(),
        });
    }
    for one in &left_out {
        put(&mut out, format_args!("# not here: {one}\n"));
    }
    Ok(Formed {
        text: out,
        left_out: left_out.into_iter().collect(),
    })
}
