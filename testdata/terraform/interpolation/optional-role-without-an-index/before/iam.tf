resource "aws_iam_role" "web" {
  count = "${var.on ? 1 : 0}"
  name  = "web-role"

  assume_role_policy = <<EOF
{
  "Statement": [
    {
      "Action": "sts:AssumeRole",
      "Principal": { "Service": "ec2.amazonaws.com" },
      "Effect": "Allow"
    }
  ]
}
EOF
}
