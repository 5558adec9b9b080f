resource "aws_iam_role" "app" {
  name = "app-role"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Action    = "sts:AssumeRole"
      Effect    = "Allow"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

resource "aws_iam_instance_profile" "app" {
  name = "app"
  role = aws_iam_role.app.name
}

resource /* c1 */ "aws_instance" /* c2 */ "web" /* c3 */ { # c4
  ami                  = "ami-0123456789abcdef0"
  iam_instance_profile /* c5 */ = /* c6 */ aws_iam_role /* c7 */ . /* c8 */ app /* c9 */ . /* c10 */ name /* c11 */ # c12
}

resource "aws_instance" "brackets" {
  ami = "ami-0123456789abcdef0"
  iam_instance_profile = ( # c13
    aws_iam_role # c14
    .app # c15
    .name # c16
  ) # c17
}

resource "aws_instance" "cut" {
  ami                  = "ami-0123456789abcdef0"
  iam_instance_profile = element(split("/", /* c18 */ aws_iam_role.app.arn), /* c19 */ 1)
}
