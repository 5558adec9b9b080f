variable "create_bastion" {
  description = "Whether to create a bastion host."
  type        = bool
  default     = true
}

resource "aws_instance" "bastion" {
  count                = var.create_bastion ? 1 : 0
  ami                  = "ami-0123456789abcdef0"
  instance_type        = "t3.nano"
  iam_instance_profile = one(aws_iam_role.bastion[*].name)
}

# An instance has no argument `iam_role`.
resource "aws_instance" "scheduler" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.small"
  iam_role      = aws_iam_role.worker.arn
}
