//! What went wrong at AWS, classified once.
//!
//! Classes are keyed on AWS's error codes and never on message texts (which change, and name products
//! that were renamed) nor on HTTP status alone (Connect's quota error is a 429, and a proxy's page may be a 404).

use std::error::Error;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::text::Unresolved;

/// Why an answer proves nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoProof {
    /// It has no request id of AWS's.
    #[error(
        "something between Headset and AWS answered: {0}, without AWS's request id (assumption answers.request-id)"
    )]
    NotAws(String),
    /// Less came than its head says.
    #[error("the answer was cut off: {came} of {told} bytes came")]
    Cut {
        /// How many bytes the head says.
        told: u64,
        /// How many came.
        came: u64,
    },
    /// More came than any answer has: it was not read to its end.
    #[error("the answer is larger than {most} bytes")]
    TooLarge {
        /// How many bytes are read.
        most: usize,
    },
    /// It is not in the form in which the service answers.
    #[error("the answer cannot be read as one of AWS's ({0})")]
    Unreadable(String),
    /// A member is missing that AWS sends in every answer of this operation.
    #[error(
        "the answer has no `{0}`, which AWS always sends (assumption answers.empty-lists): Headset concludes nothing \
         from it"
    )]
    Lacks(&'static str),
}

/// What a failure means for the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// There is no such thing.
    NotFound,
    /// A thing of that name, or that association, is there already.
    AlreadyThere,
    /// Another client changes it at this moment; the same call may succeed later.
    Conflict,
    /// Something still depends on it.
    InUse,
    /// Too many calls; later.
    Throttled,
    /// A quota is reached; trying again does not help.
    Quota,
    /// The caller may not.
    Denied,
    /// Something that was just made is not visible everywhere yet (an IAM role); soon.
    NotYetVisible,
    /// Its present state does not allow the call.
    WrongState,
    /// The service or the network failed; the call may or may not have taken effect.
    Transient,
    /// An answer came that is not AWS's, or not whole. It proves neither that something is there nor that it is not; the
    /// next one may be better.
    Unproven,
    /// There is nothing newer to be made than what is there.
    UpToDate,
    /// AWS understood the request and refuses its content.
    Invalid,
    /// Anything else.
    Other,
}

/// What lies beneath a failure: a cause, and what lies beneath that. Causes keep their texts; in JSON they are a list,
/// outermost first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Vec<String>", try_from = "Vec<String>")]
pub struct Cause {
    text: String,
    source: Option<Box<Cause>>,
}

impl Cause {
    /// What lies beneath an error, if anything does.
    pub fn beneath(error: &dyn Error) -> Option<Cause> {
        let mut texts = Vec::new();
        let mut next = error.source();
        while let Some(cause) = next {
            texts.push(cause.to_string());
            next = cause.source();
        }
        Cause::of(texts)
    }

    fn of(texts: Vec<String>) -> Option<Cause> {
        let under = |source: Option<Cause>, text| {
            Some(Cause {
                text,
                source: source.map(Box::new),
            })
        };
        texts.into_iter().rev().fold(None, under)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Error for Cause {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        let source = self.source.as_deref()?;
        Some(source)
    }
}

impl From<Cause> for Vec<String> {
    fn from(cause: Cause) -> Vec<String> {
        let mut texts = Vec::new();
        let mut next = Some(Box::new(cause));
        while let Some(cause) = next {
            texts.push(cause.text);
            next = cause.source;
        }
        texts
    }
}

impl TryFrom<Vec<String>> for Cause {
    type Error = &'static str;

    fn try_from(texts: Vec<String>) -> Result<Cause, &'static str> {
        Cause::of(texts).ok_or("a list of causes is empty")
    }
}

impl Class {
    /// Whether AWS has said by such an error that it does not do what it was asked for.
    pub fn is_refusal(self) -> bool {
        match self {
            Class::NotFound
            | Class::Conflict
            | Class::InUse
            | Class::Throttled
            | Class::Quota
            | Class::Denied
            | Class::NotYetVisible
            | Class::WrongState
            | Class::UpToDate
            | Class::Invalid => true,
            Class::AlreadyThere | Class::Transient | Class::Unproven | Class::Other => false,
        }
    }
}

/// A failed call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AwsError {
    /// The service, such as `appstream`.
    pub service: String,
    /// The operation, such as `CreateFleet`; empty where Headset found the failure without asking AWS.
    pub operation: String,
    /// AWS's error code, if AWS answered with one.
    pub code: Option<String>,
    /// AWS's message, or what happened instead of an answer.
    pub message: String,
    /// AWS's id of the request, for support cases.
    pub request_id: Option<String>,
    /// What it means.
    pub class: Class,
    /// What lies beneath it, where AWS did not answer: a name that does not resolve, a certificate that is not trusted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Cause>,
}

