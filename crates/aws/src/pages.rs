//! Listings that AWS answers page by page.

use headset_core::{AwsError, Class};

/// One page: its items, and the token of the next one.
pub type Page<T> = (Vec<T>, Option<String>);

/// Everything that a listing holds; `page` asks for the page of a token, the first one without.
///
/// A page may be empty and not the last. No token ends a listing, and so does an empty one, which some services answer.
///
/// # Errors
/// Those of `page`, and [`Class::Other`] if a token leads back to its own page: that listing has no end.
pub async fn pages<T, F>(mut page: impl FnMut(Option<String>) -> F) -> Result<Vec<T>, AwsError>
where
    F: Future<Output = Result<Page<T>, AwsError>>,
{
    let mut items = Vec::new();
    let mut token: Option<String> = None;
    loop {
        let (more, next) = page(token.clone()).await?;
        items.extend(more);
        let next = next.filter(|next| !next.is_empty());
        match next {
            None => return Ok(items),
            next if next == token => {
                let told = "AWS answers a page whose next page is the page itself; try again later";
                return Err(AwsError::own(Class::Other, told));
            }
            next => token = next,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn listing(answers: &[(&[u8], Option<&str>)]) -> (Result<Vec<u8>, AwsError>, Vec<Option<String>>) {
        let mut asked = Vec::new();
        let listed = pages(|token| {
            let (items, next) = answers[asked.len()];
            asked.push(token);
            std::future::ready(Ok((items.to_vec(), next.map(str::to_owned))))
        })
        .await;
        (listed, asked)
    }

    #[tokio::test]
    async fn an_empty_page_is_not_the_end_and_an_empty_token_is() {
        let (listed, asked) = listing(&[(&[], Some("a")), (&[1, 2], Some("b")), (&[3], Some(""))]).await;
        assert_eq!(listed.expect("a listing"), [1, 2, 3]);
        assert_eq!(asked, [None, Some("a".to_owned()), Some("b".to_owned())]);
    }

    #[tokio::test]
    async fn a_page_that_leads_to_itself_ends_the_listing_with_an_error() {
        let (listed, asked) = listing(&[(&[1], Some("a")), (&[2], Some("a"))]).await;
        assert_eq!(listed.expect_err("no end").class, Class::Other);
        assert_eq!(asked.len(), 2);
    }
}
