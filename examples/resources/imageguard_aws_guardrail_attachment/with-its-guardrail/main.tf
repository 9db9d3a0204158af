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

resource "imageguard_aws_guardrail" "golden" {
  level = "scp"
  name  = "golden-images"

  rules = {
    launch = {
      accept_owner_ids  = ["amazon"]
      exempt_principals = ["arn:aws:iam::222233334444:role/image-factory"]
    }
    protect_tags = {
      exempt_principals = ["arn:aws:iam::222233334444:role/image-approver"]
    }
  }
}

# A unit first, then everybody: take the root in when nothing breaks any more.
resource "imageguard_aws_guardrail_attachment" "golden" {
  for_each = toset(["ou-a1b2-team0001", "r-a1b2"])

  guardrail_id = imageguard_aws_guardrail.golden.id
  target_id    = each.key
}
