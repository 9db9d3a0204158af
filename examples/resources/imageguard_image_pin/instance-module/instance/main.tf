terraform {
  required_providers {
    imageguard = {
      source = "imageguard/imageguard"
    }
  }
}

variable "role" {
  description = "What the machine does; images carry it as a tag."
  type        = string
}

variable "release" {
  description = "When it changes, the machine moves to the newest golden image."
  type        = string
}

data "imageguard_alicloud_image" "this" {
  tags = { role = [var.role] }
}

data "imageguard_alicloud_images" "this" {
  tags = { role = [var.role] }
}

resource "imageguard_image_pin" "this" {
  candidate  = data.imageguard_alicloud_image.this.id
  golden_ids = data.imageguard_alicloud_images.this.ids
  soak       = "14d"
  triggers   = { release = var.release }
}

# In your module: resource "alicloud_instance" "this", with this very line for image_id, and this
# very lifecycle block: a new image makes a new machine, instead of wiping the disk of the old one.
resource "terraform_data" "this" {
  input = {
    image_id = imageguard_image_pin.this.image_id
  }

  lifecycle {
    replace_triggered_by = [imageguard_image_pin.this.image_id]
  }
}

output "image_id" {
  value = imageguard_image_pin.this.image_id
}
