terraform {
  required_providers {
    imageguard = {
      source = "imageguard/imageguard"
    }
  }
}

provider "imageguard" {
  golden_tags = { status = ["approved"] }
  alicloud    = { region = "cn-hangzhou" }
}

# Only the owner of an image can tag it, so each account approves its own copies.
variable "images" {
  type = map(object({ approver = string, region = string }))
  default = {
    "m-bp1g7004ksh0oeuc0001" = { approver = "acs:ram::1000000000000001:role/approver", region = "cn-hangzhou" }
    "m-2ze7004ksh0oeuc00002" = { approver = "acs:ram::1000000000000001:role/approver", region = "cn-shanghai" }
    "m-bp1g7004ksh0oeuc0003" = { approver = "acs:ram::1000000000000002:role/approver", region = "cn-hangzhou" }
    "m-2ze7004ksh0oeuc00004" = { approver = "acs:ram::1000000000000002:role/approver", region = "cn-shanghai" }
  }
}

resource "imageguard_alicloud_image_approval" "everywhere" {
  for_each = var.images

  image_id        = each.key
  region          = each.value.region
  assume_role_arn = each.value.approver
}
