data "aws_iam_policy_document" "ec2" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "x" {
  name               = "x"
  assume_role_policy = data.aws_iam_policy_document.ec2.json
}

resource "aws_iam_instance_profile" "x" {
  name = aws_iam_role.x.name
  role = aws_iam_role.x.name
}

resource "aws_launch_template" "t" {
  image_id = "ami-0123456789abcdef0"

  iam_instance_profile {
    name = coalesce(
      aws_iam_instance_profile.x.name, /* the role */
      null,
    )
  }
}

resource "aws_instance" "i" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"

  iam_instance_profile = coalesce(
    aws_iam_instance_profile.x.name, /* the role */
    null,
  )
}
