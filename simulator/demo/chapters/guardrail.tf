terraform {
  required_providers {
    imageguard = { source = "imageguard/imageguard" }
  }
}

provider "imageguard" {
  golden_tags = { status = ["approved"] }
  alicloud    = { region = "cn-hangzhou" }
  aws         = { region = "eu-central-1" }
}

resource "imageguard_alicloud_guardrail" "golden" {
  level = "control_policy"
  name  = "golden-images-only"

  rules = {
    # Servers start from golden images only; the image factory starts from the vendor's.
    launch = { exempt_principals = ["acs:ram::1000000000000001:role/image-builder"] }
    # Nobody makes an image golden but the approvers.
    protect_tags = { exempt_principals = ["acs:ram::1000000000000001:role/image-approver"] }
    # Images stay in the account.
    export = {}
    share  = {}
  }

  # What the vendor does not document, and somebody has tried.
  accepted = [
    "ali_absent_negation", "ali_empty_value", "ali_image_resource",
    "ali_image_tags", "ali_request_tag", "ali_share_resource_type",
  ]
}

resource "imageguard_alicloud_guardrail_attachment" "web_shops" {
  guardrail_id = imageguard_alicloud_guardrail.golden.id
  target_id    = "fd-webshops01" # every account in this folder
}

resource "imageguard_aws_guardrail" "golden" {
  level = "scp"
  name  = "GoldenImagesOnly"

  rules = {
    launch       = { exempt_principals = ["arn:aws:iam::111122223333:role/image-builder"] }
    protect_tags = { exempt_principals = ["arn:aws:iam::111122223333:role/image-approver"] }
    export       = {}
    share        = {}
  }

  # Besides, no image comes from another account, where its tags would stay behind.
  accepted = ["aws_untag_all", "tags_stay_behind"]
}

resource "imageguard_aws_guardrail_attachment" "web_shops" {
  guardrail_id = imageguard_aws_guardrail.golden.id
  target_id    = "ou-smlt-webshops"
}
