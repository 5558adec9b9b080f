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
  instance_profile_name = awscc_iam_role.app.role_name
  roles                 = [awscc_iam_role.app.role_name]
}

module "web" {
  source    = "./web"
  profile   = awscc_iam_instance_profile.app.instance_profile_name
  providers = { awscc = awscc.west }
}
