resource "aws_iam_role" "web" {
  name = "web"
}

import {
  to = aws_iam_instance_profile.web
  id = "zz"
}

resource "aws_instance" "l1" {
  iam_instance_profile = aws_iam_role.web.name
}
