mod forms;
mod golden;
mod lists;
mod pairs;

use std::sync::OnceLock;

use crate::center::{Audio, Center, Desktops, Instance, Pages, SignIn};
use crate::data::Endpoints;
use crate::list::{AllowList, Asked, list};
use crate::ranges::Ranges;
use crate::ranges::tests::FILE;

/// A split center with everything named.
fn center(connect: &str, appstream: &str) -> Center {
    Center {
        environment: "acme-support".to_owned(),
        instance: Some(Instance {
            region: connect.to_owned(),
            host: Some("acme-support.my.connect.aws".to_owned()),
            existing: false,
        }),
        pages: Some(Pages {
            cloudfront: false,
            host: Some(format!("acme-ccp.s3.{connect}.amazonaws.com")),
        }),
        audio: Audio::Split,
        sign_in: SignIn::Provider {
            name: "Okta".to_owned(),
            hosts: vec!["acme.okta.example.com".into()],
        },
        sites: Vec::new(),
        desktops: Some(Desktops {
            region: appstream.to_owned(),
            ..Desktops::default()
        }),
    }
}

fn data() -> &'static Endpoints {
    static DATA: OnceLock<Endpoints> = OnceLock::new();
    DATA.get_or_init(|| Endpoints::embedded().unwrap())
}

fn of(center: &Center, asked: &Asked) -> AllowList {
    static RANGES: OnceLock<Ranges> = OnceLock::new();
    let ranges = RANGES.get_or_init(|| Ranges::read(FILE).unwrap());
    list(center, data(), asked, Some(ranges))
}

/// A line for each port and destination.
fn lines(list: &AllowList) -> Vec<String> {
    let mut lines: Vec<String> = list
        .rows
        .iter()
        .flat_map(|row| {
            row.ports.iter().flat_map(move |ports| {
                row.destinations().into_iter().map(move |to| {
                    format!(
                        "{} {} {ports} {to} ({})",
                        row.side.word(),
                        row.direction.name(),
                        row.id
                    )
                })
            })
        })
        .collect();
    lines.sort();
    lines
}
