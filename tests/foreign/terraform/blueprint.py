"""Headset and Terraform at the same simulated cloud: what the one made, the other finds as meant."""
import json
import os
import pathlib
import subprocess

PROJECT = pathlib.Path(__file__).resolve().parents[3]


class Headset:
    """The program in a directory of its own, with the simulator as its AWS."""

    def __init__(self, program, directory, simulator):
        self.program = program
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(parents=True)
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": str(self.directory), "AWS_ENDPOINT_URL": simulator.endpoint,
            "AWS_REGION": "eu-west-2", "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "simulated"}

    def run(self, *arguments, allowed=(0,)):
        ran = subprocess.run([self.program, *arguments], cwd=self.directory, env=self.environment, text=True,
                             stdin=subprocess.DEVNULL, capture_output=True, check=False)
        if ran.returncode not in allowed:
            raise RuntimeError(f"headset {' '.join(map(str, arguments))} ends with {ran.returncode}\n"
                               f"{ran.stdout}{ran.stderr}")
        return ran.stdout


def identifiers(simulator):
    """What Terraform has to be told of what Headset made from split-ccp.yaml: ids, and nothing else."""
    world = simulator.control("snapshot")["world"]
    (instance,) = world["connect"]["instances"].values()
    (application,) = world["sso_admin"]["applications"].values()
    (place,) = [place for place in world["appstream"]["places"].values() if place["fleets"]]
    (image,) = place["images"]
    (group,) = [principal for kind, principal in application["assignments"] if kind == "GROUP"]
    users = {it["name"]: it["id"] for it in instance["entities"].values() if it["kind"] == "User"}
    proof = {key: instance["tags"][key] for key in ("headset:id", "headset:expires")}
    return {
        "instance": instance["id"], "users": users, "application": application["arn"], "group": group,
        "metadata": simulator.read(f"/saml/metadata/{application['saml']['token']}"),
        "recipe": image, "proof": proof}
