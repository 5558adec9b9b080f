resource "aws_instance" "a" {
  iam_instance_profile = data.aws_iam_role.d.name
}
resource "aws_instance" "b" {
  iam_instance_profile = module.m.n
}
