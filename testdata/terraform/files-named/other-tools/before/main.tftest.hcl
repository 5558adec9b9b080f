run "x" {
  variables {
    p = "app-role"
  }
}
