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

resource "aws_iam_role" "db" {
  name = "db-role"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

resource "aws_iam_instance_profile" "db" {
  name = "db-profile"
  role = aws_iam_role.db.name
}

resource "aws_instance" "web" {
  ami                  = "ami-0123456789abcdef0"
  instance_type        = "t3.micro"
  iam_instance_profile = awscc_iam_instance_profile.app.instance_profile_name
}

resource "awscc_ec2_instance" "db" {
  iam_instance_profile = aws_iam_instance_profile.db.name
}

resource "awscc_batch_compute_environment" "db" {
  compute_resources = {
    instance_role = aws_iam_instance_profile.db.arn
  }
}
