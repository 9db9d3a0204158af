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

variable "ami" {
  description = "The image to start from; whoever calls this has chosen it."
  type        = string
}

data "imageguard_aws_image_check" "chosen" {
  image_ids = [var.ami]
}

# Stands in for an aws_instance here, so that this example needs no other provider.
resource "terraform_data" "machine" {
  input = {
    ami = data.imageguard_aws_image_check.chosen.checked[var.ami] # not var.ami: the machine waits for the check
  }
}
