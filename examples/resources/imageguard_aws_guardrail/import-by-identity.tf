import {
  to = imageguard_aws_guardrail.golden
  identity = {
    level = "scp"
    id    = "golden-images"
  }
}
