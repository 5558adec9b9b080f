# Roles and their permissions.

locals {
  ec2_trust = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

# The bastion is optional, and so is its role.
resource "aws_iam_role" "bastion" {
  count              = var.create_bastion ? 1 : 0
  name               = "bastion"
  path               = "/ops/"
  assume_role_policy = local.ec2_trust
}

resource "aws_iam_role" "worker" {
  name               = "worker"
  assume_role_policy = local.ec2_trust
}

resource "aws_iam_role_policy_attachment" "worker" {
  role       = aws_iam_role.worker.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess"
}
