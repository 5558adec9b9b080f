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

resource "aws_iam_instance_profile" "web" {
  count = "${var.on ? 1 : 0}"
  name  = "${element(aws_iam_role.web.*.name, count.index)}"
  role  = "${element(aws_iam_role.web.*.name, count.index)}"
}