impl AwsError {
    /// A failure that Headset found itself, with a class.
    pub fn new(service: &str, operation: &str, class: Class, message: impl Into<String>) -> AwsError {
        AwsError {
            service: service.to_owned(),
            operation: operation.to_owned(),
            code: None,
            message: message.into(),
            request_id: None,
            class,
            source: None,
        }
    }

    /// The same with what lies beneath it.
    pub fn beneath(self, error: &dyn Error) -> AwsError {
        AwsError {
            source: Cause::beneath(error),
            ..self
        }
    }

    /// An answer without a member that AWS always sends.
    pub fn lacking(service: &str, operation: &str, member: &'static str) -> AwsError {
        let message = NoProof::Lacks(member).to_string();
        AwsError::new(service, operation, Class::Unproven, message)
    }

    /// A failure that Headset found without asking AWS. The message is all of it: what was tried, on what, why it failed,
    /// what to do.
    pub fn own(class: Class, message: impl Into<String>) -> AwsError {
        AwsError::new("headset", "", class, message)
    }

    /// An id in state that is none of its kind's: `what` says of which sort it should be.
    pub fn not_an_id(id: &str, what: &str) -> AwsError {
        let message = format!(
            "state holds the id `{id}` for it, which is not an id of {what}: the state file was edited"
        );
        AwsError::own(Class::Other, message)
    }

    /// Nothing says which thing is meant.
    pub fn unnamed() -> AwsError {
        AwsError::own(
            Class::Other,
            "neither the blueprint nor state says which one it is",
        )
    }

    /// A spec that its kind does not understand: another version of Headset made it.
    pub fn other_version(why: &dyn fmt::Display) -> AwsError {
        let message = format!(
            "what state holds of it does not fit this version of Headset ({why}): another version wrote it; use that \
             one, or apply the blueprint with this one"
        );
        AwsError::own(Class::Other, message)
    }

    /// What only a mistake in Headset can lead to.
    pub fn bug(message: impl fmt::Display) -> AwsError {
        AwsError::own(Class::Other, format!("{message}; {MISTAKE}"))
    }

    /// Whether AWS refuses the call because the credentials or the request are too old.
    pub fn is_of_expired_credentials(&self) -> bool {
        let expired = ["ExpiredToken", "ExpiredTokenException", "RequestExpired"];
        self.code.as_deref().is_some_and(|code| expired.contains(&code))
    }

    /// Whether AWS says that there is no such thing.
    pub fn is_not_found(&self) -> bool {
        self.class == Class::NotFound
    }
}

/// How a message about a mistake in Headset ends. No user can cause one, so that no test may ever see it.
pub const MISTAKE: &str = "this is a mistake in Headset: please report it";

impl From<Unresolved> for AwsError {
    fn from(error: Unresolved) -> AwsError {
        AwsError::own(Class::Other, error.to_string())
    }
}

impl From<serde_json::Error> for AwsError {
    fn from(error: serde_json::Error) -> AwsError {
        AwsError::other_version(&error)
    }
}

impl fmt::Display for AwsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.operation.is_empty() {
            // No call was made that could have failed.
            return f.write_str(&self.message);
        }
        write!(f, "{}:{} failed", self.service, self.operation)?;
        if let Some(code) = &self.code {
            write!(f, " with {code}")?;
        }
        write!(f, ": {}", self.message)?;
        if let Some(id) = &self.request_id {
            write!(f, " (request {id})")?;
        }
        Ok(())
    }
}

impl Error for AwsError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        let source = self.source.as_ref()?;
        Some(source)
    }
}

