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

# For the users, groups and roles of one account that it is attached to.
resource "imageguard_aws_guardrail" "golden" {
  level       = "iam_policy"
  name        = "golden-images"
  description = "Machines start from approved images"
  path        = "/security/"
  tags        = { team = "platform" }

  rules = {
    launch = {
      tags              = { status = ["approved"], tier = ["web", "batch-*"] }
      owner_ids         = ["111122223333", "amazon"]
      exempt_principals = ["arn:aws:iam::111122223333:role/image-factory"]
    }
    tag_on_create = {
      tags      = { owner = ["?*"] }
      snapshots = true
    }
  }

  # Another policy keeps people from setting the tags.
  accepted = ["no_tag_lock"]

  lifecycle {
    create_before_destroy = true
  }
}
