terraform {
  required_providers {
    imageguard = {
      source = "imageguard/imageguard"
    }
  }
}

provider "imageguard" {
  golden_tags = { status = ["approved"] }
  aws         = { region = "eu-central-1" }
}

variable "running" {
  description = "The images that machines were started from."
  type        = set(string)
}

# Every plan and apply says which of them are not golden, and stops nothing.
check "running_images_are_golden" {
  data "imageguard_aws_image_check" "running" {
    image_ids    = var.running
    on_violation = "none"
  }

  assert {
    condition = data.imageguard_aws_image_check.running.all_golden
    error_message = join("\n", concat(["Not golden any more:"], [
      for id, result in data.imageguard_aws_image_check.running.results :
      "${id}: ${join(", ", result.reasons)}" if result.verdict != "golden"
    ]))
  }
}
