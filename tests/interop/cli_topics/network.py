"""EC2 as far as networks go, by the AWS CLI."""
from checks import same, until
from shell import aws, holds, refused

VPC = "vpc-0a1b2c3d4e5f60718"
SUBNETS = ("subnet-0a1b2c3d4e5f60718", "subnet-0f9e8d7c6b5a43210")


def groups():
    by_vpc = f"Name=vpc-id,Values={VPC}"
    private = aws("ec2 describe-subnets", filters=by_vpc, query="Subnets[?!MapPublicIpOnLaunch].SubnetId")
    # The team has further ones.
    same(sorted(set(private) & set(SUBNETS)), sorted(SUBNETS), "private subnets")
    same(aws("ec2 describe-vpc-attribute", vpc_id=VPC, attribute="enableDnsSupport", query="EnableDnsSupport.Value"),
         True, "DNS")
    made = aws("ec2 create-security-group", group_name="cli-desktops", description="desktops", vpc_id=VPC,
               tag_specifications="ResourceType=security-group,Tags=[{Key=team,Value=a}]")
    group = made["GroupId"]
    aws("ec2 wait security-group-exists", group_ids=(group,))
    refused("InvalidGroup.Duplicate", "ec2 create-security-group", group_name="cli-desktops", description="desktops",
            vpc_id=VPC)
    refused("DryRunOperation", "ec2 delete-security-group", group_id=group, dry_run=True)
    anywhere = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    same(aws("ec2 revoke-security-group-egress", group_id=group, ip_permissions=[anywhere], query="Return"), True, "revoked")
    rules = aws("ec2 authorize-security-group-egress", group_id=group, ip_permissions=[
        {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]},
        {"IpProtocol": "udp", "FromPort": 8433, "ToPort": 8433, "PrefixListIds": [{"PrefixListId": "pl-0a1b2c3d4e5f60718"}]}],
        query="SecurityGroupRules")
    same(sorted(rule["FromPort"] for rule in rules), [443, 8433], "rules")
    aws("ec2 authorize-security-group-ingress", group_id=group, protocol="tcp", port=22, cidr="192.0.2.0/24")
    refused("InvalidPermission.Duplicate", "ec2 authorize-security-group-ingress", group_id=group, protocol="tcp", port=22,
            cidr="192.0.2.0/24")
    aws("ec2 revoke-security-group-ingress", group_id=group, protocol="tcp", port=22, cidr="192.0.2.0/24")
    by_group = f"Name=group-id,Values={group}"
    listed = aws("ec2 describe-security-group-rules", filters=by_group, page_size=5, query="SecurityGroupRules[].IsEgress")
    same(listed, [True, True], "what is left")
    aws("ec2 create-tags", resources=(group,), tags="Key=team,Value=b")
    read = aws("ec2 describe-security-groups", group_ids=(group,), query="SecurityGroups[0]")
    holds(read, {"GroupName": "cli-desktops", "VpcId": VPC, "IpPermissions": [], "Tags": [{"Key": "team", "Value": "b"}]},
          "security group")
    aws("ec2 delete-security-group", group_id=group)
    refused("InvalidGroup.NotFound", "ec2 describe-security-groups", group_ids=(group,))


def endpoints():
    made = aws("ec2 create-vpc-endpoint", vpc_id=VPC, vpc_endpoint_type="Interface", subnet_ids=SUBNETS,
               service_name="com.amazonaws.eu-west-2.appstream.api", query="VpcEndpoint")
    one = made["VpcEndpointId"]
    by_id = f"Name=vpc-endpoint-id,Values={one}"
    until(lambda: aws("ec2 describe-vpc-endpoints", filters=by_id, query="VpcEndpoints[0].State"), "available", "endpoint")
    aws("ec2 modify-vpc-endpoint", vpc_endpoint_id=one, remove_subnet_ids=SUBNETS[1:])
    same(aws("ec2 describe-vpc-endpoints", vpc_endpoint_ids=(one,), query="VpcEndpoints[0].SubnetIds"), [SUBNETS[0]],
         "subnets of an endpoint")
    aws("ec2 delete-vpc-endpoints", vpc_endpoint_ids=(one,))
    until(lambda: aws("ec2 describe-vpc-endpoints", filters=by_id, query="VpcEndpoints"), [], "endpoint gone")
