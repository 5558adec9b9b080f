data "aws_iam_role" "this" {
  name = "web-role"
}

output "role_name" {
  value = data.aws_iam_role.this.name
}
