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

resource "imageguard_aws_image_approval" "web" {
  image_id   = "ami-0abcdef1234567890"
  tags       = { status = "approved", role = "web" }
  expires_at = "2099-01-01T00:00:00Z"
}

output "approval" {
  value = imageguard_aws_image_approval.web.status
}
