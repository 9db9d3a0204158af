terraform {
  required_providers {
    imageguard = {
      source = "imageguard/imageguard"
    }
  }
}

# What golden means is said once, for both clouds.
provider "imageguard" {
  golden_tags = { status = ["approved"] }
  alicloud    = { region = "cn-hangzhou" }
  aws         = { region = "eu-central-1" }
}

# Who builds images, who approves them, and whose shared images start without tags.
locals {
  alicloud = {
    factory  = "acs:ram::1000000000000002:role/image-factory"
    approver = "acs:ram::1000000000000002:role/image-approver"
    owner    = "1000000000000002"
  }
  aws = {
    factory  = "arn:aws:iam::222233334444:role/image-factory"
    approver = "arn:aws:iam::222233334444:role/image-approver"
    owner    = "222233334444"
  }
}

resource "imageguard_alicloud_guardrail" "golden" {
  level = "control_policy"
  name  = "golden-images"

  rules = {
    launch = {
      accept_owner_ids  = [local.alicloud.owner]
      exempt_principals = [local.alicloud.factory]
    }
    protect_tags = { exempt_principals = [local.alicloud.approver] }
    export       = {}
    share        = { exempt_principals = [local.alicloud.factory] }
  }
}

resource "imageguard_aws_guardrail" "golden" {
  level = "scp"
  name  = "golden-images"

  rules = {
    launch = {
      accept_owner_ids  = [local.aws.owner]
      exempt_principals = [local.aws.factory]
    }
    protect_tags = { exempt_principals = [local.aws.approver] }
    export       = {}
    share        = { exempt_principals = [local.aws.factory] }
  }
}

# The same promise on both clouds, and what it rests on.
output "proof" {
  value = {
    alicloud = imageguard_alicloud_guardrail.golden.proof
    aws      = imageguard_aws_guardrail.golden.proof
  }
}

output "assumptions" {
  value = {
    alicloud = imageguard_alicloud_guardrail.golden.assumptions
    aws      = imageguard_aws_guardrail.golden.assumptions
  }
}

output "open_doors" {
  value = {
    alicloud = imageguard_alicloud_guardrail.golden.open_doors
    aws      = imageguard_aws_guardrail.golden.open_doors
  }
}
