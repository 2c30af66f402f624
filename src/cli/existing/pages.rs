//! Of a blueprint of what exists: the pages.

use serde_json::json;
use serde_yaml::Value;

use super::desk::Desk;
use super::draft::{at, put};
use crate::cli::exit::Failure;
use headset_kinds::connect::ApprovedOriginSpec;

/// The section.
const CCP: &str = "ccp";

impl Desk<'_> {
    /// Adds the pages that the instance lets in, as far as a bucket serves them.
    pub(super) async fn add_pages(&mut self) -> Result<(), Failure> {
        let origins = self
            .more
            .iter()
            .filter(|one| one.kind == ApprovedOriginSpec::KIND);
        let buckets: Vec<String> = origins.filter_map(|origin| bucket(&origin.key)).collect();
        for bucket in buckets {
            let mut section = Value::Null;
            put(&mut section, &["bucket"], json!(bucket));
            if at(&self.draft, &[CCP]).is_some() {
                let why = "a blueprint has the pages of one bucket, and this is a further one".to_owned();
                self.leave_out(CCP, section, vec![why]);
            } else {
                self.try_out(CCP, section).await?;
            }
        }
        Ok(())
    }
}

/// The bucket that an origin is of: `https://BUCKET.s3.REGION.amazonaws.com`, or the older form without the region.
fn bucket(origin: &str) -> Option<String> {
    let (bucket, host) = origin.strip_prefix("https://")?.split_once(".s3.")?;
    (host.ends_with("amazonaws.com") || host.ends_with("amazonaws.com.cn")).then(|| bucket.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buckets_origin_names_it() {
        for (origin, wanted) in [
            ("https://acme-ccp.s3.eu-west-2.amazonaws.com", Some("acme-ccp")),
            ("https://acme-ccp.s3.amazonaws.com", Some("acme-ccp")),
            ("https://s3.eu-west-2.amazonaws.com", None),
            ("https://d111111abcdef8.cloudfront.net", None),
            ("https://acme.s3.example.com", None),
        ] {
            assert_eq!(bucket(origin).as_deref(), wanted, "{origin}");
        }
    }
}
