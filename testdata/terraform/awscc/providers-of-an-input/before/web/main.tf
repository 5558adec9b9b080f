variable "profile" {
  type = string
}

resource "awscc_ec2_instance" "web" {
  iam_instance_profile = var.profile
}
