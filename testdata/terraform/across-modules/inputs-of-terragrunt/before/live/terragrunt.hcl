terraform {
  source = "../ec2"
}

dependency "iam" {
  config_path = "../iam"
}

inputs = {
  instance_profile = dependency.iam.outputs.role_name
}
