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

resource "awscc_iam_role" "service" {
  role_name = "pipeline-role"
  assume_role_policy_document = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "datapipeline.amazonaws.com" }
    }]
  })
}

resource "awscc_datapipeline_pipeline" "daily" {
  name = "daily"
  pipeline_objects = [{
    id   = "Default"
    name = "Default"
    fields = [
      { key = "role", string_value = awscc_iam_role.service.role_name },
      { key = "resourceRole", string_value = awscc_iam_instance_profile.app.instance_profile_name },
    ]
  }]
}
