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

resource "imageguard_alicloud_guardrail" "golden" {
  level = "control_policy"
  name  = "golden-images"

  rules = {
    launch = {
      exempt_principals = ["acs:ram::1000000000000002:role/image-factory"]
    }
    protect_tags = {
      exempt_principals = ["acs:ram::1000000000000002:role/image-approver"]
    }
  }
}

# A folder first, then everybody: take the root folder in when nothing breaks any more.
resource "imageguard_alicloud_guardrail_attachment" "golden" {
  for_each = toset(["fd-dev", "r-Wm4iUl"])

  guardrail_id = imageguard_alicloud_guardrail.golden.id
  target_id    = each.key
}
