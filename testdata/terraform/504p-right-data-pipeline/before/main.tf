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
  profile = aws_iam_instance_profile.app.name
}

resource "aws_datapipeline_pipeline_definition" "reference" {
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
      string_value = aws_iam_instance_profile.app.name
    }
  }
}

resource "aws_datapipeline_pipeline_definition" "local" {
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
      string_value = local.profile
    }
  }
}

resource "aws_datapipeline_pipeline_definition" "conditional" {
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
      string_value = var.on ? aws_iam_instance_profile.app.name : null
    }
  }
}

resource "aws_datapipeline_pipeline_definition" "data_source" {
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
      string_value = data.aws_iam_instance_profile.there.name
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
      string_value = "app-profile"
    }
  }
}

resource "aws_datapipeline_pipeline_definition" "none" {
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
      string_value = null
    }
  }
}
