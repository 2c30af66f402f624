"""EC2 as far as networks go, by boto3: what is there, security groups and their rules, tags, endpoints."""
import json

from checks import ACCOUNT, REGION, client, fails, same, skip, until

VPC = "vpc-0a1b2c3d4e5f60718"
SUBNETS = ["subnet-0a1b2c3d4e5f60718", "subnet-0f9e8d7c6b5a43210"]
PROXIES = "pl-0a1b2c3d4e5f60718"


def tcp(port, **peer):
    return {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, **peer}


def anywhere():
    return {"IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "anywhere"}]}


def found(ec2):
    def by_vpc(name="vpc-id"):
        return [{"Name": name, "Values": [VPC]}]
    vpc = ec2.describe_vpcs(VpcIds=[VPC])["Vpcs"][0]
    same((vpc["CidrBlock"], vpc["IsDefault"], vpc["OwnerId"]), ("10.20.0.0/16", False, ACCOUNT), "VPC")
    pages = ec2.get_paginator("describe_subnets").paginate(Filters=by_vpc(), PaginationConfig={"PageSize": 5})
    subnets = {s["SubnetId"]: s for page in pages for s in page["Subnets"]}
    same({subnets[s]["AvailabilityZone"] for s in SUBNETS}, {f"{REGION}a", f"{REGION}b"}, "zones")
    same(all(subnets[s]["AvailableIpAddressCount"] > 4000 for s in SUBNETS), True, "free addresses")
    tables = ec2.describe_route_tables(Filters=by_vpc())["RouteTables"]
    main = next(t for t in tables if any(a["Main"] for a in t["Associations"]))
    nat = next(r["NatGatewayId"] for r in main["Routes"] if r["DestinationCidrBlock"] == "0.0.0.0/0")
    gateway = ec2.describe_nat_gateways(NatGatewayIds=[nat])["NatGateways"][0]
    same((gateway["State"], gateway["CreateTime"].year), ("available", 2026), "NAT gateway")
    same(ec2.describe_internet_gateways(Filters=by_vpc("attachment.vpc-id"))["InternetGateways"][0]["Attachments"],
         [{"State": "available", "VpcId": VPC}], "internet gateway")
    for attribute, member in (("enableDnsSupport", "EnableDnsSupport"), ("enableDnsHostnames", "EnableDnsHostnames")):
        same(ec2.describe_vpc_attribute(VpcId=VPC, Attribute=attribute)[member], {"Value": True}, attribute)
    lists = ec2.describe_managed_prefix_lists(PrefixListIds=[PROXIES])["PrefixLists"]
    same([(one["PrefixListName"], one["MaxEntries"]) for one in lists], [("proxies", 5)], "prefix list")
    same([one["PrefixListName"] for one in ec2.describe_prefix_lists()["PrefixLists"]],
         [f"com.amazonaws.{REGION}.s3"], "AWS's prefix lists")
    same(len(ec2.describe_availability_zones()["AvailabilityZones"]), 3, "zones of the region")
    fails("InvalidVpcID.NotFound", ec2.describe_vpcs, VpcIds=["vpc-00000000"])
    fails("InvalidParameterValue", ec2.describe_subnets, Filters=[{"Name": "colour", "Values": ["red"]}])


def groups():
    ec2 = client("ec2")
    found(ec2)
    wanted = dict(GroupName="boto-desktops", Description="desktops", VpcId=VPC)
    fails("DryRunOperation", ec2.create_security_group, DryRun=True, **wanted)
    group = ec2.create_security_group(**wanted, TagSpecifications=[
        {"ResourceType": "security-group", "Tags": [{"Key": "team", "Value": "a"}]}])
    one = group["GroupId"]
    same(group["SecurityGroupArn"], f"arn:aws:ec2:{REGION}:{ACCOUNT}:security-group/{one}", "ARN")
    fails("InvalidGroup.Duplicate", ec2.create_security_group, **wanted)
    fails("MissingParameter|InvalidParameterValue", ec2.create_security_group, **dict(wanted, GroupName=""))

    def read():
        return ec2.describe_security_groups(GroupIds=[one])["SecurityGroups"][0]

    def rules():
        pages = ec2.get_paginator("describe_security_group_rules").paginate(
            Filters=[{"Name": "group-id", "Values": [one]}])
        return {r["SecurityGroupRuleId"]: r for page in pages for r in page["SecurityGroupRules"]}
    until(lambda: read()["GroupName"], "boto-desktops", "security group")
    same(read()["IpPermissionsEgress"], [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}], "Ipv6Ranges": [],
                                          "PrefixListIds": [], "UserIdGroupPairs": []}], "what it is born with")
    born = list(rules())
    ec2.revoke_security_group_egress(GroupId=one, SecurityGroupRuleIds=born)
    same(read()["IpPermissionsEgress"], [], "nothing leaves")
    made = ec2.authorize_security_group_egress(GroupId=one, IpPermissions=[
        tcp(443, **anywhere()), tcp(80, PrefixListIds=[{"PrefixListId": PROXIES}]),
        {"IpProtocol": "udp", "FromPort": 8433, "ToPort": 8433, "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}])
    same(len(made["SecurityGroupRules"]), 3, "rules")
    fails("InvalidPermission.Duplicate", ec2.authorize_security_group_egress, GroupId=one,
          IpPermissions=[tcp(443, **anywhere())])
    ec2.authorize_security_group_ingress(GroupId=one, CidrIp="192.0.2.7/24", IpProtocol="tcp", FromPort=22, ToPort=22)
    same(read()["IpPermissions"][0]["IpRanges"], [{"CidrIp": "192.0.2.0/24"}], "an inbound rule, canonical")
    https = next(key for key, rule in rules().items() if rule["FromPort"] == 443)
    ec2.modify_security_group_rules(GroupId=one, SecurityGroupRules=[{"SecurityGroupRuleId": https, "SecurityGroupRule": {
        "IpProtocol": "tcp", "FromPort": 8443, "ToPort": 8443, "CidrIpv4": "198.51.100.0/24"}}])
    same((rules()[https]["FromPort"], rules()[https]["CidrIpv4"]), (8443, "198.51.100.0/24"), "a changed rule")
    gone = ec2.revoke_security_group_ingress(GroupId=one, IpPermissions=[tcp(22, IpRanges=[{"CidrIp": "192.0.2.0/24"}])])
    same(gone["Return"], True, "revoked")
    fails("InvalidPermission.NotFound", ec2.revoke_security_group_ingress, GroupId=one,
          IpPermissions=[tcp(22, IpRanges=[{"CidrIp": "192.0.2.0/24"}])])

    ec2.create_tags(Resources=[one, https], Tags=[{"Key": "team", "Value": "b"}, {"Key": "stage", "Value": "test"}])
    ec2.delete_tags(Resources=[one], Tags=[{"Key": "stage"}])
    same(read()["Tags"], [{"Key": "team", "Value": "b"}], "tags")
    same(rules()[https]["Tags"][0], {"Key": "stage", "Value": "test"}, "tags of a rule")
    tags = ec2.describe_tags(Filters=[{"Name": "resource-id", "Values": [one]}])["Tags"]
    same([(t["ResourceType"], t["Key"]) for t in tags], [("security-group", "team")], "described tags")
    same([g["GroupId"] for g in ec2.describe_security_groups(Filters=[{"Name": "tag:team", "Values": ["b"]}])[
        "SecurityGroups"]], [one], "found by a tag")
    held(ec2, one)
    ec2.delete_security_group(GroupId=one)
    fails("InvalidGroup.NotFound", ec2.describe_security_groups, GroupIds=[one])


def held(ec2, one):
    """A machine holds its group for some time after it is gone."""
    app = client("appstream")
    app.create_image_builder(Name="boto-held", InstanceType="stream.standard.medium",
                             ImageName="AppStream-WinServer2022-05-12-2026",
                             VpcConfig={"SubnetIds": SUBNETS[:1], "SecurityGroupIds": [one]})
    fails("DependencyViolation", ec2.delete_security_group, GroupId=one)
    same([i["SubnetId"] for i in ec2.describe_network_interfaces(Filters=[{"Name": "group-id", "Values": [one]}])[
        "NetworkInterfaces"]], SUBNETS[:1], "network interface")

    def builder():
        try:
            found = app.describe_image_builders(Names=["boto-held"])["ImageBuilders"]
        except app.exceptions.ResourceNotFoundException:
            return None
        return found[0]["State"] if found else None
    until(builder, "RUNNING", "builder")
    app.stop_image_builder(Name="boto-held")
    until(builder, "STOPPED", "builder")
    app.delete_image_builder(Name="boto-held")
    until(builder, None, "builder")
    skip(5)


def endpoints():
    ec2 = client("ec2")
    service = f"com.amazonaws.{REGION}.appstream.streaming"
    wanted = dict(VpcId=VPC, ServiceName=service, VpcEndpointType="Interface", SubnetIds=SUBNETS)
    fails("InvalidServiceName", ec2.create_vpc_endpoint, **dict(wanted, ServiceName=service + "s"))
    zones = {s["SubnetId"]: s["AvailabilityZone"] for s in ec2.describe_subnets(
        Filters=[{"Name": "vpc-id", "Values": [VPC]}])["Subnets"]}
    twice = [one for one, zone in zones.items() if zone == zones[SUBNETS[0]]][:2]
    fails("DuplicateSubnetsInSameZone", ec2.create_vpc_endpoint, **dict(wanted, SubnetIds=twice))
    one = ec2.create_vpc_endpoint(**wanted, TagSpecifications=[
        {"ResourceType": "vpc-endpoint", "Tags": [{"Key": "a", "Value": "b"}]}])["VpcEndpoint"]
    same((one["State"], one["PrivateDnsEnabled"]), ("pending", True), "a new endpoint")
    same(one["DnsEntries"][0]["DnsName"].startswith(one["VpcEndpointId"]), True, "its name")
    fails("InvalidParameter", ec2.create_vpc_endpoint, **wanted)

    def read():
        pages = ec2.get_paginator("describe_vpc_endpoints").paginate(
            Filters=[{"Name": "vpc-endpoint-id", "Values": [one["VpcEndpointId"]]}])
        return next((e for page in pages for e in page["VpcEndpoints"]), None)
    until(lambda: read()["State"], "available", "endpoint")
    ec2.modify_vpc_endpoint(VpcEndpointId=one["VpcEndpointId"], RemoveSubnetIds=SUBNETS[1:], PrivateDnsEnabled=False)
    same((read()["SubnetIds"], read()["PrivateDnsEnabled"]), (SUBNETS[:1], False), "a changed endpoint")
    same(read()["Tags"], [{"Key": "a", "Value": "b"}], "tags of an endpoint")
    group = ec2.create_security_group(GroupName="boto-endpoint", Description="Endpoint", VpcId=VPC)["GroupId"]
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[
        {"IpProtocol": "tcp", "FromPort": 1400, "ToPort": 1499, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}])
    policy = json.dumps({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]})
    ec2.modify_vpc_endpoint(VpcEndpointId=one["VpcEndpointId"], AddSecurityGroupIds=[group], PolicyDocument=policy,
                            RemoveSecurityGroupIds=[g["GroupId"] for g in read()["Groups"]])
    same(([g["GroupId"] for g in read()["Groups"]], json.loads(read()["PolicyDocument"])), ([group], json.loads(policy)),
         "groups and policy of an endpoint")
    fails("DependencyViolation", ec2.delete_security_group, GroupId=group)
    again = dict(wanted, ServiceName=service.replace("streaming", "api"), ClientToken="boto-once")
    ids = {ec2.create_vpc_endpoint(**again)["VpcEndpoint"]["VpcEndpointId"] for _ in range(2)}
    same(len(ids), 1, "endpoints of one token")
    fails("IdempotentParameterMismatch", ec2.create_vpc_endpoint, **dict(again, ServiceName=service))
    same(ec2.delete_vpc_endpoints(VpcEndpointIds=list(ids))["Unsuccessful"], [], "endpoints not deleted")
    told = ec2.delete_vpc_endpoints(VpcEndpointIds=[one["VpcEndpointId"], "vpce-00000000"])["Unsuccessful"]
    same([u["Error"]["Code"] for u in told], ["InvalidVpcEndpoint.NotFound"], "what is not there")
    until(read, None, "endpoint gone")
    ec2.delete_security_group(GroupId=group)
