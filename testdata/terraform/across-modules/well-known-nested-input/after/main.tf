data "aws_iam_policy_document" "ec2" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "worker" {
  name               = "worker"
  assume_role_policy = data.aws_iam_policy_document.ec2.json
}

resource "aws_iam_instance_profile" "worker" {
  name = aws_iam_role.worker.name
  role = aws_iam_role.worker.name
}

module "eks" {
  source  = "terraform-aws-modules/eks/aws"
  version = "12.2.0"

  worker_groups_launch_template = [
    {
      name                      = "base"
      iam_instance_profile_name = aws_iam_instance_profile.worker.name
    },
  ]
}
