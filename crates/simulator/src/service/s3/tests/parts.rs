//! Uploads in parts: their checksums, their parts, and what is written meanwhile.

use super::*;
use crate::service::s3::checksum::compute_base64;

fn begun(w: &mut World, more: Value) -> Value {
    let mut input = json!({ "Key": "big" });
    input
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    with("CreateMultipartUpload", input).ok(w)["UploadId"].clone()
}

fn part(w: &mut World, id: &Value, number: u64, body: &str) -> Value {
    let input = json!({ "Key": "big", "UploadId": id, "PartNumber": number });
    with("UploadPart", input).body(body).ok(w)["ETag"].clone()
}

fn complete(id: &Value, parts: &Value, more: Value) -> Ask {
    let mut input = json!({ "Key": "big", "UploadId": id, "MultipartUpload": { "Parts": parts } });
    input
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    with("CompleteMultipartUpload", input)
}

fn sum(algorithm: &str, body: &str) -> Value {
    compute_base64(algorithm, body.as_bytes()).unwrap().1.into()
}

#[test]
fn the_checksums_of_parts_are_compared() {
    let mut w = with_bucket();
    let id = begun(
        &mut w,
        json!({ "ChecksumAlgorithm": "CRC32", "ChecksumType": "COMPOSITE" }),
    );
    let etag = part(&mut w, &id, 1, "abc");
    let entry = |more: Value| {
        let mut entry = json!({ "PartNumber": 1, "ETag": etag });
        entry
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        json!([entry])
    };
    let none = json!({});
    for (parts, code) in [
        (entry(json!({})), "InvalidRequest"),
        (entry(json!({ "ChecksumCRC32": "AAAAAA==" })), "InvalidPart"),
        (
            entry(json!({ "ChecksumSHA256": sum("SHA256", "abc") })),
            "BadDigest",
        ),
    ] {
        let refused = complete(&id, &parts, none.clone()).error(&mut w);
        assert_eq!(refused, error(code, 400), "{parts}");
    }
    let good = entry(json!({ "ChecksumCRC32": sum("CRC32", "abc") }));
    let mode = complete(&id, &good, json!({ "ChecksumType": "FULL_OBJECT" })).error(&mut w);
    assert_eq!(mode, error("InvalidRequest", 400));
    let size = complete(&id, &good, json!({ "MpuObjectSize": 5 })).error(&mut w);
    assert_eq!(size, error("InvalidRequest", 400));
    let done = complete(&id, &good, none).ok(&mut w);
    assert!(done["ChecksumCRC32"].as_str().unwrap().ends_with("-1"));
    let other = begun(&mut w, json!({ "ChecksumAlgorithm": "CRC32C" }));
    let input =
        json!({ "Key": "big", "UploadId": other, "PartNumber": 1, "ChecksumCRC32": sum("CRC32", "abc") });
    let refused = with("UploadPart", input).body("abc").error(&mut w);
    assert_eq!(
        refused,
        error("InvalidRequest", 400),
        "another algorithm than the upload's"
    );
}

#[test]
fn the_checksum_of_the_whole_comes_with_its_mode() {
    let mut w = with_bucket();
    let id = begun(
        &mut w,
        json!({ "ChecksumAlgorithm": "CRC32C", "ChecksumType": "FULL_OBJECT" }),
    );
    let parts = json!([{ "PartNumber": 1, "ETag": part(&mut w, &id, 1, "abc") }]);
    let whole = sum("CRC32C", "abc");
    for more in [
        json!({ "ChecksumCRC32C": "AAAAAA==", "ChecksumType": "FULL_OBJECT" }),
        json!({ "ChecksumCRC32C": whole }),
        json!({ "ChecksumCRC32": sum("CRC32", "abc"), "ChecksumType": "FULL_OBJECT" }),
    ] {
        let refused = complete(&id, &parts, more.clone()).error(&mut w);
        assert_eq!(refused, error("BadDigest", 400), "{more}");
    }
    let good = json!({ "ChecksumCRC32C": whole, "ChecksumType": "FULL_OBJECT" });
    complete(&id, &parts, good).ok(&mut w);
    // Without an algorithm S3 keeps no checksums of parts, and has none to compare.
    let id = begun(&mut w, json!({}));
    let etag = part(&mut w, &id, 1, "abc");
    let summed = json!([{ "PartNumber": 1, "ETag": etag, "ChecksumCRC32": sum("CRC32", "abc") }]);
    assert_eq!(
        complete(&id, &summed, json!({})).error(&mut w),
        error("InvalidPart", 400)
    );
    let mode = json!({ "ChecksumType": "FULL_OBJECT" });
    assert_eq!(
        complete(&id, &parts, mode).error(&mut w),
        error("InvalidRequest", 400)
    );
}

