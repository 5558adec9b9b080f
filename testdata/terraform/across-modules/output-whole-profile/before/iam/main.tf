resource "aws_iam_role" "this" {
  name = "web-role"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

resource "aws_iam_instance_profile" "this" {
  name = "web-profile"
  role = aws_iam_role.this.name
}

output "role" {
  value = aws_iam_role.this
}

output "profile" {
  value = aws_iam_instance_profile.this
}
