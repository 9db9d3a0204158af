locals {
  guard = jsonencode({
    Version = "2012-10-17"
    Statement = {
      Effect    = "Deny"
      Action    = "ec2:RunInstances"
      Resource  = "*" # the fault: the machine's disks and networks have no such tag either
      Condition = { StringNotEquals = { "ec2:ResourceTag/status" = "approved" } }
    }
  })
}

output "errors" {
  value = [
    for fault in provider::imageguard::lint("aws", "scp", local.guard) :
    "${fault.code}: ${fault.message}" if fault.severity == "error"
  ]
}
