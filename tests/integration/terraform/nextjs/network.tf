locals {
  public   = { "us-east-1a" = "10.0.0.0/24", "us-east-1b" = "10.0.16.0/24" }
  private  = { "us-east-1a" = "10.0.1.0/24", "us-east-1b" = "10.0.17.0/24" }
  isolated = { "us-east-1a" = "10.0.2.0/28", "us-east-1b" = "10.0.18.0/28" }
  subnets = merge(
    { for zone, cidr in local.public : "public-${zone}" => { zone = zone, cidr = cidr, tier = "public" } },
    { for zone, cidr in local.private : "private-${zone}" => { zone = zone, cidr = cidr, tier = "private" } },
    { for zone, cidr in local.isolated : "isolated-${zone}" => { zone = zone, cidr = cidr, tier = "isolated" } },
  )
  # Who may talk to whom, by port; a group is a component's, or the internet.
  flows = {
    internet-public-80  = { from = "internet", to = "public", port = 80 }
    internet-public-443 = { from = "internet", to = "public", port = 443 }
    public-web-3000     = { from = "public", to = "web", port = 3000 }
    web-postgres-5432   = { from = "web", to = "postgres", port = 5432 }
    web-redis-6379      = { from = "web", to = "redis", port = 6379 }
    web-internet-443    = { from = "web", to = "internet", port = 443 }
  }
  private_subnets  = [for zone in local.zones : aws_subnet.this["private-${zone}"].id]
  isolated_subnets = [for zone in local.zones : aws_subnet.this["isolated-${zone}"].id]
}

resource "aws_vpc" "main" {
  cidr_block           = "10.0.0.0/16"
  enable_dns_support   = true
  enable_dns_hostnames = true
  tags                 = { Name = "${local.name}-main" }
}

resource "aws_default_security_group" "main" {
  vpc_id = aws_vpc.main.id
}

resource "aws_subnet" "this" {
  for_each                = local.subnets
  vpc_id                  = aws_vpc.main.id
  availability_zone       = each.value.zone
  cidr_block              = each.value.cidr
  map_public_ip_on_launch = each.value.tier == "public"
  tags                    = { Name = "${local.name}-main-${each.key}" }
}

resource "aws_internet_gateway" "main" {
  vpc_id = aws_vpc.main.id
  tags   = { Name = "${local.name}-main" }
}

resource "aws_eip" "nat" {
  for_each = local.zones
  domain   = "vpc"
  tags     = { Name = "${local.name}-main-nat-${each.key}" }
}

resource "aws_nat_gateway" "this" {
  for_each      = local.zones
  allocation_id = aws_eip.nat[each.key].id
  subnet_id     = aws_subnet.this["public-${each.key}"].id
  tags          = { Name = "${local.name}-main-${each.key}" }
  depends_on    = [aws_internet_gateway.main]
}

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.main.id
  tags   = { Name = "${local.name}-main-public" }

  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.main.id
  }
}

resource "aws_route_table" "private" {
  for_each = local.zones
  vpc_id   = aws_vpc.main.id
  tags     = { Name = "${local.name}-main-private-${each.key}" }
}

resource "aws_route" "private" {
  for_each               = local.zones
  route_table_id         = aws_route_table.private[each.key].id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.this[each.key].id
}

resource "aws_route_table" "isolated" {
  vpc_id = aws_vpc.main.id
  tags   = { Name = "${local.name}-main-isolated" }
}

resource "aws_route_table_association" "this" {
  for_each  = local.subnets
  subnet_id = aws_subnet.this[each.key].id
  route_table_id = {
    public   = aws_route_table.public.id
    private  = aws_route_table.private[each.value.zone].id
    isolated = aws_route_table.isolated.id
  }[each.value.tier]
}

resource "aws_network_acl" "isolated" {
  vpc_id     = aws_vpc.main.id
  subnet_ids = local.isolated_subnets
  tags       = { Name = "${local.name}-main-isolated" }

  ingress {
    rule_no    = 100
    action     = "allow"
    protocol   = "-1"
    cidr_block = aws_vpc.main.cidr_block
    from_port  = 0
    to_port    = 0
  }

  egress {
    rule_no    = 100
    action     = "allow"
    protocol   = "tcp"
    cidr_block = aws_vpc.main.cidr_block
    from_port  = 1024
    to_port    = 65535
  }
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id          = aws_vpc.main.id
  service_name    = "com.amazonaws.${local.region}.s3"
  route_table_ids = concat([for table in aws_route_table.private : table.id], [aws_route_table.isolated.id])
  tags            = { Name = "${local.name}-main-s3" }
}

resource "aws_flow_log" "main" {
  vpc_id               = aws_vpc.main.id
  traffic_type         = "ALL"
  log_destination_type = "cloud-watch-logs"
  log_destination      = aws_cloudwatch_log_group.this["flow-logs"].arn
  iam_role_arn         = aws_iam_role.this["flow-logs"].arn
  tags                 = { Name = "${local.name}-main" }
}

resource "aws_security_group" "this" {
  for_each    = toset(["public", "web", "postgres", "redis"])
  name        = "${local.name}-${each.key}"
  description = "What may reach ${each.key}, and what it may reach"
  vpc_id      = aws_vpc.main.id
  tags        = { Name = "${local.name}-${each.key}" }
}

resource "aws_vpc_security_group_ingress_rule" "this" {
  for_each                     = { for key, flow in local.flows : key => flow if flow.to != "internet" }
  security_group_id            = aws_security_group.this[each.value.to].id
  description                  = "From ${each.value.from}"
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
  cidr_ipv4                    = each.value.from == "internet" ? "0.0.0.0/0" : null
  referenced_security_group_id = each.value.from == "internet" ? null : aws_security_group.this[each.value.from].id
  tags                         = { Name = "${local.name}-${each.key}" }
}

resource "aws_vpc_security_group_egress_rule" "this" {
  for_each                     = { for key, flow in local.flows : key => flow if flow.from != "internet" }
  security_group_id            = aws_security_group.this[each.value.from].id
  description                  = "To ${each.value.to}"
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
  cidr_ipv4                    = each.value.to == "internet" ? "0.0.0.0/0" : null
  referenced_security_group_id = each.value.to == "internet" ? null : aws_security_group.this[each.value.to].id
  tags                         = { Name = "${local.name}-${each.key}" }
}
