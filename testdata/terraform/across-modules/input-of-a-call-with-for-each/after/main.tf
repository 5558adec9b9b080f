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

resource "aws_iam_instance_profile" "app" {
  for_each = aws_iam_role.app
  name     = each.value.name
  role     = each.value.name
}

module "web" {
  source           = "./ec2"
  for_each         = aws_iam_role.app
  instance_profile = aws_iam_instance_profile.app[each.key].name
}
