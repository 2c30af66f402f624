#!/usr/bin/env python3
"""What Headset made, read by a client that does not know Headset: boto3, and the blueprint as Python parses it.

    reading.py http://127.0.0.1:4566 BLUEPRINT OUTPUTS.json STATUS.json
    reading.py http://127.0.0.1:4566 BLUEPRINT --bend

The first compares everything that the blueprint says with what AWS answers, and with what Headset said. The second
changes one thing behind Headset's back, so that the first has something to find.
"""
import json
import re
import sys
import urllib.error
import urllib.request

import ruamel.yaml

import checks
from checks import ACCOUNT, ENDPOINT, client, same

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
VIEWS = {"desktop": "DESKTOP", "app": "APP"}
TAGS = {"cost_center": "costCenter", "user_type": "userType"}
TYPES = {"on-demand": "ON_DEMAND", "always-on": "ALWAYS_ON"}


def merged(below, above):
    """Maps merge, lists and everything else replace, null removes."""
    if not (isinstance(below, dict) and isinstance(above, dict)):
        return above
    out = dict(below)
    for key, value in above.items():
        if value is None:
            out.pop(key, None)
        else:
            out[key] = merged(out.get(key), value)
    return out


def load(path):
    with open(path) as text:
        own = ruamel.yaml.YAML(typ="safe", pure=True).load(text)
    bases = own.pop("extends", [])
    whole = {}
    for base in [bases] if isinstance(bases, str) else bases:
        whole = merged(whole, load(path.rsplit("/", 1)[0] + "/" + base))
    return merged(whole, own)


def opened(host, key):
    """A file as a browser asks for it: the simulator answers for every host."""
    return urllib.request.urlopen(urllib.request.Request(f"{ENDPOINT}/{key}", headers={"Host": host}), timeout=30)


def seconds(duration):
    if isinstance(duration, int):
        return duration
    number, unit = re.fullmatch(r"(\d+)([smhd])", duration).groups()
    return int(number) * SECONDS[unit]


