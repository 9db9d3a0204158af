locals {
  approvers = ["arn:aws:iam::111122223333:role/image-approver"]

  guardrail = provider::imageguard::guardrail_document("aws", "scp", jsonencode({
    launch        = { tags = { status = ["approved"] } }
    protect_tags  = { keys = ["status"], exempt_principals = local.approvers }
    tag_on_create = { tags = { owner = ["*"] } }
    export        = {}

    exemptions = [{
      principals = ["arn:aws:iam::444455556666:role/migration"]
      rules      = ["launch"]
      reason     = "moving in from the old data centre"
      expires_at = "2027-01-01T00:00:00Z"
    }]
  }))
}

output "document" {
  value = local.guardrail
}

output "errors" {
  value = [
    for fault in provider::imageguard::lint("aws", "scp", local.guardrail) :
    fault.message if fault.severity == "error"
  ]
}
