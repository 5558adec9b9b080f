variable "instance_profile" {
  type = string
}

resource "aws_instance" "this" {
  ami                  = "ami-0123456789abcdef0"
  instance_type        = "t3.micro"
  iam_instance_profile = var.instance_profile
}

resource "aws_iam_role_policy_attachment" "ssm" {
  role       = var.instance_profile
  policy_arn = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
}
