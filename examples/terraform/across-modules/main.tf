# Two values cross a boundary here, and both are a role where an instance profile is expected.

data "aws_iam_policy_document" "ec2" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "worker" {
  name               = "worker"
  assume_role_policy = data.aws_iam_policy_document.ec2.json
}

module "worker" {
  source = "./modules/web"

  name    = "worker"
  profile = aws_iam_role.worker.name # the module hands this to an instance
}

module "iam" {
  source = "./modules/iam"
}

resource "aws_instance" "web" {
  ami                  = "ami-0123456789abcdef0"
  iam_instance_profile = module.iam.role_name # the module exports the profile too
  instance_type        = "t3.micro"
}
