resource "aws_instance" "db" {
  ami = 
}
