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

# The newest approved web image that is not older than half a year and has been out for a day.
data "imageguard_alicloud_image" "web" {
  tags         = { role = ["web", "web-*"] }
  architecture = "x86_64"
  max_age      = "180d"
  min_age      = "24h"
}

output "image_id" {
  value = data.imageguard_alicloud_image.web.id
}
