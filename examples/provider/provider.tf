terraform {
  required_providers {
    imageguard = {
      source = "imageguard/imageguard"
    }
  }
}

# What "golden" means, on both clouds: the security team sets this tag, nobody else may.
# Credentials come from the environment or a profile.
provider "imageguard" {
  golden_tags = { status = ["approved"] }

  alicloud = { region = "cn-hangzhou" }
  aws      = { region = "eu-central-1" }
}
