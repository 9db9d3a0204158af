terraform {
  required_providers {
    imageguard = {
      source = "imageguard/imageguard"
    }
  }
}

variable "image_id" {
  description = "The image to start from; must be golden."
  type        = string
}

# Whatever the callers of this module pass, nothing starts from an image that is not golden.
data "imageguard_alicloud_image_check" "this" {
  image_ids = [var.image_id]
}

# In your module: resource "alicloud_instance" "this", with this very line for image_id.
resource "terraform_data" "this" {
  input = {
    image_id = data.imageguard_alicloud_image_check.this.checked[var.image_id]
  }
}

output "machine" {
  value = terraform_data.this.output
}
