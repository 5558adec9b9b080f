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

resource "aws_iam_instance_profile" "app" {
  name = aws_iam_role.app.name
  role = aws_iam_role.app.name
}

resource "aws_iam_role" "emr" {
  name = "emr-role"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "elasticmapreduce.amazonaws.com" }
    }]
  })
}

resource "aws_emr_cluster" "etl" {
  name             = "etl"
  release_label    = "emr-7.1.0"
  service_role     = aws_iam_role.emr.arn
  autoscaling_role = aws_iam_role.emr.arn

  ec2_attributes {
    instance_profile = aws_iam_instance_profile.app.name
  }

  master_instance_group {
    instance_type = "m5.xlarge"
  }
}
