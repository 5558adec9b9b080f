instance_profile = "app-role"
