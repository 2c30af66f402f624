//! From the SDK's errors to [`AwsError`], which the rest of the program knows.

use std::error::Error;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_smithy_types::error::operation::BuildError;
use aws_types::request_id::RequestId;
use headset_core::error::{AwsError, Cause, Class, NoProof, class_of};
use headset_core::revealed::withheld;

/// The most characters of an error's message that are kept.
const LONGEST_MESSAGE: usize = 2_000;

/// The answer, whose content does not matter, to the deletion of something that may be gone already.
pub(crate) fn gone<T>(answer: Result<T, AwsError>) -> Result<(), AwsError> {
    match answer {
        Err(error) if !error.is_not_found() => Err(error),
        _ => Ok(()),
    }
}

/// Classifies what an SDK call returned.
pub(super) fn of_sdk<E>(service: &str, operation: &str, error: SdkError<E, HttpResponse>) -> AwsError
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    let request_id = error.request_id().map(str::to_owned);
    if let Some(no_proof) = no_proof_beneath(&error) {
        return AwsError {
            request_id,
            ..AwsError::new(service, operation, Class::Unproven, no_proof.to_string()).beneath(&error)
        };
    }
    let code = error.code().map(str::to_owned).or_else(|| {
        // Answers to HEAD have no body, hence no code: the status is all there is, and it is AWS's, because the
        // chokepoint lets no other pass. Everywhere else a status without a code says nothing.
        let status = error.raw_response()?.status().as_u16();
        code_of_head(status).filter(|_| operation.starts_with("Head"))
    });
    // A call that was never sent because a role could not be taken: the error of taking it is somewhere beneath.
    let (code, beneath) = match code {
        Some(code) => (Some(code), None),
        None => match refusal_beneath(&error) {
            Some((code, message)) => (Some(code), Some(message)),
            None => (None, None),
        },
    };
    let class = match (&code, &error) {
        (Some(code), _) => class_in(service, operation, code),
        (None, SdkError::ConstructionFailure(_)) => Class::Other,
        // An answer that cannot be read, such as a page in place of AWS's error.
        (None, SdkError::ServiceError(_) | SdkError::ResponseError(_)) => Class::Unproven,
        // No answer: the next one may be better.
        (None, _) => Class::Transient,
    };
    let (message, source) = match (error.message(), beneath) {
        (Some(message), _) => (message.to_owned(), None),
        (None, Some(message)) => (message, Cause::beneath(&error)),
        (None, None) => (chain(&error), Cause::beneath(&error)),
    };
    AwsError {
        service: service.to_owned(),
        operation: operation.to_owned(),
        code: code.map(|code| sentence(&code)),
        message: sentence(&message),
        request_id: request_id.map(|id| sentence(&id)),
        class,
        source,
    }
}

/// The class of a code, where one operation means something else by it than all others.
fn class_in(service: &str, operation: &str, code: &str) -> Class {
    match (service, operation, code) {
        // Assumption: `iam.policy-visible-soon` — Headset has seen the role, and made the policy or saw it.
        ("iam", "AttachRolePolicy", "NoSuchEntity") => Class::NotYetVisible,
        _ => class_of(service, code),
    }
}

/// What the SDK's builders return: complete, or without something that AWS asks for.
pub trait Complete<T> {
    /// The request, or a part of it.
    ///
    /// # Errors
    /// If it lacks something: only a mistake in Headset can lead to that.
    fn complete(self) -> Result<T, AwsError>;
}

impl<T> Complete<T> for Result<T, BuildError> {
    fn complete(self) -> Result<T, AwsError> {
        self.map_err(AwsError::bug)
    }
}

/// The code and the message of a refused AssumeRole among the causes of an error.
fn refusal_beneath(error: &(dyn Error + 'static)) -> Option<(String, String)> {
    use aws_sdk_sts::operation::assume_role::AssumeRoleError;
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(refused) = error.downcast_ref::<AssumeRoleError>() {
            let code = refused.code()?.to_owned();
            let why = refused.message().unwrap_or("AWS gives no reason");
            return Some((code, format!("the role could not be taken: {why}")));
        }
        cause = error.source();
    }
    None
}

/// Why an answer proves nothing, among the causes of an error: the chokepoint refused it.
pub(super) fn no_proof_beneath<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a NoProof> {
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(no_proof) = error.downcast_ref::<NoProof>() {
            return Some(no_proof);
        }
        cause = error.source();
    }
    None
}

/// What the status of an answer to HEAD says, as the code that the same refusal of a GET would have.
fn code_of_head(status: u16) -> Option<String> {
    let code = match status {
        404 => "NotFound",
        403 => "AccessDenied",
        301 => "PermanentRedirect",
        412 => "PreconditionFailed",
        503 => "SlowDown",
        _ => return None,
    };
    Some(code.to_owned())
}

/// What of an error fits into a sentence, in one line: a service says as much as it likes, and may quote a password that it
/// does not take.
pub(super) fn sentence(said: &str) -> String {
    let words: Vec<&str> = said
        .split(['\r', '\n', '\t'])
        .filter(|part| !part.is_empty())
        .collect();
    let line = words.join(" ");
    let line = withheld(&line);
    match line.char_indices().nth(LONGEST_MESSAGE) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.into_owned(),
    }
}

/// An error with all of its causes in one line.
pub(super) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = error.source();
    }
    text
}
