variable "servers" {
  default = 2
}

resource "aws_iam_role" "app" {
  count = "${var.servers}"
  name  = "app-${count.index}"

  assume_role_policy = <<EOF
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": {"Service": "ec2.amazonaws.com"},
      "Action": "sts:AssumeRole"
    }
  ]
}
EOF
}

resource "aws_iam_instance_profile" "app" {
  count = "${var.servers}"
  name  = "${element(aws_iam_role.app.*.name, count.index)}"
  role  = "${element(aws_iam_role.app.*.name, count.index)}"
}

resource "aws_instance" "web" {
  count                = "${var.servers}"
  ami                  = "ami-0123456789abcdef0"
  instance_type        = "t3.micro"
  iam_instance_profile = "${element(aws_iam_instance_profile.app.*.name, count.index)}"
}
