import {
  to = imageguard_alicloud_guardrail.golden
  identity = {
    level = "control_policy"
    id    = "golden-images"
  }
}
