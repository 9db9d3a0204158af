import {
  to = imageguard_alicloud_guardrail_attachment.organisation
  identity = {
    target_id    = "r-Wm4iUl"
    guardrail_id = "cp-jExXAqIYkwHN2rQx"
  }
}