class Reader:
    """A blueprint, and the clients of the regions that it names."""

    def __init__(self, path, outputs):
        self.text = load(path)
        self.outputs = outputs
        self.name = self.text["name"]
        aws = self.text.get("aws", {})
        general = aws.get("region", "eu-west-2")
        regions = aws.get("regions", {})
        self.region = regions.get("connect", general)
        desktops = regions.get("appstream", general)
        self.connect, self.s3 = client("connect", self.region), client("s3", self.region)
        self.app, self.scaling = client("appstream", desktops), client("application-autoscaling", desktops)
        self.ec2 = client("ec2", desktops)
        self.index = client("resourcegroupstaggingapi", desktops)
        self.iam = client("iam")
        elsewhere = aws.get("identity_center")
        self.home = elsewhere.get("region", general) if isinstance(elsewhere, dict) else general
        # Where a role in another account is named, that account's administrators look.
        role = elsewhere.get("role", "") if isinstance(elsewhere, dict) else ""
        self.sso_account = role.split(":")[4] if role else ACCOUNT

    def tagged(self, tags, entry, what):
        """Checks the tags that prove ownership, and those that the blueprint asks for."""
        wanted = {"headset:environment": self.name, **self.text.get("tags", {}), **entry.get("tags", {})}
        same({key: tags.get(key) for key in wanted}, wanted, f"tags of {what}")

    def desktop_tags(self, arn):
        """The tags of a fleet or stack. What the index of tags has of it, which may be nothing yet, is the same."""
        tags = self.app.list_tags_for_resource(ResourceArn=arn)["Tags"]
        shown = self.index.get_resources(ResourceARNList=[arn])["ResourceTagMappingList"]
        for one in shown:
            same((one["ResourceARN"], {tag["Key"]: tag["Value"] for tag in one["Tags"]}), (arn, tags), f"{arn} in the index")
        return tags

    def instance(self):
        section = self.text["connect"]
        alias = section.get("alias") or section["existing"]
        found = [i for page in self.connect.get_paginator("list_instances").paginate()
                 for i in page["InstanceSummaryList"] if i["InstanceAlias"] == alias]
        same(len(found), 1, f"instances called {alias}")
        return self.connect.describe_instance(InstanceId=found[0]["Id"])["Instance"]

    def center(self):
        section, instance = self.text["connect"], self.instance()
        if "connect_url" in self.outputs:
            same(self.outputs["connect_url"], instance["InstanceAccessUrl"], "Headset's output connect_url")
        if "alias" in section:
            calls = section.get("calls", {})
            same((instance["InboundCallsEnabled"], instance["OutboundCallsEnabled"]),
                 (calls.get("inbound", True), calls.get("outbound", True)), "calls")
            same(instance["IdentityManagementType"],
                 {"saml": "SAML", "connect-managed": "CONNECT_MANAGED"}[section.get("identity", "saml")], "identity")
            self.tagged(instance["Tags"], section, "the instance")
        pages = self.connect.get_paginator("list_instance_attributes").paginate(InstanceId=instance["Id"])
        values = {a["AttributeType"].lower(): a["Value"] for page in pages for a in page["Attributes"]}
        for attribute, value in section.get("attributes", {}).items():
            same(values[attribute], str(value).lower(), f"attribute {attribute}")
        self.hours(section.get("hours", {}), instance["Id"])
        self.queues(section.get("queues", {}), section.get("hours", {}), instance["Id"])
        self.agents(section.get("users", {}), instance["Id"])

    def hours(self, wanted, instance):
        """Hours of operation are open at the times that the blueprint says, and have its overrides."""
        pages = self.connect.get_paginator("list_hours_of_operations").paginate(InstanceId=instance)
        there = {one["Name"]: one["Id"] for page in pages for one in page["HoursOfOperationSummaryList"]}
        week = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

        def asked(times):
            out = set()
            for one in times:
                days, span = one.lower().split(" ")
                first, last = (days.split("-") * 2)[:2]
                for day in week[week.index(first):week.index(last) + 1]:
                    out.add((day.upper(), span.replace("24:00", "00:00")))
            return out

        def made(config):
            def at(time):
                return f"{time['Hours']:02}:{time['Minutes']:02}"
            return {(one["Day"], f"{at(one['StartTime'])}-{at(one['EndTime'])}") for one in config}
        for key, entry in wanted.items():
            name = entry.get("name", key)
            own = dict(InstanceId=instance, HoursOfOperationId=there[name])
            hours = self.connect.describe_hours_of_operation(**own)["HoursOfOperation"]
            same((hours["TimeZone"], made(hours["Config"]), hours.get("Description")),
                 (entry["time_zone"], asked(entry["open"]), entry.get("description")), f"hours {name}")
            overrides = {one["Name"]: one for one in
                         self.connect.list_hours_of_operation_overrides(**own)["HoursOfOperationOverrideList"]}
            said = entry.get("overrides", {})
            same(sorted(overrides), sorted(said), f"overrides of {name}")
            for title, one in said.items():
                read = overrides[title]
                same((read["EffectiveFrom"], read["EffectiveTill"], read["OverrideType"], made(read["Config"])),
                     (str(one["from"]), str(one["till"]), one.get("type", "standard").upper(), asked(one.get("times", []))),
                     f"override {title}")
                pattern = read.get("RecurrenceConfig", {}).get("RecurrencePattern", {})
                same((pattern.get("Frequency"), pattern.get("ByMonth"), pattern.get("ByMonthDay")),
                     (one["repeat"].upper() if "repeat" in one else None, [one["month"]] if "month" in one else None,
                      [one["day"]] if "day" in one else None), f"how often {title} comes")
            self.tagged(hours["Tags"], entry, name)

    def queues(self, wanted, schedules, instance):
        """Beside the queues of the blueprint there is only the one that Connect makes; those of agents are another type."""
        def ids(operation, key, **more):
            pages = self.connect.get_paginator(operation).paginate(InstanceId=instance, **more)
            return {entry["Name"]: entry["Id"] for page in pages for entry in page[key]}

        def called(key):
            return schedules.get(key, {}).get("name", key)
        hours = ids("list_hours_of_operations", "HoursOfOperationSummaryList")
        there = ids("list_queues", "QueueSummaryList", QueueTypes=["STANDARD"])
        for key, entry in wanted.items():
            name = entry.get("name", key)
            queue = self.connect.describe_queue(InstanceId=instance, QueueId=there[name])["Queue"]
            caller, asked = queue.get("OutboundCallerConfig", {}), entry.get("outbound_caller", {})
            same((queue["Name"], queue["HoursOfOperationId"], queue["Status"]),
                 (name, hours[called(entry.get("hours", "Basic Hours"))], entry.get("status", "enabled").upper()), f"queue {name}")
            same((queue.get("Description"), queue.get("MaxContacts")),
                 (entry.get("description"), entry.get("max_contacts")), f"what is optional of queue {name}")
            same((caller.get("OutboundCallerIdName"), caller.get("OutboundCallerIdNumberId"), caller.get("OutboundFlowId")),
                 (asked.get("name"), asked.get("number"), asked.get("whisper_flow")), f"calls from queue {name}")
            self.tagged(queue["Tags"], entry, name)

    def agents(self, wanted, instance):
        def names(operation, key):
            pages = self.connect.get_paginator(operation).paginate(InstanceId=instance)
            return {entry["Id"]: entry for page in pages for entry in page[key]}
        security = names("list_security_profiles", "SecurityProfileSummaryList")
        routing = names("list_routing_profiles", "RoutingProfileSummaryList")
        ids = {user["Username"]: key for key, user in names("list_users", "UserSummaryList").items()}
        for name, entry in wanted.items():
            user = self.connect.describe_user(InstanceId=instance, UserId=ids[name])["User"]
            phone = user["PhoneConfig"]
            read = {
                "first": user["IdentityInfo"]["FirstName"], "last": user["IdentityInfo"]["LastName"],
                "security": sorted(security[p]["Name"] for p in user["SecurityProfileIds"]),
                "routing": routing[user["RoutingProfileId"]]["Name"],
                "auto_accept": phone.get("AutoAccept", False), "wrap": phone.get("AfterContactWorkTimeLimit", 0),
                "phone": phone["PhoneType"]}
            asked = {
                "first": entry["first"], "last": entry["last"], "security": sorted(entry["security"]),
                "routing": entry.get("routing", "Basic Routing Profile"),
                "auto_accept": entry.get("auto_accept", False), "wrap": seconds(entry.get("after_call_work", 0)),
                "phone": "SOFT_PHONE"}
            same(read, asked, f"user {name}")
            self.tagged(user["Tags"], entry, name)

    def pages(self):
        section, instance = self.text["ccp"], self.instance()
        bucket = section.get("bucket", f"{self.name}-ccp-{ACCOUNT}-{self.region}")
        self.tagged({t["Key"]: t["Value"] for t in self.s3.get_bucket_tagging(Bucket=bucket)["TagSet"]}, section, bucket)
        same(self.s3.get_bucket_location(Bucket=bucket)["LocationConstraint"], self.region, "the bucket's region")
        same(self.s3.get_bucket_ownership_controls(Bucket=bucket)["OwnershipControls"]["Rules"],
             [{"ObjectOwnership": "BucketOwnerEnforced"}], "ownership")
        own = f"{bucket}.s3.{self.region}.amazonaws.com"
        host = self.edges(section, own) if section.get("hosting") == "cloudfront" else own
        origin = f"https://{host}"
        origins = [o for page in self.connect.get_paginator("list_approved_origins").paginate(InstanceId=instance["Id"])
                   for o in page["Origins"]]
        same(origin in origins, True, "the pages' origin is approved")
        local = section.get("audio", "local") == "local"
        expected = ["audio-only.html", "in-session.html"] if local else ["in-session.html"]
        keys = [o["Key"] for o in self.s3.list_objects_v2(Bucket=bucket)["Contents"]]
        same([key for key in keys if key.endswith(".html")], expected, "pages")
        for key in expected:
            same(self.outputs[key.replace("-", "_").replace(".html", "_page")], f"{origin}/{key}", f"output for {key}")
            with opened(host, key) as answer:
                page, kind = answer.read().decode(), answer.headers["content-type"]
            same((kind, instance["InstanceAccessUrl"] in page), ("text/html; charset=utf-8", True), key)
            # What the page asks for, anybody may read.
            for asset in re.findall(r'(?:src|href)="([^":]+\.(?:js|css))"', page):
                opened(host, asset).close()
                checks.passed()

    def edges(self, section, bucket):
        """The distribution that serves the pages: it alone reads the bucket. Gives the host of the pages."""
        front = client("cloudfront", "us-east-1")
        found = [d for page in front.get_paginator("list_distributions").paginate()
                 for d in page["DistributionList"].get("Items", []) if d["Origins"]["Items"][0]["DomainName"] == bucket]
        same(len(found), 1, "distributions before the bucket")
        made = front.get_distribution(Id=found[0]["Id"])["Distribution"]
        config, behavior = made["DistributionConfig"], made["DistributionConfig"]["DefaultCacheBehavior"]
        same((made["Status"], config["Enabled"], behavior["ViewerProtocolPolicy"]), ("Deployed", True, "redirect-to-https"),
             "the distribution")
        same(config["PriceClass"], f"PriceClass_{str(section.get('price_class', 'all')).capitalize()}", "price class")
        domain = section.get("domain")
        same(config["Aliases"].get("Items", []), [domain["name"]] if domain else [], "names of the distribution")
        if domain:
            certificate = config["ViewerCertificate"]
            same((certificate["ACMCertificateArn"], certificate["MinimumProtocolVersion"]),
                 (domain["certificate"], "TLSv1.2_2021"), "the certificate")
            same(self.outputs["pages_dns_target"], made["DomainName"], "output pages_dns_target")
        control = front.get_origin_access_control(Id=config["Origins"]["Items"][0]["OriginAccessControlId"])
        same(control["OriginAccessControl"]["OriginAccessControlConfig"]["SigningBehavior"], "always", "access to the bucket")
        policy = front.get_response_headers_policy(Id=behavior["ResponseHeadersPolicyId"])["ResponseHeadersPolicy"]
        security = policy["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
        same((security["ContentSecurityPolicy"]["ContentSecurityPolicy"], security["ReferrerPolicy"]["ReferrerPolicy"]),
             ("frame-ancestors 'none'", "strict-origin-when-cross-origin"), "headers of the pages")
        tags = front.list_tags_for_resource(Resource=made["ARN"])["Tags"]["Items"]
        self.tagged({t["Key"]: t["Value"] for t in tags}, {}, "the distribution")
        blocks = self.s3.get_public_access_block(Bucket=bucket.split(".s3.")[0])["PublicAccessBlockConfiguration"]
        same(all(blocks.values()), True, "public access to the bucket is blocked")
        try:
            opened(bucket, "in-session.html").close()
        except urllib.error.HTTPError as refused:
            same(refused.code, 403, "the bucket's own answer")
        else:
            raise AssertionError("the bucket shows the page to everyone")
        return domain["name"] if domain else made["DomainName"]

    def role(self, name, entry, kind):
        role = self.iam.get_role(RoleName=name)["Role"]
        same((role["Path"], role["MaxSessionDuration"], role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")),
             (entry.get("path", "/"), seconds(entry.get("session", "12h")), entry.get("permissions_boundary")), name)
        self.tagged({t["Key"]: t["Value"] for t in role["Tags"]}, {}, name)
        same(self.outputs[kind], role["Arn"], f"output {kind}")
        trusted = role["AssumeRolePolicyDocument"]["Statement"]
        for provider in {p for s in trusted for p in listed(s["Principal"]["Federated"])}:
            same(self.iam.get_saml_provider(SAMLProviderArn=provider)["SAMLMetadataDocument"].startswith("<"), True, provider)
        documents = [self.iam.get_role_policy(RoleName=name, PolicyName=p)["PolicyDocument"]
                     for p in self.iam.list_role_policies(RoleName=name)["PolicyNames"]]
        for policy in self.iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]:
            version = self.iam.get_policy(PolicyArn=policy["PolicyArn"])["Policy"]["DefaultVersionId"]
            documents.append(self.iam.get_policy_version(
                PolicyArn=policy["PolicyArn"], VersionId=version)["PolicyVersion"]["Document"])
        return [statement for document in documents for statement in document["Statement"]]

    def sign_in(self):
        section, instance = self.text["sign_in"], self.instance()
        role = section.get("role", {})
        statements = self.role(role.get("name", f"{self.name}-connect"), role, "role_arn")
        granted = [s for s in statements if "connect:GetFederationToken" in listed(s["Action"])]
        scope = section.get("connect", {}).get("scope", "user")
        resources = [r for s in granted for r in listed(s["Resource"]) if instance["Id"] in r or instance["Id"] in str(s)]
        same(bool(resources), True, "the role may sign in to the instance")
        same(any("${aws:userid}" in r for r in resources), scope == "user", f"scope {scope}")
        same(instance["Id"] in self.outputs["federation_url"], True, "the relay state leads to the instance")
        desktops = section.get("appstream")
        if desktops:
            own = {**role, **desktops.get("role", {})}
            own["name"] = desktops.get("role", {}).get("name", f"{self.name}-desktop")
            statements = self.role(own["name"], own, "desktop_role_arn")
            for key in desktops["stacks"]:
                stack = self.stack_name(key)
                same(any(f":stack/{stack}" in r for s in statements for r in listed(s["Resource"])), True, stack)
        center = section["idp"].get("identity_center")
        if center:
            self.assignments(center)

    def assignments(self, entry):
        sso = client("sso-admin", self.home, self.sso_account)
        store = client("identitystore", self.home, self.sso_account)
        instance = sso.list_instances()["Instances"][0]
        arns = [a["ApplicationArn"] for page in
                sso.get_paginator("list_applications").paginate(InstanceArn=instance["InstanceArn"])
                for a in page["Applications"] if a["Name"] == entry["application"]]
        same(len(arns), 1, f"applications called {entry['application']}")
        assigned = {a["PrincipalId"] for page in
                    sso.get_paginator("list_application_assignments").paginate(ApplicationArn=arns[0])
                    for a in page["ApplicationAssignments"]}
        groups = {g["DisplayName"]: g["GroupId"] for page in
                  store.get_paginator("list_groups").paginate(IdentityStoreId=instance["IdentityStoreId"])
                  for g in page["Groups"]}
        users = {u["UserName"]: u["UserId"] for page in
                 store.get_paginator("list_users").paginate(IdentityStoreId=instance["IdentityStoreId"])
                 for u in page["Users"]}
        same(assigned, {groups[name] for name in entry.get("groups", [])} | {users[name] for name in entry.get("users", [])},
             "assigned groups and users")

    def entry_name(self, section, key):
        entry = self.text["appstream"][section][key]
        return entry.get("existing") or entry.get("name") or f"{self.name}-{key}"

    def stack_name(self, key):
        return self.entry_name("stacks", key)

    def desktops(self):
        section = self.text["appstream"]
        for key, entry in section.get("fleets", {}).items():
            self.fleet(key, entry)
        for key, entry in section.get("stacks", {}).items():
            self.stack(key, entry)
        pool = {u["UserName"]: u for page in self.app.get_paginator("describe_users").paginate(AuthenticationType="USERPOOL")
                for u in page["Users"]} if section.get("users") else {}
        for name, entry in section.get("users", {}).items():
            same((pool[name].get("FirstName"), pool[name]["Enabled"]), (entry.get("first"), entry.get("enabled", True)), name)
            links = {a["StackName"] for page in self.app.get_paginator("describe_user_stack_associations").paginate(
                UserName=name, AuthenticationType="USERPOOL") for a in page["UserStackAssociations"]}
            same(links, {self.stack_name(stack) for stack in entry.get("stacks", [])}, f"stacks of {name}")
        reports = self.app.describe_usage_report_subscriptions()["UsageReportSubscriptions"]
        same(bool(reports), section.get("usage_reports", bool(reports)), "usage reports")

    def fleet(self, key, entry):
        name = self.entry_name("fleets", key)
        fleet = self.app.describe_fleets(Names=[name])["Fleets"][0]
        same(self.outputs[f"fleet_{key}"], fleet["Name"], f"output fleet_{key}")
        if "existing" in entry:
            return
        times, network = entry.get("timeouts", {}), entry.get("network", self.text["appstream"].get("network", {}))
        read = {
            "instance": fleet["InstanceType"], "type": fleet["FleetType"], "view": fleet["StreamView"],
            "session": fleet["MaxUserDurationInSeconds"], "disconnect": fleet["DisconnectTimeoutInSeconds"],
            "idle": fleet["IdleDisconnectTimeoutInSeconds"], "state": fleet["State"],
            "subnets": fleet.get("VpcConfig", {}).get("SubnetIds", []),
            "groups": fleet.get("VpcConfig", {}).get("SecurityGroupIds", []),
            "internet": fleet["EnableDefaultInternetAccess"], "display": fleet.get("DisplayName")}
        asked = {
            "instance": entry["instance"], "type": TYPES[entry.get("type", "on-demand")],
            "view": VIEWS[entry.get("view", "app")], "session": seconds(times.get("session", "12h")),
            "disconnect": seconds(times.get("disconnect", "15m")),
            # AppStream takes no sound for activity: agents of a contact center are never idle unless it is asked for.
            "idle": seconds(times.get("idle", 0 if "connect" in self.text else "15m")),
            "state": "STOPPED" if entry.get("power", "on") in ("off", False) else "RUNNING",
            "subnets": network.get("subnets", []), "groups": network.get("security_groups", []),
            "internet": network.get("internet", "nat") == "default", "display": entry.get("display_name")}
        if network.get("security_groups") == "managed":
            asked["groups"] = [self.managed_group(network)]
        same(read, asked, f"fleet {name}")
        if "imds_v1" in entry:
            same(fleet["DisableIMDSV1"], not entry["imds_v1"], "instance metadata, version 1")
        if "root_volume" in entry:
            same(fleet["RootVolumeConfig"]["VolumeSizeInGb"], entry["root_volume"], "root volume")
        same(self.outputs[f"image_{entry['image']}"], fleet["ImageName"], "the fleet's image")
        self.tagged(self.desktop_tags(fleet["Arn"]), entry, name)
        self.capacity(name, fleet, entry["capacity"])

    def endpoints(self, entry):
        """The ids of the endpoints that a stack is to name; the one that Headset makes is available, and lets agents in."""
        named = entry.get("access_endpoints", [])
        if named != "managed":
            return named
        network, asked = self.text["appstream"]["network"], self.text["appstream"]["endpoints"]["streaming"]
        wanted = [{"Name": "vpc-id", "Values": [network["vpc"]]}, {"Name": "tag:headset:environment", "Values": [self.name]},
                  {"Name": "service-name", "Values": [f"com.amazonaws.{self.ec2.meta.region_name}.appstream.streaming"]}]
        found = [one for page in self.ec2.get_paginator("describe_vpc_endpoints").paginate(Filters=wanted)
                 for one in page["VpcEndpoints"]]
        same(len(found), 1, "endpoints for streaming in the VPC")
        one = found[0]
        same((one["State"].lower(), sorted(one["SubnetIds"]), one["PrivateDnsEnabled"]),
             ("available", sorted(asked.get("subnets", network["subnets"])), asked.get("private_dns", True)), "an endpoint")
        groups = [group["GroupId"] for group in one["Groups"]]
        if "from" not in asked:
            same(groups, asked["security_groups"], "groups of an endpoint")
        else:
            group = self.ec2.describe_security_groups(GroupIds=groups)["SecurityGroups"][0]
            rules = {(rule["FromPort"], rule["ToPort"], peer) for rule in group["IpPermissions"] for peer in
                     [one["CidrIp"] for one in rule["IpRanges"]] + [one["PrefixListId"] for one in rule["PrefixListIds"]]}
            same(rules, {(*ports, peer) for peer in asked["from"] for ports in ((443, 443), (1400, 1499))}, "what reaches an endpoint")
            same(group["IpPermissionsEgress"], [], "what leaves by an endpoint")
        return [one["VpcEndpointId"]]

    def managed_group(self, network):
        """The id of the group that lets out what desktops send to the network's addresses, and nothing in."""
        shared = network == self.text["appstream"].get("network")
        wanted = [{"Name": "vpc-id", "Values": [network["vpc"]]}, {"Name": "tag:headset:environment", "Values": [self.name]}]
        groups = [group for page in self.ec2.get_paginator("describe_security_groups").paginate(Filters=wanted)
                  for group in page["SecurityGroups"] if ("-desktops-vpc-" in group["GroupName"]) == shared
                  and "-endpoint-" not in group["GroupName"]]
        same(len(groups), 1, "groups of desktops in the VPC")
        out, session = groups[0]["IpPermissionsEgress"], self.text.get("ccp", {}).get("audio") == "session"
        ports = {("tcp", 80, 80), ("tcp", 443, 443), ("udp", 8433, 8433)} | ({("udp", 3478, 3478)} if session else set())
        if "directory" not in network:
            same({(one["IpProtocol"], one["FromPort"], one["ToPort"]) for one in out}, ports, "what desktops send")
            peers = [[peer["CidrIp"] for peer in one["IpRanges"]] + [peer["PrefixListId"] for peer in one["PrefixListIds"]]
                     for one in out]
            same(peers, [[network.get("prefix_list", "0.0.0.0/0")]] * len(ports), "where it goes")
        same(groups[0]["IpPermissions"], [], "what comes in to desktops")
        self.tagged({tag["Key"]: tag["Value"] for tag in groups[0]["Tags"]}, {}, "the group of desktops")
        return groups[0]["GroupId"]

    def capacity(self, name, fleet, asked):
        if isinstance(asked, int):
            return same(fleet["ComputeCapacityStatus"]["Desired"], asked, f"capacity of {name}")
        one = {"ServiceNamespace": "appstream", "ResourceIds": [f"fleet/{name}"]}
        target = self.scaling.describe_scalable_targets(**one)["ScalableTargets"][0]
        limits = [(asked["min"], asked["max"])] + [
            (s.get("min", asked["min"]), s.get("max", asked["max"])) for s in asked.get("schedule", {}).values()]
        same((target["MinCapacity"], target["MaxCapacity"]) in limits, True, f"limits of {name}")
        where = {"ServiceNamespace": "appstream", "ResourceId": f"fleet/{name}"}
        policies = self.scaling.describe_scaling_policies(**where)["ScalingPolicies"]
        tracking = [p["TargetTrackingScalingPolicyConfiguration"] for p in policies]
        same([t["TargetValue"] for t in tracking], [asked["target"]] if "target" in asked else [], f"targets of {name}")
        for t in tracking:
            cool = asked.get("cooldown", {})
            same((t.get("ScaleOutCooldown"), t.get("ScaleInCooldown"), t.get("DisableScaleIn", False)),
                 (seconds(cool["out"]) if "out" in cool else t.get("ScaleOutCooldown"),
                  seconds(cool["in"]) if "in" in cool else t.get("ScaleInCooldown"),
                  not asked.get("scale_in", True)), f"cooldown of {name}")
        actions = self.scaling.describe_scheduled_actions(**where)["ScheduledActions"]
        read = sorted((a["Schedule"], a.get("Timezone", "UTC"), a["ScalableTargetAction"].get("MinCapacity"),
                       a["ScalableTargetAction"].get("MaxCapacity")) for a in actions)
        same(read, sorted((s["at"], s.get("time_zone", "UTC"), s.get("min"), s.get("max"))
                          for s in asked.get("schedule", {}).values()), f"shifts of {name}")

    def stack(self, key, entry):
        name = self.stack_name(key)
        stack = self.app.describe_stacks(Names=[name])["Stacks"][0]
        same(self.outputs[f"stack_{key}"], name, f"output stack_{key}")
        if "existing" in entry:
            return
        fleets = [f for page in self.app.get_paginator("list_associated_fleets").paginate(StackName=name)
                  for f in page["Names"]]
        same(fleets, [self.entry_name("fleets", entry["fleet"])], f"fleets of {name}")
        settings = {s["Action"]: s["Permission"] == "ENABLED" for s in stack["UserSettings"]}
        clipboard, files = entry.get("clipboard", "none"), entry.get("files", "none")
        domain = entry.get("domain_sign_in", "password")
        same(settings, {
            "CLIPBOARD_COPY_FROM_LOCAL_DEVICE": clipboard in ("in", "both"),
            "CLIPBOARD_COPY_TO_LOCAL_DEVICE": clipboard in ("out", "both"),
            "FILE_UPLOAD": files in ("in", "both"), "FILE_DOWNLOAD": files in ("out", "both"),
            "PRINTING_TO_LOCAL_DEVICE": entry.get("printing", "none") == "local",
            "AUTO_TIME_ZONE_REDIRECTION": entry.get("time_zone", False),
            "SMART_CARD_REDIRECTION": entry.get("smart_card", False),
            "DOMAIN_PASSWORD_SIGNIN": domain in ("password", "both"),
            "DOMAIN_SMART_CARD_SIGNIN": domain in ("smart-card", "both")}, f"settings of {name}")
        same((stack.get("RedirectURL"), stack.get("FeedbackURL"), stack.get("EmbedHostDomains", []), stack.get("DisplayName")),
             (entry.get("redirect_url"), entry.get("feedback_url"), entry.get("embed_domains", []), entry.get("display_name")),
             f"stack {name}")
        same({c["ConnectorType"] for c in stack.get("StorageConnectors", [])},
             {{"home_folders": "HOMEFOLDERS", "google_drive": "GOOGLE_DRIVE", "one_drive": "ONE_DRIVE"}[connector]
              for connector, wanted in entry.get("storage", {}).items() if wanted and connector != "keep_sign_in"}, f"storage of {name}")
        same([one["VpceId"] for one in stack.get("AccessEndpoints", [])], self.endpoints(entry), f"endpoints of {name}")
        redirection = entry.get("url_redirection")
        redirected = stack.get("ContentRedirection", {}).get("HostToClient", {})
        same((redirected.get("Enabled", False), redirected.get("AllowedUrls", []), redirected.get("DeniedUrls", [])),
             (redirection is not None, (redirection or {}).get("allowed", []), (redirection or {}).get("denied", [])),
             f"addresses redirected from {name}")
        storage = entry.get("storage", {})
        drives = "google_drive" in storage or "one_drive" in storage
        kept = "REUSE_CREDENTIALS" if storage.get("keep_sign_in") else "FORCE_REAUTHENTICATION"
        same(stack.get("StorageConnectorAuthentication"), kept if drives else None, f"sign-in to storage of {name}")
        agents, config = entry.get("ai_agents"), stack.get("AgentAccessConfig")
        same(config and {s["AgentAction"] for s in config["Settings"] if s["Permission"] == "ENABLED"},
             agents and {{"sight": "COMPUTER_VISION", "input": "COMPUTER_INPUT", "tools": "FORWARD_MCP_TOOLS"}[action]
                         for action in ("sight", "input", "tools") if agents.get(action)}, f"AI agents of {name}")
        read = {one["Name"]: one for one in self.app.describe_entitlements(StackName=name)["Entitlements"]}
        same(set(read), set(entry.get("entitlements", {})), f"entitlements of {name}")
        for own, wanted in entry.get("entitlements", {}).items():
            attributes = {(TAGS.get(key, key), value) for key, values in wanted["attributes"].items()
                          for value in (values if isinstance(values, list) else [values])}
            applications = self.app.list_entitled_applications(StackName=name, EntitlementName=own)["EntitledApplications"]
            same(({(a["Name"], a["Value"]) for a in read[own]["Attributes"]}, read[own].get("Description"),
                  "all" if read[own]["AppVisibility"] == "ALL" else sorted(a["ApplicationIdentifier"] for a in applications)),
                 (attributes, wanted.get("description"),
                  "all" if wanted["applications"] == "all" else sorted(wanted["applications"])), f"entitlement {own} of {name}")
        same(stack["ApplicationSettings"]["Enabled"], bool(entry.get("app_settings")), f"application settings of {name}")
        self.tagged(self.desktop_tags(stack["Arn"]), entry, name)

    def bucket_of_states(self):
        """The bucket in which the blueprint keeps states: closed, versioned, with one rule of what S3 deletes."""
        section = self.text["bootstrap"]["state"]
        name = section.get("bucket", f"{self.name}-state-{ACCOUNT}-{self.region}")
        same(self.outputs["state"], f"s3://{name}/{section.get('prefix', 'headset')}?region={self.region}", "the output state")
        same(self.s3.get_bucket_versioning(Bucket=name)["Status"], "Enabled", "versioning of the bucket")
        rules = self.s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"]
        days = seconds(section.get("previous_versions", "90d")) // SECONDS["d"]
        same([rule["NoncurrentVersionExpiration"]["NoncurrentDays"] for rule in rules], [days], "earlier versions")
        same(["Days" in rule.get("Expiration", {}) for rule in rules], [False], "what else S3 deletes")
        same(set(self.s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"].values()), {True},
             "public access")
        policy = json.loads(self.s3.get_bucket_policy(Bucket=name)["Policy"])["Statement"]
        same([(one["Effect"], one["Condition"]["Bool"]["aws:SecureTransport"]) for one in policy], [("Deny", "false")],
             "the bucket's policy")
        encrypted = self.s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"][0]
        same(encrypted["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"], "AES256", "encryption")
        tags = {tag["Key"]: tag["Value"] for tag in self.s3.get_bucket_tagging(Bucket=name)["TagSet"]}
        self.tagged(tags, section, "the bucket of states")

    def account(self):
        section = self.text["bootstrap"]
        if "state" in section:
            self.bucket_of_states()
        if section.get("boundary", True):
            arn = f"arn:aws:iam::{ACCOUNT}:policy/headset-boundary"
            same(self.outputs["permissions_boundary"], arn, "the output permissions_boundary")
            boundary = self.iam.get_policy(PolicyArn=arn)["Policy"]
            self.tagged({tag["Key"]: tag["Value"] for tag in boundary["Tags"]}, {}, "the boundary")
        for key, role in section.get("ci", {}).get("roles", {}).items():
            self.pipeline(key, role)

    def pipeline(self, key, entry):
        """A role for pipelines: who may take it, and that it carries policies of the account's own alone."""
        name = entry.get("name", f"{self.name}-ci-{key}")
        role = self.iam.get_role(RoleName=name)["Role"]
        same(self.outputs[f"ci_role_{key}"], role["Arn"], f"the output ci_role_{key}")
        same(role["MaxSessionDuration"], seconds(entry.get("session", "1h")), f"session of {name}")
        host = "token.actions.githubusercontent.com"
        subjects = set()
        for statement in role["AssumeRolePolicyDocument"]["Statement"]:
            same(statement["Principal"], {"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/{host}"}, f"who vouches for {name}")
            same(listed(statement["Condition"]["StringEquals"][f"{host}:aud"]), ["sts.amazonaws.com"], f"audience of {name}")
            for operator in statement["Condition"].values():
                subjects |= set(listed(operator.get(f"{host}:sub", [])))
        same(subjects, set(entry["subjects"]), f"subjects of {name}")
        carried = [one["PolicyArn"] for one in self.iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]]
        same({arn.split(":")[4] for arn in carried}, {ACCOUNT}, f"policies of {name}")
        same(self.iam.list_role_policies(RoleName=name)["PolicyNames"], [], f"inline policies of {name}")

    def everything(self, status):
        if "bootstrap" in self.text:
            self.account()
        if "connect" in self.text:
            self.center()
        if "ccp" in self.text:
            self.pages()
        if "sign_in" in self.text:
            self.sign_in()
        if "appstream" in self.text:
            self.desktops()
        environment = status["environments"][0]
        same((environment["environment"], environment["account"], environment["outputs"]),
             (self.name, ACCOUNT, self.outputs), "status")

    def bend(self):
        """Changes one thing that the blueprint says."""
        users = list(self.text.get("connect", {}).get("users", {}))
        if users:
            instance = self.instance()["Id"]
            user = next(u["Id"] for u in self.connect.list_users(InstanceId=instance)["UserSummaryList"]
                        if u["Username"] == users[0])
            self.connect.update_user_identity_info(InstanceId=instance, UserId=user,
                                                   IdentityInfo={"FirstName": "Bent", "LastName": "Out"})
            return
        if "bootstrap" in self.text:
            bucket = self.text["bootstrap"]["state"].get("bucket", f"{self.name}-state-{ACCOUNT}-{self.region}")
            self.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
            return
        bucket = self.text["ccp"].get("bucket", f"{self.name}-ccp-{ACCOUNT}-{self.region}")
        self.s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": []})


def listed(value):
    return value if isinstance(value, list) else [value]


def read(path):
    with open(path) as text:
        return json.load(text)


def main():
    if sys.argv[3] == "--bend":
        return Reader(sys.argv[2], {}).bend()
    reader = Reader(sys.argv[2], read(sys.argv[3])["outputs"])
    reader.everything(read(sys.argv[4]))
    print(f"{checks.PASSED} checks")


if __name__ == "__main__":
    main()
