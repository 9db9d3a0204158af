terraform {
  required_providers {
    imageguard = {
      source = "imageguard/imageguard"
    }
  }
}

variable "ami" {
  description = "The image to start from; must be golden."
  type        = string
}

# Whatever the callers of this module pass, nothing starts from an image that is not golden.
data "imageguard_aws_image_check" "this" {
  image_ids = [var.ami]
}

# In your module: resource "aws_instance" "this", with this very line for ami.
resource "terraform_data" "this" {
  input = {
    ami = data.imageguard_aws_image_check.this.checked[var.ami]
  }
}

output "machine" {
  value = terraform_data.this.output
}
