terraform {
  required_providers {
    imageguard = { source = "imageguard/imageguard" }
  }
}

provider "imageguard" {
  golden_tags = { status = ["approved"] }    # what "golden" means, on both clouds
  alicloud    = { region = "cn-hangzhou" }
  aws         = { region = "eu-central-1" }
}

data "imageguard_alicloud_image" "web" {
  name_pattern = "web-server-*"
  architecture = "x86_64"
  min_age      = "24h"                       # let others find the problems of a new one
}

data "imageguard_aws_image" "web" {
  name_pattern = "web-server-*"
  architecture = "x86_64"
  min_age      = "24h"
}

output "alicloud_image" {
  value = data.imageguard_alicloud_image.web.id
}

output "aws_image" {
  value = data.imageguard_aws_image.web.id
}
