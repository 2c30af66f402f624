//! Whose a bucket has to be. Names of buckets are unique in the world, and a bucket of another account may let everybody in:
//! so every call about a bucket says which account it has to belong to, and S3 refuses the call where that is another one.

use std::sync::Arc;

use aws_sdk_s3::config::interceptors::BeforeTransmitInterceptorContextMut;
use aws_sdk_s3::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use headset_kinds::Caller;
use headset_kinds::objects::BucketOwner;
use tokio::sync::OnceCell;

/// The header that says it; AWS's model has it as `ExpectedBucketOwner`.
const HEADER: &str = "x-amz-expected-bucket-owner";

/// The operations of which S3 does not take it. A bucket that is being made has no owner yet, and the list of buckets is that
/// of the caller.
const WITHOUT: [&str; 2] = ["CreateBucket", "ListBuckets"];

/// Says it in every request of an S3 client.
#[derive(Debug)]
pub(super) struct Expect {
    pub(super) owner: BucketOwner,
    /// Known before every call: [`super::Aws::call`] sees to that.
    pub(super) caller: Arc<OnceCell<Caller>>,
}

impl Intercept for Expect {
    fn name(&self) -> &'static str {
        "expected bucket owner"
    }

    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let operation = config.load::<Metadata>().map(Metadata::name);
        if operation.is_some_and(|operation| WITHOUT.contains(&operation)) {
            return Ok(());
        }
        let owner = match &self.owner {
            BucketOwner::Caller => self.caller.get().map(|caller| &caller.account),
            BucketOwner::Account(account) => Some(account),
            BucketOwner::Any => None,
        };
        if let Some(owner) = owner {
            let headers = context.request_mut().headers_mut();
            headers.try_insert(HEADER, owner.clone())?;
        }
        Ok(())
    }
}
