variable "name" {
  type = string
}

module "ec2" {
  source           = "../ec2"
  instance_profile = var.name
}

resource "aws_iam_role_policy_attachment" "ssm" {
  role       = var.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
}
