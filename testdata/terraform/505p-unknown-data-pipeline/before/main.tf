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

resource "aws_datapipeline_pipeline_definition" "variable" {
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
      string_value = aws_iam_role.other.name
    }

    field {
      key          = "resourceRole"
      string_value = var.profile
    }
  }
}

resource "aws_datapipeline_pipeline_definition" "output" {
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
      string_value = aws_iam_role.other.name
    }

    field {
      key          = "resourceRole"
      string_value = module.iam.profile
    }
  }
}

resource "aws_datapipeline_pipeline_definition" "parameter" {
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
      string_value = aws_iam_role.other.name
    }

    field {
      key          = "resourceRole"
      string_value = data.aws_ssm_parameter.profile.value
    }
  }
}

resource "aws_datapipeline_pipeline_definition" "literal" {
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
      string_value = aws_iam_role.other.name
    }

    field {
      key          = "resourceRole"
      string_value = "made-elsewhere"
    }
  }
}
