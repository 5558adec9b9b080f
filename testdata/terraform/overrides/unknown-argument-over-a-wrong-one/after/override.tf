resource "aws_instance" "i0" {
}
