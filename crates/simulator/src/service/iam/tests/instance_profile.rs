//! Instance profiles.

use super::*;

#[test]
fn an_instance_profile_holds_its_role() {
    let mut w = world();
    with_role(&mut w, "agents");
    with_role(&mut w, "others");
    let profile = json!({ "InstanceProfileName": "agents", "Path": "/headset/" });
    ok(&mut w, "CreateInstanceProfile", profile.clone());
    assert_eq!(
        code(&mut w, "CreateInstanceProfile", profile),
        "EntityAlreadyExists"
    );
    let pair = |role: &str| json!({ "InstanceProfileName": "agents", "RoleName": role });
    assert_eq!(
        code(&mut w, "AddRoleToInstanceProfile", pair("missing")),
        "NoSuchEntity"
    );
    ok(&mut w, "AddRoleToInstanceProfile", pair("agents"));
    assert_eq!(
        code(&mut w, "AddRoleToInstanceProfile", pair("others")),
        "LimitExceeded"
    );
    assert_eq!(
        code(&mut w, "DeleteRole", json!({ "RoleName": "agents" })),
        "DeleteConflict"
    );
    let named = json!({ "InstanceProfileName": "agents" });
    assert_eq!(
        code(&mut w, "DeleteInstanceProfile", named.clone()),
        "DeleteConflict"
    );
    let of_role = |w: &mut World, role: &str| {
        ok(w, "ListInstanceProfilesForRole", json!({ "RoleName": role }))["InstanceProfiles"].clone()
    };
    assert_eq!(of_role(&mut w, "agents")[0]["Path"], "/headset/");
    assert_eq!(of_role(&mut w, "agents")[0]["Roles"][0]["RoleName"], "agents");
    assert_eq!(of_role(&mut w, "others"), json!([]));
    let tags = json!({ "InstanceProfileName": "agents", "Tags": [{ "Key": "team", "Value": "voice" }] });
    ok(&mut w, "TagInstanceProfile", tags);
    let read = ok(&mut w, "GetInstanceProfile", named.clone());
    assert_eq!(read["InstanceProfile"]["Tags"][0]["Value"], "voice");
    let untag = json!({ "InstanceProfileName": "agents", "TagKeys": ["team"] });
    ok(&mut w, "UntagInstanceProfile", untag);
    let left = ok(&mut w, "ListInstanceProfileTags", named.clone());
    assert_eq!(left["Tags"], json!([]));
    ok(&mut w, "RemoveRoleFromInstanceProfile", pair("agents"));
    assert_eq!(
        code(&mut w, "RemoveRoleFromInstanceProfile", pair("agents")),
        "NoSuchEntity"
    );
    ok(&mut w, "DeleteRole", json!({ "RoleName": "agents" }));
    ok(&mut w, "DeleteInstanceProfile", named.clone());
    assert_eq!(code(&mut w, "GetInstanceProfile", named), "NoSuchEntity");
}
