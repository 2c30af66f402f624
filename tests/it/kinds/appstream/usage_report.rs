//! Usage reports, which are on or off in a region.

use headset_aws::Aws;
use headset_simulator::world::Settings;
use serde_json::json;

use crate::invariants::conformance::{Case, ExternalChange, address};
use crate::support::fixtures::{DESKS, with};
use crate::support::{Sandbox, on_virtual_time};

pub(crate) fn case() -> Case {
    Case {
        before: vec![],
        subject: (
            address("appstream.usage_report/main"),
            json!({ "region": "eu-west-1" }),
        ),
        changes: vec![],
        unchanged: vec![],
    }
}

pub(crate) async fn change(_aws: &Aws, field: &str, _way: usize) -> ExternalChange {
    match field {
        "region" => ExternalChange::Fixed("reports are on or off in a region"),
        other => panic!("appstream.usage_report: nothing here changes from outside `{other}`"),
    }
}

/// They have no ARN. A run that died right after it switched them on finds them, too.
#[test]
fn reports_that_are_on_already_are_known_to_state() {
    on_virtual_time(async {
        let reports = ("appstream:\n", "appstream:\n  usage_reports: true\n");
        let text = with(DESKS, &[reports]);
        let first = Sandbox::new("desks.yaml", &text, Settings::default());
        assert!(first.apply(None).await.is_done());
        let text = with(&text, &[("acme-desks", "acme-other")]);
        let second = first.beside("other.yaml", &text);
        assert!(second.apply(None).await.is_done());
        let address = address("appstream.usage_report/main");
        let record = |sandbox: &Sandbox| {
            let record = sandbox.state().resources.remove(&address).unwrap();
            (record.id, record.origin)
        };
        assert_eq!(record(&second), record(&first));
    });
}
