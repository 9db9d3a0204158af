terraform {
  required_providers {
    imageguard = {
      source = "imageguard/imageguard"
    }
  }
}

provider "imageguard" {
  alicloud = { region = "cn-hangzhou" }
}

# The root folder: every member account, also those to come. Not the management account.
resource "imageguard_alicloud_guardrail_attachment" "organisation" {
  guardrail_id = "cp-jExXAqIYkwHN2rQx"
  target_id    = "r-Wm4iUl"
}
