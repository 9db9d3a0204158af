terraform import imageguard_aws_image_approval.web eu-central-1/ami-0abcdef1234567890
