resource "awscc_iam_role" "app" {
  role_name = "app-role"
  assume_role_policy_document = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

resource "awscc_iam_instance_profile" "app" {
  instance_profile_name = "app-profile"
  roles                 = [awscc_iam_role.app.role_name]
}

resource "aws_instance" "web" {
  ami                  = "ami-0123456789abcdef0"
  instance_type        = "t3.micro"
  iam_instance_profile = awscc_iam_role.app.role_name
}
