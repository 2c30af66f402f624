# Homebrew's formula. `pack.py sums` fills in the version and the checksums of the archives of a release.
class Headset < Formula
  desc "Contact center on AWS from one blueprint"
  homepage "@REPOSITORY@"
  version "@VERSION@"
  license any_of: ["MIT", "Apache-2.0"]

  on_macos do
    on_arm do
      url "@REPOSITORY@/releases/download/v@VERSION@/headset-@VERSION@-aarch64-apple-darwin.tar.gz"
      sha256 "@SHA256 aarch64-apple-darwin@"
    end
    on_intel do
      url "@REPOSITORY@/releases/download/v@VERSION@/headset-@VERSION@-x86_64-apple-darwin.tar.gz"
      sha256 "@SHA256 x86_64-apple-darwin@"
    end
  end

  on_linux do
    on_arm do
      url "@REPOSITORY@/releases/download/v@VERSION@/headset-@VERSION@-aarch64-unknown-linux-musl.tar.gz"
      sha256 "@SHA256 aarch64-unknown-linux-musl@"
    end
    on_intel do
      url "@REPOSITORY@/releases/download/v@VERSION@/headset-@VERSION@-x86_64-unknown-linux-musl.tar.gz"
      sha256 "@SHA256 x86_64-unknown-linux-musl@"
    end
  end

  def install
    bin.install "headset"
    man1.install Dir["man/man1/*.1"]
    bash_completion.install "completions/headset.bash" => "headset"
    fish_completion.install "completions/headset.fish"
    zsh_completion.install "completions/_headset"
    doc.install "LICENSE-APACHE", "LICENSE-MIT", "THIRD-PARTY.txt"
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/headset --version")
    system bin/"headset", "init", "center.yaml"
    system bin/"headset", "apply", "center.yaml", "--sim", "--yes"
  end
end
