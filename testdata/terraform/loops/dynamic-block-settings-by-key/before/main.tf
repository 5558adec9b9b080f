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

resource "aws_elastic_beanstalk_environment" "app" {
  name        = "app"
  application = "app"

  dynamic "setting" {
    for_each = {
      IamInstanceProfile = aws_iam_role.app.name
      InstanceType       = "t3.micro"
    }

    content {
      namespace = "aws:autoscaling:launchconfiguration"
      name      = setting.key
      value     = setting.value
    }
  }
}
