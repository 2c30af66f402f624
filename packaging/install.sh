#!/usr/bin/env bash
# What action.yml runs: puts a release of Headset on the path of a job on GitHub Actions, after its checksum and its provenance
# were looked at. WANTED is a version; empty, it is that of the action. `gh` and GH_TOKEN are GitHub's.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
version=${WANTED:-$(sed -n 's/^version = "\(.*\)"$/\1/p' "$here/Cargo.toml" | head -n 1)}
version=${version#v}
repository=$(sed -n 's|^repository = "https://github.com/\(.*\)"$|\1|p' "$here/Cargo.toml")

case "$RUNNER_OS-$RUNNER_ARCH" in
    Linux-X64) target=x86_64-unknown-linux-musl ;;
    Linux-ARM64) target=aarch64-unknown-linux-musl ;;
    macOS-X64) target=x86_64-apple-darwin ;;
    macOS-ARM64) target=aarch64-apple-darwin ;;
    Windows-X64) target=x86_64-pc-windows-msvc ;;
    *)
        echo "::error::Headset has no release for $RUNNER_OS on $RUNNER_ARCH: cargo install --locked --git https://github.com/$repository headset"
        exit 1
        ;;
esac

folder=headset-$version-$target
case "$RUNNER_OS" in
    Windows) archive=$folder.zip ;;
    *) archive=$folder.tar.gz ;;
esac
place=$RUNNER_TEMP/headset
rm -rf "$place"
mkdir -p "$place"
cd "$place"
gh release download "v$version" --repo "$repository" --pattern "$archive" --pattern SHA256SUMS

# macOS has another name for it.
if ! command -v sha256sum >/dev/null; then
    sha256sum() { shasum -a 256 "$@"; }
fi
# Exactly one line of the list is about this archive.
awk -v name="$archive" '$2 == name' SHA256SUMS > wanted
if [ "$(wc -l < wanted)" -ne 1 ] || ! sha256sum -c wanted; then
    echo "::error::$archive is not what SHA256SUMS of v$version says: nothing is installed"
    exit 1
fi
# By this recipe, and from the tag of this version: another workflow of the repository, or another branch, proves nothing.
gh attestation verify "$archive" --repo "$repository" \
    --signer-workflow "$repository/.github/workflows/release.yml" --source-ref "refs/tags/v$version"

case "$archive" in
    *.zip) unzip -q "$archive" ;;
    *) tar -xzf "$archive" ;;
esac
"$place/$folder/headset" --version
echo "$place/$folder" >> "$GITHUB_PATH"
echo "version=$version" >> "$GITHUB_OUTPUT"
