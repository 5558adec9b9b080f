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

resource "aws_ecs_capacity_provider" "variable" {
  name    = "managed"
  cluster = "main"

  managed_instances_provider {
    infrastructure_role_arn = aws_iam_role.other.arn

    instance_launch_template {
      ec2_instance_profile_arn = var.profile

      network_configuration {
        subnets = ["subnet-0123456789abcdef0"]
      }
    }
  }
}

resource "aws_ecs_capacity_provider" "output" {
  name    = "managed"
  cluster = "main"

  managed_instances_provider {
    infrastructure_role_arn = aws_iam_role.other.arn

    instance_launch_template {
      ec2_instance_profile_arn = module.iam.profile

      network_configuration {
        subnets = ["subnet-0123456789abcdef0"]
      }
    }
  }
}

resource "aws_ecs_capacity_provider" "parameter" {
  name    = "managed"
  cluster = "main"

  managed_instances_provider {
    infrastructure_role_arn = aws_iam_role.other.arn

    instance_launch_template {
      ec2_instance_profile_arn = data.aws_ssm_parameter.profile.value

      network_configuration {
        subnets = ["subnet-0123456789abcdef0"]
      }
    }
  }
}

resource "aws_ecs_capacity_provider" "literal" {
  name    = "managed"
  cluster = "main"

  managed_instances_provider {
    infrastructure_role_arn = aws_iam_role.other.arn

    instance_launch_template {
      ec2_instance_profile_arn = "arn:aws:iam::123456789012:instance-profile/made-elsewhere"

      network_configuration {
        subnets = ["subnet-0123456789abcdef0"]
      }
    }
  }
}
