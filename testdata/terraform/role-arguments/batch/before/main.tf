resource "aws_iam_role" "app" {
  name = "app-role"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

resource "aws_iam_instance_profile" "app" {
  name = aws_iam_role.app.name
  role = aws_iam_role.app.name
}

resource "aws_instance" "web" {
  ami                  = "ami-0123456789abcdef0"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_instance_profile.app.name
}

resource "aws_batch_compute_environment" "jobs" {
  compute_environment_name = "jobs"
  service_role             = aws_iam_role.app.arn
  type                     = "MANAGED"

  compute_resources {
    instance_role       = aws_iam_instance_profile.app.arn
    instance_type       = ["c5.large"]
    max_vcpus           = 16
    security_group_ids  = ["sg-0123456789abcdef0"]
    spot_iam_fleet_role = aws_iam_role.app.arn
    subnets             = ["subnet-0123456789abcdef0"]
    type                = "SPOT"
  }
}
