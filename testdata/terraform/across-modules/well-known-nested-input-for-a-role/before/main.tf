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
  name = "app-profile"
  role = aws_iam_role.app.name
}

module "eks" {
  source  = "terraform-aws-modules/eks/aws"
  version = "12.2.0"

  manage_worker_iam_resources = false

  worker_groups = [
    {
      name        = "base"
      iam_role_id = aws_iam_role.app.id
    },
    {
      name                      = "gpu"
      iam_instance_profile_name = aws_iam_instance_profile.app.name
    },
  ]
}
