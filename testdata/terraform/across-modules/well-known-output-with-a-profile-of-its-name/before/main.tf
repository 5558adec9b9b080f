module "cluster" {
  source  = "cloudposse/ecs-cluster/aws"
  version = "2.0.0"

  name = "main"
}

resource "aws_instance" "web" {
  ami                  = "ami-0123456789abcdef0"
  instance_type        = "t3.micro"
  iam_instance_profile = module.cluster.role_name
}
