//! What a region has before anyone has done anything: AWS's default VPC, and the network that a platform team made.
//!
//! The ids of the team's network are those of Headset's examples, which AppStream takes as it takes any id of that form.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::clock::Moment;
use crate::world::ec2::{Allowed, Endpoint, Group, Peer, Place, Rule};

/// The id of the team's VPC, and what its other ids end in.
const TEAM: &str = "0a1b2c3d4e5f60718";
/// Its second private subnet.
const SECOND: &str = "0f9e8d7c6b5a43210";
/// Further private ones, each with the letter of its zone and its free addresses. In the last one a machine never starts.
const FURTHER: [(&str, &str, u64); 6] = [
    ("1a1b2c3d4e5f60718", "b", 2043),
    ("2a1b2c3d4e5f60718", "a", 2043),
    ("3a1b2c3d4e5f60718", "b", 2043),
    ("0a1b2c3d4e5f60719", "c", 2043),
    ("0f1e2d3c4b5a69788", "b", 2043),
    ("0a1b2c3d4e5f60bad", "a", 2043),
];

/// What is there.
pub(super) fn place(account: &str, region: &str) -> Place {
    let mut made = Network {
        place: Place::default(),
        account,
        region,
    };
    made.default_vpc();
    made.team();
    made.endpoint();
    made.prefix_lists();
    made.place
}

/// Makes subnets that are not there, in this VPC or the team's: one after the other in three zones.
pub(super) fn populate(
    place: &mut Place,
    (account, region): (&str, &str),
    vpc: Option<&str>,
    subnets: &[&str],
    is_public: bool,
) {
    let mut made = Network {
        place: std::mem::take(place),
        account,
        region,
    };
    let vpc = vpc.map_or_else(|| format!("vpc-{TEAM}"), str::to_owned);
    made.further(&vpc, subnets, is_public);
    *place = made.place;
}

/// The policy of an endpoint that is given none.
pub(super) const OPEN: &str =
    r#"{"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}]}"#;

/// The letters behind a region's name in those of its zones.
const ZONES: [&str; 3] = ["a", "b", "c"];

/// The rule that every group is born with.
pub(super) fn anywhere(id: String, peer: Peer) -> Rule {
    Rule {
        id,
        allows: Allowed {
            is_egress: true,
            protocol: "-1".to_owned(),
            from: -1,
            to: -1,
            peer,
        },
        description: None,
    }
}

/// A zone's id, which is not its name: AWS gives them out to accounts in different orders.
pub(super) fn zone_id(region: &str, zone: &str) -> String {
    let mut short = String::new();
    let mut parts = region.split('-');
    short.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let word = match part {
            "southeast" => "se",
            "southwest" => "sw",
            "northeast" => "ne",
            "northwest" => "nw",
            other => &other[..other.len().min(1)],
        };
        short.push_str(word);
    }
    let letter = zone.bytes().last().unwrap_or(b'a');
    format!("{short}-az{}", letter.saturating_sub(b'a') + 1)
}

struct Network<'a> {
    place: Place,
    account: &'a str,
    region: &'a str,
}

/// A subnet in the making.
struct Subnet<'a> {
    id: &'a str,
    vpc: &'a str,
    block: &'a str,
    zone: &'a str,
    free: u64,
    is_default: bool,
    is_public: bool,
}

/// How machines of a VPC get out.
#[derive(Clone, Copy)]
struct WaysOut<'a> {
    vpc: &'a str,
    block: &'a str,
    /// The public subnet, and the address of the NAT gateway in it.
    public: (&'a str, &'a str),
    /// The internet gateway.
    gateway: &'a str,
    /// The NAT gateway.
    nat: &'a str,
    /// The main route table, and that of the public subnet.
    tables: (&'a str, &'a str),
}

