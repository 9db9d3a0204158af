terraform {
  required_providers {
    imageguard = {
      source = "imageguard/imageguard"
    }
  }
}

provider "imageguard" {
  golden_tags = { status = ["approved"] }
}

# For the users, groups and roles of one account that it is attached to.
resource "imageguard_alicloud_guardrail" "golden" {
  level = "ram_policy"
  name  = "golden-images"

  rules = {
    launch = {
      tags              = { status = ["approved"], tier = ["web", "batch-*"] }
      owner_ids         = ["1000000000000001", "1000000000000002"]
      exempt_principals = ["acs:ram::1000000000000001:role/image-factory"]
    }
    tag_on_create = {
      tags = { owner = ["?*"] }
    }
  }

  # Another policy keeps people from setting the tags.
  accepted = ["no_tag_lock"]

  lifecycle {
    create_before_destroy = true
  }
}
