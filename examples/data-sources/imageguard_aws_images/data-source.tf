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

# All approved web images, newest first: for dashboards, and for what must know every one of them.
data "imageguard_aws_images" "web" {
  tags = { role = ["web", "web-*"] }
}

output "image_ids" {
  value = data.imageguard_aws_images.web.ids
}

output "names" {
  value = { for image in data.imageguard_aws_images.web.images : image.id => image.name }
}
