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

resource "aws_iam_role" "pipeline" {
  name = "pipeline-role"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "datapipeline.amazonaws.com" }
    }]
  })
}

resource "aws_datapipeline_pipeline_definition" "copy" {
  pipeline_id = "df-0123456789ABCDEFGHIJ"

  pipeline_object {
    id   = "Ec2"
    name = "Ec2"

    field {
      key          = "type"
      string_value = "Ec2Resource"
    }

    field {
      key          = "role"
      string_value = aws_iam_role.pipeline.name
    }

    field {
      key          = "resourceRole"
      string_value = aws_iam_role.app.name
    }
  }
}
