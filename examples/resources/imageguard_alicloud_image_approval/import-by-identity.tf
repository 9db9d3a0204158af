import {
  to = imageguard_alicloud_image_approval.web
  identity = {
    region   = "cn-hangzhou"
    image_id = "m-bp1g7004ksh0oeuc0001"
  }
}
