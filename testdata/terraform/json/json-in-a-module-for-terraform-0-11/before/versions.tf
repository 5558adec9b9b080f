terraform {
  required_version = "~> 0.11.14"
}
