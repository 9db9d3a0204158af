terraform {
  required_providers {
    imageguard = {
      source = "imageguard/imageguard"
    }
  }
}

provider "imageguard" {
  aws = { region = "eu-central-1" }
}

# An IAM policy binds those whom it is attached to, in the account of the credentials.
resource "imageguard_aws_guardrail_attachment" "account" {
  for_each = toset(["user/deploy", "group/developers", "role/web"])

  guardrail_id = "arn:aws:iam::111122223333:policy/golden-images-only"
  target_id    = each.key
}