impl Network<'_> {
    /// An id that is the same for this account and region in every run.
    fn id(&self, prefix: &str, name: &str) -> String {
        let text = format!("{}/{}/{prefix}{name}", self.account, self.region);
        format!("{prefix}{}", &hex::encode(Sha256::digest(text))[..17])
    }

    fn put(&mut self, id: &str, shown: Value) {
        self.place.network.insert(id.to_owned(), shown);
    }

    fn vpc(&mut self, id: &str, block: &str, is_default: bool) {
        let association = self.id("vpc-cidr-assoc-", id);
        let shown = json!({
            "VpcId": id, "OwnerId": self.account, "State": "available", "CidrBlock": block, "IsDefault": is_default,
            "InstanceTenancy": "default", "DhcpOptionsId": self.id("dopt-", "default"),
            "CidrBlockAssociationSet": [{ "AssociationId": association, "CidrBlock": block,
                                          "CidrBlockState": { "State": "associated" } }],
        });
        self.put(id, shown);
        let attributes = json!({ "EnableDnsSupport": true, "EnableDnsHostnames": true });
        self.place.attributes.insert(id.to_owned(), attributes);
        let group = Group {
            name: "default".to_owned(),
            description: "default VPC security group".to_owned(),
            vpc: id.to_owned(),
            rules: Vec::new(),
        };
        let group_id = self.id("sg-", id);
        let inward = Rule {
            id: self.id("sgr-", &format!("{id} in")),
            allows: Allowed {
                is_egress: false,
                ..anywhere(String::new(), Peer::Group(group_id.clone())).allows
            },
            description: None,
        };
        let outward = anywhere(
            self.id("sgr-", &format!("{id} out")),
            Peer::Ipv4("0.0.0.0/0".to_owned()),
        );
        let rules = vec![inward, outward];
        self.place.groups.insert(group_id, Group { rules, ..group });
    }

    fn subnet(&mut self, subnet: &Subnet<'_>) {
        let zone = format!("{}{}", self.region, subnet.zone);
        let shown = json!({
            "SubnetId": subnet.id, "VpcId": subnet.vpc, "OwnerId": self.account, "State": "available",
            "SubnetArn": format!("arn:aws:ec2:{}:{}:subnet/{}", self.region, self.account, subnet.id),
            "CidrBlock": subnet.block, "AvailableIpAddressCount": subnet.free, "AvailabilityZone": zone,
            "AvailabilityZoneId": zone_id(self.region, &zone), "DefaultForAz": subnet.is_default,
            "MapPublicIpOnLaunch": subnet.is_public, "AssignIpv6AddressOnCreation": false, "Ipv6Native": false,
            "EnableDns64": false, "MapCustomerOwnedIpOnLaunch": false, "Ipv6CidrBlockAssociationSet": [],
            "PrivateDnsNameOptionsOnLaunch": { "HostnameType": "ip-name", "EnableResourceNameDnsARecord": false,
                                               "EnableResourceNameDnsAAAARecord": false },
        });
        self.put(subnet.id, shown);
    }

    fn internet_gateway(&mut self, id: &str, vpc: &str) {
        let shown = json!({
            "InternetGatewayId": id, "OwnerId": self.account,
            "Attachments": [{ "State": "available", "VpcId": vpc }],
        });
        self.put(id, shown);
    }

    /// A route table: the main one where no subnets are given.
    fn route_table(&mut self, id: &str, vpc: &str, block: &str, subnets: &[&str], way_out: Value) {
        let local = json!({ "DestinationCidrBlock": block, "GatewayId": "local", "Origin": "CreateRouteTable",
                            "State": "active" });
        let mut out =
            json!({ "DestinationCidrBlock": "0.0.0.0/0", "Origin": "CreateRoute", "State": "active" });
        for (member, value) in way_out.as_object().into_iter().flatten() {
            out[member] = value.clone();
        }
        let association = |this: &Self, subnet: Option<&str>| {
            let mut shown = json!({
                "Main": subnet.is_none(), "RouteTableId": id,
                "RouteTableAssociationId": this.id("rtbassoc-", &format!("{id} {subnet:?}")),
                "AssociationState": { "State": "associated" },
            });
            if let Some(subnet) = subnet {
                shown["SubnetId"] = subnet.into();
            }
            shown
        };
        let associations: Vec<Value> = match subnets {
            [] => vec![association(self, None)],
            some => some.iter().map(|one| association(self, Some(one))).collect(),
        };
        let shown = json!({
            "RouteTableId": id, "VpcId": vpc, "OwnerId": self.account, "PropagatingVgws": [], "Tags": [],
            "Associations": associations, "Routes": [local, out],
        });
        self.put(id, shown);
    }

    /// AWS's own: public subnets, and an internet gateway.
    fn default_vpc(&mut self) {
        let vpc = self.id("vpc-", "default");
        self.vpc(&vpc, "172.31.0.0/16", true);
        let gateway = self.id("igw-", "default");
        self.internet_gateway(&gateway, &vpc);
        for (index, zone) in ZONES.into_iter().enumerate() {
            let id = self.id("subnet-", &format!("default {zone}"));
            self.subnet(&Subnet {
                id: &id,
                vpc: &vpc,
                block: &format!("172.31.{}.0/20", index * 16),
                zone,
                free: 4091,
                is_default: true,
                is_public: true,
            });
        }
        let table = self.id("rtb-", "default");
        self.route_table(
            &table,
            &vpc,
            "172.31.0.0/16",
            &[],
            json!({ "GatewayId": gateway }),
        );
    }

    /// What a platform team made: two private subnets behind a NAT gateway, which is in a public one.
    fn team(&mut self) {
        let (vpc, block) = (format!("vpc-{TEAM}"), "10.20.0.0/16");
        self.vpc(&vpc, block, false);
        let gateway = format!("igw-{TEAM}");
        self.internet_gateway(&gateway, &vpc);
        let public = self.id("subnet-", "public");
        let private = [format!("subnet-{TEAM}"), format!("subnet-{SECOND}")];
        for (id, block, zone, free) in [
            (&private[0], "10.20.0.0/20", "a", 4085),
            (&private[1], "10.20.16.0/20", "b", 4085),
            (&public, "10.20.128.0/24", "a", 250),
        ] {
            self.subnet(&Subnet {
                id,
                vpc: &vpc,
                block,
                zone,
                free,
                is_default: false,
                is_public: *id == public,
            });
        }
        for (index, (digits, zone, free)) in FURTHER.into_iter().enumerate() {
            self.subnet(&Subnet {
                id: &format!("subnet-{digits}"),
                vpc: &vpc,
                block: &format!("10.20.{}.0/21", 32 + index * 8),
                zone,
                free,
                is_default: false,
                is_public: false,
            });
        }
        self.ways_out(&WaysOut {
            vpc: &vpc,
            block,
            public: (&public, "10.20.128.10"),
            gateway: &gateway,
            nat: &format!("nat-{TEAM}"),
            tables: (&format!("rtb-{TEAM}"), &self.id("rtb-", "public")),
        });
        let outward = anywhere(self.id("sgr-", "team"), Peer::Ipv4("0.0.0.0/0".to_owned()));
        let group = Group {
            name: "desktops".to_owned(),
            description: "Desktops, made by the platform team".to_owned(),
            vpc,
            rules: vec![outward],
        };
        self.place.groups.insert(format!("sg-{TEAM}"), group);
    }

    /// Ways out of a VPC: private subnets have a NAT gateway, which is in the public one.
    fn ways_out(&mut self, ways: &WaysOut<'_>) {
        let WaysOut {
            vpc,
            block,
            public: (public, address),
            gateway,
            nat,
            tables: (main, of_public),
        } = *ways;
        let address = json!({
            "AllocationId": self.id("eipalloc-", nat), "NetworkInterfaceId": self.id("eni-", nat),
            "AssociationId": self.id("eipassoc-", nat), "PrivateIp": address, "PublicIp": "192.0.2.10",
            "IsPrimary": true, "Status": "succeeded",
        });
        let shown = json!({
            "NatGatewayId": nat, "VpcId": vpc, "SubnetId": public, "State": "available",
            "ConnectivityType": "public", "CreateTime": 1_767_225_600, "NatGatewayAddresses": [address],
        });
        self.put(nat, shown);
        self.route_table(of_public, vpc, block, &[public], json!({ "GatewayId": gateway }));
        self.route_table(main, vpc, block, &[], json!({ "NatGatewayId": nat }));
    }

    /// The team's endpoint for streaming, which has none of the private names.
    fn endpoint(&mut self) {
        let id = format!("vpce-{TEAM}");
        let vpc = format!("vpc-{TEAM}");
        let interfaces = [self.id("eni-", "endpoint a"), self.id("eni-", "endpoint b")];
        let zone = self.id("", "zone of endpoint").to_uppercase();
        let name = format!(
            "{id}-0a1b2c3d.streaming.appstream.{}.vpce.amazonaws.com",
            self.region
        );
        let shown = json!({
            "VpcEndpointId": id, "VpcEndpointType": "Interface", "VpcId": vpc, "OwnerId": self.account,
            "ServiceName": format!("com.amazonaws.{}.appstream.streaming", self.region), "ServiceRegion": self.region,
            "RequesterManaged": false, "CreationTimestamp": 1_767_225_600, "PrivateDnsEnabled": false,
            "PolicyDocument": OPEN, "RouteTableIds": [], "IpAddressType": "ipv4",
            "SubnetIds": [format!("subnet-{TEAM}"), format!("subnet-{SECOND}")],
            "Groups": [{ "GroupId": self.id("sg-", &vpc), "GroupName": "default" }],
            "NetworkInterfaceIds": interfaces,
            "DnsEntries": [{ "DnsName": name, "HostedZoneId": format!("Z{}", &zone[..13]) }],
        });
        let endpoint = Endpoint {
            shown,
            available: Moment(0),
            gone: None,
            token: None,
        };
        self.place.endpoints.insert(id, endpoint);
    }

    /// Subnets that are not there, in a VPC that need not be there.
    fn further(&mut self, vpc: &str, subnets: &[&str], is_public: bool) {
        let block = "10.64.0.0/10";
        let gateway = self.id("igw-", vpc);
        if !self.place.network.contains_key(vpc) {
            self.vpc(vpc, block, false);
            self.internet_gateway(&gateway, vpc);
            let public = self.id("subnet-", vpc);
            self.subnet(&Subnet {
                id: &public,
                vpc,
                block: "10.127.252.0/22",
                zone: ZONES[0],
                free: 1018,
                is_default: false,
                is_public: true,
            });
            self.ways_out(&WaysOut {
                vpc,
                block,
                public: (&public, "10.127.252.10"),
                gateway: &gateway,
                nat: &self.id("nat-", vpc),
                tables: (&self.id("rtb-", vpc), &self.id("rtb-", &public)),
            });
        }
        let gateways = self.place.network.values();
        let own = gateways.filter(|shown| shown["Attachments"][0]["VpcId"] == *vpc);
        let gateway = own
            .filter_map(|shown| shown["InternetGatewayId"].as_str())
            .next()
            .map_or(gateway, str::to_owned);
        for (index, id) in subnets.iter().enumerate() {
            if self.place.network.contains_key(*id) {
                continue;
            }
            let number = self.place.network.len() % 4096;
            self.subnet(&Subnet {
                id,
                vpc,
                block: &format!("10.{}.{}.0/22", 64 + number / 64, number % 64 * 4),
                zone: ZONES[index % ZONES.len()],
                free: 1019,
                is_default: false,
                is_public,
            });
            if is_public {
                let table = self.id("rtb-", id);
                self.route_table(&table, vpc, block, &[id], json!({ "GatewayId": gateway }));
            }
        }
    }

    /// One of AWS's, and one of the team's.
    fn prefix_lists(&mut self) {
        let own = format!("pl-{TEAM}");
        let s3 = self.id("pl-", "s3");
        for (id, name, owner, most) in [
            (&own, "proxies".to_owned(), self.account, Some(5)),
            (&s3, format!("com.amazonaws.{}.s3", self.region), "AWS", None),
        ] {
            let account = if owner == "AWS" { "aws" } else { self.account };
            let mut shown = json!({
                "PrefixListId": id, "PrefixListName": name, "OwnerId": owner, "AddressFamily": "IPv4",
                "State": "create-complete",
                "PrefixListArn": format!("arn:aws:ec2:{}:{account}:prefix-list/{id}", self.region),
            });
            if let Some(most) = most {
                shown["MaxEntries"] = json!(most);
                shown["Version"] = json!(1);
            }
            self.put(id, shown);
        }
    }
}
