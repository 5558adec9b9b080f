resource "aws_iam_role" "a" {
  name               = "a"
  assume_role_policy = file("t.json")
}
resource "aws_iam_role" "b" {
  name               = "b"
  assume_role_policy = file("t.json")
}
