resource "aws_iam_role" "app" {
  name               = "app-role"
  assume_role_policy = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"ec2.amazonaws.com\"},\"Action\":\"sts:AssumeRole\"}]}"
}

output "role_name" {
  value = aws_iam_role.app.name
}
