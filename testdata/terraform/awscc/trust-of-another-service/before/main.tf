resource "awscc_iam_role" "text" {
  role_name = "text-role"
  assume_role_policy_document = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "awscc_iam_role" "map" {
  role_name                   = "map-role"
  assume_role_policy_document = { Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }] }
}

resource "awscc_iam_role" "document" {
  role_name                   = "document-role"
  assume_role_policy_document = data.aws_iam_policy_document.lambda.json
}

data "aws_iam_policy_document" "lambda" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "awscc_iam_instance_profile" "text" {
  roles = [awscc_iam_role.text.role_name]
}

resource "awscc_ec2_instance" "text" {
  iam_instance_profile = awscc_iam_instance_profile.text.instance_profile_name
}

resource "awscc_iam_instance_profile" "map" {
  roles = [awscc_iam_role.map.role_name]
}

resource "awscc_ec2_instance" "map" {
  iam_instance_profile = awscc_iam_instance_profile.map.instance_profile_name
}

resource "awscc_iam_instance_profile" "document" {
  roles = [awscc_iam_role.document.role_name]
}

resource "awscc_ec2_instance" "document" {
  iam_instance_profile = awscc_iam_instance_profile.document.instance_profile_name
}
