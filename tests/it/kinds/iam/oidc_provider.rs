//! OpenID Connect providers: the case, and what others change.

use headset_aws::Aws;
use headset_core::{Address, tag};
use headset_design::Mode;
use headset_kinds::spec::Existing;
use serde_json::{Value, json};

use super::theirs;
use crate::invariants::conformance::{Bench, Case, ExternalChange, address, design, other_tags, tags};
use crate::support::on_virtual_time;

const HOST: &str = "token.actions.githubusercontent.com";
const ARN: &str = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com";
const THUMBPRINT: &str = "6938fd4d98bab03faadb97b34396831e3780aea1";

fn provider() -> (Address, Value) {
    let spec = json!({
        "url": format!("https://{HOST}"), "client_ids": ["sts.amazonaws.com"], "thumbprints": [THUMBPRINT], "tags": tags(),
    });
    (address(&format!("iam.oidc_provider/{HOST}")), spec)
}

pub(crate) fn case() -> Case {
    Case {
        before: vec![],
        subject: provider(),
        changes: vec![
            (
                "client_ids",
                json!(["https://github.com/example", "sts.amazonaws.com"]),
            ),
            ("client_ids", json!(["https://github.com/example"])),
            (
                "thumbprints",
                json!(["1c58a3a8518e8759bf075b76b750d4f2df264fcd", THUMBPRINT]),
            ),
            ("tags", other_tags()),
        ],
        unchanged: vec![],
    }
}

pub(crate) async fn change(aws: &Aws, field: &str, way: usize) -> ExternalChange {
    let iam = aws.iam();
    match (field, way) {
        ("url", _) => return ExternalChange::Fixed("IAM has no call that changes it"),
        ("client_ids", 0) => {
            let request = iam
                .add_client_id_to_open_id_connect_provider()
                .open_id_connect_provider_arn(ARN);
            request.client_id("anyone").send().await.map(drop).unwrap();
        }
        ("client_ids", 1) => {
            let request = iam
                .remove_client_id_from_open_id_connect_provider()
                .open_id_connect_provider_arn(ARN);
            request
                .client_id("sts.amazonaws.com")
                .send()
                .await
                .map(drop)
                .unwrap();
        }
        ("thumbprints", 0) => {
            let request = iam
                .update_open_id_connect_provider_thumbprint()
                .open_id_connect_provider_arn(ARN);
            let other = "f".repeat(40);
            request.thumbprint_list(other).send().await.map(drop).unwrap();
        }
        ("tags", 0) => {
            let request = iam
                .tag_open_id_connect_provider()
                .open_id_connect_provider_arn(ARN);
            request.tags(theirs()).send().await.map(drop).unwrap();
        }
        ("tags", 1) => {
            let request = iam
                .untag_open_id_connect_provider()
                .open_id_connect_provider_arn(ARN);
            request.tag_keys(tag::LINEAGE).send().await.map(drop).unwrap();
        }
        (_, 1..) => return ExternalChange::Enough,
        (other, _) => panic!("iam.oidc_provider: nothing here changes from outside `{other}`"),
    }
    ExternalChange::Changed
}

/// Without thumbprints in the blueprint, those that IAM or others set are nothing to change.
#[test]
fn thumbprints_are_left_alone_where_none_are_asked_for() {
    on_virtual_time(async {
        let bench = Bench::new().await;
        let (address, mut spec) = provider();
        spec.as_object_mut().unwrap().remove("thumbprints");
        let want = design(&[(address, spec)]);
        bench.make(&want, "creation").await;
        let request = bench.aws.iam().update_open_id_connect_provider_thumbprint();
        let request = request.open_id_connect_provider_arn(ARN);
        request.thumbprint_list(THUMBPRINT).send().await.unwrap();
        assert!(bench.plan(&want).await.is_empty());
    });
}

/// An account has one provider of an address: where another team has made it, it is linked to, and stays.
#[test]
fn one_of_another_team_is_linked_to_and_stays() {
    on_virtual_time(async {
        let bench = Bench::new().await;
        let iam = bench.aws.iam();
        iam.create_open_id_connect_provider()
            .url(format!("https://{HOST}"))
            .client_id_list("sts.amazonaws.com")
            .send()
            .await
            .unwrap();
        let (address, spec) = provider();
        let plan = bench.plan(&design(&[(address.clone(), spec)])).await;
        assert_eq!(
            plan.changes(),
            0,
            "{}",
            crate::invariants::conformance::shown(&plan)
        );
        let link = Existing::Arn { arn: ARN.to_owned() };
        let mut linked = design(&[(address.clone(), link.erased())]);
        linked.resources.get_mut(&address).unwrap().mode = Mode::Existing;
        bench.make(&linked, "the link").await;
        bench.make(&design(&[]), "letting go").await;
        let there = iam
            .get_open_id_connect_provider()
            .open_id_connect_provider_arn(ARN);
        assert!(there.send().await.is_ok());
    });
}
