"""Packs what a release of Headset ships. Runs wherever Python does and needs nothing else, but for a Debian package dpkg-deb.

    pack.py version                                   prints the version of this tree
    pack.py archive BINARY TARGET OUT [--level N]     writes the archive of a target; of Linux the Debian package, too
    pack.py sums DIR                                  writes SHA256SUMS and Homebrew's formula for the archives in DIR

Two runs on the same commit and binary give the same bytes: names are sorted, owners are root, and each file has the time of the
commit (or SOURCE_DATE_EPOCH).
"""

import argparse
import gzip
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from datetime import datetime, timezone
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Each target that a release has, and what Debian calls its machine.
TARGETS = {
    "x86_64-unknown-linux-musl": "amd64",
    "aarch64-unknown-linux-musl": "arm64",
    "x86_64-apple-darwin": None,
    "aarch64-apple-darwin": None,
    "x86_64-pc-windows-msvc": None,
}

# The file of completions for each shell: its name in the archive, and its place in a Debian package.
SHELLS = {
    "bash": ("headset.bash", "usr/share/bash-completion/completions/headset"),
    "elvish": ("headset.elv", None),
    "fish": ("headset.fish", "usr/share/fish/vendor_completions.d/headset.fish"),
    "powershell": ("_headset.ps1", None),
    "zsh": ("_headset", "usr/share/zsh/vendor-completions/_headset"),
}

LICENCE_FILE = re.compile(r"(?i)^(licen[cs]e|copying|copyright|notice|unlicense)([-._].*)?$")


def said(*command):
    """What a command prints; its error ends this program."""
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout


OWN = next(
    package
    for package in json.loads(said("cargo", "metadata", "--format-version", "1", "--no-deps"))["packages"]
    if package["name"] == "headset"
)
VERSION, REPOSITORY, DESCRIPTION = OWN["version"], OWN["repository"], OWN["description"]


def moment():
    """The time that all files get."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    return int(given or said("git", "log", "-1", "--format=%ct"))


def third_parties(target):
    """Which crates are in the binary of a target, and the texts of their licences, each once."""
    known = json.loads(
        said("cargo", "metadata", "--format-version", "1", "--locked", "--filter-platform", target)
    )
    packages = {package["id"]: package for package in known["packages"]}
    nodes = {node["id"]: node for node in known["resolve"]["nodes"]}
    waiting, inside = [known["resolve"]["root"]], set()
    while waiting:
        one = waiting.pop()
        if one in inside:
            continue
        inside.add(one)
        for dependency in nodes[one]["deps"]:
            if any(kind["kind"] is None for kind in dependency["dep_kinds"]):
                waiting.append(dependency["pkg"])
    # What has no source is of this house.
    foreign = [packages[one] for one in inside if packages[one]["source"]]
    foreign.sort(key=lambda package: (package["name"], package["version"]))
    lines = [f"Headset {VERSION} for {target} is made of these crates.", ""]
    texts = {}
    for package in foreign:
        name = f"{package['name']} {package['version']}"
        where = package.get("repository") or "no repository is named"
        lines.append(f"{name}: {package['license'] or 'see its text below'} ({where})")
        folder = Path(package["manifest_path"]).parent
        for path in sorted(folder.iterdir()):
            if path.is_file() and LICENCE_FILE.match(path.name):
                text = path.read_text(encoding="utf-8", errors="replace").replace("\r\n", "\n").strip()
                texts.setdefault(text, []).append(name)
    for text, names in texts.items():
        lines += ["", "-" * 79, "", "Of " + ", ".join(dict.fromkeys(names)) + ":", "", text]
    return ("\n".join(lines) + "\n").encode()


def written(binary, target):
    """What the program writes about itself, and what the tree says: each file of the archive by its name."""
    files = {"headset.exe" if "windows" in target else "headset": (binary.read_bytes(), 0o755)}
    for name in ("LICENSE-APACHE", "LICENSE-MIT", "CHANGELOG.md", "README.md"):
        files[name] = ((ROOT / name).read_bytes(), 0o644)
    files["THIRD-PARTY.txt"] = (third_parties(target), 0o644)
    program = str(binary.resolve())
    for shell, (name, _) in SHELLS.items():
        files[f"completions/{name}"] = (said(program, "completions", shell), 0o644)
    with tempfile.TemporaryDirectory() as pages:
        said(program, "man", "--out", pages)
        for page in Path(pages).iterdir():
            files[f"man/man1/{page.name}"] = (page.read_bytes(), 0o644)
    return dict(sorted(files.items()))


def tar(files, folder, level, time):
    """A tar.gz in which nothing depends on where and when it was made."""
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=level, mtime=time, filename="") as stream:
        with tarfile.open(fileobj=stream, mode="w", format=tarfile.USTAR_FORMAT) as archive:
            for name, (content, mode) in files.items():
                entry = tarfile.TarInfo(f"{folder}/{name}")
                entry.size, entry.mode, entry.mtime = len(content), mode, time
                entry.uname = entry.gname = "root"
                archive.addfile(entry, io.BytesIO(content))
    return packed.getvalue()


def zipped(files, folder, level, time):
    """The same for Windows."""
    packed = io.BytesIO()
    when = datetime.fromtimestamp(time, timezone.utc).timetuple()[:6]
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, (content, mode) in files.items():
            entry = zipfile.ZipInfo(f"{folder}/{name}", date_time=when)
            entry.external_attr = mode << 16
            entry.create_system = 3
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content, compresslevel=level)
    return packed.getvalue()


def small(content, time):
    """As Debian wants pages and changelogs."""
    return gzip.compress(content, 9, mtime=time)


def debian_version(version=VERSION):
    """A pre-release comes before its release there by `~`; what follows a `-` would be Debian's own revision."""
    return version.replace("-", "~")


