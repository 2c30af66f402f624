"""Runs `aws` as a person's script does: one process a call, JSON out, and an account of its own.

With PROGRAM a process of that program; without one a fork of `cli_server.py`, which has loaded the same code already.
"""
import atexit
import json
import os
import re
import socket
import subprocess
import sys
import tempfile

from checks import ACCOUNT, ENDPOINT, REGION, passed

PROGRAM = None
SERVER = None
HOME = tempfile.mkdtemp(prefix="headset-cli-")
with open(os.path.join(HOME, "config"), "w") as config:
    # Version 1 takes an argument that is a URL for a place to read the argument from.
    config.write("[default]\ncli_follow_urlparam = false\n")


def run(*words, region=REGION, account=None):
    """The process' result. Nothing of the caller's AWS configuration reaches it."""
    environment = {
        "HOME": HOME, "PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", "AWS_PAGER": "",
        "AWS_ENDPOINT_URL": ENDPOINT, "AWS_DEFAULT_REGION": region, "AWS_MAX_ATTEMPTS": "1",
        "AWS_ACCESS_KEY_ID": account or ACCOUNT, "AWS_SECRET_ACCESS_KEY": "simulated",
        "AWS_CONFIG_FILE": os.path.join(HOME, "config"), "AWS_SHARED_CREDENTIALS_FILE": os.path.join(HOME, "credentials"),
        # Some installations of `aws` are shims that look up which Python to use.
        **{name: value for name, value in os.environ.items() if name.startswith(("PYENV", "SYSTEMROOT"))},
    }
    if PROGRAM:
        return subprocess.run([PROGRAM, *words], env=environment, cwd=HOME, capture_output=True, text=True, timeout=300)
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(300)
        connection.connect(os.path.join(HOME, "cli"))
        with connection.makefile("rw") as stream:
            stream.write(json.dumps({"words": words, "environment": environment, "directory": HOME}) + "\n")
            stream.flush()
            answer = json.loads(stream.readline())
    return subprocess.CompletedProcess(words, answer["code"], answer["stdout"], answer["stderr"])


def start():
    """Starts the server of forks; it ends with this process."""
    global SERVER
    environment = {"HOME": HOME, "PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8",
                   "AWS_CONFIG_FILE": os.path.join(HOME, "config")}
    program = os.path.join(os.path.dirname(__file__), "cli_server.py")
    SERVER = subprocess.Popen([sys.executable, program, os.path.join(HOME, "cli")], env=environment, cwd=HOME,
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    atexit.register(SERVER.kill)
    if SERVER.stdout.readline() != "ready\n":
        raise RuntimeError("the server of forks did not start")


def options(arguments):
    """`{"instance_id": "x", "tags": {...}, "dry": True}` as `--instance-id x --tags {...} --dry`.

    A tuple is an option with several words; lists and dicts are written as JSON; False is `--no-...`.
    """
    words = []
    for name, value in arguments.items():
        option = "--" + name.replace("_", "-")
        if isinstance(value, bool):
            words.append(option if value else option.replace("--", "--no-", 1))
        elif isinstance(value, tuple):
            words += [option, *map(str, value)]
        elif isinstance(value, (dict, list)):
            words += [option, json.dumps(value)]
        else:
            words += [option, str(value)]
    return words


def aws(command, *words, region=REGION, account=None, **arguments):
    """What `aws COMMAND --ARGUMENT VALUE ... --output json` answers."""
    line = [*command.split(), *words, *options(arguments), "--output", "json"]
    done = run(*line, region=region, account=account)
    if done.returncode != 0:
        raise AssertionError(f"aws {' '.join(line)}: exit {done.returncode}\n{done.stderr}")
    return json.loads(done.stdout) if done.stdout.strip() else None


def high(*words):
    """A command of `aws s3`, which prints text."""
    done = run(*words)
    if done.returncode != 0:
        raise AssertionError(f"aws {' '.join(words)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def refused(codes, command, *words, region=REGION, account=None, **arguments):
    """Checks that a call fails with one of the codes, written as `A|B`."""
    line = [*command.split(), *words, *options(arguments), "--output", "json"]
    done = run(*line, region=region, account=account)
    found = re.search(r"An error occurred \(([\w.]+)\)", done.stderr)
    if done.returncode == 0 or not found or found.group(1) not in codes.split("|"):
        raise AssertionError(f"aws {' '.join(line)} should fail with {codes}: exit {done.returncode}\n{done.stderr}")
    passed()


def holds(read, asked, what):
    """Checks that an answer holds every member that was asked for, as it was asked."""
    different = {name: (read.get(name), value) for name, value in asked.items() if read.get(name) != value}
    if different:
        raise AssertionError(f"{what} reads differently (is, asked): {different}")
    passed()


def file(name, content):
    """Writes a file that a command can name, and answers its path."""
    path = os.path.join(HOME, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as out:
        out.write(content if isinstance(content, bytes) else content.encode())
    return path
