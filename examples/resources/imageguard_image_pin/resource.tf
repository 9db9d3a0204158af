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

# The newest approved web image: another one after each publication.
data "imageguard_aws_image" "web" {
  tags = { role = ["web"] }
}

# All approved web images: one that was revoked is missing.
data "imageguard_aws_images" "web" {
  tags = { role = ["web"] }
}

# The one that machines run on. It moves when an image has stood for a week, and when the pinned
# one is revoked.
resource "imageguard_image_pin" "web" {
  candidate  = data.imageguard_aws_image.web.id
  golden_ids = data.imageguard_aws_images.web.ids
  soak       = "7d"
}

# In your configuration: resource "aws_instance" "web", with this very line for ami.
resource "terraform_data" "web" {
  input = {
    ami = imageguard_image_pin.web.image_id
  }
}

output "update_available" {
  value = imageguard_image_pin.web.update_available
}
