#!/usr/bin/env python3
"""The AWS CLI without its start: it is loaded once, and each command is a fork of that process.

    cli_server.py SOCKET

A command of `aws` takes most of a second to start, nearly all of it for reading code and models. Here a command is a
connection to the socket: JSON with `words`, `environment` and `directory` goes in, JSON with `code`, `stdout` and `stderr`
comes out. What a fork runs is `aws` itself, in a process of its own. Where one of its waiters sleeps between two looks, the
simulator's clock skips that time. The server ends when its standard input does.
"""
import io
import json
import os
import select
import signal
import socket
import sys
import tempfile
import traceback
import urllib.request

import awscli.clidriver
import botocore.waiter

# One command of each service is tried before the first fork, where nothing listens: so its models are read once.
FIRST = ("appstream describe-fleets", "connect list-instances", "iam list-roles", "s3 ls", "s3api list-buckets",
         "secretsmanager list-secrets", "ssm describe-parameters", "sso-admin list-instances", "sts get-caller-identity",
         "identitystore list-users --identity-store-id d-9067f1c2a3")
# Of the simulators that the tests start.
TOKEN = "token-of-the-tests"
NOWHERE = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_DEFAULT_REGION": "eu-west-2", "AWS_MAX_ATTEMPTS": "1",
           "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "simulated"}


class SkippedTime:
    """Stands for the module `time` in botocore's waiters."""

    @staticmethod
    def sleep(seconds):
        request = urllib.request.Request(
            os.environ["AWS_ENDPOINT_URL"] + "/_sim/clock", method="POST",
            data=json.dumps({"skip_seconds": int(seconds)}).encode(), headers={"content-type": "application/json", "x-headset-sim-token": TOKEN})
        with urllib.request.urlopen(request, timeout=30) as answer:
            answer.read()


def loaded():
    """The CLI after one command of each service."""
    os.environ.update(NOWHERE)
    driver = awscli.clidriver.create_clidriver()
    said = sys.stdout, sys.stderr
    sys.stdout = sys.stderr = io.TextIOWrapper(io.BytesIO())
    for command in FIRST:
        driver.main(command.split())
    sys.stdout, sys.stderr = said
    return driver


def run(driver, asked, out, err):
    """Runs one command in this process, which ends behind it."""
    os.dup2(out.fileno(), 1)
    os.dup2(err.fileno(), 2)
    os.chdir(asked["directory"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    # The session has kept those of the first commands.
    driver.session.set_credentials(os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"])
    try:
        return driver.main(asked["words"])
    except SystemExit as exit:  # what argparse makes of `--version` and of mistakes
        return exit.code or 0
    except BaseException:
        traceback.print_exc()
        return 255
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


def serve(driver, connection):
    with connection, connection.makefile("rw") as stream:
        asked = json.loads(stream.readline())
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            process = os.fork()
            if process == 0:
                os._exit(run(driver, asked, out, err))
            _, status = os.waitpid(process, 0)
            answer = {"code": os.waitstatus_to_exitcode(status)}
            for name, file in (("stdout", out), ("stderr", err)):
                file.seek(0)
                answer[name] = file.read().decode(errors="replace")
            stream.write(json.dumps(answer) + "\n")


def main():
    botocore.waiter.time = SkippedTime
    driver = loaded()
    # A child that serves a connection leaves nothing to wait for.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(sys.argv[1])
    listener.listen(64)
    print("ready", flush=True)
    while True:
        ready, _, _ = select.select([listener, sys.stdin], [], [])
        if sys.stdin in ready:
            return
        connection, _ = listener.accept()
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            listener.close()
            serve(driver, connection)
            os._exit(0)
        connection.close()


if __name__ == "__main__":
    main()
