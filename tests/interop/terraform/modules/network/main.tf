# Security groups for desktops and for the endpoint of their streams, in a network that is there.

data "aws_subnet" "desktops" {
  id = "subnet-0a1b2c3d4e5f60718"
}

data "aws_vpc" "team" {
  id = data.aws_subnet.desktops.vpc_id
}

data "aws_route_tables" "team" {
  vpc_id = data.aws_vpc.team.id
}

resource "aws_security_group" "desktops" {
  name        = "tf-desktops"
  description = "Desktops"
  vpc_id      = data.aws_vpc.team.id
  tags        = local.team

  egress {
    description = "web"
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = var.changed ? ["192.0.2.0/24", "198.51.100.0/24"] : ["0.0.0.0/0"]
  }

  egress {
    protocol         = "udp"
    from_port        = 8433
    to_port          = 8433
    prefix_list_ids  = ["pl-0a1b2c3d4e5f60718"]
    ipv6_cidr_blocks = var.changed ? [] : ["::/0"]
  }

  dynamic "ingress" {
    for_each = var.changed ? [] : ["ssh"]
    content {
      protocol  = "tcp"
      from_port = 22
      to_port   = 22
      self      = true
    }
  }
}

resource "aws_security_group" "endpoint" {
  name        = "tf-endpoint"
  description = "The endpoint of streams"
  vpc_id      = data.aws_vpc.team.id
}

resource "aws_vpc_security_group_ingress_rule" "streams" {
  security_group_id            = aws_security_group.endpoint.id
  referenced_security_group_id = aws_security_group.desktops.id
  description                  = var.changed ? "streams" : "web"
  ip_protocol                  = "tcp"
  from_port                    = var.changed ? 1400 : 443
  to_port                      = var.changed ? 1499 : 443
  tags                         = local.team
}

resource "aws_vpc_security_group_egress_rule" "everything" {
  security_group_id = aws_security_group.endpoint.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "-1"
}

output "checks" {
  value = {
    arn    = aws_security_group.desktops.arn == "arn:aws:ec2:eu-west-2:123456789012:security-group/${aws_security_group.desktops.id}"
    dns    = data.aws_vpc.team.enable_dns_support && data.aws_vpc.team.enable_dns_hostnames
    room   = data.aws_subnet.desktops.available_ip_address_count > 4000
    routes = length(data.aws_route_tables.team.ids) == 2
    zone   = data.aws_subnet.desktops.availability_zone == "eu-west-2a"
  }
}
