variable "template" {
  type = string
}

resource "aws_iam_role" "this" {
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

resource "aws_iam_instance_profile" "this" {
  name = "app-role"
  role = aws_iam_role.this.name
  tags = {
    used_by = var.template
  }
}

output "profile_name" {
  value = aws_iam_role.this.name
}
