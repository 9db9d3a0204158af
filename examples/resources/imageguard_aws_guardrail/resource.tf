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

# For all members of the organisation that it is attached to.
resource "imageguard_aws_guardrail" "golden" {
  level = "scp"
  name  = "golden-images"

  rules = {
    launch = {
      # Images of the platform's account are shared, and their tags stay behind.
      accept_owner_ids  = ["222233334444"]
      exempt_principals = ["arn:aws:iam::222233334444:role/image-factory"]
    }
    protect_tags = {
      exempt_principals = ["arn:aws:iam::222233334444:role/image-approver"]
    }
    export = {}
    share = {
      exempt_principals = ["arn:aws:iam::222233334444:role/image-factory"]
    }
  }

  exemptions = [{
    principals = ["arn:aws:iam::333344445555:role/migration"]
    rules      = ["launch"]
    reason     = "Machines of the old data centre, as they are"
    owner      = "platform@example.com"
    expires_at = "2099-01-01T00:00:00Z"
  }]
}

output "proof" {
  value = imageguard_aws_guardrail.golden.proof
}
