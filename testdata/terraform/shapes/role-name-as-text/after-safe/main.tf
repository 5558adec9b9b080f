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
  name = aws_iam_role.app.name
  role = aws_iam_role.app.name
}

resource "aws_launch_template" "text" {
  image_id = "ami-0123456789abcdef0"
  iam_instance_profile {
    name = aws_iam_instance_profile.app.name
  }
}

resource "aws_launch_template" "quoted" {
  image_id = "ami-0123456789abcdef0"
  iam_instance_profile {
    name = aws_iam_instance_profile.app.name
  }
}

resource "aws_instance" "block" {
  ami                  = "ami-0123456789abcdef0"
  iam_instance_profile = aws_iam_instance_profile.app.name
}

# A profile that is made elsewhere may be called so.
resource "aws_launch_template" "elsewhere" {
  image_id             = "ami-0123456789abcdef0"
  iam_instance_profile = "made-elsewhere"
}
