terraform import imageguard_aws_guardrail.golden scp:golden-images
