variable "profile" {
  type = string
}

variable "data" {
  type = any
}

resource "awscc_batch_compute_environment" "jobs" {
  compute_resources = {
    instance_role = var.profile
  }
}

resource "awscc_ec2_launch_template" "web" {
  launch_template_data = {
    iam_instance_profile = var.data.iam_instance_profile
  }
}