/// What a code means: the code alone, neither its HTTP status nor its message. A code that is listed nowhere is
/// [`Class::Other`]; nothing is tried again for it, and it is shown as it came.
pub fn class_of(service: &str, code: &str) -> Class {
    if service == "cloudfront"
        && let Some(class) = class_in_cloudfront(code)
    {
        return class;
    }
    if service == "ec2"
        && let Some(class) = class_in_ec2(code)
    {
        return class;
    }
    match code {
        "ResourceNotFoundException"
        | "NoSuchEntity"
        | "NoSuchBucket"
        | "NoSuchKey"
        | "NotFound"
        | "NoSuchBucketPolicy"
        | "NoSuchTagSet"
        | "NoSuchPublicAccessBlockConfiguration"
        | "OwnershipControlsNotFoundError"
        | "ServerSideEncryptionConfigurationNotFoundError"
        | "EntitlementNotFoundException"
        | "UserNotFoundException"
        | "ObjectNotFoundException"
        | "NoSuchCORSConfiguration"
        | "NoSuchUpload"
        | "NoSuchWebsiteConfiguration"
        | "NoSuchLifecycleConfiguration"
        | "ParameterNotFound"
        | "ParameterVersionNotFound" => Class::NotFound,

        "ResourceAlreadyExistsException"
        | "EntityAlreadyExists"
        | "EntityAlreadyExistsException"
        | "EntitlementAlreadyExistsException"
        | "DuplicateResourceException"
        | "BucketAlreadyOwnedByYou" => Class::AlreadyThere,
        // Connect and SSO Admin use these for "that association is there already".
        "ResourceConflictException" => Class::AlreadyThere,
        "ConflictException" if service == "sso-admin" || service == "identitystore" => Class::AlreadyThere,

        "ConcurrentModificationException"
        | "ConcurrentModification"
        | "OperationAborted"
        | "ConditionalRequestConflict"
        | "ConcurrentUpdateException"
        | "EntityTemporarilyUnmodifiable"
        // Connect: "dependent condition failed". That it may hold a moment later follows from the name alone.
        | "ConditionalOperationFailedException"
        | "ConflictException"
        | "ResourceNotReadyException" => Class::Conflict,

        "ResourceInUseException" | "DeleteConflict" | "BucketNotEmpty" => Class::InUse,

        // In Connect's and AppStream's models these are quotas, although one is a 429 and the SDK retries both.
        "LimitExceededException"
        | "ServiceQuotaExceededException"
        | "LimitExceeded"
        | "TooManyBuckets"
        | "TooManyTagsException" => Class::Quota,

        "ThrottlingException"
        | "Throttling"
        | "TooManyRequestsException"
        | "RequestLimitExceededException"
        | "RequestLimitExceeded"
        | "SlowDown"
        | "ThrottledException"
        | "RequestThrottled"
        | "RequestThrottledException"
        | "BandwidthLimitExceeded"
        | "PriorRequestNotComplete"
        | "ProvisionedThroughputExceededException" => Class::Throttled,

        "AccessDeniedException"
        | "AccessDenied"
        | "UnauthorizedOperation"
        | "ExpiredToken"
        | "ExpiredTokenException"
        | "InvalidClientTokenId"
        | "UnrecognizedClientException"
        | "AllAccessDisabled"
        | "SignatureDoesNotMatch"
        | "IncompleteSignature"
        | "InvalidAccessKeyId"
        | "InvalidToken"
        | "MissingAuthenticationToken"
        | "MissingAuthenticationTokenException"
        | "NotAuthorized"
        | "OptInRequired"
        | "RequestExpired"
        | "RequestTimeTooSkewed"
        | "SubscriptionRequiredException"
        | "InvalidAccountStatusException"
        // The caller may not touch what is scaled, or an alarm of the scaling's.
        | "FailedResourceAccessException"
        | "DecryptionFailure"
        // STS does not take what an identity provider says, or is switched off in the region.
        | "IDPRejectedClaim"
        | "RegionDisabledException" => Class::Denied,

        "InvalidRoleException" => Class::NotYetVisible,
        // Assumption: `iam.principal-visible-soon` — one code for a document that is no policy and for a principal that
        // is not there (yet); Headset's own documents are policies.
        "MalformedPolicyDocument" | "MalformedPolicyDocumentException" | "MalformedPolicy" => {
            Class::NotYetVisible
        }

        "OperationNotPermittedException"
        | "ResourceNotAvailableException"
        | "UnmodifiableEntity"
        | "InvalidBucketState"
        | "InvalidObjectState"
        // The answer to a dry run that would work: nothing was made, as was asked for.
        | "DryRunOperationException" => Class::WrongState,

        "InternalServiceException"
        | "InternalServerException"
        | "InternalFailure"
        | "InternalError"
        | "ServiceFailure"
        // IAM could not reach the provider that it was asked to trust.
        | "OpenIdIdpCommunicationError"
        | "ServiceUnavailable"
        | "ServiceUnavailableException"
        | "RequestTimeout"
        | "RequestTimeoutException"
        | "InternalServiceError"
        | "InternalServerError" => Class::Transient,

        "InvalidRequestException"
        | "InvalidParameterException"
        | "InvalidParameterCombinationException"
        | "ValidationException"
        | "ValidationError"
        | "InvalidInput"
        | "IncompatibleImageException"
        | "InvalidKeyId"
        | "InvalidNextTokenException"
        | "PaginationTokenExpiredException"
        | "InvalidEventCategoryException"
        | "InvalidLookupAttributesException"
        | "InvalidMaxResultsException"
        | "InvalidTimeRangeException"
        | "UnsupportedOperationException"
        | "InvalidRequest"
        | "InvalidWriteOffset"
        | "EncryptionTypeMismatch"
        | "TooManyParts"
        | "PolicyNotAttachable"
        | "InvalidIdentityToken"
        | "PackedPolicyTooLarge"
        // The name is another account's, for good: one's own bucket answers BucketAlreadyOwnedByYou.
        | "BucketAlreadyExists"
        | "InvalidBucketName" => Class::Invalid,

        _ => Class::Other,
    }
}

