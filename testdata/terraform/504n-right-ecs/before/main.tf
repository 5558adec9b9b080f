variable "on" {
  type    = bool
  default = true
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

resource "aws_iam_instance_profile" "app" {
  name = "app-profile"
  role = aws_iam_role.app.name
}

data "aws_iam_instance_profile" "there" {
  name = "app-profile"
}

locals {
  profile = aws_iam_instance_profile.app.arn
}

resource "aws_ecs_capacity_provider" "reference" {
  name    = "managed"
  cluster = "main"

  managed_instances_provider {
    infrastructure_role_arn = aws_iam_role.other.arn

    instance_launch_template {
      ec2_instance_profile_arn = aws_iam_instance_profile.app.arn

      network_configuration {
        subnets = ["subnet-0123456789abcdef0"]
      }
    }
  }
}

resource "aws_ecs_capacity_provider" "local" {
  name    = "managed"
  cluster = "main"

  managed_instances_provider {
    infrastructure_role_arn = aws_iam_role.other.arn

    instance_launch_template {
      ec2_instance_profile_arn = local.profile

      network_configuration {
        subnets = ["subnet-0123456789abcdef0"]
      }
    }
  }
}

resource "aws_ecs_capacity_provider" "conditional" {
  name    = "managed"
  cluster = "main"

  managed_instances_provider {
    infrastructure_role_arn = aws_iam_role.other.arn

    instance_launch_template {
      ec2_instance_profile_arn = var.on ? aws_iam_instance_profile.app.arn : null

      network_configuration {
        subnets = ["subnet-0123456789abcdef0"]
      }
    }
  }
}

resource "aws_ecs_capacity_provider" "data_source" {
  name    = "managed"
  cluster = "main"

  managed_instances_provider {
    infrastructure_role_arn = aws_iam_role.other.arn

    instance_launch_template {
      ec2_instance_profile_arn = data.aws_iam_instance_profile.there.arn

      network_configuration {
        subnets = ["subnet-0123456789abcdef0"]
      }
    }
  }
}

resource "aws_ecs_capacity_provider" "none" {
  name    = "managed"
  cluster = "main"

  managed_instances_provider {
    infrastructure_role_arn = aws_iam_role.other.arn

    instance_launch_template {
      ec2_instance_profile_arn = null

      network_configuration {
        subnets = ["subnet-0123456789abcdef0"]
      }
    }
  }
}
