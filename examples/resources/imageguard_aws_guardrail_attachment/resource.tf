terraform {
  required_providers {
    imageguard = {
      source = "imageguard/imageguard"
    }
  }
}

provider "imageguard" {
  aws = { region = "eu-central-1" }
}

# The root: every member account, also those to come. Not the management account.
resource "imageguard_aws_guardrail_attachment" "organisation" {
  guardrail_id = "p-9f8e7d6c5b"
  target_id    = "r-a1b2"
}
