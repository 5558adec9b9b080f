resource "aws_launch_configuration" "web" {
  image_id             = "${lookup(var.amis, var.region)}"
  instance_type        = "t3.micro"
  iam_instance_profile = "${aws_iam_role.web.name}"
}
