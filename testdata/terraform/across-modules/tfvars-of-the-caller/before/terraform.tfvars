profile = "app-role"
