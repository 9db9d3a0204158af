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

# The newest approved web image that is not older than half a year and has been out for a day.
data "imageguard_aws_image" "web" {
  tags         = { role = ["web", "web-*"] }
  architecture = "x86_64"
  max_age      = "180d"
  min_age      = "24h"
}

output "ami" {
  value = data.imageguard_aws_image.web.id
}