def control(machine, size):
    """The control file of the Debian package."""
    return (
        "Package: headset\n"
        f"Version: {debian_version()}\n"
        f"Architecture: {machine}\n"
        "Maintainer: Headset maintainers <headset@example.com>\n"
        f"Installed-Size: {size}\n"
        "Recommends: ca-certificates\n"
        "Suggests: npm\n"
        "Section: admin\n"
        "Priority: optional\n"
        f"Homepage: {REPOSITORY}\n"
        "Description: contact center on AWS from one blueprint\n"
        + "".join(f" {line}\n" for line in wrapped(DESCRIPTION))
    )


def wrapped(text, width=76):
    """Lines of a text."""
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


COPYRIGHT = """Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: headset
Source: {repository}

Files: *
Copyright: Headset maintainers
License: MIT or Apache-2.0
Comment: The crates that are linked in, and their licences, are in
 /usr/share/doc/headset/THIRD-PARTY.txt.gz.

License: MIT
{mit}

License: Apache-2.0
 The text is in /usr/share/common-licenses/Apache-2.0.
"""


def debian(files, machine, out, level, time):
    """The Debian package, by Debian's own tool."""
    mit = files["LICENSE-MIT"][0].decode().strip().splitlines()
    copyright_file = COPYRIGHT.format(
        repository=REPOSITORY, mit="\n".join(f" {line or '.'}" for line in mit)
    )
    documents = "usr/share/doc/headset"
    tree = {
        "usr/bin/headset": files["headset"],
        f"{documents}/copyright": (copyright_file.encode(), 0o644),
        f"{documents}/changelog.gz": (small(files["CHANGELOG.md"][0], time), 0o644),
        f"{documents}/THIRD-PARTY.txt.gz": (small(files["THIRD-PARTY.txt"][0], time), 0o644),
    }
    for name, place in SHELLS.values():
        if place:
            tree[place] = files[f"completions/{name}"]
    for name, (content, mode) in files.items():
        if name.startswith("man/"):
            tree[f"usr/share/{name}.gz"] = (small(content, time), mode)
    size = sum(-(-len(content) // 1024) for content, _ in tree.values())
    sums = "".join(f"{hashlib.md5(content).hexdigest()}  {name}\n" for name, (content, _) in sorted(tree.items()))
    tree["DEBIAN/control"] = (control(machine, size).encode(), 0o644)
    tree["DEBIAN/md5sums"] = (sums.encode(), 0o644)
    # GitHub writes another sign in place of `~` into names of files.
    package = out / f"headset_{VERSION}_{machine}.deb"
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        for name, (content, mode) in tree.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            path.chmod(mode)
        for path, _, _ in os.walk(folder):
            os.chmod(path, 0o755)
        subprocess.run(
            ["dpkg-deb", "--root-owner-group", "-Zxz", f"-z{level}", "--build", folder, package],
            check=True,
            stdout=subprocess.DEVNULL,
            env=os.environ | {"SOURCE_DATE_EPOCH": str(time)},
        )
    return package


def archive(binary, target, out, level):
    """Writes all that a target has."""
    if target not in TARGETS:
        sys.exit(f"no release has {target}: it is none of {', '.join(TARGETS)}")
    time = moment()
    files = written(binary, target)
    out.mkdir(parents=True, exist_ok=True)
    folder = f"headset-{VERSION}-{target}"
    if "windows" in target:
        path = out / f"{folder}.zip"
        path.write_bytes(zipped(files, folder, level, time))
    else:
        path = out / f"{folder}.tar.gz"
        path.write_bytes(tar(files, folder, level, time))
    print(path)
    if TARGETS[target]:
        print(debian(files, TARGETS[target], out, level, time))


def sums(out):
    """Writes the checksums of what is in a folder, and the formula that has those of its archives."""
    names = sorted(path.name for path in out.iterdir() if path.name not in ("SHA256SUMS", "headset.rb"))
    digests = {name: hashlib.sha256((out / name).read_bytes()).hexdigest() for name in names}

    def digest(match):
        name = f"headset-{VERSION}-{match[1]}.tar.gz"
        if name not in digests:
            sys.exit(f"{out} has no {name}, which the formula needs")
        return digests[name]

    formula = (ROOT / "packaging/headset.rb").read_text(encoding="utf-8")
    formula = re.sub(r"@SHA256 ([\w-]+)@", digest, formula)
    for name, value in (("VERSION", VERSION), ("REPOSITORY", REPOSITORY)):
        formula = formula.replace(f"@{name}@", value)
    (out / "headset.rb").write_bytes(formula.encode())
    digests["headset.rb"] = hashlib.sha256(formula.encode()).hexdigest()
    lines = "".join(f"{value}  {name}\n" for name, value in sorted(digests.items()))
    (out / "SHA256SUMS").write_bytes(lines.encode())


def main():
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("version")
    one = commands.add_parser("archive")
    one.add_argument("binary", type=Path)
    one.add_argument("target")
    one.add_argument("out", type=Path)
    one.add_argument("--level", type=int, default=9, choices=range(1, 10))
    commands.add_parser("sums").add_argument("out", type=Path)
    given = parser.parse_args()
    if given.command == "version":
        print(VERSION)
    elif given.command == "archive":
        archive(given.binary, given.target, given.out, given.level)
    else:
        sums(given.out)


if __name__ == "__main__":
    main()
