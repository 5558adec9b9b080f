resource "aws_iam_role" "app" {
  name               = "app-role"
  assume_role_policy = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"ec2.amazonaws.com\"},\"Action\":\"sts:AssumeRole\"}]}"
}

resource "aws_iam_instance_profile" "app" {
  name = "app-profile"
  role = aws_iam_role.app.name
}

output "role_name" {
  value = aws_iam_role.app.name
}

output "profile_name" {
  value = aws_iam_instance_profile.app.name
}
