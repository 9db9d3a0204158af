import {
  to = imageguard_aws_guardrail_attachment.organisation
  identity = {
    target_id    = "r-a1b2"
    guardrail_id = "p-9f8e7d6c5b"
  }
}
