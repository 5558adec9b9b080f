module "emr" {
  source  = "terraform-aws-modules/emr/aws"
  version = "2.4.0"

  name = "jobs"
}

resource "aws_instance" "web" {
  ami                  = "ami-0123456789abcdef0"
  instance_type        = "t3.micro"
  iam_instance_profile = module.emr.iam_instance_profile_id
}
