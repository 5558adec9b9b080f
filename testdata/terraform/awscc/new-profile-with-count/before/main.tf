resource "awscc_iam_role" "app" {
  count     = 2
  role_name = "app-${count.index}"
  assume_role_policy_document = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

resource "awscc_ec2_instance" "web" {
  count                = 2
  iam_instance_profile = awscc_iam_role.app[count.index].role_name
}

resource "awscc_ec2_launch_template" "web" {
  launch_template_data = {
    iam_instance_profile = {
      arn = awscc_iam_role.app[1].arn
    }
  }
}
