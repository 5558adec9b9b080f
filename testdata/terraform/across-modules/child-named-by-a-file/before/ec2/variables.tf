variable "instance_profile" {
  type = string
}
