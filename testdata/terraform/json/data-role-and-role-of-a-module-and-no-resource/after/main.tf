resource "aws_instance" "a" {
  iam_instance_profile = aws_iam_instance_profile.d.name
}
resource "aws_instance" "b" {
  iam_instance_profile = aws_iam_instance_profile.m.name
}
