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

variable "release" {
  description = "Another release takes the newest image with it."
  type        = string
  default     = "2026-06"
}

module "web" {
  source  = "./instance"
  role    = "web"
  release = var.release
}

output "image_id" {
  value = module.web.image_id
}
