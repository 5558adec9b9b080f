variable "profile" {
  type    = string
  default = "app-role"
}

resource "aws_iam_role" "app" {
  name = "app-role"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role" "other" {
  name = "other-role"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

resource "aws_emr_cluster" "variable" {
  name          = "variable"
  release_label = "emr-7.1.0"
  service_role  = aws_iam_role.other.arn

  ec2_attributes {
    instance_profile = var.profile
  }
}

resource "aws_emr_cluster" "output" {
  name          = "output"
  release_label = "emr-7.1.0"
  service_role  = aws_iam_role.other.arn

  ec2_attributes {
    instance_profile = module.iam.profile
  }
}

resource "aws_emr_cluster" "parameter" {
  name          = "parameter"
  release_label = "emr-7.1.0"
  service_role  = aws_iam_role.other.arn

  ec2_attributes {
    instance_profile = data.aws_ssm_parameter.profile.value
  }
}

resource "aws_emr_cluster" "literal" {
  name          = "literal"
  release_label = "emr-7.1.0"
  service_role  = aws_iam_role.other.arn

  ec2_attributes {
    instance_profile = "arn:aws:iam::123456789012:instance-profile/made-elsewhere"
  }
}
