resource "aws_iam_role" "r" {
  name               = "r"
  assume_role_policy = file("t.json")
}
output "n" {
  value = aws_iam_role.r.name
}
