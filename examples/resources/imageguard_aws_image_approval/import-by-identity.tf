import {
  to = imageguard_aws_image_approval.web
  identity = {
    region   = "eu-central-1"
    image_id = "ami-0abcdef1234567890"
  }
}
