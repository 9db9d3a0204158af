terraform {
  required_providers {
    imageguard = {
      source = "imageguard/imageguard"
    }
  }
}

provider "imageguard" {
  golden_tags = { status = ["approved"] }
  aws         = { region = "eu-central-1" }
}

# An image has another id in each region, and tags of its own in each account that uses it.
variable "images" {
  type = map(string)
  default = {
    "eu-central-1" = "ami-0abcdef1234567890"
    "us-west-2"    = "ami-0fedcba9876543210"
  }
}

variable "approvers" {
  type = set(string)
  default = [
    "arn:aws:iam::111122223333:role/approver",
    "arn:aws:iam::222233334444:role/approver",
  ]
}

locals {
  approvals = merge([
    for approver in var.approvers : {
      for region, image_id in var.images : "${approver} in ${region}" => {
        approver = approver, region = region, image_id = image_id
      }
    }
  ]...)
}

resource "imageguard_aws_image_approval" "everywhere" {
  for_each = local.approvals

  image_id        = each.value.image_id
  region          = each.value.region
  assume_role_arn = each.value.approver
}
