# The id of the image that the machines run on.
terraform import imageguard_image_pin.web ami-0123456789abcdef0
