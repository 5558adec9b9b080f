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

resource "aws_imagebuilder_infrastructure_configuration" "variable" {
  name                  = "variable"
  instance_profile_name = var.profile
}

resource "aws_imagebuilder_infrastructure_configuration" "output" {
  name                  = "output"
  instance_profile_name = module.iam.profile
}

resource "aws_imagebuilder_infrastructure_configuration" "parameter" {
  name                  = "parameter"
  instance_profile_name = data.aws_ssm_parameter.profile.value
}

resource "aws_imagebuilder_infrastructure_configuration" "literal" {
  name                  = "literal"
  instance_profile_name = "made-elsewhere"
}