#[test]
fn an_upload_is_completed_once_however_often_it_is_asked_for() {
    let mut w = with_bucket();
    let id = begun(&mut w, json!({}));
    let parts = json!([{ "PartNumber": 1, "ETag": part(&mut w, &id, 1, "abc") }]);
    let done = complete(&id, &parts, json!({})).ok(&mut w);
    assert_eq!(
        complete(&id, &parts, json!({ "IfNoneMatch": "*" })).ok(&mut w),
        done
    );
    let listed = with("ListParts", json!({ "Key": "big", "UploadId": id })).error(&mut w);
    assert_eq!(listed, error("NoSuchUpload", 404));
    with("DeleteObject", json!({ "Key": "big" })).ok(&mut w);
    assert_eq!(
        complete(&id, &parts, json!({})).error(&mut w),
        error("NoSuchUpload", 404)
    );
}

#[test]
fn parts_are_read_by_their_number() {
    let mut w = with_bucket();
    let id = begun(
        &mut w,
        json!({ "ChecksumAlgorithm": "CRC32", "ChecksumType": "COMPOSITE" }),
    );
    let large = "x".repeat(5 * 1024 * 1024);
    let parts: Vec<Value> = [(1, large.as_str()), (2, "tail")]
        .into_iter()
        .map(|(number, body)| {
            let etag = part(&mut w, &id, number, body);
            json!({ "PartNumber": number, "ETag": etag, "ChecksumCRC32": sum("CRC32", body) })
        })
        .collect();
    complete(&id, &json!(parts), json!({})).ok(&mut w);
    let input = json!({ "Key": "big", "PartNumber": 2, "ChecksumMode": "ENABLED" });
    let second = with("GetObject", input).run(&mut w).unwrap();
    assert_eq!((second.status, second.body.unwrap()), (Some(206), "tail".into()));
    assert_eq!(second.output["ContentRange"], "bytes 5242880-5242883/5242884");
    assert_eq!(
        (&second.output["PartsCount"], &second.output["ChecksumCRC32"]),
        (&json!(2), &sum("CRC32", "tail"))
    );
    let third = with("HeadObject", json!({ "Key": "big", "PartNumber": 3 })).error(&mut w);
    assert_eq!(third, error("InvalidPartNumber", 416));
    let attributes = json!({ "Key": "big", "ObjectAttributes": ["ObjectParts", "Checksum"] });
    let attributes = with("GetObjectAttributes", attributes).ok(&mut w);
    assert_eq!(attributes["ObjectParts"]["Parts"][1]["Size"], 4);
    assert!(
        !attributes["Checksum"]["ChecksumCRC32"]
            .as_str()
            .unwrap()
            .contains('-')
    );
}

