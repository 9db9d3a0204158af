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
  description = "The image to start from; whoever calls this has chosen it."
  type        = string
}

data "imageguard_alicloud_image_check" "chosen" {
  image_ids = [var.image_id]
}

# Stands in for an alicloud_instance here, so that this example needs no other provider.
resource "terraform_data" "machine" {
  input = {
    image_id = data.imageguard_alicloud_image_check.chosen.checked[var.image_id] # not var.image_id: the machine waits for the check
  }
}
