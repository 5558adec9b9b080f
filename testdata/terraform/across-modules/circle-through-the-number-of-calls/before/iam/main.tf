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

resource "aws_ssm_parameter" "template" {
  name  = "/template"
  type  = "String"
  value = var.template
}

output "role_name" {
  value = aws_iam_role.this.name
}
