resource "aws_iam_instance_profile" "db" {
  role = 
}
