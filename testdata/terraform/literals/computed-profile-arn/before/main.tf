data "aws_caller_identity" "me" {}

resource "aws_instance" "web" {
  ami                  = "ami-0123456789abcdef0"
  instance_type        = "t3.micro"
  iam_instance_profile = "arn:aws:iam::${data.aws_caller_identity.me.account_id}:instance-profile/web"
}
