locals {
  guard = {
    Version = "2012-10-17"
    Statement = {
      Effect    = "Deny"
      Action    = "ec2:RunInstances"
      Resource  = "arn:aws:ec2:*::image/*"
      Condition = { StringNotEquals = { "ec2:ResourceTag/status" = "approved" } }
    }
  }
  everything = {
    Version   = "2012-10-17"
    Statement = { Effect = "Allow", Action = "*", Resource = "*" }
  }

  launch = {
    principal = "arn:aws:iam::111122223333:user/dev"
    action    = "ec2:RunInstances"
    resource  = "arn:aws:ec2:eu-central-1::image/ami-0abc"
    context   = { "ec2:ResourceTag/status" = "candidate" }
  }
}

output "decision" { # "deny"
  value = provider::imageguard::evaluate(
    "aws",
    jsonencode([
      { type = "scp", level = 0, document = local.everything },
      { type = "scp", level = 1, document = local.everything },
      { type = "scp", level = 1, document = local.guard },
      { type = "identity", document = local.everything },
    ]),
    jsonencode(local.launch),
  ).decision
}
