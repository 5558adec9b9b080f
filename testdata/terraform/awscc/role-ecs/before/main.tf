resource "awscc_iam_role" "app" {
  role_name = "app-role"
  assume_role_policy_document = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ecs.amazonaws.com" }
    }]
  })
}

resource "awscc_ecs_capacity_provider" "web" {
  managed_instances_provider = {
    infrastructure_role_arn = awscc_iam_role.app.arn
  }
}

resource "awscc_ecs_task_definition" "web" {
  execution_role_arn = awscc_iam_role.app.arn
  task_role_arn      = awscc_iam_role.app.arn
}
