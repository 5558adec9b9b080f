resource "aws_iam_role" "app" {
  name               = "nm"
  assume_role_policy = file("${path.module}/ec2-trust.json")
}

resource "aws_iam_instance_profile" "app" {
  name = aws_iam_role.app.name
  role = aws_iam_role.app.name
}

resource "aws_instance" "by_arn" {
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_instance_profile.app.name
}

resource "aws_instance" "by_name" {
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_instance_profile.app.name
}
