resource "aws_iam_role" "app" {
  name               = "app"
  assume_role_policy = "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRole\",\"Principal\":{\"Service\":\"ec2.amazonaws.com\"}}]}"
}

resource "aws_iam_instance_profile" "app" {
  name = aws_iam_role.app.name
  role = aws_iam_role.app.name
}

resource "aws_security_group" "x" {
  name = "x"
}

resource "aws_instance" "web" {
  ami                    = "ami-0123456789abcdef0"
  instance_type          = "t3.micro"
  vpc_security_group_ids = ["${aws_security_group.x.id}"]
  iam_instance_profile   = aws_iam_instance_profile.app.name
}