#[test]
fn a_condition_does_not_hold_over_what_was_written_meanwhile() {
    let mut w = with_bucket();
    let first = put(&mut w, "big", "1")["ETag"].clone();
    let id = begun(&mut w, json!({}));
    let parts = json!([{ "PartNumber": 1, "ETag": part(&mut w, &id, 1, "abc") }]);
    let second = put(&mut w, "big", "2")["ETag"].clone();
    let stale = complete(&id, &parts, json!({ "IfMatch": first })).error(&mut w);
    assert_eq!(stale, error("PreconditionFailed", 412));
    let conflict = complete(&id, &parts, json!({ "IfMatch": second })).error(&mut w);
    assert_eq!(conflict, error("ConditionalRequestConflict", 409));
    with("DeleteObject", json!({ "Key": "big" })).ok(&mut w);
    let conflict = complete(&id, &parts, json!({ "IfNoneMatch": "*" })).error(&mut w);
    assert_eq!(conflict, error("ConditionalRequestConflict", 409));
    let id = begun(&mut w, json!({}));
    let parts = json!([{ "PartNumber": 1, "ETag": part(&mut w, &id, 1, "abc") }]);
    complete(&id, &parts, json!({ "IfNoneMatch": "*" })).ok(&mut w);
}

/// Which algorithm knows which sort, and what is answered where the call does not say.
#[test]
fn every_algorithm_has_its_sorts_of_checksum() {
    let mut w = with_bucket();
    for (algorithm, composite, whole, default) in [
        ("CRC32", true, true, "COMPOSITE"),
        ("CRC32C", true, true, "COMPOSITE"),
        ("CRC64NVME", false, true, "FULL_OBJECT"),
        ("SHA1", true, false, "COMPOSITE"),
        ("SHA256", true, false, "COMPOSITE"),
    ] {
        for (kind, known) in [("COMPOSITE", composite), ("FULL_OBJECT", whole)] {
            let input = json!({ "Key": "big", "ChecksumAlgorithm": algorithm, "ChecksumType": kind });
            match known {
                true => assert_eq!(
                    with("CreateMultipartUpload", input).ok(&mut w)["ChecksumType"],
                    kind
                ),
                false => assert_eq!(
                    with("CreateMultipartUpload", input).error(&mut w),
                    error("InvalidRequest", 400),
                    "{algorithm} {kind}"
                ),
            }
        }
        let input = json!({ "Key": "big", "ChecksumAlgorithm": algorithm });
        let begun = with("CreateMultipartUpload", input).ok(&mut w);
        assert_eq!(begun["ChecksumType"], default, "{algorithm}");
    }
}

/// The sum of the sums (SHA-1 of `abc` is a9993e36..., FIPS 180), and the number of parts behind it.
#[test]
fn sha1_is_the_sum_of_the_sums_of_the_parts() {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    let mut w = with_bucket();
    let id = begun(&mut w, json!({ "ChecksumAlgorithm": "SHA1" }));
    let of_part = "qZk+NkcGgWq6PiVxeFDCbJzQ2J0=";
    let input = json!({ "Key": "big", "UploadId": id, "PartNumber": 1, "ChecksumSHA1": of_part });
    let sent = with("UploadPart", input).body("abc").ok(&mut w);
    assert_eq!(sent["ChecksumSHA1"], of_part);
    let parts =
        |number: u64| json!([{ "PartNumber": number, "ETag": sent["ETag"], "ChecksumSHA1": of_part }]);
    let done = complete(&id, &parts(1), json!({})).ok(&mut w);
    let sum = compute_base64("SHA1", &STANDARD.decode(of_part).unwrap())
        .unwrap()
        .1;
    assert_eq!(done["ChecksumSHA1"], format!("{sum}-1"));
    assert_eq!(done["ChecksumType"], "COMPOSITE");
    let input = json!({ "Key": "big", "ChecksumMode": "ENABLED" });
    assert_eq!(
        with("HeadObject", input).ok(&mut w)["ChecksumSHA1"],
        done["ChecksumSHA1"]
    );
    // Parts with checksums are numbered without gaps.
    let id = begun(&mut w, json!({ "ChecksumAlgorithm": "SHA1" }));
    part(&mut w, &id, 2, "abc");
    assert_eq!(
        complete(&id, &parts(2), json!({})).error(&mut w),
        error("InternalError", 500)
    );
}
