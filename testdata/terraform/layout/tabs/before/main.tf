resource "aws_iam_role" "app" {
	name = "app-role"
	assume_role_policy = "{}"
}

resource "aws_instance" "web" {
	ami = "ami-0123456789abcdef0"
	iam_instance_profile = aws_iam_role.app.name
}
