variable "settings" {
  type = object({
    profile = string
    role    = string
  })
}

resource "aws_instance" "this" {
  ami                  = "ami-0123456789abcdef0"
  instance_type        = "t3.micro"
  iam_instance_profile = var.settings.profile
}

resource "aws_iam_role_policy_attachment" "ssm" {
  role       = var.settings.role
  policy_arn = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
}