/// What a code of EC2's means, which has one for each sort of thing that may be missing or malformed.
fn class_in_ec2(code: &str) -> Option<Class> {
    Some(match code {
        "InvalidGroup.NotFound"
        | "InvalidPermission.NotFound"
        | "InvalidVpcEndpointId.NotFound"
        | "InvalidVpcEndpoint.NotFound" => Class::NotFound,
        "InvalidGroup.Duplicate" | "InvalidPermission.Duplicate" => Class::AlreadyThere,
        "DependencyViolation" => Class::InUse,
        "AuthFailure" | "Blocked" | "PendingVerification" => Class::Denied,
        "Unavailable" => Class::Transient,
        "DryRunOperation" => Class::WrongState,
        "InvalidClientTokenId" | "InvalidAccessKeyId" | "InvalidToken" | "RequestLimitExceeded" => {
            return None;
        }
        code if code.ends_with("LimitExceeded") => Class::Quota,
        "CannotDelete" | "MissingParameter" | "VPCIdNotSpecified" => Class::Invalid,
        // Of what a request refers to.
        code if code.starts_with("Invalid") || code.ends_with("NotFound") => Class::Invalid,
        _ => return None,
    })
}

/// What a code of CloudFront's means, which has a code for each thing that may be wrong.
fn class_in_cloudfront(code: &str) -> Option<Class> {
    Some(match code {
        // The version that a change was made of is not the newest: another look tells what is there now.
        "PreconditionFailed" | "InvalidIfMatchVersion" | "DistributionNotDisabled" => Class::WrongState,
        "TooManyInvalidationsInProgress" => Class::Throttled,
        "EntityNotFound"
        | "NoSuchDistribution"
        | "NoSuchOriginAccessControl"
        | "NoSuchResponseHeadersPolicy"
        | "NoSuchResource" => Class::NotFound,
        "DistributionAlreadyExists"
        | "OriginAccessControlAlreadyExists"
        | "ResponseHeadersPolicyAlreadyExists" => Class::AlreadyThere,
        "ContinuousDeploymentPolicyInUse"
        | "OriginAccessControlInUse"
        | "ResourceInUse"
        | "ResponseHeadersPolicyInUse"
        | "StagingDistributionInUse" => Class::InUse,
        "EntityLimitExceeded" => Class::Quota,
        code if code.starts_with("TooMany") => Class::Quota,
        "BatchTooLarge"
        | "CNAMEAlreadyExists"
        | "InconsistentQuantities"
        | "MissingBody"
        | "RealtimeLogConfigOwnerMismatch"
        | "TooLongCSPInResponseHeadersPolicy"
        | "TrustedKeyGroupDoesNotExist"
        | "TrustedSignerDoesNotExist" => Class::Invalid,
        code if code.starts_with("Illegal") => Class::Invalid,
        "InvalidClientTokenId" | "InvalidAccessKeyId" | "InvalidToken" => return None,
        // Of what a configuration refers to.
        code if code.starts_with("Invalid") || code.starts_with("NoSuch") => Class::Invalid,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{0}")]
    struct Layer(&'static str, #[source] Option<Box<Layer>>);

    #[test]
    fn what_lies_beneath_an_error_is_kept_and_read_again() {
        let name = Layer("no such name", None);
        let outer = Layer(
            "dispatch failure",
            Some(Box::new(Layer("dns error", Some(Box::new(name))))),
        );
        let error = AwsError::own(Class::Transient, "no answer").beneath(&outer);
        let mut texts = Vec::new();
        let mut next = Error::source(&error);
        while let Some(cause) = next {
            texts.push(cause.to_string());
            next = cause.source();
        }
        assert_eq!(texts, ["dns error", "no such name"]);
        let json = serde_json::to_value(&error).unwrap();
        assert_eq!(json["source"], serde_json::json!(texts));
        assert_eq!(serde_json::from_value::<AwsError>(json).unwrap(), error);
        // An error of today's state and recordings has none.
        let plain = serde_json::to_value(AwsError::own(Class::Other, "no")).unwrap();
        assert!(plain.get("source").is_none(), "{plain}");
        assert!(serde_json::from_value::<AwsError>(plain).is_ok());
    }
}
