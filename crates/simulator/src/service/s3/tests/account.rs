//! What an account blocks for all of its buckets.

use super::*;
use crate::service::s3::account::S3Control;

fn of_account(w: &mut World, operation: &str, account: &str, more: Value) -> Result<Value, (String, u16)> {
    let mut input = json!({ "AccountId": account });
    input
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    let call = ask(operation, input).call;
    let answer = S3Control.call(w, &call);
    answer
        .map(|answer| answer.output)
        .map_err(|fault| (fault.code, fault.status.unwrap_or(0)))
}

fn put_public(w: &mut World) -> Result<Answer, Fault> {
    let policy = json!({ "Version": "2012-10-17", "Statement": { "Effect": "Allow", "Principal": "*",
        "Action": "s3:GetObject", "Resource": "arn:aws:s3:::pages/*" } });
    with("PutBucketPolicy", json!({ "Policy": policy.to_string() })).run(w)
}

#[test]
fn an_account_blocks_over_its_buckets_from_the_moment_on_that_it_says_so() {
    let mut w = with_bucket();
    let none = json!({ "PublicAccessBlockConfiguration": {} });
    with("PutPublicAccessBlock", none.clone()).ok(&mut w);
    with("PutObject", json!({ "Key": "page.html" }))
        .body("x")
        .ok(&mut w);
    let read = |w: &mut World| {
        with("GetObject", json!({ "Key": "page.html" }))
            .anonymous()
            .run(w)
    };
    assert_eq!(
        of_account(&mut w, "GetPublicAccessBlock", ACCOUNT, json!({})),
        Err(error("NoSuchPublicAccessBlockConfiguration", 404))
    );
    put_public(&mut w).unwrap();
    assert!(read(&mut w).is_ok());
    let some = json!({ "PublicAccessBlockConfiguration": { "RestrictPublicBuckets": true } });
    of_account(&mut w, "PutPublicAccessBlock", ACCOUNT, some).unwrap();
    assert_eq!(
        read(&mut w).unwrap_err().code,
        "AccessDenied",
        "only the account gets in"
    );
    put_public(&mut w).unwrap();
    let all = json!({ "PublicAccessBlockConfiguration": { "BlockPublicPolicy": true } });
    of_account(&mut w, "PutPublicAccessBlock", ACCOUNT, all).unwrap();
    let now = of_account(&mut w, "GetPublicAccessBlock", ACCOUNT, json!({})).unwrap();
    assert_eq!(
        now["PublicAccessBlockConfiguration"],
        json!({ "BlockPublicAcls": false, "IgnorePublicAcls": false, "BlockPublicPolicy": true,
                "RestrictPublicBuckets": false })
    );
    assert!(read(&mut w).is_ok(), "what is there stays");
    assert_eq!(put_public(&mut w).unwrap_err().code, "AccessDenied");
    // A bucket that comes later is under it, too.
    ask(
        "CreateBucket",
        json!({ "Bucket": "later", "CreateBucketConfiguration": { "LocationConstraint": "eu-west-2" } }),
    )
    .ok(&mut w);
    assert!(w.s3.buckets["later"].blocks("BlockPublicPolicy"));
    of_account(&mut w, "DeletePublicAccessBlock", ACCOUNT, json!({})).unwrap();
    put_public(&mut w).unwrap();
    assert_eq!(
        of_account(&mut w, "GetPublicAccessBlock", OTHER, json!({})),
        Err(error("AccessDenied", 403))
    );
}
