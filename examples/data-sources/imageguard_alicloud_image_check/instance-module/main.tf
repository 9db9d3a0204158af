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

variable "image_id" {
  type = string
}

# Stands in for what builds or copies the image in the same run: its id is known only after apply.
resource "terraform_data" "build" {
  input = var.image_id
}

module "web" {
  source   = "./instance"
  image_id = terraform_data.build.output
}

output "machine" {
  value = module.web.machine
}
