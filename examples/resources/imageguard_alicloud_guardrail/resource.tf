terraform {
  required_providers {
    imageguard = {
      source = "imageguard/imageguard"
    }
  }
}

provider "imageguard" {
  golden_tags = { status = ["approved"] }
}

# For all members of the resource directory that it is attached to.
resource "imageguard_alicloud_guardrail" "golden" {
  level       = "control_policy"
  name        = "golden-images"
  description = "Machines start from approved images"

  rules = {
    launch = {
      exempt_principals = ["acs:ram::1000000000000002:role/image-factory"]
    }
    protect_tags = {
      exempt_principals = ["acs:ram::1000000000000002:role/image-approver"]
    }
    export = {}
    share  = {}
  }

  exemptions = [{
    principals = ["acs:ram::1000000000000003:role/migration"]
    rules      = ["launch"]
    reason     = "Machines of the old data centre, as they are"
    owner      = "platform@example.com"
    expires_at = "2099-01-01T00:00:00Z"
  }]
}

output "proof" {
  value = imageguard_alicloud_guardrail.golden.proof
}
