import {
  to = imageguard_image_pin.web
  identity = {
    image_id = "ami-0123456789abcdef0"
  }
}
