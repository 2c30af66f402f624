//! Of a blueprint of what exists: the pages.

use serde_json::json;
use serde_yaml::Value;

use super::desk::Desk;
use super::draft::{at, put};
use crate::cli::exit::Failure;
use headset_aws::kinds::existing::edge_of;
use headset_kinds::connect::ApprovedOriginSpec;

/// The section.
const CCP: &str = "ccp";
/// Where the origins of other sites stand.
const ORIGINS: [&str; 2] = ["connect", "origins"];

impl Desk<'_> {
    /// Adds the pages that the instance lets in, as far as a bucket serves them, by itself or behind CloudFront.
    pub(super) async fn add_pages(&mut self) -> Result<(), Failure> {
        let origins = self
            .more
            .iter()
            .filter(|one| one.kind == ApprovedOriginSpec::KIND);
        let origins: Vec<String> = origins.map(|origin| origin.key.clone()).collect();
        let mut others = Vec::new();
        for origin in origins {
            let section = match bucket(&origin) {
                Some(bucket) => {
                    let mut section = Value::Null;
                    put(&mut section, &["bucket"], json!(bucket));
                    Some(section)
                }
                None => self.edge(&origin).await,
            };
            let Some(section) = section else {
                others.push(origin);
                continue;
            };
            if at(&self.draft, &[CCP]).is_some() {
                let why = "a blueprint has the pages of one bucket, and this is a further one".to_owned();
                self.leave_out(CCP, section, vec![why]);
            } else {
                self.try_out(CCP, section).await?;
            }
        }
        self.add_origins(&others).await
    }

    /// Adds the origins of other sites, which nothing but their name tells anything of.
    async fn add_origins(&mut self, origins: &[String]) -> Result<(), Failure> {
        let before = self.draft.clone();
        let mut said = Vec::new();
        for origin in origins {
            said.push(origin.as_str());
            put(&mut self.draft, &ORIGINS, json!(said));
            // What no key takes is there besides.
            if self.blueprint(&self.draft).is_err() {
                said.pop();
            }
        }
        self.draft = before;
        if said.is_empty() || at(&self.draft, &ORIGINS[..1]).is_none() {
            return Ok(());
        }
        put(&mut self.draft, &ORIGINS, json!(said));
        self.fill().await
    }
}

impl Desk<'_> {
    /// The section for pages that CloudFront serves from a bucket; `None`: it does not serve this origin.
    async fn edge(&mut self, origin: &str) -> Option<Value> {
        let host = origin.strip_prefix("https://")?;
        let edge = match edge_of(&self.access.aws, host).await {
            Ok(edge) => edge?,
            Err(error) => {
                let note = format!("whether CloudFront serves {origin} could not be read: {error}");
                self.notes.insert(note);
                return None;
            }
        };
        let bucket = bucket(&format!("https://{}", edge.bucket_host))?;
        let mut section = Value::Null;
        put(&mut section, &["hosting"], json!("cloudfront"));
        put(&mut section, &["bucket"], json!(bucket));
        if let Some((name, certificate)) = edge.domain {
            put(
                &mut section,
                &["domain"],
                json!({ "name": name, "certificate": certificate }),
            );
        }
        Some(section)
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
