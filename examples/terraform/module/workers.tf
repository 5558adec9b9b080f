# A launch template takes the profile in a block, by name or by ARN.
resource "aws_launch_template" "worker" {
  name_prefix   = "worker-"
  image_id      = "ami-0123456789abcdef0"
  instance_type = "c7g.large"

  iam_instance_profile {
    arn = aws_iam_role.worker.arn
  }
}

resource "aws_autoscaling_group" "worker" {
  name_prefix        = "worker-"
  availability_zones = ["eu-west-1a"]
  min_size           = 1
  max_size           = 4

  launch_template {
    id      = aws_launch_template.worker.id
    version = aws_launch_template.worker.latest_version
  }
}
