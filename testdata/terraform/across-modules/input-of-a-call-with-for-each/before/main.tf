resource "aws_iam_role" "app" {
  for_each = toset(["blue", "green"])
  name     = "app-${each.key}"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

module "web" {
  source           = "./ec2"
  for_each         = aws_iam_role.app
  instance_profile = each.value.name
}
