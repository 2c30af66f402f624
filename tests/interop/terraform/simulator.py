"""`headset sim serve` as a child process, and its control plane."""
import json
import os
import re
import subprocess
import threading
import urllib.request

# What AWS keeps too when everything is deleted: counters, remembered tokens, names that are held back, the roles that
# services made for themselves, what was done when. By their place in the simulator's snapshot.
LASTING = re.compile(
    r"issued|connect\.(churn|answered|held_aliases)|s3\.released|sso_admin\.answered"
    r"|cloud_trail\.events|iam\.accounts\.\d+\.(deletions|roles\.awsservicerolefor[a-z_]+)|auto_scaling\.done"
    r"|appstream\.places\.[^.]*\.(account|region|changed)|ec2\.places\.[^.]*\.held")


# What the control plane asks for.
TOKEN = "token-of-the-tests"


class Simulator:
    """A simulator of its own: `with Simulator(headset) as simulator`."""

    def __init__(self, headset, speed="600", port="0", options=()):
        self.child = subprocess.Popen([headset, "sim", "serve", "--port", port, "--time", speed, *options],
                                      stderr=subprocess.PIPE, text=True,
                                      env=os.environ | {"HEADSET_SIM_TOKEN": TOKEN})
        self.endpoint = None
        self.token = TOKEN
        for line in self.child.stderr:
            if found := re.search(r"http://127\.0\.0\.1:\d+", line):
                self.endpoint = found.group()
                break
        if not self.endpoint:
            raise RuntimeError("headset sim serve did not start")
        # What it says later must not fill the pipe.
        threading.Thread(target=self.child.stderr.read, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.child.terminate()
        self.child.wait()

    def control(self, path, body=None, method=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.endpoint}/_sim/{path}", data=data, method=method,
                                         headers={"content-type": "application/json", "x-headset-sim-token": TOKEN})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or b"null")

    def read(self, path):
        with urllib.request.urlopen(self.endpoint + path, timeout=30) as answer:
            return answer.read().decode()

    def skip(self, seconds):
        self.control("clock", {"skip_seconds": seconds})

    def holds(self):
        """Everything in the simulated cloud, flat: place and value."""
        flat = {}

        def walk(place, value):
            if isinstance(value, dict) and value:
                for name, inner in value.items():
                    walk(f"{place}.{name}" if place else name, inner)
            elif not LASTING.fullmatch(place) and value not in ({}, [], None):
                flat[place] = value
        walk("", self.control("snapshot")["world"])
        return {place: value for place, value in flat.items()
                if not any(LASTING.fullmatch(place[:end]) for end in dots(place))}

    def leftovers(self, before):
        """What is there now and was not before, by place; the other way round too."""
        now = self.holds()
        return sorted(place for place in now.keys() | before.keys() if now.get(place) != before.get(place))

    def unknown_calls(self):
        """Every operation that the simulator was asked for and does not have."""
        calls = self.control("calls")["calls"]
        return sorted({f"{call['service']}:{call['operation']}" for call in calls if call["code"] == "NotImplemented"})


def dots(place):
    return [index for index, letter in enumerate(place) if letter == "."]
