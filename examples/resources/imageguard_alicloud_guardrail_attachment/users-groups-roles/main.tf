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

# A RAM policy binds those whom it is attached to, in the account of the credentials.
resource "imageguard_alicloud_guardrail_attachment" "account" {
  for_each = toset(["user/deploy", "group/developers", "role/web"])

  guardrail_id = "golden-images-only"
  target_id    = each.key
}
