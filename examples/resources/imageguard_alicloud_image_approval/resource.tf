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

resource "imageguard_alicloud_image_approval" "web" {
  image_id   = "m-bp1g7004ksh0oeuc0001"
  tags       = { status = "approved", role = "web" }
  expires_at = "2099-01-01T00:00:00Z"
}

output "approval" {
  value = imageguard_alicloud_image_approval.web.status
}
