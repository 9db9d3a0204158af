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
  type = string
}

# Stands in for what builds or copies the image in the same run: its id is known only after apply.
resource "terraform_data" "build" {
  input = var.ami
}

module "web" {
  source = "./instance"
  ami    = terraform_data.build.output
}

output "machine" {
  value = module.web.machine
}
