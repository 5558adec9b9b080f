resource "aws_iam_role" "web" {
  name = "web"
}

resource "aws_iam_instance_profile" "web_profile" {
  name_prefix = "${aws_iam_role.web.name}-"
  role        = aws_iam_role.web.name
}

import {
  to = aws_iam_instance_profile.web
  id = "zz"
}

resource "aws_instance" "l1" {
  iam_instance_profile = aws_iam_instance_profile.web_profile.name
}
