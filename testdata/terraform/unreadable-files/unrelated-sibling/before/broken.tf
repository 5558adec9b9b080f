variable "env" {
